//! Values: written out, or given by a sweep.

use alloc::format;

use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, skip, word};
use super::unit;
use crate::limits;
use crate::nearest::nearest;
use crate::scope::{bounds, name_list, shortest, sweeps_of, whole_shares};
use crate::script::{DriveName, Percent, SweepKind, SweepName, Time, Value};

/// A literal, or the name of a sweep of that kind.
fn value<'a, T>(
    context: &Context<'_>,
    kind: SweepKind,
    input: &'a str,
    literal: impl Fn(&Context<'_>, &'a str) -> Parsed<'a, T>,
) -> Parsed<'a, Value<T>> {
    let Ok((rest, name)) = word(input) else {
        let (rest, value) = literal(context, input)?;
        return Ok((rest, Value::Literal(value)));
    };
    check_sweep(context, kind, input, name);
    Ok((rest, Value::Swept(name.into())))
}

/// Reports a name that is no sweep of that kind.
fn check_sweep(context: &Context<'_>, kind: SweepKind, input: &str, name: &str) {
    let start = skip(input);
    let entry = context.scope.sweep(name);
    let known = entry.map(|entry| entry.sweep.as_ref().map(crate::script::Sweep::kind));
    match known {
        Some(None) => {}
        Some(Some(own)) if own == kind => {}
        Some(Some(own)) => context.report(
            Flaw::part(start, name.len(), format!("`{name}` is {}", own.name()))
                .label(format!("expected {}", kind.name()))
                .help(format!(
                    "sweeps that fit here: {}",
                    name_list(sweeps_of(context.scope, kind))
                )),
        ),
        None => {
            let near = nearest(name, sweeps_of(context.scope, kind));
            let help = near.map_or_else(
                || format!("write {} or declare `sweep {name} = …`", kind.name()),
                |near| format!("did you mean `{near}`?"),
            );
            context.report(
                Flaw::part(start, name.len(), format!("no sweep is named `{name}`"))
                    .label(format!("expected {}", kind.name()))
                    .help(help),
            );
        }
    }
}

/// A time.
pub(crate) fn time<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Value<Time>> {
    value(context, SweepKind::Time, input, unit::time)
}

/// A time that is not shorter than this.
pub(crate) fn time_from<'a>(
    context: &Context<'_>,
    least: Time,
    input: &'a str,
) -> Parsed<'a, Value<Time>> {
    let before = context.reported();
    let (rest, value) = time(context, input)?;
    let shortest = match &value {
        Value::Literal(time) => Some(*time),
        Value::Swept(name) => {
            let entry = context.scope.sweep(name.as_str());
            entry.and_then(|entry| entry.sweep.as_ref()).and_then(shortest)
        }
    };
    if shortest.is_some_and(|time| time < least) && context.reported() == before {
        let start = skip(input);
        let text = &start[..start.len() - rest.len()];
        let message = match &value {
            Value::Literal(_) => format!("`{text}` is too short"),
            Value::Swept(_) => format!("`{text}` takes values that are too short"),
        };
        let flaw = Flaw::part(start, text.len(), message);
        context.report(flaw.label(format!("expected {least} to 100 years")));
    }
    Ok((rest, value))
}

/// A share.
pub(crate) fn percent<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Value<Percent>> {
    value(context, SweepKind::Percent, input, unit::percent)
}

/// A share that is a whole number of percent, wherever a sweep goes.
pub(crate) fn whole_percent<'a>(
    context: &Context<'_>,
    input: &'a str,
) -> Parsed<'a, Value<Percent>> {
    let (rest, value) = value(context, SweepKind::Percent, input, unit::whole_percent)?;
    if let Value::Swept(name) = &value {
        let sweep = context.scope.sweep(name.as_str()).and_then(|entry| entry.sweep.as_ref());
        if sweep.is_some_and(|sweep| !whole_shares(sweep)) {
            let message = format!("`{}` takes values that are no whole percentages", name.as_str());
            let flaw = Flaw::part(skip(input), name.as_str().len(), message);
            context.report(flaw.label("expected whole numbers of percent"));
        }
    }
    Ok((rest, value))
}

/// A sector or a size.
pub(crate) fn sector<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Value<u64>> {
    value(context, SweepKind::Number, input, unit::sector)
}

/// A number from `least` to `most`.
pub(crate) fn number<'a>(
    context: &Context<'_>,
    least: u64,
    most: u64,
    input: &'a str,
) -> Parsed<'a, Value<u64>> {
    within(context, least, most, input, unit::number)
}

/// A number of sectors from `least` to `most`, or a size.
pub(crate) fn sector_count<'a>(
    context: &Context<'_>,
    least: u64,
    most: u64,
    input: &'a str,
) -> Parsed<'a, Value<u64>> {
    within(context, least, most, input, unit::sector)
}

fn within<'a>(
    context: &Context<'_>,
    least: u64,
    most: u64,
    input: &'a str,
    literal: impl Fn(&Context<'_>, &'a str) -> Parsed<'a, u64>,
) -> Parsed<'a, Value<u64>> {
    let before = context.reported();
    let (rest, value) = value(context, SweepKind::Number, input, literal)?;
    let (low, high) = range_of(context, &value);
    let outside = low < least || high.is_none_or(|high| high > most);
    if outside && context.reported() == before {
        let start = skip(input);
        let text = &start[..start.len() - rest.len()];
        let message = match &value {
            Value::Literal(_) => format!("`{text}` is out of range"),
            Value::Swept(_) => format!("`{text}` takes values that are out of range"),
        };
        let label = if most == u64::MAX {
            format!("expected at least {least}")
        } else {
            format!("expected {least} to {most}")
        };
        context.report(Flaw::part(start, text.len(), message).label(label));
    }
    Ok((rest, value))
}

