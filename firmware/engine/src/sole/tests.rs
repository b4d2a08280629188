extern crate std;

use std::collections::BTreeSet;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;

fn extents(list: &SoleWrites, drive: u8) -> Vec<(u64, u64)> {
    let places = 0..SOLE_WRITES;
    let stretches = places.filter_map(|index| list.at(index, DriveId(drive)));
    let mut extents: Vec<_> = stretches.map(|stretch| (stretch.start.0, stretch.end().0)).collect();
    extents.sort_unstable();
    extents
}

fn flush_begins(list: &mut SoleWrites) -> bool {
    list.change(DriveId(1), Stage::Cached, Stage::Flushing)
}

fn flushed(list: &mut SoleWrites) -> bool {
    list.change(DriveId(1), Stage::Flushing, Stage::Free)
}

#[test]
fn neighbours_are_one() {
    let mut list = SoleWrites::new();
    assert!(list.add(DriveId(1), 10, 12));
    assert!(list.add(DriveId(1), 12, 20));
    assert!(list.add(DriveId(1), 30, 31));
    assert!(list.add(DriveId(2), 20, 30));
    assert_eq!(extents(&list, 1), [(10, 20), (30, 31)]);
    assert_eq!(extents(&list, 2), [(20, 30)]);
}

/// What a flush covers is not joined with what comes after its start.
#[test]
fn a_flush_covers_what_was_there_when_it_began() {
    let mut list = SoleWrites::new();
    list.add(DriveId(1), 10, 12);
    assert!(flush_begins(&mut list));
    list.add(DriveId(1), 12, 14);
    assert!(flushed(&mut list));
    assert_eq!(extents(&list, 1), [(12, 14)]);
    flush_begins(&mut list);
    assert!(list.change(DriveId(1), Stage::Flushing, Stage::Cached));
    assert!(!flushed(&mut list));
    assert_eq!(extents(&list, 1), [(12, 14)]);
    assert!(!list.has(DriveId(2)));
}

#[test]
fn a_full_list_refuses_only_a_drive_that_has_nothing_in_it() {
    let mut list = SoleWrites::new();
    for at in 0..SOLE_WRITES as u64 {
        assert!(list.add(DriveId(1), at * 10, at * 10 + 1));
    }
    assert!(list.is_full());
    assert!(!list.add(DriveId(2), 0, 1));
    assert!(list.add(DriveId(1), 3, 4));
    assert_eq!(extents(&list, 1)[0], (0, 4));
    list.clear(DriveId(1));
    assert!(!list.has(DriveId(1)));
}

proptest! {
    /// Whatever is joined, nothing that was written is missing.
    #[test]
    fn it_covers_everything(
        writes in prop::collection::vec((0..2_u8, 0..5000_u64, 1..40_u64), 0..100),
    ) {
        let mut list = SoleWrites::new();
        let mut written = BTreeSet::new();
        for (drive, start, count) in writes {
            if list.add(DriveId(drive), start, start + count) {
                written.extend((start..start + count).map(|sector| (drive, sector)));
            }
        }
        for (drive, sector) in written {
            let extents = extents(&list, drive);
            let covered = extents.iter().any(|&(start, end)| (start..end).contains(&sector));
            prop_assert!(covered);
        }
    }
}
