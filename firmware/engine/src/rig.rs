//! A rig for the engine's own tests: drives in memory that answer at once, in the order of the commands, and a
//! host whose data are numbers.
//!
//! It is deliberately simple; drives with time, caches and every kind of fault live in the simulator.

extern crate std;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::vec::Vec;

use crate::config::MEMBERS_MAX;
use crate::{
    ArrayLba, Buffer, BufferId, Command, Content, DriveChange, DriveId, DriveInfo, Duration,
    Engine, Event, EventKind, Extent, HostError, HostOp, HostRequest, Initial, Instant, IoClass,
    IoCommand, IoFault, IoOp, Outcome, Policy, Refusal, Reply, RequestId, SectorCount, Shape, Slot,
};

pub(crate) const DRIVES: usize = 12;

/// One drive.
#[derive(Clone, Default)]
pub(crate) struct RigDrive {
    pub(crate) sectors: BTreeMap<u64, u64>,
    pub(crate) unreadable: BTreeSet<u64>,
    pub(crate) unwritable: BTreeSet<u64>,
    /// Every command fails.
    pub(crate) dead: bool,
    /// No command is answered.
    pub(crate) silent: bool,
    pub(crate) present: bool,
}

/// An engine with drives and a host.
#[derive(Clone)]
pub(crate) struct Rig {
    pub(crate) engine: Engine<DRIVES>,
    pub(crate) drives: Vec<RigDrive>,
    pub(crate) size: u64,
    pub(crate) now: Instant,
    pub(crate) queue: VecDeque<IoCommand>,
    /// Commands held back by the test.
    pub(crate) held: Vec<IoCommand>,
    pub(crate) hold: Option<fn(&IoCommand) -> bool>,
    pub(crate) buffers: BTreeMap<BufferId, BTreeMap<u32, u64>>,
    pub(crate) replies: BTreeMap<RequestId, Reply>,
    pub(crate) events: Vec<Event>,
    pub(crate) log: Vec<IoCommand>,
}

pub(crate) fn shape(copies: u8, members: u8, chunk: u64, member_size: u64) -> Shape {
    Shape { copies, members, chunk: SectorCount(chunk), member_size: SectorCount(member_size) }
}

impl Rig {
    /// An array of `members` drives, and `extra` drives without a role.
    pub(crate) fn new(copies: u8, members: u8, extra: u8) -> Self {
        Self::with_policy(copies, members, extra, Policy::default())
    }

    pub(crate) fn with_policy(copies: u8, members: u8, extra: u8, policy: Policy) -> Self {
        Self::create(copies, members, extra, policy, Initial::Equal)
    }

    pub(crate) fn create(copies: u8, members: u8, extra: u8, policy: Policy, initial: Initial) -> Self {
        let size = 2048;
        let engine = Engine::new(shape(copies, members, 64, size), policy).unwrap();
        let mut rig = Self {
            engine,
            drives: std::vec![RigDrive::default(); usize::from(members + extra)],
            size,
            now: Instant(1),
            queue: VecDeque::new(),
            held: Vec::new(),
            hold: None,
            buffers: BTreeMap::new(),
            replies: BTreeMap::new(),
            events: Vec::new(),
            log: Vec::new(),
        };
        for drive in 0..members + extra {
            rig.arrive(drive, Content::Blank, None);
        }
        let mut slots = [None; MEMBERS_MAX];
        for member in 0..members {
            slots[usize::from(member)] = Some(DriveId(member));
        }
        rig.command(Command::Create { members: slots, initial }).unwrap();
        rig
    }

    pub(crate) fn command(&mut self, command: Command) -> Result<(), Refusal> {
        let done = self.engine.command(self.now, command);
        self.drain();
        done
    }

    pub(crate) fn arrive(&mut self, drive: u8, content: Content, bay: Option<u8>) {
        self.drives[usize::from(drive)].present = true;
        let info = DriveInfo {
            size: SectorCount(self.size),
            physical: SectorCount(1),
            volatile_cache: true,
            power_cycled: false,
            bay: bay.map(Slot),
            content,
        };
        self.engine.handle_drive(self.now, DriveId(drive), DriveChange::Arrived(info));
        self.drain();
    }

