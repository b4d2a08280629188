//! What happens to drives.

use alloc::vec::Vec;

use super::action::Sectors;
use super::value::{DriveName, Time, Value};

/// What happens to drives. Ranges are member sectors: 0 is the first data sector of the drive.
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
        /// Aborts are not answered either.
        abort_fails: bool,
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
    /// The drive no longer limps, stalls or lets commands time out.
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
        /// Wiped before.
        blank: bool,
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
