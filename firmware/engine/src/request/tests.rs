extern crate std;

use std::vec::Vec;

use super::*;
use crate::rig::{Rig, Setup};
use crate::{
    BufferId, Command, DriveId, Duration, IoClass, IoCommand, IoOp, Outcome, Policy, SectorCount,
    Slot,
};

fn is_data(command: &IoCommand) -> bool {
    matches!(command.op, IoOp::Read(..) | IoOp::Write(..))
}

/// Every pair of requests over the same sectors, but two reads, runs in the order of submission.
#[test]
fn what_overlaps_runs_in_order() {
    let ops =
        [HostOp::Read, HostOp::Write, HostOp::WriteDurable, HostOp::Trim, HostOp::WriteZeroes];
    for first in ops {
        for second in ops {
            let mut rig = Rig::new(2, 4, 0);
            rig.fill(1000);
            rig.held_drives.extend([0, 1]);
            let earlier = rig.start(first, 8, 8, 7);
            let later = rig.start(second, 12, 8, 9);
            rig.run();
            let together = !first.is_write() && !second.is_write();
            let sent = rig.held.len();
            let one = if first.is_write() { 2 } else { 1 };
            assert_eq!(sent, if together { 2 } else { one }, "{first:?} {second:?}");
            rig.release();
            assert_eq!(rig.result(earlier), Some(Ok(())));
            assert_eq!(rig.result(later), Some(Ok(())));
        }
    }
}

#[test]
fn a_read_after_a_write_brings_what_was_written() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.held_drives.extend([0, 1]);
    let before = rig.start_read(8, 4);
    rig.start_write(8, 4, 7);
    let between = rig.start_read(10, 4);
    rig.start_write(8, 8, 9);
    let after = rig.start_read(8, 4);
    rig.release();
    assert_eq!(rig.data(before), [1008, 1009, 1010, 1011]);
    assert_eq!(rig.data(between), [7, 7, 1012, 1013]);
    assert_eq!(rig.data(after), [9; 4]);
}

#[test]
fn what_does_not_overlap_does_not_wait() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.held_drives.extend([0, 1]);
    rig.start_write(8, 8, 7);
    let beside = rig.start_write(16, 8, 8);
    let elsewhere = rig.start_write(64, 8, 9);
    rig.run();
    assert_eq!(rig.result(elsewhere), Some(Ok(())));
    assert_eq!(rig.held.len(), 4);
    rig.release();
    assert_eq!(rig.result(beside), Some(Ok(())));
}

#[test]
fn one_request_too_many_is_refused_until_a_reply_is_drained() {
    let mut rig = Rig::new(2, 4, 0);
    rig.held_drives.extend([0, 1, 2, 3]);
    let ids: Vec<RequestId> =
        (0..REQUESTS as u64).map(|at| rig.start_write(at * 8, 8, at)).collect();
    assert_eq!(rig.submit(HostOp::Read, 0, 1), Err(Refusal::Busy));
    assert_eq!(rig.submit(HostOp::Flush, 0, 0), Err(Refusal::Busy));
    rig.release();
    for id in ids {
        assert_eq!(rig.result(id), Some(Ok(())));
    }
    assert_eq!(rig.read(8, 1), Ok(std::vec![1]));
}

#[test]
fn a_reply_that_waits_keeps_its_place() {
    let mut rig = Rig::new(2, 4, 0);
    let mut indexes = Vec::new();
    for _ in 0..REQUESTS {
        let id = rig.submit(HostOp::Read, 0, 1).unwrap();
        indexes.push(id.index());
        let command = rig.engine.poll_io().unwrap();
        rig.engine.handle_completion(rig.now, command.id, Outcome::Done);
    }
    assert_eq!(rig.submit(HostOp::Read, 0, 1), Err(Refusal::Busy));
    indexes.sort_unstable();
    indexes.dedup();
    assert_eq!(indexes.len(), REQUESTS);
    assert!(rig.engine.poll_reply().is_some());
    assert!(rig.submit(HostOp::Read, 0, 1).is_ok());
}

