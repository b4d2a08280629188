//! A virtual drive: a store with the truth, a volatile cache, faults over both, and the time it all takes.
//!
//! Definitions where the language leaves room:
//!
//! * A command takes effect at the end of its service. One that is interrupted (aborted, reset, failed,
//!   pulled) while it is served leaves a random part from its start on behind, of a write.
//! * A failed drive answers every command with a hardware error after 1 ms. `revive` ends it.
//! * A hanging drive begins nothing. An abort makes it give the command up after 500 µs; a reset takes 100
//!   ms, gives up everything and ends the hanging. A deaf one heeds neither.
//! * Isolation takes 1 ms, ends all commands without completions, and lasts until the drive is plugged in
//!   anew.
//! * A pulled drive loses what its volatile cache held.
//! * A command that reads unreadable sectors fails as a whole; the buffer then holds the sectors before the
//!   first bad one, and rubbish behind. A command that writes unwritable sectors leaves the sectors before
//!   the first bad one written.

use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{
    BufferId, Extent, Instant, IoCommand, IoFault, IoId, IoOp, Outcome, SectorCount,
};

use crate::buffers::Buffers;
use crate::content::Packed;
use crate::generations::Sealed;
use crate::rng::{Rng, Stream};
use crate::store::Store;

mod cache;
mod condition;
mod effect;
pub(crate) mod faults;
mod mechanics;
mod service;

use cache::Cache;
pub(crate) use condition::Condition;
use faults::{Behaviour, Faults};
pub use mechanics::Figures;
use mechanics::Mechanics;

const FAIL_MICROS: u64 = 1_000;
const ABORT_MICROS: u64 = 500;
const RESET_MICROS: u64 = 100_000;
const ISOLATE_MICROS: u64 = 1_000;

/// A point at which a drive must be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) at: Instant,
    pub(crate) ticket: u32,
}

/// How far a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    /// In service, and where a flush began, what it covers.
    Serving(Option<Sealed>),
    /// It will end with this outcome without any effect on the store.
    Ending(Outcome),
    /// It has ended, and is kept back by a `hold`.
    Held(Outcome),
}

#[derive(Clone, Debug)]
struct Flight {
    command: IoCommand,
    stage: Stage,
    /// Which look at the drive is meant for it; 0 for none.
    ticket: u32,
    hold: bool,
}

/// One virtual drive.
#[derive(Clone, Debug)]
pub(crate) struct Drive {
    pub(crate) size: SectorCount,
    pub(crate) physical: SectorCount,
    pub(crate) plugged: bool,
    pub(crate) isolated: bool,
    pub(crate) faults: Faults,
    store: Store,
    cache: Cache,
    mechanics: Mechanics,
    flights: Vec<Flight>,
    serving: u8,
    tickets: u32,
    /// Commands preferred in a row.
    run: u8,
    torn: Rng,
    /// The unreadable sectors that failed the last read.
    bad: Vec<Range<u64>>,
}

impl Drive {
    pub(crate) fn new(
        index: u8,
        size: SectorCount,
        physical: SectorCount,
        figures: Figures,
    ) -> Self {
        Self {
            size,
            physical,
            plugged: false,
            isolated: false,
            faults: Faults::none(),
            store: Store::new(),
            cache: Cache::new(),
            mechanics: Mechanics::new(figures, size.0),
            flights: Vec::new(),
            serving: 0,
            tickets: 0,
            run: 0,
            torn: Rng::new(0, Stream::Torn(index)),
            bad: Vec::new(),
        }
    }

