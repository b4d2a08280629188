//! What happens to drives, and to the power.

use alloc::format;

use super::context::Context;
use super::flaw::Flaw;
use super::insert::insert;
use super::options::{behind, flag, key, raise, set, unknown};
use super::power::drives;
use super::token::{Parsed, at_end, keyword, skip, word};
use super::trigger::{lasting, sized_drive};
use super::{power, range, unit, value};
use crate::limits;
use crate::script::{Fault, Healing, Heeds, LimpOps, Repeats, Sectors, Value};

/// The fault of that verb.
pub(crate) fn fault<'a>(context: &Context<'_>, verb: &str, input: &'a str) -> Parsed<'a, Fault> {
    let drive = |input| value::drive(context, input);
    match verb {
        "revive" => drive(input).map(|(rest, it)| (rest, Fault::Revive(it))),
        "recover" => drive(input).map(|(rest, it)| (rest, Fault::Recover(it))),
        "pull" => drive(input).map(|(rest, it)| (rest, Fault::Pull(it))),
        "timeout" => timeout(context, input),
        "unreadable" => unreadable(context, input),
        "write-error" => write_error(context, input),
        "limp" => limp(context, input),
        "stall" => stall(context, input),
        "insert" => insert(context, input),
        "swap" => swap(context, input),
        "glitch" => glitch(context, input),
        "image" => drive(input).map(|(rest, it)| (rest, Fault::Image(it))),
        "tear" => tear(context, input),
        "ignore-flush" => ignore_flush(context, input),
        "fail-flush" => fail_flush(context, input),
        "power-off" => power::power_off(context, input),
        "power-on" => Ok((input, Fault::PowerOn)),
        "power-cut" => power::power_cut(context, input),
        "brown-out" => power::brown_out(context, input),
        _ => power::reset(context, input),
    }
}

fn timeout<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (rest, drive) = value::drive(context, input)?;
    let (rest, time) = behind("for", rest, |rest| lasting(context, rest))?;
    let (rest, heeds) = match flag("abort-fails", rest) {
        (rest, true) => (rest, Heeds::Nothing),
        (rest, false) => match flag("reset-only", rest) {
            (rest, true) => (rest, Heeds::Resets),
            (rest, false) => (rest, Heeds::Aborts),
        },
    };
    Ok((rest, Fault::Timeout { drive, lasting: time, heeds }))
}

/// `DRIVE RANGE`, on the drive's own sectors.
fn drive_range<'a>(
    context: &Context<'_>,
    input: &'a str,
) -> Parsed<'a, (Value<crate::script::DriveName>, Sectors)> {
    let (rest, (drive, size)) = sized_drive(context, input)?;
    if at_end(rest) {
        return Flaw::expected(rest, "a range of the drive's sectors or `all`").fail();
    }
    let (rest, range) = range::sectors(context, size, rest)?;
    Ok((rest, (drive, range)))
}

fn unreadable<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (mut rest, (drive, range)) = drive_range(context, input)?;
    let (mut once, mut sticky) = (false, false);
    while let Some((after, key)) = key(rest) {
        match (key.name, key.valued) {
            ("once", false) => raise(context, key, &mut once),
            ("sticky", false) => raise(context, key, &mut sticky),
            _ => return unknown(key, "property of `unreadable`", &[], &["once", "sticky"]),
        }
        if once && sticky {
            let flaw = Flaw::at(key.input, "`once` and `sticky` contradict each other");
            context.report(flaw.label("healed by a read, or by nothing").help("keep one of them"));
        }
        rest = after;
    }
    let healing = match (once, sticky) {
        (true, _) => Healing::Once,
        (false, true) => Healing::Never,
        (false, false) => Healing::Write,
    };
    Ok((rest, Fault::Unreadable { drive, range, healing }))
}

fn write_error<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (mut rest, (drive, range)) = drive_range(context, input)?;
    let mut times = None;
    while let Some((after, key)) = key(rest) {
        rest = match (key.name, key.valued) {
            ("times", true) => {
                let (after, count) = value::number(context, 1, limits::COUNT, after)?;
                set(context, key, &mut times, Repeats::Times(count));
                after
            }
            ("always", false) => {
                set(context, key, &mut times, Repeats::Always);
                after
            }
            _ => return unknown(key, "property of `write-error`", &["times"], &["always"]),
        };
    }
    let times = times.unwrap_or(Repeats::Times(Value::Literal(1)));
    Ok((rest, Fault::WriteError { drive, range, times }))
}