/// The smallest and the largest number that a value may have; an open sweep has no largest but where any
/// number will do.
pub(crate) fn range_of(context: &Context<'_>, value: &Value<u64>) -> (u64, Option<u64>) {
    match value {
        Value::Literal(number) => (*number, Some(*number)),
        Value::Swept(name) => {
            let entry = context.scope.sweep(name.as_str());
            entry.and_then(|entry| entry.sweep.as_ref()).map_or((1, Some(1)), bounds)
        }
    }
}

/// The N of the N-th: at least 1, and it may be an open sweep.
pub(crate) fn count<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Value<u64>> {
    let before = context.reported();
    let (rest, value) = value(context, SweepKind::Number, input, unit::number)?;
    let (low, high) = range_of(context, &value);
    let outside = low == 0 || high.is_some_and(|high| high > limits::COUNT);
    if outside && context.reported() == before {
        let start = skip(input);
        let text = &start[..start.len() - rest.len()];
        let flaw = Flaw::part(start, text.len(), format!("`{text}` is out of range"));
        context.report(flaw.label(format!("expected 1 to {}", limits::COUNT)));
    }
    Ok((rest, value))
}

/// `#N` right behind a word; 1 if there is none.
pub(crate) fn ordinal<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Value<u64>> {
    match input.strip_prefix('#') {
        Some(rest) => count(context, rest),
        None => Ok((input, Value::Literal(1))),
    }
}

/// A slot of the array.
pub(crate) fn slot<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Value<u8>> {
    let (rest, value) = value(context, SweepKind::Number, input, unit::number)?;
    let start = skip(input);
    let text = &start[..start.len() - rest.len()];
    let members =
        context.scope.array.as_ref().map_or(u64::from(u8::MAX), |array| u64::from(array.members));
    let exists = range_of(context, &value).1.is_some_and(|high| high < members);
    if !exists {
        let message = match &value {
            Value::Literal(_) => format!("there is no slot `{text}`"),
            Value::Swept(_) => format!("`{text}` takes values that are no slots"),
        };
        let last = members.saturating_sub(1);
        let flaw = Flaw::part(start, text.len(), message).label("no such slot");
        context.report(flaw.help(format!("the array has the slots 0 to {last}")));
    }
    let value = match value {
        Value::Literal(slot) => Value::Literal(u8::try_from(slot).unwrap_or(0)),
        Value::Swept(name) => Value::Swept(name),
    };
    Ok((rest, value))
}

/// A drive.
pub(crate) fn drive<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Value<DriveName>> {
    let Ok((rest, name)) = word(input) else {
        return Flaw::expected(input, "a drive").fail();
    };
    if context.scope.sweep(name).is_some() {
        check_sweep(context, SweepKind::Drive, input, name);
        return Ok((rest, Value::Swept(name.into())));
    }
    if !context.scope.has_drive(name) {
        report_drive(context, input, name, sweeps_of(context.scope, SweepKind::Drive));
    }
    Ok((rest, Value::Literal(name.into())))
}

/// Reports a name that is no drive, where no sweep can stand for one.
pub(crate) fn check_drive(context: &Context<'_>, input: &str, name: &str) {
    if refuse_sweep(context, input) || context.scope.has_drive(name) {
        return;
    }
    report_drive(context, input, name, core::iter::empty());
}

/// Reports the name of a sweep where only a written value can stand; true if it is one.
pub(crate) fn refuse_sweep(context: &Context<'_>, input: &str) -> bool {
    let Some((_, name)) = word(input).ok().filter(|(_, name)| context.scope.sweep(name).is_some())
    else {
        return false;
    };
    context.report(
        Flaw::part(skip(input), name.len(), format!("`{name}` is a sweep"))
            .label("expected a value")
            .help("write the value itself: a sweep cannot stand for another's"),
    );
    true
}

fn report_drive<'n>(
    context: &'n Context<'_>,
    input: &str,
    name: &str,
    sweeps: impl Iterator<Item = &'n str>,
) {
    let names = || context.scope.drive_names.iter().map(alloc::string::String::as_str);
    let help = nearest(name, names().chain(sweeps)).map_or_else(
        || format!("the drives are {}", name_list(names())),
        |near| format!("did you mean `{near}`?"),
    );
    context.report(
        Flaw::part(skip(input), name.len(), format!("no drive is named `{name}`"))
            .label("unknown drive")
            .help(help),
    );
}

/// A slot, or a drive: whichever the text or its sweep is.
pub(crate) enum DriveOrSlot {
    /// A drive.
    Drive(Value<DriveName>),
    /// A slot.
    Slot(Value<u8>),
}

/// A drive by name, or a slot by number.
pub(crate) fn drive_or_slot<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, DriveOrSlot> {
    let number = skip(input).starts_with(|c: char| c.is_ascii_digit());
    let swept = word(input).ok().and_then(|(_, name)| context.scope.sweep(name));
    let swept = swept.and_then(|entry| entry.sweep.as_ref());
    if number || swept.is_some_and(|sweep| sweep.kind() == SweepKind::Number) {
        let (rest, slot) = slot(context, input)?;
        return Ok((rest, DriveOrSlot::Slot(slot)));
    }
    let (rest, drive) = drive(context, input)?;
    Ok((rest, DriveOrSlot::Drive(drive)))
}

/// The name of a sweep.
pub(crate) fn sweep_name<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, SweepName> {
    let Ok((rest, name)) = word(input) else {
        return Flaw::expected(input, "the name of a sweep").fail();
    };
    if context.scope.sweep(name).is_none() {
        let names = context.scope.sweeps.iter().map(|entry| entry.name.as_str());
        context.report(Flaw::unknown(input, name, "sweep", names));
    }
    Ok((rest, name.into()))
}
