//! A set of drives in one word.

use crate::units::DriveId;

/// Bits of a word: of the size that small cores shift at once.
const WORD: u8 = 32;

/// A set of drives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct DriveSet([u32; 2]);

impl DriveSet {
    /// As many drives as fit into a set.
    pub(crate) const CAPACITY: usize = 2 * WORD as usize;
    pub(crate) const EMPTY: Self = Self([0; 2]);

    pub(crate) const fn contains(&self, drive: DriveId) -> bool {
        self.0[Self::word(drive)] >> (drive.0 % WORD) & 1 == 1
    }

    pub(crate) const fn insert(&mut self, drive: DriveId) {
        self.0[Self::word(drive)] |= 1 << (drive.0 % WORD);
    }

    pub(crate) const fn remove(&mut self, drive: DriveId) {
        self.0[Self::word(drive)] &= !(1 << (drive.0 % WORD));
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    /// The drives of the set, in order. Takes time for those only: most sets are empty, and are asked after each input.
    pub(crate) fn iter(self) -> impl Iterator<Item = DriveId> {
        let mut rest = self;
        core::iter::from_fn(move || {
            let word = usize::from(rest.0[0] == 0);
            let bit = rest.0[word].trailing_zeros() as u8;
            if bit >= WORD {
                return None;
            }
            rest.0[word] &= rest.0[word] - 1;
            Some(DriveId(word as u8 * WORD + bit))
        })
    }

    const fn word(drive: DriveId) -> usize {
        (drive.0 / WORD) as usize % 2
    }
}

#[cfg(test)]
mod tests;
