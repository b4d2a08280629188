//! An engine with drives that answer at once and keep nothing but what lies in front of their data.
//!
//! The fuzzer shares this file.

use std::collections::{BTreeMap, VecDeque};

use raid10_engine::config::{MEMBERS_MAX, METADATA_BUFFERS, METADATA_SECTORS};
use raid10_engine::{
    ArrayLba, Buffer, BufferId, Command, Content, DriveChange, DriveId, DriveInfo, Duration,
    Engine, EventKind, HostOp, HostRequest, Identity, Initial, Instant, IoCommand, IoOp, Outcome,
    Policy, SectorCount, Shape,
};

/// Drives of the engine.
pub const DRIVES: usize = 8;
/// Sectors of a drive.
pub const SIZE: u64 = 4096;
/// Sectors of a member's data.
const MEMBER: u64 = 2048;
/// Commands after which the engine must have come to rest.
const COMMANDS: usize = 50_000;
const EPOCH: u64 = 1_700_000_000_000_007;
/// The first bytes of a superblock.
const MAGIC: [u8; 4] = 0xA92B_4EFC_u32.to_le_bytes();

/// The sectors in front of a drive's data that were ever written.
pub type Front = BTreeMap<u64, [u8; 512]>;

/// Bytes of so many sectors of a drive.
#[must_use]
pub fn bytes_at(front: &Front, start: u64, count: u64) -> Vec<u8> {
    let sector = |at| front.get(&at).copied().unwrap_or([0; 512]);
    (start..start + count).flat_map(sector).collect()
}

/// Puts bytes on a drive.
pub fn put_at(front: &mut Front, start: u64, bytes: &[u8]) {
    for (at, bytes) in (start..).zip(bytes.chunks_exact(512)) {
        front.insert(at, bytes.try_into().expect("a sector"));
    }
}

/// The engine under test and its drives.
pub struct Bench {
    engine: Engine<DRIVES>,
    /// What is on them.
    pub fronts: Vec<Front>,
    now: Instant,
    queue: VecDeque<IoCommand>,
    buffers: Vec<Vec<u8>>,
    /// The array runs.
    pub assembled: bool,
    /// Drives that may be written, once the array runs; `None` if it does not matter.
    pub ours: Option<[bool; DRIVES]>,
    /// Rebuild commands are not answered.
    pub holds_rebuilds: bool,
}

impl Bench {
    /// A new array with its members, and further drives as spares.
    #[must_use]
    pub fn create(copies: u8, members: u8, spares: u8) -> Self {
        let shape =
            Shape { copies, members, chunk: SectorCount(64), member_size: SectorCount(MEMBER) };
        let identity = Identity { set: [0x5E; 16], name: [0; 32], epoch: EPOCH };
        let engine = Engine::new(shape, Policy::default()).expect("a shape").labelled(identity);
        let fronts = vec![Front::new(); usize::from(members + spares)];
        let mut this = Self::with(engine, fronts);
        this.assembled = true;
        (0..this.fronts.len()).for_each(|drive| this.announce(drive));
        let mut slots = [None; MEMBERS_MAX];
        (0..members).for_each(|slot| slots[usize::from(slot)] = Some(DriveId(slot)));
        this.order(Command::Create { members: slots, initial: Initial::Equal });
        for spare in members..members + spares {
            let drive = DriveId(spare);
            this.order(Command::AddSpare { drive, dedicated: None, force: false });
        }
        this.pass(Duration::secs(5));
        this
    }

    /// A controller that knows nothing, with drives that are not plugged in yet.
    #[must_use]
    pub fn assemble(fronts: Vec<Front>) -> Self {
        Self::with(Engine::assemble(Policy::default(), None, EPOCH), fronts)
    }

    fn with(engine: Engine<DRIVES>, fronts: Vec<Front>) -> Self {
        Self {
            engine,
            fronts,
            now: Instant(1),
            queue: VecDeque::new(),
            buffers: vec![vec![0; METADATA_SECTORS as usize * 512]; METADATA_BUFFERS],
            assembled: false,
            ours: None,
            holds_rebuilds: false,
        }
    }

    /// Drives are plugged in, all before the engine reads any of them. From now on only those may be written.
    pub fn plug_at_once(&mut self, drives: &[usize], ours: [bool; DRIVES]) {
        self.ours = Some(ours);
        drives.iter().for_each(|&drive| self.announce(drive));
        self.run();
    }

