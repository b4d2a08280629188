//! What happens to drives, and to the power.

use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{Duration, Slot};

use super::Trigger;
use crate::drive::Survival;

/// What a drive that begins nothing answers all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heeds {
    /// Aborts and resets.
    Aborts,
    /// Resets.
    Resets,
    /// Nothing but its isolation.
    Nothing,
}

/// What happens to drives, and to the power.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It answers every command with an error.
    Fail(u8),
    /// It works again.
    Revive(u8),
    /// It begins nothing any more.
    Timeout {
        /// The drive.
        drive: u8,
        /// For how long; until a reset or `revive` if `None`.
        span: Option<Duration>,
        /// What it answers all the same.
        heeds: Heeds,
    },
    /// Sectors cannot be read.
    Unreadable {
        /// The drive.
        drive: u8,
        /// Its sectors.
        range: Range<u64>,
        /// Only the first read fails.
        once: bool,
        /// A write does not heal them.
        sticky: bool,
    },
    /// Sectors cannot be written.
    WriteError {
        /// The drive.
        drive: u8,
        /// Its sectors.
        range: Range<u64>,
        /// How many writes fail; all if `None`.
        times: Option<u32>,
    },
    /// It is slower.
    Limp {
        /// The drive.
        drive: u8,
        /// How many times.
        factor: u32,
        /// Reads are.
        read: bool,
        /// Writes are.
        write: bool,
    },
    /// It is as fast as it was, and hangs no more.
    Recover(u8),
    /// It begins nothing for a while, and again each `every`.
    Stall {
        /// The drive.
        drive: u8,
        /// For how long.
        span: Duration,
        /// From one beginning to the next.
        every: Option<Duration>,
    },
    /// It is taken out.
    Pull(u8),
    /// It is plugged in.
    Insert {
        /// The drive.
        drive: u8,
        /// The bay; the one it had before if `None`.
        slot: Option<Slot>,
        /// What is on it then.
        arrival: Arrival,
    },
    /// Two bays exchange their drives.
    Swap(Slot, Slot),
    /// Drives lose their link and get it back together.
    Glitch(Vec<u8>, Duration),
    /// What is on the drive now is remembered, for [`Arrival::Stale`].
    Image(u8),
    /// Of the next write command to the drive only the first sectors reach it, and the command fails.
    Tear {
        /// The drive.
        drive: u8,
        /// How many sectors.
        sectors: u64,
    },
    /// The drive answers flushes and makes nothing durable by them.
    IgnoreFlush {
        /// The drive.
        drive: u8,
        /// How many flushes; all, until it recovers, if `None`.
        times: Option<u64>,
    },
    /// The drive fails flushes and makes nothing durable by them.
    FailFlush {
        /// The drive.
        drive: u8,
        /// How many flushes; all, until it recovers, if `None`.
        times: Option<u64>,
        /// What such a flush was to make durable is gone from the cache, too.
        drops: bool,
    },
    /// The power of the controller and of all drives in its bays goes. What survives, by the drives' numbers.
    PowerOff(Vec<Survival>),
    /// It comes back.
    PowerOn,
    /// It goes, and comes back after this time.
    PowerCut(Vec<Survival>, Duration),
    /// Some drives lose power together, and get it back together.
    BrownOut {
        /// The drives.
        drives: Vec<u8>,
        /// What each of them keeps.
        survival: Survival,
        /// For how long it is gone.
        span: Duration,
    },
    /// The controller starts again, which takes this time. Drives keep their power, and what is in their caches.
    Reset(Duration),
    /// The completion of the command that the statement waits for is kept back until something happens.
    Hold(Trigger),
}

/// What is on a drive that is put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// What was on it.
    AsItWas,
    /// Nothing: it was wiped.
    Blank,
    /// What its last [`Fault::Image`] remembers.
    Stale,
    /// Something of another owner.
    Foreign,
    /// Nobody can tell: it answers every command with an error.
    Dead,
    /// All that another drive holds now, its records included.
    Clone(u8),
}

impl Fault {
    /// True if the controller loses what is in its memory by it.
    #[must_use]
    pub const fn stops_controller(&self) -> bool {
        matches!(self, Self::PowerOff(_) | Self::PowerOn | Self::PowerCut(..) | Self::Reset(_))
    }

    /// True if unflushed writes may survive it.
    pub(super) fn may_spare_writes(&self) -> bool {
        match self {
            Self::PowerOff(survivals) | Self::PowerCut(survivals, _) => {
                survivals.iter().any(|survival| *survival != Survival::None)
            }
            Self::BrownOut { survival, .. } => *survival != Survival::None,
            _ => false,
        }
    }
}
