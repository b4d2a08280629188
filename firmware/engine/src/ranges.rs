//! Exact ranges of drives that differ from what their region's record says.
//!
//! The table is sorted by drive and start; ranges of one drive never overlap, and neighbours of one kind
//! are merged. Its size is fixed: when it is full, the caller falls back to the coarse record of regions,
//! which can always take a fact.

use heapless::Vec;

use crate::config::RANGES;
use crate::units::DriveId;

/// How an exact range differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Valid, within a region that is recorded as stale.
    Fresh,
    /// It holds something older: a write to it failed.
    Missed,
    /// As [`Kind::Missed`], and rewriting it failed as well: it is left alone until a host writes it.
    Unwritable,
    /// Somewhere in it a sector could not be read; which one is not known yet.
    Suspect,
    /// It cannot be read, sector for sector.
    Unreadable,
}

/// Sectors `start..end` of one drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Range {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) drive: DriveId,
    pub(crate) kind: Kind,
}

/// The table is full: there was no place for this range, which is now missing from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full(pub(crate) Range);

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct RangeTable {
    ranges: Vec<Range, RANGES>,
}

impl RangeTable {
    pub(crate) const fn new() -> Self {
        Self { ranges: Vec::new() }
    }

    /// Places left.
    pub(crate) fn free(&self) -> usize {
        RANGES - self.ranges.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The ranges of a drive, in order.
    pub(crate) fn of(&self, drive: DriveId) -> &[Range] {
        let first = self.ranges.partition_point(|range| range.drive < drive);
        let rest = self.ranges.get(first..).unwrap_or(&[]);
        let count = rest.partition_point(|range| range.drive == drive);
        rest.get(..count).unwrap_or(&[])
    }

    /// The first range of the drive that ends above `lba`.
    pub(crate) fn at_or_above(&self, drive: DriveId, lba: u64) -> Option<Range> {
        let index = self.lower_bound(drive, lba);
        self.ranges.get(index).copied().filter(|range| range.drive == drive)
    }

    /// Puts a range in, over whatever was recorded there.
    ///
    /// # Errors
    ///
    /// [`Full`] with the range, or with the upper part of one that it cut in two.
    pub(crate) fn insert(&mut self, range: Range) -> Result<(), Full> {
        if let Err(Full(rest)) = self.remove(range.drive, range.start, range.end) {
            return Err(Full(hull(range, rest)));
        }
        let Range { mut start, mut end, drive, kind } = range;
        let mut index = self.lower_bound(drive, start);
        if let Some(before) = index.checked_sub(1).and_then(|at| self.ranges.get(at)).copied()
            && before.drive == drive
            && before.kind == kind
            && before.end == start
        {
            start = before.start;
            index -= 1;
            self.ranges.remove(index);
        }
        if let Some(after) = self.ranges.get(index).copied()
            && after.drive == drive
            && after.kind == kind
            && after.start == end
        {
            end = after.end;
            self.ranges.remove(index);
        }
        self.ranges.insert(index, Range { start, end, drive, kind }).map_err(Full)
    }

    /// Takes `start..end` of a drive out; a range that it cuts in two needs a further place.
    ///
    /// # Errors
    ///
    /// [`Full`] with the upper part of the range that was cut.
    pub(crate) fn remove(&mut self, drive: DriveId, start: u64, end: u64) -> Result<(), Full> {
        let mut index = self.lower_bound(drive, start);
        while let Some(range) = self.ranges.get(index).copied() {
            if range.drive != drive || range.start >= end {
                break;
            }
            self.ranges.remove(index);
            if range.start < start {
                let left = Range { end: start, ..range };
                self.ranges.insert(index, left).map_err(Full)?;
                index += 1;
            }
            if range.end > end {
                let right = Range { start: end, ..range };
                self.ranges.insert(index, right).map_err(Full)?;
                index += 1;
            }
        }
        Ok(())
    }

    /// Takes out all ranges of a drive.
    pub(crate) fn clear(&mut self, drive: DriveId) {
        self.ranges.retain(|range| range.drive != drive);
    }

    /// Takes out all ranges of a drive of one kind.
    pub(crate) fn clear_kind(&mut self, drive: DriveId, kind: Kind) {
        self.ranges.retain(|range| range.drive != drive || range.kind != kind);
    }

    /// Frees a place by giving up a record that the drive itself keeps: an unreadable range of any drive.
    pub(crate) fn forget_one_unreadable(&mut self) -> bool {
        let found = self
            .ranges
            .iter()
            .position(|range| matches!(range.kind, Kind::Unreadable | Kind::Suspect));
        if let Some(index) = found {
            self.ranges.remove(index);
        }
        found.is_some()
    }

    /// The index of the first range that ends above `lba` of the drive.
    fn lower_bound(&self, drive: DriveId, lba: u64) -> usize {
        self.ranges.partition_point(|range| (range.drive, range.end) <= (drive, lba))
    }
}

/// Both ranges in one, believed no more than either.
const fn hull(lower: Range, upper: Range) -> Range {
    let older = matches!(lower.kind, Kind::Missed | Kind::Unwritable)
        || matches!(upper.kind, Kind::Missed | Kind::Unwritable);
    let kind = if older { Kind::Missed } else { lower.kind };
    Range { end: upper.end, kind, ..lower }
}

#[cfg(test)]
mod tests;
