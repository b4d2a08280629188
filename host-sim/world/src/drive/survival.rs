//! What of a drive's volatile cache is still there when its power comes back.

use alloc::vec::Vec;
use core::ops::Range;

/// Which writes survive that a drive has completed and not flushed. They are numbered from 0 in the order in which it
/// completed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Survival {
    /// None.
    #[default]
    None,
    /// All.
    All,
    /// So many, the oldest.
    First(u64),
    /// These.
    Only(Vec<Range<u64>>),
    /// So many, the oldest, and of the next the first half of its sectors. The next may be the one that the drive was
    /// at.
    Torn(u64),
}

impl Survival {
    /// True if a write of this number survives in full.
    pub(super) fn keeps(&self, number: u64) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::First(count) | Self::Torn(count) => number < *count,
            Self::Only(ranges) => ranges.iter().any(|range| range.contains(&number)),
        }
    }

    /// True if half of the write of this number survives.
    pub(super) fn tears(&self, number: u64) -> bool {
        *self == Self::Torn(number)
    }
}
