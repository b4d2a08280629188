//! Moments.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, choose, keyword, mark, need, quantity, require, skip, word};
use super::value;
use super::value::DriveOrSlot;
use crate::scope::Scope;
use crate::script::{
    ActionRef, Activity, Class, DriveName, EventArgument, EventPattern, LoadName, Mark, OpKind,
    OpMatch, Subject, SweepKind, Time, Trigger, Value, Verb,
};
use crate::words::{ArgumentKind, EVENTS};

/// The activities by name.
pub(crate) const ACTIVITIES: [(&str, Activity); 3] =
    [("rebuild", Activity::Rebuild), ("resync", Activity::Resync), ("replace", Activity::Replace)];
/// The kinds of drive commands by name.
pub(crate) const OPS: [(&str, OpKind); 5] = [
    ("read", OpKind::Read),
    ("write", OpKind::Write),
    ("flush", OpKind::Flush),
    ("compare", OpKind::Compare),
    ("any", OpKind::Any),
];
/// The purposes of drive commands by name.
pub(crate) const CLASSES: [(&str, Class); 5] = [
    ("host", Class::Host),
    ("metadata", Class::Metadata),
    ("rebuild", Class::Rebuild),
    ("repair", Class::Repair),
    ("probe", Class::Probe),
];
const MOMENTS: &[&str] = &["at", "when", "on", "event", "after"];

/// The moment that a statement starts with.
pub(crate) fn trigger<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Trigger> {
    let (rest, first) = require(word(input), input, "a trigger")?;
    match first {
        "at" => at(context, rest),
        "when" => when(context, rest),
        "on" => on(context, rest),
        "after" => after(context, rest),
        _ => {
            let words = super::STARTS.iter().copied();
            Flaw::unknown(input, first, "statement", words).fail()
        }
    }
}

/// A moment behind `after`, `of` or `until`: one that a statement may start with, or an event, or an
/// action.
pub(crate) fn moment<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Trigger> {
    let (rest, first) = require(word(input), input, "a moment")?;
    match first {
        "event" => event(context, rest),
        first if MOMENTS.contains(&first) => trigger(context, input),
        _ => action(context, input),
    }
}

fn at<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Trigger> {
    if keyword("step", input).is_some() {
        let help =
            "use `on write#N DRIVE` or `on event NAME`: named steps come with durable metadata";
        return Flaw::not_yet(input, "step", help).fail();
    }
    let (rest, time) = value::time(context, input)?;
    Ok((rest, Trigger::At(time)))
}

/// `ACTIVITY(SLOT)`
pub(crate) fn activity<'a>(
    context: &Context<'_>,
    input: &'a str,
) -> Parsed<'a, (Activity, Value<u8>)> {
    if keyword("scrub", input).is_some() {
        let help = "use `rebuild`, `resync` or `replace`: there is no scrub yet";
        return Flaw::not_yet(input, "scrub", help).fail();
    }
    let (rest, activity) = choose(input, "activity", ACTIVITIES.into_iter())?;
    let (rest, ()) = need("(", "`(` and a slot", rest)?;
    let (rest, slot) = value::slot(context, rest)?;
    let (rest, ()) = need(")", "`)`", rest)?;
    Ok((rest, (activity, slot)))
}

fn when<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Trigger> {
    let (rest, (activity, slot)) = activity(context, input)?;
    let (rest, ()) = need(">=", "`>=`", rest)?;
    let (rest, mark) = progress(context, rest)?;
    Ok((rest, Trigger::When { activity, slot, mark }))
}

fn progress<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Mark> {
    let share = match word(input) {
        Ok((_, name)) => kind_of(context.scope, name) != Some(SweepKind::Number),
        Err(_) => quantity(input).is_ok_and(|(_, number)| number.unit == "%"),
    };
    if share {
        value::percent(context, input).map(|(rest, it)| (rest, Mark::Percent(it)))
    } else {
        value::sector(context, input).map(|(rest, it)| (rest, Mark::Sector(it)))
    }
}

fn kind_of(scope: &Scope, name: &str) -> Option<SweepKind> {
    let sweep = scope.sweep(name)?.sweep.as_ref()?;
    Some(sweep.kind())
}

fn on<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Trigger> {
    match keyword("event", input) {
        Some(rest) => event(context, rest),
        None => command(context, input).map(|(rest, it)| (rest, Trigger::On(it))),
    }
}

fn event<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Trigger> {
    let (rest, pattern) = pattern(context, input)?;
    let (rest, count) = value::ordinal(context, rest)?;
    Ok((rest, Trigger::Event { pattern, count }))
}

/// The kind of a command.
pub(crate) fn op_kind(input: &str) -> Parsed<'_, OpKind> {
    choose(input, "drive command", OPS.into_iter())
}

