//! The write-intent bitmap: which regions may differ between copies after a loss of power.
//!
//! A region of the members is dirty from before the first write to it until all copies are known to be equal and flushed.
//! On the drives it is told by bits, in the form of Linux MD; a bit stands for a range of the array, and a region has all
//! bits that its array sectors touch.
//!
//! ```text
//!  clean --(a write waits)--> to be set --(durable on all members)--> set --(a pass without writes)--> idle
//!    ^                                                                 ^ ^                               |
//!    |                                                                 | +-------- written again --------+
//!    |                                                  written again  |   another pass; all copies equal, flushed,
//!    |                                                                 |   nobody absent
//!    +-------- (the drives say: the array was whole) -------------- clearable
//! ```
//!
//! Failure edges: a member that fails while bits are set is recorded as failed first, then the writes go on; a power cut
//! before a cleared bit has reached the drives costs a needless copy, and nothing else.

use raid10_metadata::ArraySector;
use raid10_metadata::bitmap::Bits;

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::config::REGIONS;
use crate::geometry::SetId;
use crate::record::Fact;
use crate::units::{DriveId, Slot, lower};

/// The dirty regions, in memory and on the drives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Dirty {
    /// A write waits for bits.
    pub(crate) awaited: bool,
    /// The generation and the update count from which on bits were cleared, as long as others are noted for bits that
    /// are only to be cleared.
    was_whole: Option<(u64, u64)>,
    /// How the bits lie; `None` if there is no bitmap.
    pub(crate) bits: Option<Bits>,
    /// Regions whose bits must be set.
    pub(crate) set: Bitmap,
    /// Regions whose bits are set on all members.
    pub(crate) durable: Bitmap,
    /// Regions whose bits on the members may differ from what they must be.
    pub(crate) touched: Bitmap,
    /// Regions that were not written since the pass before the last.
    pub(crate) idle: Bitmap,
    /// Regions that are to be cleared when the commit under way has ended, unless they are written before.
    pub(crate) clearable: Bitmap,
}

impl Dirty {
    pub(crate) const fn new() -> Self {
        Self {
            bits: None,
            set: Bitmap::EMPTY,
            durable: Bitmap::EMPTY,
            touched: Bitmap::EMPTY,
            idle: Bitmap::EMPTY,
            clearable: Bitmap::EMPTY,
            was_whole: None,
            awaited: false,
        }
    }

    /// A region is about to be written. Returns whether it may be.
    fn mark(&mut self, region: usize) -> bool {
        self.clearable.clear(region);
        self.idle.clear(region);
        if self.durable.get(region) {
            return true;
        }
        if !self.set.get(region) {
            self.set.set(region);
            self.touched.set(region);
        }
        if self.bits.is_none() {
            self.durable.set(region);
            return true;
        }
        self.awaited = true;
        raid10_metadata::bug!("write-before-bit")
    }
}

