use raid10_engine::{
    Buffer, BufferId, DriveId, Extent, IoClass, IoCommand, IoFault, IoId, IoOp, MemberLba, Outcome,
    SectorCount, Slot, Step,
};

use super::Departures;
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
    let mut departures = Departures::default();
    assert!(!departures.take_rivals(&PAIR), "nobody left");
    departures.left(Slot(1), 1);
    assert!(departures.take_rivals(&PAIR), "it has a copy of everything");
    assert!(!departures.take_rivals(&PAIR), "that is forgotten with the controller");
}

#[test]
fn a_member_of_another_mirror_is_none() {
    let four = Layout::new(2, 4, 8, 256);
    let mut departures = Departures::default();
    departures.left(Slot(1), 1);
    assert!(!departures.take_rivals(&four), "half of the data is missing");
    departures.left(Slot(1), 1);
    departures.left(Slot(2), 2);
    assert!(departures.take_rivals(&four), "one of each mirror");
}

#[test]
fn a_superblock_sent_after_it_left_records_it() {
    let mut departures = Departures::default();
    let (before, after) = (superblock(1, 0), superblock(2, 0));
    departures.started(&before);
    departures.left(Slot(1), 1);
    departures.started(&after);
    departures.ended(&before, Outcome::Done);
    assert!(departures.clone().take_rivals(&PAIR), "it was sent before");
    departures.ended(&after, Outcome::Done);
    assert!(!departures.take_rivals(&PAIR), "now the other drive says it");
}

#[test]
fn only_a_superblock_that_arrived_counts() {
    let mut departures = Departures::default();
    departures.left(Slot(1), 1);
    let failed = superblock(1, 0);
    departures.started(&failed);
    departures.ended(&failed, Outcome::Fault(IoFault::Hardware));
    let frame = IoCommand { step: Some(Step::Frame), ..superblock(2, 0) };
    departures.started(&frame);
    departures.ended(&frame, Outcome::Done);
    assert!(departures.take_rivals(&PAIR));
}

#[test]
fn its_own_superblock_does_not_count() {
    let mut departures = Departures::default();
    departures.left(Slot(1), 1);
    let own = superblock(1, 1);
    departures.started(&own);
    departures.ended(&own, Outcome::Done);
    assert!(departures.take_rivals(&PAIR));
}

#[test]
fn who_serves_again_is_no_rival() {
    let mut departures = Departures::default();
    departures.left(Slot(1), 1);
    departures.serves(1);
    assert!(!departures.take_rivals(&PAIR));
}
