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
