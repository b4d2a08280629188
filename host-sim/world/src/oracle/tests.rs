//! Histories by hand: what must be caught, and what must not.

use raid10_engine::{
    ArrayLba, Buffer, BufferId, DriveId, DriveView, EventKind, Extent, Health, HostError, Instant,
    IoClass, IoCommand, IoFault, IoId, IoOp, MemberLba, MemberState, Outcome, Policy, Proof,
    RequestId, Role, SectorCount, Slot, SlotView, Step,
};

use super::{Oracle, Patience, View, WriteKind};
use crate::content;
use crate::drive::faults::{Behaviour, Decay};
use crate::drive::{Drive, Figures};
use crate::layout::Layout;
use crate::ranges::Ranges;
use crate::verdict::{Promise, Verdicts};

const NOW: Instant = Instant(0);

/// Two mirrored drives of 256 sectors, and a third for whatever is needed.
struct Case {
    oracle: Oracle,
    drives: Vec<Drive>,
    verdicts: Verdicts,
    view: View,
    next: u32,
}

impl Case {
    fn new() -> Self {
        let patience = Patience::new(&Policy::default(), SectorCount(8));
        let mut oracle = Oracle::new(Layout::new(2, 2, 8, 256), 32, 3, false, patience);
        oracle.created(&[(Slot(0), 0), (Slot(1), 1)], false);
        let drive = |index| {
            let size = SectorCount(256);
            let mut drive = Drive::new(index, size, SectorCount(1), Figures::RAM);
            drive.plug();
            drive
        };
        let mut this = Self {
            oracle,
            drives: (0..3).map(drive).collect(),
            verdicts: Verdicts::new(),
            view: View {
                slots: vec![online(0), online(1)],
                drives: vec![
                    role(Role::Member(Slot(0))),
                    role(Role::Member(Slot(1))),
                    role(Role::Unassigned),
                ],
            },
            next: 0,
        };
        this.follow();
        this
    }

    fn follow(&mut self) {
        self.oracle.follow(NOW, self.view.clone(), &self.drives, &mut self.verdicts);
    }

    /// A write that reaches these drives. Returns its version and its request.
    fn write(&mut self, start: u64, count: u64, reaches: &[usize]) -> (u32, RequestId) {
        self.next += 1;
        let id = RequestId(self.next);
        let version = self.oracle.next_version().expect("a number");
        self.oracle.write_accepted(NOW, id, start..start + count, version, WriteKind::Data);
        for &drive in reaches {
            let sectors = start..start + count;
            let put = |sector| (sector, content::data(ArrayLba(sector), version));
            sectors.map(put).for_each(|(sector, data)| self.drives[drive].poke(sector, data));
        }
        (version, id)
    }

    fn acknowledged(&mut self, start: u64, count: u64, reaches: &[usize]) -> u32 {
        let (version, id) = self.write(start, count, reaches);
        self.reply(id, Ok(()), &[]);
        version
    }

    /// A drive dies, and the engine knows.
    fn dies(&mut self, drive: usize) {
        self.drives[drive].faults.behaviour = Behaviour::Failed;
        self.view.drives[drive].health = Health::Failed;
        self.follow();
    }

    /// A command to a drive ends well.
    fn does(&mut self, drive: u8, op: IoOp, class: IoClass, step: Option<Step>) {
        let (id, drive) = (IoId(1), DriveId(drive));
        let command = IoCommand { id, drive, op, class, origin: SectorCount::ZERO, step };
        self.oracle.io_started(&command);
        self.oracle.io_ended(NOW, &command, Outcome::Done, &[]);
    }

    /// The fill of a drive publishes how far it is.
    fn publishes(&mut self, drive: u8, slot: u8, lba: u64) {
        self.does(drive, IoOp::Flush, IoClass::Rebuild, None);
        let lba = MemberLba(lba);
        self.event(NOW, EventKind::Checkpoint { slot: Slot(slot), lba });
    }

