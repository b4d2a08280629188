//! The log of bad blocks: ranges of a member that could not be read or written.
//!
//! An entry is a number of 64 bits: start in the upper 54, length in the lower 10 (Linux `md_p.h`, `BB_*`). Start
//! and length count in units of 2^shift sectors from the start of the drive. The log ends at the first entry of all
//! ones. An entry of length zero says nothing and is skipped; newer kernels refuse it, so none is ever written.
//!
//! The log means something only while the superblock says that it is in use.

use core::error::Error;
use core::fmt;

use zerocopy::little_endian::U64;

use crate::units::DriveSector;
use crate::wire::{BLOCK_BYTES, BLOCK_SECTORS, Block};

/// Entries in a sector.
const SECTOR_ENTRIES: usize = 64;
/// Entries in a block.
const ENTRIES: usize = BLOCK_BYTES / size_of::<U64>();
/// The end of the log, and every entry behind it.
const END: u64 = u64::MAX;
const LENGTH_BITS: u32 = 10;
/// Units of the longest entry that Linux writes.
const LENGTH_MAX: u64 = 512;
/// Starts lie below this many units.
const START_END: u64 = 1 << 54;

/// Sectors of a drive that cannot be trusted to be readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BadRange {
    /// The first sector.
    pub start: DriveSector,
    /// How many sectors.
    pub sectors: u64,
}

/// Why a range was not put into a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LogError {
    /// There is no room for it.
    Full,
    /// It starts below the one before it.
    NotSorted,
    /// It is empty, or ends beyond what an entry can say.
    OutOfRange,
}

impl fmt::Display for LogError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Full => "the log of bad blocks is full",
            Self::NotSorted => "bad blocks must be logged in order of their sectors",
            Self::OutOfRange => "a range of bad blocks is empty or lies beyond every drive",
        })
    }
}

impl Error for LogError {}

/// The ranges in a log, in the order in which they are stored.
///
/// `sectors` is the length of the log, of which 8 count; `shift` is that of [`crate::LogArea`].
pub fn decode(block: &Block, sectors: u8, shift: u8) -> impl Iterator<Item = BadRange> + '_ {
    let entries: &[U64; ENTRIES] = zerocopy::transmute_ref!(block);
    let log = entries.iter().take(usize::from(sectors) * SECTOR_ENTRIES);
    let used = log.map(|entry| entry.get()).take_while(|&entry| entry != END);
    used.filter_map(move |entry| range(entry, shift))
}

/// An entry as a range; `None` if it says nothing, or of sectors that no drive has.
fn range(entry: u64, shift: u8) -> Option<BadRange> {
    let (start, length) = (entry >> LENGTH_BITS, entry & ((1 << LENGTH_BITS) - 1));
    // Neither may lose bits when it is counted in sectors.
    if length == 0 || (start | length).leading_zeros() < u32::from(shift) {
        return None;
    }
    let (start, sectors) = (start << shift, length << shift);
    start.checked_add(sectors)?;
    Some(BadRange { start: DriveSector(start), sectors })
}

/// Writes a log: ranges are given in order, and neighbours are merged.
pub struct Encoder<'a> {
    entries: &'a mut [U64; ENTRIES],
    capacity: usize,
    shift: u8,
    used: usize,
    /// The start of the last range, in units.
    floor: u64,
    /// The last entry's start, and where it ends, in units.
    start: u64,
    end: u64,
}

impl<'a> Encoder<'a> {
    /// Fills the block with ones, which is an empty log.
    ///
    /// `sectors` is the length of the log, of which 8 count; `shift` is that of [`crate::LogArea`].
    pub fn new(block: &'a mut Block, sectors: u8, shift: u8) -> Self {
        *block = [0xFF; BLOCK_BYTES];
        let sectors = usize::from(sectors).min(BLOCK_SECTORS as usize);
        Self {
            entries: zerocopy::transmute_mut!(block),
            capacity: sectors * SECTOR_ENTRIES,
            shift: shift.min(63),
            used: 0,
            floor: 0,
            start: 0,
            end: 0,
        }
    }

    /// Adds a range, rounded out to whole units.
    ///
    /// # Errors
    ///
    /// Why it cannot be added. What was added before stays; of a range for which there is too little room the first part
    /// may be in the log.
    pub fn push(&mut self, range: BadRange) -> Result<(), LogError> {
        let end = range.start.0.checked_add(range.sectors).filter(|_| range.sectors > 0);
        let end = end.ok_or(LogError::OutOfRange)?;
        let mut start = range.start.0 >> self.shift;
        let mut end = ((end - 1) >> self.shift) + 1;
        // An entry of the last start and length would read as the end of the log.
        if end >= START_END {
            return Err(LogError::OutOfRange);
        }
        if start < self.floor {
            return Err(LogError::NotSorted);
        }
        self.floor = start;
        if self.used > 0 && start <= self.end {
            // The last entry is written anew, and longer.
            self.used -= 1;
            start = self.start;
            end = end.max(self.end);
        }
        while start < end {
            if self.used >= self.capacity {
                return Err(LogError::Full);
            }
            let length = (end - start).min(LENGTH_MAX);
            if let Some(entry) = self.entries.get_mut(self.used) {
                entry.set(start << LENGTH_BITS | length);
            }
            self.used += 1;
            self.start = start;
            start += length;
            self.end = start;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
