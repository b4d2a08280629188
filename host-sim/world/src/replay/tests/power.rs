//! Losses of power, from end to end.

use raid10_engine::{
    ArrayState, AssemblyOrder, Command, DriveId, Duration, HostOp, Slot, Step as RecordStep,
};

use super::{MIB, again, busy, faults_of, insert, plan, pull, run, run_well, write_all};
use crate::cuts::{self, Search};
use crate::drive::{Figures, Survival};
use crate::outcome::Outcome;
use crate::plan::{Action, Arrival, Fault, Finally, Order, Plan, Trigger};

const SECOND: Duration = Duration::secs(1);

impl Plan {
    fn labelled(mut self) -> Self {
        self.metadata = true;
        self
    }

    /// All drives keep this of their caches.
    fn cut(&self, survival: &Survival) -> Action {
        Action::Fault(Fault::PowerCut(vec![survival.clone(); self.drives.len()], SECOND))
    }

    fn at_step(self, step: RecordStep, count: u32, action: Action) -> Self {
        self.then(Trigger::Records { step, drive: None, count }, action)
    }

    fn order(self, seconds: u64, command: Command) -> Self {
        self.at(seconds, Action::Order(Order::Command(command)))
    }
}

fn fault(fault: Fault) -> Action {
    Action::Fault(fault)
}

/// Four members under load, labelled.
fn loaded() -> Plan {
    busy(4, 2, &[]).labelled()
}

fn cut_at(time: u64, survival: &Survival) -> Plan {
    let plan = loaded();
    let cut = plan.cut(survival);
    plan.at(time, cut)
}

#[test]
fn an_array_comes_back_by_itself() {
    for survival in [
        Survival::None,
        Survival::All,
        Survival::First(5),
        Survival::Torn(3),
        Survival::Only(vec![1..2, 4..9]),
    ] {
        let outcome = run_well(&cut_at(10, &survival));
        assert_eq!(outcome.state, ArrayState::Optimal, "{survival:?}");
        assert_eq!(outcome.lost_sectors(), 0);
        assert_eq!(outcome.refused_requests, 0);
        let stable = outcome.verdicts.iter().find(|verdict| verdict.promise.number() == "P3");
        assert!(stable.is_some_and(|verdict| verdict.checks > 0));
    }
}

#[test]
fn two_runs_with_a_cut_are_one() {
    let plan = cut_at(10, &Survival::Torn(2));
    let digests = [run(&plan).digest, run(&plan).digest];
    assert!(digests[0].is_some() && digests[0] == digests[1]);
}

#[test]
fn a_load_and_a_script_go_on_when_the_array_is_back() {
    let plan = loaded();
    let before = run_well(&plan).requests;
    let off = fault(Fault::PowerOff(vec![Survival::None; plan.drives.len()]));
    let outcome = run_well(
        &plan.at(10, off).at(12, Action::Host(HostOp::Flush, None)).at(15, fault(Fault::PowerOn)),
    );
    assert!(outcome.requests > before / 2 && outcome.requests < before, "{}", outcome.requests);
    assert_eq!(outcome.refused_requests, 0);
}

#[test]
fn power_that_never_comes_back_ends_the_replay() {
    let plan = loaded();
    let off = fault(Fault::PowerOff(vec![Survival::None; plan.drives.len()]));
    let outcome = run(&plan.at(10, off).at(12, Action::Host(HostOp::Flush, None)));
    assert_eq!(faults_of(&outcome), Vec::<String>::new());
    assert!(outcome.refused_requests > 0);
}

#[test]
fn a_controller_that_starts_again_finds_what_the_drives_have_in_their_caches() {
    let outcome = run_well(&loaded().at(10, fault(Fault::Reset(SECOND))));
    assert_eq!((outcome.state, outcome.lost_sectors()), (ArrayState::Optimal, 0));
}

#[test]
fn drives_that_lose_their_power_alone_come_back() {
    for survival in [Survival::None, Survival::All, Survival::First(2)] {
        let brown = Fault::BrownOut { drives: vec![1, 2], survival, span: Duration::millis(300) };
        let outcome = run_well(&loaded().at(10, fault(brown)));
        assert_eq!((outcome.state, outcome.lost_sectors()), (ArrayState::Optimal, 0));
    }
}

#[test]
fn the_power_may_go_at_each_step_of_the_records() {
    for step in [RecordStep::Frame, RecordStep::Superblock, RecordStep::BitsSet] {
        for count in [9, 10, 11] {
            let plan = loaded();
            let cut = plan.cut(&Survival::First(1));
            let outcome = run(&plan.at_step(step, count, cut));
            let broken = outcome.verdicts.iter().find(|verdict| !verdict.held());
            assert_eq!(broken, None, "{} {count}", step.name());
        }
    }
}

