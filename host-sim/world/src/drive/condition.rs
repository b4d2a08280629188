//! Whether a drive as a whole works.

use raid10_engine::config::QUEUE_DEPTH;
use raid10_engine::{Duration, Instant};

use super::faults::Behaviour;
use super::{Drive, Stage};
use crate::plan::Heeds;

/// How a drive as a whole is, whatever its sectors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It does what it is told, in time.
    Well,
    /// It may let commands time out, and heeds resets.
    Silent,
    /// It answers nothing, or everything with an error.
    Dead,
}

impl Drive {
    /// How the drive is now, to someone who waits for so long for commands of up to so many sectors.
    pub(crate) fn condition(&self, now: Instant, timeout: Duration, largest: u64) -> Condition {
        let dead =
            matches!(self.faults.behaviour, Behaviour::Failed | Behaviour::Hanging(Heeds::Nothing));
        if dead || !self.plugged || self.isolated {
            return Condition::Dead;
        }
        let stalled = self.faults.stalled_until.0 > 0 && self.faults.stalled_until >= now;
        let silent = self.faults.behaviour != Behaviour::Well
            || stalled
            || self.keeps_back()
            || self.slowest(largest) >= timeout;
        if silent { Condition::Silent } else { Condition::Well }
    }

    /// True if a completion is kept back, or will be.
    fn keeps_back(&self) -> bool {
        self.flights.iter().any(|flight| flight.hold || matches!(flight.stage, Stage::Held(_)))
    }

    /// How long a command may take at the end of a full queue.
    fn slowest(&self, sectors: u64) -> Duration {
        let limp = self.faults.limp_read.max(self.faults.limp_write);
        let one = self.mechanics.longest(sectors, limp);
        Duration(one.0.saturating_mul(u64::from(QUEUE_DEPTH)))
    }
}

#[cfg(test)]
mod tests;
