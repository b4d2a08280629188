use raid10_engine::{
    ArrayState, Command, Duration, HostOp, MemberState, Policy, SectorCount, Shape, Slot,
};

use super::{Options, replay};
use crate::drive::Figures;
use crate::names::Names;
use crate::outcome::Outcome;
use crate::plan::{
    Action, Activity, DrivePlan, Fault, Finally, LoadPlan, Order, Place, Plan, Reach, Step, Trigger,
};
use crate::record::{Discard, Record, Sink};
use crate::verdict::Verdict;

const MIB: u64 = 2048;

/// Lines of text.
#[derive(Default)]
struct Lines(Vec<String>);

impl Sink for Lines {
    fn record(&mut self, record: &Record<'_>) {
        self.0.push(record.to_string());
    }
}

/// Members d0.., and one drive on the shelf: the last.
fn plan(copies: u8, members: u8, size: u64) -> Plan {
    let drive = |index: u8| DrivePlan {
        size: SectorCount(size),
        physical: SectorCount(1),
        figures: Figures::HDD,
        place: if index < members { Place::Member(Slot(index)) } else { Place::Shelf },
        foreign: false,
    };
    Plan {
        shape: Shape { copies, members, chunk: SectorCount(128), member_size: SectorCount(size) },
        differing: false,
        drives: (0..=members).map(drive).collect(),
        names: Names::new((0..=members).map(|index| format!("d{index}")).collect()),
        policy: Policy { rebuild_rate: 100, ..Policy::default() },
        loads: Vec::new(),
        steps: Vec::new(),
        expectations: Vec::new(),
        finally: vec![Finally::Quiesce(None), Finally::ReadAll],
    }
}

