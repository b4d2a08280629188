//! What is left on a drive that loses its power, and what else may be on it.

use raid10_engine::config::METADATA_SECTORS;

use super::{
    Bench, Buffer, BufferId, Drive, Figures, IoOp, MEDIUM, Outcome, SectorCount, Survival, extent,
    write,
};
use crate::anatomy::Anatomy;
use crate::drive::faults::Spoilt;

const FRONT: u64 = 2048;

impl Bench {
    fn labelled() -> Self {
        let mut bench = Self::new(Figures::SSD);
        let total = bench.drive.size + SectorCount(FRONT);
        bench.drive = bench.drive.with(Anatomy { total, front: SectorCount(FRONT) });
        bench.drive.keep_writes();
        bench
    }

    /// A drive to which three writes of eight sectors were not flushed.
    fn dirty() -> Self {
        let mut bench = Self::labelled();
        bench.put(0, 24, 1);
        bench.start(IoOp::Flush);
        bench.run();
        (0..3).for_each(|number| bench.put(8 * number, 8, 2 + number));
        assert_eq!(bench.drive.unflushed(), 3);
        bench
    }

    fn record(&mut self, sector: u64, byte: u8) {
        self.buffers.metadata(0).fill(byte);
        self.start(IoOp::Write(extent(sector, METADATA_SECTORS), records()));
        self.run();
    }

    fn record_at(&mut self, sector: u64) -> u8 {
        self.start(IoOp::Read(extent(sector, 1), Buffer { id: BufferId::Metadata(1), offset: 0 }));
        assert!(matches!(self.run()[..], [(_, Outcome::Done)]));
        self.buffers.metadata(1)[17]
    }
}

const fn records() -> Buffer {
    Buffer { id: BufferId::Metadata(0), offset: 0 }
}

#[test]
fn any_of_the_writes_in_the_cache_may_survive() {
    for (survival, expected) in [
        (Survival::None, [1, 1, 1]),
        (Survival::All, [2, 3, 4]),
        (Survival::First(2), [2, 3, 1]),
        (Survival::Only(vec![0..1, 2..9]), [2, 1, 4]),
        (Survival::Torn(1), [2, 3, 1]),
        (Survival::Torn(7), [2, 3, 4]),
    ] {
        let mut bench = Bench::dirty();
        bench.drive.lose_power(&survival, &bench.buffers);
        let found = [0, 8, 16].map(|sector| bench.drive.store().get(sector));
        assert_eq!(found, expected, "{survival:?}");
        let torn = survival == Survival::Torn(1);
        assert_eq!(bench.drive.store().get(12), if torn { 1 } else { expected[1] });
        assert_eq!(bench.drive.unflushed(), 0);
    }
}

#[test]
fn the_write_that_the_drive_was_at_may_be_torn() {
    for (survival, half) in [(Survival::Torn(3), 9), (Survival::All, 1), (Survival::Torn(2), 1)] {
        let mut bench = Bench::dirty();
        bench.put(100, 8, 1);
        bench.start(IoOp::Flush);
        bench.run();
        (0..3).for_each(|number| bench.put(8 * number, 8, 2 + number));
        bench.fill_window(0, 9);
        bench.start(write(100, 8, 0));
        bench.drive.lose_power(&survival, &bench.buffers);
        let found = [100, 103, 104].map(|sector| bench.drive.store().get(sector));
        assert_eq!(found, [half, half, 1], "{survival:?}");
    }
}

#[test]
fn records_lie_in_front_of_the_data_and_are_cached_like_them() {
    let mut bench = Bench::labelled();
    bench.put(8, 8, 7);
    bench.record(8, 5);
    bench.start(IoOp::Flush);
    bench.run();
    bench.record(8, 6);
    assert_eq!((bench.record_at(8), bench.drive.store().get(8)), (6, 7));
    bench.loses_power();
    bench.drive.plug();
    assert_eq!((bench.record_at(8), bench.drive.store().get(8)), (5, 7));
    // Behind the records, and in the data area, whoever looks for a label finds none.
    assert_eq!((bench.record_at(FRONT + 8), bench.record_at(64)), (0, 0));
}

#[test]
fn a_durable_record_stays_though_an_earlier_one_survives() {
    let mut bench = Bench::labelled();
    bench.record(8, 5);
    bench.buffers.metadata(0).fill(6);
    bench.start(IoOp::WriteDurable(extent(8, 1), records()));
    bench.run();
    bench.drive.lose_power(&Survival::All, &bench.buffers);
    bench.drive.plug();
    assert_eq!((bench.record_at(8), bench.record_at(9)), (6, 5));
}

