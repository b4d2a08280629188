//! The engine as a whole, on the rig.

extern crate std;

mod events;
mod flush;
mod health;
mod initial;
mod losses;
mod matrix;
mod overflow;
mod random;
mod timeouts;

use std::vec::Vec;

use crate::rig::Rig;
use crate::{ArrayState, Command, Content, Duration, EventKind, MemberState, Policy, Slot};

#[test]
fn a_new_array_keeps_what_is_written() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
}

#[test]
fn the_partner_dies_in_the_rebuild() {
    let policy = Policy { rebuild_max: 1 << 20, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 1, policy);
    rig.fill(1000);
    rig.pull(1);
    assert_eq!(rig.engine.array_state(), ArrayState::Degraded);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
    rig.arrive(4, Content::Blank, Some(1));
    rig.pass(Duration::millis(350));
    let progress = rig.engine.progress(Slot(1)).expect("the rebuild runs");
    assert!((500..900).contains(&progress.checkpoint.0), "{progress:?}");
    rig.pull(0);
    rig.pass(Duration::secs(1));
    assert_eq!(rig.engine.array_state(), ArrayState::Failed);
    let lost = rig.lost(1000);
    assert_eq!(lost, rig.manifest());
    assert!(!lost.is_empty() && lost.len() < 2048);
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::RebuildStalled { .. })), 1);
    // The partner comes back: nothing is lost after all.
    rig.arrive(0, Content::Ours, None);
    rig.pass(Duration::secs(20));
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
}

#[test]
fn a_member_that_was_away_is_resynced() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(2);
    rig.write(64, 8, 5).unwrap();
    rig.arrive(2, Content::Ours, None);
    rig.pass(Duration::secs(1));
    assert_eq!(rig.engine.slot(Slot(2)).unwrap().state, MemberState::Online);
    rig.pull(3);
    assert_eq!(rig.read(64, 8).unwrap(), [5; 8]);
}

#[test]
fn a_bad_sector_is_repaired() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[0].unreadable.insert(3);
    assert_eq!(rig.read(3, 1).unwrap(), [1003]);
    rig.pass(Duration::secs(1));
    assert!(rig.drives[0].unreadable.is_empty());
}

#[test]
fn a_dead_drive_is_replaced_by_a_spare() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.command(Command::AddSpare { drive: crate::DriveId(4), dedicated: None, force: false })
        .unwrap();
    rig.run();
    rig.drives[2].dead = true;
    rig.write(64, 8, 7).unwrap();
    rig.pass(Duration::secs(30));
    assert_eq!(rig.engine.slot(Slot(2)).unwrap().member, Some(crate::DriveId(4)));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    rig.pull(3);
    assert_eq!(rig.read(64, 8).unwrap(), [7; 8]);
}

#[test]
fn a_silent_drive_is_given_up_and_no_buffer_leaks() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[0].silent = true;
    let id = rig.start_write(0, 8, 9);
    rig.pass(Duration::secs(60));
    assert_eq!(rig.result(id), Some(Ok(())));
    assert_eq!(rig.engine.slot(Slot(0)).unwrap().state, MemberState::Failed);
    assert_eq!(rig.read(0, 8).unwrap(), [9; 8]);
}
mod cuts;
mod labels;
