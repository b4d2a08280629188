extern crate std;

use crate::rig::{Rig, Setup};
use crate::{
    ArrayLba, Content, Duration, EventKind, HostError, HostOp, IoClass, IoCommand, IoFault, IoOp,
    MemberState, Policy, Salvage, Slot,
};

fn writes_to(command: &IoCommand, drive: u8) -> bool {
    command.drive.0 == drive
        && command.class == IoClass::Host
        && matches!(command.op, IoOp::Write(..) | IoOp::WriteDurable(..))
}

/// Any set of copies that fails the write, as long as one takes it: acknowledged, never stale, repaired.
#[test]
fn a_write_is_good_while_one_copy_takes_it() {
    for copies in 2..=3_u8 {
        for bad in 0..(1_u8 << copies) - 1 {
            let mut rig = Rig::new(copies, copies, 0);
            rig.fill(1000);
            let failing = |drive: &u8| bad >> drive & 1 == 1;
            for drive in (0..copies).filter(failing) {
                rig.drives[usize::from(drive)].unwritable.insert(10);
            }
            assert_eq!(rig.write(8, 8, 7), Ok(()));
            for drive in (0..copies).filter(|drive| !failing(drive)).skip(1) {
                rig.pull(drive);
            }
            assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]), "bad on {bad:03b}");
        }
    }
}

#[test]
fn what_one_copy_missed_is_repaired() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[1].unwritable.insert(10);
    rig.hold(|command| command.class == IoClass::Repair);
    rig.write(8, 8, 7).unwrap();
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::WriteError { .. })), 1);
    rig.drives[1].heal();
    rig.release();
    rig.pass(Duration::secs(10));
    rig.pull(0);
    assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]));
}

/// A sector that cannot be rewritten is given up after so many tries, until the host writes it.
#[test]
fn a_sector_that_takes_no_write_is_left_alone() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[1].unwritable.insert(10);
    rig.write(8, 8, 7).unwrap();
    rig.pass(Duration::secs(100));
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::RepairFailed { .. })), 1);
    let repairs = rig.commands(IoClass::Repair);
    assert!(repairs < 30, "{repairs} commands");
    rig.drives[1].heal();
    rig.write(10, 1, 9).unwrap();
    rig.pull(0);
    assert_eq!(rig.read(10, 1), Ok(std::vec![9]));
}

/// When no copy took it the host is told, and every later read brings the same, whichever copies are left.
#[test]
fn a_write_that_no_copy_took_reads_alike_ever_after() {
    for first_to_fail in [0, 1] {
        let mut rig = Rig::new(2, 2, 0);
        rig.fill(1000);
        rig.drives[first_to_fail].unwritable.insert(8);
        rig.drives[1 - first_to_fail].unwritable.insert(12);
        assert_eq!(rig.write(8, 8, 7), Err(HostError::NotWritten(ArrayLba(8))));
        for drive in &mut rig.drives {
            drive.heal();
        }
        let before = rig.read(8, 8);
        rig.pass(Duration::secs(10));
        for drive in [0, 1] {
            let mut other = rig.clone();
            other.pull(drive);
            if let (Ok(before), Ok(after)) = (&before, other.read(8, 8)) {
                assert_eq!(before, &after);
            }
        }
    }
}

#[test]
fn a_write_to_a_set_without_members_fails() {
    let policy = Policy { salvage: Salvage::ReadWrite, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 0, policy);
    rig.fill(1000);
    rig.pull(0);
    rig.pull(1);
    assert_eq!(rig.write(0, 200, 7), Err(HostError::NotWritten(ArrayLba(0))));
    // Nothing was touched: the old content is good when the drives are back.
    rig.arrive(0, Content::Ours, None);
    assert_eq!(rig.read(0, 1), Ok(std::vec![1000]));
}

