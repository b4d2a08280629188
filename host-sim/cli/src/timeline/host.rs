//! What the host did.

use std::fmt;
use std::ops::AddAssign;

use raid10_engine::{HostError, HostOp};

/// Requests of the host that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Reads that succeeded.
    pub(crate) reads: u64,
    /// Writes, trims and zeros that succeeded.
    pub(crate) writes: u64,
    /// Flushes that succeeded.
    pub(crate) flushes: u64,
    /// Requests that ended in an error.
    pub(crate) failed: u64,
    /// Requests that were not accepted.
    pub(crate) refused: u64,
}

impl Traffic {
    pub(super) const fn count(&mut self, op: HostOp, result: Result<(), HostError>) {
        let counter = match (op, result) {
            (_, Err(_)) => &mut self.failed,
            (HostOp::Read, Ok(())) => &mut self.reads,
            (HostOp::Flush, Ok(())) => &mut self.flushes,
            (HostOp::Write | HostOp::WriteDurable | HostOp::Trim | HostOp::WriteZeroes, Ok(())) => {
                &mut self.writes
            }
        };
        *counter += 1;
    }
}

impl AddAssign for Traffic {
    fn add_assign(&mut self, other: Self) {
        self.reads += other.reads;
        self.writes += other.writes;
        self.flushes += other.flushes;
        self.failed += other.failed;
        self.refused += other.refused;
    }
}

/// `r 12 w 3`: reads, writes, flushes, errors, refused; `-` for nothing.
impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            ("r", self.reads),
            ("w", self.writes),
            ("f", self.flushes),
            ("err", self.failed),
            ("ref", self.refused),
        ];
        let words: Vec<String> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(letter, count)| format!("{letter} {count}"))
            .collect();
        f.pad(if words.is_empty() { "-".to_string() } else { words.join(" ") }.as_str())
    }
}
