//! What happens to drives, and to the power.

use alloc::vec::Vec;

use super::action::Sectors;
use super::power::{PowerLoss, Survival};
use super::value::{DriveName, Time, Value};

/// What a drive that completes no command answers all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heeds {
    /// Aborts and resets.
    Aborts,
    /// Resets.
    Resets,
    /// Nothing but its isolation.
    Nothing,
}

/// What happens to drives, and to the power. Ranges are member sectors: 0 is the first data sector of the drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The drive answers every command with an error, until it is revived.
    Fail(Value<DriveName>),
    /// A failed drive works again, with its content as it was.
    Revive(Value<DriveName>),
    /// The drive completes no command.
    Timeout {
        /// The drive.
        drive: Value<DriveName>,
        /// For how long; for good if not said.
        lasting: Option<Value<Time>>,
        /// What it answers all the same.
        heeds: Heeds,
    },
    /// Reads of these sectors fail.
    Unreadable {
        /// The drive.
        drive: Value<DriveName>,
        /// The sectors.
        range: Sectors,
        /// What ends it.
        healing: Healing,
    },
    /// Writes of these sectors fail.
    WriteError {
        /// The drive.
        drive: Value<DriveName>,
        /// The sectors.
        range: Sectors,
        /// How often.
        times: Repeats,
    },
    /// The drive is so many times slower, until it recovers.
    Limp {
        /// The drive.
        drive: Value<DriveName>,
        /// How many times; at least 1.
        factor: Value<u64>,
        /// At what.
        ops: LimpOps,
    },
    /// The drive no longer limps, stalls, lets commands time out or ignores flushes.
    Recover(Value<DriveName>),
    /// The drive completes nothing for a while.
    Stall {
        /// The drive.
        drive: Value<DriveName>,
        /// For how long.
        lasting: Value<Time>,
        /// Again and again with this period, until it recovers.
        every: Option<Value<Time>>,
    },
    /// The drive is taken out of its bay.
    Pull(Value<DriveName>),
    /// A drive is put in.
    Insert {
        /// The drive.
        drive: Value<DriveName>,
        /// The bay of which slot; the one it was pulled from if not said, else a bay of its own.
        slot: Option<Value<u8>>,
        /// What is on it then.
        arrival: Arrival,
    },
    /// The drives in the bays of two slots change places.
    Swap(Value<u8>, Value<u8>),
    /// Drives vanish together and come back together with their content.
    Glitch {
        /// The drives, at least one.
        drives: Vec<Value<DriveName>>,
        /// For how long.
        lasting: Value<Time>,
    },
    /// What is on the drive now is remembered, for [`Arrival::Stale`]. A later image takes the place of an earlier.
    Image(Value<DriveName>),
    /// The next write command to the drive puts only its first sectors on it, and fails.
    Tear {
        /// The drive.
        drive: Value<DriveName>,
        /// How many sectors.
        sectors: Value<u64>,
    },
    /// The drive answers flushes and makes nothing durable by them.
    IgnoreFlush {
        /// The drive.
        drive: Value<DriveName>,
        /// How many flushes; all, until it recovers, if not said.
        times: Option<Value<u64>>,
    },
    /// The drive fails flushes and makes nothing durable by them.
    FailFlush {
        /// The drive.
        drive: Value<DriveName>,
        /// How many flushes; all, until it recovers, if not said.
        times: Option<Value<u64>>,
        /// What such a flush was to make durable is gone from the cache, too.
        drops: bool,
    },
    /// The power of the controller and of all drives in its bays goes.
    PowerOff(PowerLoss),
    /// It comes back.
    PowerOn,
    /// It goes and comes back.
    PowerCut {
        /// What survives.
        loss: PowerLoss,
        /// For how long it is gone.
        lasting: Value<Time>,
    },
    /// Some drives lose power together, and get it back together.
    BrownOut {
        /// The drives, at least one.
        drives: Vec<Value<DriveName>>,
        /// What each of them keeps.
        survival: Survival,
        /// For how long it is gone.
        lasting: Value<Time>,
    },
    /// The controller starts again. Drives keep their power, and what is in their caches.
    Reset {
        /// How long that takes.
        lasting: Value<Time>,
    },
}

/// What is on a drive that is put in.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// All that another drive holds now, sector for sector, its records included.
    Clone(Value<DriveName>),
}

/// What ends a read error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Healing {
    /// A write of the sector.
    Write,
    /// The first read of the sector, which fails.
    Once,
    /// Nothing: `sticky`.
    Never,
}

/// How often an error strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// So many commands fail; default 1.
    Times(Value<u64>),
    /// All commands fail.
    Always,
}

/// What a limping drive is slow at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimpOps {
    /// All commands.
    All,
    /// Reads.
    Read,
    /// Writes.
    Write,
}
