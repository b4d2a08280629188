//! What the array should hold when its power is gone.

use alloc::vec::Vec;

use super::{Case, NOW};
use crate::content;
use crate::drive::faults::Decay;
use crate::outcome::LostRange;
use crate::ranges::Ranges;
use crate::remains::Content;
use raid10_engine::ArrayLba;

impl Case {
    fn content(&self, there: &[usize]) -> Content {
        self.oracle.content(&self.drives, |drive| there.contains(&drive), &Ranges::new())
    }
}

fn range(start: u64, end: u64) -> LostRange {
    LostRange { start, end }
}

fn values(content: &Content, start: u64, count: u64) -> Vec<u64> {
    (start..start + count).map(|sector| content.store.get(sector)).collect()
}

#[test]
fn what_was_acknowledged_is_what_it_holds() {
    let mut case = Case::new();
    let version = case.acknowledged(10, 2, &[0, 1]);
    for there in [&[0, 1][..], &[0], &[1]] {
        let content = case.content(there);
        let written = [10, 11].map(|sector| content::data(ArrayLba(sector), version));
        assert_eq!(values(&content, 9, 4), [0, written[0], written[1], 0], "{there:?}");
        assert_eq!((content.sectors, content.lost.len(), content.open.len()), (256, 0, 0));
    }
}

#[test]
fn of_copies_that_may_differ_the_first_counts() {
    let mut case = Case::new();
    let old = case.acknowledged(10, 2, &[0, 1]);
    let (new, _) = case.write(10, 1, &[1]);
    let both = case.content(&[0, 1]);
    assert_eq!(values(&both, 10, 1), [content::data(ArrayLba(10), old)]);
    assert_eq!(both.open, [range(10, 11)]);
    // Alone, the second has nobody to differ from.
    let second = case.content(&[1]);
    assert_eq!(values(&second, 10, 1), [content::data(ArrayLba(10), new)]);
    assert!(second.open.is_empty());
}

#[test]
fn what_no_drive_has_is_lost() {
    let mut case = Case::new();
    case.acknowledged(0, 16, &[0, 1]);
    case.drives[0].faults.add_unreadable(4..8, Decay::Sticky);
    assert!(case.content(&[0, 1]).lost.is_empty());
    assert_eq!(case.content(&[0]).lost, [range(4, 8)]);
    assert_eq!(case.content(&[]).lost, [range(0, 256)]);
}

#[test]
fn a_member_that_missed_a_write_has_not_got_it() {
    let mut case = Case::new();
    case.acknowledged(0, 16, &[0, 1]);
    case.oracle.left(NOW, 1, false, false);
    case.view.drives[1].present = false;
    case.follow();
    case.acknowledged(8, 4, &[0]);
    assert!(case.content(&[0, 1]).lost.is_empty());
    assert_eq!(case.content(&[1]).lost, [range(8, 12)]);
}

#[test]
fn what_the_engine_calls_lost_is() {
    let case = Case::new();
    let manifest = Ranges::of(7..9);
    let content = case.oracle.content(&case.drives, |_| true, &manifest);
    assert_eq!(content.lost, [range(7, 9)]);
}
