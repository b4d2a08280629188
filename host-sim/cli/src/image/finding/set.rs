//! What is to be said of several images.

use raid10_metadata::assembly::Decision;

use super::{Finding, Severity};
use crate::image::plan::Plan;
use crate::image::set::{Seat, SetView, SlotView};
use crate::image::standing::Standing;
use crate::render::quantity::plural;

/// Images of more than one set.
pub(super) fn several(sets: &[SetView<'_>]) -> Option<Finding> {
    let list: Vec<String> = sets
        .iter()
        .map(|set| format!("{} ({})", set.uuid, plural(set.seats.len() as u64, "image")))
        .collect();
    let text = format!("the images belong to several sets: {}", list.join(", "));
    (sets.len() > 1).then(|| Finding::of_set(Severity::Wrong, text))
}

pub(super) fn findings(set: &SetView<'_>) -> Vec<Finding> {
    let mut findings = differences(set);
    findings.extend(clones(set));
    findings.extend(numbers(set));
    findings.extend(disagreement(set));
    findings.extend(set.seats.iter().filter_map(|seat| standing(seat, set)));
    let slots = set.slots();
    findings.extend(slots.iter().filter_map(|slot| contested(set, slot)));
    findings.extend(missing(set, &slots));
    findings.extend(bitmaps(set));
    findings
}

/// A set that the engine would not start.
pub(super) fn refusal(set: &SetView<'_>, plan: &Plan) -> Option<Finding> {
    let refused = matches!(plan.decision, Decision::Refuse(_) | Decision::Wait(_));
    let text = || format!("the set {} as the engine sees it: {}", set.uuid, plan.words());
    refused.then(|| wrong(text()))
}

fn wrong(text: String) -> Finding {
    Finding::of_set(Severity::Wrong, text)
}

/// Fields that must be the same.
fn differences(set: &SetView<'_>) -> Vec<Finding> {
    let text = |field: &str, values: &[String]| {
        let pairs = set.seats.iter().zip(values);
        let list: Vec<String> =
            pairs.map(|(seat, value)| format!("{value} on {}", seat.file)).collect();
        format!("{field} differs, and Linux would make two arrays of it: {}", list.join(", "))
    };
    let differences = set.differences();
    differences.iter().map(|difference| wrong(text(difference.field, &difference.values))).collect()
}

fn clones(set: &SetView<'_>) -> Vec<Finding> {
    let pairs = set.pairs(|a, b| a.md.device.uuid == b.md.device.uuid);
    let text = |(a, b): (usize, usize)| {
        let (a, b) = (&set.seats[a], &set.seats[b]);
        format!("{} and {} are the same member: leave one of them away", a.file, b.file)
    };
    pairs.into_iter().map(|pair| wrong(text(pair))).collect()
}

/// Two members with one number, which are no clones. Of stale ones the number was given away.
fn numbers(set: &SetView<'_>) -> Vec<Finding> {
    let stale = |seat: &Seat<'_>| matches!(seat.standing, Standing::Stale(_));
    let pairs = set.pairs(|a, b| {
        a.md.device.number == b.md.device.number
            && a.md.device.uuid != b.md.device.uuid
            && !stale(a)
            && !stale(b)
    });
    let text = |(a, b): (usize, usize)| {
        let (a, b) = (&set.seats[a], &set.seats[b]);
        let number = a.md.device.number;
        format!("{} and {} both are member number {number}", a.file, b.file)
    };
    pairs.into_iter().map(|pair| wrong(text(pair))).collect()
}

/// Members that are equally new, but say different things of the set: it ran in two halves.
fn disagreement(set: &SetView<'_>) -> Option<Finding> {
    let newest = set.newest();
    let equally_new = |seat: &&Seat<'_>| {
        seat.md.slot().is_some() && seat.md.state.events == newest.md.state.events
    };
    let other = set
        .seats
        .iter()
        .filter(equally_new)
        .find(|seat| seat.md.array_state() != newest.md.array_state())?;
    Some(wrong(format!(
        "{} and {} are equally new, but say different things: {} and {}; the array may have run in two halves",
        newest.file,
        other.file,
        newest.md.array_state(),
        other.md.array_state()
    )))
}

/// A member that cannot be used as it is.
fn standing(seat: &Seat<'_>, set: &SetView<'_>) -> Option<Finding> {
    let newest = set.newest();
    let text = match seat.standing {
        Standing::Stale(_) => format!(
            "it is at events {}, and {} at {}: it lacks what was written since",
            seat.md.state.events, newest.file, newest.md.state.events
        ),
        Standing::Ejected => format!("{} counts it as failed or gone", newest.file),
        Standing::Moved(slot) => format!(
            "it says that it has slot {}, and {} that it has slot {slot}",
            seat.md.slot().unwrap_or_default(),
            newest.file
        ),
        Standing::Faulty => "it failed".to_owned(),
        Standing::InSync | Standing::Building(_) | Standing::Spare => return None,
    };
    Some(Finding::of_image(Severity::Wrong, seat.file, Some(seat.md.byte()), text))
}

/// Several members that are no clones hold one slot.
fn contested(set: &SetView<'_>, slot: &SlotView) -> Option<Finding> {
    let first = set.seats.get(*slot.in_sync.first()?)?;
    let other = slot.in_sync.iter().map(|&seat| &set.seats[seat]);
    let other = other.into_iter().find(|seat| seat.md.device.uuid != first.md.device.uuid)?;
    let text = format!("{} and {} both hold slot {}", first.file, other.file, slot.slot);
    Some(wrong(text))
}

/// Slots without a member in sync.
fn missing(set: &SetView<'_>, slots: &[SlotView]) -> Option<Finding> {
    let empty = slots.iter().filter(|slot| slot.in_sync.is_empty());
    let list: Vec<String> = empty.map(|slot| slot.slot.to_string()).collect();
    let what = if list.len() == 1 { "slot" } else { "slots" };
    let rest = if set.is_complete() {
        "each chunk has a copy on another"
    } else {
        "there are chunks without a copy in sync"
    };
    let list_text = list.join(", ");
    let text = format!("none of these images is in sync for {what} {list_text}: {rest}");
    (!list.is_empty()).then(|| wrong(text))
}

/// Bitmaps of members in sync that do not say the same.
fn bitmaps(set: &SetView<'_>) -> Option<Finding> {
    let known = set.seats.iter().filter(|seat| seat.standing == Standing::InSync);
    let mut known = known.filter_map(|seat| Some((seat.file, seat.md.bits()?)));
    let (file, first) = known.next()?;
    let (other, _) =
        known.find(|(_, bitmap)| (bitmap.digest, bitmap.bits) != (first.digest, first.bits))?;
    let text = format!("the bitmaps of {file} and {other} differ: what either marks may differ");
    Some(Finding::of_set(Severity::Note, text))
}
