use raid10_engine::Instant;

use super::{Behaviour, Decay, Faults};
use crate::plan::Heeds;

#[test]
fn a_write_heals_what_it_covers_and_no_more() {
    let mut faults = Faults::none();
    faults.add_unreadable(10..20, Decay::Plain);
    faults.healed_by_write(&(12..15));
    assert_eq!(faults.first_unreadable(&(0..100)), Some(10));
    assert_eq!(faults.first_unreadable(&(12..15)), None);
    assert_eq!(faults.first_unreadable(&(12..100)), Some(15));
}

#[test]
fn nothing_heals_what_is_sticky() {
    let mut faults = Faults::none();
    faults.add_unreadable(10..20, Decay::Sticky);
    faults.healed_by_write(&(0..100));
    assert_eq!(faults.read(&(0..100)), Some(10));
    assert_eq!(faults.read(&(0..100)), Some(10));
}

#[test]
fn what_fails_once_fails_once() {
    let mut faults = Faults::none();
    faults.add_unreadable(10..20, Decay::Once);
    assert_eq!(faults.read(&(0..10)), None);
    assert_eq!(faults.read(&(15..30)), Some(15));
    assert_eq!(faults.read(&(15..30)), None);
    assert!(faults.all_readable());
}

#[test]
fn write_errors_are_counted_down() {
    let mut faults = Faults::none();
    faults.add_unwritable(5..6, Some(2));
    faults.add_unwritable(50..60, None);
    assert_eq!(faults.write(&(0..5)), None);
    assert_eq!(faults.write(&(0..8)), Some(5));
    assert_eq!(faults.write(&(5..6)), Some(5));
    assert_eq!(faults.write(&(5..6)), None);
    assert!((0..10).all(|_| faults.write(&(0..100)) == Some(50)));
}

#[test]
fn a_hanging_or_stalled_drive_begins_nothing() {
    let mut faults = Faults::none();
    faults.stalled_until = Instant(100);
    assert!(!faults.may_begin(Instant(99)));
    assert!(faults.may_begin(Instant(100)));
    faults.behaviour = Behaviour::Hanging(Heeds::Aborts);
    assert!(!faults.may_begin(Instant(100)));
    assert!(faults.is_slow(Instant(100)));
}
