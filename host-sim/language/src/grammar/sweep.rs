//! Sweeps.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::context::Context;
use super::flaw::Flaw;
use super::machine::numbered;
use super::token::{Parsed, at_end, keyword, mark, need, quantity, require, skip, word};
use super::trigger::op_kind;
use super::{unit, value};
use crate::limits;
use crate::script::{
    DriveName, OpKind, Percent, Sweep, SweepKind, SweepName, SweepValue, SweepValues, Time,
};

/// The name that a `sweep` line declares.
pub(crate) fn sweep_name(input: &str) -> Parsed<'_, &str> {
    require(word(input), input, "the name of the sweep")
}

/// `NAME = VALUES`
pub(crate) fn sweep<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Sweep> {
    let (rest, name) = sweep_name(input)?;
    let (rest, ()) = need("=", "`=`", rest)?;
    let (rest, values) = values(context, rest)?;
    let name = SweepName(name.into());
    Ok((rest, Sweep { name, values }))
}

fn values<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, SweepValues> {
    if let Some(rest) = keyword("every", input) {
        return every(context, rest);
    }
    let is_name = word(input).is_ok();
    if is_name {
        return drives(context, input);
    }
    let (rest, first) = literal(context, input)?;
    match mark("..", rest) {
        Ok((rest, _)) => steps(context, input, first, rest),
        Err(_) => list(context, first, rest),
    }
}

/// `every read|write DRIVE`
fn every<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, SweepValues> {
    let (rest, op) = op_kind(input)?;
    if !matches!(op, OpKind::Read | OpKind::Write) {
        let flaw = Flaw::at(input, "only `every read` and `every write` can be swept");
        context.report(flaw.label("expected `read` or `write`"));
    }
    let (rest, drive) = value::drive(context, rest)?;
    Ok((rest, SweepValues::Every { op, drive }))
}

/// `d0 d2..d5`
fn drives<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, SweepValues> {
    let mut values: Vec<SweepValue> = Vec::new();
    let mut rest = input;
    while !at_end(rest) {
        let (after, first) = require(word(rest), rest, "a drive")?;
        value::check_drive(context, rest, first);
        let names = match mark("..", after) {
            Ok((after, _)) => {
                let (end, last) = require(word(after), after, "the last drive")?;
                value::check_drive(context, after, last);
                let names = between(rest, first, last, skip(rest).len() - end.len())?.1;
                rest = end;
                names
            }
            Err(_) => {
                rest = after;
                alloc::vec![String::from(first)]
            }
        };
        let drive = |name| SweepValue::Drive(DriveName(name));
        values.extend(names.into_iter().map(drive));
    }
    report_doubles(context, input, &values);
    Ok((rest, SweepValues::List(values)))
}

fn between<'a>(input: &'a str, first: &str, last: &str, length: usize) -> Parsed<'a, Vec<String>> {
    match numbered(first, last) {
        Some((prefix, from, to)) if to - from < limits::DRIVES => {
            let names = (from..=to).map(|number| format!("{prefix}{number}")).collect();
            Ok((input, names))
        }
        _ => Flaw::part(skip(input), length, format!("`{first}..{last}` is no range of drives"))
            .label("the same letters, then numbers that go up")
            .help("for instance `d0..d3`")
            .fail(),
    }
}

/// More values of the same kind.
fn list<'a>(context: &Context<'_>, first: SweepValue, input: &'a str) -> Parsed<'a, SweepValues> {
    let mut values = alloc::vec![first];
    let mut rest = input;
    while !at_end(rest) {
        let kind = values[0].kind();
        let (after, value) = sweep_literal(context, kind, rest)?;
        values.push(value);
        rest = after;
    }
    report_doubles(context, input, &values);
    Ok((rest, SweepValues::List(values)))
}

fn report_doubles(context: &Context<'_>, input: &str, values: &[SweepValue]) {
    let mut sorted: Vec<&SweepValue> = values.iter().collect();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        let start = skip(input);
        let flaw = Flaw::part(start, start.len(), "a value is listed twice");
        context.report(flaw.label("each value makes a point of its own").help("keep one of them"));
    }
}

/// `FIRST..LAST [step STEP]`
fn steps<'a>(
    context: &Context<'_>,
    input: &'a str,
    first: SweepValue,
    rest: &'a str,
) -> Parsed<'a, SweepValues> {
    let (rest, last) = sweep_literal(context, first.kind(), rest)?;
    let start = skip(input);
    let (rest, step) = match (keyword("step", rest), first.kind()) {
        (Some(rest), kind) => sweep_literal(context, kind, rest)?,
        (None, SweepKind::Number) => (rest, SweepValue::Number(1)),
        (None, SweepKind::Percent) => (rest, SweepValue::Percent(Percent::whole(1))),
        (None, _) => return Flaw::expected(rest, "`step` and a time").fail(),
    };
    let flaw = |message| Flaw::part(start, start.len() - rest.len(), message);
    let zero = [SweepValue::Number(0), SweepValue::Percent(Percent(0)), SweepValue::Time(Time(0))];
    if zero.contains(&step) {
        context.report(flaw("a step of 0 never comes to the end").label("step of 0"));
    } else if first > last {
        context.report(flaw("the first value is behind the last").label("no values"));
    }
    Ok((rest, SweepValues::Steps { first, last, step }))
}

/// A number, a share or a time, by its unit.
fn literal<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, SweepValue> {
    let (_, number) = require(quantity(input), input, "a value")?;
    let kind = match number.unit {
        "%" => SweepKind::Percent,
        "" => SweepKind::Number,
        unit if unit::SIZES.iter().any(|(size, _)| *size == unit) => SweepKind::Number,
        _ => SweepKind::Time,
    };
    sweep_literal(context, kind, input)
}

/// A value of the given kind; a size is the number of its sectors.
pub(crate) fn sweep_literal<'a>(
    context: &Context<'_>,
    kind: SweepKind,
    input: &'a str,
) -> Parsed<'a, SweepValue> {
    match kind {
        SweepKind::Percent => {
            unit::percent(context, input).map(|(rest, it)| (rest, SweepValue::Percent(it)))
        }
        SweepKind::Number => {
            unit::sector(context, input).map(|(rest, it)| (rest, SweepValue::Number(it)))
        }
        SweepKind::Time => {
            unit::time(context, input).map(|(rest, it)| (rest, SweepValue::Time(it)))
        }
        SweepKind::Drive => {
            let (rest, name) = require(word(input), input, "a drive")?;
            value::check_drive(context, input, name);
            Ok((rest, SweepValue::Drive(name.into())))
        }
    }
}
