//! More to record exactly than there are places: copies are believed less, never more, and everything ends.

extern crate std;

use std::vec::Vec;

use crate::config::RANGES;
use crate::rig::{Rig, Setup};
use crate::{
    ArrayState, Command, Content, DriveId, Duration, EventKind, HostError, MemberState, Policy,
    Salvage, Slot,
};

/// A mirror whose second drive has many single sectors that it cannot read, and whose first is pulled.
fn worn_out(step: usize) -> (Rig, Vec<u64>) {
    let mut rig = Setup { size: 4096, ..Setup::new(2, 2, 2) }.build();
    rig.fill(10_000);
    rig.flush().unwrap();
    let bad: Vec<u64> = (3..4096).step_by(step).collect();
    rig.drives[1].unreadable.extend(&bad);
    rig.pull(0);
    (rig, bad)
}

fn rebuild(slot: u8, drive: u8) -> Command {
    Command::Rebuild { slot: Slot(slot), with: DriveId(drive), force: false }
}

#[test]
fn a_rebuild_ends_with_more_holes_than_places() {
    let (mut rig, bad) = worn_out(24);
    assert!(bad.len() > 2 * RANGES);
    rig.command(rebuild(0, 2)).unwrap();
    rig.pass(Duration::secs(1000));
    assert_eq!(rig.state(0), MemberState::Online);
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::RebuiltWithLosses { .. })), 1);
    assert!(rig.saw(|kind| matches!(kind, EventKind::Distrusted { .. })) > 0);
    // Nothing is lost but what nobody has.
    assert_eq!(rig.lost(10_000), bad);
    rig.pass(Duration::secs(1000));
    assert!(rig.engine.is_idle());
}

#[test]
fn what_nobody_had_is_found_again_with_its_drive() {
    let (mut rig, _) = worn_out(24);
    rig.command(rebuild(0, 2)).unwrap();
    rig.pass(Duration::millis(2));
    rig.arrive(0, Content::Ours, None);
    rig.pass(Duration::secs(1000));
    assert_eq!(rig.lost(10_000), Vec::<u64>::new());
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
}

/// As many scattered writes as there are places for, and more, to a half-filled drive that alone is left: what is
/// acknowledged is kept.
#[test]
fn no_acknowledged_write_is_forgotten_for_want_of_a_place() {
    let policy = Policy { salvage: Salvage::ReadWrite, rebuild_max: 1 << 10, ..Policy::default() };
    let mut rig = Setup { size: 4096, policy, ..Setup::new(2, 2, 2) }.build();
    rig.fill(10_000);
    rig.pull(0);
    rig.command(rebuild(0, 2)).unwrap();
    rig.pass(Duration::millis(10));
    rig.pull(1);
    rig.pass(Duration::secs(1));
    let mut kept = Vec::new();
    for lba in (2048..4096).step_by(16) {
        match rig.write(lba, 1, lba) {
            Ok(()) => kept.push(lba),
            Err(error) => assert!(matches!(error, HostError::NotWritten(_)), "{error:?}"),
        }
    }
    assert!(kept.len() > RANGES / 2 && kept.len() < 128, "{}", kept.len());
    // Nothing is called healed that is not.
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::DataHealed { .. })), kept.len());
    for lba in kept {
        assert_eq!(rig.read(lba, 1), Ok(std::vec![lba]));
    }
}
