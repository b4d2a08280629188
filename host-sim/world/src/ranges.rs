//! Sets of sectors, as sorted ranges that neither touch nor overlap.

use alloc::collections::BTreeMap;
use core::ops::Range;

/// A set of sectors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ranges {
    /// Start to end (exclusive).
    map: BTreeMap<u64, u64>,
}

impl Ranges {
    pub(crate) const fn new() -> Self {
        Self { map: BTreeMap::new() }
    }

    pub(crate) fn of(range: Range<u64>) -> Self {
        let mut this = Self::new();
        this.insert(range);
        this
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// The number of sectors in the set.
    pub(crate) fn len(&self) -> u64 {
        self.iter().map(|range| range.end - range.start).sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Range<u64>> + '_ {
        self.map.iter().map(|(&start, &end)| start..end)
    }

    /// True if all of the range is in the set.
    pub(crate) fn contains_all(&self, range: &Range<u64>) -> bool {
        let (inside, end) = self.run_at(range.start);
        range.is_empty() || (inside && end >= range.end)
    }

    /// True if any of the range is in the set.
    pub(crate) fn intersects(&self, range: &Range<u64>) -> bool {
        self.map.range(..range.end).next_back().is_some_and(|(_, &end)| end > range.start)
    }

    /// Whether a sector is in the set, and up to where that stays so.
    pub(crate) fn run_at(&self, sector: u64) -> (bool, u64) {
        if let Some((_, &end)) = self.map.range(..=sector).next_back()
            && end > sector
        {
            return (true, end);
        }
        let next = self.map.range(sector..).next().map_or(u64::MAX, |(&start, _)| start);
        (false, next)
    }

    pub(crate) fn insert(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let Range { mut start, mut end } = range;
        while let Some((&found, &found_end)) = self.map.range(..=end).next_back() {
            if found_end < start {
                break;
            }
            if found <= start && found_end >= end {
                return;
            }
            start = start.min(found);
            end = end.max(found_end);
            self.map.remove(&found);
        }
        self.map.insert(start, end);
    }

    pub(crate) fn remove(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        while let Some((&found, &found_end)) = self.map.range(..range.end).next_back() {
            if found_end <= range.start {
                return;
            }
            self.map.remove(&found);
            if found_end > range.end {
                self.map.insert(range.end, found_end);
            }
            if found < range.start {
                self.map.insert(found, range.start);
            }
        }
    }
}

impl FromIterator<Range<u64>> for Ranges {
    fn from_iter<I: IntoIterator<Item = Range<u64>>>(ranges: I) -> Self {
        let mut this = Self::new();
        ranges.into_iter().for_each(|range| this.insert(range));
        this
    }
}

#[cfg(test)]
mod tests;
