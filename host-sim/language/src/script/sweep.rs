//! Sweeps and their points.

use alloc::vec::Vec;

use super::trigger::OpKind;
use super::value::{DriveName, Percent, SweepName, Time, Value};

/// A name and the values it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// The name, used where a value may stand.
    pub name: SweepName,
    /// The values, in order.
    pub values: SweepValues,
}

impl Sweep {
    /// What the values are.
    #[must_use]
    pub fn kind(&self) -> SweepKind {
        match &self.values {
            SweepValues::List(values) => values.first().map_or(SweepKind::Number, SweepValue::kind),
            SweepValues::Steps { first, .. } => first.kind(),
            SweepValues::Every { .. } => SweepKind::Number,
        }
    }
}

/// The values of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SweepValues {
    /// These, one after the other; all of one kind, at least one.
    List(Vec<SweepValue>),
    /// From the first to the last, both included; all three of one kind, and never drives.
    Steps {
        /// The first.
        first: SweepValue,
        /// The last.
        last: SweepValue,
        /// The distance between two; not zero.
        step: SweepValue,
    },
    /// 1, 2, 3, …: the number of each command of that kind which the drive is given. How many there are
    /// shows only when the vector runs.
    Every {
        /// The kind of command.
        op: OpKind,
        /// The drive.
        drive: Value<DriveName>,
    },
}

/// One value of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SweepValue {
    /// A share.
    Percent(Percent),
    /// A drive.
    Drive(DriveName),
    /// A slot, a count, a factor or a sector.
    Number(u64),
    /// A time.
    Time(Time),
}

impl SweepValue {
    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> SweepKind {
        match self {
            Self::Percent(_) => SweepKind::Percent,
            Self::Drive(_) => SweepKind::Drive,
            Self::Number(_) => SweepKind::Number,
            Self::Time(_) => SweepKind::Time,
        }
    }
}

/// What the values of a sweep are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SweepKind {
    /// Shares.
    Percent,
    /// Drives.
    Drive,
    /// Slots, counts, factors or sectors.
    Number,
    /// Times.
    Time,
}

impl SweepKind {
    /// The kind in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percent => "a percentage",
            Self::Drive => "a drive",
            Self::Number => "a number",
            Self::Time => "a time",
        }
    }
}

/// One value for each sweep, in the order of the sweeps. Empty for a vector without sweeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point(pub Vec<(SweepName, SweepValue)>);

impl Point {
    /// The value that a sweep has at this point.
    #[must_use]
    pub fn value(&self, name: &SweepName) -> Option<&SweepValue> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }
}
