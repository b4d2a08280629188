//! Why a block is not taken for a superblock.

use core::error::Error;
use core::fmt;

use super::Features;

/// Why a superblock is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Refusal {
    /// No magic number: blank, foreign, or of another minor version.
    NotMd,
    /// The checksum is wrong, or cannot be computed because the table of roles has no end.
    Damaged {
        /// The sum that is stored.
        stored: u32,
        /// The sum of what was read; `None` if it cannot be computed.
        computed: Option<u32>,
    },
    /// Intact, but made for something that is not supported here.
    Unsupported(Unsupported),
    /// Intact, but it contradicts itself or the drive.
    Inconsistent(Inconsistent),
}

/// What is not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Unsupported {
    /// A major version other than 1.
    Major(u32),
    /// A level other than 10.
    Level(i32),
    /// Features: a reshape, a journal, a cluster, or some that are not known.
    Features(Features),
    /// The far layout, with so many copies.
    FarCopies(u8),
    /// The offset layout, with so many copies.
    OffsetCopies(u8),
    /// A layout word with bits that a near layout does not have.
    Layout(u32),
    /// The member is a journal.
    Journal,
    /// The log of bad blocks counts in units of 2^n sectors; this n is too large.
    LogShift(u8),
    /// Fields that must be zero are not: a newer format.
    Padding,
    /// So many slots are more than can be assembled.
    Slots(u32),
    /// So many near copies are more than can be assembled.
    NearCopies(u8),
}

/// What contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Inconsistent {
    /// It says that it lies at this sector of the drive, but was read from another.
    Elsewhere(u64),
    /// Fewer than two copies, or more copies than slots, or more slots than there can be members.
    Copies {
        /// Near copies.
        near: u8,
        /// Slots.
        raid_disks: u32,
    },
    /// The chunk is no power of two, or smaller than 8 sectors.
    Chunk(u32),
    /// The member holds less than a chunk, more than its data area, or more than 2^52 sectors.
    Size(u64),
    /// The data area overlaps the superblock or ends beyond the drive.
    DataArea,
    /// The bitmap overlaps something or lies beyond the drive.
    Bitmap,
    /// The log of bad blocks overlaps something, lies beyond the drive, or is larger than a block.
    Log,
    /// The member's number lies beyond the table of roles.
    DevNumber(u32),
    /// The member's role is a slot that the array does not have, or has no meaning.
    Role(u16),
    /// More than two members hold this slot.
    Holders(u16),
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMd => out.write_str("there is no MD superblock"),
            Self::Damaged { stored, computed: Some(sum) } => {
                write!(out, "the superblock is damaged: its checksum is {stored:#x}, not {sum:#x}")
            }
            Self::Damaged { computed: None, .. } => {
                out.write_str("the superblock is damaged: its table of roles has no end")
            }
            Self::Unsupported(what) => write!(out, "not supported here: {what}; use Linux"),
            Self::Inconsistent(what) => write!(out, "the superblock contradicts itself: {what}"),
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Major(major) => write!(out, "metadata version {major}"),
            Self::Level(level) => write!(out, "level {level}"),
            Self::Features(features) => list(features, out),
            Self::FarCopies(copies) => write!(out, "the far layout with {copies} copies"),
            Self::OffsetCopies(copies) => write!(out, "the offset layout with {copies} copies"),
            Self::Layout(word) => write!(out, "layout {word:#x}"),
            Self::Journal => out.write_str("a journal"),
            Self::LogShift(shift) => {
                write!(out, "a log of bad blocks in units of 2^{shift} sectors")
            }
            Self::Padding => out.write_str("a newer format: fields that were zero have a meaning"),
            Self::Slots(slots) => write!(out, "{slots} slots"),
            Self::NearCopies(copies) => write!(out, "{copies} near copies"),
        }
    }
}

impl fmt::Display for Inconsistent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Elsewhere(sector) => write!(out, "it belongs to sector {sector} of its drive"),
            Self::Copies { near, raid_disks } => {
                write!(out, "{near} near copies on {raid_disks} slots")
            }
            Self::Chunk(sectors) => write!(out, "a chunk of {sectors} sectors"),
            Self::Size(sectors) => write!(out, "{sectors} sectors on each member"),
            Self::DataArea => out.write_str("the data area does not fit the drive"),
            Self::Bitmap => out.write_str("the bitmap is out of place"),
            Self::Log => out.write_str("the log of bad blocks is out of place"),
            Self::DevNumber(number) => write!(out, "no role for member number {number}"),
            Self::Role(role) => write!(out, "role {role:#x}"),
            Self::Holders(slot) => write!(out, "more than two members hold slot {slot}"),
        }
    }
}

/// The names of the features, those without a name as bits.
fn list(features: Features, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let names = [
        (Features::RESHAPE, "a reshape"),
        (Features::RESHAPE_BACKWARDS, "a reshape backwards"),
        (Features::NEW_OFFSET, "a moved data area"),
        (Features::CLUSTERED, "a cluster"),
        (Features::JOURNAL, "a journal"),
        (Features::PPL, "a partial parity log"),
        (Features::MULTIPLE_PPLS, "several partial parity logs"),
        (Features::RAID0_LAYOUT, "a layout of level 0"),
    ];
    let mut rest = features;
    let mut separator = "";
    for (feature, name) in names {
        if features.contains(feature) {
            write!(out, "{separator}{name}")?;
            separator = ", ";
            rest = Features::from_bits_retain(rest.bits() & !feature.bits());
        }
    }
    if rest.bits() != 0 {
        write!(out, "{separator}unknown features {:#x}", rest.bits())?;
    }
    Ok(())
}

impl Error for Refusal {}
impl Error for Unsupported {}
impl Error for Inconsistent {}
