//! What happens to the power.

use alloc::vec::Vec;

use super::context::Context;
use super::flaw::Flaw;
use super::options::{Key, behind, key, set};
use super::survival::{self, survival};
use super::token::{Parsed, keyword, mark, word};
use super::trigger::lasting;
use super::value;
use crate::script::{DriveName, Fault, PowerLoss, Survival, Time, Value};

/// How long the power is gone, or the controller takes to start, if nothing is said.
const GONE: Value<Time> = Value::Literal(Time::secs(1));

/// `[SURVIVAL] [DRIVE=SURVIVAL …]`
pub(crate) fn power_off<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (rest, loss) = loss(context, input)?;
    if keyword("lasting", rest).is_some() {
        let flaw = Flaw::expected(rest, "the end of the line");
        return flaw.help("`power-on` ends it, or write `power-cut … lasting TIME`").fail();
    }
    Ok((rest, Fault::PowerOff(loss)))
}

/// `[SURVIVAL] [DRIVE=SURVIVAL …] [lasting TIME]`
pub(crate) fn power_cut<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (rest, loss) = loss(context, input)?;
    let (rest, lasting) = gone(context, rest)?;
    Ok((rest, Fault::PowerCut { loss, lasting }))
}

/// `[lasting TIME]`
pub(crate) fn reset<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    gone(context, input).map(|(rest, lasting)| (rest, Fault::Reset { lasting }))
}

/// `DRIVE {DRIVE} [SURVIVAL] [lasting TIME]`
pub(crate) fn brown_out<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Fault> {
    let (rest, drives) = drives(context, |rest| survival::is_next(rest) || ends(rest), input)?;
    let (rest, survival) =
        if survival::is_next(rest) { survival(context, rest)? } else { (rest, Survival::None) };
    let (rest, lasting) = gone(context, rest)?;
    Ok((rest, Fault::BrownOut { drives, survival, lasting }))
}

/// True if a time follows: behind its word, or behind the one of other faults.
fn ends(input: &str) -> bool {
    ["lasting", "for"].iter().any(|word| keyword(word, input).is_some())
}

fn gone<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Value<Time>> {
    if keyword("for", input).is_some() {
        return Flaw::expected(input, "`lasting` and a time").help("write `lasting TIME`").fail();
    }
    let (rest, time) = behind("lasting", input, |rest| lasting(context, rest))?;
    Ok((rest, time.unwrap_or(GONE)))
}

/// Drives behind each other, at least one, each once: up to what ends them, or the end of the line.
pub(crate) fn drives<'a>(
    context: &Context<'_>,
    ends: impl Fn(&str) -> bool,
    input: &'a str,
) -> Parsed<'a, Vec<Value<DriveName>>> {
    let (mut rest, first) = value::drive(context, input)?;
    let mut drives = alloc::vec![first];
    while word(rest).is_ok() && !ends(rest) {
        let (after, drive) = value::drive(context, rest)?;
        if drives.contains(&drive) {
            let flaw = Flaw::at(rest, "a drive is named twice").label("again");
            context.report(flaw.help("keep one of them"));
        }
        drives.push(drive);
        rest = after;
    }
    if mark(",", rest).is_ok() {
        return Flaw::expected(rest, "a drive").help("put blanks between the drives").fail();
    }
    Ok((rest, drives))
}

fn loss<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, PowerLoss> {
    let mut all = None;
    let mut but: Vec<(Value<DriveName>, Survival)> = Vec::new();
    let mut rest = input;
    while let Some((after, key)) = key(rest).filter(|(_, key)| key.valued || !ends(key.input)) {
        rest = if key.valued {
            let (after, exception) = exception(context, key, after, &but)?;
            but.push(exception);
            after
        } else {
            let (after, survival) = survival(context, rest)?;
            set(context, key, &mut all, survival);
            after
        };
    }
    let all = all.unwrap_or_default();
    Ok((rest, PowerLoss { all, but }))
}

/// What one drive keeps, behind its name and `=`.
fn exception<'a>(
    context: &Context<'_>,
    key: Key<'_>,
    input: &'a str,
    others: &[(Value<DriveName>, Survival)],
) -> Parsed<'a, (Value<DriveName>, Survival)> {
    let (_, drive) = value::drive(context, key.input)?;
    if others.iter().any(|(other, _)| *other == drive) {
        let flaw = Flaw::part(key.input, key.name.len(), "a drive is named twice");
        context.report(flaw.label("again").help("keep one of them"));
    }
    let (rest, survival) = survival(context, input)?;
    Ok((rest, (drive, survival)))
}
