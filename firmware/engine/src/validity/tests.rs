extern crate std;

use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::EventKind;
use crate::rig::{DRIVES, Setup, stretch};

const SIZE: u64 = 4096;
const DRIVE: DriveId = DriveId(1);

/// A change of what a drive is known to hold.
#[derive(Clone, Debug)]
enum Step {
    Held(u64, u64),
    NotHeld(u64, u64, Kind),
    Hole(u64, u64),
    RegionsStale(usize, usize),
    MissedRegions(u64, u64),
    Forget,
    Adopt,
}

fn extent() -> impl Strategy<Value = (u64, u64)> {
    (0..SIZE, 1..40_u64).prop_map(|(start, count)| (start, (start + count).min(SIZE)))
}

fn step() -> impl Strategy<Value = Step> {
    let kind = prop::sample::select(&[Kind::Missed, Kind::GivenUp, Kind::Unreadable][..]);
    prop_oneof![
        6 => extent().prop_map(|(start, end)| Step::Held(start, end)),
        6 => (extent(), kind).prop_map(|((start, end), kind)| Step::NotHeld(start, end, kind)),
        2 => extent().prop_map(|(start, end)| Step::Hole(start, end)),
        3 => (0..REGIONS, 0..4_usize)
            .prop_map(|(first, more)| Step::RegionsStale(first, (first + more).min(REGIONS - 1))),
        3 => extent().prop_map(|(start, end)| Step::MissedRegions(start, end)),
        1 => Just(Step::Forget),
        1 => Just(Step::Adopt),
    ]
}

fn engine() -> Engine<DRIVES> {
    Setup { size: SIZE, ..Setup::new(2, 4, 0) }.build().engine
}

fn set(model: &mut [bool], start: u64, end: u64, held: bool) {
    model[start as usize..end.min(SIZE) as usize].fill(held);
}

/// Does a step on both.
fn apply(step: &Step, engine: &mut Engine<DRIVES>, model: &mut [bool]) {
    let region = engine.region_sectors().0;
    match *step {
        Step::Held(start, end) => {
            engine.mark_held(DRIVE, stretch(start, end));
            set(model, start, end, true);
        }
        Step::NotHeld(start, end, kind) => {
            let was_held = model[start as usize..end as usize].contains(&true);
            let said = engine.mark_not_held(DRIVE, stretch(start, end), kind);
            assert!(was_held || !said, "what was not held is no news");
            set(model, start, end, false);
        }
        Step::Hole(start, end) => {
            engine.mark_hole(DRIVE, stretch(start, end), Kind::Missed);
            set(model, start, end, false);
        }
        Step::RegionsStale(first, last) => {
            engine.mark_regions_stale(DRIVE, first, last);
            set(model, first as u64 * region, (last as u64 + 1) * region, false);
        }
        Step::MissedRegions(start, end) => {
            let before = model.to_vec();
            let news = engine.mark_missed_regions(DRIVE, stretch(start, end));
            let start = start / region * region;
            set(model, start, end.next_multiple_of(region), false);
            assert!(news || before == model, "a change is news");
        }
        Step::Forget => {
            engine.forget_content(DRIVE);
            model.fill(false);
        }
        Step::Adopt => {
            // Holes stay: the rest is what the drive is believed to hold.
            let holes: Vec<Range> = engine.ranges.of(DRIVE).to_vec();
            engine.adopt(DRIVE);
            model.fill(true);
            for hole in holes.iter().filter(|range| range.kind != Kind::Fresh) {
                set(model, hole.start, hole.end, false);
            }
        }
    }
}

/// What the engine believes of each sector; each run must be of one belief, to its end.
fn beliefs(engine: &Engine<DRIVES>) -> Vec<bool> {
    let mut held = Vec::new();
    while (held.len() as u64) < SIZE {
        let run = engine.run_at(DRIVE, stretch(held.len() as u64, SIZE));
        let end = held.len() + run.count as usize;
        assert!(run.count > 0 && end as u64 <= SIZE, "{run:?}");
        held.resize(end, run.belief.is_held());
    }
    held
}

fn distrusted(engine: &mut Engine<DRIVES>) -> bool {
    let mut found = false;
    while let Some(event) = engine.poll_event() {
        found |= matches!(event.kind, EventKind::Distrusted { .. });
    }
    found
}

