//! What must be seen.

use alloc::vec::Vec;

use super::action::array_range;
use super::condition::conditions;
use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, at_end, choose, keyword, mark, need, require, word};
use super::{event, trigger, value};
use crate::script::{Claim, Expectation, LostClaim, Sectors, When, Within};
use crate::words::{ARRAY_STATES, MEMBER_STATES};

const CLAIMS: &[&str] =
    &["array", "member", "event", "never", "lost", "intact", "duration", "copied", "pull", "leds"];

/// `CLAIM [if CONDITION]`
pub(crate) fn expectation<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Expectation> {
    let (rest, claim) = claim(context, input)?;
    let (rest, conditions) = match keyword("if", rest) {
        Some(rest) => conditions(context, rest)?,
        None => (rest, Vec::new()),
    };
    Ok((rest, Expectation { claim, conditions }))
}

fn claim<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Claim> {
    let (rest, what) = require(word(input), input, "what is expected")?;
    match what {
        "array" => array(context, rest),
        "member" => member(context, rest),
        "event" => event(context, rest),
        "never" => never(context, rest),
        "lost" => lost(context, rest),
        "intact" => ranges(context, rest).map(|(rest, it)| (rest, Claim::Intact(it))),
        "duration" => duration(context, rest),
        "copied" => copied(context, rest),
        "pull" => pull(context, rest),
        "leds" => {
            let help = "use `expect member SLOT STATE`: there are no LEDs yet";
            Flaw::not_yet(input, what, help).fail()
        }
        _ => Flaw::unknown(input, what, "expectation", CLAIMS.iter().copied()).fail(),
    }
}

fn state<'a>(
    input: &'a str,
    what: &str,
    states: &'static [&'static str],
) -> Parsed<'a, &'static str> {
    choose(input, what, states.iter().map(|state| (*state, *state)))
}

fn array<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Claim> {
    let (rest, state) = state(input, "state of the array", ARRAY_STATES)?;
    let (rest, within) = within(context, rest)?;
    Ok((rest, Claim::Array { state, within }))
}

fn member<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Claim> {
    let (rest, slot) = value::slot(context, input)?;
    let (rest, state) = state(rest, "state of a slot", MEMBER_STATES)?;
    let (rest, within) = within(context, rest)?;
    Ok((rest, Claim::Member { slot, state, within }))
}

/// `[within T [of TRIGGER]]`
fn within<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Option<Within>> {
    let Some(rest) = keyword("within", input) else {
        return Ok((input, None));
    };
    let (rest, time) = value::time(context, rest)?;
    let (rest, of) = match keyword("of", rest) {
        Some(rest) => trigger::moment(context, rest).map(|(rest, it)| (rest, Some(it)))?,
        None => (rest, None),
    };
    Ok((rest, Some(Within { time, of })))
}

fn event<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Claim> {
    let (rest, pattern) = event::pattern(context, input)?;
    let other = |rest| event::pattern(context, rest);
    let (rest, when) = if let Some(rest) = keyword("before", rest) {
        other(rest).map(|(rest, it)| (rest, When::Before(it)))?
    } else if let Some(rest) = keyword("after", rest) {
        other(rest).map(|(rest, it)| (rest, When::After(it)))?
    } else {
        let (rest, within) = within(context, rest)?;
        (rest, within.map_or(When::Anytime, When::Within))
    };
    Ok((rest, Claim::Event { pattern, when }))
}

fn never<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Claim> {
    let Some(rest) = keyword("event", input) else {
        return Flaw::expected(input, "`event` and its name").fail();
    };
    event::pattern(context, rest).map(|(rest, it)| (rest, Claim::Never(it)))
}

fn lost<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Claim> {
    let (rest, lost) = if let Some(rest) = keyword("none", input) {
        (rest, LostClaim::None)
    } else if let Some(rest) = keyword("computed", input) {
        (rest, LostClaim::Computed)
    } else if at_end(input) {
        return Flaw::expected(input, "`none`, `computed` or ranges of sectors").fail();
    } else {
        ranges(context, input).map(|(rest, it)| (rest, LostClaim::Ranges(it)))?
    };
    Ok((rest, Claim::Lost(lost)))
}

/// Ranges, separated by commas.
fn ranges<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Vec<Sectors>> {
    let (mut rest, first) = array_range(context, input)?;
    let mut ranges = alloc::vec![first];
    while let Ok((after, _)) = mark(",", rest) {
        let (after, range) = array_range(context, after)?;
        ranges.push(range);
        rest = after;
    }
    Ok((rest, ranges))
}

fn duration<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Claim> {
    let (rest, (activity, slot)) = trigger::activity(context, input)?;
    let (rest, ()) = need("<=", "`<=` and a time", rest)?;
    let (rest, limit) = value::time(context, rest)?;
    Ok((rest, Claim::Duration { activity, slot, limit }))
}

fn copied<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Claim> {
    let (rest, drive) = value::drive(context, input)?;
    let (rest, ()) = need("<=", "`<=` and a size", rest)?;
    let (rest, limit) = value::sector(context, rest)?;
    Ok((rest, Claim::Copied { drive, limit }))
}

fn pull<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Claim> {
    let (rest, slot) = value::slot(context, input)?;
    let table = [("safe", true), ("unsafe", false)];
    let (rest, safe) = choose(rest, "answer", table.into_iter())?;
    let (rest, within) = within(context, rest)?;
    Ok((rest, Claim::Pull { slot, safe, within }))
}
