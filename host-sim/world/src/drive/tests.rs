use raid10_engine::{
    Buffer, BufferId, DriveId, Extent, Instant, IoClass, IoCommand, IoFault, IoId, IoOp, MemberLba,
    Outcome, SectorCount,
};

use super::faults::{Behaviour, Decay};
use super::{Drive, Due, Figures, Survival};
use crate::buffers::Buffers;
use crate::plan::Heeds;

mod power;

/// A drive, its buffers, and what is due.
struct Bench {
    drive: Drive,
    buffers: Buffers,
    now: Instant,
    due: Vec<Due>,
    next: u32,
}

const ABORTED: Outcome = Outcome::Fault(IoFault::Aborted);
const MEDIUM: Outcome = Outcome::Fault(IoFault::Medium);
const HARDWARE: Outcome = Outcome::Fault(IoFault::Hardware);

impl Bench {
    fn new(figures: Figures) -> Self {
        let mut drive = Drive::new(0, SectorCount(100_000), SectorCount(1), figures);
        drive.plug();
        Self { drive, buffers: Buffers::new(), now: Instant(0), due: Vec::new(), next: 0 }
    }

    fn start(&mut self, op: IoOp) -> IoId {
        self.start_held(op, false)
    }

    fn start_held(&mut self, op: IoOp, hold: bool) -> IoId {
        self.next += 1;
        let id = IoId(self.next);
        let command = IoCommand {
            id,
            drive: DriveId(0),
            op,
            class: IoClass::Host,
            origin: SectorCount::ZERO,
            step: None,
        };
        self.due.extend(self.drive.start(self.now, command, hold));
        self.dispatch();
        id
    }

    fn loses_power(&mut self) {
        self.drive.lose_power(&Survival::None, &self.buffers);
    }

    fn dispatch(&mut self) {
        while let Some(due) = self.drive.dispatch(self.now) {
            self.due.push(due);
        }
    }

    /// Lets everything happen until nothing is due.
    fn run(&mut self) -> Vec<(u32, Outcome)> {
        let mut ended = Vec::new();
        while let Some(first) = (0..self.due.len()).min_by_key(|&index| self.due[index].at) {
            let due = self.due.remove(first);
            self.now = self.now.max(due.at);
            self.drive.look(due.ticket, &mut self.buffers, &mut ended);
            self.dispatch();
        }
        ended.into_iter().map(|(command, outcome)| (command.id.0, outcome)).collect()
    }

    fn fill_window(&mut self, window: u8, value: u64) {
        self.buffers.slice_mut(whole(window), SectorCount(128)).fill(value);
    }

    fn window(&self, window: u8) -> &[u64] {
        self.buffers.slice(whole(window), SectorCount(128))
    }

    fn put(&mut self, start: u64, count: u64, value: u64) {
        self.fill_window(15, value);
        self.start(write(start, count, 15));
        self.run();
    }

    fn behave(&mut self, behaviour: Behaviour) {
        let due = self.drive.behave(self.now, behaviour, &mut self.buffers);
        self.due.extend(due);
        self.dispatch();
    }
}

fn whole(window: u8) -> Buffer {
    Buffer { id: BufferId::Sync(window), offset: 0 }
}

fn extent(start: u64, count: u64) -> Extent {
    Extent { start: MemberLba(start), count: SectorCount(count) }
}

fn read(start: u64, count: u64, window: u8) -> IoOp {
    IoOp::Read(extent(start, count), whole(window))
}

fn write(start: u64, count: u64, window: u8) -> IoOp {
    IoOp::Write(extent(start, count), whole(window))
}

#[test]
fn what_is_written_is_read_and_compared() {
    let mut bench = Bench::new(Figures::HDD);
    bench.put(1000, 100, 7);
    bench.start(read(990, 20, 1));
    bench.fill_window(2, 7);
    bench.start(IoOp::Compare(extent(1000, 100), whole(2)));
    bench.start(IoOp::Compare(extent(999, 100), whole(2)));
    let ended = bench.run();
    assert_eq!(ended, [(2, Outcome::Done), (3, Outcome::Done), (4, Outcome::Mismatch)]);
    assert_eq!(bench.window(1)[..20], [[0; 10], [7; 10]].concat());
}

