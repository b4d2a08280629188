//! A set of drives in one word.

use crate::units::DriveId;

/// Bits of a word: of the size that small cores shift at once.
const WORD: u8 = 32;

/// A set of drives. Two words by name, and not an array: so they are handed over in registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct DriveSet {
    low: u32,
    high: u32,
}

impl DriveSet {
    /// As many drives as fit into a set.
    pub(crate) const CAPACITY: usize = 2 * WORD as usize;
    pub(crate) const EMPTY: Self = Self { low: 0, high: 0 };

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn contains(&self, drive: DriveId) -> bool {
        let word = if drive.0 < WORD { self.low } else { self.high };
        word >> (drive.0 % WORD) & 1 == 1
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn insert(&mut self, drive: DriveId) {
        *self.word(drive) |= 1 << (drive.0 % WORD);
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn remove(&mut self, drive: DriveId) {
        *self.word(drive) &= !(1 << (drive.0 % WORD));
    }

    pub(crate) const fn unite(&mut self, other: Self) {
        self.low |= other.low;
        self.high |= other.high;
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    /// All drives of a table of so many.
    pub(crate) const fn below(count: usize) -> Self {
        let all = if count < Self::CAPACITY { (1 << count) - 1 } else { u64::MAX };
        Self { low: all as u32, high: (all >> WORD) as u32 }
    }

    /// The drives of the set, in order. Takes time for those only: most sets are empty, and are asked after each input.
    pub(crate) const fn iter(self) -> Rest {
        Rest(self)
    }

    /// Takes out the first drive.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    const fn take_first(&mut self) -> Option<DriveId> {
        let first = if self.low == 0 { WORD } else { 0 };
        let word = self.word(DriveId(first));
        let bit = word.trailing_zeros() as u8;
        if bit >= WORD {
            return None;
        }
        *word &= *word - 1;
        Some(DriveId(first + bit))
    }

    const fn word(&mut self, drive: DriveId) -> &mut u32 {
        if drive.0 < WORD { &mut self.low } else { &mut self.high }
    }
}

/// What is left of a set that is gone through.
pub(crate) struct Rest(DriveSet);

impl Iterator for Rest {
    type Item = DriveId;

    fn next(&mut self) -> Option<DriveId> {
        self.0.take_first()
    }
}

#[cfg(test)]
mod tests;