    /// A drive is filled up to a sector, and this is published.
    fn fill(&mut self, drive: u8, end: u64) {
        self.fill_silently(drive, 0, end);
        self.publishes(drive, 1, end);
    }

    fn fill_silently(&mut self, drive: u8, start: u64, end: u64) {
        let buffer = Buffer { id: BufferId::Sync(0), offset: 0 };
        let op = IoOp::Write(Extent::new(MemberLba(start), MemberLba(end)), buffer);
        self.does(drive, op, IoClass::Rebuild, None);
    }

    fn event(&mut self, now: Instant, event: EventKind) {
        self.oracle.event(now, &event, &self.drives, &mut self.verdicts);
    }

    /// A read of the drive finds these sectors bad.
    fn finds_bad(&mut self, drive: u8, start: u64, end: u64) {
        self.drives[usize::from(drive)].faults.add_unreadable(start..end, Decay::Plain);
        let extent = Extent::new(MemberLba(start), MemberLba(end));
        let buffer = Buffer { id: BufferId::Sync(0), offset: 0 };
        self.errs(drive, IoOp::Read(extent, buffer), &[start..end]);
    }

    /// These sectors can neither be read nor written, and a write of the host there fails.
    fn does_not_take(&mut self, drive: u8, start: u64, end: u64) {
        self.drives[usize::from(drive)].faults.add_unreadable(start..end, Decay::Plain);
        let extent = Extent::new(MemberLba(start), MemberLba(end));
        self.errs(drive, IoOp::Write(extent, Buffer { id: BufferId::Sync(0), offset: 0 }), &[]);
    }

    /// A command of the host to a drive ends with an error of the medium, for want of these sectors.
    fn errs(&mut self, drive: u8, op: IoOp, bad: &[core::ops::Range<u64>]) {
        let (id, drive, class) = (IoId(1), DriveId(drive), IoClass::Host);
        let command = IoCommand { id, drive, op, class, origin: SectorCount::ZERO, step: None };
        self.oracle.io_ended(NOW, &command, Outcome::Fault(IoFault::Medium), bad);
    }

    /// What is broken in an array that has nothing left to do.
    fn rest(&mut self) {
        let audit = self.oracle.audit(&self.drives, NOW, &Ranges::new());
        self.oracle.judge_rest(NOW, &audit, &mut self.verdicts);
    }

    fn read(&mut self, start: u64, result: Result<(), HostError>, data: &[u64]) {
        self.next += 1;
        let id = RequestId(self.next);
        self.oracle.read_accepted(id, start, data.len() as u64);
        self.reply(id, result, data);
    }

    fn reply(&mut self, id: RequestId, result: Result<(), HostError>, data: &[u64]) {
        self.oracle.replied(NOW, id, result, data, &self.drives, &mut self.verdicts);
        self.oracle.heard(&self.drives, &mut self.verdicts);
    }

    fn manifest(&mut self, lost: &[core::ops::Range<u64>]) {
        let manifest: Ranges = lost.iter().cloned().collect();
        let audit = self.oracle.audit(&self.drives, NOW, &manifest);
        self.oracle.judge_manifest(NOW, &manifest, &audit, &mut self.verdicts);
    }

    fn broken(&self, promise: Promise) -> Option<&str> {
        let mut verdicts = self.verdicts.list().iter();
        verdicts.find(|verdict| verdict.promise == promise)?.detail.as_deref()
    }

    #[track_caller]
    fn expect(&self, promise: Promise, words: &str) {
        let detail = self.broken(promise).expect("a broken promise");
        assert!(detail.contains(words), "{detail}");
    }

    #[track_caller]
    fn expect_none(&self) {
        assert!(self.verdicts.list().iter().all(|verdict| verdict.held()));
    }
}

mod blame;
mod holdings;
mod linux;
mod power;
mod release;
mod rest;
mod rivals;

fn online(drive: u8) -> SlotView {
    SlotView { state: MemberState::Online, member: Some(DriveId(drive)), target: None }
}

fn role(role: Role) -> DriveView {
    DriveView {
        present: true,
        identified: true,
        role,
        health: Health::Good,
        proof: Proof::None,
        errors: 0,
    }
}