#[test]
fn zeros_need_no_buffer() {
    let mut bench = Bench::new(Figures::RAM);
    bench.put(0, 128, 7);
    bench.start(IoOp::WriteZeroes { extent: extent(10, 5), unmap: true });
    bench.run();
    assert_eq!(bench.drive.store().get(9), 7);
    assert_eq!(bench.drive.store().get(10), 0);
}

#[test]
fn a_disk_prefers_to_go_on_where_it_is_and_starves_nobody() {
    let mut bench = Bench::new(Figures::HDD);
    bench.start(read(0, 8, 0));
    let far = bench.start(read(50_000, 8, 1));
    for at in 1..40 {
        bench.start(read(at * 8, 8, 2));
    }
    let order: Vec<u32> = bench.run().into_iter().map(|(id, _)| id).collect();
    let place = order.iter().position(|&id| id == far.0).expect("it ended");
    assert_eq!(place, 33);
}

#[test]
fn a_read_of_bad_sectors_fails_and_spoils_the_buffer_behind_them() {
    let mut bench = Bench::new(Figures::RAM);
    bench.put(0, 20, 7);
    bench.drive.faults.add_unreadable(10..12, Decay::Plain);
    bench.start(read(0, 20, 1));
    assert_eq!(bench.run(), [(2, MEDIUM)]);
    assert_eq!(bench.drive.bad(), [10..12]);
    assert_eq!(bench.window(1)[9], 7);
    assert_ne!(bench.window(1)[19], 7);
    bench.put(10, 2, 8);
    bench.start(read(0, 20, 1));
    assert_eq!(bench.run(), [(4, Outcome::Done)]);
}

#[test]
fn a_write_of_bad_sectors_fails_and_leaves_those_behind_as_they_were() {
    let mut bench = Bench::new(Figures::RAM);
    bench.drive.faults.add_unwritable(10..12, Some(1));
    bench.fill_window(0, 7);
    bench.start(write(0, 20, 0));
    assert_eq!(bench.run(), [(1, MEDIUM)]);
    assert_eq!((bench.drive.store().get(9), bench.drive.store().get(12)), (7, 0));
    bench.put(0, 20, 7);
    assert_eq!(bench.drive.store().get(12), 7);
}

#[test]
fn a_failed_drive_answers_everything_with_an_error_until_it_is_revived() {
    let mut bench = Bench::new(Figures::HDD);
    bench.start(read(500, 8, 0));
    bench.start(read(5000, 8, 1));
    bench.behave(Behaviour::Failed);
    bench.start(IoOp::Reset);
    assert_eq!(bench.run(), [(1, HARDWARE), (2, HARDWARE), (3, HARDWARE)]);
    bench.behave(Behaviour::Well);
    bench.start(read(500, 8, 0));
    assert_eq!(bench.run(), [(4, Outcome::Done)]);
}

#[test]
fn a_hanging_drive_heeds_aborts_and_a_reset_wakes_it() {
    let mut bench = Bench::new(Figures::HDD);
    let first = bench.start(read(500, 8, 0));
    bench.start(read(600, 8, 1));
    bench.behave(Behaviour::Hanging(Heeds::Aborts));
    assert_eq!(bench.run(), []);
    bench.start(IoOp::Abort(first));
    assert_eq!(bench.run(), [(1, ABORTED)]);
    bench.start(IoOp::Reset);
    assert_eq!(bench.run(), [(2, ABORTED), (4, Outcome::Done)]);
    bench.start(read(600, 8, 1));
    assert_eq!(bench.run(), [(5, Outcome::Done)]);
}

#[test]
fn a_hanging_drive_may_heed_resets_only() {
    let mut bench = Bench::new(Figures::HDD);
    bench.behave(Behaviour::Hanging(Heeds::Resets));
    let first = bench.start(read(500, 8, 0));
    bench.start(IoOp::Abort(first));
    assert_eq!(bench.run(), []);
    bench.start(IoOp::Reset);
    assert_eq!(bench.run(), [(1, ABORTED), (3, Outcome::Done)]);
    bench.start(read(500, 8, 0));
    assert_eq!(bench.run(), [(4, Outcome::Done)]);
}

