//! What Linux would read of an array at rest.

use super::{Case, NOW};
use crate::drive::faults::Decay;
use crate::oracle::linux::tests::{Sketch, WHOLE};
use crate::ranges::Ranges;
use crate::verdict::Promise;

/// The second member of a whole array.
const SECOND: Sketch = Sketch { number: 1, ..WHOLE };
/// It is not granted its slot.
const OUT: u16 = 0xFFFE;

impl Case {
    /// These labels are on the first two drives, and the array is at rest. Returns what is broken.
    fn rests_with(
        &mut self,
        labels: [&Sketch; 2],
        manifest: &[core::ops::Range<u64>],
    ) -> Option<&str> {
        for (drive, label) in self.drives.iter_mut().zip(labels) {
            drive.put_in_front(label.front());
        }
        let manifest: Ranges = manifest.iter().cloned().collect();
        self.oracle.judge_linux(NOW, &self.drives, &manifest, &mut self.verdicts);
        self.broken(Promise::LinuxAgrees)
    }
}

/// An array of which both drives hold what was written, but for the last sectors, that the first one missed.
fn missed() -> Case {
    let mut case = Case::new();
    case.acknowledged(0, 256, &[0, 1]);
    case.acknowledged(248, 8, &[1]);
    case
}

#[test]
fn copies_that_are_equal_are_served() {
    let mut case = Case::new();
    case.acknowledged(0, 256, &[0, 1]);
    assert_eq!(case.rests_with([&WHOLE, &SECOND], &[]), None);
    let checked = |verdict: &&crate::verdict::Verdict| verdict.promise == Promise::LinuxAgrees;
    assert_eq!(case.verdicts.list().iter().find(checked).map(|verdict| verdict.checks), Some(2));
}

#[test]
fn what_a_member_missed_must_be_told() {
    let broken = missed().rests_with([&WHOLE, &SECOND], &[]).map(String::from);
    assert!(broken.is_some_and(|broken| broken.contains("array sector 248 from drive 0")));
    let told = [
        Sketch { bad: &[(248, 8)], ..WHOLE },
        Sketch { filled: Some(248), ..WHOLE },
        Sketch { filled: Some(0), ..WHOLE },
        Sketch { events: 5, ..WHOLE },
    ];
    for label in &told {
        assert_eq!(missed().rests_with([label, &SECOND], &[]), None);
    }
    let denied = Sketch { roles: [OUT, 1], ..SECOND };
    assert_eq!(missed().rests_with([&Sketch { events: 6, ..WHOLE }, &denied], &[]), None);
    for label in [Sketch { bad: &[(248, 7)], ..WHOLE }, Sketch { filled: Some(249), ..WHOLE }] {
        assert!(missed().rests_with([&label, &SECOND], &[]).is_some());
    }
}

#[test]
fn what_is_there_must_be_found() {
    let hidden = Sketch { bad: &[(248, 8)], ..SECOND };
    let told = Sketch { bad: &[(248, 8)], ..WHOLE };
    let broken = missed().rests_with([&told, &hidden], &[]).map(String::from);
    assert!(broken.is_some_and(|broken| broken.contains("no copy of array sector 248")));
    assert_eq!(missed().rests_with([&told, &hidden], &[248..256]), None);
    let mut unreadable = missed();
    unreadable.drives[1].faults.add_unreadable(0..8, Decay::Plain);
    assert_eq!(unreadable.rests_with([&told, &SECOND], &[]), None);
}

#[test]
fn drives_without_labels_are_not_judged() {
    let mut case = missed();
    case.oracle.judge_linux(NOW, &case.drives, &Ranges::new(), &mut case.verdicts);
    case.expect_none();
}
