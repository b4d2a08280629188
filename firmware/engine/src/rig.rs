//! A rig for the engine's own tests: drives in memory that answer at once, in the order of the commands, and a
//! host whose data are numbers. Every command is checked against the contract of [`io`](crate::io).
//!
//! It is deliberately simple; drives with time, and every kind of fault, live in the simulator.

extern crate std;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::vec::Vec;

use crate::config::{
    MEMBERS_MAX, METADATA_BUFFERS, METADATA_SECTORS, PROOF_SECTORS, WINDOW_SECTORS,
};
use crate::io::Stretch;
use crate::{
    ArrayLba, Buffer, BufferId, Command, Content, DriveChange, DriveId, DriveInfo, Duration,
    Engine, Event, EventKind, Identity, Initial, Instant, IoClass, IoCommand, IoFault, IoId, IoOp,
    MemberLba, MemberState, Outcome, Policy, Refusal, Reply, RequestId, SectorCount, Shape, Slot,
};

mod drive;
mod host;

pub(crate) use drive::RigDrive;
use drive::{Data, extent_of, writes};

/// The sectors of a drive from `start` to just before `end`.
pub(crate) fn stretch(start: u64, end: u64) -> Stretch {
    Stretch { start: MemberLba(start), count: (end - start) as u32 }
}

pub(crate) const DRIVES: usize = 12;
/// Sectors in front of the data of a small drive.
pub(crate) const FRONT: u64 = 2048;
const IDENTITY: Identity =
    Identity { set: *b"a set of drives!", name: [0; 32], epoch: 1_700_000_000_000_007 };

/// What an array is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) copies: u8,
    pub(crate) members: u8,
    /// Further drives, without a role.
    pub(crate) extra: u8,
    pub(crate) chunk: u64,
    pub(crate) size: u64,
    pub(crate) physical: u64,
    pub(crate) volatile: bool,
    pub(crate) initial: Initial,
    pub(crate) policy: Policy,
    /// The records are kept on the drives.
    pub(crate) labelled: bool,
}

impl Setup {
    pub(crate) fn new(copies: u8, members: u8, extra: u8) -> Self {
        Self {
            copies,
            members,
            extra,
            chunk: 64,
            size: 2048,
            physical: 1,
            volatile: true,
            initial: Initial::Equal,
            policy: Policy::default(),
            labelled: false,
        }
    }

    pub(crate) const fn shape(&self) -> Shape {
        Shape {
            copies: self.copies,
            members: self.members,
            chunk: SectorCount(self.chunk),
            member_size: SectorCount(self.size),
        }
    }

    pub(crate) fn build(self) -> Rig {
        Rig::build(self)
    }
}

/// Which commands the rig does not answer until it is told to.
pub(crate) type Hold = fn(&IoCommand) -> bool;

/// An engine with drives and a host.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rig {
    pub(crate) engine: Engine<DRIVES>,
    pub(crate) drives: Vec<RigDrive>,
    pub(crate) size: u64,
    pub(crate) physical: u64,
    pub(crate) now: Instant,
    pub(crate) queue: VecDeque<IoCommand>,
    /// Commands not answered yet, by the test's wish or since the drive hangs.
    pub(crate) held: Vec<IoCommand>,
    /// Drives whose commands are held back.
    pub(crate) held_drives: BTreeSet<u8>,
    hold: Option<HoldFn>,
    pub(crate) buffers: BTreeMap<BufferId, Data>,
    metadata: Vec<Vec<u8>>,
    pub(crate) labelled: bool,
    policy: Policy,
    pub(crate) replies: BTreeMap<RequestId, Reply>,
    pub(crate) events: Vec<Event>,
    pub(crate) log: Vec<IoCommand>,
}

/// A [`Hold`] that can be compared, as all that is cloned with a rig must be.
#[derive(Clone, Copy, Debug)]
struct HoldFn(Hold);

impl PartialEq for HoldFn {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Rig {
    /// An array of `members` drives, and `extra` drives without a role.
    pub(crate) fn new(copies: u8, members: u8, extra: u8) -> Self {
        Setup::new(copies, members, extra).build()
    }

    /// As [`new`](Self::new), with the array's records on the drives.
    pub(crate) fn labelled(copies: u8, members: u8, extra: u8) -> Self {
        let mut rig = Setup { labelled: true, ..Setup::new(copies, members, extra) }.build();
        rig.run();
        rig
    }