#[test]
fn a_deaf_drive_heeds_isolation_only() {
    let mut bench = Bench::new(Figures::HDD);
    bench.behave(Behaviour::Hanging(Heeds::Nothing));
    let first = bench.start(read(500, 8, 0));
    bench.start(IoOp::Abort(first));
    bench.start(IoOp::Reset);
    assert_eq!(bench.run(), []);
    bench.start(IoOp::Isolate);
    assert_eq!(bench.run(), [(4, Outcome::Done)]);
    bench.start(read(500, 8, 0));
    assert_eq!(bench.run(), [(5, Outcome::Fault(IoFault::Gone))]);
}

#[test]
fn commands_that_hung_are_served_late() {
    let mut bench = Bench::new(Figures::HDD);
    bench.behave(Behaviour::Hanging(Heeds::Nothing));
    bench.start(read(500, 8, 0));
    bench.now = Instant(9_000_000);
    bench.behave(Behaviour::Well);
    assert_eq!(bench.run(), [(1, Outcome::Done)]);
}

#[test]
fn a_command_kept_back_has_its_effect_and_ends_when_released() {
    let mut bench = Bench::new(Figures::RAM);
    bench.fill_window(0, 7);
    let id = bench.start_held(write(0, 8, 0), true);
    assert_eq!(bench.run(), []);
    assert_eq!(bench.drive.store().get(0), 7);
    let (command, outcome) = bench.drive.release(id).expect("it is held");
    assert_eq!((command.id, outcome), (id, Outcome::Done));
}

#[test]
fn an_abort_shakes_a_kept_command_loose_with_what_it_had_reached() {
    let mut bench = Bench::new(Figures::RAM);
    let id = bench.start_held(write(0, 8, 0), true);
    bench.run();
    bench.start(IoOp::Abort(id));
    assert_eq!(bench.run(), [(1, Outcome::Done)]);
    assert!(bench.drive.release(id).is_none());
}

#[test]
fn a_pull_loses_the_cache_and_a_lost_link_does_not() {
    for (figures, powerless, expected) in
        [(Figures::HDD, true, 0), (Figures::HDD, false, 7), (Figures::SD, true, 7)]
    {
        let mut bench = Bench::new(figures);
        bench.put(0, 8, 7);
        if powerless {
            bench.loses_power();
        } else {
            bench.drive.unplug(&bench.buffers);
        }
        assert_eq!(bench.drive.store().get(0), expected);
    }
}

#[test]
fn what_was_flushed_survives_a_pull() {
    let mut bench = Bench::new(Figures::SSD);
    bench.put(0, 8, 7);
    bench.start(IoOp::Flush);
    bench.run();
    bench.put(0, 4, 8);
    bench.fill_window(0, 9);
    bench.start(IoOp::WriteDurable(extent(100, 8), whole(0)));
    bench.run();
    bench.loses_power();
    let store = bench.drive.store();
    assert_eq!((store.get(0), store.get(100)), (7, 9));
}

#[test]
fn a_pulled_drive_ends_nothing() {
    let mut bench = Bench::new(Figures::HDD);
    bench.start(read(500, 8, 0));
    bench.loses_power();
    assert_eq!(bench.run(), []);
    assert!(!bench.drive.is_alive());
}

#[test]
fn an_interrupted_write_leaves_a_part_from_its_start_on() {
    let mut parts = Vec::new();
    for seed in 0..20 {
        let mut bench = Bench::new(Figures::SD);
        for _ in 0..seed {
            bench.drive.torn.next();
        }
        bench.fill_window(0, 7);
        bench.start(write(0, 128, 0));
        bench.behave(Behaviour::Failed);
        bench.run();
        let store = bench.drive.store();
        let kept = (0..128).take_while(|&sector| store.get(sector) == 7).count();
        assert!((kept as u64..128).all(|sector| store.get(sector) == 0));
        parts.push(kept);
    }
    parts.dedup();
    assert!(parts.len() > 5);
}
