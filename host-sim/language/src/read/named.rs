//! Moments that are named by an action, at each point of the sweeps: there must be a statement that does it.

use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use super::Mistake;
use crate::bind::Bind;
use crate::grammar::Flaw;
use crate::points::Points;
use crate::script::{
    Action, ActionRef, Condition, Line, Operand, Script, Subject, Sweep, SweepName, Value,
};

/// Comparisons in one vector at most: whatever is beyond them is found when the point is played.
pub(super) const COMPARISONS_MAX: usize = 1_000_000;

/// The first point at which a named action is done by no statement, for each that is named.
pub(super) fn check(script: &Script, references: &[(Range<usize>, ActionRef)]) -> Vec<Mistake> {
    let mut left = COMPARISONS_MAX;
    let missing =
        |(span, named): &(Range<usize>, ActionRef)| missing(script, span, named, &mut left);
    references.iter().filter_map(missing).collect()
}

fn missing(
    script: &Script,
    span: &Range<usize>,
    named: &ActionRef,
    left: &mut usize,
) -> Option<Mistake> {
    let actions = script.statements.iter().map(|line| &line.value.action);
    let candidates: Vec<&Action> = actions.filter(|action| action.may_be(named)).collect();
    if candidates.iter().any(|action| action.is(named)) {
        return None;
    }
    let conditions = conditions_at(script, span);
    let sweeps = sweeps_of(script, named, &candidates, conditions);
    for point in Points::new(&sweeps) {
        *left = left.checked_sub(candidates.len())?;
        let bound = named.bind(&point);
        let holds = conditions.iter().all(|condition| condition.holds(script, &point));
        if holds && !candidates.iter().any(|action| action.bind(&point).is(&bound)) {
            let message = format!("at {point} no statement does `{bound}`");
            let flaw = Flaw::part("", 0, message)
                .label("never happens at this point")
                .help("name an action that happens at every point, or restrict an expectation with `if …`");
            return Some(Mistake { span: span.clone(), flaw });
        }
    }
    None
}

/// The conditions of the expectation at a place of the text; none elsewhere.
fn conditions_at<'s>(script: &'s Script, place: &Range<usize>) -> &'s [Condition] {
    let here = |line: &&Line<_>| line.span.start <= place.start && place.end <= line.span.end;
    script.expectations.iter().find(here).map_or(&[], |line| &line.value.conditions)
}

/// The sweeps with an end that have a part in it.
fn sweeps_of(
    script: &Script,
    named: &ActionRef,
    candidates: &[&Action],
    conditions: &[Condition],
) -> Vec<Line<Sweep>> {
    let subjects = candidates.iter().filter_map(|action| action.named()).flat_map(|named| named.1);
    let mut names: Vec<SweepName> =
        subjects.chain([named.subject.clone()]).filter_map(swept).collect();
    names.extend(conditions.iter().flat_map(compared));
    sweeps_named(script, &names)
}

/// The sweeps with an end that have one of these names.
pub(super) fn sweeps_named(script: &Script, names: &[SweepName]) -> Vec<Line<Sweep>> {
    let wanted =
        |line: &&Line<Sweep>| line.value.count().is_some() && names.contains(&line.value.name);
    script.sweeps.iter().filter(wanted).cloned().collect()
}

fn swept(subject: Subject) -> Option<SweepName> {
    match subject {
        Subject::Drive(Value::Swept(name)) | Subject::Slot(Value::Swept(name)) => Some(name),
        Subject::Drive(Value::Literal(_))
        | Subject::Slot(Value::Literal(_))
        | Subject::Load(_)
        | Subject::Machine => None,
    }
}

fn compared(condition: &Condition) -> Vec<SweepName> {
    match condition {
        Condition::Compare { name, .. } => alloc::vec![name.clone()],
        Condition::SameMirror { one, other, .. } => {
            let names = [one, other].into_iter().filter_map(|operand| match operand {
                Operand::Swept(name) => Some(name.clone()),
                Operand::Drive(_) | Operand::Slot(_) => None,
            });
            names.collect()
        }
    }
}