fn check(engine: &Engine<DRIVES>, model: &[bool]) {
    let held = beliefs(engine);
    assert_eq!(held, model);
    for start in (0..SIZE).step_by(7) {
        let end = (start + 23).min(SIZE);
        let all = !model[start as usize..end as usize].contains(&false);
        assert_eq!(engine.holds(DRIVE, stretch(start, end)), all);
        // A run that starts in the middle of another says the same.
        let run = engine.run_at(DRIVE, stretch(start, end));
        assert_eq!(run.belief.is_held(), model[start as usize]);
        assert!(run.count > 0 && start + u64::from(run.count) <= end);
    }
}

proptest! {
    #[test]
    fn each_sector_is_believed_as_told(steps in prop::collection::vec(step(), 0..60)) {
        let (mut engine, mut model) = (engine(), std::vec![true; SIZE as usize]);
        for step in &steps {
            apply(step, &mut engine, &mut model);
            check(&engine, &model);
        }
        prop_assert!(!distrusted(&mut engine));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// With the exact record full, a drive may be believed less than it holds, never more, and it is said.
    #[test]
    fn a_full_record_is_never_believed_too_much(
        steps in prop::collection::vec(step(), 400..500),
    ) {
        let (mut engine, mut model) = (engine(), std::vec![true; SIZE as usize]);
        let mut told = false;
        for step in steps.iter().filter(|step| !matches!(step, Step::Adopt | Step::Forget)) {
            apply(step, &mut engine, &mut model);
            told |= distrusted(&mut engine);
            let held = beliefs(&engine);
            let too_much = held.iter().zip(&model).any(|(&held, &model)| held && !model);
            // What the drive cannot read it will say again.
            let unreadable = matches!(step, Step::NotHeld(_, _, Kind::Unreadable));
            prop_assert!(!too_much || unreadable || forgot_unreadable(&steps));
            prop_assert!(told || held == model || forgot_unreadable(&steps));
            model = held;
        }
        prop_assert!(told || model == beliefs(&engine));
    }
}

fn forgot_unreadable(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step, Step::NotHeld(_, _, Kind::Unreadable)))
}

/// A fill's front lies within a region: below it the region is held, above it not.
#[test]
fn a_region_can_be_filled_in_part() {
    let mut engine = engine();
    let region = engine.region_sectors().0;
    engine.forget_content(DRIVE);
    engine.mark_filled(DRIVE, 0, 3 * region + 5);
    assert!(engine.holds(DRIVE, stretch(0, 3 * region + 5)));
    assert_eq!(engine.run_at(DRIVE, stretch(3 * region, SIZE)).count, 5);
    assert!(!engine.holds(DRIVE, stretch(3 * region + 5, 3 * region + 6)));
    assert_eq!(engine.lacking(DRIVE), SIZE - 3 * region - 5);
    // A miss in a region before it takes that region's place, and what was filled of this one.
    engine.mark_missed_regions(DRIVE, stretch(region, region + 1));
    assert!(
        engine.holds(DRIVE, stretch(0, region))
            && engine.holds(DRIVE, stretch(2 * region, 3 * region))
    );
    assert!(!engine.holds(DRIVE, stretch(region, region + 1)));
    assert!(!engine.holds(DRIVE, stretch(3 * region, 3 * region + 1)));
}

/// What could not be copied outlives the passing of the front.
#[test]
fn holes_outlive_the_filling_of_their_region() {
    let mut engine = engine();
    engine.forget_content(DRIVE);
    engine.mark_hole(DRIVE, stretch(10, 12), Kind::Missed);
    engine.mark_filled(DRIVE, 0, SIZE);
    assert!(engine.holds(DRIVE, stretch(0, 10)) && engine.holds(DRIVE, stretch(12, SIZE)));
    assert!(!engine.holds(DRIVE, stretch(10, 12)));
}

/// A sector that could not be read somewhere in a longer read is still believed, with a doubt.
#[test]
fn a_suspect_range_is_believed_last() {
    let mut engine = engine();
    engine.mark_not_held(DRIVE, stretch(64, 128), Kind::Suspect);
    assert_eq!(engine.run_at(DRIVE, stretch(64, SIZE)), Run { belief: Kind::Suspect, count: 64 });
    engine.mark_not_held(DRIVE, stretch(100, 101), Kind::Unreadable);
    assert_eq!(engine.run_at(DRIVE, stretch(99, SIZE)), Run { belief: Kind::Suspect, count: 1 });
    let unreadable = Run { belief: Kind::Unreadable, count: 1 };
    assert_eq!(engine.run_at(DRIVE, stretch(100, SIZE)), unreadable);
    engine.mark_held(DRIVE, stretch(64, 128));
    assert_eq!(
        engine.run_at(DRIVE, stretch(64, SIZE)),
        Run { belief: Kind::Fresh, count: SIZE as u32 - 64 }
    );
}
