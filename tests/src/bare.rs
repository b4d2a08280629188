//! An engine on drives that do nothing and answer at once, for measuring the engine alone.

use std::collections::VecDeque;

use raid10_engine::config::MEMBERS_MAX;
use raid10_engine::{
    ArrayLba, Command, Content, DriveChange, DriveId, DriveInfo, Duration, Engine, HostOp,
    HostRequest, Identity, Initial, Instant, IoClass, IoCommand, Outcome, Policy, SectorCount,
    Shape, Slot,
};

const MEMBERS: u8 = 4;
/// Bytes of a member's data.
const MEMBER_BYTES: u64 = 64 << 20;
/// Bytes of a drive: there is room for records in front of the data.
const DRIVE_BYTES: u64 = 80 << 20;

/// The engine, its clock, and the commands that have not been answered.
#[derive(Clone, Debug)]
pub struct Bare {
    engine: Engine<12>,
    now: Instant,
    queue: VecDeque<IoCommand>,
    next: u64,
    deadline: Option<Instant>,
}

impl Bare {
    /// A new array of four members, near 2, 64 KiB chunks, 64 MiB a member, with `extra` drives beside it.
    ///
    /// # Panics
    ///
    /// If the engine refuses the shape: a broken engine.
    #[must_use]
    pub fn new(extra: u8) -> Self {
        Self::with(unlabelled(), extra)
    }

    /// The same array, whose records are kept on its drives: superblocks, and a bitmap of what is being written.
    ///
    /// # Panics
    ///
    /// If the engine refuses the shape: a broken engine.
    #[must_use]
    pub fn recorded() -> Self {
        let identity = Identity { set: [0x5E; 16], name: [0; 32], epoch: 1_700_000_000_000_007 };
        Self::with(unlabelled().labelled(identity), 0)
    }

    fn with(engine: Engine<12>, extra: u8) -> Self {
        let mut bare = Self {
            engine,
            now: Instant(1),
            queue: VecDeque::with_capacity(64),
            next: 0,
            deadline: None,
        };
        for drive in 0..MEMBERS + extra {
            bare.arrive(DriveId(drive), None);
        }
        let mut members = [None; MEMBERS_MAX];
        for (slot, member) in members.iter_mut().enumerate().take(usize::from(MEMBERS)) {
            *member = Some(DriveId(slot as u8));
        }
        let create = Command::Create { members, initial: Initial::Equal };
        bare.engine.command(bare.now, create).expect("the drives are there");
        bare.drain();
        bare.answer_until(|_| false);
        bare
    }

    fn arrive(&mut self, drive: DriveId, bay: Option<Slot>) {
        let info = DriveInfo {
            size: SectorCount::from_bytes(DRIVE_BYTES),
            physical: SectorCount(1),
            volatile_cache: true,
            power_cycled: false,
            bay,
            content: Content::Blank,
        };
        self.engine.handle_drive(self.now, drive, DriveChange::Arrived(info));
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(command) = self.engine.poll_io() {
            self.queue.push_back(command);
        }
        while self.engine.poll_event().is_some() {}
        self.deadline = self.engine.poll_deadline();
    }

    /// Answers commands, oldest first, until none is left or `stop` says so of the one just answered.
    fn answer_until(&mut self, mut stop: impl FnMut(&IoCommand) -> bool) {
        while let Some(command) = self.queue.pop_front() {
            self.now = self.now + Duration(10);
            self.engine.handle_completion(self.now, command.id, Outcome::Done);
            self.drain();
            if stop(&command) {
                return;
            }
        }
    }

    fn request(&mut self, op: HostOp, sectors: u64) {
        self.submit(op, sectors);
        self.answer_until(|_| false);
        self.end_request();
    }

    /// Submits a request for so many sectors behind those of the last.
    fn submit(&mut self, op: HostOp, sectors: u64) {
        let lba = ArrayLba(self.next);
        self.next = (self.next + sectors) % self.engine.capacity().0;
        let request = HostRequest { op, lba, count: SectorCount(sectors) };
        self.engine.submit(self.now, request).expect("nothing else is under way");
        self.drain();
    }

    /// Takes the reply of a request all of whose commands were answered.
    fn end_request(&mut self) {
        let reply = self.engine.poll_reply().expect("the request has ended");
        assert_eq!(reply.result, Ok(()));
    }

    /// Reads so many sectors, from submit to reply.
    ///
    /// # Panics
    ///
    /// If the engine refuses or fails it: a broken engine.
    pub fn read(&mut self, sectors: u64) {
        self.request(HostOp::Read, sectors);
    }

    /// Writes so many sectors, from submit to reply.
    ///
    /// # Panics
    ///
    /// If the engine refuses or fails it: a broken engine.
    pub fn write(&mut self, sectors: u64) {
        self.request(HostOp::Write, sectors);
    }

    /// Some reads and writes.
    pub fn warm_up(&mut self) {
        for _ in 0..20 {
            self.read(8);
            self.write(8);
        }
    }

    /// Loses a member, puts a blank drive in its bay and copies the first windows.
    ///
    /// # Panics
    ///
    /// If no rebuild starts: a broken engine.
    pub fn start_rebuild(&mut self) {
        self.now = self.now + Duration::secs(10);
        self.engine.handle_drive(self.now, DriveId(1), DriveChange::Left);
        self.drain();
        self.arrive(DriveId(MEMBERS), Some(Slot(1)));
        for _ in 0..16 {
            self.copy_one_window();
        }
        assert!(self.engine.progress(Slot(1)).is_some_and(|progress| progress.checkpoint.0 > 0));
    }

    /// Answers commands until one more window of the rebuild was written.
    pub fn copy_one_window(&mut self) {
        let target = DriveId(MEMBERS);
        self.answer_until(|command| command.drive == target && command.class == IoClass::Rebuild);
    }
}

/// An engine for four members, near 2, 64 KiB chunks, that keeps its records in memory only.
fn unlabelled() -> Engine<12> {
    let member_size = SectorCount::from_bytes(MEMBER_BYTES);
    let chunk = SectorCount::from_bytes(64 << 10);
    let shape = Shape { copies: 2, members: MEMBERS, chunk, member_size };
    let policy = Policy { rebuild_rate: 100, ..Policy::default() };
    Engine::new(shape, policy).expect("the shape is valid")
}

#[cfg(test)]
mod tests;
