//! The engine with a port that keeps account of what is in flight.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use raid10_engine::config::{EVENTS, IOS, MEMBERS_MAX, METADATA_SECTORS, REQUESTS};
use raid10_engine::{
    ArrayLba, Command, Content, DriveChange, DriveId, DriveInfo, Duration, Engine, Event,
    HostRequest, Initial, Instant, IoCommand, IoFault, IoId, IoOp, Outcome, Reply, RequestId,
    SECTOR_BYTES, SectorCount, Slot,
};
use raid10_port::{Effects, Machine};

use crate::DRIVES;
use crate::inputs::Input;

/// Drive commands that one input may cause at most: the table's worth of commands, and for each an abort,
/// a reset or an isolation.
const COMMANDS: usize = 4 * IOS;
/// Inputs after which a calm array must have ended every request.
const CALM: usize = 20_000;

/// The engine under test and its surroundings.
pub struct Rig {
    engine: Engine<DRIVES>,
    size: SectorCount,
    around: Surroundings,
}

/// The machine: a clock, and an account of what is in flight.
#[derive(Default)]
struct Surroundings {
    now: Instant,
    deadline: Option<Instant>,
    commands: BTreeMap<IoId, IoCommand>,
    requests: BTreeSet<RequestId>,
    /// Commands since the last input.
    started: usize,
    /// The buffer for the engine's own records: what is read is what was written last.
    metadata: Vec<u8>,
}

/// Bytes of a buffer for the engine's own records.
const METADATA_BYTES: usize = (METADATA_SECTORS * SECTOR_BYTES) as usize;

impl Machine for Surroundings {
    fn now(&self) -> Instant {
        self.now
    }

    fn start(&mut self, command: IoCommand) {
        self.started += 1;
        assert!(self.started <= COMMANDS, "one input caused more than {COMMANDS} commands");
        if !matches!(command.op, IoOp::Abort(_)) {
            assert!(self.commands.insert(command.id, command).is_none(), "{command:?}");
        }
    }

    fn accepted(&mut self, id: RequestId, _: &HostRequest) {
        assert!(self.requests.insert(id), "{id:?} was given twice");
    }

    fn reply(&mut self, reply: Reply) {
        assert!(self.requests.remove(&reply.request), "{reply:?} to no request");
    }

    fn event(&mut self, _: Event) {}

    fn metadata(&mut self, _: u8) -> &mut [u8] {
        self.metadata.resize(METADATA_BYTES, 0);
        &mut self.metadata
    }

    fn arm(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    fn next_input(&mut self) -> Option<raid10_port::Input> {
        None
    }
}

impl Rig {
    /// An array of all drives but one.
    pub fn new(engine: Engine<DRIVES>, size: SectorCount) -> Self {
        let mut rig = Self { engine, size, around: Surroundings::default() };
        let mut members = [None; MEMBERS_MAX];
        for (index, drive) in (0..DRIVES as u8).map(DriveId).enumerate() {
            rig.give(Input::Drive(drive, DriveChange::Arrived(rig.blank())));
            if index < usize::from(rig.engine.geometry().shape().members) {
                members[index] = Some(drive);
            }
        }
        rig.give(Input::Command(Command::Create { members, initial: Initial::Equal }));
        rig
    }

    fn blank(&self) -> DriveInfo {
        DriveInfo {
            size: self.size,
            physical: SectorCount(1),
            volatile_cache: true,
            power_cycled: false,
            bay: None,
            content: Content::Blank,
        }
    }

    /// Sectors of a member.
    pub fn size(&self) -> SectorCount {
        self.size
    }

    /// Sectors of the array.
    pub fn capacity(&self) -> SectorCount {
        self.engine.capacity()
    }

    /// The commands that have not ended.
    pub fn in_flight(&self) -> Vec<IoId> {
        self.around.commands.keys().copied().collect()
    }

    /// Hands in one input and takes all effects.
    pub fn give(&mut self, input: Input) {
        match input {
            Input::Wait(time) => self.around.now = self.around.now + time,
            Input::Timeout => self.deliver(raid10_port::Input::Timeout),
            Input::Drive(drive, change) => self.drive(drive, change),
            Input::Completion(id, outcome) => self.complete(id, outcome),
            // Any request and any order may be refused.
            Input::Submit(request) => {
                let (_, effects) = raid10_port::submit(&mut self.engine, &mut self.around, request);
                self.judge(effects);
            }
            Input::Command(command) => {
                let (_, effects) =
                    raid10_port::command(&mut self.engine, &mut self.around, command);
                self.judge(effects);
            }
        }
        self.ask();
    }

    fn deliver(&mut self, input: raid10_port::Input) {
        let effects = raid10_port::deliver(&mut self.engine, &mut self.around, input);
        self.judge(effects);
    }

    fn judge(&mut self, effects: Effects) {
        self.around.started = 0;
        let (replies, events) = (effects.replies as usize, effects.events as usize);
        assert!(replies <= REQUESTS, "one input caused more than {REQUESTS} replies");
        assert!(events <= EVENTS + 1, "one input caused more than {EVENTS} events");
    }

    /// A drive that leaves takes its commands with it.
    fn drive(&mut self, drive: DriveId, change: DriveChange) {
        if change == DriveChange::Left {
            self.around.commands.retain(|_, command| command.drive != drive);
        }
        self.deliver(raid10_port::Input::Drive(drive, change));
    }

    /// Ends a command in the way that the port's contract allows for it.
    fn complete(&mut self, id: IoId, outcome: Outcome) {
        let command = self.around.commands.remove(&id);
        let outcome = match command.map(|command| (command.drive, command.op)) {
            Some((_, IoOp::Isolate)) => Outcome::Done,
            Some((drive, IoOp::Reset)) => {
                self.end_all_of(drive);
                outcome
            }
            _ => outcome,
        };
        self.deliver(raid10_port::Input::Completion(id, outcome));
    }

    fn end_all_of(&mut self, drive: DriveId) {
        let commands = self.around.commands.values().filter(|command| command.drive == drive);
        let ended: Vec<IoId> = commands.map(|command| command.id).collect();
        for id in ended {
            self.around.commands.remove(&id);
            let outcome = Outcome::Fault(IoFault::Aborted);
            self.deliver(raid10_port::Input::Completion(id, outcome));
        }
    }

    /// Asks every question: none may panic.
    fn ask(&self) {
        for number in 0..=DRIVES as u8 {
            black_box(self.engine.drive(DriveId(number)));
            black_box(self.engine.slot(Slot(number)));
            black_box(self.engine.progress(Slot(number)));
            // Both answers are good.
            let _ = black_box(self.engine.can_pull(Slot(number)));
        }
        black_box(self.engine.next_loss(ArrayLba(0)));
        black_box(self.engine.lost_sectors());
    }

    /// The storm is over: every command ends well, time passes, and every request must end.
    pub fn calm_down(&mut self) {
        for _ in 0..CALM {
            if self.around.requests.is_empty() {
                return;
            }
            let now = self.around.now;
            if let Some(id) = self.around.commands.keys().next().copied() {
                self.around.now = now + Duration(100);
                self.give(Input::Completion(id, Outcome::Done));
            } else {
                self.around.now = self.around.deadline.unwrap_or(now).max(now + Duration(1000));
                self.give(Input::Timeout);
            }
        }
        panic!("requests without an end: {:?}", self.around.requests);
    }
}
