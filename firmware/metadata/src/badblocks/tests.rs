extern crate std;

use std::collections::BTreeSet;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;

const fn bad(start: u64, sectors: u64) -> BadRange {
    BadRange { start: DriveSector(start), sectors }
}

fn block(entries: &[u64]) -> Block {
    let mut block = [0xFF; BLOCK_BYTES];
    for (place, entry) in block.chunks_exact_mut(8).zip(entries) {
        place.copy_from_slice(&entry.to_le_bytes());
    }
    block
}

fn read(block: &Block) -> Vec<BadRange> {
    decode(block, 8, 0).collect()
}

fn entries(block: &Block) -> Vec<u64> {
    let entries = block.chunks_exact(8).map(|entry| u64::from_le_bytes(entry.try_into().unwrap()));
    entries.take_while(|&entry| entry != END).collect()
}

/// Entries that a kernel wrote.
#[test]
fn entries_are_those_of_linux() {
    let log = block(&[0x20_2008, 0x23_2004]);
    assert_eq!(read(&log), [bad(2056, 8), bad(2248, 4)]);
}

#[test]
fn the_first_entry_of_ones_ends_the_log() {
    assert_eq!(read(&block(&[])), []);
    assert_eq!(read(&block(&[END, 0x20_2008])), []);
    let full = [0x20_2008; ENTRIES];
    assert_eq!(read(&block(&full)).len(), 512);
    assert_eq!(decode(&block(&full), 2, 0).count(), 128);
    assert_eq!(decode(&block(&full), 0, 0).count(), 0);
    assert_eq!(decode(&block(&full), 255, 0).count(), 512);
}

/// mdadm leaves zeros where a log will be: 6.1 takes them for nothing, 6.12 refuses them.
#[test]
fn entries_of_length_zero_say_nothing() {
    assert_eq!(read(&[0; BLOCK_BYTES]), []);
    assert_eq!(read(&block(&[0, 0x20_2000, 0x20_2008])), [bad(2056, 8)]);
}

#[test]
fn entries_count_in_units() {
    let log = block(&[0x20_2008]);
    assert_eq!(decode(&log, 8, 3).collect::<Vec<_>>(), [bad(16_448, 64)]);
    let far = block(&[u64::MAX - 1]);
    assert_eq!(decode(&far, 8, 0).count(), 1);
    for shift in [11, 63, 64, 255] {
        assert_eq!(decode(&far, 8, shift).count(), 0, "no drive has such sectors");
    }
}

#[test]
fn ranges_are_written_as_linux_writes_them() {
    let mut log = [0; BLOCK_BYTES];
    let mut encoder = Encoder::new(&mut log, 8, 0);
    assert_eq!(encoder.push(bad(2056, 8)), Ok(()));
    assert_eq!(encoder.push(bad(2248, 4)), Ok(()));
    assert_eq!(log, block(&[0x20_2008, 0x23_2004]));
}

#[test]
fn an_empty_log_is_all_ones() {
    let mut log = [0; BLOCK_BYTES];
    let _encoder = Encoder::new(&mut log, 8, 0);
    assert_eq!(log, [0xFF; BLOCK_BYTES]);
}

#[test]
fn neighbours_are_merged_and_long_ranges_split() {
    let mut log = [0; BLOCK_BYTES];
    let mut encoder = Encoder::new(&mut log, 8, 0);
    for range in [bad(0, 500), bad(400, 50), bad(500, 600), bad(600, 1), bad(2000, 1)] {
        assert_eq!(encoder.push(range), Ok(()));
    }
    let expected = [bad(0, 512), bad(512, 512), bad(1024, 76), bad(2000, 1)];
    assert_eq!(read(&log), expected);
}

