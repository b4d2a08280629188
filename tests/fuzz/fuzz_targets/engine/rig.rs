//! The engine with a port that keeps account of what is in flight.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use raid10_engine::config::{EVENTS, IOS, MEMBERS_MAX, REQUESTS};
use raid10_engine::{
    ArrayLba, Command, Content, DriveChange, DriveId, DriveInfo, Duration, Engine, Initial,
    Instant, IoCommand, IoFault, IoId, IoOp, Outcome, RequestId, SectorCount, Slot,
};

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
    now: Instant,
    commands: BTreeMap<IoId, IoCommand>,
    requests: BTreeSet<RequestId>,
}

impl Rig {
    /// An array of all drives but one.
    pub fn new(engine: Engine<DRIVES>, size: SectorCount) -> Self {
        let mut rig = Self {
            engine,
            size,
            now: Instant::default(),
            commands: BTreeMap::new(),
            requests: BTreeSet::new(),
        };
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
        self.commands.keys().copied().collect()
    }

    /// Hands in one input and takes all effects.
    pub fn give(&mut self, input: Input) {
        match input {
            Input::Wait(time) => self.now = self.now + time,
            Input::Timeout => self.engine.handle_timeout(self.now),
            Input::Drive(drive, change) => self.drive(drive, change),
            Input::Completion(id, outcome) => self.complete(id, outcome),
            Input::Submit(request) => {
                if let Ok(id) = self.engine.submit(self.now, request) {
                    assert!(self.requests.insert(id), "{id:?} was given twice");
                }
            }
            // Any order may be refused.
            Input::Command(command) => drop(self.engine.command(self.now, command)),
        }
        self.drain();
        self.ask();
    }

    /// A drive that leaves takes its commands with it.
    fn drive(&mut self, drive: DriveId, change: DriveChange) {
        if change == DriveChange::Left {
            self.commands.retain(|_, command| command.drive != drive);
        }
        self.engine.handle_drive(self.now, drive, change);
    }

    /// Ends a command in the way that the port's contract allows for it.
    fn complete(&mut self, id: IoId, outcome: Outcome) {
        let outcome = match self.commands.remove(&id).map(|command| (command.drive, command.op)) {
            Some((_, IoOp::Isolate)) => Outcome::Done,
            Some((drive, IoOp::Reset)) => {
                self.end_all_of(drive);
                outcome
            }
            _ => outcome,
        };
        self.engine.handle_completion(self.now, id, outcome);
    }

    fn end_all_of(&mut self, drive: DriveId) {
        let ended: Vec<IoId> = self.of(drive).collect();
        for id in ended {
            self.commands.remove(&id);
            self.engine.handle_completion(self.now, id, Outcome::Fault(IoFault::Aborted));
            self.drain();
        }
    }

    fn of(&self, drive: DriveId) -> impl Iterator<Item = IoId> {
        self.commands.values().filter(move |it| it.drive == drive).map(|it| it.id)
    }

    fn drain(&mut self) {
        let mut count = 0;
        while let Some(command) = self.engine.poll_io() {
            count += 1;
            assert!(count <= COMMANDS, "one input caused more than {COMMANDS} commands");
            if !matches!(command.op, IoOp::Abort(_)) {
                assert!(self.commands.insert(command.id, command).is_none(), "{command:?}");
            }
        }
        let mut count = 0;
        while let Some(reply) = self.engine.poll_reply() {
            count += 1;
            assert!(count <= REQUESTS, "one input caused more than {REQUESTS} replies");
            assert!(self.requests.remove(&reply.request), "{reply:?} to no request");
        }
        let events = std::iter::from_fn(|| self.engine.poll_event()).take(EVENTS + 2).count();
        assert!(events <= EVENTS + 1, "one input caused more than {EVENTS} events");
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
            if self.requests.is_empty() {
                return;
            }
            if let Some(id) = self.commands.keys().next().copied() {
                self.now = self.now + Duration(100);
                self.give(Input::Completion(id, Outcome::Done));
            } else {
                self.now =
                    self.engine.poll_deadline().unwrap_or(self.now).max(self.now + Duration(1000));
                self.give(Input::Timeout);
            }
        }
        panic!("requests without an end: {:?}", self.requests);
    }
}