/// The drive leaves with the write in its queue.
#[test]
fn a_drive_that_leaves_in_a_write_has_missed_it() {
    for power_cycled in [false, true] {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        rig.flush().unwrap();
        rig.held_drives.insert(1);
        let id = rig.start_write(8, 8, 7);
        rig.run();
        assert_eq!(rig.result(id), None);
        rig.pull(1);
        assert_eq!(rig.result(id), Some(Ok(())));
        rig.held_drives.clear();
        if power_cycled {
            rig.insert(1);
        } else {
            rig.arrive(1, Content::Ours, None);
        }
        rig.pass(Duration::secs(10));
        assert_eq!(rig.state(1), MemberState::Online);
        rig.pull(0);
        assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]));
    }
}

/// One copy has it and loses it with its cache before the other answers.
#[test]
fn a_copy_that_was_lost_before_the_write_ended_is_not_believed() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.hold(|command| command.drive.0 == 1);
    let id = rig.start_write(0, 8, 7);
    rig.run();
    rig.pull(0);
    rig.insert(0);
    rig.release_one(|command| writes_to(command, 1));
    rig.run();
    assert_eq!(rig.result(id), Some(Ok(())));
    rig.pull(1);
    assert_eq!(rig.read(0, 8), Err(HostError::Lost(ArrayLba(0))));
}

/// The same, and the drive comes back wiped and is filled again.
#[test]
fn a_copy_that_was_wiped_before_the_write_ended_is_not_believed() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.hold(|command| command.drive.0 == 1);
    let id = rig.start_write(0, 8, 7);
    rig.run();
    rig.pull(0);
    rig.arrive(0, Content::Blank, Some(0));
    rig.run();
    rig.release_one(|command| writes_to(command, 1));
    rig.run();
    assert_eq!(rig.result(id), Some(Ok(())));
    rig.pull(1);
    assert_eq!(rig.read(0, 8), Err(HostError::Lost(ArrayLba(0))));
}

/// A write goes to the member and to the drive that is to take its slot.
#[test]
fn a_replacement_gets_every_write() {
    let policy = Policy { rebuild_max: 1 << 17, ..Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 1) }.build();
    rig.fill(1000);
    rig.add_spare(4);
    rig.run();
    rig.command(crate::Command::Replace { slot: Slot(1), with: None }).unwrap();
    rig.pass(Duration::secs(1));
    let front = rig.engine.progress(Slot(1)).unwrap().checkpoint.0;
    assert!(front > 64 && front < 1500, "{front}");
    rig.log.clear();
    rig.write(8, 8, 7).unwrap();
    rig.write(60 * 64, 8, 9).unwrap();
    for drive in [0, 1, 4] {
        assert_eq!(rig.log.iter().filter(|command| writes_to(command, drive)).count(), 2);
    }
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(crate::DriveId(4)));
    rig.pull(0);
    assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]));
    assert_eq!(rig.read(60 * 64, 8), Ok(std::vec![9; 8]));
}

/// A durable write reaches the medium without a flush.
#[test]
fn a_durable_write_survives_the_loss_of_power() {
    let mut rig = Rig::new(2, 2, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    let id = rig.start(HostOp::WriteDurable, 8, 8, 7);
    rig.end(id).unwrap();
    for drive in [0, 1] {
        rig.pull(drive);
    }
    for drive in [0, 1] {
        rig.insert(drive);
    }
    rig.run();
    assert_eq!(rig.read(8, 8), Ok(std::vec![7; 8]));
}

/// Hardware faults of a write count against the drive, and the write is missed there.
#[test]
fn a_hardware_fault_is_a_missed_write() {
    for fault in [IoFault::Hardware, IoFault::Aborted, IoFault::Gone, IoFault::Medium] {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        rig.held_drives.insert(1);
        let id = rig.start_write(8, 8, 7);
        rig.run();
        let command = rig.held.pop().unwrap();
        rig.held_drives.clear();
        rig.hold(|command| command.class == IoClass::Repair);
        rig.complete(command.id, crate::Outcome::Fault(fault));
        rig.run();
        assert_eq!(rig.result(id), Some(Ok(())), "{fault:?}");
        rig.pull(0);
        assert_eq!(rig.read(8, 1), Err(HostError::Lost(ArrayLba(8))), "{fault:?}");
        assert_eq!(rig.read(16, 1), Ok(std::vec![1016]));
    }
}
