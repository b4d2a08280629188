//! The world around the engine: drives, time, buffers, and those who watch.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use raid10_engine::{Instant, IoCommand, IoId, IoOp, Outcome, Reply};
use raid10_port::Input;

use crate::buffers::Buffers;
use crate::contract::Contract;
use crate::drive::faults::Behaviour;
use crate::drive::{Drive, Due};
use crate::oracle::Oracle;
use crate::plan::Plan;
use crate::record::What;
use crate::statistics::Statistics;
use crate::time::Agenda;
use crate::trace::Tracer;
use crate::verdict::Verdicts;
use crate::watch::{Consequence, WatchId, Watches};

mod bays;
mod faults;
mod machine;
mod power;
mod remains;

use bays::{Plugged, new_drive};
pub use power::CutSeen;
use power::Power;

/// What will happen.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    /// A drive must be looked at.
    Look(u8, u32),
    /// A drive may begin commands again.
    Wake(u8),
    /// A drive's hanging ends, if it is still the one of this number.
    HangEnds(u8, u32),
    /// A drive stalls again, if it is still the stall of this number.
    StallAgain(u8, u32),
    /// Drives get their link back, unless it was down until another time.
    LinkBack(Vec<u8>),
    /// A watch fires.
    Watch(WatchId),
    /// A load has its next request.
    Load(usize),
    /// The power comes back, if it is still the outage of this number.
    PowerBack(u32),
}

/// The host's request that is about to be submitted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Staged {
    /// The version of a write.
    pub(crate) version: u32,
}

/// Everything but the engine.
pub(crate) struct World<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) now: Instant,
    pub(crate) agenda: Agenda<Happening>,
    inputs: VecDeque<Input>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) drives: Vec<Drive>,
    plugged: Vec<Plugged>,
    pub(crate) buffers: Buffers,
    pub(crate) contract: Contract,
    pub(crate) oracle: Oracle,
    pub(crate) verdicts: Verdicts,
    pub(crate) watches: Watches,
    /// Statements to be executed, in order.
    pub(crate) due: VecDeque<usize>,
    /// The command that each `hold` keeps back.
    holds: Vec<Option<(u8, IoId)>>,
    pub(crate) staged: Staged,
    pub(crate) replies: VecDeque<Reply>,
    /// Events since the last look.
    pub(crate) news: bool,
    pub(crate) statistics: Statistics,
    pub(crate) tracer: Tracer<'a>,
    pub(crate) power: Power,
    /// Watches in the agenda.
    pending_watches: u32,
    fired: Vec<WatchId>,
    ended: Vec<(IoCommand, Outcome)>,
}

impl<'a> World<'a> {
    pub(crate) fn new(plan: &'a Plan, oracle: Oracle, tracer: Tracer<'a>) -> Self {
        let count = plan.drives.len();
        let drives: Vec<Drive> = (0..count).map(|index| new_drive(plan, index)).collect();
        let mut this = Self {
            plan,
            now: Instant(0),
            agenda: Agenda::new(),
            inputs: VecDeque::new(),
            deadline: None,
            drives,
            plugged: alloc::vec![Plugged::default(); count],
            buffers: Buffers::new(),
            contract: Contract::new(count),
            oracle,
            verdicts: Verdicts::new(),
            watches: Watches::new(plan),
            due: VecDeque::new(),
            holds: alloc::vec![None; plan.steps.len()],
            staged: Staged::default(),
            replies: VecDeque::new(),
            news: false,
            statistics: Statistics::new(count),
            tracer,
            power: Power::new(),
            pending_watches: 0,
            fired: Vec::new(),
            ended: Vec::new(),
        };
        for (index, drive) in this.drives.iter().enumerate() {
            this.contract.laid_out(index as u8, drive.front());
            this.plugged[index].foreign = plan.drives[index].foreign;
        }
        this.enter_times();
        this
    }

    /// Enters the times that watches wait for in the agenda.
    pub(crate) fn enter_times(&mut self) {
        for (watch, at) in core::mem::take(&mut self.watches.times) {
            self.agenda.enter(at, Happening::Watch(watch));
            self.pending_watches += 1;
        }
    }