/// Regions, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: usize,
    pub(crate) last: usize,
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Sees to it that a write to a place of a stream may go to the drives: its regions are recorded as dirty, and the
    /// array as active. Returns whether it may go now.
    pub(crate) fn mark_written(&mut self, set: SetId, at: u64, count: u32) -> bool {
        let mut marked = true;
        for copy in 0..self.geometry.copies() {
            let span = self.span_of(set, copy, at, count);
            for region in span.first..span.last + 1 {
                if !self.dirty.set.get(region) && !raid10_metadata::bug!("cleared-counts-as-set") {
                    // Its bit may be on the way, cleared.
                    self.commit.forget_bits(region, region);
                }
                marked &= self.dirty.mark(region);
            }
        }
        self.commit.written_at = self.now;
        if self.commit.is_active() {
            return marked;
        }
        self.activate();
        raid10_metadata::bug!("write-before-active") && marked
    }

    /// The bits of some member may be anything: they are written anew, and no write goes on before.
    pub(crate) fn touch_bits(&mut self) {
        self.dirty.touched.set_range(0, REGIONS - 1);
        if !raid10_metadata::bug!("newcomers-have-bits") {
            self.dirty.durable = Bitmap::EMPTY;
            self.commit.forget_bits(0, REGIONS - 1);
        }
    }

    /// The regions in which a copy of sectors of a stream lies.
    fn span_of(&self, set: SetId, copy: u8, at: u64, count: u32) -> Span {
        let start = self.geometry.member_lba(self.geometry.copy(set, copy), at).0;
        let (first, last) = self.regions_of(start, start + u64::from(count));
        Span { first, last }
    }

    /// Every region may differ between copies.
    pub(crate) fn doubt_all(&mut self) {
        self.dirty.set.set_range(0, self.last_region());
    }

    /// The bits of a region.
    pub(crate) fn bits_of(&self, region: usize) -> core::ops::Range<u64> {
        let Some(bits) = self.dirty.bits else { return 0..0 };
        let (start, end) = (self.region_start(region), self.region_end(region));
        let (start, end) = self.geometry.array_span(start, end);
        if start >= end {
            return 0..0;
        }
        bits.of_sector(ArraySector(start))..bits.of_sector(ArraySector(end - 1)) + 1
    }

    /// A pass over the bits: regions that were not written since the last pass, and whose copies are equal, flushed and all
    /// there, are to be cleared as soon as the drives say that the array was whole by now.
    pub(crate) fn sweep_bits(&mut self) {
        let (written, everyone) = (self.regions_under_write(), self.is_everyone_there());
        if raid10_metadata::bug!("clear-early") {
            self.dirty.clearable = self.dirty.set;
            self.clear_settled();
        }
        let mut from = 0;
        while let Some(region) = self.dirty.set.first_from(from) {
            from = region + 1;
            if written.get(region) || !self.dirty.durable.get(region) {
                self.dirty.idle.clear(region);
            } else if !self.dirty.idle.get(region) {
                self.dirty.idle.set(region);
            } else if everyone && self.is_settled_on_all(region) {
                self.dirty.clearable.set(region);
            }
        }
        if !self.dirty.clearable.is_empty() {
            self.note_whole();
            self.record.commit(Fact::Whole);
        }
    }

    /// The drives say that the array was whole: what was settled by then, and not written since, is clean.
    pub(crate) fn clear_settled(&mut self) {
        if !self.is_everyone_there() {
            return self.keep_settled();
        }
        let dirty = &mut self.dirty;
        dirty.was_whole = None;
        dirty.set.subtract(&dirty.clearable);
        dirty.durable.subtract(&dirty.clearable);
        dirty.idle.subtract(&dirty.clearable);
        dirty.touched.union(&dirty.clearable);
        dirty.clearable = Bitmap::EMPTY;
    }

    /// No bit is cleared, since a drive left before all said that the array was whole: the bits tell still what it misses.
    fn keep_settled(&mut self) {
        self.dirty.clearable = Bitmap::EMPTY;
        if let Some(was) = self.dirty.was_whole.take() {
            (self.labels.whole, self.labels.whole_events) = was;
        }
    }

    /// The generation and the update count of the next commit.
    const fn next_counts(&self) -> (u64, u64) {
        (self.commit.generation + 1, self.commit.events + 1)
    }

    /// The commit that was to follow a commit under way takes its place: what was noted for that one counts from this one.
    pub(crate) fn bound_whole(&mut self) {
        if !self.is_everyone_there() {
            self.keep_settled();
        }
        let (generation, events) = self.next_counts();
        let labels = &mut self.labels;
        lower(&mut labels.whole, generation);
        lower(&mut labels.whole_events, events);
    }

    /// From the next commit on the bits do not tell any more what a member that left before it has missed.
    fn note_whole(&mut self) {
        let (generation, events) = self.next_counts();
        if !raid10_metadata::bug!("whole-not-noted") {
            let labels = &mut self.labels;
            self.dirty.was_whole.get_or_insert((labels.whole, labels.whole_events));
            labels.whole = generation;
            labels.whole_events = events;
        }
    }

    /// True if every slot has its drive, in service.
    pub(crate) fn is_everyone_there(&self) -> bool {
        (0..self.members()).all(|index| {
            let record = self.slot_ref(Slot(index as u8));
            record.target.is_none() && self.is_served(record.member)
        })
    }

    /// True if all members hold a region, and have flushed it.
    fn is_settled_on_all(&self, region: usize) -> bool {
        let unsettled = |id: DriveId| {
            let drive = self.drive_ref(id);
            drive.stale.get(region) || drive.unflushed.get(region) || drive.flushing.get(region)
        };
        let mut members = self.slots.iter();
        self.sole.is_empty() && !members.any(|slot| slot.member.is_some_and(unsettled))
    }

    /// The regions that writes under way touch.
    fn regions_under_write(&self) -> Bitmap {
        let mut regions = Bitmap::EMPTY;
        for segment in self.segments.iter().filter_map(Option::as_ref) {
            if matches!(segment.state, crate::request::SegmentState::Reading(_)) {
                continue;
            }
            for copy in 0..self.geometry.copies() {
                let span = self.span_of(segment.set, copy, segment.at, segment.count);
                regions.set_range(span.first, span.last);
            }
        }
        regions
    }

    /// Slots without a holder that lacks nothing but where copies may differ, as the frame tells them: the others may go on alone.
    pub(crate) fn building_slots(&self) -> raid10_metadata::assembly::Slots {
        use raid10_metadata::assembly::Slots;
        let full = |slot: &usize| {
            let uneven = |id| self.serves(id) && self.drive_ref(id).stale_is_uneven();
            self.slot_ref(Slot(*slot as u8)).member.is_some_and(uneven)
                && (!raid10_metadata::bug!("uneven-is-no-rival") || self.is_full(Slot(*slot as u8)))
        };
        let building = (0..self.members()).filter(|slot| !full(slot));
        building.fold(Slots::EMPTY, |slots, slot| slots.with(slot as u16))
    }
}

#[cfg(test)]
mod tests;
