//! New arrays whose copies differ: one copy is spread over the others.

extern crate std;

use std::vec::Vec;

use crate::config::MEMBERS_MAX;
use crate::rig::{Rig, Setup};
use crate::{
    ArrayLba, ArrayState, Command, Content, DriveChange, DriveId, Duration, Engine, HostError,
    Initial, Instant, Policy, Refusal,
};

fn slow() -> Policy {
    Policy { rebuild_max: 1 << 17, ..Policy::default() }
}

fn d(id: u8) -> DriveId {
    DriveId(id)
}

/// A new array whose copies differ: the first copy is spread, and a leader that dies leaves an heir.
fn differing(policy: Policy) -> Rig {
    let mut rig = Setup { initial: Initial::Differing, policy, ..Setup::new(2, 4, 0) }.build();
    for drive in 0..4_u64 {
        let content = (0..2048).map(|lba| (lba, drive * 10_000 + lba)).collect();
        rig.drives[drive as usize].sectors = content;
    }
    rig
}

#[test]
fn the_first_copy_of_a_new_array_is_spread() {
    let mut rig = differing(Policy::default());
    rig.pass(Duration::secs(10));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    assert_eq!(rig.drives[0].sectors, rig.drives[1].sectors);
    assert_eq!(rig.drives[2].sectors, rig.drives[3].sectors);
}

#[test]
fn a_leader_that_dies_in_the_initial_sync_leaves_an_heir() {
    let mut rig = differing(slow());
    rig.write(40, 1, 7).unwrap();
    rig.write(3900, 1, 8).unwrap();
    rig.pass(Duration::secs(1));
    rig.pull(0);
    rig.pull(2);
    rig.pass(Duration::secs(1));
    assert_eq!(rig.engine.array_state(), ArrayState::Degraded);
    assert_eq!(rig.manifest(), Vec::<u64>::new());
    assert_eq!(rig.read(40, 1), Ok(std::vec![7]));
    assert_eq!(rig.read(3900, 1), Ok(std::vec![8]));
}

/// The heir missed a write: for that it is no heir.
#[test]
fn an_heir_is_not_believed_for_what_it_missed() {
    for away in [false, true] {
        let mut rig = differing(slow());
        let lba = 30 * 64 + 40;
        if away {
            rig.pull(1);
        } else {
            rig.drives[1].unwritable.insert(15 * 64 + 40);
        }
        rig.write(lba, 1, 7).unwrap();
        if away {
            rig.arrive(1, Content::Ours, None);
        }
        rig.pull(0);
        assert_eq!(rig.read(lba, 1), Err(HostError::Lost(ArrayLba(lba))), "away: {away}");
    }
}

#[test]
fn odd_arrays_start_with_equal_copies_only() {
    let shape = Setup::new(2, 3, 0).shape();
    let mut engine: Engine<8> = Engine::new(shape, Policy::default()).unwrap();
    let info = Rig::new(2, 3, 0).info(0, Content::Blank);
    let mut members = [None; MEMBERS_MAX];
    for drive in 0..3 {
        engine.handle_drive(Instant(1), d(drive), DriveChange::Arrived(info));
        members[usize::from(drive)] = Some(d(drive));
    }
    let order = Command::Create { members, initial: Initial::Differing };
    assert_eq!(engine.command(Instant(1), order), Err(Refusal::WrongState));
}
