//! Drives leave and return, in every order, while a load runs.

use raid10_engine::{Duration, Salvage, Slot};

use super::{again, busy, run_all_well};
use crate::plan::{Arrival, Fault, Heeds};

/// What happens, and at which millisecond.
type Scenario = (&'static str, Vec<(u64, Fault)>);

#[allow(clippy::too_many_lines, reason = "a table")]
fn scenarios() -> Vec<Scenario> {
    use Fault::{Glitch, Pull, Swap};
    vec![
        ("away and back", vec![(5000, Pull(1)), (7000, again(1))]),
        ("away long and back", vec![(5000, Pull(1)), (20000, again(1))]),
        (
            "both away, first back",
            vec![(5000, Pull(1)), (7000, Pull(0)), (9000, again(1)), (12000, again(0))],
        ),
        (
            "both away, last back",
            vec![(5000, Pull(1)), (7000, Pull(0)), (9000, again(0)), (12000, again(1))],
        ),
        ("both away, only stale back", vec![(5000, Pull(1)), (7000, Pull(0)), (9000, again(1))]),
        ("glitch both", vec![(5000, Glitch(vec![0, 1], Duration::secs(2)))]),
        ("glitch all", vec![(5000, Glitch(vec![0, 1, 2, 3], Duration::secs(2)))]),
        (
            "glitch flapping",
            vec![
                (5000, Glitch(vec![1], Duration::millis(100))),
                (6000, Glitch(vec![1], Duration::millis(100))),
                (7000, Glitch(vec![1], Duration::millis(100))),
                (8000, Glitch(vec![1], Duration::millis(100))),
                (9000, Glitch(vec![1], Duration::millis(100))),
            ],
        ),
        (
            "partner fails in resync",
            vec![(5000, Pull(1)), (9000, again(1)), (9005, Fault::Fail(0))],
        ),
        (
            "partner pulled in resync and back",
            vec![(5000, Pull(1)), (9000, again(1)), (9010, Pull(0)), (15000, again(0))],
        ),
        ("swap", vec![(5000, Swap(Slot(0), Slot(2)))]),
        (
            "wiped",
            vec![(5000, Fault::Insert { drive: 1, slot: Some(Slot(1)), arrival: Arrival::Blank })],
        ),
        (
            "clicky push back",
            vec![
                (5000, Pull(1)),
                (7000, Fault::Insert { drive: 4, slot: Some(Slot(1)), arrival: Arrival::AsItWas }),
                (7050, Fault::Fail(0)),
                (12000, again(1)),
            ],
        ),
        (
            "fail and revive by hand",
            vec![
                (5000, Fault::Fail(1)),
                (8000, Fault::Revive(1)),
                (8000, Pull(1)),
                (9000, again(1)),
            ],
        ),
        (
            "all pulled one by one and back",
            vec![
                (5000, Pull(0)),
                (6000, Pull(1)),
                (7000, Pull(2)),
                (8000, Pull(3)),
                (9000, again(2)),
                (10000, again(3)),
                (11000, again(0)),
                (12000, again(1)),
            ],
        ),
        (
            "unreadable here and there",
            vec![
                (5000, Fault::Unreadable { drive: 0, range: 100..140, once: false, sticky: false }),
                (5000, Fault::Unreadable { drive: 1, range: 130..150, once: false, sticky: false }),
                (
                    5000,
                    Fault::Unreadable { drive: 2, range: 1000..1001, once: true, sticky: false },
                ),
                (
                    5000,
                    Fault::Unreadable { drive: 3, range: 1000..1040, once: false, sticky: true },
                ),
            ],
        ),
        (
            "write errors",
            vec![
                (5000, Fault::WriteError { drive: 0, range: 0..8000, times: Some(10) }),
                (5000, Fault::WriteError { drive: 1, range: 0..8000, times: Some(10) }),
            ],
        ),
        (
            "write errors for good on both",
            vec![
                (5000, Fault::WriteError { drive: 0, range: 0..2000, times: None }),
                (5000, Fault::WriteError { drive: 1, range: 0..2000, times: None }),
            ],
        ),
        (
            "timeouts on both",
            vec![
                (
                    5000,
                    Fault::Timeout {
                        drive: 0,
                        span: Some(Duration::secs(8)),
                        heeds: Heeds::Aborts,
                    },
                ),
                (
                    6000,
                    Fault::Timeout {
                        drive: 1,
                        span: Some(Duration::secs(8)),
                        heeds: Heeds::Nothing,
                    },
                ),
            ],
        ),
        (
            "stalls",
            vec![(
                5000,
                Fault::Stall { drive: 0, span: Duration::secs(1), every: Some(Duration::secs(4)) },
            )],
        ),
        (
            "limp both",
            vec![
                (5000, Fault::Limp { drive: 0, factor: 200, read: true, write: true }),
                (5000, Fault::Limp { drive: 1, factor: 300, read: true, write: true }),
            ],
        ),
    ]
}

#[test]
fn drives_go_and_come_back_under_load() {
    let scenarios = scenarios();
    let mut plans = Vec::new();
    for (members, copies) in [(4, 2), (5, 2), (4, 3)] {
        for (name, steps) in &scenarios {
            for (cached, salvage) in [(true, Salvage::ReadOnly), (false, Salvage::ReadWrite)] {
                let mut plan = busy(members, copies, steps);
                plan.policy.salvage = salvage;
                for drive in &mut plan.drives {
                    drive.figures.volatile_cache = cached;
                }
                let id = format!("{name}: {members} members, near={copies}, {cached}, {salvage:?}");
                plans.push((id, plan));
            }
        }
    }
    run_all_well(plans);
}
