extern crate std;

use std::vec::Vec;

use raid10_metadata::private::HEAD_BYTES;

use super::*;
use crate::config::{METADATA_SECTORS, RANGES, SOLE_WRITES};
use crate::drive_set::DriveSet;
use crate::render::CACHES_TOLD;

const KINDS: [Option<Kind>; 6] = [
    Some(Kind::Fresh),
    Some(Kind::Missed),
    Some(Kind::GivenUp),
    Some(Kind::Suspect),
    Some(Kind::Unreadable),
    None,
];

fn regions(regions: &[usize]) -> Bitmap {
    let mut set = Bitmap::EMPTY;
    regions.iter().for_each(|&region| set.set(region));
    set
}

fn head(drives: usize, ranges: usize) -> Head {
    Head {
        region_shift: 11,
        drives: drives as u8,
        ranges: ranges as u8,
        building: Slots::EMPTY.with(0).with(31),
        whole: u64::MAX - 1,
        next_number: 0x1234,
    }
}

fn entry(number: u16, role: Role, stale: &[usize]) -> Entry {
    Entry {
        number,
        role,
        ejected: false,
        fill: None,
        health: Health::Good,
        errors: 0,
        generations: [0, 0],
        lacking: false,
        filled: 0,
        stale: regions(stale),
        cached: Bitmap::EMPTY,
    }
}

/// One of each.
fn entries() -> Vec<Entry> {
    std::vec![
        Entry { health: Health::Suspect, ..entry(0, Role::Spare { dedicated: None }, &[]) },
        Entry {
            health: Health::Failed,
            ..entry(0xFFFE, Role::Spare { dedicated: Some(Slot(31)) }, &[])
        },
        Entry {
            ejected: true,
            errors: 0x0102,
            generations: [7, u64::MAX],
            lacking: true,
            fill: Some(FillKind::Resync),
            filled: 1 << 40,
            cached: regions(&[1, 511]),
            ..entry(2, Role::Member(Slot(1)), &[0, 7, 8, 511])
        },
        Entry { fill: Some(FillKind::Rebuild), ..entry(3, Role::Target(Slot(0)), &[5]) },
        Entry {
            fill: Some(FillKind::Replace),
            health: Health::Ailing,
            cached: regions(&[0]),
            ..entry(4, Role::Target(Slot(2)), &[])
        },
    ]
}

fn ranges() -> Vec<Exact> {
    (1..).zip(KINDS).map(|(start, kind)| Exact { number: 2, kind, start, end: 1 << 50 }).collect()
}

/// The payload of so many bytes at most; `None` if it does not fit.
fn written(room: usize, entries: &[Entry], ranges: &[Exact]) -> Option<Vec<u8>> {
    let mut bytes = std::vec![0xEE; room];
    let mut writer = Writer::new(&mut bytes, &head(entries.len(), ranges.len()));
    entries.iter().for_each(|entry| writer.entry(entry));
    ranges.iter().for_each(|range| writer.range(range));
    let length = writer.finish()?;
    bytes.truncate(length);
    Some(bytes)
}

/// A payload of one drive without stale regions, behind its head.
fn one_drive() -> Vec<u8> {
    written(100, &[entry(1, Role::Member(Slot(0)), &[])], &[]).unwrap()
}

/// The head of a payload, and the reader behind it.
fn behind_head(bytes: &[u8]) -> Option<(Head, Reader<'_>)> {
    let mut reader = Reader::new(bytes);
    let head = reader.head()?;
    Some((head, reader))
}

fn reads_an_entry(bytes: &[u8]) -> bool {
    behind_head(bytes).is_some_and(|(_, mut reader)| reader.entry().is_some())
}

#[test]
fn what_was_written_is_read_again() {
    let bytes = written(1000, &entries(), &ranges()).unwrap();
    let (read, mut reader) = behind_head(&bytes).unwrap();
    assert_eq!(read, head(5, 6));
    for entry in entries() {
        assert_eq!(reader.entry(), Some(&entry));
    }
    for range in ranges() {
        assert_eq!(reader.range(), Some(range));
    }
    assert!(reader.rest.is_empty());
    assert_eq!(reader.entry(), None);
    assert_eq!(reader.range(), None);
}

#[test]
fn what_does_not_fit_is_not_written() {
    let whole = written(1000, &entries(), &ranges()).unwrap().len();
    assert!(written(whole, &entries(), &ranges()).is_some());
    for room in 0..whole {
        assert_eq!(written(room, &entries(), &ranges()), None, "{room}");
    }
}

#[test]
fn the_largest_table_there_can_be_fits_into_a_frame() {
    let drive = entry(1, Role::Member(Slot(0)), &[3]);
    let mut drives = [drive; DriveSet::CAPACITY];
    drives[..CACHES_TOLD as usize].fill(Entry { cached: regions(&[4]), ..drive });
    let range = Exact { number: 1, kind: Some(Kind::Missed), start: 0, end: 1 };
    let room = METADATA_SECTORS as usize * 512 - HEAD_BYTES;
    assert!(written(room, &drives, &[range; RANGES + SOLE_WRITES]).is_some());
}

#[test]
fn a_payload_that_is_cut_short_ends_where_it_ends() {
    let whole = written(1000, &entries(), &ranges()).unwrap();
    for length in 0..whole.len() {
        let Some((_, mut reader)) = behind_head(&whole[..length]) else {
            assert!(length < 24);
            continue;
        };
        let read = core::iter::from_fn(|| reader.entry().map(|_| ())).take(5).count();
        let found = core::iter::from_fn(|| reader.range()).take(6).count();
        assert!(read + found < 11, "{length}");
    }
}

#[test]
fn another_version_is_not_read() {
    let mut bytes = one_drive();
    assert!(reads_an_entry(&bytes));
    bytes[0] = VERSION + 1;
    assert!(behind_head(&bytes).is_none());
}

#[test]
fn words_without_a_meaning_are_not_read() {
    // Of the drive: role, flags with the kind of fill, health.
    for (at, known) in [(26, 1..=4), (29, 0..=3)] {
        for word in 0..=u8::MAX {
            let mut bytes = one_drive();
            bytes[at] = word;
            assert_eq!(reads_an_entry(&bytes), known.contains(&word), "{word} at {at}");
        }
    }
    for kind in 0..16 {
        let mut bytes = one_drive();
        bytes[28] = kind << FILL_SHIFT;
        assert_eq!(reads_an_entry(&bytes), kind < 4, "{kind}");
    }
}

#[test]
fn ranges_without_sectors_or_kind_are_not_read() {
    let range = Exact { number: 1, kind: Some(Kind::Fresh), start: 5, end: 6 };
    let read = |bytes: &[u8]| behind_head(bytes).and_then(|(_, mut reader)| reader.range());
    let good = written(100, &[], &[range]).unwrap();
    assert_eq!(read(&good), Some(range));
    assert_eq!(read(&written(100, &[], &[Exact { end: 5, ..range }]).unwrap()), None);
    for kind in 6..=u8::MAX {
        let mut bytes = good.clone();
        bytes[26] = kind;
        assert_eq!(read(&bytes), None, "{kind}");
    }
}