    pub(crate) fn with_policy(copies: u8, members: u8, extra: u8, policy: Policy) -> Self {
        Setup { policy, ..Setup::new(copies, members, extra) }.build()
    }

    fn build(setup: Setup) -> Self {
        let Setup { members, extra, volatile, .. } = setup;
        let drive = RigDrive { volatile, ..RigDrive::default() };
        let mut rig = Self {
            engine: if setup.labelled {
                Engine::new(setup.shape(), setup.policy).unwrap().labelled(IDENTITY)
            } else {
                Engine::new(setup.shape(), setup.policy).unwrap()
            },
            drives: std::vec![drive; usize::from(members + extra)],
            size: setup.size,
            physical: setup.physical,
            now: Instant(1),
            queue: VecDeque::new(),
            held: Vec::new(),
            held_drives: BTreeSet::new(),
            hold: None,
            buffers: BTreeMap::new(),
            metadata: std::vec![std::vec![0; METADATA_SECTORS as usize * 512]; METADATA_BUFFERS],
            labelled: setup.labelled,
            policy: setup.policy,
            replies: BTreeMap::new(),
            events: Vec::new(),
            log: Vec::new(),
        };
        // The proof pattern, of a machine's choice.
        rig.buffers.insert(BufferId::Proof, (0..16).map(|at| (at, u64::MAX)).collect());
        for drive in 0..members + extra {
            rig.arrive(drive, Content::Blank, None);
        }
        let mut slots = [None; MEMBERS_MAX];
        for member in 0..members {
            slots[usize::from(member)] = Some(DriveId(member));
        }
        rig.command(Command::Create { members: slots, initial: setup.initial }).unwrap();
        rig
    }

    pub(crate) fn command(&mut self, command: Command) -> Result<(), Refusal> {
        let done = self.engine.command(self.now, command);
        self.drain();
        done
    }

    pub(crate) fn info(&self, drive: u8, content: Content) -> DriveInfo {
        let front = if self.labelled { FRONT } else { 0 };
        DriveInfo {
            size: SectorCount(self.size + front),
            physical: SectorCount(self.physical),
            volatile_cache: self.drives[usize::from(drive)].volatile,
            power_cycled: false,
            bay: None,
            content,
        }
    }

    /// The superblock that is on a drive.
    pub(crate) fn label(&self, drive: usize) -> raid10_metadata::Block {
        let mut block = [0; raid10_metadata::BLOCK_BYTES];
        for (at, bytes) in (8..).zip(block.chunks_exact_mut(512)) {
            let sector = self.drives[drive].front.get(&at);
            bytes.copy_from_slice(sector.unwrap_or(&[0; 512]));
        }
        block
    }

    pub(crate) fn arrive_as(&mut self, drive: u8, info: DriveInfo) {
        self.drives[usize::from(drive)].present = true;
        if info.power_cycled {
            self.drives[usize::from(drive)].lose_power();
        }
        self.engine.handle_drive(self.now, DriveId(drive), DriveChange::Arrived(info));
        self.drain();
    }

    /// The drive is there, without having lost its power. A blank one was wiped.
    pub(crate) fn arrive(&mut self, drive: u8, content: Content, bay: Option<u8>) {
        if content == Content::Blank {
            self.drives[usize::from(drive)].wipe();
        }
        let info = DriveInfo { bay: bay.map(Slot), ..self.info(drive, content) };
        self.arrive_as(drive, info);
    }

    /// The drive is plugged in again after its power was off.
    pub(crate) fn insert(&mut self, drive: u8) {
        let info = DriveInfo { power_cycled: true, ..self.info(drive, Content::Ours) };
        self.arrive_as(drive, info);
    }

    pub(crate) fn add_spare(&mut self, drive: u8) {
        let command = Command::AddSpare { drive: DriveId(drive), dedicated: None, force: false };
        self.command(command).unwrap();
    }

    pub(crate) fn pull(&mut self, drive: u8) {
        self.drives[usize::from(drive)].present = false;
        self.queue.retain(|command| command.drive.0 != drive);
        self.held.retain(|command| command.drive.0 != drive);
        self.engine.handle_drive(self.now, DriveId(drive), DriveChange::Left);
        self.drain();
    }

    /// The link fails for a moment; the drive keeps its power.
    pub(crate) fn glitch(&mut self, drive: u8) {
        self.pull(drive);
        self.arrive(drive, Content::Ours, None);
    }

