//! The near layout, written from its definition and not from the engine: the oracle's own.
//!
//! With N members and K copies, copy n of array chunk c is at place p = c·K + n; place p is in slot p mod N,
//! row p div N.

use raid10_engine::Slot;

/// A bit stands for 64 MiB at most.
const BIT_MAX: u64 = 64 << 11;

/// Where sectors lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) copies: u8,
    pub(crate) members: u8,
    /// Sectors of a chunk.
    pub(crate) chunk: u64,
    /// Chunks of the array.
    pub(crate) chunks: u64,
}

impl Layout {
    pub(crate) const fn new(copies: u8, members: u8, chunk: u64, member_size: u64) -> Self {
        let rows = member_size / chunk;
        Self { copies, members, chunk, chunks: rows * members as u64 / copies as u64 }
    }

    /// Sectors of the array.
    pub(crate) const fn capacity(&self) -> u64 {
        self.chunks * self.chunk
    }

    /// Sectors of a member up to its last chunk.
    pub(crate) const fn member_sectors(&self) -> u64 {
        (self.chunks * self.copies as u64).div_ceil(self.members as u64) * self.chunk
    }

    /// Where copy `copy` of an array sector lies.
    pub(crate) const fn locate(&self, lba: u64, copy: u8) -> (Slot, u64) {
        let place = lba / self.chunk * self.copies as u64 + copy as u64;
        let row = place / self.members as u64;
        (Slot((place % self.members as u64) as u8), row * self.chunk + lba % self.chunk)
    }

    /// The array sector of which a slot has a copy at this place; `None` where it has none.
    pub(crate) fn array_sector(&self, slot: Slot, member: u64) -> Option<u64> {
        let place = member / self.chunk * u64::from(self.members) + u64::from(slot.0);
        let chunk = place / u64::from(self.copies);
        (chunk < self.chunks).then(|| chunk * self.chunk + member % self.chunk)
    }

    /// Sectors of the array that a bit of its bitmap stands for: one bit for a region of a member of so many sectors, or for less,
    /// since it is a power of two; and for 64 MiB at most.
    pub(crate) const fn bit(&self, region: u64) -> u64 {
        let places = region.div_ceil(self.chunk) * self.members as u64;
        let span = places.div_ceil(self.copies as u64) * self.chunk;
        1 << (if span < BIT_MAX { span } else { BIT_MAX }).ilog2()
    }

    /// The parts of a range of the array that lie in one chunk each: first sector, sectors.
    pub(crate) fn runs(self, start: u64, count: u64) -> impl Iterator<Item = (u64, u64)> {
        let end = start + count;
        let mut at = start;
        core::iter::from_fn(move || {
            let first = (at < end).then_some(at)?;
            at = end.min((first / self.chunk + 1) * self.chunk);
            Some((first, at - first))
        })
    }
}

#[cfg(test)]
mod tests;
