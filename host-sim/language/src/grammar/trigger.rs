//! Moments.

use alloc::boxed::Box;

use super::action::{VERBS, later};
use super::context::Context;
use super::event::pattern;
use super::flaw::Flaw;
use super::token::{Parsed, choose, keyword, need, quantity, require, skip, word};
use super::value::DriveOrSlot;
use super::{range, value};
use crate::nearest::nearest;
use crate::scope::Scope;
use crate::script::{
    ActionRef, Activity, Class, DriveName, LoadName, Mark, OpKind, OpMatch, Step, Subject,
    SweepKind, Time, Trigger, Value, Verb,
};

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
/// The steps of the engine by name.
pub(crate) const STEPS: [(&str, Step); 7] = [
    ("label", Step::Label),
    ("frame", Step::Frame),
    ("log", Step::Log),
    ("commit-flush", Step::CommitFlush),
    ("superblock", Step::Superblock),
    ("bits-set", Step::BitsSet),
    ("bits-clear", Step::BitsClear),
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
    if let Some(rest) = keyword("step", input) {
        return step(context, rest);
    }
    let (rest, time) = value::time(context, input)?;
    Ok((rest, Trigger::At(time)))
}

/// `NAME[#N] [DRIVE]`
fn step<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Trigger> {
    let (rest, step) = choose(input, "step of the engine", STEPS.into_iter())?;
    let (rest, count) = value::ordinal(context, rest)?;
    let (rest, drive) = if drive_follows(context, rest) {
        value::drive(context, rest).map(|(rest, it)| (rest, Some(it)))?
    } else {
        (rest, None)
    };
    Ok((rest, Trigger::Step { step, count, drive }))
}

/// True if the next word is a drive, rather than an action or what may stand behind a moment. What looks like a slip
/// of the hand in an action is one.
fn drive_follows(context: &Context<'_>, input: &str) -> bool {
    let Ok((_, name)) = word(input) else {
        return false;
    };
    if VERBS.contains(&name) {
        return false;
    }
    let known = context.scope.has_drive(name) || context.scope.sweep(name).is_some();
    let action = || later(name).is_some() || nearest(name, VERBS.iter().copied()).is_some();
    known || (name != "if" && !action())
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
            range::sectors(context, size, rest).map(|(rest, it)| (rest, Some(it)))?
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
        Verb::PowerOff | Verb::PowerOn | Verb::PowerCut | Verb::Reset | Verb::Assemble => {
            Ok((input, Subject::Machine))
        }
        Verb::Stop if load_left_out(input) => Ok((input, Subject::Machine)),
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
        | Verb::Image
        | Verb::Tear
        | Verb::IgnoreFlush
        | Verb::FailFlush
        | Verb::BrownOut
        | Verb::Remove => drive(input),
    }
}

/// True if nothing that could be the name of a load is next.
fn load_left_out(input: &str) -> bool {
    word(input).map_or(true, |(_, name)| name == "if")
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
