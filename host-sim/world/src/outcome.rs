//! What came of a replay.

use alloc::string::String;
use alloc::vec::Vec;

use raid10_engine::{ArrayState, Duration, Instant};

use crate::statistics::FillTime;
use crate::verdict::Verdict;
use crate::world::CutSeen;

/// Everything that a report needs.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Each promise.
    pub verdicts: Vec<Verdict>,
    /// Each expectation of the vector, in its order.
    pub expectations: Vec<Judged>,
    /// The lines of statements that were never executed: an error of the vector, or the end of a sweep over
    /// commands.
    pub unfired: Vec<u32>,
    /// What was lost at the end.
    pub lost: Vec<LostRange>,
    /// The array's state at the end.
    pub state: ArrayState,
    /// How long each state lasted.
    pub states: Vec<StateTime>,
    /// The rebuilds, resyncs and replacements that began and were not given up.
    pub fills: Vec<FillTime>,
    /// Commands to each drive.
    pub commands: Vec<u64>,
    /// Sectors that rebuilds, resyncs and replacements wrote to each drive.
    pub copied: Vec<u64>,
    /// Write commands to all drives, since the last cut of the plan.
    pub writes: u64,
    /// Requests of the host that ended.
    pub requests: u64,
    /// How many of them failed.
    pub failed_requests: u64,
    /// Requests that were refused for another reason than a full queue.
    pub refused_requests: u64,
    /// Events of the engine.
    pub events: u64,
    /// What there was to lose at each cut of the plan, of those that were reached.
    pub cuts: Vec<CutSeen>,
    /// When it was over.
    pub end: Instant,
    /// CRC-64/XZ of the trace's text, if it was wanted.
    pub digest: Option<u64>,
}

/// A range of array sectors without a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LostRange {
    /// The first sector.
    pub start: u64,
    /// The first sector behind it.
    pub end: u64,
}

/// How long a state lasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateTime {
    /// The state.
    pub state: ArrayState,
    /// For how long, in total.
    pub time: Duration,
}

/// An expectation, and whether it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Judged {
    /// Its line in the vector.
    pub line: u32,
    /// Its text.
    pub text: String,
    /// Whether it was met.
    pub met: bool,
    /// What was seen instead, if it was not.
    pub seen: Option<String>,
}

impl Outcome {
    /// True if every promise held.
    #[must_use]
    pub fn promises_held(&self) -> bool {
        self.verdicts.iter().all(Verdict::held)
    }

    /// True if every expectation was met.
    #[must_use]
    pub fn expectations_met(&self) -> bool {
        self.expectations.iter().all(|judged| judged.met)
    }

    /// Sectors lost at the end.
    #[must_use]
    pub fn lost_sectors(&self) -> u64 {
        self.lost.iter().map(|range| range.end - range.start).sum()
    }
}
