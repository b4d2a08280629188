extern crate std;

use std::collections::BTreeMap;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::config::RANGES;

const KINDS: [Kind; 5] =
    [Kind::Fresh, Kind::Missed, Kind::GivenUp, Kind::Suspect, Kind::Unreadable];

/// What each sector of each drive is recorded as.
type Model = BTreeMap<(DriveId, u64), Kind>;

#[derive(Clone, Debug)]
enum Step {
    Insert(Range),
    Remove(DriveId, u64, u64),
    Clear(DriveId),
    ClearKind(DriveId, Kind),
    Retry,
}

fn range(sectors: u64) -> impl Strategy<Value = Range> {
    let kind = prop::sample::select(&KINDS[..]);
    (0..3_u8, 0..sectors, 1..12_u64, kind).prop_map(|(drive, start, count, kind)| Range {
        start,
        end: start + count,
        drive: DriveId(drive),
        kind,
    })
}

fn step(sectors: u64) -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => range(sectors).prop_map(Step::Insert),
        4 => range(sectors).prop_map(|range| Step::Remove(range.drive, range.start, range.end)),
        1 => (0..3_u8).prop_map(|drive| Step::Clear(DriveId(drive))),
        1 => range(1).prop_map(|range| Step::ClearKind(range.drive, range.kind)),
        1 => Just(Step::Retry),
    ]
}

fn set(model: &mut Model, range: Range) {
    for lba in range.start..range.end {
        model.insert((range.drive, lba), range.kind);
    }
}

fn unset(model: &mut Model, drive: DriveId, start: u64, end: u64) {
    model.retain(|&(other, lba), _| other != drive || !(start..end).contains(&lba));
}

/// Does a step on both, unless there may be no place for it.
fn apply(step: &Step, table: &mut RangeTable, model: &mut Model) {
    let changes = matches!(step, Step::Insert(_) | Step::Remove(..));
    if changes && table.is_full() {
        table.clear(DriveId(0));
        model.retain(|&(drive, _), _| drive != DriveId(0));
        return;
    }
    match *step {
        Step::Insert(range) => {
            set(model, range);
            table.insert(range);
        }
        Step::Remove(drive, start, end) => {
            unset(model, drive, start, end);
            table.remove(drive, start, end);
        }
        Step::Clear(drive) => {
            model.retain(|&(other, _), _| other != drive);
            table.clear(drive);
        }
        Step::ClearKind(drive, kind) => {
            model.retain(|&(other, _), &mut recorded| other != drive || recorded != kind);
            table.clear_kind(drive, kind);
        }
        Step::Retry => {
            for kind in model.values_mut().filter(|kind| **kind == Kind::GivenUp) {
                *kind = Kind::Missed;
            }
            table.retry_given_up();
        }
    }
}

/// The ranges that the model stands for: neighbours of one kind merged.
fn ranges_of(model: &Model, drive: DriveId) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    for (&(_, lba), &kind) in model.iter().filter(|((other, _), _)| *other == drive) {
        match ranges.last_mut() {
            Some(last) if last.end == lba && last.kind == kind => last.end += 1,
            _ => ranges.push(Range { start: lba, end: lba + 1, drive, kind }),
        }
    }
    ranges
}

fn check(table: &RangeTable, model: &Model, sectors: u64) {
    assert_eq!(table.is_empty(), model.is_empty());
    for drive in (0..4).map(DriveId) {
        let ranges = ranges_of(model, drive);
        assert_eq!(table.of(drive), &ranges[..]);
        for lba in 0..sectors + 16 {
            let next = ranges.iter().find(|range| range.end > lba).copied();
            assert_eq!(table.at_or_above(drive, lba), next.as_ref());
        }
    }
}

fn play(steps: &[Step], sectors: u64) {
    let (mut table, mut model) = (RangeTable::new(), Model::new());
    for step in steps {
        apply(step, &mut table, &mut model);
        check(&table, &model, sectors);
    }
}

proptest! {
    #[test]
    fn it_records_each_sector(steps in prop::collection::vec(step(60), 0..60)) {
        play(&steps, 60);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// So many ranges that the table is full from time to time.
    #[test]
    fn it_records_as_many_as_it_has_places_for(
        steps in prop::collection::vec(step(2000), 300..400),
    ) {
        play(&steps, 0);
    }
}

/// A table with places for `free` more.
fn table_with(free: usize) -> RangeTable {
    let mut table = RangeTable::new();
    for at in 0..(RANGES - free) as u64 {
        let (start, end) = (at * 10, at * 10 + 8);
        table.insert(Range { start, end, drive: DriveId(0), kind: Kind::Missed });
    }
    table
}

/// The change that needs most: a range in the middle of another.
#[test]
fn a_table_that_is_not_full_takes_any_change() {
    let mut table = table_with(2);
    assert!(!table.is_full());
    assert!(table.splits(DriveId(0), 4, 5));
    table.insert(Range { start: 4, end: 5, drive: DriveId(0), kind: Kind::Fresh });
    assert_eq!(table.of(DriveId(0)).len(), RANGES);
    assert!(table.is_full() && !table.has_places(0));
}

#[test]
fn a_full_table_still_takes_what_merges_or_takes_a_place_over() {
    let mut table = table_with(0);
    table.insert(Range { start: 8, end: 10, drive: DriveId(0), kind: Kind::Missed });
    assert_eq!(table.of(DriveId(0))[0].end, 18);
    let mut table = table_with(0);
    table.insert(Range { start: 0, end: 8, drive: DriveId(0), kind: Kind::GivenUp });
    assert_eq!(table.of(DriveId(0))[0].kind, Kind::GivenUp);
    assert!(!table.splits(DriveId(0), 0, 4));
    table.remove(DriveId(0), 0, 4);
    assert_eq!(table.of(DriveId(0))[0].start, 4);
}
