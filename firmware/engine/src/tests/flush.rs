//! What a flush promises, and what becomes of what it did not make durable (P1).

extern crate std;

use std::vec::Vec;

use crate::rig::{Rig, Setup};
use crate::{
    Command, Content, DriveId, Duration, HostError, HostOp, IoClass, IoFault, IoOp, MemberState,
    Policy, Slot,
};

fn flushed(rig: &Rig) -> Vec<u8> {
    let flush = rig.log.iter().filter(|c| c.op == IoOp::Flush && c.class == IoClass::Host);
    flush.map(|command| command.drive.0).collect()
}

/// A flush goes to every drive that takes writes, also to one that is being filled, and to no other.
#[test]
fn a_flush_goes_to_every_drive_in_service() {
    let policy = Policy { rebuild_max: 1 << 17, ..Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 1) }.build();
    rig.fill(1000);
    rig.command(Command::Replace { slot: Slot(1), with: Some(DriveId(4)) }).unwrap();
    rig.pass(Duration::secs(1));
    rig.command(Command::Fail(Slot(2))).unwrap();
    rig.log.clear();
    rig.flush().unwrap();
    let mut flushed = flushed(&rig);
    flushed.sort_unstable();
    assert_eq!(flushed, [0, 1, 3, 4]);
}

/// What was acknowledged before the flush is on the medium after it, whichever drives lose their power.
#[test]
fn what_was_flushed_survives_the_loss_of_power() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    for drive in 0..4 {
        rig.pull(drive);
    }
    for drive in 0..4 {
        rig.insert(drive);
    }
    rig.run();
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// Without a flush it may be gone; then it is called lost, and never old.
#[test]
fn what_was_not_flushed_is_never_old() {
    let mut rig = Rig::new(2, 2, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.write(8, 8, 7).unwrap();
    for drive in [0, 1] {
        rig.pull(drive);
    }
    for drive in [0, 1] {
        rig.insert(drive);
    }
    rig.run();
    assert!(matches!(rig.read(8, 8), Err(HostError::Lost(_))));
    assert_eq!(rig.read(100, 1), Ok(std::vec![1100]));
}

/// In the background drives are flushed after a while, so that less is in doubt.
#[test]
fn a_quiet_array_becomes_clean() {
    let mut rig = Rig::new(2, 2, 0);
    rig.fill(1000);
    rig.pass(Duration::secs(11));
    assert_eq!(rig.engine.poll_deadline(), None);
    for drive in [0, 1] {
        rig.pull(drive);
    }
    for drive in [0, 1] {
        rig.insert(drive);
    }
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// One copy's flush fails: the other has it, so the flush is good, and the first is brought up to date.
#[test]
fn a_flush_is_good_while_every_set_has_a_copy() {
    for fault in [IoFault::Medium, IoFault::Hardware] {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        rig.flush().unwrap();
        rig.write(8, 8, 7).unwrap();
        rig.drives[0].flush_fault = Some(fault);
        rig.drives[0].flush_drops = true;
        assert_eq!(rig.flush(), Ok(()), "{fault:?}");
        rig.drives[0].heal();
        rig.pass(Duration::secs(60));
        if rig.state(0) == MemberState::Online {
            rig.pull(1);
        }
        assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]), "{fault:?}");
    }
}

#[test]
fn a_flush_fails_when_the_only_copy_fails_it() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    rig.write(8, 8, 7).unwrap();
    rig.drives[0].flush_fault = Some(IoFault::Medium);
    assert_eq!(rig.flush(), Err(HostError::NotFlushed));
    assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]));
    rig.drives[0].heal();
    assert_eq!(rig.flush(), Ok(()));
}

/// The only copy of what was written leaves before, or in, the flush: other sets' flushes do not make up for it.
#[test]
fn a_flush_fails_when_the_only_copy_is_away() {
    for leaves_in_flush in [false, true] {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        rig.flush().unwrap();
        rig.pull(1);
        rig.write(8, 8, 7).unwrap();
        if leaves_in_flush {
            rig.hold(|command| command.drive.0 == 0 && command.op == IoOp::Flush);
        } else {
            rig.pull(0);
        }
        let id = rig.start(HostOp::Flush, 0, 0, 0);
        rig.run();
        if leaves_in_flush {
            rig.pull(0);
        }
        assert_eq!(rig.end(id), Err(HostError::NotFlushed), "in the flush: {leaves_in_flush}");
    }
}

/// A drive that is away, but has nothing that others have not, is no reason to fail.
#[test]
fn a_flush_is_good_while_a_partner_is_away() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.pull(1);
    assert_eq!(rig.flush(), Ok(()));
    rig.write(8, 8, 7).unwrap();
    assert_eq!(rig.flush(), Ok(()));
}

