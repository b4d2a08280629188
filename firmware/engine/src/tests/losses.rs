//! Losses that the operator accepts, and what comes back after all.

extern crate std;

use std::vec::Vec;

use crate::rig::{Rig, Setup};
use crate::{
    ArrayLba, ArrayState, Command, Content, DriveId, Duration, EventKind, HostError, Initial,
    MemberState, Policy, Refusal, Salvage, SectorCount, Slot,
};

fn slow() -> Policy {
    Policy { rebuild_max: 1 << 17, ..Policy::default() }
}

fn rebuild(slot: u8, drive: u8) -> Command {
    Command::Rebuild { slot: Slot(slot), with: DriveId(drive), force: false }
}

/// One half of a member was rebuilt when the partner died for good: the losses are accepted, the array lives on.
fn half_rebuilt() -> Rig {
    let mut rig = Setup { policy: slow(), ..Setup::new(2, 4, 2) }.build();
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    rig.command(rebuild(1, 4)).unwrap();
    rig.pass(Duration::secs(4));
    rig.pull(0);
    rig.pass(Duration::secs(1));
    assert_eq!(rig.engine.array_state(), ArrayState::Failed);
    rig
}

#[test]
fn accepted_losses_let_the_array_live_on() {
    let mut rig = half_rebuilt();
    let lost = rig.lost(1000);
    assert_eq!(rig.write(0, 8, 7), Err(HostError::ReadOnly));
    rig.command(Command::AcceptLosses).unwrap();
    assert_eq!(rig.engine.array_state(), ArrayState::Degraded);
    assert!(!rig.engine.in_salvage());
    assert_eq!(rig.lost(1000), lost);
    assert_eq!(rig.manifest(), lost);
    let at = lost[0];
    rig.write(at, 1, 7).unwrap();
    assert_eq!(rig.read(at, 1), Ok(std::vec![7]));
    // The rebuild of the other slot takes over what there is, and says what is not.
    rig.pass(Duration::secs(4));
    rig.command(rebuild(0, 5)).unwrap();
    rig.pass(Duration::secs(100));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    let remaining = SectorCount(lost.len() as u64 - 1);
    let told = EventKind::RebuiltWithLosses { slot: Slot(0), lost: remaining };
    assert_eq!(rig.saw(|kind| *kind == told), 1);
    assert_eq!(rig.manifest(), lost[1..]);
}

/// The partner comes back after all, and still has what was given up.
#[test]
fn what_was_given_up_is_found_again_with_its_drive() {
    let mut rig = half_rebuilt();
    rig.command(Command::AcceptLosses).unwrap();
    rig.arrive(0, Content::Ours, None);
    rig.pass(Duration::secs(100));
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
    assert_eq!(rig.manifest(), Vec::<u64>::new());
    rig.pull(0);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

#[test]
fn losses_cannot_be_accepted_without_any_drive_of_a_set() {
    let mut rig = Rig::new(2, 4, 0);
    rig.pull(0);
    rig.pull(1);
    assert_eq!(rig.command(Command::AcceptLosses), Err(Refusal::NoSuchDrive));
    assert_eq!(rig.engine.array_state(), ArrayState::Failed);
}

/// More holes than the exact record has places for: refused, and nothing is believed that is older.
#[test]
fn losses_that_are_too_many_to_record_are_not_accepted() {
    let policy = Policy { salvage: Salvage::ReadWrite, ..Policy::default() };
    let mut rig = Setup { size: 4096, policy, ..Setup::new(2, 2, 0) }.build();
    rig.fill(10_000);
    rig.flush().unwrap();
    rig.pull(0);
    for lba in (0..4096).step_by(16) {
        rig.write(lba, 8, 7).unwrap();
    }
    rig.pull(1);
    rig.arrive(0, Content::Ours, None);
    assert_eq!(rig.command(Command::AcceptLosses), Err(Refusal::TooFragmented));
    assert_eq!(rig.engine.array_state(), ArrayState::Failed);
    for lba in (0..4096).step_by(16) {
        assert_eq!(rig.read(lba, 1), Err(HostError::Lost(ArrayLba(lba))));
        assert_eq!(rig.read(lba + 8, 1), Ok(std::vec![10_000 + lba + 8]));
    }
    // The partner brings it all back.
    rig.arrive(1, Content::Ours, None);
    rig.pass(Duration::secs(100));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    assert_eq!(rig.read(0, 1), Ok(std::vec![7]));
}

/// An heir of an array without any content: what is left to fill has no source, and never will.
#[test]
fn a_resync_ends_after_losses_were_accepted() {
    let setup = Setup {
        chunk: 8,
        size: 256,
        volatile: false,
        initial: Initial::Differing,
        ..Setup::new(3, 3, 2)
    };
    let mut rig = setup.build();
    rig.drives[0].dead = true;
    rig.pull(2);
    rig.pass(Duration::secs(1));
    rig.write(0, 1, 2).unwrap();
    rig.pull(1);
    rig.arrive(1, Content::Blank, Some(0));
    rig.run();
    rig.arrive(2, Content::Ours, None);
    rig.run();
    rig.command(Command::AcceptLosses).unwrap();
    rig.run();
    rig.drives[0].heal();
    rig.pass(Duration::secs(5000));
    assert_ne!(rig.state(2), MemberState::Resyncing);
}

/// All three copies lack what was written last: what is lost is lost, and the resync ends.
#[test]
fn a_resync_ends_when_every_copy_is_behind() {
    let mut rig = Setup { chunk: 8, size: 256, ..Setup::new(3, 6, 2) }.build();
    rig.pull(3);
    rig.drives[4].dead = true;
    rig.write(128, 9, 2).unwrap();
    rig.pull(5);
    rig.drives[4].heal();
    rig.insert(3);
    rig.insert(5);
    rig.pass(Duration::secs(5000));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
}
