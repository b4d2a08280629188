//! An array whose records are kept on its drives, across losses of power.

extern crate std;

use raid10_metadata::{Minor, Recovery, Role, Superblock};

use crate::io::Step;
use crate::rig::{FRONT, Rig, Setup};
use crate::{
    ArrayState, Command, Content, DriveId, Duration, EventKind, HostError, IoClass, IoCommand,
    IoOp, MemberState, Policy, SetAside, Slot,
};

fn steps(rig: &Rig, step: Step) -> usize {
    rig.log.iter().filter(|command| command.step == Some(step)).count()
}

#[test]
fn a_new_array_labels_its_drives() {
    let rig = Rig::labelled(2, 4, 0);
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    assert_eq!(steps(&rig, Step::Superblock), 4);
    for drive in &rig.drives {
        assert_eq!(&drive.front[&8][..4], &0xA92B_4EFC_u32.to_le_bytes());
        assert!(drive.front_cached.keys().all(|&sector| sector != 8));
    }
}

#[test]
fn what_was_flushed_is_there_after_a_cut() {
    for (copies, members) in [(2, 2), (2, 4), (2, 5), (3, 3), (3, 5)] {
        let mut rig = Rig::labelled(copies, members, 0);
        rig.fill(1000);
        rig.flush().unwrap();
        rig.reboot(true);
        rig.pass(Duration::millis(10));
        assert_eq!(rig.saw(|kind| *kind == EventKind::ArrayAssembled), 1, "{copies} {members}");
        assert!(rig.lost(1000).is_empty());
        rig.pass(Duration::secs(60));
        assert_eq!(rig.engine.array_state(), ArrayState::Optimal, "{copies} {members}");
    }
}

