extern crate std;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Set(usize),
    Clear(usize),
    SetRange(usize, usize),
    Union(BTreeSet<usize>),
}

fn step() -> impl Strategy<Value = Step> {
    let region = || 0..REGIONS;
    prop_oneof![
        region().prop_map(Step::Set),
        region().prop_map(Step::Clear),
        (region(), 0..80_usize)
            .prop_map(|(first, more)| Step::SetRange(first, (first + more).min(REGIONS - 1))),
        prop::collection::btree_set(region(), 0..5).prop_map(Step::Union),
    ]
}

fn bitmap_of(regions: &BTreeSet<usize>) -> Bitmap {
    let mut bitmap = Bitmap::EMPTY;
    for &region in regions {
        bitmap.set(region);
    }
    bitmap
}

fn apply(step: &Step, bitmap: &mut Bitmap, model: &mut BTreeSet<usize>) {
    match step {
        Step::Set(region) => {
            bitmap.set(*region);
            model.insert(*region);
        }
        Step::Clear(region) => {
            bitmap.clear(*region);
            model.remove(region);
        }
        Step::SetRange(first, last) => {
            bitmap.set_range(*first, *last);
            model.extend(*first..=*last);
        }
        Step::Union(regions) => {
            bitmap.union(&bitmap_of(regions));
            model.extend(regions);
        }
    }
}

proptest! {
    #[test]
    fn it_is_a_set_of_regions(steps in prop::collection::vec(step(), 0..40)) {
        let (mut bitmap, mut model) = (Bitmap::EMPTY, BTreeSet::new());
        for step in &steps {
            apply(step, &mut bitmap, &mut model);
        }
        prop_assert_eq!(bitmap, bitmap_of(&model));
        prop_assert_eq!(bitmap.is_empty(), model.is_empty());
        prop_assert_eq!(bitmap.count() as usize, model.len());
        for region in 0..REGIONS {
            prop_assert_eq!(bitmap.get(region), model.contains(&region));
            let set = model.range(region..).next().copied().unwrap_or(REGIONS);
            prop_assert_eq!(bitmap.next(region, true), set);
            let clear = (region..REGIONS).find(|other| !model.contains(other)).unwrap_or(REGIONS);
            prop_assert_eq!(bitmap.next(region, false), clear);
        }
    }
}

#[test]
fn regions_beyond_the_last_are_never_in() {
    let mut bitmap = Bitmap::EMPTY;
    bitmap.set(REGIONS);
    bitmap.set(usize::MAX);
    assert!(bitmap.is_empty());
    assert!(!bitmap.get(REGIONS));
    assert_eq!(bitmap.next(REGIONS, true), REGIONS);
    assert_eq!(bitmap.next(REGIONS + 7, false), REGIONS);
}
