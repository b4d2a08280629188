extern crate std;

use std::vec::Vec;

use crate::rig::{Rig, Setup};
use crate::{
    Command, Content, DriveId, Duration, EventKind, HostOp, IoClass, IoCommand, IoOp, MemberState,
    Policy, Slot,
};

fn copies_to(command: &IoCommand, drive: u8) -> bool {
    command.drive.0 == drive
        && command.class == IoClass::Rebuild
        && matches!(command.op, IoOp::Write(..))
}

fn array() -> Rig {
    let mut rig = Rig::new(2, 4, 2);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.add_spare(4);
    rig.run();
    rig
}

/// Host requests over a range wait for the window that came before, and the next window for them.
#[test]
fn windows_and_requests_exclude_each_other() {
    for op in [HostOp::Read, HostOp::Write, HostOp::Trim] {
        let mut rig = array();
        rig.hold(|command| copies_to(command, 4));
        rig.pull(1);
        rig.pass(Duration::secs(4));
        assert!(!rig.held.is_empty());
        let inside = rig.start(op, 10, 8, 7);
        let outside = rig.start(op, 64, 8, 7);
        rig.run();
        assert_eq!(rig.result(inside), None, "{op:?}");
        assert_eq!(rig.result(outside), Some(Ok(())), "{op:?}");
        rig.release();
        assert_eq!(rig.result(inside), Some(Ok(())), "{op:?}");
        rig.pass(Duration::secs(60));
        assert_eq!(rig.state(1), MemberState::Online);
        rig.pull(0);
        let expected = match op {
            HostOp::Write => 7,
            HostOp::Trim => 0,
            _ => 1010,
        };
        assert_eq!(rig.read(10, 1), Ok(std::vec![expected]));
    }
}

/// Writes that come all the time do not keep a window out, nor does it them.
#[test]
fn a_window_is_not_starved_by_writes() {
    let mut rig = array();
    rig.pull(1);
    rig.held_drives.insert(0);
    for at in 0..20 {
        rig.start_write(at % 4, 60, at);
    }
    rig.held_drives.clear();
    rig.release();
    for at in 0..400 {
        rig.start_write(at % 64, 60, at);
        rig.pass(Duration::millis(20));
    }
    assert_eq!(rig.state(1), MemberState::Online);
}

/// A sector on which the source hangs, or gives hardware errors, while the drive works otherwise: it is passed.
#[test]
fn a_source_sector_that_cannot_be_had_is_passed() {
    for hangs in [false, true] {
        let mut rig = array();
        if hangs {
            rig.drives[0].hung.insert(500);
        } else {
            rig.drives[0].faulty.insert(500);
        }
        rig.pull(1);
        rig.pass(Duration::secs(3600));
        assert_eq!(rig.state(1), MemberState::Online, "hangs: {hangs}");
        let ended = rig.saw(|kind| {
            matches!(kind, EventKind::Rebuilt { .. } | EventKind::RebuiltWithLosses { .. })
        });
        assert_eq!(ended, 1);
        assert_eq!(rig.manifest().len(), 1, "hangs: {hangs}");
    }
}

/// A sector could not be had while the drive was in trouble; plugged in again it reads it.
#[test]
fn a_drive_that_is_well_again_is_asked_again() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.drives[0].hung.insert(100);
    rig.add_spare(4);
    rig.pull(1);
    rig.pass(Duration::secs(600));
    assert_eq!(rig.manifest().len(), 1);
    rig.drives[0].heal();
    rig.pull(0);
    rig.arrive(0, Content::Ours, None);
    rig.pass(Duration::secs(600));
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
    assert_eq!(rig.manifest(), Vec::<u64>::new());
}

/// The same of the target: it ends, with a hole or with another target, and not by trying for ever.
#[test]
fn a_target_sector_that_takes_no_write_is_passed() {
    for fault in ["unwritable", "faulty", "hung"] {
        let mut rig = array();
        let sectors = match fault {
            "unwritable" => &mut rig.drives[4].unwritable,
            "faulty" => &mut rig.drives[4].faulty,
            _ => &mut rig.drives[4].hung,
        };
        sectors.insert(500);
        rig.pull(1);
        rig.pass(Duration::secs(3600));
        let commands = rig.commands(IoClass::Rebuild) + rig.commands(IoClass::Repair);
        assert!(commands < 500, "{fault}: {commands} commands for 32 windows");
        assert_ne!(rig.state(1), MemberState::Rebuilding, "{fault}");
        assert_eq!(rig.lost(1000), Vec::<u64>::new());
    }
}

