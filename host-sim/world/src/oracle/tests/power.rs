//! What is believed of the drives after a loss of power.

use raid10_engine::{
    Buffer, BufferId, DriveId, DriveView, Extent, Health, Instant, IoClass, IoOp, MemberLba,
    MemberState, RequestId, Role, Slot, SlotView, Step,
};

use super::{Case, NOW, View, data};
use crate::verdict::Promise;

const LATER: Instant = Instant(120_000_000);

impl Case {
    fn expecting() -> Self {
        let mut case = Self::new();
        case.oracle.expect_power_losses();
        case
    }

    /// The power goes and comes back, and all drives that are there run again as before.
    fn loses_power(&mut self, now: Instant) {
        self.oracle.power_lost(now, true, true, &self.drives);
        for (index, drive) in self.drives.iter().enumerate().filter(|(_, drive)| drive.plugged) {
            assert!(drive.is_alive());
            self.oracle.arrived(index as u8, false);
        }
        self.follow();
    }

    fn flush(&mut self) {
        self.next += 1;
        let id = RequestId(self.next);
        self.oracle.flush_accepted(id);
        self.reply(id, Ok(()), &[]);
    }

    /// What is known now is in a drive's superblock.
    fn records(&mut self, drive: u8) {
        let buffer = Buffer { id: BufferId::Metadata(0), offset: 0 };
        let place = Extent::new(MemberLba(8), MemberLba(9));
        let op = IoOp::WriteDurable(place, buffer);
        self.oracle.input_begins();
        for step in [Step::Frame, Step::Superblock] {
            self.does(drive, op, IoClass::Metadata, Some(step));
        }
    }

    /// A drive is away, and the engine knows.
    fn goes(&mut self, drive: u8) {
        self.oracle.left(NOW, drive, false, false);
        self.drives[usize::from(drive)].plugged = false;
        self.view.drives[usize::from(drive)].present = false;
        self.view.slots[usize::from(drive)].state = MemberState::Missing;
        self.follow();
    }
}

#[test]
fn what_was_flushed_and_is_gone_is_caught() {
    let mut case = Case::expecting();
    case.acknowledged(0, 8, &[]);
    case.flush();
    case.loses_power(NOW);
    case.read(0, Ok(()), &[0; 8]);
    case.expect(
        Promise::NeverStale,
        "stale: array sector 0 reads as version 0, 1 was acknowledged",
    );
}

#[test]
fn what_was_not_flushed_may_be_gone_or_there() {
    for reaches in [&[][..], &[0, 1][..]] {
        let mut case = Case::expecting();
        let version = case.acknowledged(0, 8, reaches);
        case.loses_power(NOW);
        case.rest();
        case.manifest(&[]);
        let there: Vec<u64> = (0..8).map(|sector| data(sector, version)).collect();
        case.read(0, Ok(()), if reaches.is_empty() { &[0; 8] } else { &there });
        case.expect_none();
    }
}

#[test]
fn copies_that_differ_are_caught_at_rest_though_both_are_legal() {
    let mut case = Case::expecting();
    case.acknowledged(0, 8, &[0]);
    case.loses_power(NOW);
    case.rest();
    case.expect(Promise::NeverStale, "members that are online disagree on array sector 0");
}

#[test]
fn a_sector_that_reads_as_one_version_and_then_as_another_is_caught() {
    let mut case = Case::expecting();
    case.acknowledged(0, 1, &[]);
    let (open, _) = case.write(0, 1, &[]);
    case.loses_power(NOW);
    case.read(0, Ok(()), &[data(0, open)]);
    case.expect_none();
    case.read(0, Ok(()), &[0]);
    case.expect(Promise::Stable, "unstable: array sector 0 reads as version 0, 2 was read since");
}

#[test]
fn requests_that_were_open_have_no_end() {
    let mut case = Case::expecting();
    let (_, id) = case.write(0, 8, &[0, 1]);
    case.loses_power(NOW);
    // The engine that comes next may use the same name.
    case.reply(id, Ok(()), &[]);
    case.read(0, Ok(()), &[0; 8]);
    case.expect_none();
}

#[test]
fn a_drive_that_was_away_may_be_disbelieved_where_it_was_written_shortly_before() {
    for (now, excused) in [(NOW, true), (LATER, false)] {
        let mut case = Case::expecting();
        case.acknowledged(0, 8, &[0, 1]);
        case.flush();
        case.oracle.left(now, 1, false, false);
        case.goes_for_good(1);
        case.loses_power(now);
        case.dies(0);
        case.comes_back(1);
        case.manifest(&[0..8]);
        assert_eq!(case.broken(Promise::LeastLoss).is_none(), excused);
    }
}

