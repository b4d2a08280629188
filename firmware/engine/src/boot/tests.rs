extern crate std;

use std::vec::Vec;

use crate::io::Step;
use crate::rig::{Rig, Setup};
use crate::{ArrayState, Content, Duration, EventKind, IoOp};

/// An array of two, off, with a blank third drive.
fn stopped() -> Rig {
    let mut rig = Setup { labelled: true, ..Setup::new(2, 2, 1) }.build();
    rig.fill(100);
    rig.flush().unwrap();
    rig.pass(Duration::secs(60));
    rig.go_down(true);
    rig.log.clear();
    rig.events.clear();
    rig
}

/// The first sectors of what was read of a drive to know it, in order.
fn reads(rig: &Rig, drive: u8) -> Vec<u64> {
    let labels = rig.log.iter().filter(|io| io.drive.0 == drive && io.step == Some(Step::Label));
    labels
        .filter_map(|io| match io.op {
            IoOp::Read(extent, _) => Some(extent.start.0),
            _ => None,
        })
        .collect()
}

#[test]
fn a_superblock_is_sought_in_its_three_places() {
    let mut rig = stopped();
    rig.come_up();
    // 1.2, 1.1, and 1.0 near the end of 4096 sectors; of a member the first one, its bitmap and frames.
    assert_eq!(reads(&rig, 2), [8, 0, 4096 - 16]);
    assert_eq!(reads(&rig, 0)[..2], [8, 16]);
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
}

#[test]
fn labels_are_read_one_at_a_time() {
    let mut rig = stopped();
    rig.hold(|io| io.step == Some(Step::Label));
    rig.come_up();
    while !rig.held.is_empty() {
        assert_eq!(rig.held.len(), 1);
        rig.release_one(|_| true);
        rig.run();
    }
    assert_eq!(rig.saw(|kind| *kind == EventKind::ArrayAssembled), 1);
}

#[test]
fn a_label_that_cannot_be_read_is_tried_again_and_its_drive_left_alone() {
    let mut rig = stopped();
    rig.drives[1].dead = true;
    rig.come_up();
    rig.pass(Duration::secs(30));
    assert_eq!(reads(&rig, 1), [8, 8, 8]);
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::LabelFailed { .. })), 1);
    assert!(rig.log.iter().all(|io| io.drive.0 != 1 || io.step == Some(Step::Label)));
    // It may be the newer one.
    assert_eq!(rig.engine.array_state(), ArrayState::Refused);
}

#[test]
fn a_drive_that_leaves_while_it_is_read_is_read_anew_when_it_comes_back() {
    let mut rig = stopped();
    rig.hold(|io| io.drive.0 == 1 && io.step == Some(Step::Label));
    rig.come_up();
    assert_eq!(rig.held.len(), 1);
    rig.pull(1);
    rig.release();
    assert_eq!(rig.engine.array_state(), ArrayState::Waiting);
    rig.log.clear();
    rig.arrive(1, Content::Ours, None);
    rig.run();
    assert_eq!(reads(&rig, 1)[0], 8);
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
}
