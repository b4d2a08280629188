//! Writes that one drive alone has taken, and that may still be in its cache.
//!
//! When such a drive loses its power, what it had not flushed is lost; the exact extents keep everything beside them.
//! The list is bounded: when it is full, the two nearest extents of a drive become one.
//!
//! ```text
//!  Free --(a write completes)--> Cached --(a flush begins)--> Flushing --(all flushes ended well)--> Free
//!                                   ^                             |
//!                                   +------- a flush failed ------+
//! ```

use crate::config::SOLE_WRITES;
use crate::io::Stretch;
use crate::units::{DriveId, MemberLba, less};

/// What is known of an extent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// Nothing: the place is free.
    Free,
    /// It may be in the cache only.
    Cached,
    /// A flush that is under way covers it.
    Flushing,
}

/// So many sectors from `start` of one drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
struct SoleWrite {
    drive: DriveId,
    stage: Stage,
    count: u32,
    start: u64,
}

impl SoleWrite {
    const fn end(&self) -> u64 {
        self.start + self.count as u64
    }

    /// Sectors between it and another extent; none where they touch.
    fn gap(&self, start: u64, end: u64) -> u64 {
        less(start, self.end()).max(less(self.start, end))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SoleWrites {
    places: [SoleWrite; SOLE_WRITES],
}

impl SoleWrites {
    pub(crate) const fn new() -> Self {
        let free = SoleWrite { start: 0, count: 0, drive: DriveId(0), stage: Stage::Free };
        Self { places: [free; SOLE_WRITES] }
    }

    /// True if nothing more can be told apart.
    pub(crate) fn is_full(&self) -> bool {
        self.places.iter().all(|place| place.stage != Stage::Free)
    }

    /// A drive alone has completed a write. False if there is no place for it, and nothing of the drive to join it with.
    pub(crate) fn add(&mut self, drive: DriveId, start: u64, end: u64) -> bool {
        let (mut best, mut least) = (None, u64::MAX);
        for place in &mut self.places {
            // A free place is better than any that does not touch.
            let cost = match place.stage {
                Stage::Free => 1,
                Stage::Cached if place.drive == drive => place.gap(start, end) * 2,
                Stage::Cached | Stage::Flushing => u64::MAX,
            };
            if cost < least {
                (best, least) = (Some(place), cost);
            }
        }
        let Some(place) = best else { return false };
        let (mut from, mut to) = (start, end);
        if place.stage == Stage::Cached {
            (from, to) = (from.min(place.start), to.max(place.end()));
        }
        // One that would be longer than can be told stays a matter of its regions.
        let Ok(count) = u32::try_from(to - from) else { return false };
        *place = SoleWrite { start: from, count, drive, stage: Stage::Cached };
        true
    }

    /// Moves all extents of a drive from one stage to another. True if there were any.
    pub(crate) fn change(&mut self, drive: DriveId, from: Stage, to: Stage) -> bool {
        let mut any = false;
        for place in &mut self.places {
            if place.drive == drive && place.stage == from {
                place.stage = to;
                any = true;
            }
        }
        any
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.places.iter().all(|place| place.stage == Stage::Free)
    }

    pub(crate) fn has(&self, drive: DriveId) -> bool {
        self.places.iter().any(|place| place.drive == drive && place.stage != Stage::Free)
    }

    /// The extent of a drive at a place of the list.
    pub(crate) fn at(&self, index: usize, drive: DriveId) -> Option<Stretch> {
        let place = self.places.get(index)?;
        let here = place.drive == drive && place.stage != Stage::Free;
        here.then_some(Stretch { start: MemberLba(place.start), count: place.count })
    }

    /// A drive is nothing to the array any more.
    pub(crate) fn clear(&mut self, drive: DriveId) {
        self.change(drive, Stage::Cached, Stage::Free);
        self.change(drive, Stage::Flushing, Stage::Free);
    }
}

#[cfg(test)]
mod tests;
