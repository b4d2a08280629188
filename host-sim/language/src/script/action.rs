//! What is done.

use alloc::vec::Vec;

use super::fault::Fault;
use super::machine::Setting;
use super::trigger::Trigger;
use super::value::{DriveName, LoadName, Value};

/// One action at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// When.
    pub trigger: Trigger,
    /// What.
    pub action: Action,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The host asks the array for something.
    Host(HostIo),
    /// A load begins.
    Start(LoadName),
    /// A load ends.
    Stop(LoadName),
    /// Something happens to drives, or to the power.
    Fault(Fault),
    /// The operator gives an order.
    Order(Order),
    /// The completion of the command that triggered the statement, always a [`Trigger::On`], is held
    /// back until another moment.
    Hold {
        /// The other moment.
        until: Trigger,
    },
}

/// A request of the host. Ranges are array sectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostIo {
    /// Write.
    Write {
        /// Where.
        range: Sectors,
        /// Chooses the content; default 0.
        pattern: Value<u64>,
        /// Through all caches before it is acknowledged.
        fua: bool,
    },
    /// Read, and compare with what was written.
    Read(Sectors),
    /// Tell the array that the content is not needed any more.
    Trim(Sectors),
    /// Write zeroes.
    Zero(Sectors),
    /// Make durable what was acknowledged.
    Flush,
}

/// A range of sectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sectors {
    /// All there are.
    All,
    /// Some.
    Range {
        /// The first.
        first: Value<u64>,
        /// The end.
        end: SectorsEnd,
    },
}

/// Where a range of sectors ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SectorsEnd {
    /// Before this sector.
    Before(Value<u64>),
    /// After so many sectors. Only if the first sector or the count is swept: else the range is stored
    /// with its end.
    Count(Value<u64>),
}

impl Sectors {
    /// A range with both ends written out: the end is excluded.
    #[must_use]
    pub const fn literal(first: u64, end: u64) -> Self {
        Self::Range { first: Value::Literal(first), end: SectorsEnd::Before(Value::Literal(end)) }
    }

    /// The same range, with its end instead of its count if nothing in it is swept.
    pub(crate) fn settled(self) -> Self {
        match self {
            Self::Range {
                first: Value::Literal(first),
                end: SectorsEnd::Count(Value::Literal(count)),
            } => Self::literal(first, first.saturating_add(count)),
            other => other,
        }
    }

    /// First sector and excluded end on something with `size` sectors; `None` while something in it is
    /// swept. The end may lie beyond `size` only if it is written so.
    #[must_use]
    pub fn resolve(&self, size: u64) -> Option<(u64, u64)> {
        match self {
            Self::All => Some((0, size)),
            Self::Range { first, end } => {
                let first = *first.literal()?;
                let end = match end {
                    SectorsEnd::Before(end) => *end.literal()?,
                    SectorsEnd::Count(count) => first.saturating_add(*count.literal()?),
                };
                Some((first, end))
            }
        }
    }
}

/// An order of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Declare the member of a slot failed.
    Fail(Value<u8>),
    /// Release a drive.
    Remove(Value<DriveName>),
    /// Make a drive a hot spare.
    AddSpare {
        /// The drive.
        drive: Value<DriveName>,
        /// The only slot it is for.
        slot: Option<Value<u8>>,
        /// Whatever it holds.
        force: bool,
    },
    /// Release a hot spare.
    RemoveSpare(Value<DriveName>),
    /// Copy a serving member to another drive, which takes its slot.
    Replace {
        /// The slot.
        slot: Value<u8>,
        /// The other drive; the best spare if not said.
        with: Option<Value<DriveName>>,
    },
    /// Stop a replacement.
    CancelReplace(Value<u8>),
    /// Fill a drive for a slot.
    Rebuild {
        /// The slot.
        slot: Value<u8>,
        /// The drive.
        with: Value<DriveName>,
        /// Whatever it holds.
        force: bool,
    },
    /// Hold a slot's rebuild, resync or replacement.
    Pause(Value<u8>),
    /// Let it go on.
    Resume(Value<u8>),
    /// Leave the salvage state with the losses as they are.
    AcceptLosses,
    /// Change policies.
    Policy(Vec<Setting>),
    /// Stop the array: it ends what it does, and its records say that it is clean.
    Stop,
    /// Put the array together from the members that are there.
    Assemble(Assemble),
}

/// How an array that does not start by itself is put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assemble {
    /// As it would start by itself.
    Plain,
    /// With the members that are there, as long as there is a copy of everything.
    Degraded,
    /// With the old data of this drive wherever there is no current copy.
    Accept(Value<DriveName>),
    /// Of two histories, with that of this drive.
    Choose(Value<DriveName>),
}