    pub(crate) fn drain(&mut self) {
        while let Some(command) = self.engine.poll_io() {
            self.check(&command);
            if let Some(Buffer { id: BufferId::Metadata(index), .. }) = buffer_at(&command.op)
                && writes(&command.op)
            {
                self.engine.fill_metadata(&command, &mut self.metadata[usize::from(index)]);
            }
            self.log.push(command);
            self.queue.push_back(command);
        }
        while let Some(reply) = self.engine.poll_reply() {
            let buffer = BufferId::Host(reply.request);
            let owner = self.in_flight().find(|other| buffer_of(&other.op) == Some(buffer));
            assert!(owner.is_none(), "answered while {owner:?} owns the buffer");
            assert!(self.replies.insert(reply.request, reply).is_none(), "answered twice");
        }
        while let Some(event) = self.engine.poll_event() {
            self.events.push(event);
        }
    }

    fn in_flight(&self) -> impl Iterator<Item = &IoCommand> {
        self.queue.iter().chain(&self.held)
    }

    /// The contract on a command that the engine yields.
    fn check(&self, command: &IoCommand) {
        assert!(self.drives[command.drive.index()].present, "{command:?} to a drive that is away");
        let used = buffer_at(&command.op).zip(extent_of(&command.op));
        if let Some((Buffer { id, offset }, extent)) = used {
            let sectors = match id {
                BufferId::Host(_) => u64::MAX,
                BufferId::Sync(_) => WINDOW_SECTORS,
                BufferId::Proof => PROOF_SECTORS,
                BufferId::Metadata(_) => METADATA_SECTORS,
            };
            let end = u64::from(offset) + extent.count.0;
            assert!(end <= sectors, "{command:?} goes beyond its buffer");
        }
        let sync = |op| buffer_of(op).filter(|id| matches!(id, BufferId::Sync(_)));
        for other in self.in_flight() {
            assert_ne!(other.id, command.id, "one name for two commands");
            let shared = sync(&command.op).is_some() && sync(&command.op) == sync(&other.op);
            assert!(!shared, "{command:?} takes the buffer of {other:?}");
            let overlap = match (extent_of(&command.op), extent_of(&other.op)) {
                (Some(one), Some(two)) => {
                    let apart = other.origin != command.origin;
                    !apart && other.drive == command.drive && one.overlaps(two)
                }
                _ => false,
            };
            let changed = writes(&command.op) || writes(&other.op);
            assert!(!(overlap && changed), "{command:?} overlaps {other:?}");
        }
    }

    /// Holds back the commands that the test wants to answer itself.
    pub(crate) fn hold(&mut self, hold: Hold) {
        self.hold = Some(HoldFn(hold));
    }

    /// Lets the drives answer what was held back, in order, and from now on at once.
    pub(crate) fn release(&mut self) {
        self.hold = None;
        self.held_drives.clear();
        for command in core::mem::take(&mut self.held) {
            self.queue.push_back(command);
        }
        self.run();
    }

    /// Answers one held command.
    pub(crate) fn release_one(&mut self, wanted: impl Fn(&IoCommand) -> bool) {
        let position = self.held.iter().position(wanted).expect("such a command is held");
        let command = self.held.remove(position);
        self.answer(command);
    }

    /// Lets the drives answer until nothing is left to answer, a microsecond a command.
    pub(crate) fn run(&mut self) {
        for _ in 0..100_000 {
            let Some(command) = self.queue.pop_front() else { return };
            let held = self.held_drives.contains(&command.drive.0);
            if held || self.hold.is_some_and(|hold| (hold.0)(&command)) {
                self.held.push(command);
            } else {
                self.answer(command);
            }
        }
        let last = |count| self.log.iter().rev().take(count).collect::<Vec<_>>();
        let told = self.events.iter().rev().take(12).collect::<Vec<_>>();
        panic!("the engine does not come to rest: {:#?} {told:#?}", last(12));
    }

    /// Lets time go on by single deadlines until `span` has gone by.
    pub(crate) fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        self.run();
        for _ in 0..20_000 {
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
        self.now = self.now + Duration(1 + self.drives[command.drive.index()].delay);
        if let IoOp::Abort(target) = command.op {
            self.abort(command.drive, target);
            return;
        }
        if self.drives[command.drive.index()].hangs_on(&command.op) {
            self.held.push(command);
            return;
        }
        if is_link(&command.op) {
            self.end_commands(command.drive);
        }
        let outcome = self.execute(&command);
        self.complete(command.id, outcome);
    }

