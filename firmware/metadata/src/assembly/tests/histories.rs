//! Sets with a history: every subset of their drives, in every order.

use super::model::{Model, Step};
use super::*;

fn after(model: &mut Model, steps: &[Step]) {
    for &step in steps {
        assert!(model.step(step), "{step:?}");
    }
}

/// Every subset of the drives: only the first `good` ones are ever current, and which subsets start is said by
/// `starts`. Before the set has settled nothing starts that misses a drive.
fn every_subset(found: &[Candidate], good: usize, starts: impl Fn(&[usize]) -> bool) {
    for drives in 0..1_usize << found.len() {
        let there: Vec<usize> = (0..found.len()).filter(|index| drives >> index & 1 != 0).collect();
        let candidates: Vec<Candidate> = there.iter().map(|&index| found[index]).collect();
        let (verdicts, decision) = plan(&candidates, SETTLED);
        for (&index, verdict) in there.iter().zip(&verdicts) {
            let current = matches!(verdict, Verdict::Current { .. });
            let alone = !matches!(decision, Decision::Start { .. });
            assert!(!current || index < good || alone, "{there:?}: {verdicts:?}, {decision:?}");
        }
        let started = matches!(decision, Decision::Start { .. });
        assert_eq!(started, starts(&there), "{there:?}: {verdicts:?}, {decision:?}");
        let early = Assembly::new(&candidates, Request { settled: false, ..SETTLED }).decision();
        let waits = matches!(early, Decision::Wait(_));
        assert!(waits || early == decision, "{there:?}: {early:?}, {decision:?}");
    }
}

const fn foreign_member() -> Candidate {
    let mut facts = BARE;
    facts.set = Uuid([9; 16]);
    Candidate::Member(facts)
}

/// A member of some set that knows nobody.
const BARE: Facts = Facts {
    set: SET,
    device: Uuid([0x99; 16]),
    number: 0,
    role: Role::Slot(0),
    holders: Holders::NOBODY,
    shape: Shape {
        created: Timestamp { seconds: 0, micros: 0 },
        slots: 2,
        copies: 2,
        chunk: 8,
        chunks: 1,
    },
    events: 1000,
    generation: Ok(1000),
    building: Slots::EMPTY,
    left: Left::NOBODY,
    resync: Resync::Done,
    recovery: None,
    replacement: false,
    bitmap: None,
    bad_blocks: false,
};

/// Member 0 failed, member 4 is being built in its place; there is an image of member 1 from before.
#[test]
fn stale_half_built_and_cloned() {
    let mut model = Model::new(4, 2, 1);
    after(&mut model, &[Step::Boot(0x1F), Step::Write]);
    let image = model.drives[1].facts;
    after(&mut model, &[Step::Write, Step::Fail(0), Step::Write, Step::Rebuild, Step::Stop]);
    let order = [1, 2, 3, 4, 0];
    let mut found = model.candidates(&order);
    found.push(Candidate::Member(image));
    found.push(Candidate::Blank);
    // The drives are members 1, 2, 3, then the half-built, the stale, the image, the blank one. Member 1 alone has the
    // first pair; of the second either will do, but then the other must not have gone on: it cannot, without member 1.
    every_subset(&found, 3, |there| {
        let pair = there.contains(&1) || there.contains(&2);
        there.contains(&0) && pair
    });
}

/// Stopped in mid-write, degraded; the drive in the empty slot is blank, and two more are something else's.
#[test]
fn unclean_degraded_and_foreign() {
    let mut model = Model::new(4, 2, 0);
    after(&mut model, &[Step::Boot(0xF), Step::Fail(3), Step::Write, Step::Cut]);
    let mut found = model.candidates(&[0, 1, 2, 3]);
    found.extend([Candidate::Blank, Candidate::Foreign]);
    every_subset(&found, 3, |there| {
        // One of the first pair with the last copy of the second.
        there.contains(&2) && (there.contains(&0) || there.contains(&1))
    });
    let (_, decision) = plan(&found, SETTLED);
    let vacant = slots(&[3]);
    assert_eq!(decision, Decision::Start { equalise: Equalise::ByBitmap, vacant });
    found.push(foreign_member());
    assert_eq!(plan(&found, SETTLED).1, Decision::Refuse(Reason::SeveralSets));
    assert_eq!(plan(&found, Request { set: Some(SET), ..SETTLED }).1, decision);
}

/// Three copies: one ejected, one rebuilt in its place, then another one away for a write.
#[test]
fn three_copies_with_two_stale() {
    let mut model = Model::new(3, 3, 1);
    let first = [Step::Boot(0xF), Step::Write, Step::Fail(0), Step::Rebuild, Step::Finish];
    after(&mut model, &first);
    after(&mut model, &[Step::Write, Step::Fail(1), Step::Write, Step::Stop]);
    let mut found = model.candidates(&[2, 3, 0, 1]);
    found.extend([Candidate::Blank, Candidate::Foreign]);
    // Of two current members one alone could be the older.
    every_subset(&found, 2, |there| there.contains(&0) && there.contains(&1));
}

/// Linux ran the array without member 2, and counted back.
#[test]
fn linux_without_a_member() {
    let mut model = Model::new(4, 2, 1);
    after(&mut model, &[Step::Boot(0x1F), Step::Write, Step::Fail(2), Step::Linux]);
    let mut found = model.candidates(&[0, 1, 3, 2, 4]);
    found.push(Candidate::Blank);
    every_subset(&found, 3, |there| {
        there.contains(&2) && (there.contains(&0) || there.contains(&1))
    });
}
