//! How commands end that are not served to their end.

use alloc::vec::Vec;

use raid10_engine::{Instant, IoCommand, IoFault, IoId, IoOp, Outcome};

use super::faults::Behaviour;
use super::written::Written;
use super::{ABORT_MICROS, Drive, Due, Flight, Stage, effect};
use crate::buffers::Buffers;
use crate::plan::Heeds;

impl Drive {
    pub(super) fn abort(&mut self, now: Instant, id: IoId) -> Option<Due> {
        let index = self.flights.iter().position(|flight| flight.command.id == id)?;
        if matches!(self.faults.behaviour, Behaviour::Hanging(Heeds::Resets | Heeds::Nothing)) {
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

    pub(super) fn end_with(
        &mut self,
        index: usize,
        now: Instant,
        micros: u64,
        outcome: Outcome,
    ) -> Due {
        let ticket = self.ticket();
        let flight = &mut self.flights[index];
        flight.stage = Stage::Ending(outcome);
        flight.ticket = ticket;
        flight.hold = false;
        Due { at: Instant(now.0 + micros), ticket }
    }

    /// Takes a command out of service; of a write, some of it stays.
    pub(super) fn interrupt(&mut self, index: usize, buffers: &Buffers) {
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
            self.note(&command, kept, buffers);
        }
    }

    /// The oldest write in service, if there is one.
    pub(super) fn write_in_service(&self, buffers: &Buffers) -> Option<Written> {
        let served = |flight: &&Flight| matches!(flight.stage, Stage::Serving(_));
        let mut served = self.flights.iter().filter(served);
        served.find_map(|flight| effect::written(&flight.command, None, buffers))
    }

    pub(super) fn end_all_before(
        &mut self,
        index: usize,
        buffers: &Buffers,
        ended: &mut Vec<(IoCommand, Outcome)>,
    ) {
        (0..index).for_each(|earlier| self.interrupt(earlier, buffers));
        let aborted = |flight: Flight| (flight.command, Outcome::Fault(IoFault::Aborted));
        ended.extend(self.flights.drain(..index).map(aborted));
    }

    pub(super) fn drop_flights(&mut self) {
        self.flights.clear();
        self.serving = 0;
    }

    pub(super) const fn ticket(&mut self) -> u32 {
        self.tickets += 1;
        self.tickets
    }
}