    /// Lets what is due now happen.
    pub(crate) fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Look(drive, ticket) => self.look(drive, ticket),
            Happening::Wake(drive) => {
                self.note_condition(drive);
                self.dispatch(drive);
            }
            Happening::HangEnds(drive, number) => self.hang_ends(drive, number),
            Happening::StallAgain(drive, number) => self.stall_again(drive, number),
            Happening::LinkBack(drives) => {
                drives.into_iter().for_each(|drive| self.link_back(drive));
            }
            Happening::Watch(watch) => {
                self.pending_watches -= 1;
                self.fire(watch);
            }
            Happening::PowerBack(outage) => self.power_back(outage),
            Happening::Load(_) => {}
        }
    }

    /// Fires a watch: what follows is executed or entered in the agenda.
    pub(crate) fn fire(&mut self, watch: WatchId) {
        self.fire_for(watch, None);
    }

    /// Fires a watch on behalf of a command. Returns whether the command is to be kept back.
    fn fire_for(&mut self, watch: WatchId, command: Option<&IoCommand>) -> bool {
        let consequences = self.watches.fire(watch, self.now).to_vec();
        let mut hold = false;
        for consequence in consequences {
            match consequence {
                Consequence::Step(step) => self.due.push_back(step),
                Consequence::Later(later, delay) => {
                    self.agenda.enter(self.now + delay, Happening::Watch(later));
                    self.pending_watches += 1;
                }
                Consequence::Hold(step) => {
                    if let Some(command) = command {
                        self.holds[step] = Some((command.drive.0, command.id));
                        hold = true;
                        self.oracle.note_kept_back(self.now, command.drive);
                        self.executed(step);
                    }
                }
                Consequence::Release(step) => self.release(step),
            }
        }
        hold
    }

    /// A statement was executed.
    pub(crate) fn executed(&mut self, step: usize) {
        let watch = self.watches.step(step);
        self.fire(watch);
    }

    fn release(&mut self, step: usize) {
        let Some((drive, id)) = self.holds[step].take() else {
            return;
        };
        self.note_condition(drive);
        if let Some((command, outcome)) = self.drives[usize::from(drive)].release(id) {
            self.complete(&command, outcome);
        }
    }

    /// Tells the oracle what speaks against a drive now.
    fn note_condition(&mut self, drive: u8) {
        let index = usize::from(drive);
        self.oracle.note_condition(self.now, index, &self.drives[index]);
    }

    fn look(&mut self, drive: u8, ticket: u32) {
        // A reset may end what spoke against it.
        if self.drives[usize::from(drive)].faults.behaviour != Behaviour::Well {
            self.note_condition(drive);
        }
        let mut ended = core::mem::take(&mut self.ended);
        self.drives[usize::from(drive)].look(ticket, &mut self.buffers, &mut ended);
        for (command, outcome) in ended.drain(..) {
            self.complete(&command, outcome);
        }
        self.ended = ended;
        self.dispatch(drive);
    }

    fn complete(&mut self, command: &IoCommand, outcome: Outcome) {
        self.tracer.record(self.now, What::Done(*command, outcome));
        let medium = outcome == Outcome::Fault(raid10_engine::IoFault::Medium);
        let bad = if medium { self.drives[command.drive.index()].bad() } else { &[] };
        let bad = if is_read(&command.op) { bad } else { &[] };
        self.oracle.io_ended(self.now, command, outcome, bad);
        if medium && command.op == IoOp::Flush {
            let dropped = core::mem::take(&mut self.drives[command.drive.index()].dropped);
            self.oracle.flush_failed(self.now, command.drive, &dropped, &self.drives);
        }
        self.inputs.push_back(Input::Completion(command.id, outcome));
    }

    fn dispatch(&mut self, drive: u8) {
        while let Some(due) = self.drives[usize::from(drive)].dispatch(self.now) {
            self.enter(drive, due);
        }
    }

    fn enter(&mut self, drive: u8, due: Due) {
        self.agenda.enter(due.at, Happening::Look(drive, due.ticket));
    }
}

impl World<'_> {
    /// A command is handed to a drive: watches may fire, and faults that follow come before it is served.
    fn on_op(&mut self, command: &IoCommand) -> bool {
        let mut fired = core::mem::take(&mut self.fired);
        self.watches.on_op(command, &mut fired);
        let mut hold = false;
        for watch in fired.drain(..) {
            hold |= self.fire_for(watch, Some(command));
        }
        self.fired = fired;
        self.run_faults();
        hold
    }

    /// The deadline of the engine has passed.
    pub(crate) fn time_out(&mut self) {
        self.deadline = None;
        self.inputs.push_back(Input::Timeout);
    }

    /// True if a delay runs whose end fires a watch.
    pub(crate) fn has_pending_watch(&self) -> bool {
        self.pending_watches > 0
    }

    pub(crate) fn has_input(&self) -> bool {
        !self.inputs.is_empty()
    }

    /// Shows a promise in the trace that did not hold.
    pub(crate) fn show_broken(&mut self) {
        while let Some(promise) = self.verdicts.news() {
            let verdict = &self.verdicts.list()[promise as usize];
            let detail = verdict.detail.as_deref().unwrap_or_default();
            self.tracer.record(self.now, What::Verdict(promise, detail));
        }
    }
}

const fn is_read(op: &IoOp) -> bool {
    matches!(op, IoOp::Read(..) | IoOp::Compare(..))
}
