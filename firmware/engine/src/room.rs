//! Room in the exact record: what is given up when it is full, the least first.
//!
//! | what | what it costs |
//! | --- | --- |
//! | two holes of a drive become one | the drive is not believed in between |
//! | a range that is valid in a stale region is forgotten | the drive is not believed there |
//! | a range that cannot be read is forgotten | the manifest lacks it until it is read again |
//!
//! What costs the last copy of something comes last of all, and only for a fact without which something older
//! could be taken for what the array holds. There is always something to give up, since the record has more places
//! than there are drives.

use crate::Engine;
use crate::config::RANGES;
use crate::event::EventKind;
use crate::ranges::{Kind, Range};
use crate::units::{DriveId, MemberLba, SectorCount};

/// What a place in the exact record may cost, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Price {
    /// One copy of what has another.
    Redundancy,
    /// The knowledge of what a drive cannot read.
    Finding,
    /// The last copy of something.
    LastCopy,
}

/// One way to free a place.
#[derive(Clone, Copy, Debug)]
struct Offer {
    price: Price,
    /// The range that goes, or becomes one with the next.
    index: usize,
    /// Where its drive is not believed any more.
    start: u64,
    end: u64,
}

impl Offer {
    /// What it costs, and how much of that.
    const fn cost(&self) -> (Price, u64) {
        (self.price, self.end - self.start)
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Sees to it that the exact record can take a change. False if that would cost more than `price`.
    pub(crate) fn make_room(&mut self, price: Price) -> bool {
        while self.ranges.is_full() {
            match self.best_offer() {
                Some(offer) if offer.price <= price => self.accept(offer),
                Some(_) | None => return false,
            }
        }
        true
    }

    /// What costs least, and of that the first.
    fn best_offer(&self) -> Option<Offer> {
        let mut best: Option<Offer> = None;
        for index in 0..RANGES {
            if let Some(offer) = self.offer_at(index)
                && best.as_ref().is_none_or(|best| offer.cost() < best.cost())
            {
                best = Some(offer);
            }
        }
        best
    }

    /// What can be done about the range at an index.
    fn offer_at(&self, index: usize) -> Option<Offer> {
        let range = self.ranges.get(index)?;
        let (start, end) = match range.kind {
            Kind::Suspect | Kind::Unreadable => {
                let start = range.start;
                return Some(Offer { price: Price::Finding, index, start, end: start });
            }
            Kind::Fresh => (range.start, range.end),
            Kind::Missed | Kind::GivenUp => (range.end, self.joinable(index, range)?.start),
        };
        let lost = |without| self.loss_within(range.drive, start, end, without);
        let last = lost(range.drive) > lost(DriveId::NOBODY);
        let price = if last { Price::LastCopy } else { Price::Redundancy };
        Some(Offer { price, index, start, end })
    }

    /// The hole that can become one with the one at an index.
    fn joinable(&self, index: usize, range: &Range) -> Option<&Range> {
        let next = self.ranges.get(index + 1);
        next.filter(|next| next.drive == range.drive && next.kind.is_behind())
    }

    fn accept(&mut self, offer: Offer) {
        let Some(&range) = self.ranges.get(offer.index) else { return };
        self.work.losses = true;
        self.ranges.take(offer.index);
        if range.kind.is_behind()
            && let Some(&next) = self.ranges.get(offer.index)
        {
            self.ranges.take(offer.index);
            // Filling what lies in between would need the place again.
            self.ranges.insert(Range { end: next.end, kind: Kind::GivenUp, ..range });
        }
        if offer.start < offer.end {
            self.distrust(range.drive, offer.start, offer.end);
        }
        self.tell_unlisted(range);
    }

    /// What a drive cannot read is not on record.
    pub(crate) fn tell_unlisted(&mut self, range: Range) {
        if range.kind == Kind::Unreadable {
            let (drive, lba) = (range.drive, MemberLba(range.start));
            let count = SectorCount(range.end - range.start);
            self.emit(EventKind::Unlisted { drive, lba, count });
        }
    }

    /// A drive is believed less than it holds.
    pub(crate) fn distrust(&mut self, drive: DriveId, start: u64, end: u64) {
        let (lba, count) = (MemberLba(start), SectorCount(end - start));
        self.work.topology = true;
        self.emit(EventKind::Distrusted { drive, lba, count });
    }
}

#[cfg(test)]
mod tests;