#[test]
fn requests_that_make_no_sense_are_refused_with_the_reason() {
    let mut rig = Setup { physical: 8, ..Setup::new(2, 4, 0) }.build();
    let end = rig.engine.capacity().0;
    let refused = [
        (HostOp::Read, 0, 0, Refusal::Empty),
        (HostOp::Write, end, 0, Refusal::Empty),
        (HostOp::Read, end, 8, Refusal::OutOfRange),
        (HostOp::Write, end - 8, 16, Refusal::OutOfRange),
        (HostOp::Trim, u64::MAX, 8, Refusal::OutOfRange),
        (HostOp::Read, u64::MAX - 8, 8, Refusal::OutOfRange),
        (HostOp::Read, 0, u64::MAX, Refusal::OutOfRange),
        (HostOp::Write, 4, 8, Refusal::Misaligned),
        (HostOp::Write, 8, 4, Refusal::Misaligned),
        (HostOp::Read, 1, 1, Refusal::Misaligned),
    ];
    for (op, lba, count, why) in refused {
        assert_eq!(rig.submit(op, lba, count), Err(why), "{op:?} {lba} {count}");
    }
    assert!(rig.engine.is_idle());
}

#[test]
fn before_there_is_an_array_nothing_is_taken() {
    let shape = Setup::new(2, 4, 0).shape();
    let mut engine: Engine<4> = Engine::new(shape, Policy::default()).unwrap();
    let request = HostRequest { op: HostOp::Flush, lba: ArrayLba(0), count: SectorCount(0) };
    assert_eq!(engine.submit(Instant(1), request), Err(Refusal::WrongState));
    assert_eq!(engine.poll_deadline(), None);
}

/// Commands never cross a chunk's border, and each has its place in the buffer.
#[test]
fn a_request_is_split_at_chunk_borders() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.log.clear();
    let id = rig.start_read(50, 200);
    rig.run();
    assert_eq!(rig.result(id), Some(Ok(())));
    let expected: Vec<u64> = (1050..1250).collect();
    assert_eq!(rig.data(id), expected);
    let mut parts: Vec<(u32, u64)> = Vec::new();
    for command in &rig.log {
        let IoOp::Read(extent, buffer) = command.op else { panic!("{command:?}") };
        assert_eq!(extent.start.0 / 64, (extent.end().0 - 1) / 64, "{extent:?}");
        assert_eq!(buffer.id, BufferId::Host(id));
        parts.push((buffer.offset, extent.count.0));
    }
    parts.sort_unstable();
    assert_eq!(parts, [(0, 14), (14, 64), (78, 64), (142, 58)]);
}

/// A chunk larger than one command may be.
#[test]
fn a_long_run_is_split_into_commands() {
    let setup = Setup { chunk: 8192, size: 8192, ..Setup::new(2, 2, 0) };
    let mut rig = setup.build();
    let id = rig.start_write(3, 5000, 7);
    rig.run();
    assert_eq!(rig.result(id), Some(Ok(())));
    let longest = rig.log.iter().filter_map(|command| match command.op {
        IoOp::Write(extent, _) => Some(extent.count.0),
        _ => None,
    });
    assert_eq!(longest.max(), Some(MAX_IO_SECTORS));
    assert_eq!(rig.read(2, 1), Ok(std::vec![0]));
    assert_eq!(rig.read(5002, 2), Ok(std::vec![7, 0]));
}

/// A request larger than all segments, beside small ones: nobody starves, everybody ends.
#[test]
fn a_large_request_leaves_room_for_others() {
    let mut rig = Rig::new(2, 4, 0);
    rig.held_drives.extend([0, 1, 2, 3]);
    let large = rig.start_write(0, 4000, 7);
    rig.run();
    assert!(rig.held.iter().filter(|command| is_data(command)).count() <= SEGMENTS / 2);
    let small = rig.start_write(4090, 2, 9);
    rig.run();
    rig.release_one(|command| command.drive == DriveId(3));
    rig.release();
    assert_eq!(rig.result(small), Some(Ok(())));
    assert_eq!(rig.result(large), Some(Ok(())));
    assert_eq!(rig.read(3999, 2), Ok(std::vec![7, 0]));
}

