//! The header, and the end.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, at_end, bare, choose, keyword, mark, quoted, require, skip, word};
use super::unit;
use crate::script::{FinalStep, Heading, Promise};

/// `NAME "TITLE"`
pub(crate) fn vector(input: &str) -> Parsed<'_, Heading> {
    let (rest, name) = require(word(input), input, "the name of the vector")?;
    let (rest, title) = quoted(rest)?;
    let name = name.to_string();
    Ok((rest, Heading { name, title }))
}

/// `1`
pub(crate) fn format<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, u64> {
    let (rest, version) = unit::number(context, input)?;
    if version != 1 {
        let flaw = Flaw::at(input, alloc::format!("there is no format `{version}`"));
        context.report(flaw.label("unknown format").help("write `format 1`"));
    }
    Ok((rest, version))
}

/// One tag or more.
pub(crate) fn tags(input: &str) -> Parsed<'_, Vec<String>> {
    let (mut rest, first) = require(bare(input), input, "a tag")?;
    let mut tags = alloc::vec![first.to_string()];
    while !at_end(rest) {
        let (after, tag) = require(bare(rest), rest, "a tag")?;
        tags.push(tag.to_string());
        rest = after;
    }
    Ok((rest, tags))
}

/// `survivable` or `beyond`
pub(crate) fn promise(input: &str) -> Parsed<'_, Promise> {
    let table = [("survivable", Promise::Survivable), ("beyond", Promise::Beyond)];
    choose(input, "promise", table.into_iter())
}

/// Steps, separated by `;`.
pub(crate) fn finally<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Vec<FinalStep>> {
    let (mut rest, first) = step(context, input)?;
    let mut steps = alloc::vec![first];
    while let Ok((after, _)) = mark(";", rest) {
        let (after, step) = step(context, after)?;
        steps.push(step);
        rest = after;
    }
    Ok((rest, steps))
}

fn step<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, FinalStep> {
    let (rest, verb) = require(word(input), input, "a step of the end")?;
    match verb {
        "quiesce" if skip(rest).starts_with(|c: char| c.is_ascii_digit()) => {
            let (rest, time) = unit::time(context, rest)?;
            Ok((rest, FinalStep::Quiesce(Some(time))))
        }
        "quiesce" => Ok((rest, FinalStep::Quiesce(None))),
        "flush" => Ok((rest, FinalStep::Flush)),
        "read" => match keyword("all", rest) {
            Some(rest) => Ok((rest, FinalStep::ReadAll)),
            None => Flaw::expected(rest, "`all`").fail(),
        },
        "power-cycle" => Ok((rest, FinalStep::PowerCycle)),
        "stop" => Ok((rest, FinalStep::Stop)),
        _ => {
            let steps = ["quiesce", "flush", "read", "power-cycle", "stop"];
            Flaw::unknown(input, verb, "step", steps.into_iter()).fail()
        }
    }
}
