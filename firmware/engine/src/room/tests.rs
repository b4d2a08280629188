extern crate std;

use super::*;
use crate::config::{RANGES, WINDOW_SECTORS};
use crate::rig::{Rig, Setup, stretch};

const DRIVE: DriveId = DriveId(1);

fn rig() -> Rig {
    Setup { size: 1 << 16, ..Setup::new(2, 2, 0) }.build()
}

/// Holes of one sector, each further from the one before it.
fn fill_with_holes(rig: &mut Rig, drive: DriveId, kind: Kind) {
    let mut at = 0;
    for distance in 2.. {
        if rig.engine.ranges.is_full() {
            return;
        }
        rig.engine.mark_not_held(drive, stretch(at, at + 1), kind);
        at += distance;
    }
}

#[test]
fn the_nearest_holes_become_one_and_it_is_said() {
    let mut rig = rig();
    fill_with_holes(&mut rig, DRIVE, Kind::Missed);
    assert!(rig.engine.make_room(Price::Redundancy));
    rig.drain();
    let first = rig.engine.ranges.of(DRIVE)[0];
    assert_eq!((first.start, first.end, first.kind), (0, 3, Kind::GivenUp));
    let told = EventKind::Distrusted { drive: DRIVE, lba: MemberLba(1), count: SectorCount(1) };
    assert_eq!(rig.saw(|kind| *kind == told), 1);
    assert_eq!(rig.engine.lost_sectors(), SectorCount::ZERO);
}

/// Between these holes the drive has the last copy: they stay apart as long as there is anything else.
#[test]
fn the_last_copy_is_given_up_last() {
    let mut rig = rig();
    fill_with_holes(&mut rig, DRIVE, Kind::Missed);
    rig.pull(0);
    assert!(!rig.engine.make_room(Price::Finding));
    assert!(rig.engine.ranges.is_full());
    assert!(rig.engine.make_room(Price::LastCopy));
    assert!(!rig.engine.holds(DRIVE, stretch(1, 2)) && rig.engine.holds(DRIVE, stretch(3, 5)));
}

#[test]
fn what_a_drive_cannot_read_is_forgotten_before_that() {
    let mut rig = rig();
    fill_with_holes(&mut rig, DRIVE, Kind::Unreadable);
    rig.pull(0);
    assert!(!rig.engine.make_room(Price::Redundancy));
    assert!(rig.engine.make_room(Price::Finding));
    rig.drain();
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::Distrusted { .. })), 0);
    assert!(rig.engine.holds(DRIVE, stretch(0, 2)));
    assert_eq!(rig.engine.ranges.of(DRIVE).len(), RANGES - 2);
}

#[test]
fn what_is_valid_in_a_stale_region_is_given_up_when_another_has_it() {
    let mut rig = rig();
    rig.engine.forget_content(DRIVE);
    for at in 0..RANGES as u64 {
        rig.engine.mark_held(DRIVE, stretch(at * WINDOW_SECTORS, at * WINDOW_SECTORS + 8));
    }
    rig.drain();
    assert!(rig.saw(|kind| matches!(kind, EventKind::Distrusted { .. })) > 0);
    rig.engine.ranges.clear(DRIVE);
    rig.pull(0);
    for at in 0..RANGES as u64 {
        rig.engine.mark_held(DRIVE, stretch(at * WINDOW_SECTORS, at * WINDOW_SECTORS + 8));
    }
    // The other is gone: what is known stays, what is new has no place.
    assert!(rig.engine.holds(DRIVE, stretch(0, 8)));
    let last = (RANGES as u64 - 1) * WINDOW_SECTORS;
    assert!(!rig.engine.holds(DRIVE, stretch(last, last + 8)));
}

/// However large the drives, and however far apart the holes: the work is that of the records, not of the sectors.
#[test]
fn room_is_made_on_the_largest_drives() {
    let mut rig = Setup { size: 1 << 40, chunk: 8, ..Setup::new(2, 3, 0) }.build();
    let step = rig.engine.member_sectors() / RANGES as u64;
    for at in 0..2 * RANGES as u64 {
        rig.engine.mark_not_held(DRIVE, stretch(at * step / 2, at * step / 2 + 1), Kind::Missed);
        rig.drain();
    }
    assert!(rig.saw(|kind| matches!(kind, EventKind::Distrusted { .. })) > 0);
    assert_eq!(rig.engine.lost_sectors(), SectorCount::ZERO);
}

/// What a drive cannot read and what it is behind in are two things: the second is not forgotten for the first.
#[test]
fn what_is_behind_stays_so_when_it_cannot_be_read() {
    let mut rig = rig();
    rig.engine.mark_not_held(DRIVE, stretch(8, 16), Kind::Missed);
    for kind in [Kind::Suspect, Kind::Unreadable] {
        rig.engine.mark_not_held(DRIVE, stretch(8, 16), kind);
        rig.engine.mark_not_held(DRIVE, stretch(10, 11), kind);
        assert_eq!(rig.engine.ranges.of(DRIVE)[0].kind, Kind::Missed);
        assert_eq!(rig.engine.ranges.of(DRIVE).len(), 1);
    }
}
