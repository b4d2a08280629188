//! Statements: a trigger and an action.

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::space0;
use nom::sequence::preceded;

use super::context::Context;
use super::flaw::Flaw;
use super::options::KeyAndFlag;
use super::token::{Parsed, at_end, keyword, require, word};
use super::value::{self, DriveOrSlot};
use super::{fault, order, policy, range, trigger};
use crate::script::{Action, Fault, HostIo, Order, Sectors, Statement, Value};

/// The verbs of actions.
pub(crate) const VERBS: &[&str] = &[
    "write",
    "read",
    "trim",
    "zero",
    "flush",
    "start",
    "stop",
    "fail",
    "revive",
    "timeout",
    "unreadable",
    "write-error",
    "limp",
    "recover",
    "stall",
    "pull",
    "insert",
    "swap",
    "glitch",
    "image",
    "tear",
    "ignore-flush",
    "fail-flush",
    "power-off",
    "power-on",
    "power-cut",
    "brown-out",
    "reset",
    "remove",
    "spare",
    "replace",
    "rebuild",
    "accept-losses",
    "assemble",
    "policy",
];

/// `TRIGGER ACTION` or `hold OP#N DRIVE until TRIGGER`
pub(crate) fn statement<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Statement> {
    if let Some(rest) = keyword("hold", input) {
        return hold(context, rest);
    }
    let (rest, first) = require(word(input), input, "a statement")?;
    if VERBS.contains(&first) || later(first).is_some() {
        let flaw = Flaw::at(input, alloc::format!("`{first}` does not say when"));
        let help = alloc::format!("put a trigger in front, such as `at 0s {first}`");
        return flaw.label("an action without a trigger").help(help).fail();
    }
    let (_, (rest, trigger)) = (rest, trigger::trigger(context, input)?);
    let (rest, action) = action(context, rest)?;
    Ok((rest, Statement { trigger, action }))
}

fn hold<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Statement> {
    let (rest, command) = trigger::command(context, input)?;
    let Some(rest) = keyword("until", rest) else {
        return Flaw::expected(rest, "`until` and a trigger").fail();
    };
    let (rest, until) = trigger::moment(context, rest)?;
    let trigger = crate::script::Trigger::On(command);
    Ok((rest, Statement { trigger, action: Action::Hold { until } }))
}

fn action<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Action> {
    let (rest, verb) = require(word(input), input, "an action")?;
    if let Some(help) = later(verb) {
        return Flaw::not_yet(input, verb, help).fail();
    }
    match verb {
        "write" | "read" | "trim" | "zero" | "flush" => host(context, verb, rest),
        "start" => trigger::load_name(context, rest).map(|(rest, it)| (rest, Action::Start(it))),
        "stop" if at_end(rest) => Ok((rest, Action::Order(Order::Stop))),
        "stop" => trigger::load_name(context, rest).map(|(rest, it)| (rest, Action::Stop(it))),
        "fail" => fail(context, rest),
        "remove" | "spare" | "replace" | "rebuild" | "accept-losses" | "assemble" => {
            order::order(context, verb, rest).map(|(rest, it)| (rest, Action::Order(it)))
        }
        "policy" => policy::settings(context, rest)
            .map(|(rest, it)| (rest, Action::Order(Order::Policy(it)))),
        _ if VERBS.contains(&verb) => {
            fault::fault(context, verb, rest).map(|(rest, it)| (rest, Action::Fault(it)))
        }
        _ => Flaw::unknown(input, verb, "action", VERBS.iter().copied()).fail(),
    }
}

/// What to do instead of an action that the simulated machine cannot do yet.
pub(crate) fn later(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "lose" => "use `write-error D LBA..LBA`: a lost write is seen with checksums only",
        "misdirect" => {
            "use `write-error D LBA..LBA`: a misdirected write is seen with checksums only"
        }
        "rot" => "use `unreadable D LBA..LBA`: rot is seen with checksums only",
        "clock-jump" => {
            "use `stall D T` to let commands take longer than the engine's clock allows"
        }
        "scrub" => "use `read all` under a trigger, which reads one copy of everything",
        "locate" => "leave it out: there are no LEDs yet",
        _ => return None,
    })
}

fn fail<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Action> {
    let (rest, subject) = value::drive_or_slot(context, input)?;
    let action = match subject {
        DriveOrSlot::Drive(drive) => Action::Fault(Fault::Fail(drive)),
        DriveOrSlot::Slot(slot) => Action::Order(Order::Fail(slot)),
    };
    Ok((rest, action))
}

fn host<'a>(context: &Context<'_>, verb: &str, input: &'a str) -> Parsed<'a, Action> {
    let (rest, io) = match verb {
        "flush" => (input, HostIo::Flush),
        "write" => write(context, input)?,
        _ => {
            let (rest, range) = array_range(context, input)?;
            let io = match verb {
                "read" => HostIo::Read(range),
                "trim" => HostIo::Trim(range),
                _ => HostIo::Zero(range),
            };
            (rest, io)
        }
    };
    Ok((rest, Action::Host(io)))
}

/// Array sectors.
pub(crate) fn array_range<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Sectors> {
    if at_end(input) {
        return Flaw::expected(input, "a range of sectors or `all`").fail();
    }
    range::sectors(context, context.scope.array_sectors(), input)
}

fn write<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, HostIo> {
    const OPTIONS: KeyAndFlag =
        KeyAndFlag { what: "property of a write", key: "pattern", flag: "fua" };
    let (rest, range) = array_range(context, input)?;
    let number = |rest| value::number(context, 0, u64::MAX, rest);
    let (rest, (pattern, fua)) = OPTIONS.read(context, rest, number)?;
    let pattern = pattern.unwrap_or(Value::Literal(0));
    Ok((rest, HostIo::Write { range, pattern, fua }))
}

/// A comparison sign.
pub(crate) fn sign(input: &str) -> Parsed<'_, &str> {
    let signs = alt((tag("=="), tag("!="), tag("<="), tag(">="), tag("<"), tag(">")));
    let found = preceded(space0, signs).parse(input);
    require(found, input, "a comparison")
}
