//! At which points of the sweeps an expectation holds.

use alloc::vec::Vec;

use super::action::sign;
use super::context::Context;
use super::flaw::Flaw;
use super::sweep::sweep_literal;
use super::token::{Parsed, keyword, need, skip, word};
use super::value::{self, DriveOrSlot};
use crate::script::{Comparison, Condition, Operand, Sweep, SweepKind, Value};

/// The signs of comparisons.
pub(crate) const SIGNS: [(&str, Comparison); 6] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::AtMost),
    (">", Comparison::Greater),
    (">=", Comparison::AtLeast),
];

/// Conditions, joined by `and`.
pub(crate) fn conditions<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Vec<Condition>> {
    let (mut rest, first) = condition(context, input)?;
    let mut conditions = alloc::vec![first];
    while let Some(after) = keyword("and", rest) {
        let (after, condition) = condition(context, after)?;
        conditions.push(condition);
        rest = after;
    }
    Ok((rest, conditions))
}

fn condition<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Condition> {
    if let Some(rest) = keyword("not", input) {
        return match keyword("same-mirror", rest) {
            Some(rest) => same_mirror(context, true, rest),
            None => Flaw::expected(rest, "`same-mirror(…)`").fail(),
        };
    }
    match keyword("same-mirror", input) {
        Some(rest) => same_mirror(context, false, rest),
        None => compare(context, input),
    }
}

fn same_mirror<'a>(context: &Context<'_>, negated: bool, input: &'a str) -> Parsed<'a, Condition> {
    let (rest, ()) = need("(", "`(` and a drive or a slot", input)?;
    let (rest, one) = operand(context, rest)?;
    let (rest, ()) = need(",", "`,` and a drive or a slot", rest)?;
    let (rest, other) = operand(context, rest)?;
    let (rest, ()) = need(")", "`)`", rest)?;
    Ok((rest, Condition::SameMirror { negated, one, other }))
}

fn operand<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Operand> {
    let (rest, operand) = value::drive_or_slot(context, input)?;
    let operand = match operand {
        DriveOrSlot::Drive(Value::Literal(drive)) => Operand::Drive(drive),
        DriveOrSlot::Slot(Value::Literal(slot)) => Operand::Slot(slot),
        DriveOrSlot::Drive(Value::Swept(name)) | DriveOrSlot::Slot(Value::Swept(name)) => {
            Operand::Swept(name)
        }
    };
    Ok((rest, operand))
}

fn compare<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Condition> {
    if word(input).is_err() {
        return Flaw::expected(input, "a condition")
            .help("for instance `same-mirror(d0, 1)` or `p > 0%`")
            .fail();
    }
    let (rest, name) = value::sweep_name(context, input)?;
    let at = skip(rest);
    let (rest, found) = sign(rest)?;
    let comparison = SIGNS.iter().find(|(sign, _)| *sign == found);
    let comparison = comparison.map_or(Comparison::Equal, |(_, comparison)| *comparison);
    let sweep = context.scope.sweep(name.as_str()).and_then(|entry| entry.sweep.as_ref());
    let kind = sweep.map_or(SweepKind::Number, Sweep::kind);
    let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    if kind == SweepKind::Drive && ordered {
        let flaw =
            Flaw::part(at, found.len(), "drives have no order").label("expected `==` or `!=`");
        context.report(flaw);
    }
    let (rest, value) = if sweep.is_some() && !value::refuse_sweep(context, rest) {
        sweep_literal(context, kind, rest)?
    } else {
        // One of the names was reported; whatever stands here is read over.
        let end = skip(rest).find([' ', '\t']).unwrap_or(skip(rest).len());
        (&skip(rest)[end..], crate::script::SweepValue::Number(0))
    };
    Ok((rest, Condition::Compare { name, comparison, value }))
}
