//! The bitmap's part in commits, and the bits that are written between two of them.

use core::ops::Range;

use super::{Part, Stage};
use crate::Engine;
use crate::bitmap::Bitmap;
use crate::config::METADATA_SECTORS;

/// Bits in a sector of the bitmap.
pub(crate) const SECTOR_BITS: u64 = 4096;
/// Bits that the header takes in the first of them.
pub(crate) const HEADER_BITS: u64 = 2048;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// The regions whose bits lie in some sectors of the bitmap are being written.
    pub(super) fn take_touched(&mut self, first: u32, count: u32) {
        self.commit.bits = (first, count);
        self.commit.writing = Bitmap::EMPTY;
        let mut from = 0;
        while let Some(region) = self.dirty.touched.first_from(from) {
            from = region + 1;
            let sectors = self.bit_sectors(region);
            if sectors.is_empty() || first <= sectors.start && sectors.end <= first + count {
                self.commit.writing.set(region);
            }
        }
        let writing = &self.commit.writing;
        self.dirty.touched.subtract(writing);
        let mut set = *writing;
        set.keep(&self.dirty.set);
        self.commit.setting = !set.is_empty();
    }

    /// The sectors of the bitmap in which the bits of a region lie.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn bit_sectors(&self, region: usize) -> Range<u32> {
        let bits = self.bits_of(region);
        if bits.is_empty() {
            return 0..0;
        }
        let sector = |bit: u64| ((bit + HEADER_BITS) / SECTOR_BITS) as u32;
        sector(bits.start)..sector(bits.end - 1) + 1
    }

    pub(super) fn begin_bits(&mut self) -> bool {
        self.dirty.awaited = false;
        if !self.has_parties() {
            return false;
        }
        let (Some(region), Some(bits)) = (self.dirty.touched.first_from(0), self.dirty.bits) else {
            return false;
        };
        let first = self.bit_sectors(region).start;
        let all = bits.sectors() as u32;
        // Whole blocks, so that drives with large sectors can take them.
        let first = first & !7;
        let count = all.saturating_sub(first).min(METADATA_SECTORS as u32);
        self.take_touched(first, count);
        if self.commit.writing.is_empty() {
            // Nothing that could ever be written: no sector of the array lies there.
            self.dirty.touched.clear(region);
            return true;
        }
        let parties = self.parties();
        self.commit.parties = parties;
        self.commit.stage = Stage::Bits;
        self.commit.plan(Part::Bits, parties);
        true
    }

    pub(super) fn bits_done(&mut self) {
        self.commit.stage = Stage::Idle;
        self.note_bits();
        self.continue_recorded();
    }

    pub(super) fn note_bits(&mut self) {
        let written = &mut self.commit.writing;
        written.keep(&self.dirty.set);
        self.dirty.durable.union(written);
        *written = Bitmap::EMPTY;
    }
}
