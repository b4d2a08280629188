//! Tests of open bugs, which fail; not declared as a module yet.

extern crate std;

use std::vec::Vec;

use crate::rig::Setup;
use crate::{Duration, MemberState};

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