    /// The engine is told of a drive, with what a first look at it shows.
    fn announce(&mut self, drive: usize) {
        let front = &self.fronts[drive];
        let content = match front.get(&8) {
            Some(sector) if sector.starts_with(&MAGIC) => Content::Ours,
            _ if front.is_empty() => Content::Blank,
            _ => Content::Foreign,
        };
        let info = DriveInfo {
            size: SectorCount(SIZE),
            physical: SectorCount(1),
            volatile_cache: true,
            power_cycled: true,
            bay: None,
            content,
        };
        self.engine.handle_drive(self.now, DriveId(drive as u8), DriveChange::Arrived(info));
    }

    /// A drive is pulled out.
    pub fn pull(&mut self, drive: usize) {
        self.queue.retain(|command| command.drive.index() != drive);
        self.engine.handle_drive(self.now, DriveId(drive as u8), DriveChange::Left);
        self.run();
    }

    /// Gives an order, which may be refused.
    pub fn order(&mut self, command: Command) {
        // What is refused changes nothing.
        let _ = self.engine.command(self.now, command);
        self.run();
    }

    /// The host writes one sector; nothing if the array does not take it.
    pub fn write(&mut self, lba: u64) {
        let request = HostRequest { op: HostOp::Write, lba: ArrayLba(lba), count: SectorCount(1) };
        let _ = self.engine.submit(self.now, request);
        self.run();
    }

    /// Lets time go on.
    pub fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        for _ in 0..COMMANDS {
            match self.engine.poll_deadline().filter(|at| *at <= end) {
                Some(at) => {
                    self.now = self.now.max(at);
                    self.engine.handle_timeout(self.now);
                    self.run();
                }
                None => {
                    self.now = self.now.max(end);
                    return;
                }
            }
        }
        panic!("deadlines do not come to an end");
    }

    fn run(&mut self) {
        self.drain();
        for _ in 0..COMMANDS {
            let Some(command) = self.queue.pop_front() else { return };
            let held = self.holds_rebuilds && command.class == raid10_engine::IoClass::Rebuild;
            if !held {
                self.answer(&command);
                self.drain();
            }
        }
        panic!("the engine does not come to rest");
    }

    fn drain(&mut self) {
        let first = self.queue.len();
        while let Some(command) = self.engine.poll_io() {
            if let (true, Some((_, _, index))) = (writes(&command.op), records(&command.op)) {
                self.engine.fill_metadata(&command, &mut self.buffers[index]);
            }
            self.queue.push_back(command);
        }
        while self.engine.poll_reply().is_some() {}
        while let Some(event) = self.engine.poll_event() {
            match event.kind {
                EventKind::ArrayAssembled => self.assembled = true,
                EventKind::DriveSetAside { drive, .. } | EventKind::DriveForeign { drive } => {
                    self.leave_alone(drive);
                }
                EventKind::InvariantBroken { which } => panic!("invariant broken: {which:?}"),
                _ => {}
            }
        }
        let Some(ours) = self.ours else { return };
        for command in self.queue.iter().skip(first).filter(|command| writes(&command.op)) {
            assert!(self.assembled, "a write before the array was put together: {command:?}");
            assert!(
                ours[command.drive.index()],
                "a write to a drive that is not ours: {command:?}"
            );
        }
    }

    fn leave_alone(&mut self, drive: DriveId) {
        if let Some(ours) = &mut self.ours {
            ours[drive.index()] = false;
        }
    }

    fn answer(&mut self, command: &IoCommand) {
        self.now = self.now + Duration(1);
        if matches!(command.op, IoOp::Abort(_)) {
            return;
        }
        if let Some((start, count, index)) = records(&command.op) {
            let front = &mut self.fronts[command.drive.index()];
            let buffer = &mut self.buffers[index][..count as usize * 512];
            if writes(&command.op) {
                put_at(front, start, buffer);
            } else {
                buffer.copy_from_slice(&bytes_at(front, start, count));
            }
        }
        match self.engine.metadata_read(command.id) {
            Some(index) => {
                let bytes = &self.buffers[usize::from(index)];
                self.engine.handle_metadata(self.now, command.id, Outcome::Done, bytes);
            }
            None => self.engine.handle_completion(self.now, command.id, Outcome::Done),
        }
    }
}

/// Where the engine's own records are read or written: first sector, sectors, buffer.
fn records(op: &IoOp) -> Option<(u64, u64, usize)> {
    match *op {
        IoOp::Read(extent, Buffer { id: BufferId::Metadata(index), .. })
        | IoOp::Write(extent, Buffer { id: BufferId::Metadata(index), .. })
        | IoOp::WriteDurable(extent, Buffer { id: BufferId::Metadata(index), .. }) => {
            Some((extent.start.0, extent.count.0, usize::from(index)))
        }
        _ => None,
    }
}

const fn writes(op: &IoOp) -> bool {
    matches!(op, IoOp::Write(..) | IoOp::WriteDurable(..) | IoOp::WriteZeroes { .. })
}
