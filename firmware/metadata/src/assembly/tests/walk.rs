//! Many histories: after each stop every subset of the drives is put together, and must never be out of date.

use super::model::{Model, Step};
use super::*;

/// What happens while the array runs.
fn steps(slots: u16) -> Vec<Step> {
    let mut steps = std::vec![
        Step::Write,
        Step::Idle,
        Step::Cut,
        Step::Stop,
        Step::Rebuild,
        Step::Finish,
        Step::Linux
    ];
    steps.extend((0..slots).map(Step::Fail));
    steps.extend((0..slots).flat_map(|slot| [1, 2].map(|told| Step::FailAndCut(slot, told))));
    steps
}

/// How often each thing was seen, so that a walk that never gets anywhere shows.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    started: usize,
    degraded: usize,
    by_bitmap: usize,
    may_be_stale: usize,
    split: usize,
    bare: usize,
}

/// Every subset of the drives, in three orders, with a blank and a foreign drive among them.
fn every_subset(model: &Model, history: &[Step], seen: &mut Seen) {
    for drives in 0..1 << model.drives.len() {
        let found = model.found(drives);
        let mut candidates = model.candidates(&found);
        candidates.extend([Candidate::Blank, Candidate::Foreign]);
        let count = candidates.len();
        let forward: Vec<usize> = (0..count).collect();
        let (verdicts, decision) = plan_in_order(&candidates, SETTLED, &forward);
        let backward: Vec<usize> = (0..count).rev().collect();
        let turned: Vec<usize> = (0..count).map(|index| (index + 2) % count).collect();
        for order in [backward, turned] {
            let again = plan_in_order(&candidates, SETTLED, &order);
            assert_eq!(again, (verdicts.clone(), decision), "{history:?}: drives {found:?}");
        }
        assert_eq!(verdicts[count - 2..], [Verdict::Blank, Verdict::Foreign]);
        let told = std::format!("{history:?}: drives {found:?}: {verdicts:?}, {decision:?}");
        match decision {
            Decision::Start { equalise, vacant } => {
                seen.started += 1;
                seen.degraded += usize::from(!vacant.is_empty());
                seen.by_bitmap += verdicts.iter().filter(|it| is_by_bitmap(it)).count();
                is_up_to_date(model, &found, &verdicts, equalise, &told);
            }
            Decision::Refuse(reason) => {
                seen.may_be_stale += usize::from(matches!(reason, Reason::MayBeStale(_)));
                seen.split += usize::from(matches!(reason, Reason::SplitBrain(..)));
                seen.bare += usize::from(matches!(reason, Reason::NoCurrentCopy { .. }));
                is_refused_rightly(model, &found, reason, &told);
            }
            Decision::Wait(_) => panic!("nothing to wait for: {told}"),
        }
    }
}

fn is_by_bitmap(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Behind { catch_up: CatchUp::ByBitmap, .. })
}

/// Every current copy has what was acknowledged, and copies differ only where they are made equal.
fn is_up_to_date(
    model: &Model,
    found: &[usize],
    verdicts: &[Verdict],
    equalise: Equalise,
    told: &str,
) {
    let shape = model.drives[0].facts.shape;
    for (set, mirror) in slots::mirrors(shape.slots, shape.copies).enumerate() {
        let copies = found.iter().zip(verdicts).filter_map(|(&drive, verdict)| match verdict {
            Verdict::Current { slot } if mirror.contains(*slot) => Some(drive),
            _ => None,
        });
        let copies: Vec<usize> = copies.collect();
        let data: Vec<u64> = copies.iter().map(|&drive| model.drives[drive].data[set]).collect();
        assert!(!data.is_empty(), "no copy of set {set}: {told}");
        assert!(data.iter().all(|&it| it >= model.acknowledged[set]), "stale set {set}: {told}");
        let marked = copies.iter().any(|&drive| model.drives[drive].bits[set]);
        let made_equal = match equalise {
            Equalise::Nothing => false,
            Equalise::ByBitmap => marked,
            Equalise::From(_) => true,
        };
        assert!(made_equal || data.iter().all(|&it| it == data[0]), "unstable set {set}: {told}");
    }
}

/// With all members that ran last there is no reason to refuse, unless there was none of something when they stopped.
fn is_refused_rightly(model: &Model, found: &[usize], reason: Reason, told: &str) {
    let all_there = model.last.iter().all(|drive| found.contains(drive));
    // A member that alone knows of a failure may be away when the others go on with the one that it saw fail.
    let torn = model.torn || matches!(reason, Reason::SplitBrain(..));
    // Without our frame nobody knows that an absent member was not yet in sync.
    let framed = |&drive: &usize| model.drives[drive].facts.generation.is_ok();
    let unknown = matches!(reason, Reason::MayBeStale(_)) && !model.last.iter().all(framed);
    assert!(!all_there || model.bereft || torn || unknown, "refused without need: {told}");
}

/// Plays a history; the subsets are tried whenever the array stops.
fn play(model: &mut Model, history: &mut Vec<Step>, step: Step, seen: &mut Seen) -> bool {
    if !model.step(step) {
        return false;
    }
    history.push(step);
    if !model.is_on() {
        every_subset(model, history, seen);
    }
    true
}

/// Every history of so many steps from a whole array that runs.
fn all(model: &Model, depth: usize, history: &mut Vec<Step>, seen: &mut Seen) {
    if depth == 0 {
        return;
    }
    let boots = (1..1_u8 << model.drives.len()).map(Step::Boot).collect::<Vec<_>>();
    let next = if model.is_on() { steps(model.drives[0].facts.shape.slots) } else { boots };
    for step in next {
        let mut after = model.clone();
        let length = history.len();
        if play(&mut after, history, step, seen) {
            all(&after, depth - 1, history, seen);
        }
        history.truncate(length);
    }
}

/// Histories by chance, of many steps.
fn by_chance(slots: u16, copies: u16, spares: u16, walks: u64, seen: &mut Seen) {
    for walk in 0..walks {
        let mut random = walk.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut below = |bound: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random >> 33) as usize % bound
        };
        let mut model = Model::new(slots, copies, spares);
        let mut history = Vec::new();
        let steps = steps(slots);
        for _ in 0..40 {
            let all = (1_u8 << model.drives.len()) - 1;
            let step = if model.is_on() {
                // Half of the time something that harms nobody.
                if below(2) == 0 { steps[below(2) * 5] } else { steps[below(steps.len())] }
            } else {
                Step::Boot(all & !(1 << below(8)) & !(1 << below(8)))
            };
            play(&mut model, &mut history, step, seen);
        }
    }
}

#[test]
fn every_short_history() {
    let mut seen = Seen::default();
    for (slots, spares, depth) in [(2, 1, 4), (3, 0, 3)] {
        let mut model = Model::new(slots, 2, spares);
        assert!(model.step(Step::Boot(u8::MAX)));
        all(&model, depth, &mut Vec::new(), &mut seen);
    }
    assert!(seen.started > 1000 && seen.may_be_stale > 100, "{seen:?}");
}

#[test]
fn long_histories() {
    let mut seen = Seen::default();
    for (slots, copies, spares) in [(2, 2, 1), (3, 2, 1), (3, 3, 1), (4, 2, 1), (5, 2, 0)] {
        by_chance(slots, copies, spares, 60, &mut seen);
    }
    assert!(seen.started > 1000 && seen.degraded > 1000 && seen.by_bitmap > 100, "{seen:?}");
    assert!(seen.may_be_stale > 100 && seen.bare > 100 && seen.split > 0, "{seen:?}");
}
