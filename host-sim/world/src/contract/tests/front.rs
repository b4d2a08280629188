//! The records in front of the data.

use super::{
    Buffer, BufferId, DriveId, Extent, Instant, IoClass, IoCommand, IoId, IoOp, MemberLba, Promise,
    Rules, SectorCount,
};

const FRONT: u64 = 100;

impl Rules {
    fn labelled() -> Self {
        let mut rules = Self::new();
        rules.contract.laid_out(0, FRONT);
        rules.contract.laid_out(1, FRONT);
        rules
    }

    fn start_at(&mut self, drive: u8, op: IoOp, origin: u64) -> &mut Self {
        self.next += 1;
        let command = IoCommand {
            id: IoId(self.next),
            drive: DriveId(drive),
            op,
            class: IoClass::Metadata,
            origin: SectorCount(origin),
            step: None,
        };
        self.contract.started(Instant(0), &command, &self.buffers, &mut self.verdicts);
        self
    }
}

fn extent(start: u64, end: u64) -> Extent {
    Extent::new(MemberLba(start), MemberLba(end))
}

fn records(index: u8) -> Buffer {
    Buffer { id: BufferId::Metadata(index), offset: 0 }
}

fn record(start: u64, end: u64) -> IoOp {
    IoOp::Write(extent(start, end), records(0))
}

fn data(start: u64, end: u64) -> IoOp {
    IoOp::Write(extent(start, end), Buffer { id: BufferId::Sync(0), offset: 0 })
}

#[test]
fn records_and_data_keep_to_their_places() {
    let good = [
        (record(90, 100), 0),
        (data(0, 64), FRONT),
        (data(850, 900), FRONT),
        (IoOp::Read(extent(990, 1000), records(1)), 0),
    ];
    for (op, origin) in good {
        let mut rules = Rules::labelled();
        rules.start_at(0, op, origin);
        assert_eq!(rules.broken(Promise::Contract), None, "{op:?}");
    }
    let bad = [
        (record(95, 101), 0, "records outside of the space in front of the data"),
        (record(0, 8), FRONT, "sectors outside of the data area"),
        (data(0, 8), 0, "sectors outside of the data area"),
        (data(890, 901), FRONT, "sectors outside of the drive"),
        (IoOp::Read(extent(995, 1001), records(1)), 0, "sectors outside of the drive"),
        (IoOp::Read(extent(0, 17), records(1)), 0, "sectors outside of the buffer"),
        (IoOp::Read(extent(0, 1), records(4)), 0, "sectors outside of the buffer"),
    ];
    for (op, origin, words) in bad {
        let mut rules = Rules::labelled();
        rules.start_at(0, op, origin);
        let found = rules.broken(Promise::Contract).unwrap_or_default();
        assert!(found.contains(words), "{op:?}: {found}");
    }
}

#[test]
fn the_same_numbers_in_front_and_in_the_data_are_not_the_same_sectors() {
    let mut rules = Rules::labelled();
    rules.start_at(0, record(8, 16), 0).start_at(0, data(8, 16), FRONT);
    assert_eq!(rules.broken(Promise::Contract), None);
    rules.start_at(0, record(15, 20), 0);
    assert!(rules.broken(Promise::Contract).is_some_and(|broken| broken.contains("in flight")));
}

#[test]
fn the_bytes_of_a_write_under_way_stay_as_they_are() {
    let mut rules = Rules::labelled();
    rules.buffers.metadata(0).fill(3);
    rules.start_at(0, record(8, 16), 0).start_at(1, record(8, 16), 0);
    assert_eq!(rules.broken(Promise::Contract), None);
    rules.buffers.metadata(0)[5] = 4;
    rules.start_at(1, record(30, 31), 0);
    assert!(
        rules.broken(Promise::Contract).is_some_and(|broken| broken.contains("bytes of a command"))
    );
}

#[test]
fn without_power_nothing_is_in_flight_and_no_drive_is_known() {
    let mut rules = Rules::labelled();
    rules.start_at(0, record(8, 16), 0);
    rules.contract.power_lost();
    assert_eq!((rules.contract.in_flight(), rules.contract.open_requests()), (0, 0));
    rules.contract.arrived(0, 1000, true);
    rules.start_at(0, record(8, 16), 0);
    assert_eq!(rules.broken(Promise::Contract), None);
    rules.start_at(1, record(8, 16), 0);
    assert!(rules.broken(Promise::Contract).is_some_and(|broken| broken.contains("away")));
}