/// What happens to the bays while the power is off.
fn meanwhile(actions: Vec<Action>) -> Outcome {
    let plan = loaded();
    let off = fault(Fault::PowerOff(vec![Survival::None; plan.drives.len()]));
    let plan = plan.at(10, off);
    let plan = actions.into_iter().fold(plan, |plan, action| plan.at(11, action));
    run(&plan.at(12, fault(Fault::PowerOn)))
}

#[test]
fn drives_come_go_and_move_while_the_power_is_off() {
    let gone = meanwhile(vec![pull(1)]);
    assert_eq!(faults_of(&gone), Vec::<String>::new());
    assert_eq!(gone.state, ArrayState::Degraded);
    for there in [
        vec![fault(Fault::Swap(Slot(0), Slot(3)))],
        vec![pull(1), fault(again(1))],
        vec![fault(Fault::Glitch(vec![0, 1], SECOND))],
    ] {
        let outcome = meanwhile(there.clone());
        assert_eq!(faults_of(&outcome), Vec::<String>::new(), "{there:?}");
        assert_eq!(outcome.state, ArrayState::Optimal, "{there:?}");
    }
    let new = meanwhile(vec![pull(1), insert(4, 1)]);
    assert_eq!(faults_of(&new), Vec::<String>::new());
    assert_eq!(new.lost_sectors(), 0);
}

#[test]
fn a_mirror_that_is_gone_keeps_the_array_from_starting() {
    let outcome = meanwhile(vec![pull(0), pull(1)]);
    assert_eq!(faults_of(&outcome), Vec::<String>::new());
    assert_eq!(outcome.state, ArrayState::Refused);
    assert!(outcome.refused_requests > 0);
}

#[test]
fn a_stopped_array_refuses_and_a_power_cycle_brings_it_back() {
    let mut plan = plan(2, 4, MIB).labelled().at(0, write_all()).order(20, Command::Stop);
    plan.finally = vec![Finally::Quiesce(None)];
    assert_eq!(run_well(&plan).state, ArrayState::Stopped);
    plan.finally = vec![Finally::PowerCycle, Finally::ReadAll];
    let outcome = run_well(&plan);
    assert_eq!((outcome.state, outcome.refused_requests), (ArrayState::Optimal, 0));
    plan.finally = vec![Finally::PowerCycle, Finally::Stop];
    assert_eq!(run_well(&plan).state, ArrayState::Stopped);
}

#[test]
fn an_old_image_is_left_alone_or_taken_by_order() {
    let stale = |drive| Fault::Insert { drive, slot: None, arrival: Arrival::Stale };
    let mut plan = plan(2, 2, MIB).labelled().at(0, write_all());
    let off = Fault::PowerOff(vec![Survival::None; plan.drives.len()]);
    plan = plan
        .at(20, fault(Fault::Image(0)))
        .at(21, pull(0))
        .at(22, write_all())
        .at(30, fault(off))
        .at(31, pull(1))
        .at(31, fault(stale(0)))
        .at(32, fault(Fault::PowerOn));
    let outcome = run(&plan);
    assert_eq!(faults_of(&outcome), Vec::<String>::new());
    assert_eq!(outcome.state, ArrayState::Refused);
    let accept = Command::Assemble(AssemblyOrder::Accept(DriveId(0)));
    let outcome = run_well(&plan.order(60, accept));
    assert!(outcome.state.is_running());
}

#[test]
fn cuts_at_every_write_of_a_small_array_break_nothing() {
    let mut plan = plan(2, 2, MIB / 4).labelled();
    plan.drives.iter_mut().for_each(|drive| drive.figures = Figures::SSD);
    let range = Some(0..64);
    let plan = plan
        .at(0, Action::Host(HostOp::Write, range.clone()))
        .at(1, Action::Host(HostOp::Flush, None))
        .at(1, Action::Host(HostOp::Write, range.clone()))
        .at(3, Action::Host(HostOp::Read, range.clone()))
        .at(3, Action::Host(HostOp::Read, range));
    let mut total = cuts::Tried::default();
    for write in 1.. {
        let tried = cuts::try_at(&plan, Search::Exhaustive(1), write).expect("a good plan");
        let Some(tried) = tried else { break };
        total.add(tried);
    }
    assert!(total.points > 10 && total.images > total.points, "{total:?}");
    assert_eq!(total.broken, []);
}

#[test]
fn a_second_cut_comes_while_the_array_recovers() {
    let plan = plan(2, 2, MIB / 4).labelled().at(0, Action::Host(HostOp::Write, Some(0..8)));
    let tried = cuts::try_at(&plan, Search::Exhaustive(2), 12).expect("a good plan");
    let tried = tried.expect("so many writes");
    assert!(tried.points > 1, "{tried:?}");
    assert_eq!(tried.broken, []);
}