fn data(sector: u64, version: u32) -> u64 {
    content::data(ArrayLba(sector), version)
}

#[test]
fn a_stale_read_is_caught() {
    let mut case = Case::new();
    case.acknowledged(0, 8, &[0, 1]);
    case.acknowledged(0, 8, &[0, 1]);
    case.read(3, Ok(()), &[data(3, 2)]);
    case.expect_none();
    case.read(3, Ok(()), &[data(3, 1)]);
    case.expect(Promise::NeverStale, "stale: array sector 3 reads as version 1, 2 was");
}

#[test]
fn a_resurrected_version_is_caught() {
    let mut case = Case::new();
    case.acknowledged(0, 1, &[0, 1]);
    let (_, open) = case.write(0, 1, &[0]);
    case.read(0, Ok(()), &[data(0, 2)]);
    case.drives.iter_mut().for_each(|drive| drive.faults.behaviour = Behaviour::Failed);
    case.reply(open, Err(HostError::NotWritten(ArrayLba(0))), &[]);
    case.expect_none();
    case.read(0, Ok(()), &[data(0, 1)]);
    case.expect(Promise::NeverStale, "stale");
}

#[test]
fn a_read_may_see_what_was_true_when_it_was_submitted() {
    let mut case = Case::new();
    case.acknowledged(0, 1, &[0, 1]);
    case.oracle.read_accepted(RequestId(90), 0, 1);
    case.acknowledged(0, 1, &[0, 1]);
    case.reply(RequestId(90), Ok(()), &[data(0, 1)]);
    case.expect_none();
}

#[test]
fn a_sector_of_another_place_is_caught() {
    let mut case = Case::new();
    case.acknowledged(0, 8, &[0, 1]);
    case.read(3, Ok(()), &[data(4, 1)]);
    case.expect(
        Promise::NeverStale,
        "foreign: array sector 3 reads as Data { lba: 4, version: 1 }",
    );
}

#[test]
fn a_loss_with_a_good_copy_is_caught() {
    let mut case = Case::new();
    case.acknowledged(0, 8, &[0, 1]);
    case.dies(0);
    case.read(3, Err(HostError::Lost(ArrayLba(3))), &[0]);
    case.expect(Promise::LeastLoss, "drive 1 holds it");
    case.expect(Promise::Durable, "lost wrongly");
}

#[test]
fn a_loss_without_a_copy_is_right_and_must_be_in_the_manifest() {
    let mut case = Case::new();
    case.acknowledged(0, 8, &[0, 1]);
    case.dies(0);
    case.finds_bad(1, 3, 5);
    case.read(3, Err(HostError::Lost(ArrayLba(3))), &[0, 0]);
    case.manifest(&[3..5]);
    case.expect_none();
    case.manifest(&[3..4]);
    case.expect(Promise::LeastLoss, "sector 4 is lost on every drive, but not in the manifest");
}

/// That a write failed does not show that a read would: the engine may go on believing one copy until it is read.
#[test]
fn a_sector_that_nobody_took_is_lost_when_it_was_read() {
    for (read, taken) in [(false, false), (true, false), (false, true)] {
        let mut case = Case::new();
        case.acknowledged(0, 8, &[0, 1]);
        let (_, id) = case.write(0, 8, if taken { &[1] } else { &[] });
        case.does_not_take(0, 3, 4);
        if !taken {
            case.does_not_take(1, 3, 4);
        }
        case.reply(id, Err(HostError::NotWritten(ArrayLba(0))), &[]);
        if taken {
            case.dies(1);
        }
        if read {
            case.finds_bad(0, 3, 4);
            case.finds_bad(1, 3, 4);
        }
        case.manifest(&[]);
        let broken = case.broken(Promise::LeastLoss);
        assert_eq!(broken.is_some(), read || taken, "{read}, {taken}: {broken:?}");
    }
}

