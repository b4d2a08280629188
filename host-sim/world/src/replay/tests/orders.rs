//! Orders of the operator and spares, while a load runs.

use raid10_engine::{ArrayState, Command, DriveId, Duration, Salvage, SectorCount, Slot};

use super::{MIB, fail, insert, load, plan, pull, run_well, write_all};
use crate::plan::{Action, Fault, OpKind, OpMatch, Order, Place, Plan, Reach, Step, Trigger};

use ArrayState::{Degraded, Failed, Optimal};

fn order(command: Command) -> Action {
    Action::Order(Order::Command(command))
}

fn unreadable(drive: u8, start: u64, end: u64) -> Action {
    Action::Fault(Fault::Unreadable { drive, range: start..end, once: false, sticky: true })
}

/// Four members under load, and a drive in the bay of a spare or on the shelf.
fn busy(spare: bool) -> Plan {
    let mut plan = plan(2, 4, 8 * MIB).at(0, write_all()).at(3, Action::Start(0));
    plan.loads.push(load(50, 7000));
    if spare {
        plan.drives[4].place = Place::Spare(None);
    }
    plan.at(31, Action::Stop(0))
}

impl Plan {
    /// When slot 1 is filled by half.
    fn at_half(self, action: Action) -> Self {
        let reach = Reach::Hundredths(5000);
        self.then(Trigger::Progress { activity: None, slot: Slot(1), reach }, action)
    }

    fn at_write(self, count: u32, action: Action) -> Self {
        let op = Some(OpKind::Write);
        let op = OpMatch { op, drive: 1, count, range: None, class: None };
        self.then(Trigger::Op(op), action)
    }
}

/// Plays a plan; all promises must hold, and the end be this state, with or without losses.
#[track_caller]
fn ends(plan: &Plan, state: ArrayState, losses: bool) {
    let outcome = run_well(plan);
    assert_eq!(outcome.state, state);
    assert_eq!(outcome.lost_sectors() > 0, losses, "{:?}", outcome.lost);
}

#[test]
fn a_member_is_replaced_while_it_serves() {
    let replacing = || busy(true).at(5, order(Command::Replace { slot: Slot(1), with: None }));
    ends(&replacing(), Optimal, false);
    ends(&replacing().at_half(fail(1)), Optimal, false);
    ends(&replacing().at_half(fail(0)), Degraded, false);
    ends(&replacing().at_half(fail(4)), Optimal, false);
    ends(&replacing().at_half(fail(0)).at_half(fail(1)), Failed, true);
    ends(&replacing().at_half(unreadable(1, 10_000, 10_010)), Optimal, false);
    ends(&replacing().at_half(order(Command::CancelReplace(Slot(1)))), Optimal, false);
    let paused = replacing().at_half(order(Command::Pause(Slot(1))));
    ends(&paused, Optimal, false);
    ends(&paused.at(20, order(Command::Resume(Slot(1)))), Optimal, false);
}

#[test]
fn a_hot_spare_takes_over() {
    let failing = || busy(true).at(5, fail(1));
    ends(&failing(), Optimal, false);
    ends(&failing().at_half(pull(4)), Degraded, false);
    ends(&busy(true).at(5, pull(1)), Optimal, false);
    ends(&busy(true).at(5, pull(1)).at_half(insert(1, 1)), Optimal, false);
    ends(&busy(true).at(5, pull(1)).at_half(fail(0)).at_half(insert(1, 1)), Failed, true);
    let limp = Fault::Limp { drive: 1, factor: 60, read: true, write: true };
    ends(&busy(true).at(5, Action::Fault(limp)), Optimal, false);
}

#[test]
fn a_member_is_taken_out_by_command() {
    let ejected = || busy(true).at(5, order(Command::Fail(Slot(1))));
    ends(&ejected(), Optimal, false);
    ends(&ejected().at_half(fail(0)), Failed, true);
    ends(&busy(true).at(5, order(Command::Remove(DriveId(1)))), Optimal, false);
}

#[test]
fn losses_are_accepted() {
    let lost = busy(true).at(5, fail(0)).at(5, fail(1));
    ends(&lost.at(9, order(Command::AcceptLosses)), Degraded, true);
}

#[test]
fn without_salvage_nothing_is_answered() {
    let mut lost = busy(true).at(5, fail(0)).at(5, fail(1));
    lost.policy.salvage = Salvage::None;
    ends(&lost, Failed, true);
}

#[test]
fn a_rebuild_is_started_by_hand() {
    let mut by_hand = busy(false).at(5, pull(1)).at(6, insert(4, 1));
    by_hand.policy.auto_rebuild = false;
    let rebuild = Command::Rebuild { slot: Slot(1), with: DriveId(4), force: false };
    ends(&by_hand.clone(), Degraded, false);
    ends(&by_hand.at(7, order(rebuild)), Optimal, false);
}

#[test]
fn a_foreign_drive_is_left_alone_unless_forced() {
    let mut foreign = busy(false).at(5, pull(1)).at(6, insert(4, 1));
    foreign.drives[4].foreign = true;
    ends(&foreign.clone(), Degraded, false);
    let rebuild = Command::Rebuild { slot: Slot(1), with: DriveId(4), force: true };
    ends(&foreign.at(8, order(rebuild)), Optimal, false);
}

#[test]
fn a_drive_that_does_not_fit_is_not_taken() {
    let small = || busy(false).at(5, pull(1)).at(6, insert(4, 1));
    let mut one_short = small();
    one_short.drives[4].size = SectorCount(8 * MIB - 1);
    ends(&one_short, Degraded, false);
    let mut coarse = small();
    coarse.drives[4].physical = SectorCount(8);
    ends(&coarse, Degraded, false);
    let mut unwritable = busy(true).at(5, fail(1));
    let action = Action::Fault(Fault::WriteError { drive: 4, range: 0..16 * MIB, times: None });
    let (trigger, text) = (Trigger::At(Duration(0)), String::new());
    unwritable.steps.insert(0, Step { trigger, action, text, line: 99 });
    ends(&unwritable, Degraded, false);
}

#[test]
fn copies_that_differ_are_made_equal() {
    let fresh = || {
        let mut plan = plan(2, 4, 8 * MIB).at(0, Action::Start(0)).at(31, Action::Stop(0));
        plan.loads.push(load(50, 7000));
        plan.differing = true;
        plan
    };
    ends(&fresh(), Optimal, false);
    assert_eq!(run_well(&fresh().at_half(fail(0))).state, Degraded);
}

#[test]
fn a_command_is_kept_back_or_meets_a_fault() {
    let hold = Fault::Hold(Trigger::At(Duration::secs(20)));
    ends(&busy(true).at_write(500, Action::Fault(hold)), Optimal, false);
    ends(&busy(true).at_write(100, fail(1)), Optimal, false);
}
