//! Commands that take too long: aborts, resets, isolation, and who owns the buffers meanwhile. The rig checks with
//! every reply that no command owns the buffer any more.

extern crate std;

use std::vec::Vec;

use crate::rig::{Rig, Setup};
use crate::{
    ArrayLba, Content, DriveId, Duration, EventKind, HostError, HostOp, IoCommand, IoFault, IoId,
    IoOp, MemberState, Outcome,
};

fn yielded(rig: &Rig, wanted: impl Fn(&IoOp) -> bool) -> usize {
    rig.log.iter().filter(|command| wanted(&command.op)).count()
}

/// A command that answers its abort: the read comes from the other copy, the drive stays.
#[test]
fn an_aborted_read_comes_from_another_copy() {
    for drive in [0, 1] {
        let mut rig = Rig::new(2, 2, 0);
        rig.fill(1000);
        rig.drives[drive].hung.insert(8);
        let id = rig.start_read(8, 1);
        rig.pass(Duration::millis(6_900));
        let asked_first = rig.result(id).is_none();
        rig.pass(Duration::millis(200));
        assert_eq!(rig.result(id), Some(Ok(())));
        assert_eq!(rig.data(id), [1008]);
        assert_eq!(yielded(&rig, |op| matches!(op, IoOp::Abort(_))), usize::from(asked_first));
        assert_eq!(yielded(&rig, |op| *op == IoOp::Reset), 0);
        assert_eq!(rig.state(drive as u8), MemberState::Online);
    }
}

/// No answer to the abort, then none to the reset: the drive is isolated and failed, and only then is the
/// buffer free.
#[test]
fn a_silent_drive_is_isolated_in_the_end() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[0].silent = true;
    let id = rig.start_write(0, 8, 9);
    rig.pass(Duration::millis(8_900));
    assert_eq!(yielded(&rig, |op| matches!(op, IoOp::Abort(_))), 1);
    assert_eq!(yielded(&rig, |op| *op == IoOp::Reset), 0);
    rig.pass(Duration::millis(200));
    assert_eq!(yielded(&rig, |op| *op == IoOp::Reset), 1);
    assert_eq!(rig.result(id), None);
    rig.pass(Duration::secs(3));
    assert_eq!(yielded(&rig, |op| *op == IoOp::Isolate), 1);
    assert_eq!(rig.result(id), Some(Ok(())));
    assert_eq!(rig.state(0), MemberState::Failed);
    assert_eq!(rig.read(0, 8), Ok(std::vec![9; 8]));
    assert!(rig.engine.is_idle());
    // Nothing goes to it any more.
    rig.log.clear();
    rig.write(0, 100, 7).unwrap();
    rig.flush().unwrap();
    rig.pass(Duration::secs(60));
    assert!(rig.log.iter().all(|command| command.drive != DriveId(0)));
}

/// A reset helps: the drive serves on, and gets what it missed.
#[test]
fn a_drive_that_answers_its_reset_serves_on() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[0].silent = true;
    let id = rig.start_write(0, 8, 9);
    rig.pass(Duration::millis(9_100));
    rig.drives[0].heal();
    rig.release();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.result(id), Some(Ok(())));
    assert_eq!(rig.state(0), MemberState::Online);
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::DriveReset { .. })), 1);
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::DriveFailed { .. })), 0);
    rig.pull(1);
    assert_eq!(rig.read(0, 8), Ok(std::vec![9; 8]));
}

/// A command may come to its end in any stage of its being given up: with success or not, it counts once.
#[test]
fn a_late_completion_counts_in_every_stage() {
    for millis in [6_000, 7_500, 9_500] {
        for outcome in
            [Outcome::Done, Outcome::Fault(IoFault::Aborted), Outcome::Fault(IoFault::Medium)]
        {
            let mut rig = Rig::new(2, 2, 0);
            rig.fill(1000);
            rig.held_drives.insert(0);
            let id = rig.start_write(8, 8, 7);
            rig.pass(Duration::millis(millis));
            let write = rig.held.iter().position(|command| matches!(command.op, IoOp::Write(..)));
            let write = rig.held.remove(write.unwrap());
            if outcome == Outcome::Done {
                // The drive has it.
                rig.held_drives.clear();
                rig.answer(write);
            } else {
                rig.complete(write.id, outcome);
            }
            assert_eq!(rig.result(id), Some(Ok(())), "{millis} ms, {outcome:?}");
            rig.complete(write.id, outcome);
            rig.release();
            rig.pass(Duration::secs(60));
            assert_eq!(rig.state(0), MemberState::Online);
            rig.pull(1);
            assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]), "{millis} ms, {outcome:?}");
        }
    }
}

/// Completions that belong to nothing, never sent or long over, are ignored.
#[test]
fn completions_of_nothing_are_ignored() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    let before = rig.engine.clone();
    for id in [0, 1, 95, 96, 255, 256, 0xFFFF, u32::MAX] {
        for outcome in [Outcome::Done, Outcome::Mismatch, Outcome::Fault(IoFault::Gone)] {
            rig.engine.handle_completion(before.now, IoId(id), outcome);
        }
    }
    assert_eq!(rig.engine, before);
    // A drive that was pulled answers late.
    rig.held_drives.insert(0);
    let id = rig.start_write(0, 8, 7);
    rig.run();
    let late = rig.held[0].id;
    rig.pull(0);
    rig.arrive(0, Content::Ours, None);
    rig.complete(late, Outcome::Done);
    rig.release();
    assert_eq!(rig.result(id), Some(Ok(())));
    rig.pass(Duration::secs(10));
    rig.pull(1);
    assert_eq!(rig.read(0, 8), Ok(std::vec![7; 8]));
}

