//! Orders of the operator.

use super::context::Context;
use super::flaw::Flaw;
use super::options::{KeyAndFlag, behind, flag};
use super::token::{Parsed, at_end, keyword, require, word};
use super::value;
use crate::script::{Assemble, Order};

/// The order of that verb.
pub(crate) fn order<'a>(context: &Context<'_>, verb: &str, input: &'a str) -> Parsed<'a, Order> {
    match verb {
        "remove" => value::drive(context, input).map(|(rest, it)| (rest, Order::Remove(it))),
        "accept-losses" => Ok((input, Order::AcceptLosses)),
        "spare" => spare(context, input),
        "replace" => replace(context, input),
        "assemble" => assemble(context, input),
        _ => rebuild(context, input),
    }
}

fn spare<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Order> {
    let (rest, what) = require(word(input), input, "`add` or `remove`")?;
    match what {
        "add" => add_spare(context, rest),
        "remove" => value::drive(context, rest).map(|(rest, it)| (rest, Order::RemoveSpare(it))),
        _ => Flaw::unknown(input, what, "order about spares", ["add", "remove"].into_iter()).fail(),
    }
}

fn add_spare<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Order> {
    const OPTIONS: KeyAndFlag =
        KeyAndFlag { what: "property of a spare", key: "slot", flag: "force" };
    let (rest, drive) = value::drive(context, input)?;
    let (rest, (slot, force)) = OPTIONS.read(context, rest, |rest| value::slot(context, rest))?;
    Ok((rest, Order::AddSpare { drive, slot, force }))
}

fn replace<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Order> {
    if let Some(rest) = keyword("cancel", input) {
        return value::slot(context, rest).map(|(rest, it)| (rest, Order::CancelReplace(it)));
    }
    let (rest, slot) = value::slot(context, input)?;
    let (rest, with) = behind("with", rest, |rest| value::drive(context, rest))?;
    Ok((rest, Order::Replace { slot, with }))
}

fn rebuild<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Order> {
    if let Some(rest) = keyword("pause", input) {
        return value::slot(context, rest).map(|(rest, it)| (rest, Order::Pause(it)));
    }
    if let Some(rest) = keyword("resume", input) {
        return value::slot(context, rest).map(|(rest, it)| (rest, Order::Resume(it)));
    }
    let (rest, slot) = value::slot(context, input)?;
    let Some(rest) = keyword("with", rest) else {
        return Flaw::expected(rest, "`with` and a drive").fail();
    };
    let (rest, with) = value::drive(context, rest)?;
    let (rest, force) = flag("force", rest);
    Ok((rest, Order::Rebuild { slot, with, force }))
}

/// `[degraded | accept DRIVE | choose DRIVE]`
fn assemble<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Order> {
    if at_end(input) {
        return Ok((input, Order::Assemble(Assemble::Plain)));
    }
    let (rest, way) = require(word(input), input, "a way to assemble")?;
    let drive = |rest| value::drive(context, rest);
    let (rest, way) = match way {
        "degraded" => (rest, Assemble::Degraded),
        "accept" => drive(rest).map(|(rest, it)| (rest, Assemble::Accept(it)))?,
        "choose" => drive(rest).map(|(rest, it)| (rest, Assemble::Choose(it)))?,
        _ => {
            let ways = ["degraded", "accept", "choose"];
            return Flaw::unknown(input, way, "way to assemble", ways.into_iter()).fail();
        }
    };
    Ok((rest, Order::Assemble(way)))
}