/// `OP#N DRIVE [in RANGE] [class=CLASS]`
pub(crate) fn command<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, OpMatch> {
    let (rest, op) = op_kind(input)?;
    let (rest, count) = value::ordinal(context, rest)?;
    let start = skip(rest);
    let (rest, drive) = value::drive(context, rest)?;
    let name = &start[..start.len() - rest.len()];
    let (rest, within) = match keyword("in", rest) {
        Some(rest) => {
            let size = context.scope.smallest_of(name);
            value::sectors(context, size, rest).map(|(rest, it)| (rest, Some(it)))?
        }
        None => (rest, None),
    };
    let (rest, class) = match keyword("class", rest) {
        Some(rest) => class(rest).map(|(rest, it)| (rest, Some(it)))?,
        None => (rest, None),
    };
    Ok((rest, OpMatch { op, count, drive, within, class }))
}

fn class(input: &str) -> Parsed<'_, Class> {
    let (rest, ()) = need("=", "`=`", input)?;
    if keyword("scrub", rest).is_some() {
        return Flaw::not_yet(rest, "scrub", "there is no scrub yet").fail();
    }
    choose(rest, "class", CLASSES.into_iter())
}

/// `TRIGGER + T`
fn after<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Trigger> {
    if keyword("after", input).is_some() {
        let flaw = Flaw::at(input, "`after` behind `after`").label("only one delay");
        return flaw.help("add the times up").fail();
    }
    let (rest, base) = moment(context, input)?;
    let (rest, ()) = need("+", "`+` and a time", rest)?;
    let (rest, delay) = value::time(context, rest)?;
    Ok((rest, Trigger::After { base: Box::new(base), delay }))
}

/// `NAME[(ARGUMENTS)]`
pub(crate) fn pattern<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, EventPattern> {
    let (rest, found) = require(word(input), input, "the name of an event")?;
    let Some((name, kinds)) = EVENTS.iter().find(|(name, _)| *name == found) else {
        let names = EVENTS.iter().map(|(name, _)| *name);
        let near = crate::nearest::nearest(found, names.clone());
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

/// `VERB SUBJECT`
fn action<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Trigger> {
    let start = skip(input);
    let (rest, found) = require(word(input), input, "a moment")?;
    let Some(verb) = Verb::ALL.iter().find(|verb| verb.name() == found).copied() else {
        let verbs = Verb::ALL.iter().map(|verb| verb.name());
        let words = MOMENTS.iter().copied().chain(verbs);
        return Flaw::unknown(input, found, "moment", words).fail();
    };
    let (rest, subject) = subject(context, verb, rest)?;
    let action = ActionRef { verb, subject };
    context.refer(start, start.len() - rest.len(), action.clone());
    Ok((rest, Trigger::Action(action)))
}

fn subject<'a>(context: &Context<'_>, verb: Verb, input: &'a str) -> Parsed<'a, Subject> {
    let slot = |input| value::slot(context, input).map(|(rest, it)| (rest, Subject::Slot(it)));
    let drive = |input| value::drive(context, input).map(|(rest, it)| (rest, Subject::Drive(it)));
    match verb {
        Verb::Start | Verb::Stop => {
            load_name(context, input).map(|(rest, it)| (rest, Subject::Load(it)))
        }
        Verb::Swap | Verb::Replace | Verb::Rebuild => slot(input),
        Verb::Fail => match value::drive_or_slot(context, input)? {
            (rest, DriveOrSlot::Slot(it)) => Ok((rest, Subject::Slot(it))),
            (rest, DriveOrSlot::Drive(it)) => Ok((rest, Subject::Drive(it))),
        },
        Verb::Revive
        | Verb::Timeout
        | Verb::Unreadable
        | Verb::WriteError
        | Verb::Limp
        | Verb::Recover
        | Verb::Stall
        | Verb::Pull
        | Verb::Insert
        | Verb::Glitch
        | Verb::Remove => drive(input),
    }
}

/// The name of a load.
pub(crate) fn load_name<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, LoadName> {
    let (rest, name) = require(word(input), input, "the name of a load")?;
    if context.scope.loads.iter().all(|load| load.as_str() != name) {
        let names = context.scope.loads.iter().map(LoadName::as_str);
        context.report(Flaw::unknown(input, name, "load", names));
    }
    Ok((rest, name.into()))
}

/// A drive, and how large it is.
pub(crate) fn sized_drive<'a>(
    context: &Context<'_>,
    input: &'a str,
) -> Parsed<'a, (Value<DriveName>, Option<u64>)> {
    let start = skip(input);
    let (rest, drive) = value::drive(context, input)?;
    let size = context.scope.smallest_of(&start[..start.len() - rest.len()]);
    Ok((rest, (drive, size)))
}

/// A time that is written out or swept.
pub(crate) fn lasting<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Value<Time>> {
    value::time_from(context, Time(1), input)
}
