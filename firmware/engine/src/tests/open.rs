//! Tests of open bugs, which fail; not declared as a module yet.

extern crate std;

use crate::rig::{Rig, Setup};
use crate::*;

/// In an odd array the chunks of a member have their other copies on different members.
#[test]
fn a_fill_goes_on_where_another_member_is_the_source() {
    let mut rig = Rig::new(2, 3, 1);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(0);
    rig.pull(1);
    rig.arrive(3, Content::Blank, Some(0));
    rig.pass(Duration::secs(60));
    // Chunk 0 is on slots 0 and 1 only, chunk 1 on slots 0 and 2.
    rig.pull(2);
    assert_eq!(rig.read(64, 1), Ok(std::vec![1064]));
    assert_eq!(rig.read(0, 1), Err(HostError::Lost(crate::ArrayLba(0))));
}

/// An heir of an array without any content: what is left to fill has no source, and never will.
#[test]
fn a_resync_ends_after_losses_were_accepted() {
    let setup = Setup { chunk: 8, size: 256, volatile: false, initial: Initial::Differing, ..Setup::new(3, 3, 2) };
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
    std::println!("{:?}", rig.command(Command::AcceptLosses));
    rig.run();
    rig.drives[0].heal();
    rig.pass(Duration::secs(5000));
    for event in &rig.events {
        std::println!("{:?} {:?}", event.at, event.kind);
    }
    std::println!("{:?} {:?}", rig.engine.progress(Slot(2)), rig.engine.drives[2].fill);
    for s in 0..3 { std::println!("{:?}", rig.engine.slot(Slot(s))); }
    std::println!("{:?}", rig.engine.ranges);
    assert_ne!(rig.state(2), MemberState::Resyncing);
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
    rig.pass(Duration::secs(60));
    assert_eq!(rig.manifest(), []);
    assert_eq!(rig.lost(1000), []);
}
