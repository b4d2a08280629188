use raid10_engine::{
    Buffer, BufferId, DriveId, Extent, Instant, IoClass, IoCommand, IoId, IoOp, MemberLba,
    RequestId, SectorCount,
};

use super::Contract;
use crate::buffers::Buffers;
use crate::verdict::{Promise, Verdict, Verdicts};

struct Rules {
    contract: Contract,
    buffers: Buffers,
    verdicts: Verdicts,
    next: u32,
}

impl Rules {
    fn new() -> Self {
        let mut this = Self {
            contract: Contract::new(3),
            buffers: Buffers::new(),
            verdicts: Verdicts::new(),
            next: 0,
        };
        this.contract.arrived(0, 1000, true);
        this.contract.arrived(1, 1000, true);
        this.contract.accepted(RequestId(0));
        this.buffers.prepare(RequestId(0), SectorCount(64));
        this
    }

    fn start(&mut self, drive: u8, op: IoOp) -> &mut Self {
        self.start_as(drive, op, IoClass::Host)
    }

    fn start_as(&mut self, drive: u8, op: IoOp, class: IoClass) -> &mut Self {
        self.next += 1;
        let command = IoCommand {
            id: IoId(self.next),
            drive: DriveId(drive),
            op,
            class,
            origin: SectorCount::ZERO,
            step: None,
        };
        self.contract.started(Instant(0), &command, &self.buffers, &mut self.verdicts);
        self
    }

    fn broken(&self, promise: Promise) -> Option<&str> {
        let verdicts: &[Verdict] = self.verdicts.list();
        verdicts.iter().find(|verdict| verdict.promise == promise)?.detail.as_deref()
    }
}

fn read(start: u64, end: u64, offset: u32) -> IoOp {
    let buffer = Buffer { id: BufferId::Host(RequestId(0)), offset };
    IoOp::Read(Extent::new(MemberLba(start), MemberLba(end)), buffer)
}

fn write(start: u64, end: u64, offset: u32) -> IoOp {
    let buffer = Buffer { id: BufferId::Host(RequestId(0)), offset };
    IoOp::Write(Extent::new(MemberLba(start), MemberLba(end)), buffer)
}

#[track_caller]
fn expect(rules: &Rules, words: &str) {
    let detail = rules.broken(Promise::Contract).expect("a broken rule");
    assert!(detail.contains(words), "{detail}");
}

#[test]
fn writes_share_a_buffer_and_reads_share_sectors() {
    let mut rules = Rules::new();
    rules
        .start(0, write(0, 8, 0))
        .start(1, write(0, 8, 0))
        .start(0, read(8, 16, 8))
        .start(0, read(8, 16, 16));
    assert_eq!(rules.broken(Promise::Contract), None);
}

#[test]
fn a_read_shares_its_buffer_with_nobody() {
    let mut rules = Rules::new();
    rules.start(0, read(0, 8, 0)).start(1, read(0, 8, 7));
    expect(&rules, "buffer sectors of a command in flight");
}

#[test]
fn a_write_shares_its_sectors_with_nobody() {
    let mut rules = Rules::new();
    rules.start(0, read(0, 8, 0)).start(0, write(7, 9, 16));
    expect(&rules, "sectors of a command in flight");
}

#[test]
fn nothing_goes_to_a_failed_drive_but_a_probe() {
    let mut rules = Rules::new();
    rules.contract.failed(0);
    rules.start_as(0, read(0, 1, 0), IoClass::Probe).start(0, IoOp::Isolate);
    assert_eq!(rules.broken(Promise::Contract), None);
    rules.start(0, write(8, 9, 8));
    rules.contract.heard(Instant(0), &mut rules.verdicts);
    expect(&rules, "failed drive");
}

#[test]
fn what_comes_with_a_command_may_say_that_its_drive_works_again() {
    for (recovered, well) in [(0, true), (1, false)] {
        let mut rules = Rules::new();
        rules.contract.failed(0);
        rules.start(0, write(8, 9, 8));
        rules.contract.recovered(recovered);
        rules.contract.heard(Instant(0), &mut rules.verdicts);
        assert_eq!(rules.broken(Promise::Contract).is_none(), well);
    }
}

#[test]
fn nothing_goes_to_a_drive_that_is_away() {
    let mut rules = Rules::new();
    rules.start(2, read(0, 1, 0));
    expect(&rules, "away");
    let mut rules = Rules::new();
    rules.contract.left(0);
    rules.start(0, IoOp::Flush);
    expect(&rules, "away");
}

#[test]
fn sectors_lie_on_the_drive_and_in_the_buffer() {
    let mut rules = Rules::new();
    rules.start(0, read(999, 1001, 0));
    expect(&rules, "outside of the drive");
    let mut rules = Rules::new();
    rules.start(0, read(0, 2, 63));
    expect(&rules, "outside of the buffer");
}

#[test]
fn the_queue_has_a_depth() {
    let mut rules = Rules::new();
    for at in 0..17 {
        rules.start(0, read(at, at + 1, at as u32));
    }
    expect(&rules, "queue");
}

#[test]
fn a_buffer_is_the_hosts_after_the_reply() {
    let mut rules = Rules::new();
    rules.start(0, write(0, 8, 0));
    rules.contract.replied(Instant(0), RequestId(0), &mut rules.verdicts);
    expect(&rules, "while a command uses its buffer");
    let mut rules = Rules::new();
    rules.contract.replied(Instant(0), RequestId(0), &mut rules.verdicts);
    rules.start(0, write(0, 8, 0));
    expect(&rules, "request that is over");
}

#[test]
fn a_drive_that_is_not_ours_is_not_written() {
    let mut rules = Rules::new();
    rules.contract.arrived(2, 1000, false);
    rules.start(2, read(0, 1, 0));
    assert_eq!(rules.broken(Promise::HandsOff), None);
    rules.start(2, write(0, 1, 8));
    assert!(rules.broken(Promise::HandsOff).is_some());
}

#[test]
fn a_spare_is_proven_before_it_is_taken_and_anew_when_it_comes_back() {
    let mut rules = Rules::new();
    rules.contract.proven(1);
    rules.contract.chosen(Instant(0), 1, &mut rules.verdicts);
    assert_eq!(rules.broken(Promise::HandsOff), None);
    rules.contract.left(1);
    rules.contract.arrived(1, 1000, true);
    rules.contract.chosen(Instant(0), 1, &mut rules.verdicts);
    assert!(rules.broken(Promise::HandsOff).is_some());
}

mod front;
