//! Exact ranges of drives that differ from what their region's record says.
//!
//! The table is sorted by drive and start; ranges of one drive never overlap, and neighbours of one kind
//! are merged. Its size is fixed; the [caller](crate::room) makes room before it changes anything.

use heapless::Vec;

use crate::config::RANGES;
use crate::units::DriveId;

/// How far sectors of a drive can be believed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// It holds what the array holds. An exact range says so within a region that is recorded as stale.
    Fresh,
    /// It holds what the array holds, and somewhere in it a sector could not be read; which one is not known yet.
    Suspect,
    /// It cannot be read, sector for sector.
    Unreadable,
    /// It holds something older: a write to it failed.
    Missed,
    /// As [`Kind::Missed`], and it could not be filled: it is left alone until a host writes it or a drive arrives.
    GivenUp,
}

impl Kind {
    pub(crate) const fn is_held(self) -> bool {
        matches!(self, Self::Fresh | Self::Suspect)
    }

    /// It holds something older.
    pub(crate) const fn is_behind(self) -> bool {
        matches!(self, Self::Missed | Self::GivenUp)
    }
}

/// Sectors `start..end` of one drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Range {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) drive: DriveId,
    pub(crate) kind: Kind,
}

/// Places that one change may need at most: a range is cut in two, and another comes between.
const NEEDED: usize = 2;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct RangeTable {
    ranges: Vec<Range, RANGES>,
}

impl RangeTable {
    pub(crate) const fn new() -> Self {
        Self { ranges: Vec::new() }
    }

    /// True if there are places for so many ranges.
    pub(crate) fn has_places(&self, count: usize) -> bool {
        self.ranges.len() + count + NEEDED <= RANGES
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The ranges of a drive, in order.
    pub(crate) fn of(&self, drive: DriveId) -> &[Range] {
        // No range is empty: none ends at the first sector.
        let (first, next) = (self.lower_bound(drive, 0), self.lower_bound(DriveId(drive.0 + 1), 0));
        self.ranges.get(first..next).unwrap_or(&[])
    }

    /// The first range of the drive that ends above `lba`.
    pub(crate) fn at_or_above(&self, drive: DriveId, lba: u64) -> Option<&Range> {
        let index = self.lower_bound(drive, lba);
        self.ranges.get(index).filter(|range| range.drive == drive)
    }

    /// The range of the drive in which `lba` lies.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn at(&self, drive: DriveId, lba: u64) -> Option<&Range> {
        self.at_or_above(drive, lba).filter(|range| range.start <= lba)
    }

    /// True if there may be no place for a change.
    pub(crate) fn is_full(&self) -> bool {
        !self.has_places(0)
    }

    /// The range at an index of the table.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn get(&self, index: usize) -> Option<&Range> {
        self.ranges.get(index)
    }

    /// Takes out the range at an index.
    pub(crate) fn take(&mut self, index: usize) {
        if index < self.ranges.len() {
            self.ranges.remove(index);
        }
    }

    /// Puts a range in, over whatever was recorded there. The table must not be [full](Self::is_full).
    pub(crate) fn insert(&mut self, range: Range) {
        let Range { mut start, mut end, drive, kind } = range;
        // What it touches or overlaps of its own kind becomes one with it.
        let like = |other: &&Range| other.kind == kind;
        if let Some(before) = self.at_or_above(drive, start.saturating_sub(1)).filter(like) {
            start = start.min(before.start);
        }
        if let Some(after) = self.at_or_above(drive, end).filter(like)
            && after.start <= end
        {
            end = after.end;
        }
        self.remove(drive, start, end);
        self.put(self.lower_bound(drive, start), Range { start, end, drive, kind });
    }

    /// True if taking `start..end` of a drive out cuts a range in two, which needs a place.
    pub(crate) fn splits(&self, drive: DriveId, start: u64, end: u64) -> bool {
        self.at(drive, start).is_some_and(|range| range.start < start && range.end > end)
    }

    /// Takes `start..end` of a drive out. Where that [splits](Self::splits) a range the table must not be
    /// [full](Self::is_full).
    pub(crate) fn remove(&mut self, drive: DriveId, start: u64, end: u64) {
        self.remove_kind(drive, start, end, None);
    }

    /// As [`remove`](Self::remove), of one kind if it is told.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn remove_kind(&mut self, drive: DriveId, start: u64, end: u64, kind: Option<Kind>) {
        let mut index = self.lower_bound(drive, start);
        while let Some(&range) = self.get(index) {
            if range.drive != drive || range.start >= end {
                break;
            }
            if kind.is_some_and(|kind| kind != range.kind) {
                index += 1;
                continue;
            }
            self.take(index);
            if range.start < start {
                self.put(index, Range { end: start, ..range });
                index += 1;
            }
            if range.end > end {
                self.put(index, Range { start: end, ..range });
                index += 1;
            }
        }
    }

    fn put(&mut self, index: usize, range: Range) {
        let placed = self.ranges.insert(index, range).is_ok();
        debug_assert!(placed, "there was no room for {range:?}");
    }

    /// What was given up is to be tried again.
    pub(crate) fn retry_given_up(&mut self) {
        self.change_kind(None, Kind::GivenUp, Kind::Missed);
    }

    /// What a drive could not read it may read now: its other copies, or it itself, are to be asked.
    pub(crate) fn suspect_unreadable(&mut self, drive: DriveId) {
        self.change_kind(Some(drive), Kind::Unreadable, Kind::Suspect);
    }

    /// Ranges of one kind, of one drive if it is told, become ranges of another kind.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn change_kind(&mut self, drive: Option<DriveId>, from: Kind, to: Kind) {
        let changes =
            |range: &&Range| range.kind == from && drive.is_none_or(|drive| drive == range.drive);
        while let Some(range) = self.ranges.iter().find(changes) {
            self.insert(Range { kind: to, ..*range });
        }
    }

    /// Takes out all ranges of a drive.
    pub(crate) fn clear(&mut self, drive: DriveId) {
        self.remove(drive, 0, u64::MAX);
    }

    /// Takes out all ranges of a drive of one kind.
    pub(crate) fn clear_kind(&mut self, drive: DriveId, kind: Kind) {
        self.remove_kind(drive, 0, u64::MAX, Some(kind));
    }

    /// The index of the first range that ends above `lba` of the drive.
    fn lower_bound(&self, drive: DriveId, lba: u64) -> usize {
        let above = |range: &Range| (range.drive, range.end) > (drive, lba);
        self.ranges.iter().position(above).unwrap_or(self.ranges.len())
    }
}

#[cfg(test)]
mod tests;
