//! One bit for each region of a member's data area.

use crate::config::REGIONS;

const WORD: usize = 32;
const WORDS: usize = REGIONS / WORD;

/// A set of regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bitmap {
    words: [u32; WORDS],
    /// How many are in it: most sets are empty, and that must be quick to tell.
    ones: u32,
}

impl Bitmap {
    pub(crate) const EMPTY: Self = Self { words: [0; WORDS], ones: 0 };

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn get(&self, region: usize) -> bool {
        self.words.get(region / WORD).is_some_and(|word| word >> (region % WORD) & 1 == 1)
    }

    pub(crate) fn set(&mut self, region: usize) {
        if let Some(word) = self.words.get_mut(region / WORD) {
            let bit = 1 << (region % WORD);
            self.ones += u32::from(*word & bit == 0);
            *word |= bit;
        }
    }

    pub(crate) fn clear(&mut self, region: usize) {
        if let Some(word) = self.words.get_mut(region / WORD) {
            let bit = 1 << (region % WORD);
            self.ones -= u32::from(*word & bit != 0);
            *word &= !bit;
        }
    }

    pub(crate) fn set_range(&mut self, first: usize, last: usize) {
        for region in first..last + 1 {
            self.set(region);
        }
    }

    /// Takes out the regions from the first to the one before the next.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn clear_range(&mut self, first: usize, next: usize) {
        for region in first..next {
            self.clear(region);
        }
    }

    pub(crate) fn union(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
        self.recount();
    }

    fn recount(&mut self) {
        self.ones = 0;
        for &word in &self.words {
            // One by one: a word has few as a rule, and a core without an instruction for it counts all bits alike.
            let mut rest = word;
            while rest != 0 {
                rest &= rest - 1;
                self.ones += 1;
            }
        }
    }

    /// The words of the set, the lowest region first.
    pub(crate) const fn words(&self) -> &[u32; WORDS] {
        &self.words
    }

    /// The set from its words, the lowest region first.
    pub(crate) fn from_words(mut next: impl FnMut() -> u32) -> Self {
        let mut this = Self::EMPTY;
        for word in &mut this.words {
            *word = next();
        }
        this.recount();
        this
    }

    /// True if every region of another set is in it.
    pub(crate) fn contains_all(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).all(|(word, other)| other & !word == 0)
    }

    /// Takes the regions out that are not in another set.
    pub(crate) fn keep(&mut self, other: &Self) {
        for (word, kept) in self.words.iter_mut().zip(&other.words) {
            *word &= kept;
        }
        self.recount();
    }

    /// Takes the regions of another set out.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (word, less) in self.words.iter_mut().zip(&other.words) {
            *word &= !less;
        }
        self.recount();
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.ones == 0
    }

    pub(crate) const fn count(&self) -> u32 {
        self.ones
    }

    /// The first region of the set at `from` or above.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn first_from(&self, from: usize) -> Option<usize> {
        Some(self.next(from, true)).filter(|&region| region < REGIONS)
    }

    /// The first region at `from` or above whose bit equals `value`; [`REGIONS`] if there is none.
    pub(crate) fn next(&self, from: usize, value: bool) -> usize {
        let mut region = from;
        while region < REGIONS {
            let word = self.words[region / WORD] ^ if value { 0 } else { u32::MAX };
            let rest = word >> (region % WORD);
            if rest != 0 {
                return region + rest.trailing_zeros() as usize;
            }
            region = (region / WORD + 1) * WORD;
        }
        REGIONS
    }
}

#[cfg(test)]
mod tests;
