//! What must hold when nothing is left to do, and what the engine claims of its fills.

use raid10_engine::{
    Buffer, BufferId, DriveId, Extent, IoClass, IoCommand, IoId, IoOp, MemberLba, Outcome,
    SectorCount, Slot,
};

use super::{Case, NOW, rebuilding};
use crate::drive::faults::Decay;
use crate::verdict::{Promise, Verdicts};

#[test]
fn a_member_that_is_online_and_stale_is_caught_though_nobody_reads_it() {
    let mut case = Case::new();
    case.acknowledged(7, 1, &[0]);
    case.rest();
    case.expect(
        Promise::NeverStale,
        "drive 1 is online and holds old data in the array sectors 7..8",
    );
}

#[test]
fn a_bad_sector_nobody_repaired_is_caught() {
    let mut case = Case::new();
    case.drives[1].faults.add_unreadable(9..10, Decay::Plain);
    case.finds_bad(0, 3, 5);
    case.rest();
    case.expect(Promise::LeastLoss, "array sector 3 is bad on drive 0, and was never repaired");
}

#[test]
fn what_cannot_be_repaired_or_was_never_read_is_let_be() {
    let mut case = Case::new();
    case.drives[1].faults.add_unreadable(9..10, Decay::Plain);
    case.finds_bad(0, 3, 5);
    case.drives[0].faults.add_unwritable(0..8, None);
    case.rest();
    case.expect_none();
}

#[test]
fn a_repair_that_is_not_read_back_is_caught() {
    let mut case = Case::new();
    let extent = Extent::new(MemberLba(3), MemberLba(5));
    let buffer = Buffer { id: BufferId::Sync(0), offset: 0 };
    for (op, words) in [
        (IoOp::Write(extent, buffer), Some("were repaired and never read back")),
        (IoOp::Compare(extent, buffer), None),
    ] {
        let class = IoClass::Repair;
        let command = IoCommand {
            id: IoId(1),
            drive: DriveId(0),
            op,
            class,
            origin: SectorCount::ZERO,
            step: None,
        };
        case.oracle.io_ended(NOW, &command, Outcome::Done, &[]);
        case.verdicts = Verdicts::new();
        case.rest();
        assert_eq!(case.broken(Promise::LeastLoss).is_some(), words.is_some());
    }
}

#[test]
fn a_checkpoint_ahead_of_the_copy_is_caught() {
    let mut case = rebuilding();
    case.fill(2, 64);
    case.expect_none();
    case.publishes(2, 1, 128);
    case.expect(Promise::HonestProgress, "drive 2 lacks its sector 64");
}

#[test]
fn a_drive_with_two_places_is_caught() {
    let mut case = Case::new();
    case.view.slots[1].target = Some(DriveId(0));
    case.follow();
    case.expect(Promise::HandsOff, "drive 0 has more than one place");
}

#[test]
fn a_rebuild_that_stalls_in_vain_is_caught() {
    let mut case = rebuilding();
    assert!(case.oracle.has_source(Slot(1), 64, &case.drives, NOW));
    assert!(!case.oracle.has_source(Slot(1), 32, &case.drives, NOW), "it has that");
    case.dies(0);
    assert!(!case.oracle.has_source(Slot(1), 64, &case.drives, NOW));
}
