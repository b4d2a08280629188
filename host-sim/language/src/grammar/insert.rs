//! Drives that are put in.

use alloc::format;

use super::context::Context;
use super::flaw::Flaw;
use super::options::{Key, key, set, unknown};
use super::token::{Parsed, word};
use super::value;
use crate::script::{Arrival, DriveName, Fault, Value};

const KEYS: &[&str] = &["slot", "clone"];
const FLAGS: &[&str] = &["blank", "stale", "foreign", "dead"];

/// `DRIVE [slot=N] [blank | stale | foreign | dead | clone=DRIVE]`
pub(crate) fn insert<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    if let Some(flaw) = misplaced(context, input) {
        return flaw.fail();
    }
    let (mut rest, drive) = value::drive(context, input)?;
    let mut slot = None;
    let mut found: Option<(&str, Arrival)> = None;
    while let Some((after, key)) = key(rest) {
        if (key.name, key.valued) == ("slot", true) {
            let (after, number) = value::slot(context, after)?;
            set(context, key, &mut slot, number);
            rest = after;
            continue;
        }
        let (after, arrival) = arrival(context, key, &drive, after)?;
        match &found {
            Some((other, _)) if *other != key.name => contradict(context, key, other),
            _ => set(context, key, &mut found, (key.name, arrival)),
        }
        rest = after;
    }
    let arrival = found.map_or(Arrival::AsItWas, |(_, arrival)| arrival);
    Ok((rest, Fault::Insert { drive, slot, arrival }))
}

/// What is said about a word that stands before the drive and belongs behind it.
fn misplaced(context: &Context<'_>, input: &str) -> Option<Flaw> {
    let (_, first) = word(input).ok()?;
    if context.scope.has_drive(first) || context.scope.sweep(first).is_some() {
        return None;
    }
    if first == "small" {
        return Some(small(input));
    }
    FLAGS.contains(&first).then(|| {
        let flaw = Flaw::expected(input, "a drive");
        flaw.help(format!("write `insert DRIVE {first}`"))
    })
}

fn small(input: &str) -> Flaw {
    Flaw::not_yet(input, "small", "declare a smaller drive on the `shelf` and `insert` it")
}

fn arrival<'a>(
    context: &Context<'_>,
    key: Key<'_>,
    drive: &Value<DriveName>,
    input: &'a str,
) -> Parsed<'a, Arrival> {
    let arrival = match (key.name, key.valued) {
        ("blank", false) => Arrival::Blank,
        ("stale", false) => Arrival::Stale,
        ("foreign", false) => Arrival::Foreign,
        ("dead", false) => Arrival::Dead,
        ("clone", true) => {
            let (rest, of) = value::drive(context, input)?;
            if of == *drive {
                let flaw = Flaw::at(input, "a drive is a clone of itself").label("the same drive");
                context.report(flaw.help("name the drive that is copied"));
            }
            return Ok((rest, Arrival::Clone(of)));
        }
        ("small", false) => return small(key.input).fail(),
        _ => return unknown(key, "property of `insert`", KEYS, FLAGS),
    };
    Ok((input, arrival))
}

fn contradict(context: &Context<'_>, key: Key<'_>, other: &str) {
    let message = format!("`{other}` and `{}` contradict each other", key.name);
    let flaw = Flaw::part(key.input, key.name.len(), message);
    context.report(flaw.label("a drive holds one or the other").help("keep one of them"));
}
