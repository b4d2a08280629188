//! Values of a superblock that are more than a number.

use crate::units::{ArraySector, DataSector, DriveSector};

/// The array sector up to which all copies are known to be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// A tag of a byte: that of the 64 bits beside it would have as many.
#[repr(u8)]
pub enum Resync {
    /// They are equal throughout: the array is clean.
    Done,
    /// They may differ from this sector on.
    From(ArraySector),
}

impl Resync {
    const DONE: u64 = u64::MAX;

    pub(super) const fn from_raw(raw: u64) -> Self {
        if raw == Self::DONE { Self::Done } else { Self::From(ArraySector(raw)) }
    }

    pub(super) const fn to_raw(self) -> u64 {
        match self {
            Self::Done => Self::DONE,
            Self::From(sector) => sector.0,
        }
    }
}

/// How far a member that is not in sync has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recovery {
    /// The member holds its data below this sector.
    pub offset: DataSector,
    /// Above it only those regions are missing that the bitmap marks.
    pub by_bitmap: bool,
}

/// The place of the log of bad blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LogArea {
    /// Its first sector.
    pub start: DriveSector,
    /// Its length: 1 to 8 sectors of 64 entries.
    pub sectors: u8,
    /// Starts and lengths of entries count in units of 2^shift sectors.
    pub shift: u8,
    /// Whether there are entries. If not, whatever is there has no meaning.
    pub in_use: bool,
}