#[test]
fn a_record_is_compared_byte_for_byte() {
    let mut bench = Bench::labelled();
    bench.record(8, 5);
    bench.start(IoOp::Compare(extent(8, 2), records()));
    assert!(matches!(bench.run()[..], [(_, Outcome::Done)]));
    bench.buffers.metadata(0)[600] = 0;
    bench.start(IoOp::Compare(extent(8, 2), records()));
    assert!(matches!(bench.run()[..], [(_, Outcome::Mismatch)]));
}

#[test]
fn a_write_is_torn_once() {
    let mut bench = Bench::new(Figures::RAM);
    bench.drive.faults.tear_next(3);
    bench.fill_window(0, 9);
    bench.start(write(0, 8, 0));
    bench.start(write(20, 8, 0));
    assert_eq!(bench.run(), [(1, MEDIUM), (2, Outcome::Done)]);
    let found = [2, 3, 27].map(|sector| bench.drive.store().get(sector));
    assert_eq!(found, [9, 0, 9]);
}

#[test]
fn a_flush_that_is_ignored_makes_nothing_durable() {
    let mut bench = Bench::new(Figures::SSD);
    bench.drive.faults.spoil_flushes(Spoilt::Ignored, Some(1));
    bench.put(0, 8, 7);
    bench.start(IoOp::Flush);
    assert!(matches!(bench.run()[..], [(_, Outcome::Done)]));
    let mut flushed = Bench { drive: bench.drive.clone(), ..Bench::new(Figures::SSD) };
    bench.loses_power();
    assert_eq!(bench.drive.store().get(0), 0);
    flushed.start(IoOp::Flush);
    flushed.run();
    flushed.loses_power();
    assert_eq!(flushed.drive.store().get(0), 7);
}

#[test]
fn a_flush_that_fails_makes_nothing_durable() {
    let mut bench = Bench::new(Figures::SSD);
    bench.drive.faults.spoil_flushes(Spoilt::Failed, Some(1));
    bench.put(0, 8, 7);
    bench.start(IoOp::Flush);
    assert!(matches!(bench.run()[..], [(_, MEDIUM)]));
    assert_eq!(bench.drive.store().get(0), 7);
    let mut flushed = Bench { drive: bench.drive.clone(), ..Bench::new(Figures::SSD) };
    bench.loses_power();
    assert_eq!(bench.drive.store().get(0), 0);
    flushed.start(IoOp::Flush);
    assert!(matches!(flushed.run()[..], [(_, Outcome::Done)]));
    flushed.loses_power();
    assert_eq!(flushed.drive.store().get(0), 7);
}

#[test]
fn a_flush_that_drops_what_it_covers_undoes_it() {
    let mut bench = Bench::labelled();
    bench.put(0, 24, 1);
    bench.record(8, 1);
    bench.start(IoOp::Flush);
    bench.run();
    bench.drive.faults.spoil_flushes(Spoilt::Dropped, None);
    bench.put(0, 16, 2);
    bench.record(8, 2);
    bench.start(IoOp::Flush);
    assert!(matches!(bench.run()[..], [(_, MEDIUM)]));
    assert_eq!([0, 16].map(|sector| bench.drive.store().get(sector)), [1, 1]);
    assert_eq!(bench.record_at(8), 1);
}

#[test]
fn an_image_and_a_copy_hold_records_and_data() {
    let mut bench = Bench::labelled();
    bench.record(8, 5);
    bench.put(0, 8, 7);
    bench.drive.make_image();
    bench.record(8, 6);
    bench.put(0, 8, 8);
    let mut copy = Bench { drive: fresh(), ..Bench::new(Figures::SSD) };
    copy.drive.copy_of(&bench.drive);
    assert_eq!((copy.record_at(8), copy.drive.store().get(0)), (6, 8));
    bench.drive.restore_image();
    assert_eq!((bench.record_at(8), bench.drive.store().get(0)), (5, 7));
    bench.drive.wipe();
    assert_eq!((bench.record_at(8), bench.drive.store().get(0)), (0, 0));
    // What it holds now has nothing to do with what its cache held.
    bench.loses_power();
    assert_eq!(bench.drive.store().get(0), 0);
}

fn fresh() -> Drive {
    let mut drive = Drive::new(1, SectorCount(100_000), SectorCount(1), Figures::SSD);
    drive.plug();
    drive
}
