use raid10_engine::{
    Buffer, BufferId, DriveId, Extent, IoClass, IoCommand, IoFault, IoId, IoOp, MemberLba, Outcome,
    SectorCount, Slot, Step,
};

use super::Recorded;
use crate::layout::Layout;

const PAIR: Layout = Layout::new(2, 2, 8, 256);

fn superblock(id: u32, drive: u8) -> IoCommand {
    IoCommand {
        id: IoId(id),
        drive: DriveId(drive),
        op: IoOp::WriteDurable(
            Extent { start: MemberLba(8), count: SectorCount(1) },
            Buffer { id: BufferId::Metadata(0), offset: 0 },
        ),
        class: IoClass::Metadata,
        origin: SectorCount(0),
        step: Some(Step::Superblock),
    }
}

#[test]
fn a_mirror_that_left_unrecorded_is_a_rival() {
    let mut recorded = Recorded::default();
    assert!(!recorded.take_rivals(&PAIR), "nobody left");
    recorded.left(Slot(1), 1);
    assert!(recorded.take_rivals(&PAIR), "it has a copy of everything");
    assert!(!recorded.take_rivals(&PAIR), "that is forgotten with the controller");
}

#[test]
fn a_member_of_another_mirror_is_none() {
    let four = Layout::new(2, 4, 8, 256);
    let mut recorded = Recorded::default();
    recorded.left(Slot(1), 1);
    assert!(!recorded.take_rivals(&four), "half of the data is missing");
    recorded.left(Slot(1), 1);
    recorded.left(Slot(2), 2);
    assert!(recorded.take_rivals(&four), "one of each mirror");
}

#[test]
fn a_superblock_sent_after_it_left_records_it() {
    let mut recorded = Recorded::default();
    let (before, after) = (superblock(1, 0), superblock(2, 0));
    recorded.started(&before);
    recorded.left(Slot(1), 1);
    recorded.started(&after);
    recorded.ended(&before, Outcome::Done);
    assert!(recorded.clone().take_rivals(&PAIR), "it was sent before");
    recorded.ended(&after, Outcome::Done);
    assert!(!recorded.take_rivals(&PAIR), "now the other drive says it");
}

#[test]
fn only_a_superblock_that_arrived_counts() {
    let mut recorded = Recorded::default();
    recorded.left(Slot(1), 1);
    let failed = superblock(1, 0);
    recorded.started(&failed);
    recorded.ended(&failed, Outcome::Fault(IoFault::Hardware));
    let frame = IoCommand { step: Some(Step::Frame), ..superblock(2, 0) };
    recorded.started(&frame);
    recorded.ended(&frame, Outcome::Done);
    assert!(recorded.take_rivals(&PAIR));
}

#[test]
fn its_own_superblock_does_not_count() {
    let mut recorded = Recorded::default();
    recorded.left(Slot(1), 1);
    let own = superblock(1, 1);
    recorded.started(&own);
    recorded.ended(&own, Outcome::Done);
    assert!(recorded.take_rivals(&PAIR));
}

#[test]
fn who_serves_again_is_no_rival() {
    let mut recorded = Recorded::default();
    recorded.left(Slot(1), 1);
    recorded.serves(1);
    assert!(!recorded.take_rivals(&PAIR));
}

#[test]
fn who_is_full_counts_once_its_own_record_says_so() {
    let mut recorded = Recorded::default();
    let (before, other, after) = (superblock(1, 0), superblock(2, 1), superblock(3, 0));
    recorded.started(&before);
    recorded.is_full(0, true);
    recorded.started(&other);
    for command in [&before, &other] {
        recorded.ended(command, Outcome::Done);
    }
    assert!(!recorded.counts(0), "one was too early, one went elsewhere");
    recorded.started(&after);
    recorded.ended(&after, Outcome::Done);
    assert!(recorded.counts(0));
    recorded.is_full(0, true);
    assert!(recorded.counts(0), "nothing new");
    recorded.is_full(0, false);
    recorded.is_full(0, true);
    assert!(!recorded.counts(0), "it came anew");
}
