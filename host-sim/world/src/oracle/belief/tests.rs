use raid10_engine::{
    Buffer, BufferId, DriveId, Extent, Instant, IoClass, IoCommand, IoFault, IoId, IoOp, MemberLba,
    Outcome, SectorCount, Slot,
};

use super::{Belief, Loss, regions};
use crate::ranges::Ranges;

fn write(start: u64, end: u64) -> IoOp {
    let buffer = Buffer { id: BufferId::Sync(0), offset: 0 };
    IoOp::Write(Extent::new(MemberLba(start), MemberLba(end)), buffer)
}

fn command(op: IoOp, class: IoClass) -> IoCommand {
    IoCommand { id: IoId(1), drive: DriveId(0), op, class, origin: SectorCount::ZERO, step: None }
}

fn done(belief: &mut Belief, op: IoOp, class: IoClass) {
    belief.started(IoId(1), &op);
    belief.ended(Instant(0), &command(op, class), Outcome::Done, 100);
}

#[test]
fn regions_are_whole() {
    assert_eq!(regions(5..6, 8), 0..8);
    assert_eq!(regions(8..17, 8), 8..24);
}

#[test]
fn a_target_is_believed_where_it_was_written() {
    let mut belief = Belief::new();
    belief.assign(Slot(1));
    assert!(belief.sectors.is_empty());
    done(&mut belief, write(0, 64), IoClass::Rebuild);
    done(&mut belief, IoOp::Flush, IoClass::Rebuild);
    assert_eq!(belief.checkpoint(64), 0);
    done(&mut belief, write(100, 104), IoClass::Host);
    assert_eq!(belief.sectors, [0..64, 100..104].into_iter().collect());
}

#[test]
fn a_checkpoint_before_the_flush_is_counted() {
    let mut belief = Belief::new();
    belief.assign(Slot(1));
    done(&mut belief, write(0, 64), IoClass::Rebuild);
    done(&mut belief, IoOp::Flush, IoClass::Rebuild);
    done(&mut belief, write(64, 128), IoClass::Rebuild);
    assert_eq!(belief.checkpoint(100), 36);
    assert_eq!(belief.sectors, Ranges::of(0..128));
}

#[test]
fn a_loss_of_power_takes_the_regions_that_were_not_flushed() {
    for (volatile, expected) in [(true, 900), (false, 1000)] {
        let mut belief = Belief::new();
        belief.trust(Slot(0), 1000);
        done(&mut belief, write(10, 20), IoClass::Host);
        done(&mut belief, IoOp::Flush, IoClass::Host);
        done(&mut belief, write(210, 220), IoClass::Host);
        belief.lost_power(volatile, 100);
        assert_eq!(belief.sectors.len(), expected);
    }
}

#[test]
fn a_missed_and_a_failed_write_are_not_believed() {
    let mut belief = Belief::new();
    belief.trust(Slot(0), 1000);
    belief.missed(150..151, 100);
    let op = write(300, 310);
    belief.ended(Instant(0), &command(op, IoClass::Host), Outcome::Fault(IoFault::Medium), 100);
    let expected: Ranges = [0..100, 200..1000].into_iter().collect();
    assert_eq!(belief.sectors, expected);
    assert_eq!(belief.holes, Ranges::of(300..310));
    done(&mut belief, op, IoClass::Repair);
    assert!(belief.holes.is_empty());
}

#[test]
fn another_slot_makes_everything_worthless() {
    let mut belief = Belief::new();
    belief.trust(Slot(0), 1000);
    belief.assign(Slot(0));
    assert_eq!(belief.sectors.len(), 1000);
    belief.assign(Slot(2));
    assert!(belief.sectors.is_empty());
}

#[test]
fn a_flush_that_failed_puts_in_doubt_what_it_was_to_cover() {
    let mut belief = Belief::new();
    belief.trust(Slot(0), 1000);
    done(&mut belief, write(10, 20), IoClass::Host);
    done(&mut belief, IoOp::Flush, IoClass::Host);
    done(&mut belief, write(210, 220), IoClass::Host);
    belief.started(IoId(1), &IoOp::Flush);
    let aborted = Outcome::Fault(IoFault::Aborted);
    belief.ended(Instant(0), &command(IoOp::Flush, IoClass::Host), aborted, 100);
    assert_eq!(belief.sectors, [0..200, 300..1000].into_iter().collect());
}

/// A fill writes, and the controller loses its power before that is on record.
fn fill_and_cut(belief: &mut Belief) {
    done(belief, write(0, 64), IoClass::Rebuild);
    let loss =
        Loss { serves: true, filling: true, powerless: true, volatile: true, sole: Ranges::new() };
    belief.controller_lost(Instant(0), &loss, 100);
}

#[test]
fn what_was_filled_twice_is_as_doubtful_as_what_was_filled_once() {
    let mut belief = Belief::new();
    belief.expect_power_losses();
    belief.assign(Slot(1));
    for _ in 0..3 {
        fill_and_cut(&mut belief);
        assert_eq!(belief.perhaps, Ranges::of(0..64));
    }
}
