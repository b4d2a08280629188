use raid10_engine::{Duration, Instant, SectorCount};

use super::Condition;
use crate::drive::faults::{Behaviour, Decay};
use crate::drive::{Drive, Figures};
use crate::plan::Heeds;

fn drive() -> Drive {
    let mut drive = Drive::new(0, SectorCount(100_000), SectorCount(1), Figures::HDD);
    drive.plug();
    drive
}

fn condition(drive: &Drive) -> Condition {
    drive.condition(Instant(1_000_000), Duration::secs(7), 128)
}

#[test]
fn bad_sectors_do_not_speak_against_the_drive() {
    let mut drive = drive();
    drive.faults.add_unreadable(0..100, Decay::Sticky);
    drive.faults.add_unwritable(0..100, None);
    assert_eq!(condition(&drive), Condition::Well);
}

#[test]
fn what_speaks_against_the_drive() {
    let cases = [
        (Behaviour::Well, Condition::Well),
        (Behaviour::Failed, Condition::Dead),
        (Behaviour::Hanging(Heeds::Aborts), Condition::Silent),
        (Behaviour::Hanging(Heeds::Resets), Condition::Silent),
        (Behaviour::Hanging(Heeds::Nothing), Condition::Dead),
    ];
    for (behaviour, expected) in cases {
        let mut drive = drive();
        drive.faults.behaviour = behaviour;
        assert_eq!(condition(&drive), expected, "{behaviour:?}");
    }
}

#[test]
fn a_stall_speaks_against_the_drive_while_it_lasts() {
    for (until, expected) in [(999_999, Condition::Well), (1_000_000, Condition::Silent)] {
        let mut drive = drive();
        drive.faults.stalled_until = Instant(until);
        assert_eq!(condition(&drive), expected);
    }
}

#[test]
fn a_slow_drive_is_silent_when_its_queue_outlasts_the_patience() {
    for (limp, expected) in [(10, Condition::Well), (40, Condition::Silent)] {
        let mut drive = drive();
        drive.faults.limp_read = limp;
        assert_eq!(condition(&drive), expected, "{limp} times slower");
    }
}
