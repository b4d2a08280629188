//! Events of the engine, with their arguments.

use alloc::vec::Vec;

use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, choose, keyword, mark, require, word};
use super::value;
use crate::nearest::nearest;
use crate::script::{EventArgument, EventPattern};
use crate::words::{ArgumentKind, EVENTS};

/// `NAME[(ARGUMENTS)]`
pub(crate) fn pattern<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, EventPattern> {
    let (rest, found) = require(word(input), input, "the name of an event")?;
    let Some((name, kinds)) = EVENTS.iter().find(|(name, _)| *name == found) else {
        let names = EVENTS.iter().map(|(name, _)| *name);
        let near = nearest(found, names.clone());
        let flaw = Flaw::unknown(input, found, "event", names);
        return match near {
            Some(_) => flaw.fail(),
            None => flaw.help("the events are listed in the language reference").fail(),
        };
    };
    let (rest, arguments) = match rest.strip_prefix('(') {
        Some(inside) => arguments(context, name, kinds, inside)?,
        None => (rest, Vec::new()),
    };
    Ok((rest, EventPattern { name, arguments }))
}

fn arguments<'a>(
    context: &Context<'_>,
    name: &str,
    kinds: &[ArgumentKind],
    input: &'a str,
) -> Parsed<'a, Vec<EventArgument>> {
    let mut arguments = Vec::new();
    let mut rest = input;
    for kind in kinds {
        let (after, value) = argument(context, *kind, rest)?;
        arguments.push(value);
        rest = after;
        match mark(",", rest) {
            Ok((after, _)) if arguments.len() < kinds.len() => rest = after,
            _ => break,
        }
    }
    match mark(")", rest) {
        Ok((rest, _)) => Ok((rest, arguments)),
        Err(_) => Flaw::expected(rest, "`)`").help(shape(name, kinds)).fail(),
    }
}

/// How an event is written.
fn shape(name: &str, kinds: &[ArgumentKind]) -> alloc::string::String {
    let words: Vec<&str> = kinds
        .iter()
        .map(|kind| match kind {
            ArgumentKind::Drive => "DRIVE",
            ArgumentKind::Slot => "SLOT",
            ArgumentKind::Number => "NUMBER",
            ArgumentKind::Word(_) => "REASON",
        })
        .collect();
    if words.is_empty() {
        alloc::format!("write `{name}` without arguments")
    } else {
        alloc::format!("the arguments are `{name}({})`", words.join(", "))
    }
}

fn argument<'a>(
    context: &Context<'_>,
    kind: ArgumentKind,
    input: &'a str,
) -> Parsed<'a, EventArgument> {
    if let Some(rest) = keyword("_", input) {
        return Ok((rest, EventArgument::Any));
    }
    match kind {
        ArgumentKind::Drive => {
            value::drive(context, input).map(|(rest, it)| (rest, EventArgument::Drive(it)))
        }
        ArgumentKind::Slot => {
            value::slot(context, input).map(|(rest, it)| (rest, EventArgument::Slot(it)))
        }
        ArgumentKind::Number => {
            value::sector(context, input).map(|(rest, it)| (rest, EventArgument::Number(it)))
        }
        ArgumentKind::Word(words) => {
            let words = words.iter().map(|word| (*word, *word));
            choose(input, "reason", words).map(|(rest, it)| (rest, EventArgument::Word(it)))
        }
    }
}
