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
