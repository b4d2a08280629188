//! A virtual drive: a store with the truth, a volatile cache, faults over both, and the time it all takes.
//!
//! Definitions where the language leaves room:
//!
//! * A command takes effect at the end of its service. One that is interrupted (aborted, reset, failed,
//!   pulled) while it is served leaves a random part from its start on behind, of a write.
//! * A failed drive answers every command with a hardware error after 1 ms. `revive` ends it.
//! * A hanging drive begins nothing. An abort makes it give the command up after 500 µs, unless it
//!   heeds resets only; a reset takes 100 ms, gives up everything and ends the hanging. A deaf one heeds neither.
//! * Isolation takes 1 ms, ends all commands without completions, and lasts until the drive is plugged in
//!   anew.
//! * A drive that loses its power loses what its volatile cache held, but for what survives by the vector's word.
//! * A drive that ignores flushes answers them and makes nothing durable. A write that is torn puts its first sectors on
//!   the drive and fails as if its medium were bad.
//! * A command that reads unreadable sectors fails as a whole; the buffer then holds the sectors before the
//!   first bad one, and rubbish behind. A command that writes unwritable sectors leaves the sectors before
//!   the first bad one written.

use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{Instant, IoCommand, IoFault, IoId, IoOp, Outcome, SectorCount};

use crate::anatomy::Anatomy;
use crate::buffers::Buffers;
use crate::generations::Sealed;
use crate::plan::Heeds;
use crate::rng::{Rng, Stream};
use crate::store::Store;

mod cache;
mod command;
mod condition;
mod effect;
mod ending;
pub(crate) mod faults;
pub(crate) mod front;
mod holdings;
mod mechanics;
mod service;
mod survival;
mod written;

use cache::Cache;
pub(crate) use command::{buffer_of, extent_of, is_of_front, span};
pub(crate) use condition::Condition;
use faults::{Behaviour, Faults};
pub(crate) use front::{BYTES, Front};
pub use mechanics::Figures;
use mechanics::Mechanics;
pub use survival::Survival;

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
    /// Sectors of its data area.
    pub(crate) size: SectorCount,
    /// Sectors of all of it.
    pub(crate) total: SectorCount,
    pub(crate) physical: SectorCount,
    pub(crate) plugged: bool,
    pub(crate) isolated: bool,
    pub(crate) faults: Faults,
    store: Store,
    front: Front,
    /// What it held when an image was made of it.
    image: Option<(Store, Front)>,
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
    /// The sectors that the last flush that failed took out of the cache.
    pub(crate) dropped: Vec<u64>,
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
            total: size,
            physical,
            plugged: false,
            isolated: false,
            faults: Faults::none(),
            store: Store::new(),
            front: Front::default(),
            image: None,
            cache: Cache::new(),
            mechanics: Mechanics::new(figures, size.0),
            flights: Vec::new(),
            serving: 0,
            tickets: 0,
            run: 0,
            torn: Rng::new(0, Stream::Torn(index)),
            bad: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// The same drive with room for records in front of its data area.
    pub(crate) const fn with(mut self, anatomy: Anatomy) -> Self {
        self.total = anatomy.total;
        self.front.size = anatomy.front;
        self.mechanics.size = anatomy.total.0;
        self
    }

    /// The truth: what each sector of the data area holds now.
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
            Behaviour::Hanging(Heeds::Nothing) => None,
            Behaviour::Well | Behaviour::Hanging(_) if command.op == IoOp::Reset => {
                Some(self.end_with(last, now, RESET_MICROS, Outcome::Done))
            }
            Behaviour::Well | Behaviour::Hanging(_) => None,
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
                Behaviour::Hanging(_) => self.interrupt(index, buffers),
            }
        }
        due
    }

    /// The drive is gone: its commands are over. It keeps its power.
    pub(crate) fn unplug(&mut self, buffers: &Buffers) {
        (0..self.flights.len()).for_each(|index| self.interrupt(index, buffers));
        self.drop_flights();
        self.plugged = false;
        self.isolated = false;
    }

    /// The drive is gone and has no power: its commands are over, and lost is what its cache held and does not survive.
    pub(crate) fn lose_power(&mut self, survival: &Survival, buffers: &Buffers) {
        let next = self.write_in_service(buffers);
        let complete = self.cache.unflushed();
        self.unplug(buffers);
        if self.mechanics.figures.volatile_cache {
            let Self { cache, store, front, .. } = self;
            cache.lose_power(store, front, survival, complete, next);
        }
    }

    /// From now on any write may survive a loss of power.
    pub(crate) fn keep_writes(&mut self) {
        if self.mechanics.figures.volatile_cache {
            self.cache.keep_writes();
        }
    }

    /// Completed writes that no flush has covered, as far as they are kept.
    pub(crate) fn unflushed(&self) -> u64 {
        self.cache.unflushed()
    }

    /// The drive is plugged in.
    pub(crate) const fn plug(&mut self) {
        self.plugged = true;
        self.isolated = false;
    }

    /// Changes a sector behind everyone's back.
    #[cfg(test)]
    pub(crate) fn poke(&mut self, sector: u64, content: crate::content::Packed) {
        self.store.set(sector, content);
    }
}

#[cfg(test)]
mod tests;