#[test]
fn ranges_are_rounded_out_to_units() {
    let mut log = [0; BLOCK_BYTES];
    let mut encoder = Encoder::new(&mut log, 8, 3);
    assert_eq!(encoder.push(bad(15, 2)), Ok(()));
    assert_eq!(encoder.push(bad(23, 1)), Ok(()));
    assert_eq!(decode(&log, 8, 3).collect::<Vec<_>>(), [bad(8, 16)]);
}

#[test]
fn what_does_not_fit_is_an_error() {
    let mut log = [0; BLOCK_BYTES];
    let mut encoder = Encoder::new(&mut log, 1, 0);
    for index in 0..64 {
        assert_eq!(encoder.push(bad(index * 10, 1)), Ok(()));
    }
    assert_eq!(encoder.push(bad(640, 1)), Err(LogError::Full));
    assert_eq!(encoder.push(bad(631, 1)), Err(LogError::NotSorted));
    assert_eq!(encoder.push(bad(700, 0)), Err(LogError::OutOfRange));
    assert_eq!(encoder.push(bad(u64::MAX, 1)), Err(LogError::OutOfRange));
    assert_eq!(encoder.push(bad((1 << 54) - 1, 1)), Err(LogError::OutOfRange));
    assert_eq!(read(&log).len(), 64);
}

#[test]
fn every_error_has_words() {
    use std::string::ToString;
    let errors = [LogError::Full, LogError::NotSorted, LogError::OutOfRange];
    let words: BTreeSet<_> = errors.map(|error| error.to_string()).into_iter().collect();
    assert_eq!(words.len(), errors.len());
}

proptest! {
    #[test]
    fn a_log_tells_the_sectors_that_were_put_in(
        ranges in prop::collection::vec((0_u64..5000, 1_u64..1300), 0..40),
        shift in 0_u8..4,
    ) {
        let mut ranges: Vec<BadRange> =
            ranges.into_iter().map(|(start, sectors)| bad(start, sectors)).collect();
        ranges.sort();
        let mut log = [0; BLOCK_BYTES];
        let mut encoder = Encoder::new(&mut log, 8, shift);
        let mut expected = BTreeSet::new();
        for &range in &ranges {
            prop_assert_eq!(encoder.push(range), Ok(()));
            let units = range.start.0 >> shift..=(range.start.0 + range.sectors - 1) >> shift;
            expected.extend(units);
        }
        let mut found = BTreeSet::new();
        let mut end = None;
        for range in decode(&log, 8, shift) {
            prop_assert!(range.sectors >> shift <= LENGTH_MAX);
            prop_assert!(end.is_none_or(|end| range.start.0 >= end), "sorted, apart");
            end = Some(range.start.0 + range.sectors);
            found.extend(range.start.0 >> shift..(range.start.0 + range.sectors) >> shift);
        }
        prop_assert_eq!(found, expected);
    }

    /// A log that Linux could have written is written again byte for byte.
    #[test]
    fn a_sorted_log_is_written_as_it_was_read(
        gaps in prop::collection::vec((1_u64..1000, 1_u64..=512), 0..500),
    ) {
        let mut at = 0;
        let stored: Vec<u64> = gaps
            .into_iter()
            .map(|(gap, sectors)| {
                at += gap;
                let entry = at << LENGTH_BITS | sectors;
                at += sectors;
                entry
            })
            .collect();
        let log = block(&stored);
        let mut copy = [0; BLOCK_BYTES];
        let mut encoder = Encoder::new(&mut copy, 8, 0);
        for range in decode(&log, 8, 0) {
            prop_assert_eq!(encoder.push(range), Ok(()));
        }
        prop_assert_eq!(entries(&copy), stored);
    }

    #[test]
    fn random_bytes_are_ranges_of_a_drive(
        bytes in prop::collection::vec(any::<u8>(), BLOCK_BYTES),
        shift: u8,
    ) {
        let log: Block = bytes.try_into().expect("a block");
        for range in decode(&log, 8, shift) {
            prop_assert!(range.sectors > 0 && range.start.0.checked_add(range.sectors).is_some());
        }
    }
}