    fn abort(&mut self, drive: DriveId, target: IoId) {
        let position = self.held.iter().position(|held| held.id == target);
        if let (Some(position), false) = (position, self.drives[drive.index()].silent) {
            self.held.remove(position);
            self.complete(target, Outcome::Fault(IoFault::Aborted));
        }
    }

    /// A reset, or an isolation, ends what the drive had not answered.
    fn end_commands(&mut self, drive: DriveId) {
        let over = |command: &IoCommand| command.drive == drive && !is_link(&command.op);
        let ended: Vec<IoCommand> =
            self.in_flight().filter(|&other| over(other)).copied().collect();
        self.held.retain(|command| !over(command));
        self.queue.retain(|command| !over(command));
        for command in ended {
            self.complete(command.id, Outcome::Fault(IoFault::Aborted));
        }
    }

    pub(crate) fn complete(&mut self, id: IoId, outcome: Outcome) {
        match self.engine.metadata_read(id) {
            Some(index) => {
                let bytes = &self.metadata[usize::from(index)];
                self.engine.handle_metadata(self.now, id, outcome, bytes);
            }
            None => self.engine.handle_completion(self.now, id, outcome),
        }
        self.drain();
    }

    /// The controller starts anew, with the drives that are there and nothing else. With `cut` they lose what they had
    /// in their caches.
    pub(crate) fn reboot(&mut self, cut: bool) {
        self.go_down(cut);
        self.come_up();
    }

    /// The controller is gone, and everything that was under way.
    pub(crate) fn go_down(&mut self, cut: bool) {
        self.queue.clear();
        self.held.clear();
        self.replies.clear();
        self.buffers.retain(|id, _| *id == BufferId::Proof);
        self.drives.iter_mut().filter(|_| cut).for_each(RigDrive::lose_power);
    }

    /// A new controller finds the drives that are there.
    pub(crate) fn come_up(&mut self) {
        self.engine = Engine::assemble(self.policy, None, IDENTITY.epoch);
        for drive in 0..self.drives.len() as u8 {
            if self.drives[usize::from(drive)].present {
                let ours = !self.drives[usize::from(drive)].front.is_empty();
                let content = if ours { Content::Ours } else { Content::Blank };
                let info = DriveInfo { power_cycled: true, ..self.info(drive, content) };
                self.engine.handle_drive(self.now, DriveId(drive), DriveChange::Arrived(info));
                self.drain();
            }
        }
        self.run();
    }

    fn execute(&mut self, command: &IoCommand) -> Outcome {
        let drive = &mut self.drives[command.drive.index()];
        match buffer_at(&command.op) {
            Some(Buffer { id: BufferId::Metadata(index), .. }) => {
                drive.execute_front(&command.op, &mut self.metadata[usize::from(index)])
            }
            Some(Buffer { id, offset }) => {
                drive.execute(&command.op, self.buffers.entry(id).or_default(), offset)
            }
            None => drive.execute(&command.op, &mut Data::new(), 0),
        }
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

    pub(crate) fn state(&self, slot: u8) -> MemberState {
        self.engine.slot(Slot(slot)).expect("a slot of the array").state
    }

    pub(crate) fn saw(&self, wanted: impl Fn(&EventKind) -> bool) -> usize {
        self.events.iter().filter(|event| wanted(&event.kind)).count()
    }

    pub(crate) fn commands(&self, class: IoClass) -> usize {
        self.log.iter().filter(|command| command.class == class).count()
    }
}

const fn is_link(op: &IoOp) -> bool {
    matches!(op, IoOp::Reset | IoOp::Isolate)
}

fn buffer_at(op: &IoOp) -> Option<Buffer> {
    match *op {
        IoOp::Read(_, buffer)
        | IoOp::Write(_, buffer)
        | IoOp::WriteDurable(_, buffer)
        | IoOp::Compare(_, buffer) => Some(buffer),
        IoOp::WriteZeroes { .. } | IoOp::Flush | IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => {
            None
        }
    }
}

fn buffer_of(op: &IoOp) -> Option<BufferId> {
    buffer_at(op).map(|buffer| buffer.id)
}