/// A target with many bad sectors is dropped, and the next spare taken.
#[test]
fn a_target_with_many_bad_sectors_is_dropped() {
    let mut rig = array();
    rig.add_spare(5);
    rig.run();
    rig.drives[4].unwritable.extend((0..40).map(|at| at * 30));
    rig.pull(1);
    rig.pass(Duration::secs(600));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(DriveId(5)));
    assert_eq!(rig.saw(|kind| *kind == EventKind::RebuildFailed { slot: Slot(1) }), 1);
    rig.pull(0);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// A repair, on whichever side the trouble is, ends.
#[test]
fn a_repair_ends() {
    for (source, target) in
        [("faulty", ""), ("hung", ""), ("", "faulty"), ("", "hung"), ("", "bad")]
    {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        rig.drives[1].unwritable.insert(10);
        rig.hold(|command| command.class == IoClass::Repair);
        rig.write(8, 8, 7).unwrap();
        rig.drives[1].heal();
        for (drive, fault) in [(0, source), (1, target)] {
            match fault {
                "faulty" => _ = rig.drives[drive].faulty.insert(10),
                "hung" => _ = rig.drives[drive].hung.insert(10),
                "bad" => _ = rig.drives[drive].unwritable.insert(10),
                _ => {}
            }
        }
        rig.release();
        rig.pass(Duration::secs(3600));
        let repairs = rig.commands(IoClass::Repair);
        assert!(repairs < 300, "source {source}, target {target}: {repairs} commands");
    }
}

/// A copy that was called off is still on its way to the drive, which is to be filled for another slot.
#[test]
fn a_late_copy_does_not_hit_a_drive_filled_for_another_slot() {
    let mut rig = array();
    rig.hold(|command| copies_to(command, 4));
    rig.command(Command::Replace { slot: Slot(0), with: None }).unwrap();
    rig.run();
    assert!(!rig.held.is_empty());
    rig.command(Command::CancelReplace(Slot(0))).unwrap();
    rig.add_spare(4);
    rig.run();
    rig.command(Command::Replace { slot: Slot(2), with: Some(DriveId(4)) }).unwrap();
    rig.pass(Duration::secs(5));
    rig.release();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.slot(Slot(2)).unwrap().member, Some(DriveId(4)));
    rig.pull(3);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// The target leaves in each step of its windows.
#[test]
fn a_target_that_leaves_in_a_window_goes_on_when_it_is_back() {
    let steps: [crate::rig::Hold; 3] = [
        |command| command.class == IoClass::Rebuild && matches!(command.op, IoOp::Read(..)),
        |command| command.class == IoClass::Rebuild && matches!(command.op, IoOp::Write(..)),
        |command| command.class == IoClass::Rebuild && command.op == IoOp::Flush,
    ];
    for (step, hold) in steps.into_iter().enumerate() {
        for leaves in [0, 4] {
            let mut rig = array();
            rig.hold(hold);
            rig.pull(1);
            rig.pass(Duration::secs(5));
            assert!(!rig.held.is_empty(), "step {step}");
            rig.pull(leaves);
            rig.run();
            rig.insert(leaves);
            rig.release();
            rig.pass(Duration::secs(60));
            assert_eq!(rig.state(1), MemberState::Online, "step {step}, drive {leaves} left");
            rig.pull(0);
            assert_eq!(rig.lost(1000), Vec::<u64>::new(), "step {step}, drive {leaves} left");
        }
    }
}

/// More targets than windows for all of them.
#[test]
fn five_rebuilds_share_the_windows() {
    let policy = Policy { auto_replace: false, ..Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 6, 6) }.build();
    rig.fill(1000);
    for drive in 6..12 {
        rig.add_spare(drive);
    }
    rig.run();
    for slot in 0..6 {
        rig.command(Command::Replace { slot: Slot(slot), with: None }).unwrap();
    }
    rig.pass(Duration::secs(60));
    for slot in 0..6 {
        assert!(rig.engine.slot(Slot(slot)).unwrap().member >= Some(DriveId(6)), "slot {slot}");
        rig.pull(slot);
    }
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}