#[test]
fn a_flush_without_any_drive_fails() {
    let mut rig = Rig::new(2, 2, 0);
    rig.pull(0);
    rig.pull(1);
    assert_eq!(rig.flush(), Err(HostError::NotFlushed));
}

/// A resyncing member took a write into a stale region, and lost it in a failed flush.
#[test]
fn what_a_failed_flush_lost_is_not_believed() {
    let policy = Policy { rebuild_max: 1 << 16, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 0, policy);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    for lba in (0..4096).step_by(128) {
        rig.write(lba, 8, 7).unwrap();
    }
    rig.flush().unwrap();
    rig.arrive(1, Content::Ours, None);
    let lba = 30 * 64;
    rig.write(lba, 4, 9).unwrap();
    rig.drives[1].flush_fault = Some(IoFault::Medium);
    rig.drives[1].flush_drops = true;
    rig.hold(|command| command.class == IoClass::Rebuild);
    let id = rig.start(HostOp::Flush, 0, 0, 0);
    rig.run();
    assert_eq!(rig.result(id), Some(Ok(())));
    rig.pull(0);
    assert_eq!(rig.read(lba, 4), Err(HostError::Lost(crate::ArrayLba(lba))));
}

/// A degraded mirror in a large array: its regions are larger than its writes.
fn one_left() -> Rig {
    let mut rig = Setup { size: 1 << 16, ..Setup::new(2, 2, 0) }.build();
    rig.write(0, 1024, 5).unwrap();
    rig.flush().unwrap();
    rig.pull(1);
    rig.pass(Duration::millis(1));
    rig
}

/// The last copy loses its power: what it had not flushed is lost, and nothing beside it.
#[test]
fn the_last_copy_loses_only_what_was_in_its_cache() {
    let mut rig = one_left();
    assert!(rig.engine.region_sectors().0 > 64);
    rig.write(8, 8, 7).unwrap();
    rig.write(40, 1, 7).unwrap();
    rig.pull(0);
    rig.insert(0);
    rig.run();
    let lost: Vec<u64> = (8..16).chain([40]).collect();
    assert_eq!(rig.manifest(), lost);
    for lba in (0..8).chain(16..40).chain(41..1024) {
        assert_eq!(rig.read(lba, 1), Ok(std::vec![5]), "sector {lba}");
    }
    for lba in lost {
        assert!(matches!(rig.read(lba, 1), Err(HostError::Lost(_))), "sector {lba}");
    }
}

/// More writes than can be told apart: lost is what lies between them as well, and nothing is older than it should be.
#[test]
fn many_writes_in_the_last_cache_are_lost_with_what_lies_between() {
    let mut rig = one_left();
    for at in 0..60 {
        rig.write(at * 12, 4, 7).unwrap();
    }
    rig.pull(0);
    rig.insert(0);
    rig.run();
    for lba in 0..1024 {
        match rig.read(lba, 1) {
            Ok(data) => assert!(data[0] == 5 && (lba >= 720 || lba % 12 >= 4), "sector {lba}"),
            Err(error) => assert!(matches!(error, HostError::Lost(_)) && lba < 712, "{error:?}"),
        }
    }
}

/// When a copy is gone, what the other has in its cache is flushed at once.
#[test]
fn the_last_copy_is_flushed_when_it_becomes_the_last() {
    let mut rig = Setup { size: 1 << 16, ..Setup::new(2, 2, 0) }.build();
    rig.write(0, 1024, 5).unwrap();
    rig.flush().unwrap();
    rig.write(8, 8, 7).unwrap();
    rig.pull(1);
    rig.pass(Duration::millis(1));
    rig.pull(0);
    rig.insert(0);
    rig.run();
    assert_eq!(rig.manifest(), Vec::<u64>::new());
    assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]));
}

/// A flush puts it beyond doubt, but only what was written before it began.
#[test]
fn what_is_written_in_a_flush_stays_in_doubt() {
    let mut rig = one_left();
    rig.write(8, 8, 7).unwrap();
    rig.hold(|command| command.op == IoOp::Flush);
    let flush = rig.start(HostOp::Flush, 0, 0, 0);
    rig.run();
    rig.write(40, 1, 9).unwrap();
    rig.release();
    assert_eq!(rig.result(flush), Some(Ok(())));
    rig.pull(0);
    rig.insert(0);
    rig.run();
    assert_eq!(rig.manifest(), [40]);
    assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]));
}

/// What one drive alone had is on another by now: it may go.
#[test]
fn a_flush_is_good_when_what_was_alone_is_copied() {
    let mut rig = one_left();
    rig.write(8, 8, 7).unwrap();
    rig.arrive(1, Content::Ours, None);
    rig.pass(Duration::secs(2));
    assert_eq!(rig.state(1), MemberState::Online);
    rig.pull(0);
    assert_eq!(rig.flush(), Ok(()));
    assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]));
}