impl Case {
    fn goes_for_good(&mut self, drive: usize) {
        self.drives[drive].plugged = false;
        self.view.drives[drive].present = false;
        self.follow();
    }

    fn comes_back(&mut self, drive: usize) {
        self.drives[drive].plug();
        self.oracle.arrived(drive as u8, false);
        self.view.drives[drive].present = true;
        self.follow();
    }
}

#[test]
fn a_fill_counts_below_its_last_recorded_checkpoint() {
    let mut case = Case::expecting();
    case.acknowledged(0, 64, &[0, 1, 2]);
    case.flush();
    case.view.drives[2].role = Role::Target(Slot(1));
    case.view.slots[1].target = Some(DriveId(2));
    case.view.slots[1].state = MemberState::Rebuilding;
    case.view.drives[1].health = Health::Failed;
    case.drives[1].plugged = false;
    case.follow();
    case.fill(2, 32);
    case.records(2);
    case.fill_silently(2, 32, 48);
    case.publishes(2, 1, 48);
    case.fill_silently(2, 48, 64);
    case.loses_power(NOW);
    case.dies(0);
    case.manifest(&[48..64]);
    case.expect_none();
    case.manifest(&[32..64]);
    case.expect_none();
    case.manifest(&[31..64]);
    case.expect(Promise::LeastLoss, "array sector 31 is in the manifest");
}

#[test]
fn a_bad_sector_may_or_may_not_be_in_the_records() {
    let lost = |manifest: &[core::ops::Range<u64>], readable: bool| {
        let mut case = Case::expecting();
        case.acknowledged(0, 8, &[0, 1]);
        case.flush();
        case.dies(0);
        case.finds_bad(1, 3, 4);
        if readable {
            case.drives[1].faults.healed_by_write(&(3..4));
        }
        case.drives[0].plugged = false;
        case.loses_power(NOW);
        case.manifest(manifest);
        case.broken(Promise::LeastLoss).is_none()
    };
    assert!(lost(&[3..4], false) && lost(&[], false));
    assert!(lost(&[3..4], true) && lost(&[], true));
    assert!(!lost(&[3..5], false));
}

#[test]
fn an_array_with_a_member_for_every_place_is_expected_to_start() {
    let mut case = Case::expecting();
    case.oracle.power_lost(NOW, true, true, &case.drives);
    assert_eq!(case.oracle.expected(), None, "nothing was acknowledged");
    let mut case = Case::expecting();
    case.acknowledged(0, 8, &[0, 1]);
    case.goes(1);
    let mut unrecorded = case.oracle.clone();
    unrecorded.power_lost(NOW, true, true, &case.drives);
    assert_eq!(unrecorded.expected(), None, "the one that left may have gone on by itself");
    case.records(0);
    case.oracle.power_lost(NOW, true, true, &case.drives);
    assert_eq!(case.oracle.expected(), Some(&[0][..]));
    // A second loss before it runs again changes nothing.
    case.oracle.power_lost(NOW, true, false, &case.drives);
    assert_eq!(case.oracle.expected(), Some(&[0][..]));
}

#[test]
fn a_drive_is_let_go_only_when_its_label_was_read() {
    let released = |identified: bool| {
        let mut case = Case::expecting();
        case.acknowledged(0, 8, &[1]);
        case.flush();
        case.loses_power(NOW);
        let unknown = case.view.drives[2];
        case.view.drives[1] = DriveView { identified, ..unknown };
        case.view.slots[1] = SlotView { state: MemberState::Missing, member: None, target: None };
        case.follow();
        case.broken(Promise::LeastLoss).is_some()
    };
    assert!(!released(false));
    assert!(released(true), "nobody else has what it has");
}

#[test]
fn a_drive_that_the_new_engine_has_not_seen_keeps_what_it_has() {
    let mut case = Case::expecting();
    case.acknowledged(0, 64, &[0, 1]);
    case.flush();
    case.oracle.power_lost(LATER, true, true, &case.drives);
    case.oracle.arrived(0, false);
    let unknown: DriveView = case.view.drives[2];
    let view = View {
        slots: vec![
            case.view.slots[0],
            SlotView { state: MemberState::Missing, member: None, target: None },
        ],
        drives: vec![case.view.drives[0], DriveView { present: false, ..unknown }, unknown],
    };
    case.oracle.follow(LATER, view, &case.drives, &mut case.verdicts);
    case.expect_none();
    case.follow();
    case.comes_back(1);
    case.dies(0);
    case.manifest(&[0..8]);
    case.expect(Promise::LeastLoss, "array sector 0 is in the manifest");
    assert_eq!(case.view.slots[0].member, Some(DriveId(0)));
}