impl Plan {
    fn then(mut self, trigger: Trigger, action: Action) -> Self {
        let line = self.steps.len() as u32 + 1;
        self.steps.push(Step { trigger, action, line });
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
    Action::Fault(Fault::Insert { drive, slot: Some(Slot(slot)), blank: false })
}

fn fail(drive: u8) -> Action {
    Action::Fault(Fault::Fail(drive))
}

fn run(plan: &Plan) -> Outcome {
    replay(plan, &Options::default(), &mut Discard).expect("a good plan")
}

/// Plays a plan in which every promise must hold; shows the trace where one does not.
#[track_caller]
fn run_well(plan: &Plan) -> Outcome {
    let mut lines = Lines::default();
    let outcome = replay(plan, &Options::default(), &mut lines).expect("a good plan");
    if !outcome.promises_held() {
        let broken: Vec<&Verdict> = outcome.verdicts.iter().filter(|v| !v.held()).collect();
        std::fs::write("/tmp/world-trace.txt", lines.0.join("\n")).ok();
        panic!("{broken:#?}");
    }
    assert_eq!(outcome.unfired, Vec::<u32>::new());
    outcome
}

fn clicky(percent: u16, second: u8) -> Plan {
    plan(2, 4, 16 * MIB)
        .at(0, write_all())
        .at(20, pull(1))
        .at(25, insert(4, 1))
        .when_rebuilt(1, percent, fail(second))
}

#[test]
fn nothing_happens() {
    let outcome = run_well(&plan(2, 4, MIB).at(0, write_all()));
    assert_eq!(outcome.state, ArrayState::Optimal);
    assert_eq!(outcome.lost_sectors(), 0);
}

#[test]
fn a_pulled_drive_is_replaced_and_rebuilt() {
    let outcome = run_well(
        &plan(2, 4, 16 * MIB).at(0, write_all()).at(20, pull(1)).at(25, insert(4, 1)),
    );
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

#[test]
fn an_ejected_drive_is_rebuilt_by_command() {
    let outcome = run_well(
        &plan(2, 4, 4 * MIB)
            .at(0, write_all())
            .at(10, Action::Order(Order::Command(Command::Fail(Slot(2)))))
            .at(20, insert(4, 2)),
    );
    assert_eq!(outcome.state, ArrayState::Optimal);
    let _ = MemberState::Online;
}

/// Everything that can happen to a drive at a point of a rebuild.
fn mishaps(drive: u8) -> Vec<Action> {
    let size = 4 * MIB;
    let faults = vec![
        Fault::Fail(drive),
        Fault::Unreadable { drive, range: size / 2..size / 2 + 3, once: false, sticky: false },
        Fault::Unreadable { drive, range: size / 2..size / 2 + 3, once: false, sticky: true },
        Fault::Unreadable { drive, range: size / 2..size / 2 + 3, once: true, sticky: false },
        Fault::WriteError { drive, range: size / 2..size / 2 + 3, times: Some(1) },
        Fault::WriteError { drive, range: size / 2..size / 2 + 3, times: None },
        Fault::Timeout { drive, span: None, deaf: false },
        Fault::Timeout { drive, span: None, deaf: true },
        Fault::Timeout { drive, span: Some(Duration::secs(12)), deaf: true },
        Fault::Limp { drive, factor: 40, read: true, write: true },
        Fault::Stall { drive, span: Duration::secs(3), every: None },
        Fault::Pull(drive),
        Fault::Glitch(vec![drive], Duration::secs(1)),
    ];
    faults.into_iter().map(Action::Fault).collect()
}

#[test]
fn double_faults() {
    let mut broken = Vec::new();
    for (copies, members) in [(2, 4), (2, 5), (3, 6), (3, 4)] {
        for second in [0, 2, 3, members] {
            for (number, mishap) in mishaps(second).into_iter().enumerate() {
                for percent in [0, 1, 37, 99, 100] {
                    let load = LoadPlan {
                        name: String::from("w"),
                        seed: 7,
                        read: 60,
                        trim: 5,
                        size: (8, 64),
                        span: None,
                        interval: Duration::millis(5),
                        queue: 4,
                        flush: 16,
                    };
                    let mut plan = plan(copies, members, 4 * MIB)
                        .at(0, write_all())
                        .at(4, Action::Start(0))
                        .at(5, pull(1))
                        .at(10, insert(members, 1))
                        .when_rebuilt(1, percent, mishap.clone())
                        .then(
                            Trigger::After(Box::new(Trigger::Step(4)), Duration::secs(3)),
                            Action::Stop(0),
                        );
                    plan.loads.push(load);
                    let mut lines = Lines::default();
                    let outcome = replay(&plan, &Options::default(), &mut lines).expect("a plan");
                    let id = format!("{copies}x{members} d{second} #{number} {percent}%");
                    if !outcome.promises_held() || !outcome.unfired.is_empty() {
                        std::fs::write(format!("/tmp/world-{copies}{members}{second}-{number}-{percent}.txt"), lines.0.join("\n")).ok();
                        for verdict in outcome.verdicts.iter().filter(|verdict| !verdict.held()) {
                            broken.push(format!("{id}: {} {:?}", verdict.promise.number(), verdict.detail));
                        }
                        if !outcome.unfired.is_empty() {
                            broken.push(format!("{id}: unfired {:?}", outcome.unfired));
                        }
                    }
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}:\n{}", broken.len(), broken.join("\n"));
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let start = std::time::Instant::now();
    let outcome = replay(&clicky(37, 0), &Options { digest: false, ..Options::default() }, &mut Discard).expect("a plan");
    let took = start.elapsed();
    let total: u64 = outcome.commands.iter().sum();
    println!("clicky {total} commands {took:?}");
    let mut plan = plan(2, 4, 256 * MIB).at(0, write_all()).at(20, Action::Start(0)).at(21, pull(1)).at(25, insert(4, 1)).at(60, Action::Stop(0));
    plan.drives.iter_mut().for_each(|drive| drive.figures = Figures::SSD);
    plan.loads.push(LoadPlan { name: String::from("w"), seed: 7, read: 70, trim: 0, size: (8, 8), span: None, interval: Duration::micros(0), queue: 16, flush: 64 });
    let start = std::time::Instant::now();
    let outcome = replay(&plan, &Options { digest: false, ..Options::default() }, &mut Discard).expect("a plan");
    let took = start.elapsed();
    let total: u64 = outcome.commands.iter().sum();
    println!("load {total} commands {took:?} {}/s", total as f64 / took.as_secs_f64());
    println!("{:?}", outcome.verdicts.iter().filter(|v| !v.held()).collect::<Vec<_>>());
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
    Fault::Insert { drive, slot: None, blank: false }
}

#[test]
fn returning() {
    use Fault::{Glitch, Pull, Swap};
    let scenarios: Vec<(&str, Vec<(u64, Fault)>)> = vec![
        ("away and back", vec![(5000, Pull(1)), (7000, again(1))]),
        ("away long and back", vec![(5000, Pull(1)), (20000, again(1))]),
        ("both away, first back", vec![(5000, Pull(1)), (7000, Pull(0)), (9000, again(1)), (12000, again(0))]),
        ("both away, last back", vec![(5000, Pull(1)), (7000, Pull(0)), (9000, again(0)), (12000, again(1))]),
        ("both away, only stale back", vec![(5000, Pull(1)), (7000, Pull(0)), (9000, again(1))]),
        ("glitch both", vec![(5000, Glitch(vec![0, 1], Duration::secs(2)))]),
        ("glitch all", vec![(5000, Glitch(vec![0, 1, 2, 3], Duration::secs(2)))]),
        ("glitch flapping", vec![
            (5000, Glitch(vec![1], Duration::millis(100))),
            (6000, Glitch(vec![1], Duration::millis(100))),
            (7000, Glitch(vec![1], Duration::millis(100))),
            (8000, Glitch(vec![1], Duration::millis(100))),
            (9000, Glitch(vec![1], Duration::millis(100))),
        ]),
        ("partner fails in resync", vec![(5000, Pull(1)), (9000, again(1)), (9005, Fault::Fail(0))]),
        ("partner pulled in resync and back", vec![(5000, Pull(1)), (9000, again(1)), (9010, Pull(0)), (15000, again(0))]),
        ("swap", vec![(5000, Swap(Slot(0), Slot(2)))]),
        ("wiped", vec![(5000, Fault::Insert { drive: 1, slot: Some(Slot(1)), blank: true })]),
        ("clicky push back", vec![(5000, Pull(1)), (7000, Fault::Insert { drive: 4, slot: Some(Slot(1)), blank: false }), (7050, Fault::Fail(0)), (12000, again(1))]),
        ("fail and revive by hand", vec![(5000, Fault::Fail(1)), (8000, Fault::Revive(1)), (8000, Pull(1)), (9000, again(1))]),
        ("all pulled one by one and back", vec![(5000, Pull(0)), (6000, Pull(1)), (7000, Pull(2)), (8000, Pull(3)), (9000, again(2)), (10000, again(3)), (11000, again(0)), (12000, again(1))]),
        ("unreadable here and there", vec![
            (5000, Fault::Unreadable { drive: 0, range: 100..140, once: false, sticky: false }),
            (5000, Fault::Unreadable { drive: 1, range: 130..150, once: false, sticky: false }),
            (5000, Fault::Unreadable { drive: 2, range: 1000..1001, once: true, sticky: false }),
            (5000, Fault::Unreadable { drive: 3, range: 1000..1040, once: false, sticky: true }),
        ]),
        ("write errors", vec![
            (5000, Fault::WriteError { drive: 0, range: 0..8000, times: Some(10) }),
            (5000, Fault::WriteError { drive: 1, range: 0..8000, times: Some(10) }),
        ]),
        ("write errors for good on both", vec![
            (5000, Fault::WriteError { drive: 0, range: 0..2000, times: None }),
            (5000, Fault::WriteError { drive: 1, range: 0..2000, times: None }),
        ]),
        ("timeouts on both", vec![
            (5000, Fault::Timeout { drive: 0, span: Some(Duration::secs(8)), deaf: false }),
            (6000, Fault::Timeout { drive: 1, span: Some(Duration::secs(8)), deaf: true }),
        ]),
        ("stalls", vec![(5000, Fault::Stall { drive: 0, span: Duration::secs(1), every: Some(Duration::secs(4)) })]),
        ("limp both", vec![
            (5000, Fault::Limp { drive: 0, factor: 200, read: true, write: true }),
            (5000, Fault::Limp { drive: 1, factor: 300, read: true, write: true }),
        ]),
    ];
    let mut broken = Vec::new();
    for (members, copies) in [(4, 2), (5, 2), (4, 3)] {
        for (name, steps) in &scenarios {
            for cached in [true, false] {
                for salvage in [raid10_engine::Salvage::ReadOnly, raid10_engine::Salvage::ReadWrite] {
                    let mut plan = busy(members, copies, steps);
                    plan.policy.salvage = salvage;
                    plan.drives.iter_mut().for_each(|drive| drive.figures.volatile_cache = cached);
                    let mut lines = Lines::default();
                    let outcome = replay(&plan, &Options::default(), &mut lines).expect("a plan");
                    let id = format!("{members}x{copies} {name} cached={cached} {salvage:?} -> {:?}", outcome.state);
                    for verdict in outcome.verdicts.iter().filter(|verdict| !verdict.held()) {
                        let file = format!("/tmp/world-{members}{copies}-{}-{cached}-{salvage:?}.txt", name.replace([' ', ','], "_"));
                        std::fs::write(file, lines.0.join("\n")).ok();
                        broken.push(format!("{id}: {} {:?}", verdict.promise.number(), verdict.detail));
                    }
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}:\n{}", broken.len(), broken.join("\n"));
}
