//! Expectations that are met, and expectations that are not.

use raid10_engine::{ArrayState, Duration, MemberState, Slot};

use super::{MIB, clicky, fail, plan, run, write_all};
use crate::outcome::Judged;
use crate::plan::{Activity, EventMatch, Expectation, Expected, Moment, Plan, Trigger, Window};
use crate::subject::Subject;

fn event(name: &str, slot: Option<u8>) -> EventMatch {
    let subjects = slot.map(|slot| Some(Subject::Slot(slot))).into_iter().collect();
    EventMatch { name: name.into(), subjects, count: 1 }
}

fn after_step(step: usize, seconds: u64) -> Window {
    Window { from: Some(Trigger::Step(step)), span: Duration::secs(seconds) }
}

fn judge(mut plan: Plan, expected: Vec<Expected>) -> Vec<Judged> {
    let expectation = |what| Expectation { what, line: 1, text: String::new() };
    plan.expectations = expected.into_iter().map(expectation).collect();
    run(&plan).expectations
}

#[track_caller]
fn met(plan: Plan, expected: Vec<Expected>) {
    let judged = judge(plan, expected);
    assert!(judged.iter().all(|judged| judged.met), "{judged:#?}");
}

#[track_caller]
fn unmet(plan: Plan, expected: Vec<Expected>) {
    let judged = judge(plan, expected);
    assert!(judged.iter().all(|judged| !judged.met && judged.seen.is_some()), "{judged:#?}");
}

#[test]
fn what_happens_after_the_partner_died_is_expected() {
    let started = event("rebuild-started", Some(1));
    let failed = event("array-failed", None);
    met(
        clicky(37, 0),
        vec![
            Expected::Array(ArrayState::Failed, None),
            Expected::Array(ArrayState::Failed, Some(after_step(3, 2))),
            Expected::Array(ArrayState::Degraded, Some(after_step(1, 1))),
            Expected::Member(Slot(0), MemberState::Failed, None),
            Expected::Member(Slot(1), MemberState::Missing, Some(after_step(1, 1))),
            Expected::Event(started.clone(), Moment::Any),
            Expected::Event(started.clone(), Moment::Within(after_step(2, 10))),
            Expected::Event(started.clone(), Moment::Before(failed.clone())),
            Expected::Event(failed, Moment::After(started)),
            Expected::Never(event("rebuilt", Some(1))),
            Expected::LostComputed,
            Expected::Intact(vec![0..128, 128..256]),
            Expected::Pull(Slot(2), true, Some(after_step(0, 1))),
            Expected::Pull(Slot(1), false, None),
        ],
    );
}

#[test]
fn what_does_not_happen_is_told() {
    let started = event("rebuild-started", Some(1));
    unmet(
        clicky(37, 0),
        vec![
            Expected::Array(ArrayState::Optimal, None),
            Expected::Array(ArrayState::Failed, Some(after_step(1, 1))),
            Expected::Member(Slot(0), MemberState::Online, None),
            Expected::Event(event("rebuilt", Some(1)), Moment::Any),
            Expected::Event(event("rebuild-started", Some(2)), Moment::Any),
            Expected::Event(started.clone(), Moment::Within(after_step(1, 1))),
            Expected::Event(started.clone(), Moment::Before(event("drive-left", None))),
            Expected::Never(started),
            Expected::LostNone,
            Expected::Lost(vec![0..1]),
            Expected::Intact(vec![0..65_536]),
            Expected::Duration(Activity::Rebuild, Slot(1), Duration::secs(100)),
            Expected::Pull(Slot(2), false, Some(after_step(0, 1))),
        ],
    );
}

#[test]
fn a_rebuild_has_a_duration() {
    let rebuilt = || clicky(100, 2);
    met(rebuilt(), vec![Expected::Duration(Activity::Rebuild, Slot(1), Duration::secs(1))]);
    unmet(rebuilt(), vec![Expected::Duration(Activity::Rebuild, Slot(1), Duration::millis(1))]);
}

#[test]
fn what_a_rebuild_copies_is_counted_in_sectors_of_the_drive() {
    let (rebuilt, spare, member) = (|| clicky(100, 2), 4, 32_768);
    met(rebuilt(), vec![Expected::Copied(spare, member), Expected::Copied(0, 0)]);
    unmet(rebuilt(), vec![Expected::Copied(spare, member - 1)]);
}

#[test]
fn a_statement_that_waits_in_vain_is_told() {
    let never = Trigger::Event(event("rebuilt", Some(3)));
    let outcome = run(&plan(2, 4, MIB).at(0, write_all()).then(never, fail(0)));
    assert_eq!(outcome.unfired, [2]);
}
