//! What is wrong with a drive, laid over the truth in its store.

use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::Instant;

use crate::plan::Heeds;

/// How a drive as a whole behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// As it should.
    Well,
    /// Every command fails at once.
    Failed,
    /// Commands begin nothing.
    Hanging(Heeds),
}

/// A flush that does not do what it should: nothing that it covers is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoilt {
    /// It is answered as if it were well.
    Ignored,
    /// It fails, and everything stays in the cache.
    Failed,
    /// It fails, and what it covers is in the cache no more.
    Dropped,
}

/// A range that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) range: Range<u64>,
    pub(crate) kind: Decay,
}

/// What heals a range that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decay {
    /// A write.
    Plain,
    /// A write, or the first read that fails.
    Once,
    /// Nothing.
    Sticky,
}

/// A range that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Unwritable {
    range: Range<u64>,
    /// How many more writes fail; `None` for all.
    times: Option<u32>,
}

/// All that is wrong with one drive.
#[derive(Clone, Debug)]
pub(crate) struct Faults {
    pub(crate) behaviour: Behaviour,
    unreadable: Vec<Unreadable>,
    unwritable: Vec<Unwritable>,
    /// How many times slower reads are.
    pub(crate) limp_read: u32,
    /// How many times slower writes are.
    pub(crate) limp_write: u32,
    /// Nothing begins before this time.
    pub(crate) stalled_until: Instant,
    /// Of the next write only so many sectors reach the drive.
    tear: Option<u64>,
    /// What becomes of so many flushes.
    spoilt_flushes: Option<(Spoilt, u64)>,
    /// How many flushes failed since one was well.
    pub(crate) failed_flushes: u32,
}

impl Faults {
    pub(crate) const fn none() -> Self {
        Self {
            behaviour: Behaviour::Well,
            unreadable: Vec::new(),
            unwritable: Vec::new(),
            limp_read: 1,
            limp_write: 1,
            stalled_until: Instant(0),
            tear: None,
            spoilt_flushes: None,
            failed_flushes: 0,
        }
    }

    /// Of the next write only the first sectors reach the drive.
    pub(crate) const fn tear_next(&mut self, sectors: u64) {
        self.tear = Some(sectors);
    }

    /// How many sectors of a write of so many reach the drive, if it is torn.
    pub(crate) fn tear(&mut self, sectors: u64) -> Option<u64> {
        self.tear.take().map(|kept| kept.min(sectors))
    }

    /// What becomes of so many flushes; of all if `None`.
    pub(crate) fn spoil_flushes(&mut self, spoilt: Spoilt, times: Option<u64>) {
        self.spoilt_flushes = Some((spoilt, times.unwrap_or(u64::MAX)));
    }

    /// What becomes of a flush that ends now, if that is not what it should be. Counts it.
    pub(crate) fn spoil_flush(&mut self) -> Option<Spoilt> {
        let (spoilt, left) = self.spoilt_flushes.as_mut().filter(|(_, left)| *left > 0)?;
        if *left < u64::MAX {
            *left -= 1;
        }
        Some(*spoilt)
    }

    /// True if writes of some sectors fail.
    pub(crate) fn refuses_writes(&self) -> bool {
        !self.unwritable.is_empty()
    }

    pub(crate) fn add_unreadable(&mut self, range: Range<u64>, kind: Decay) {
        self.unreadable.push(Unreadable { range, kind });
    }

    /// `times` is how many writes fail; `None` for all.
    pub(crate) fn add_unwritable(&mut self, range: Range<u64>, times: Option<u32>) {
        self.unwritable.push(Unwritable { range, times });
    }

    /// The first sector of the range that cannot be read, if any. What fails just once is healed by this.
    pub(crate) fn read(&mut self, range: &Range<u64>) -> Option<u64> {
        let first = self.first_unreadable(range)?;
        self.unreadable.retain(|bad| bad.kind != Decay::Once || !overlap(&bad.range, range));
        Some(first)
    }

    /// The first sector of the range that cannot be read, if any; changes nothing.
    pub(crate) fn first_unreadable(&self, range: &Range<u64>) -> Option<u64> {
        let hits = self.unreadable.iter().filter(|bad| overlap(&bad.range, range));
        hits.map(|bad| bad.range.start.max(range.start)).min()
    }

    /// The parts of the range that cannot be read.
    pub(crate) fn unreadable_in(&self, range: &Range<u64>, into: &mut Vec<Range<u64>>) {
        into.clear();
        let hits = self.unreadable.iter().filter(|bad| overlap(&bad.range, range));
        into.extend(hits.map(|bad| bad.range.start.max(range.start)..bad.range.end.min(range.end)));
    }

    /// True if a good write to this sector would make it readable.
    pub(crate) fn is_repairable(&self, sector: u64) -> bool {
        let holds = |range: &Range<u64>| range.contains(&sector);
        let sticky = |bad: &Unreadable| bad.kind == Decay::Sticky && holds(&bad.range);
        !self.unreadable.iter().any(sticky) && !self.unwritable.iter().any(|bad| holds(&bad.range))
    }

    /// True if nothing is unreadable.
    pub(crate) fn all_readable(&self) -> bool {
        self.unreadable.is_empty()
    }

    /// The first sector of the range that cannot be written, if any. Counts the failure.
    pub(crate) fn write(&mut self, range: &Range<u64>) -> Option<u64> {
        let hit = self.unwritable.iter_mut().find(|bad| overlap(&bad.range, range))?;
        let first = hit.range.start.max(range.start);
        if let Some(times) = &mut hit.times {
            *times -= 1;
        }
        self.unwritable.retain(|bad| bad.times != Some(0));
        Some(first)
    }

    /// A write went well: what it covers can be read again, unless nothing helps.
    pub(crate) fn healed_by_write(&mut self, range: &Range<u64>) {
        if !self.unreadable.iter().any(|bad| overlap(&bad.range, range)) {
            return;
        }
        let old = core::mem::take(&mut self.unreadable);
        for bad in old {
            if bad.kind == Decay::Sticky || !overlap(&bad.range, range) {
                self.unreadable.push(bad);
                continue;
            }
            let parts = [bad.range.start..range.start, range.end..bad.range.end];
            let kind = bad.kind;
            self.unreadable.extend(
                parts
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .map(|range| Unreadable { range, kind }),
            );
        }
    }

    /// True if commands may begin now.
    pub(crate) fn may_begin(&self, now: Instant) -> bool {
        self.behaviour == Behaviour::Well && self.stalled_until <= now
    }

    /// True if a command may take for ever, or long enough to be given up.
    pub(crate) fn is_slow(&self, now: Instant) -> bool {
        matches!(self.behaviour, Behaviour::Hanging(_))
            || self.stalled_until > now
            || self.limp_read > 1
            || self.limp_write > 1
    }
}

const fn overlap(a: &Range<u64>, b: &Range<u64>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests;
