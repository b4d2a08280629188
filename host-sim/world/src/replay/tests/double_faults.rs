//! A drive is replaced and rebuilt under load; at some point something happens to a second one.

use raid10_engine::Duration;

use super::{MIB, insert, load, plan, pull, run_all_well, write_all};
use crate::plan::{Action, Fault, Heeds, Trigger};

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
        Fault::Timeout { drive, span: None, heeds: Heeds::Aborts },
        Fault::Timeout { drive, span: None, heeds: Heeds::Resets },
        Fault::Timeout { drive, span: None, heeds: Heeds::Nothing },
        Fault::Timeout { drive, span: Some(Duration::secs(12)), heeds: Heeds::Nothing },
        Fault::Limp { drive, factor: 40, read: true, write: true },
        Fault::Stall { drive, span: Duration::secs(3), every: None },
        Fault::Pull(drive),
        Fault::Glitch(vec![drive], Duration::secs(1)),
    ];
    faults.into_iter().map(Action::Fault).collect()
}

#[test]
fn a_second_fault_at_any_point_of_a_rebuild() {
    let mut plans = Vec::new();
    for (copies, members) in [(2, 4), (2, 5), (3, 4)] {
        for second in [0, 2, members] {
            for (number, mishap) in mishaps(second).into_iter().enumerate() {
                for percent in [0, 37, 99] {
                    let mut plan = plan(copies, members, 4 * MIB)
                        .at(0, write_all())
                        .at(5, pull(1))
                        .at(9, Action::Start(0))
                        .at(10, insert(members, 1))
                        .when_rebuilt(1, percent, mishap.clone())
                        .then(
                            Trigger::After(Box::new(Trigger::Step(4)), Duration::secs(3)),
                            Action::Stop(0),
                        );
                    plan.loads.push(load(60, 5000));
                    let name =
                        format!("near={copies} members={members} d{second} #{number} {percent}%");
                    plans.push((name, plan));
                }
            }
        }
    }
    run_all_well(plans);
}