fn limp<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    const MOST: u64 = 1_000_000;
    let (rest, drive) = value::drive(context, input)?;
    let start = skip(rest);
    let digits =
        start.strip_prefix('x').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let (rest, factor) = match digits {
        Some(digits) => {
            let (rest, factor) = unit::number(context, digits)?;
            if !(1..=MOST).contains(&factor) {
                let text = &start[..start.len() - rest.len()];
                let flaw = Flaw::part(start, text.len(), format!("`{text}` is out of range"));
                context.report(flaw.label("expected x1 to x1000000"));
            }
            (rest, Value::Literal(factor))
        }
        None if word(start).is_ok() => value::number(context, 1, MOST, rest)?,
        None => {
            return Flaw::expected(rest, "a factor").help("for instance `x40`").fail();
        }
    };
    let (rest, ops) = match (keyword("read", rest), keyword("write", rest)) {
        (Some(rest), _) => (rest, LimpOps::Read),
        (None, Some(rest)) => (rest, LimpOps::Write),
        (None, None) => (rest, LimpOps::All),
    };
    Ok((rest, Fault::Limp { drive, factor, ops }))
}

fn stall<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (rest, drive) = value::drive(context, input)?;
    let (rest, time) = lasting(context, rest)?;
    let start = skip(rest);
    let (rest, every) = behind("every", rest, |rest| lasting(context, rest))?;
    let both = every.as_ref().and_then(Value::literal).zip(time.literal());
    if both.is_some_and(|(period, time)| period <= time) {
        let flaw = Flaw::part(start, start.len() - rest.len(), "the stalls would overlap");
        context
            .report(flaw.label("not longer than the stall itself").help("write a longer period"));
    }
    Ok((rest, Fault::Stall { drive, lasting: time, every }))
}

fn swap<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let start = skip(input);
    let (rest, one) = value::slot(context, input)?;
    let (rest, other) = value::slot(context, rest)?;
    if one == other {
        let flaw = Flaw::part(start, start.len() - rest.len(), "a slot is swapped with itself");
        context.report(flaw.label("the same slot"));
    }
    Ok((rest, Fault::Swap(one, other)))
}

fn glitch<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (rest, drives) = drives(context, |rest| keyword("for", rest).is_some(), input)?;
    let Some(rest) = keyword("for", rest) else {
        return Flaw::expected(rest, "a drive, or `for` and a time").fail();
    };
    let (rest, lasting) = lasting(context, rest)?;
    Ok((rest, Fault::Glitch { drives, lasting }))
}

fn tear<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (rest, drive) = value::drive(context, input)?;
    let (rest, sectors) = value::sector_count(context, 0, limits::COUNT, rest)?;
    Ok((rest, Fault::Tear { drive, sectors }))
}

fn ignore_flush<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (mut rest, drive) = value::drive(context, input)?;
    let mut times = None;
    while let Some((after, key)) = key(rest) {
        if (key.name, key.valued) != ("times", true) {
            return unknown(key, "property of `ignore-flush`", &["times"], &[]);
        }
        let (after, count) = value::number(context, 1, limits::COUNT, after)?;
        set(context, key, &mut times, count);
        rest = after;
    }
    Ok((rest, Fault::IgnoreFlush { drive, times }))
}

fn fail_flush<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (mut rest, drive) = value::drive(context, input)?;
    let (mut times, mut drops) = (None, None);
    while let Some((after, key)) = key(rest) {
        rest = match (key.name, key.valued) {
            ("times", true) => {
                let (after, count) = value::number(context, 1, limits::COUNT, after)?;
                set(context, key, &mut times, count);
                after
            }
            ("drop", false) => {
                set(context, key, &mut drops, ());
                after
            }
            _ => return unknown(key, "property of `fail-flush`", &["times"], &["drop"]),
        };
    }
    Ok((rest, Fault::FailFlush { drive, times, drops: drops.is_some() }))
}