#[test]
fn zeroes_and_trims_read_as_zeroes() {
    for op in [HostOp::Trim, HostOp::WriteZeroes] {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        let id = rig.start(op, 60, 8, 5);
        assert_eq!(rig.end(id), Ok(()));
        assert_eq!(rig.read(59, 10), Ok(std::vec![1059, 0, 0, 0, 0, 0, 0, 0, 0, 1068]));
        let unmaps = rig.log.iter().filter(|command| {
            matches!(command.op, IoOp::WriteZeroes { unmap, .. } if unmap == (op == HostOp::Trim))
        });
        assert_eq!(unmaps.count(), 4, "two chunks, two copies");
    }
}

/// Sectors of two mirror sets are lost, and the first to fail is not the first of the range.
#[test]
fn the_first_lost_sector_of_the_range_is_named() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    for drive in &mut rig.drives {
        drive.unreadable.insert(0);
    }
    rig.held_drives.extend([0, 1]);
    let id = rig.start_read(0, 128);
    rig.run();
    rig.release();
    assert_eq!(rig.result(id), Some(Err(HostError::Lost(ArrayLba(0)))));
}

#[test]
fn a_failed_array_answers_as_its_salvage_policy_says() {
    let cases = [
        (Salvage::None, Err(HostError::Offline), Err(HostError::Offline)),
        (Salvage::ReadOnly, Ok(()), Err(HostError::ReadOnly)),
        (Salvage::ReadWrite, Ok(()), Ok(())),
    ];
    for (salvage, reads, writes) in cases {
        let policy = Policy { salvage, ..Policy::default() };
        let mut rig = Rig::with_policy(2, 4, 0, policy);
        rig.fill(1000);
        rig.pull(2);
        rig.pull(3);
        assert_eq!(rig.read(0, 8).map(|_| ()), reads, "{salvage:?}");
        assert_eq!(rig.write(0, 8, 7), writes, "{salvage:?}");
        if salvage == Salvage::ReadWrite {
            assert_eq!(rig.write(64, 8, 7), Err(HostError::NotWritten(ArrayLba(64))));
        }
    }
}

/// Writes that waited when the array failed are not carried out behind the operator's back.
#[test]
fn a_write_that_waits_is_refused_when_the_array_fails() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.held_drives.extend([0, 1]);
    let read = rig.start_read(0, 8);
    let write = rig.start_write(0, 8, 7);
    rig.run();
    rig.pull(2);
    rig.pull(3);
    rig.release();
    assert_eq!(rig.result(read), Some(Ok(())));
    assert_eq!(rig.result(write), Some(Err(HostError::ReadOnly)));
    assert_eq!(rig.read(0, 1), Ok(std::vec![1000]));
}

/// Everything that is under way when a fault comes ends, whatever it waits for.
#[test]
fn every_request_ends_when_all_drives_leave() {
    for held in [false, true] {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        if held {
            rig.held_drives.extend([0, 1, 2, 3]);
        }
        let ops = [HostOp::Read, HostOp::Write, HostOp::Flush, HostOp::Trim, HostOp::WriteDurable];
        let mut ids = Vec::new();
        for at in 0..25 {
            let op = ops[at % ops.len()];
            let (lba, count) = if op == HostOp::Flush { (0, 0) } else { (at as u64 * 3, 100) };
            ids.push(rig.start(op, lba, count, 7));
        }
        for drive in 0..4 {
            rig.pull(drive);
        }
        rig.run();
        for id in ids {
            assert!(rig.result(id).is_some(), "{id:?}");
        }
        assert!(rig.engine.is_idle());
    }
}

/// All hang behind one cable, with every table full.
#[test]
fn every_request_ends_when_all_drives_fall_silent() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    for drive in &mut rig.drives {
        drive.silent = true;
    }
    let ids: Vec<RequestId> = (0..REQUESTS).map(|_| rig.start(HostOp::Flush, 0, 0, 0)).collect();
    rig.pass(Duration::secs(120));
    for id in ids {
        assert!(rig.result(id).is_some(), "{id:?}");
    }
}

#[test]
fn host_commands_are_of_the_host_class() {
    let mut rig = Rig::new(2, 4, 0);
    rig.write(0, 8, 7).unwrap();
    rig.flush().unwrap();
    assert_eq!(rig.commands(IoClass::Host), 6);
    assert_eq!(rig.command(Command::Pause(Slot(0))), Err(Refusal::NotRunning));
}
