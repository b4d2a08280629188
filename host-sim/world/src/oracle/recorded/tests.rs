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

/// The first of the records of which superblocks are the end.
fn frame(id: u32, drive: u8) -> IoCommand {
    IoCommand { step: Some(Step::Frame), ..superblock(id, drive) }
}

/// Records whose superblock reaches a drive.
fn records(recorded: &mut Recorded, drive: u8) {
    for command in [frame(1, drive), superblock(2, drive)] {
        recorded.input_begins();
        recorded.started(&command);
        recorded.ended(&command, Outcome::Done, None);
    }
    recorded.input_begins();
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
fn records_that_began_after_it_left_tell_of_it() {
    let mut recorded = Recorded::default();
    records(&mut recorded, 0);
    // Others are under way when it leaves.
    recorded.started(&frame(3, 0));
    recorded.input_begins();
    recorded.left(Slot(1), 1);
    let late = superblock(4, 0);
    recorded.started(&late);
    recorded.ended(&late, Outcome::Done, None);
    assert!(recorded.clone().take_rivals(&PAIR), "they were made before");
    records(&mut recorded, 0);
    assert!(!recorded.take_rivals(&PAIR), "now the other drive says it");
}

#[test]
fn records_that_begin_with_the_news_tell_of_them() {
    let mut recorded = Recorded::default();
    records(&mut recorded, 0);
    recorded.started(&frame(3, 0));
    recorded.left(Slot(1), 1);
    let end = superblock(4, 0);
    recorded.started(&end);
    recorded.ended(&end, Outcome::Done, None);
    assert!(!recorded.take_rivals(&PAIR), "the engine knew it when it sent the first of them");
}

#[test]
fn only_a_superblock_that_arrived_counts() {
    let mut recorded = Recorded::default();
    records(&mut recorded, 0);
    recorded.left(Slot(1), 1);
    recorded.started(&frame(3, 0));
    let failed = superblock(4, 0);
    recorded.started(&failed);
    recorded.ended(&failed, Outcome::Fault(IoFault::Hardware), None);
    assert!(recorded.take_rivals(&PAIR));
}

#[test]
fn its_own_superblock_does_not_count() {
    let mut recorded = Recorded::default();
    recorded.left(Slot(1), 1);
    records(&mut recorded, 1);
    assert!(recorded.take_rivals(&PAIR));
}

#[test]
fn a_stranger_is_one_until_records_that_began_later_are_written() {
    let mut recorded = Recorded::default();
    recorded.is_strange(1, true);
    records(&mut recorded, 0);
    assert_eq!(recorded.strangers().collect::<Vec<_>>(), [1], "it is nothing to the array");
    recorded.started(&frame(1, 0));
    recorded.input_begins();
    recorded.is_strange(1, false);
    let superblock = superblock(2, 0);
    recorded.started(&superblock);
    recorded.ended(&superblock, Outcome::Done, None);
    assert_eq!(recorded.strangers().count(), 1, "those records began before");
    records(&mut recorded, 0);
    assert_eq!(recorded.strangers().count(), 0, "whoever tells it");
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
    records(&mut recorded, 0);
    recorded.started(&frame(3, 0));
    recorded.input_begins();
    recorded.is_full(0, true);
    let early = superblock(4, 0);
    recorded.started(&early);
    recorded.ended(&early, Outcome::Done, None);
    records(&mut recorded, 1);
    assert!(!recorded.counts(0), "one was too early, one went elsewhere");
    records(&mut recorded, 0);
    assert!(recorded.counts(0));
    recorded.is_full(0, true);
    assert!(recorded.counts(0), "nothing new");
    recorded.is_full(0, false);
    recorded.is_full(0, true);
    assert!(!recorded.counts(0), "it came anew");
}

#[test]
fn a_checkpoint_is_recorded_by_the_superblock_that_follows_it() {
    let ends = |recorded: &mut Recorded, slot: u8| {
        let command = superblock(2, 0);
        recorded.started(&command);
        recorded.ended(&command, Outcome::Done, Some(Slot(slot)))
    };
    let mut recorded = Recorded::default();
    recorded.input_begins();
    recorded.started(&frame(1, 0));
    recorded.input_begins();
    recorded.published(Slot(1), 64);
    assert_eq!(ends(&mut recorded, 1), None, "those records began before it");
    recorded.input_begins();
    recorded.started(&frame(3, 0));
    assert_eq!(ends(&mut recorded, 0), None, "the drive of another slot");
    assert_eq!(ends(&mut recorded, 1), Some(64));
    assert_eq!(ends(&mut recorded, 1), None, "once");
}
