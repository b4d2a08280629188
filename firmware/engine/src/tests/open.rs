//! Tests of open bugs, which fail; not declared as a module yet.

extern crate std;

use crate::rig::{Rig, Setup};
use std::vec::Vec;

use crate::{ArrayLba, ArrayState, Content, Duration, HostError, MemberState};

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

/// The only copy failed a write half-way. What was read of it since does not change with a loss of power.
#[test]
fn a_failed_write_may_be_in_the_cache_in_part() {
    let mut rig = Rig::new(2, 2, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(0);
    rig.drives[1].unwritable.insert(9);
    assert_eq!(rig.write(8, 2, 7), Err(HostError::NotWritten(ArrayLba(8))));
    assert_eq!(rig.read(8, 1), Ok(std::vec![7]));
    rig.pull(1);
    rig.insert(1);
    assert_eq!(rig.read(8, 1), Err(HostError::Lost(ArrayLba(8))));
}

/// A source with more bad sectors than the exact record has places for holes: the rebuild ends all the same.
#[test]
fn a_rebuild_ends_with_more_holes_than_places() {
    let mut rig = Setup { size: 4096, ..Setup::new(2, 2, 1) }.build();
    rig.fill(10_000);
    rig.flush().unwrap();
    rig.add_spare(2);
    rig.run();
    let bad: Vec<u64> = (0..4096).step_by(24).collect();
    rig.drives[0].unreadable.extend(&bad);
    rig.pull(1);
    rig.pass(Duration::secs(600));
    assert_eq!(rig.state(1), MemberState::Online);
    assert_eq!(rig.lost(10_000), bad);
}
