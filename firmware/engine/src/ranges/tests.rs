extern crate std;

use std::collections::BTreeMap;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::config::RANGES;

const KINDS: [Kind; 5] =
    [Kind::Fresh, Kind::Missed, Kind::Unwritable, Kind::Suspect, Kind::Unreadable];

/// What each sector of each drive is recorded as.
type Model = BTreeMap<(DriveId, u64), Kind>;

#[derive(Clone, Debug)]
enum Step {
    Insert(Range),
    Remove(DriveId, u64, u64),
    Clear(DriveId),
    ClearKind(DriveId, Kind),
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

/// Does a step on both; what the table says it has no place for is taken out of the model.
fn apply(step: &Step, table: &mut RangeTable, model: &mut Model) {
    let done = match *step {
        Step::Insert(range) => {
            set(model, range);
            table.insert(range)
        }
        Step::Remove(drive, start, end) => {
            unset(model, drive, start, end);
            table.remove(drive, start, end)
        }
        Step::Clear(drive) => {
            model.retain(|&(other, _), _| other != drive);
            table.clear(drive);
            Ok(())
        }
        Step::ClearKind(drive, kind) => {
            model.retain(|&(other, _), &mut recorded| other != drive || recorded != kind);
            table.clear_kind(drive, kind);
            Ok(())
        }
    };
    if let Err(Full(rest)) = done {
        unset(model, rest.drive, rest.start, rest.end);
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
            assert_eq!(table.at_or_above(drive, lba), next);
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

    /// So many ranges that the table is full most of the time: what has no place is said, and nothing else is lost.
    #[test]
    fn a_full_table_says_what_has_no_place(steps in prop::collection::vec(step(2000), 300..400)) {
        play(&steps, 0);
    }
}

fn full_table() -> RangeTable {
    let mut table = RangeTable::new();
    for at in 0..RANGES as u64 {
        let (start, end) = (at * 10, at * 10 + 8);
        table.insert(Range { start, end, drive: DriveId(0), kind: Kind::Missed }).unwrap();
    }
    table
}

#[test]
fn what_does_not_fit_is_handed_back() {
    let mut table = full_table();
    let range = Range { start: 0, end: 5, drive: DriveId(1), kind: Kind::Fresh };
    assert_eq!(table.insert(range), Err(Full(range)));
    assert_eq!(table.of(DriveId(1)), &[]);
    // A cut needs a place for its upper part.
    let rest = Range { start: 6, end: 8, drive: DriveId(0), kind: Kind::Missed };
    assert_eq!(table.remove(DriveId(0), 4, 6), Err(Full(rest)));
    assert_eq!(table.of(DriveId(0))[0].end, 4);
}

#[test]
fn a_full_table_still_takes_what_merges() {
    let mut table = full_table();
    table.insert(Range { start: 8, end: 10, drive: DriveId(0), kind: Kind::Missed }).unwrap();
    assert_eq!(table.of(DriveId(0))[0].end, 18);
}

#[test]
fn only_what_the_drive_itself_keeps_is_forgotten() {
    let mut table = RangeTable::new();
    for (at, kind) in KINDS.into_iter().enumerate() {
        let start = at as u64 * 10;
        table.insert(Range { start, end: start + 1, drive: DriveId(2), kind }).unwrap();
    }
    assert!(table.forget_one_unreadable());
    assert!(table.forget_one_unreadable());
    assert!(!table.forget_one_unreadable());
    let left: Vec<Kind> = table.of(DriveId(2)).iter().map(|range| range.kind).collect();
    assert_eq!(left, [Kind::Fresh, Kind::Missed, Kind::Unwritable]);
}
