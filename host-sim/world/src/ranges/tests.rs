use core::ops::Range;

use super::Ranges;
use crate::rng::{Rng, Stream};

fn list(ranges: &Ranges) -> Vec<Range<u64>> {
    ranges.iter().collect()
}

#[test]
fn neighbours_are_joined() {
    let mut ranges: Ranges = [0..4, 8..12].into_iter().collect();
    ranges.insert(4..8);
    assert_eq!(list(&ranges), [0..12]);
    assert_eq!(ranges.len(), 12);
}

#[test]
fn a_hole_splits() {
    let mut ranges = Ranges::of(0..10);
    ranges.remove(3..5);
    assert_eq!(list(&ranges), [0..3, 5..10]);
    assert_eq!(ranges.run_at(1), (true, 3));
    assert_eq!(ranges.run_at(3), (false, 5));
    assert_eq!(ranges.run_at(10), (false, u64::MAX));
    assert!(ranges.contains_all(&(5..10)));
    assert!(!ranges.contains_all(&(2..6)));
    assert!(ranges.intersects(&(4..6)));
    assert!(!ranges.intersects(&(3..5)));
}

#[test]
fn it_agrees_with_a_plain_table() {
    let mut rng = Rng::new(11, Stream::Load(0));
    let mut table = [false; 64];
    let mut ranges = Ranges::new();
    for _ in 0..2000 {
        let start = rng.below(64);
        let end = start + rng.below(65 - start);
        let value = rng.below(2) == 0;
        table[start as usize..end as usize].fill(value);
        if value {
            ranges.insert(start..end);
        } else {
            ranges.remove(start..end);
        }
        for (sector, &expected) in table.iter().enumerate() {
            assert_eq!(ranges.run_at(sector as u64).0, expected);
        }
        let joined = list(&ranges);
        assert!(joined.windows(2).all(|pair| pair[0].end < pair[1].start));
    }
}