/// Too early, too late, again and again: a time-out that is not due does nothing.
#[test]
fn spurious_timeouts_do_nothing() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pass(Duration::secs(20));
    rig.engine.handle_timeout(rig.now);
    let before = rig.engine.clone();
    for _ in 0..10 {
        rig.engine.handle_timeout(rig.now);
        rig.engine.handle_timeout(crate::Instant(0));
    }
    assert_eq!(rig.engine, before);
    assert_eq!(rig.engine.poll_io(), None);
}

/// Both copies hang: the request waits as long as a command may take, and ends.
#[test]
fn a_read_ends_when_every_copy_hangs() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    for drive in [0, 1] {
        rig.drives[drive].hung.insert(8);
    }
    let id = rig.start_read(8, 1);
    rig.pass(Duration::secs(60));
    let result = rig.result(id).expect("the read has ended");
    let at = ArrayLba(8);
    assert!(matches!(result, Err(HostError::Lost(lba) | HostError::NotRead(lba)) if lba == at));
}

/// Every command of a drive hangs at once: that is one failure, and the drive is reset once.
#[test]
fn many_commands_that_hang_are_one_failure() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[0].silent = true;
    let ids: Vec<_> = (0..16).map(|at| rig.start_write(at * 128, 8, 7)).collect();
    rig.pass(Duration::millis(9_500));
    assert_eq!(yielded(&rig, |op| *op == IoOp::Reset), 1);
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::DriveFailed { .. })), 0);
    rig.drives[0].heal();
    rig.release();
    rig.pass(Duration::secs(60));
    for id in ids {
        assert_eq!(rig.result(id), Some(Ok(())));
    }
    assert_eq!(rig.state(0), MemberState::Online);
}

/// The drive leaves in each stage of a command's being given up.
#[test]
fn a_drive_may_leave_in_every_stage() {
    for millis in [1, 7_500, 9_500, 11_500] {
        for op in [HostOp::Read, HostOp::Write, HostOp::Flush] {
            let mut rig = Rig::new(2, 2, 0);
            rig.fill(1000);
            rig.held_drives.insert(0);
            let count = if op == HostOp::Flush { 0 } else { 8 };
            let id = rig.start(op, 0, count, 7);
            rig.pass(Duration::millis(millis));
            rig.pull(0);
            rig.run();
            assert!(rig.result(id).is_some(), "{op:?} {millis} ms");
            rig.insert(0);
            rig.release();
            rig.pass(Duration::secs(100));
            assert_eq!(rig.state(0), MemberState::Online, "{op:?} {millis} ms");
            assert!(rig.engine.is_idle());
        }
    }
}

/// Hardware faults while a reset is under way: whatever becomes of the drive, no state contradicts another.
#[test]
fn faults_in_a_reset_break_nothing() {
    for answered in 0..=4 {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        rig.held_drives.insert(0);
        let ids: Vec<_> = (0..4).map(|at| rig.start_write(at * 128, 8, 7)).collect();
        rig.pass(Duration::secs(10));
        let sent: Vec<IoCommand> =
            rig.held.iter().filter(|c| matches!(c.op, IoOp::Write(..))).copied().collect();
        for command in &sent[..answered] {
            rig.held.retain(|held| held.id != command.id);
            rig.complete(command.id, Outcome::Fault(IoFault::Hardware));
        }
        rig.release();
        rig.pass(Duration::secs(60));
        assert_eq!(rig.saw(|kind| matches!(kind, EventKind::InvariantBroken { .. })), 0);
        for id in ids {
            assert_eq!(rig.result(id), Some(Ok(())));
        }
        assert!(rig.engine.is_idle());
    }
}

/// A drive that answers everything with an error is failed with proof, and soon.
#[test]
fn a_dead_drive_is_failed() {
    for class in ["read", "write", "flush"] {
        let mut rig = Rig::new(2, 2, 0);
        rig.fill(1000);
        rig.drives[0].dead = true;
        for at in 0..10 {
            match class {
                "read" => _ = rig.read(at * 200, 64).unwrap(),
                "write" => rig.write(at * 200, 8, 7).unwrap(),
                _ => rig.flush().unwrap(),
            }
        }
        rig.pass(Duration::secs(30));
        assert_eq!(rig.state(0), MemberState::Failed, "{class}");
    }
}

/// A single error of the hardware is no proof.
#[test]
fn one_hardware_fault_does_not_fail_a_drive() {
    let mut rig = Rig::new(2, 2, 0);
    rig.fill(1000);
    rig.held_drives.insert(0);
    rig.start_write(8, 8, 7);
    rig.run();
    let write = rig.held.pop().unwrap();
    rig.held_drives.clear();
    rig.complete(write.id, Outcome::Fault(IoFault::Hardware));
    rig.pass(Duration::secs(30));
    assert_eq!(rig.state(0), MemberState::Online);
    rig.pull(1);
    assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]));
}

/// A drive that let a command time out, and whose flushes fail: it is not asked again and again.
#[test]
fn a_probe_that_fails_is_not_repeated_at_once() {
    let mut rig = Setup { volatile: false, ..Setup::new(2, 4, 0) }.build();
    rig.held_drives.insert(2);
    rig.start(HostOp::Flush, 0, 0, 0);
    rig.pass(Duration::secs(7));
    rig.drives[2].flush_fault = Some(IoFault::Medium);
    rig.release();
    rig.pass(Duration::secs(60));
    let flushes = rig.log.iter().filter(|c| c.drive.0 == 2 && c.op == IoOp::Flush).count();
    assert!(flushes < 100, "{flushes} flushes");
}
