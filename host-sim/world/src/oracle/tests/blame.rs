//! Who may be called failed, and which errors have an excuse.

use raid10_engine::{ArrayLba, DriveId, EventKind, HostError, Instant, RequestId};

use super::{Case, NOW, WriteKind};
use crate::drive::faults::{Behaviour, Decay};
use crate::plan::Heeds;
use crate::verdict::Promise;

const LATER: Instant = Instant(9_000_000);
const MUCH_LATER: Instant = Instant(90_000_000);

impl Case {
    fn behaves(&mut self, now: Instant, drive: usize, behaviour: Behaviour) {
        self.drives[drive].faults.behaviour = behaviour;
        self.oracle.note_conditions(now, &self.drives);
    }

    fn is_called_failed(&mut self, now: Instant, drive: u8) {
        self.event(now, EventKind::DriveFailed { drive: DriveId(drive) });
    }

    fn fails(&mut self, read: bool, error: HostError) {
        let id = RequestId(77);
        if read {
            self.oracle.read_accepted(id, 0, 8);
        } else {
            let version = self.oracle.next_version().expect("a number");
            self.oracle.write_accepted(NOW, id, 0..8, version, WriteKind::Data);
        }
        self.reply(id, Err(error), &[]);
    }
}

#[test]
fn a_drive_with_bad_sectors_must_not_be_called_failed() {
    let mut case = Case::new();
    case.drives[1].faults.add_unreadable(3..5, Decay::Plain);
    case.is_called_failed(NOW, 1);
    case.expect(Promise::LeastLoss, "evicted without proof: drive 1");
}

#[test]
fn a_drive_that_does_not_work_may_be_called_failed() {
    for behaviour in
        [Behaviour::Failed, Behaviour::Hanging(Heeds::Nothing), Behaviour::Hanging(Heeds::Aborts)]
    {
        let mut case = Case::new();
        case.behaves(NOW, 1, behaviour);
        case.is_called_failed(LATER, 1);
        case.expect_none();
    }
}

#[test]
fn what_was_long_ago_is_no_proof() {
    let mut case = Case::new();
    case.behaves(NOW, 1, Behaviour::Failed);
    case.behaves(NOW, 1, Behaviour::Well);
    case.is_called_failed(LATER, 1);
    case.expect_none();
    case.is_called_failed(MUCH_LATER, 1);
    case.expect(Promise::LeastLoss, "evicted without proof");
}

#[test]
fn the_last_copy_is_not_given_up_for_a_moment_of_silence() {
    for (at, caught) in [(LATER, true), (MUCH_LATER, false)] {
        let mut case = Case::new();
        case.acknowledged(0, 64, &[0, 1]);
        case.view.drives[0].present = false;
        case.follow();
        case.behaves(NOW, 1, Behaviour::Hanging(Heeds::Aborts));
        case.is_called_failed(at, 1);
        let broken = case.broken(Promise::LeastLoss).is_some();
        assert_eq!(broken, caught, "{at:?}");
    }
}

#[test]
fn an_error_needs_a_drive_that_something_speaks_against() {
    let errors =
        [(true, HostError::NotRead(ArrayLba(3))), (false, HostError::NotWritten(ArrayLba(0)))];
    for (read, error) in errors {
        let mut case = Case::new();
        case.behaves(NOW, 0, Behaviour::Hanging(Heeds::Aborts));
        case.behaves(NOW, 1, Behaviour::Hanging(Heeds::Aborts));
        case.fails(read, error);
        case.expect_none();

        let mut case = Case::new();
        case.fails(read, error);
        case.expect(Promise::Durable, "nothing speaks against");
    }
}

#[test]
fn a_write_that_one_drive_could_have_taken_must_not_fail() {
    let mut case = Case::new();
    case.behaves(NOW, 0, Behaviour::Failed);
    case.fails(false, HostError::NotWritten(ArrayLba(0)));
    case.expect(Promise::Durable, "nothing speaks against drive 1");
}

/// The reply may come before the event, or after it.
#[test]
fn a_write_may_fail_when_there_is_no_room_to_record_who_has_it() {
    let (lba, count) = (raid10_engine::MemberLba(0), raid10_engine::SectorCount(8));
    let drive = DriveId(1);
    for before in [false, true] {
        let mut case = Case::new();
        case.behaves(NOW, 0, Behaviour::Failed);
        let event = EventKind::Distrusted { drive, lba, count };
        case.oracle.write_accepted(NOW, RequestId(5), 0..8, 1, WriteKind::Data);
        if before {
            case.event(NOW, event);
        }
        let (id, error) = (RequestId(5), HostError::NotWritten(ArrayLba(0)));
        case.oracle.replied(NOW, id, Err(error), &[], &case.drives, &mut case.verdicts);
        if !before {
            case.event(NOW, event);
        }
        case.oracle.heard(&case.drives, &mut case.verdicts);
        assert_eq!(case.broken(Promise::Durable), None);
    }
}

#[test]
fn a_flush_fails_only_when_something_speaks_against_a_drive() {
    let mut case = Case::new();
    case.oracle.flush_accepted(RequestId(5));
    case.reply(RequestId(5), Err(HostError::NotFlushed), &[]);
    case.expect(Promise::Durable, "a flush fails");
}

#[test]
fn a_request_fails_as_such_requests_do() {
    let mut case = Case::new();
    case.fails(true, HostError::NotFlushed);
    case.expect(Promise::Contract, "a read ends with NotFlushed");
}

#[test]
fn a_rebuild_is_not_given_up_without_cause() {
    let mut case = super::rebuilding();
    let event = EventKind::RebuildFailed { slot: raid10_engine::Slot(1) };
    case.event(NOW, event);
    case.expect(Promise::AlwaysEnds, "the rebuild of slot 1 is given up");
}
