//! Faults that end by themselves: nothing is over before they are.

use raid10_engine::{ArrayState, Duration, Instant};

use super::{MIB, faults_of, insert, plan, pull, run, run_well, write_all};
use crate::outcome::Outcome;
use crate::plan::{Action, EventMatch, Fault, Heeds, Plan, Trigger};
use crate::subject::Subject;

/// Longer than anything else that is waited for.
const LONG: Duration = Duration::secs(600);

fn glitch(drive: u8, span: Duration) -> Action {
    Action::Fault(Fault::Glitch(vec![drive], span))
}

fn written() -> Plan {
    plan(2, 4, MIB).at(0, write_all())
}

fn is_whole_again(outcome: &Outcome) -> bool {
    outcome.state == ArrayState::Optimal && outcome.end > Instant(0) + LONG
}

#[test]
fn drives_that_will_return_are_waited_for() {
    let outcome = run_well(&written().at(10, glitch(0, LONG)));
    assert!(is_whole_again(&outcome), "{:?} at {:?}", outcome.state, outcome.end);
}

#[test]
fn the_end_of_a_hanging_is_waited_for() {
    let span = Some(LONG);
    let hang = Fault::Timeout { drive: 0, span, heeds: Heeds::Nothing };
    let stall = Fault::Stall { drive: 0, span: LONG, every: None };
    for fault in [hang, stall] {
        let outcome = run_well(&written().at(10, Action::Fault(fault)));
        assert!(outcome.end > Instant(0) + LONG, "{:?}", outcome.end);
    }
}

#[test]
fn a_hanging_that_was_ended_is_not_waited_for() {
    let hang = Fault::Timeout { drive: 0, span: Some(LONG), heeds: Heeds::Aborts };
    let recover = Action::Fault(Fault::Recover(0));
    let outcome = run_well(&written().at(10, Action::Fault(hang)).at(11, recover));
    assert!(outcome.end < Instant(0) + LONG, "{:?}", outcome.end);
}

#[test]
fn a_statement_may_wait_for_a_drive_that_returns() {
    let subjects = vec![Some(Subject::Drive(0))];
    let back = EventMatch { name: "drive-arrived".to_string(), subjects, count: 2 };
    let plan = written().at(10, glitch(0, LONG)).then(Trigger::Event(back), write_all());
    assert!(is_whole_again(&run_well(&plan)));
}

#[test]
fn a_drive_that_is_pulled_while_its_link_is_down_stays_away() {
    let plan = written().at(10, glitch(0, Duration::secs(60))).at(20, pull(0));
    assert_eq!(run_well(&plan).state, ArrayState::Degraded);
}

#[test]
fn a_drive_that_is_put_in_while_its_link_is_down_comes_once() {
    let second = |seconds| {
        let glitched = written().at(10, glitch(0, Duration::secs(60))).at(20, insert(0, 0));
        run(&glitched.at(30, glitch(0, Duration::secs(seconds))))
    };
    // The end of the first glitch, at 70 s, is not that of the second.
    let (long, longer) = (second(90), second(120));
    assert_eq!(faults_of(&long), Vec::<String>::new());
    let away =
        |outcome: &Outcome| outcome.states.iter().map(|state| state.time).collect::<Vec<_>>();
    assert_ne!(away(&long), away(&longer));
    assert_eq!(longer.end.since(long.end), Duration::secs(30));
}
