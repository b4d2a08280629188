//! Which command is served next, and for how long.

use raid10_engine::{Extent, Instant, IoOp};

use super::faults::Faults;
use super::mechanics::Work;
use super::{Drive, Due, Flight, Stage, extent_of, is_of_front};

/// How often in a row a disk prefers the command that goes on where the last one ended.
const RUN_MAX: u8 = 32;

impl Drive {
    /// Begins the service of the next command, if one may begin. To be called until it returns `None`.
    pub(crate) fn dispatch(&mut self, now: Instant) -> Option<Due> {
        let idle = self.serving < self.mechanics.figures.lanes;
        if !idle || !self.plugged || self.isolated || !self.faults.may_begin(now) {
            return None;
        }
        if self.flights.iter().any(|flight| flight.command.op == IoOp::Reset) {
            return None;
        }
        let index = self.choose()?;
        let op = self.flights[index].command.op;
        let (work, limp) = self.work(op)?;
        let sealed = (op == IoOp::Flush).then(|| self.cache.flush_begins());
        let at = self.mechanics.serve(now, work, limp);
        self.serving += 1;
        let ticket = self.ticket();
        let flight = &mut self.flights[index];
        flight.stage = Stage::Serving(sealed);
        flight.ticket = ticket;
        Some(Due { at, ticket })
    }

    /// The command to serve next: for a disk the one that goes on where the last one ended, for others the
    /// oldest.
    fn choose(&mut self) -> Option<usize> {
        let waiting = |flight: &Flight| flight.stage == Stage::Waiting;
        let oldest = self.flights.iter().position(waiting)?;
        if self.mechanics.figures.rotating && self.run < RUN_MAX {
            let head = self.mechanics.head;
            let follows = |flight: &Flight| {
                waiting(flight)
                    && extent_of(&flight.command.op)
                        .is_some_and(|extent| self.place(&flight.command.op, extent) == head)
            };
            if let Some(next) = self.flights.iter().position(follows) {
                self.run = if next == oldest { 0 } else { self.run + 1 };
                return Some(next);
            }
        }
        self.run = 0;
        Some(oldest)
    }

    /// The sector of the drive at which a command begins.
    const fn place(&self, op: &IoOp, extent: Extent) -> u64 {
        if is_of_front(op) { extent.start.0 } else { self.front.size.0 + extent.start.0 }
    }

    fn work(&self, op: IoOp) -> Option<(Work, u32)> {
        let cached = self.mechanics.figures.volatile_cache;
        let Faults { limp_read, limp_write, .. } = self.faults;
        Some(match op {
            IoOp::Read(extent, _) | IoOp::Compare(extent, _) => {
                (Work::Read { start: self.place(&op, extent), count: extent.count.0 }, limp_read)
            }
            IoOp::Write(extent, _) => {
                let (start, count) = (self.place(&op, extent), extent.count.0);
                (Work::Write { start, count, cached }, limp_write)
            }
            IoOp::WriteDurable(extent, _) => {
                let (start, count) = (self.place(&op, extent), extent.count.0);
                (Work::Write { start, count, cached: false }, limp_write)
            }
            IoOp::WriteZeroes { extent, .. } => {
                (Work::Zero { start: self.place(&op, extent) }, limp_write)
            }
            IoOp::Flush => (Work::Flush { dirty: self.cache.is_dirty() }, limp_write),
            IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => return None,
        })
    }
}
