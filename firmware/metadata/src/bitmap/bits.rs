//! Which bit belongs to a sector, and in which block it lies.

use core::ops::Range;

use crate::units::ArraySector;
use crate::wire::{BLOCK_BYTES, BLOCK_SECTORS, Block, HEAD_BYTES, SECTOR_BYTES};

/// Bits that the header takes in the first block.
const HEADER_BITS: u64 = HEAD_BYTES as u64 * 8;
/// No array has more sectors: 2^63.
const ARRAY_MAX: u64 = 1 << 63;
/// log2 of the bits in a block.
const BLOCK_SHIFT: u32 = (BLOCK_BYTES * 8).trailing_zeros();
/// log2 of the bits in a sector.
const SECTOR_SHIFT: u32 = (SECTOR_BYTES * 8).trailing_zeros();

/// The bits of an array.
///
/// Bits behind the last one are whatever made the bitmap left there: mdadm leaves ones. They are neither read nor
/// changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Bits {
    shift: u8,
    array_sectors: u64,
}

impl Bits {
    /// One bit for every 2^shift sectors of an array; the last may stand for fewer. What is beyond all reason is taken
    /// for 2^63.
    #[must_use]
    pub const fn new(shift: u8, array_sectors: u64) -> Self {
        Self {
            shift: if shift < 63 { shift } else { 63 },
            array_sectors: if array_sectors < ARRAY_MAX { array_sectors } else { ARRAY_MAX },
        }
    }

    /// A bit stands for 2^shift sectors.
    #[must_use]
    pub const fn shift(&self) -> u8 {
        self.shift
    }

    /// Number of bits.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub const fn count(&self) -> u64 {
        let rest = self.array_sectors & ((1 << self.shift) - 1);
        (self.array_sectors >> self.shift) + (rest != 0) as u64
    }

    /// Blocks of the bitmap, its header included.
    #[must_use]
    pub const fn blocks(&self) -> u64 {
        ((self.count() + (HEADER_BITS - 1)) >> BLOCK_SHIFT) + 1
    }

    /// Sectors of the bitmap in whole blocks, its header included.
    #[must_use]
    pub const fn sectors(&self) -> u64 {
        self.blocks() * BLOCK_SECTORS
    }

    /// The bit of a sector.
    #[must_use]
    pub const fn of_sector(&self, sector: ArraySector) -> u64 {
        sector.0 >> self.shift
    }

    /// The sectors that a bit stands for; empty for a bit that there is not.
    #[must_use]
    pub const fn sectors_of(&self, bit: u64) -> Range<ArraySector> {
        if bit >= self.count() {
            return ArraySector(self.array_sectors)..ArraySector(self.array_sectors);
        }
        let start = bit << self.shift;
        let left = self.array_sectors - start;
        let length = if left < 1 << self.shift { left } else { 1 << self.shift };
        ArraySector(start)..ArraySector(start + length)
    }

    /// The block of the bitmap in which a bit lies.
    #[must_use]
    pub const fn block_of(&self, bit: u64) -> u64 {
        bit.saturating_add(HEADER_BITS) >> BLOCK_SHIFT
    }

    /// The sector in which a bit lies, counted from the start of the bitmap.
    #[must_use]
    pub const fn sector_of(&self, bit: u64) -> u64 {
        bit.saturating_add(HEADER_BITS) >> SECTOR_SHIFT
    }

    /// The bits in a block.
    #[must_use]
    pub const fn bits_in(&self, block: u64) -> Range<u64> {
        let count = self.count();
        if block >= self.blocks() {
            return count..count;
        }
        let start = (block << BLOCK_SHIFT).saturating_sub(HEADER_BITS);
        let end = ((block + 1) << BLOCK_SHIFT) - HEADER_BITS;
        start..if end < count { end } else { count }
    }

    /// Whether a bit is set. The block must be that of the bit.
    #[must_use]
    pub fn get(&self, block: &Block, bit: u64) -> bool {
        let (byte, mask) = place(bit);
        bit < self.count() && block.get(byte).is_some_and(|byte| byte & mask != 0)
    }

    /// Sets a bit, and says whether that changed it. The block must be that of the bit.
    pub fn set(&self, block: &mut Block, bit: u64) -> bool {
        let change = bit < self.count() && !self.get(block, bit);
        if change {
            flip(block, bit);
        }
        change
    }

    /// Clears a bit, and says whether that changed it. The block must be that of the bit.
    pub fn clear(&self, block: &mut Block, bit: u64) -> bool {
        let change = self.get(block, bit);
        if change {
            flip(block, bit);
        }
        change
    }

    /// Sets all bits in a block of the bitmap.
    pub fn set_all(&self, block: &mut Block, index: u64) {
        let (whole, tail) = self.bytes_in(index);
        if let Some(byte) = block.get_mut(whole.end) {
            *byte |= tail;
        }
        block.get_mut(whole).unwrap_or_default().fill(0xFF);
    }

    /// The first set bit at `from` or above in a block of the bitmap.
    #[must_use]
    pub fn next_set(&self, block: &Block, index: u64, from: u64) -> Option<u64> {
        let bits = self.bits_in(index);
        let mut bit = from.max(bits.start);
        while bit < bits.end {
            let (byte, _) = place(bit);
            let skip = (bit + HEADER_BITS) % 8;
            let rest = block.get(byte).map_or(0, |byte| byte >> skip);
            if rest != 0 {
                bit += u64::from(rest.trailing_zeros());
                return Some(bit).filter(|&bit| bit < bits.end);
            }
            bit += 8 - skip;
        }
        None
    }

    /// The number of set bits in a block of the bitmap.
    #[must_use]
    pub fn count_set(&self, block: &Block, index: u64) -> u32 {
        let (whole, tail) = self.bytes_in(index);
        let rest = block.get(whole.end).map_or(0, |byte| (byte & tail).count_ones());
        block.get(whole).unwrap_or_default().iter().map(|byte| byte.count_ones()).sum::<u32>()
            + rest
    }

    /// The bytes in a block that hold nothing but bits, and the mask of the bits in the byte behind them.
    fn bytes_in(&self, index: u64) -> (Range<usize>, u8) {
        let bits = self.bits_in(index);
        let (first, _) = place(bits.start);
        let count = (bits.end - bits.start) as usize;
        (first..first + count / 8, (1 << (count % 8)) - 1)
    }
}

/// The byte of a bit in its block, and its mask there.
const fn place(bit: u64) -> (usize, u8) {
    let at = bit.wrapping_add(HEADER_BITS) & ((1 << BLOCK_SHIFT) - 1);
    ((at / 8) as usize, 1 << (at % 8))
}

fn flip(block: &mut Block, bit: u64) {
    let (byte, mask) = place(bit);
    if let Some(byte) = block.get_mut(byte) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests;