    pub(crate) fn pull(&mut self, drive: u8) {
        self.drives[usize::from(drive)].present = false;
        self.queue.retain(|command| command.drive.0 != drive);
        self.held.retain(|command| command.drive.0 != drive);
        self.engine.handle_drive(self.now, DriveId(drive), DriveChange::Left);
        self.drain();
    }

    pub(crate) fn drain(&mut self) {
        while let Some(command) = self.engine.poll_io() {
            self.log.push(command);
            self.queue.push_back(command);
        }
        while let Some(reply) = self.engine.poll_reply() {
            assert!(self.replies.insert(reply.request, reply).is_none(), "answered twice");
        }
        while let Some(event) = self.engine.poll_event() {
            self.events.push(event);
        }
    }

    /// Lets the drives answer until nothing is left to answer, a microsecond a command.
    pub(crate) fn run(&mut self) {
        for _ in 0..200_000 {
            let Some(command) = self.queue.pop_front() else { return };
            if self.hold.is_some_and(|hold| hold(&command)) {
                self.held.push(command);
                continue;
            }
            self.answer(command);
        }
        panic!("the engine does not come to rest");
    }

    /// Lets time go on by single deadlines until `span` has gone by.
    pub(crate) fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        self.run();
        for _ in 0..100_000 {
            match self.engine.poll_deadline() {
                Some(at) if at <= end => {
                    self.now = self.now.max(at);
                    self.engine.handle_timeout(self.now);
                    self.drain();
                    self.run();
                }
                _ => {
                    self.now = self.now.max(end);
                    return;
                }
            }
        }
        panic!("deadlines do not come to an end");
    }

    pub(crate) fn answer(&mut self, command: IoCommand) {
        self.now = self.now + Duration(1);
        if let IoOp::Abort(target) = command.op {
            let drive = &self.drives[command.drive.index()];
            let position = self.held.iter().position(|held| held.id == target);
            if let (Some(position), false) = (position, drive.silent) {
                self.held.remove(position);
                self.engine.handle_completion(
                    self.now,
                    target,
                    Outcome::Fault(IoFault::Aborted),
                );
                self.drain();
            }
            return;
        }
        if self.drives[command.drive.index()].silent && command.op != IoOp::Isolate {
            self.held.push(command);
            return;
        }
        let outcome = self.execute(&command);
        self.engine.handle_completion(self.now, command.id, outcome);
        self.drain();
    }

    fn execute(&mut self, command: &IoCommand) -> Outcome {
        let drive = &mut self.drives[command.drive.index()];
        assert!(drive.present, "a command to a drive that is away");
        if drive.dead {
            return if command.op == IoOp::Isolate {
                Outcome::Done
            } else {
                Outcome::Fault(IoFault::Hardware)
            };
        }
        let sectors = |extent: Extent| extent.start.0..extent.end().0;
        let failed = Outcome::Fault(IoFault::Medium);
        match command.op {
            IoOp::Read(extent, buffer) => {
                if sectors(extent).any(|lba| drive.unreadable.contains(&lba)) {
                    return failed;
                }
                for (at, lba) in (buffer.offset..).zip(sectors(extent)) {
                    let value = drive.sectors.get(&lba).copied().unwrap_or(0);
                    self.buffers.entry(buffer.id).or_default().insert(at, value);
                }
            }
            IoOp::Write(extent, buffer) | IoOp::WriteDurable(extent, buffer) => {
                if sectors(extent).any(|lba| drive.unwritable.contains(&lba)) {
                    return failed;
                }
                for (at, lba) in (buffer.offset..).zip(sectors(extent)) {
                    let value = contents(&self.buffers, buffer, at);
                    drive.sectors.insert(lba, value);
                    drive.unreadable.remove(&lba);
                }
            }
            IoOp::Compare(extent, buffer) => {
                if sectors(extent).any(|lba| drive.unreadable.contains(&lba)) {
                    return failed;
                }
                for (at, lba) in (buffer.offset..).zip(sectors(extent)) {
                    if drive.sectors.get(&lba).copied().unwrap_or(0)
                        != contents(&self.buffers, buffer, at)
                    {
                        return Outcome::Mismatch;
                    }
                }
            }
            IoOp::WriteZeroes { extent, .. } => {
                for lba in sectors(extent) {
                    drive.sectors.insert(lba, 0);
                    drive.unreadable.remove(&lba);
                }
            }
            IoOp::Flush | IoOp::Reset | IoOp::Isolate | IoOp::Abort(_) => {}
        }
        Outcome::Done
    }

    pub(crate) fn submit(&mut self, op: HostOp, lba: u64, count: u64) -> Result<RequestId, Refusal> {
        let request = HostRequest { op, lba: ArrayLba(lba), count: SectorCount(count) };
        self.engine.submit(self.now, request)
    }

    /// Starts a write of `value` to each sector, without waiting.
    pub(crate) fn start_write(&mut self, lba: u64, count: u64, value: u64) -> RequestId {
        let id = self.submit(HostOp::Write, lba, count).unwrap();
        let data = (0..count as u32).map(|at| (at, value)).collect();
        self.buffers.insert(BufferId::Host(id), data);
        self.drain();
        id
    }

    pub(crate) fn result(&self, id: RequestId) -> Option<Result<(), HostError>> {
        self.replies.get(&id).map(|reply| reply.result)
    }

    pub(crate) fn write(&mut self, lba: u64, count: u64, value: u64) -> Result<(), HostError> {
        let id = self.start_write(lba, count, value);
        self.run();
        self.result(id).expect("the write has ended")
    }

    pub(crate) fn read(&mut self, lba: u64, count: u64) -> Result<Vec<u64>, HostError> {
        let id = self.submit(HostOp::Read, lba, count).unwrap();
        self.drain();
        self.run();
        self.result(id).expect("the read has ended")?;
        let buffer = &self.buffers[&BufferId::Host(id)];
        Ok((0..count as u32).map(|at| buffer[&at]).collect())
    }

    pub(crate) fn flush(&mut self) -> Result<(), HostError> {
        let id = self.submit(HostOp::Flush, 0, 0).unwrap();
        self.drain();
        self.run();
        self.result(id).expect("the flush has ended")
    }

    /// Fills the array, each sector with its address plus `base`, 32 sectors a request.
    pub(crate) fn fill(&mut self, base: u64) {
        for lba in (0..self.engine.capacity().0).step_by(32) {
            let id = self.submit(HostOp::Write, lba, 32).unwrap();
            let data = (0..32).map(|at| (at, base + lba + u64::from(at))).collect();
            self.buffers.insert(BufferId::Host(id), data);
            self.drain();
            self.run();
            assert_eq!(self.result(id), Some(Ok(())));
        }
    }

    /// Array sectors that do not read as their address plus `base`: wrong ones fail the test, lost ones are
    /// returned.
    pub(crate) fn lost(&mut self, base: u64) -> Vec<u64> {
        let mut lost = Vec::new();
        for lba in 0..self.engine.capacity().0 {
            match self.read(lba, 1) {
                Ok(value) => assert_eq!(value[0], base + lba, "sector {lba}"),
                Err(HostError::Lost(at)) => {
                    assert_eq!(at, ArrayLba(lba));
                    lost.push(lba);
                }
                Err(error) => panic!("sector {lba}: {error:?}"),
            }
        }
        lost
    }

    /// The loss manifest, sector for sector.
    pub(crate) fn manifest(&self) -> Vec<u64> {
        let mut lost = Vec::new();
        let mut from = ArrayLba(0);
        while let Some(loss) = self.engine.next_loss(from) {
            lost.extend(loss.lba.0..loss.lba.0 + loss.count.0);
            from = loss.lba + loss.count;
        }
        lost
    }

    pub(crate) fn saw(&self, wanted: impl Fn(&EventKind) -> bool) -> usize {
        self.events.iter().filter(|event| wanted(&event.kind)).count()
    }

    pub(crate) fn commands(&self, class: IoClass) -> usize {
        self.log.iter().filter(|command| command.class == class).count()
    }
}

fn contents(
    buffers: &BTreeMap<BufferId, BTreeMap<u32, u64>>,
    buffer: Buffer,
    at: u32,
) -> u64 {
    if buffer.id == BufferId::Proof {
        return u64::MAX;
    }
    buffers.get(&buffer.id).and_then(|data| data.get(&at)).copied().unwrap_or(0)
}
