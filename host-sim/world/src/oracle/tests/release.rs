//! Who may be let go: engines that forget what only one drive holds.

use raid10_engine::{DriveId, Role, Slot};

use super::super::Consent;
use super::{Case, NOW, rebuilding};
use crate::drive::faults::Decay;
use crate::oracle::linux::tests::WHOLE;
use crate::verdict::Promise;

const CAUGHT: &str = "released without need: drive 1 loses its place and is the only one";

impl Case {
    /// The engine lets a drive go.
    fn releases(&mut self, drive: usize) {
        self.view.drives[drive].role = Role::Unassigned;
        for slot in &mut self.view.slots {
            let other = |place: Option<DriveId>| place.filter(|place| place.index() != drive);
            (slot.member, slot.target) = (other(slot.member), other(slot.target));
        }
        self.follow();
    }

    /// Drive 2 is said to be slot 1's member.
    fn takes_slot_1(&mut self) {
        self.view.drives[2].role = Role::Member(Slot(1));
        self.view.slots[1].member = Some(DriveId(2));
        self.view.slots[1].target = None;
    }

    fn leaves(&mut self, drive: u8) {
        self.drives[usize::from(drive)].plugged = false;
        self.view.drives[usize::from(drive)].present = false;
        self.oracle.left(NOW, drive, false, false);
        self.follow();
    }
}

#[test]
fn a_drive_with_the_only_copy_must_not_be_let_go() {
    let mut case = Case::new();
    case.acknowledged(0, 64, &[0, 1]);
    case.dies(0);
    case.releases(1);
    case.expect(Promise::LeastLoss, CAUGHT);
    // The manifest would tell nothing: nobody is left who is to hold it.
    case.expect(Promise::LeastLoss, "array sector 0");
}

#[test]
fn a_drive_whose_copies_others_hold_may_go() {
    let mut case = Case::new();
    case.acknowledged(0, 64, &[0, 1]);
    case.releases(1);
    case.expect_none();
}

#[test]
fn one_sector_that_its_partner_cannot_read_is_enough() {
    let mut case = Case::new();
    case.acknowledged(0, 64, &[0, 1]);
    case.drives[0].faults.add_unreadable(9..10, Decay::Plain);
    case.releases(1);
    case.expect(Promise::LeastLoss, "array sector 9");
}

#[test]
fn a_replaced_drive_must_not_go_before_its_copy_is_whole() {
    let mut case = rebuilding();
    case.drives[1].faults.behaviour = crate::drive::faults::Behaviour::Well;
    case.view.drives[1].health = raid10_engine::Health::Good;
    case.follow();
    case.dies(0);
    case.takes_slot_1();
    case.releases(1);
    // Drive 2 holds the sectors below 64.
    case.expect(Promise::LeastLoss, "array sector 64");
}

#[test]
fn a_drive_that_is_away_with_the_only_copy_goes_when_another_has_its_slot() {
    for (replaced, caught) in [(false, true), (true, false)] {
        let mut case = Case::new();
        case.acknowledged(0, 64, &[0, 1]);
        case.leaves(1);
        case.dies(0);
        if replaced {
            case.takes_slot_1();
        }
        case.releases(1);
        assert_eq!(case.broken(Promise::LeastLoss).is_some(), caught, "{replaced}");
    }
}

#[test]
fn what_a_member_missed_is_no_reason_to_keep_it() {
    let mut case = Case::new();
    case.leaves(1);
    case.acknowledged(0, 256, &[0]);
    case.dies(0);
    case.releases(1);
    case.expect_none();
}

#[test]
fn an_operator_may_let_it_go() {
    let consents = [(Consent::Release, true), (Consent::Losses, false)];
    for (consent, serving_is_kept) in consents {
        let mut case = Case::new();
        case.acknowledged(0, 64, &[0, 1]);
        case.dies(0);
        case.oracle.consent(consent);
        case.releases(1);
        assert_eq!(case.broken(Promise::LeastLoss).is_some(), serving_is_kept, "{consent:?}");
    }
    let mut case = Case::new();
    case.acknowledged(0, 64, &[0, 1]);
    case.leaves(1);
    case.dies(0);
    case.oracle.consent(Consent::Release);
    case.releases(1);
    case.expect_none();
}

#[test]
fn a_drive_without_a_label_yet_is_nobody_before_anything_was_acknowledged() {
    for (acknowledged, labelled) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut case = Case::new();
        if acknowledged {
            case.acknowledged(0, 64, &[0, 1]);
        }
        let mut front = WHOLE.front();
        if !labelled {
            front.clear();
        }
        case.drives[1].put_in_front(front);
        case.dies(0);
        case.releases(1);
        let broken = case.broken(Promise::LeastLoss).is_some();
        assert_eq!(broken, acknowledged || labelled, "{acknowledged}, {labelled}");
    }
}