    /// The truth: what each sector holds now.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) const fn figures(&self) -> &Figures {
        &self.mechanics.figures
    }

    /// True if what it holds could be read by someone who knew how.
    pub(crate) fn is_alive(&self) -> bool {
        self.plugged && self.faults.behaviour != Behaviour::Failed
    }

    /// The unreadable sectors that failed the last read.
    pub(crate) fn bad(&self) -> &[Range<u64>] {
        &self.bad
    }

    /// Takes a command. `hold` keeps its completion back until it is released.
    pub(crate) fn start(&mut self, now: Instant, command: IoCommand, hold: bool) -> Option<Due> {
        if let IoOp::Abort(id) = command.op {
            return self.abort(now, id);
        }
        self.flights.push(Flight { command, stage: Stage::Waiting, ticket: 0, hold });
        let last = self.flights.len() - 1;
        if command.op == IoOp::Isolate {
            return Some(self.end_with(last, now, ISOLATE_MICROS, Outcome::Done));
        }
        if !self.plugged || self.isolated {
            return Some(self.end_with(last, now, FAIL_MICROS, Outcome::Fault(IoFault::Gone)));
        }
        match self.faults.behaviour {
            Behaviour::Failed => {
                Some(self.end_with(last, now, FAIL_MICROS, Outcome::Fault(IoFault::Hardware)))
            }
            Behaviour::Hanging { deaf: true, .. } => None,
            Behaviour::Well | Behaviour::Hanging { .. } if command.op == IoOp::Reset => {
                Some(self.end_with(last, now, RESET_MICROS, Outcome::Done))
            }
            Behaviour::Well | Behaviour::Hanging { .. } => None,
        }
    }

    /// Ends what was due, and hands out the completions in order.
    pub(crate) fn look(
        &mut self,
        ticket: u32,
        buffers: &mut Buffers,
        ended: &mut Vec<(IoCommand, Outcome)>,
    ) {
        let Some(index) = self.flights.iter().position(|flight| flight.ticket == ticket) else {
            return;
        };
        let Flight { command, stage, .. } = self.flights[index];
        let outcome = match stage {
            Stage::Serving(sealed) => {
                self.serving -= 1;
                self.effect(&command, sealed, buffers)
            }
            Stage::Ending(outcome) => outcome,
            Stage::Waiting | Stage::Held(_) => return,
        };
        if self.flights[index].hold {
            self.flights[index].stage = Stage::Held(outcome);
            self.flights[index].ticket = 0;
            return;
        }
        match command.op {
            IoOp::Isolate => {
                self.isolated = true;
                self.drop_flights();
            }
            IoOp::Reset if outcome == Outcome::Done => {
                self.flights.remove(index);
                self.end_all_before(index, buffers, ended);
                self.faults.behaviour = Behaviour::Well;
            }
            _ => {
                self.flights.remove(index);
            }
        }
        ended.push((command, outcome));
    }

    /// Lets a completion go that was kept back.
    pub(crate) fn release(&mut self, id: IoId) -> Option<(IoCommand, Outcome)> {
        let index = self.flights.iter().position(|flight| flight.command.id == id)?;
        self.flights[index].hold = false;
        let Stage::Held(outcome) = self.flights[index].stage else {
            return None;
        };
        let flight = self.flights.remove(index);
        Some((flight.command, outcome))
    }

    /// Changes how the drive behaves. Commands in service are over at once when it fails or hangs.
    pub(crate) fn behave(
        &mut self,
        now: Instant,
        behaviour: Behaviour,
        buffers: &mut Buffers,
    ) -> Vec<Due> {
        self.faults.behaviour = behaviour;
        let mut due = Vec::new();
        for index in 0..self.flights.len() {
            match behaviour {
                Behaviour::Well => {}
                Behaviour::Failed => {
                    self.interrupt(index, buffers);
                    let fault = Outcome::Fault(IoFault::Hardware);
                    due.push(self.end_with(index, now, FAIL_MICROS, fault));
                }
                Behaviour::Hanging { .. } => self.interrupt(index, buffers),
            }
        }
        due
    }

    /// The drive is gone: its commands are over, and with its power what its cache held.
    pub(crate) fn unplug(&mut self, powerless: bool, buffers: &mut Buffers) {
        (0..self.flights.len()).for_each(|index| self.interrupt(index, buffers));
        self.drop_flights();
        self.plugged = false;
        self.isolated = false;
        if powerless && self.mechanics.figures.volatile_cache {
            self.cache.lose_power(&mut self.store);
        }
    }

    /// The drive is plugged in.
    pub(crate) const fn plug(&mut self) {
        self.plugged = true;
        self.isolated = false;
    }

    /// Everything on it is gone.
    pub(crate) fn wipe(&mut self) {
        self.store.clear();
        self.cache = Cache::new();
    }

    fn abort(&mut self, now: Instant, id: IoId) -> Option<Due> {
        let index = self.flights.iter().position(|flight| flight.command.id == id)?;
        if matches!(self.faults.behaviour, Behaviour::Hanging { deaf: true, .. }) {
            return None;
        }
        match self.flights[index].stage {
            Stage::Waiting => {
                let aborted = Outcome::Fault(IoFault::Aborted);
                Some(self.end_with(index, now, ABORT_MICROS, aborted))
            }
            // It has reached its outcome already; the abort merely shakes it loose.
            Stage::Held(outcome) => Some(self.end_with(index, now, ABORT_MICROS, outcome)),
            // It ends by itself, sooner or later.
            Stage::Serving(_) | Stage::Ending(_) => None,
        }
    }

    fn end_with(&mut self, index: usize, now: Instant, micros: u64, outcome: Outcome) -> Due {
        let ticket = self.ticket();
        let flight = &mut self.flights[index];
        flight.stage = Stage::Ending(outcome);
        flight.ticket = ticket;
        flight.hold = false;
        Due { at: Instant(now.0 + micros), ticket }
    }

    /// Takes a command out of service; of a write, some of it stays.
    fn interrupt(&mut self, index: usize, buffers: &Buffers) {
        if !matches!(self.flights[index].stage, Stage::Serving(_)) {
            return;
        }
        self.serving -= 1;
        self.flights[index].stage = Stage::Waiting;
        self.flights[index].ticket = 0;
        let command = self.flights[index].command;
        if let IoOp::Write(extent, _)
        | IoOp::WriteDurable(extent, _)
        | IoOp::WriteZeroes { extent, .. } = command.op
        {
            let kept = self.torn.below(extent.count.0 + 1);
            self.put(&command, extent.start.0, kept, buffers);
        }
    }

    fn end_all_before(
        &mut self,
        index: usize,
        buffers: &Buffers,
        ended: &mut Vec<(IoCommand, Outcome)>,
    ) {
        (0..index).for_each(|earlier| self.interrupt(earlier, buffers));
        let aborted = |flight: Flight| (flight.command, Outcome::Fault(IoFault::Aborted));
        ended.extend(self.flights.drain(..index).map(aborted));
    }

    fn drop_flights(&mut self) {
        self.flights.clear();
        self.serving = 0;
    }

    const fn ticket(&mut self) -> u32 {
        self.tickets += 1;
        self.tickets
    }

    /// Changes a sector behind everyone's back.
    #[cfg(test)]
    pub(crate) fn poke(&mut self, sector: u64, content: Packed) {
        self.store.set(sector, content);
    }

    /// Fills the drive with what a drive of another owner, or of unknown history, holds.
    pub(crate) fn fill(&mut self, sectors: u64, content: impl Fn(u64) -> Packed) {
        (0..sectors.min(self.size.0)).for_each(|sector| self.store.set(sector, content(sector)));
    }
}

/// The sectors that a command touches.
pub(crate) const fn extent_of(op: &IoOp) -> Option<Extent> {
    match *op {
        IoOp::Read(extent, _)
        | IoOp::Write(extent, _)
        | IoOp::WriteDurable(extent, _)
        | IoOp::Compare(extent, _)
        | IoOp::WriteZeroes { extent, .. } => Some(extent),
        IoOp::Flush | IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => None,
    }
}

/// The buffer that a command names, and whether it writes into it.
pub(crate) const fn buffer_of(op: &IoOp) -> Option<(BufferId, u32, u64, bool)> {
    match *op {
        IoOp::Read(extent, buffer) => Some((buffer.id, buffer.offset, extent.count.0, true)),
        IoOp::Write(extent, buffer)
        | IoOp::WriteDurable(extent, buffer)
        | IoOp::Compare(extent, buffer) => Some((buffer.id, buffer.offset, extent.count.0, false)),
        IoOp::WriteZeroes { .. } | IoOp::Flush | IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => {
            None
        }
    }
}

pub(crate) const fn span(extent: Extent) -> Range<u64> {
    extent.start.0..extent.start.0 + extent.count.0
}

#[cfg(test)]
mod tests;
