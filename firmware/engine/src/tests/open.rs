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