#[test]
fn a_clean_stop_needs_no_equalising() {
    let mut rig = Rig::labelled(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.command(Command::Stop).unwrap();
    rig.run();
    assert_eq!(rig.engine.array_state(), ArrayState::Stopped);
    rig.reboot(true);
    rig.log.clear();
    rig.pass(Duration::secs(1));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    assert_eq!(rig.commands(IoClass::Rebuild), 0);
    assert!(rig.lost(1000).is_empty());
}

#[test]
fn a_write_waits_for_its_bit_and_for_the_array_to_be_active() {
    let mut rig = Rig::labelled(2, 4, 0);
    rig.pass(Duration::secs(5));
    rig.log.clear();
    rig.write(0, 8, 7).unwrap();
    let data = rig.log.iter().position(|command| command.class == IoClass::Host).unwrap();
    let last = rig.log.iter().rposition(|command| command.step == Some(Step::Superblock)).unwrap();
    assert!(last < data);
    // The region is dirty by now.
    rig.log.clear();
    rig.write(0, 8, 8).unwrap();
    assert!(rig.log.iter().all(|command| command.step.is_none()));
    // Another one needs bits, and no commit.
    rig.log.clear();
    rig.write(2048, 8, 9).unwrap();
    assert_eq!((steps(&rig, Step::BitsSet), steps(&rig, Step::Superblock)), (4, 0));
}

#[test]
fn an_array_at_rest_becomes_clean_and_its_bits_are_cleared() {
    let mut rig = Rig::labelled(2, 4, 0);
    rig.write(0, 8, 7).unwrap();
    rig.pass(Duration::secs(40));
    assert!(rig.engine.dirty.set.is_empty());
    assert!(!rig.engine.commit.is_active());
    assert!(steps(&rig, Step::BitsClear) > 0);
    rig.reboot(true);
    rig.pass(Duration::secs(1));
    assert!(!rig.engine.is_uneven());
    assert_eq!(rig.read(0, 1), Ok(std::vec![7]));
}

#[test]
fn who_missed_a_write_is_never_believed_after_a_cut() {
    for gone in 0..2 {
        let mut rig = Rig::labelled(2, 2, 0);
        rig.fill(1000);
        rig.flush().unwrap();
        rig.pull(gone);
        rig.write(5, 1, 77).unwrap();
        rig.flush().unwrap();
        // Both are there again, and nobody remembers.
        rig.drives[usize::from(gone)].present = true;
        rig.reboot(true);
        rig.pass(Duration::millis(100));
        assert_eq!(rig.read(5, 1), Ok(std::vec![77]), "drive {gone} was away");
        rig.pass(Duration::secs(60));
        assert_eq!(rig.state(gone), MemberState::Online);
        rig.pull(1 - gone);
        assert_eq!(rig.read(5, 1), Ok(std::vec![77]));
    }
}

#[test]
fn a_stale_member_alone_does_not_start() {
    let mut rig = Rig::labelled(2, 2, 0);
    rig.fill(1000);
    rig.pull(1);
    rig.write(5, 1, 77).unwrap();
    rig.flush().unwrap();
    rig.pull(0);
    rig.drives[1].present = true;
    rig.log.clear();
    rig.reboot(true);
    assert_eq!(rig.engine.array_state(), ArrayState::Waiting);
    rig.pass(Duration::secs(20));
    assert_eq!(rig.engine.array_state(), ArrayState::Refused);
    assert!(rig.log.iter().all(|command| command.step == Some(Step::Label)));
    // The other one has all there is.
    rig.arrive(0, Content::Ours, None);
    rig.run();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    assert_eq!(rig.read(5, 1), Ok(std::vec![77]));
}

/// It went on alone, as the operator had it, after the other one had left as the last. That one starts first, and knows nothing
/// of it.
#[test]
fn a_member_that_is_ahead_of_the_running_array_is_not_filled_from_it() {
    let mut rig = Rig::labelled(2, 2, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    rig.pass(Duration::secs(1));
    rig.pull(0);
    rig.arrive(1, Content::Ours, None);
    rig.run();
    assert_eq!(rig.write(0, 1, 77), Err(HostError::ReadOnly));
    assert_eq!(rig.command(Command::AcceptLosses), Ok(()));
    rig.run();
    for round in 0..8 {
        rig.write(round * 200, 1, 77).unwrap();
        rig.flush().unwrap();
        rig.pass(Duration::secs(30));
    }
    rig.pull(1);
    rig.drives[0].present = true;
    rig.reboot(true);
    rig.pass(Duration::secs(1));
    assert_eq!(rig.engine.array_state(), ArrayState::Degraded);
    rig.log.clear();
    rig.arrive(1, Content::Ours, None);
    rig.pass(Duration::secs(60));
    let aside = EventKind::DriveSetAside { drive: DriveId(1), why: SetAside::Diverged };
    assert_eq!(rig.saw(|kind| *kind == aside), 1);
    let read_only = |command: &IoCommand| {
        command.drive != DriveId(1) || matches!(command.op, IoOp::Read { .. })
    };
    assert!(rig.log.iter().all(read_only));
}

#[test]
fn a_rebuild_goes_on_where_it_was() {
    let mut rig = Setup { labelled: true, size: 1 << 16, ..Setup::new(2, 2, 1) }.build();
    rig.run();
    rig.write(0, 1024, 5).unwrap();
    rig.flush().unwrap();
    rig.pull(1);
    rig.add_spare(2);
    rig.drives.iter_mut().for_each(|drive| drive.delay = 2000);
    rig.hold(|command| {
        let far = matches!(command.op, IoOp::Write(extent, _) if extent.start.0 >= 30_000);
        far && command.class == IoClass::Rebuild
    });
    rig.pass(Duration::secs(4));
    let before = rig.engine.progress(Slot(1)).expect("a rebuild").checkpoint.0;
    assert!(before > 8192, "{before}");
    rig.reboot(true);
    let after = rig.engine.progress(Slot(1)).expect("the rebuild goes on").checkpoint.0;
    assert!(after + 12_000 > before && after > 0, "{before} {after}");
    rig.release();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.state(1), MemberState::Online);
    rig.pull(0);
    assert_eq!(rig.read(1000, 1), Ok(std::vec![5]));
}

/// As fast as can be there is always a window open; slowly, there are pauses in which the next is waited for.
#[test]
fn a_stop_ends_a_rebuild_and_nothing_is_due_any_more() {
    for rebuild_max in [u64::MAX, 1 << 20] {
        let policy = Policy { rebuild_max, ..Policy::default() };
        let mut rig = Setup { labelled: true, policy, ..Setup::new(2, 2, 1) }.build();
        rig.run();
        rig.fill(1000);
        rig.flush().unwrap();
        rig.pull(1);
        rig.hold(|command| {
            let far = matches!(command.op, IoOp::Write(extent, _) if extent.start.0 >= 1024);
            far && command.class == IoClass::Rebuild
        });
        rig.add_spare(2);
        rig.pass(Duration::secs(4));
        assert!(!rig.held.is_empty(), "{rebuild_max}");
        rig.command(Command::Stop).unwrap();
        rig.release();
        rig.pass(Duration::secs(60));
        assert_eq!(rig.engine.array_state(), ArrayState::Stopped);
        assert_eq!(rig.saw(|kind| matches!(kind, EventKind::Rebuilt { .. })), 0, "{rebuild_max}");
        assert_eq!(rig.engine.poll_deadline(), None);
        rig.reboot(true);
        rig.pass(Duration::secs(60));
        assert_eq!(rig.state(1), MemberState::Online);
        rig.pull(0);
        assert_eq!(rig.read(2000, 1), Ok(std::vec![3000]));
    }
}

/// Linux knows of bad sectors by the log alone. What goes bad while a commit is under way is in the log of the next.
#[test]
fn what_goes_bad_behind_the_log_of_a_commit_is_in_the_next() {
    let mut rig = Rig::labelled(2, 2, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.drives[1].unwritable.extend((0..8).chain(1000..1008));
    rig.hold(|command| command.drive.0 == 1 && command.step == Some(Step::Superblock));
    rig.start_write(0, 8, 1);
    rig.run();
    assert!(!rig.held.is_empty());
    rig.start_write(1000, 8, 2);
    rig.run();
    rig.release();
    rig.pass(Duration::secs(5));
    let origin = rig.engine.origin(DriveId(1)).0;
    let entry = |at: usize| {
        let bytes = rig.drives[1].front[&24][8 * at..8 * at + 8].try_into().unwrap();
        u64::from_le_bytes(bytes)
    };
    assert_eq!([entry(0), entry(1)], [origin << 10 | 8, (origin + 1000) << 10 | 8]);
}

/// What the superblock on a drive says of a member: its entry in the table of roles.
fn role_told(rig: &Rig, drive: usize, number: u32) -> Role {
    let block = rig.label(drive);
    Superblock::parse(&block, Minor::V1_2, rig.size + FRONT).expect("a label").role(number)
}

/// How far a drive's superblock says that it is.
fn recovery_told(rig: &Rig, drive: usize) -> Option<Recovery> {
    let block = rig.label(drive);
    Superblock::parse(&block, Minor::V1_2, rig.size + FRONT).expect("a label").recovery()
}

/// A commit's superblocks are written long after its frames. Who comes back in between has none of its records.
#[test]
fn a_commit_does_not_tell_of_a_member_that_came_back_meanwhile() {
    let mut rig = Rig::labelled(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.hold(|command| {
        let late = [Some(Step::CommitFlush), Some(Step::Superblock)].contains(&command.step);
        command.drive.0 == 3 && late
    });
    rig.pull(1);
    rig.run();
    assert_eq!(rig.held.len(), 1, "the commit waits for a flush");
    rig.arrive(1, Content::Ours, None);
    rig.run();
    assert_eq!(rig.state(1), MemberState::Online);
    rig.release_one(|command| command.step == Some(Step::CommitFlush));
    rig.run();
    assert_eq!(rig.held.len(), 1, "the commit waits for a superblock");
    assert_eq!(role_told(&rig, 0, 1), Role::Faulty);
    rig.release();
    rig.pass(Duration::secs(5));
    assert_eq!(role_told(&rig, 0, 1), Role::Slot(1));
}

/// What reaches a member behind the flush of a commit may still be in its cache when the superblock is written.
#[test]
fn a_commit_does_not_tell_of_data_that_came_behind_its_flush() {
    let mut rig = Rig::labelled(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    rig.write(0, 8, 7).unwrap();
    rig.hold(|command| {
        let late = [Some(Step::CommitFlush), Some(Step::Superblock)].contains(&command.step);
        command.drive.0 == 3 && late || command.drive.0 == 0 && command.class == IoClass::Rebuild
    });
    rig.insert(1);
    rig.run();
    rig.release_one(|command| command.class == IoClass::Rebuild);
    rig.run();
    assert!(rig.engine.drives[1].stale.is_empty(), "it has everything, in its cache");
    rig.release_one(|command| command.step == Some(Step::CommitFlush));
    rig.run();
    assert!(rig.held.iter().any(|command| command.step == Some(Step::Superblock)));
    assert!(recovery_told(&rig, 1).is_some());
    rig.release();
    rig.pass(Duration::secs(5));
    assert_eq!(recovery_told(&rig, 1), None);
}

/// No new member has sectors of more than 4 KiB. Where an array that is found has, its records are written as Linux does.
#[test]
fn an_array_that_is_found_on_larger_sectors_is_served() {
    let mut rig = Rig::labelled(2, 2, 1);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pass(Duration::secs(60));
    rig.physical = 32;
    rig.reboot(true);
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    assert!(rig.write(64, 32, 5).is_ok());
    rig.pass(Duration::secs(60));
    rig.reboot(true);
    assert_eq!(rig.read(64, 32), Ok(std::vec![5; 32]));
    let spare = Command::AddSpare { drive: DriveId(2), dedicated: None, force: false };
    assert_eq!(rig.command(spare), Err(crate::Refusal::SectorTooLarge));
}
