//! Who could go on with the array without those in service.

use raid10_engine::{MemberState, Slot};

use super::{Case, NOW};
use crate::oracle::linux::tests::{Sketch, WHOLE};

const SECOND: Sketch = Sketch { number: 1, ..WHOLE };
/// Who is named in no slot.
const OUT: u16 = 0xFFFE;
/// The second drive goes on alone by it.
const ALONE: Sketch = Sketch { roles: [OUT, 1], events: 9, ..SECOND };

/// The first drive serves, the second one is away, and both bear these labels.
fn left_with(first: &Sketch, second: &Sketch) -> Case {
    let mut case = Case::new();
    for (drive, label) in case.drives.iter_mut().zip([first, second]) {
        drive.put_in_front(label.front());
    }
    case.oracle.left(NOW, 1, false, false);
    case.drives[1].plugged = false;
    case.view.drives[1].present = false;
    case.view.slots[1].state = MemberState::Missing;
    case.follow();
    case
}

impl Case {
    fn rivals(&self) -> (bool, Option<usize>) {
        (self.oracle.may_have_rivals(&self.drives), self.oracle.rival(&self.drives))
    }
}

#[test]
fn who_is_named_alone_by_its_own_superblock_is_one() {
    assert_eq!(left_with(&WHOLE, &ALONE).rivals(), (true, Some(1)));
}

#[test]
fn who_would_wait_for_those_in_service_is_none() {
    assert_eq!(left_with(&WHOLE, &SECOND).rivals(), (false, None));
}

#[test]
fn who_is_not_filled_is_none() {
    let half = Sketch { filled: Some(8), ..ALONE };
    assert_eq!(left_with(&WHOLE, &half).rivals(), (false, None));
}

#[test]
fn who_is_out_by_its_own_superblock_is_none() {
    let out = Sketch { roles: [0, OUT], ..SECOND };
    assert_eq!(left_with(&WHOLE, &out).rivals(), (false, None));
}

#[test]
fn whom_the_operator_goes_on_without_is_none() {
    let mut case = left_with(&WHOLE, &ALONE);
    case.oracle.goes_on_alone();
    assert_eq!(case.rivals(), (false, None));
}

#[test]
fn they_are_asked_for_once_after_writes_that_were_acknowledged() {
    let mut case = Case::new();
    case.write(0, 8, &[0, 1]);
    assert!(!case.oracle.was_acknowledged());
    case.acknowledged(8, 8, &[0, 1]);
    assert!(case.oracle.was_acknowledged());
    assert!(!case.oracle.was_acknowledged());
}

#[test]
fn who_is_there_is_none() {
    let mut case = Case::new();
    case.drives[0].put_in_front(WHOLE.front());
    case.drives[1].put_in_front(ALONE.front());
    case.follow();
    assert_eq!(case.rivals(), (false, None));
    assert!(case.view.slots.len() > usize::from(Slot(1).0), "both have slots");
}
