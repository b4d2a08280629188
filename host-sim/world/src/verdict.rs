//! What is promised, and whether it held.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use raid10_engine::Instant;

use crate::line::Line;

/// What is checked, whatever a vector is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Promise {
    /// P1: what was written and acknowledged is returned while a valid copy is reachable.
    Durable,
    /// P2: no read returns older data once newer were acknowledged or seen.
    NeverStale,
    /// P3: once a read after a loss of power returned one of the versions that a sector may then have, no later read
    /// returns another.
    Stable,
    /// P5: no drive is written that is not positively ours or given by command, nor before the array was put together,
    /// and no spare is used that was not proven.
    HandsOff,
    /// P6: exactly those sectors are lost of which no valid copy is reachable, and the manifest lists them.
    LeastLoss,
    /// P7: every request ends, and the array comes to rest in bounded time.
    AlwaysEnds,
    /// P8: the work of each call is bounded.
    Bounded,
    /// P10: progress never goes back and never claims what the drive does not hold.
    HonestProgress,
    /// P11: of an array at rest Linux would read the same.
    LinuxAgrees,
    /// The rules between engine and port: no command to a failed or absent drive, no buffer or range used
    /// twice at once, no data of the host before the bits that tell of them.
    Contract,
}

impl Promise {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 10] = [
        Self::Durable,
        Self::NeverStale,
        Self::Stable,
        Self::HandsOff,
        Self::LeastLoss,
        Self::AlwaysEnds,
        Self::Bounded,
        Self::HonestProgress,
        Self::LinuxAgrees,
        Self::Contract,
    ];

    /// The promise's number, as in reports: `P1`.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Self::Durable => "P1",
            Self::NeverStale => "P2",
            Self::Stable => "P3",
            Self::HandsOff => "P5",
            Self::LeastLoss => "P6",
            Self::AlwaysEnds => "P7",
            Self::Bounded => "P8",
            Self::HonestProgress => "P10",
            Self::LinuxAgrees => "P11",
            Self::Contract => "IO",
        }
    }

    /// The promise in two words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Durable => "durable",
            Self::NeverStale => "never stale",
            Self::Stable => "stable",
            Self::HandsOff => "hands off",
            Self::LeastLoss => "least loss",
            Self::AlwaysEnds => "always ends",
            Self::Bounded => "bounded",
            Self::HonestProgress => "honest progress",
            Self::LinuxAgrees => "linux agrees",
            Self::Contract => "drive contract",
        }
    }
}

/// Whether a promise held.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Verdict {
    /// Which promise.
    pub promise: Promise,
    /// How many checks were made; with none, the promise was not exercised.
    pub checks: u64,
    /// How many of them failed.
    pub violations: u64,
    /// The first one that failed: when, where, what.
    pub detail: Option<String>,
}

impl Verdict {
    /// True unless a check failed.
    #[must_use]
    pub const fn held(&self) -> bool {
        self.violations == 0
    }

    /// True if there was anything to check.
    #[must_use]
    pub const fn exercised(&self) -> bool {
        self.checks > 0
    }
}

/// The verdicts of a run, as they come.
#[derive(Clone, Debug)]
pub(crate) struct Verdicts {
    list: [Verdict; Promise::ALL.len()],
    /// Promises broken for the first time and not yet shown in the trace.
    unseen: Vec<Promise>,
}

impl Verdicts {
    pub(crate) fn new() -> Self {
        let fresh = |promise| Verdict { promise, checks: 0, violations: 0, detail: None };
        Self { list: Promise::ALL.map(fresh), unseen: Vec::new() }
    }

    /// Counts checks that held.
    pub(crate) const fn held(&mut self, promise: Promise, checks: u64) {
        self.list[promise as usize].checks += checks;
    }

    /// Counts one that did not hold.
    pub(crate) fn broken(&mut self, promise: Promise, now: Instant, detail: fmt::Arguments<'_>) {
        let verdict = &mut self.list[promise as usize];
        verdict.checks += 1;
        verdict.violations += 1;
        if verdict.detail.is_none() {
            self.unseen.push(promise);
            verdict.detail = Some(alloc::format!("{}: {detail}", Seconds(now)));
        }
    }

    /// Counts a check; the detail is only made when it did not hold.
    pub(crate) fn check(
        &mut self,
        promise: Promise,
        now: Instant,
        holds: bool,
        detail: fmt::Arguments<'_>,
    ) {
        if holds {
            self.held(promise, 1);
        } else {
            self.broken(promise, now, detail);
        }
    }

    /// Counts a check that finds nothing if all is well; the detail is only made of what was found.
    pub(crate) fn check_none<T>(
        &mut self,
        promise: Promise,
        now: Instant,
        found: Option<T>,
        detail: impl FnOnce(T) -> String,
    ) {
        match found {
            None => self.held(promise, 1),
            Some(found) => self.broken(promise, now, format_args!("{}", detail(found))),
        }
    }

    /// A promise that was broken for the first time since this was last asked.
    pub(crate) fn news(&mut self) -> Option<Promise> {
        self.unseen.pop()
    }

    /// True if a promise was not broken so far.
    pub(crate) const fn holds(&self, promise: Promise) -> bool {
        self.list[promise as usize].held()
    }

    pub(crate) const fn list(&self) -> &[Verdict] {
        &self.list
    }
}

/// A time in seconds with six decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds(pub Instant);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line::new();
        f.write_str(line.seconds(self.0).as_str())
    }
}