/// What the engine has no room for is not forgotten when it says so, until it is written.
#[test]
fn a_manifest_may_lack_what_was_said_to_be_unlisted() {
    let mut case = Case::new();
    case.acknowledged(0, 8, &[0, 1]);
    case.finds_bad(0, 3, 4);
    case.finds_bad(1, 3, 4);
    let (lba, count) = (MemberLba(3), SectorCount(1));
    case.event(NOW, EventKind::Unlisted { drive: DriveId(1), lba, count });
    case.manifest(&[]);
    case.expect_none();
    case.acknowledged(0, 8, &[0, 1]);
    case.manifest(&[]);
    case.expect(Promise::LeastLoss, "sector 3 is lost on every drive, but not in the manifest");
}

#[test]
fn a_manifest_that_lists_too_much_is_caught() {
    let mut case = Case::new();
    case.drives[1].faults.add_unreadable(3..5, Decay::Plain);
    case.manifest(&[]);
    case.expect_none();
    case.manifest(&[2..4]);
    case.expect(Promise::LeastLoss, "sector 2 is in the manifest, though");
}

#[test]
fn a_member_that_missed_a_write_is_not_needed_but_may_help() {
    let mut case = Case::new();
    case.acknowledged(0, 64, &[0, 1]);
    case.view.drives[1].present = false;
    case.view.slots[1].state = MemberState::Missing;
    case.oracle.left(NOW, 1, false, false);
    case.follow();
    case.acknowledged(40, 1, &[0]);
    case.view.drives[1].present = true;
    case.view.slots[1].state = MemberState::Resyncing;
    case.follow();
    case.dies(0);
    // Sector 40 is gone; its region of 32 sectors may be called lost, the others not.
    case.manifest(&[40..41]);
    case.manifest(&[32..64]);
    case.expect_none();
    case.manifest(&[]);
    case.expect(Promise::LeastLoss, "sector 40 is lost on every drive");
}

#[test]
fn other_regions_of_a_member_that_was_away_count() {
    let mut case = Case::new();
    case.acknowledged(0, 64, &[0, 1]);
    case.view.drives[1].present = false;
    case.follow();
    case.acknowledged(40, 1, &[0]);
    case.view.drives[1].present = true;
    case.follow();
    case.dies(0);
    case.manifest(&[31..64]);
    case.expect(Promise::LeastLoss, "sector 31 is in the manifest, though");
}

/// Slot 1 is being filled onto drive 2, up to sector 64.
fn rebuilding() -> Case {
    let mut case = Case::new();
    case.acknowledged(0, 256, &[0, 1]);
    case.drives[1].faults.behaviour = Behaviour::Failed;
    case.view.drives[1].health = Health::Failed;
    case.view.drives[2].role = Role::Target(Slot(1));
    case.view.slots[1].target = Some(DriveId(2));
    case.view.slots[1].state = MemberState::Rebuilding;
    case.follow();
    (0..64).for_each(|sector| case.drives[2].poke(sector, data(sector, 1)));
    case.fill(2, 64);
    case
}

#[test]
fn a_target_counts_below_its_checkpoint() {
    let mut case = rebuilding();
    case.dies(0);
    case.manifest(&[64..256]);
    case.expect_none();
    case.manifest(&[63..256]);
    case.expect(Promise::LeastLoss, "sector 63 is in the manifest, though");
}

#[test]
fn a_forgotten_loss_above_the_checkpoint_is_caught() {
    let mut case = rebuilding();
    case.dies(0);
    case.manifest(&[65..256]);
    case.expect(Promise::LeastLoss, "sector 64 is lost on every drive");
}

#[test]
fn a_checkpoint_that_goes_back_is_caught() {
    let mut case = rebuilding();
    case.publishes(2, 1, 32);
    case.expect(Promise::HonestProgress, "goes back from 64 to 32");
}

#[test]
fn members_that_disagree_are_caught() {
    let mut case = Case::new();
    case.rest();
    case.expect_none();
    case.write(9, 1, &[0]);
    case.rest();
    case.expect(Promise::NeverStale, "disagree on array sector 9");
}
