use raid10_engine::{ArrayState, Duration, HostOp, Policy, SectorCount, Shape, Slot};

use super::{Options, Play, replay};
use crate::drive::Figures;
use crate::names::Names;
use crate::outcome::Outcome;
use crate::plan::{
    Action, Activity, Arrival, DrivePlan, Fault, Finally, LoadPlan, Place, Plan, Reach, Step,
    Trigger,
};
use crate::record::Discard;

mod double_faults;
mod expectations;
mod healing;
mod orders;
mod power;
mod remains;
mod returning;
mod speed;

const MIB: u64 = 2048;

/// Members d0.., and one drive on the shelf: the last.
fn plan(copies: u8, members: u8, size: u64) -> Plan {
    let drive = |index: u8| DrivePlan {
        size: SectorCount(size),
        physical: SectorCount(1),
        figures: Figures::HDD,
        place: if index < members { Place::Member(Slot(index)) } else { Place::Shelf },
        foreign: false,
        image: false,
    };
    Plan {
        shape: Shape { copies, members, chunk: SectorCount(128), member_size: SectorCount(size) },
        differing: false,
        metadata: false,
        drives: (0..=members).map(drive).collect(),
        names: Names::new((0..=members).map(|index| format!("d{index}")).collect()),
        policy: Policy { rebuild_rate: 100, ..Policy::default() },
        loads: Vec::new(),
        steps: Vec::new(),
        expectations: Vec::new(),
        finally: vec![Finally::Quiesce(None), Finally::ReadAll],
        from_images: false,
        images: None,
        cuts: Vec::new(),
    }
}

impl Plan {
    fn then(mut self, trigger: Trigger, action: Action) -> Self {
        let line = self.steps.len() as u32 + 1;
        let text = format!("{action:?}");
        self.steps.push(Step { trigger, action, text, line });
        self
    }

    fn at(self, seconds: u64, action: Action) -> Self {
        self.then(Trigger::At(Duration::secs(seconds)), action)
    }

    fn when_rebuilt(self, slot: u8, percent: u16, action: Action) -> Self {
        let reach = Reach::Hundredths(percent * 100);
        let activity = Some(Activity::Rebuild);
        self.then(Trigger::Progress { activity, slot: Slot(slot), reach }, action)
    }
}

fn write_all() -> Action {
    Action::Host(HostOp::Write, None)
}

fn pull(drive: u8) -> Action {
    Action::Fault(Fault::Pull(drive))
}

fn insert(drive: u8, slot: u8) -> Action {
    Action::Fault(Fault::Insert { drive, slot: Some(Slot(slot)), arrival: Arrival::AsItWas })
}

fn fail(drive: u8) -> Action {
    Action::Fault(Fault::Fail(drive))
}

fn run(plan: &Plan) -> Outcome {
    replay(plan, &Options::default(), &mut Discard).expect("a good plan")
}

/// What is wrong with an outcome in which every promise should hold and every statement be executed.
fn faults_of(outcome: &Outcome) -> Vec<String> {
    let broken = outcome.verdicts.iter().filter(|verdict| !verdict.held());
    let broken = broken.map(|verdict| {
        let detail = verdict.detail.as_deref().unwrap_or_default();
        format!("{} {detail}", verdict.promise.number())
    });
    let unfired = outcome.unfired.iter().map(|line| format!("statement {line} was never executed"));
    broken.chain(unfired).collect()
}

/// Plays a plan in which every promise must hold.
#[track_caller]
fn run_well(plan: &Plan) -> Outcome {
    let outcome = run(plan);
    assert_eq!(faults_of(&outcome), Vec::<String>::new());
    outcome
}

/// Plays many plans in which every promise must hold, and tells of all in which one does not.
#[track_caller]
fn run_all_well(plans: impl IntoIterator<Item = (String, Plan)>) {
    let mut wrong = Vec::new();
    for (name, plan) in plans {
        let faults = faults_of(&run(&plan));
        wrong.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

fn clicky(percent: u16, second: u8) -> Plan {
    plan(2, 4, 16 * MIB).at(0, write_all()).at(20, pull(1)).at(25, insert(4, 1)).when_rebuilt(
        1,
        percent,
        fail(second),
    )
}

#[test]
fn nothing_happens() {
    let outcome = run_well(&plan(2, 4, MIB).at(0, write_all()));
    assert_eq!(outcome.state, ArrayState::Optimal);
    assert_eq!(outcome.lost_sectors(), 0);
}

#[test]
fn a_pulled_drive_is_replaced_and_rebuilt() {
    let outcome =
        run_well(&plan(2, 4, 16 * MIB).at(0, write_all()).at(20, pull(1)).at(25, insert(4, 1)));
    assert_eq!(outcome.state, ArrayState::Optimal);
    assert_eq!(outcome.fills.len(), 1);
}

#[test]
fn the_partner_dies_before_the_rebuild_ends() {
    let outcome = run_well(&clicky(37, 0));
    assert_eq!(outcome.state, ArrayState::Failed);
    assert!((5..11).contains(&(outcome.lost_sectors() / MIB)), "{:?}", outcome.lost);
}

#[test]
fn another_drive_dies_before_the_rebuild_ends() {
    for other in [2, 3] {
        let outcome = run_well(&clicky(37, other));
        assert_eq!(outcome.lost_sectors(), 0);
        assert_eq!(outcome.state, ArrayState::Degraded);
    }
}

#[test]
fn two_runs_are_one() {
    let (one, other) = (run(&clicky(50, 0)), run(&clicky(50, 0)));
    assert!(one.digest.is_some());
    assert_eq!(one.digest, other.digest);
    assert_ne!(one.digest, run(&clicky(51, 0)).digest);
}

fn load(read: u8, interval: u64) -> LoadPlan {
    LoadPlan {
        name: String::from("w"),
        seed: 3,
        read,
        trim: 5,
        size: (8, 64),
        span: None,
        interval: Duration::micros(interval),
        queue: 4,
        flush: 32,
    }
}

/// A load runs all the time; what happens is given.
fn busy(members: u8, copies: u8, steps: &[(u64, Fault)]) -> Plan {
    let mut plan = plan(copies, members, 8 * MIB).at(0, write_all()).at(3, Action::Start(0));
    plan.loads.push(load(50, 7000));
    for (time, fault) in steps {
        plan = plan.then(Trigger::At(Duration::millis(*time)), Action::Fault(fault.clone()));
    }
    plan.at(40, Action::Stop(0))
}

fn again(drive: u8) -> Fault {
    Fault::Insert { drive, slot: None, arrival: Arrival::AsItWas }
}

#[test]
fn the_engines_size_does_not_show_in_the_trace() {
    let plan = busy(4, 2, &[(5000, Fault::Pull(1)), (7000, again(1))]);
    let options = Options::default();
    let small =
        super::Runner::<12>::new(&plan, &options, &mut Discard).map(|mut runner| runner.play_out());
    let large =
        super::Runner::<40>::new(&plan, &options, &mut Discard).map(|mut runner| runner.play_out());
    assert_eq!(small.expect("a plan").digest, large.expect("a plan").digest);
}
