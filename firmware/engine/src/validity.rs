//! Which copy holds what: the one place that answers.
//!
//! Two records together say whether a sector of a drive can be believed:
//!
//! * coarse: the drive's [`stale`](crate::drive::Drive::stale) regions, with
//!   [`filled`](crate::drive::Drive::filled) inside the one that is being filled;
//! * exact: the [ranges](crate::ranges) that differ from it.
//!
//! The exact record wins. When it is full, [room](crate::room) is made in it: a drive is then believed less than
//! it holds, never more, and an event says where.

use crate::Engine;
use crate::config::REGIONS;
use crate::io::Stretch;
use crate::ranges::{Kind, Range};
use crate::room::Price;
use crate::status::ArrayState;
use crate::units::{DriveId, MemberLba, less, lower, whole};

/// So many sectors are believed alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) belief: Kind,
    pub(crate) count: u32,
}

/// So many sectors, but `most` at most: as many as a stretch can tell.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(crate) fn up_to(sectors: u64, most: u32) -> u32 {
    sectors.min(u64::from(most)) as u32
}

impl<const DRIVES: usize> Engine<DRIVES> {
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn region_of(&self, lba: u64) -> usize {
        ((lba >> whole(self).region_shift) as usize).min(REGIONS - 1)
    }

    /// The region in which a member ends.
    pub(crate) fn last_region(&self) -> usize {
        self.region_of(self.member_sectors() - 1)
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn region_start(&self, region: usize) -> u64 {
        (region as u64) << whole(self).region_shift
    }

    /// The first and the last region in which some sectors of a member lie.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn regions_of(&self, start: u64, end: u64) -> (usize, usize) {
        (self.region_of(start), self.region_of(less(end, 1)))
    }

    /// Where a region of a member ends.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn region_end(&self, region: usize) -> u64 {
        self.region_start(region + 1).min(self.member_sectors())
    }

    /// What the first sector of a stretch of a drive is worth, and how much of the stretch is worth the same.
    pub(crate) fn run_at(&self, id: DriveId, stretch: Stretch) -> Run {
        let lba = stretch.start.0;
        let (held, count) = self.coarse_run(id, stretch);
        let coarse = if held { Kind::Fresh } else { Kind::Missed };
        match self.ranges.at_or_above(id, lba) {
            Some(range) if range.start <= lba => {
                // What was not read of what is behind is behind, too, and so is what another copy leads in.
                let behind = !held
                    && matches!(range.kind, Kind::Suspect | Kind::Unreadable)
                    && !raid10_metadata::bug!("unread-is-not-behind");
                let (belief, most) =
                    if behind { (Kind::Missed, count) } else { (range.kind, stretch.count) };
                Run { belief, count: up_to(range.end - lba, most) }
            }
            Some(range) => Run { belief: coarse, count: up_to(range.start - lba, count) },
            None => Run { belief: coarse, count },
        }
    }

    /// Whether the first sector of a stretch of a drive is held, by the coarse record alone, and for how much of it at least
    /// that is so.
    fn coarse_run(&self, id: DriveId, stretch: Stretch) -> (bool, u32) {
        let (lba, most) = (stretch.start.0, stretch.count);
        let drive = self.drive_ref(id);
        let too_early = raid10_metadata::bug!("read-above-cursor") && self.is_target(id);
        if drive.stale.is_empty() || too_early {
            return (true, most);
        }
        let region = self.region_of(lba);
        let stale = drive.stale.next(region, true);
        if stale > region {
            return (true, up_to(self.region_start(stale) - lba, most));
        }
        // The regions reach beyond the member's end. In one where copies may differ another answer holds.
        let uneven = drive.uneven.next(region, true);
        let mut next = drive.stale.next(region, false).min(uneven);
        let filled = drive.filled.0;
        if lba < filled {
            // The stale region that is being filled starts with what is held.
            let filling = self.region_of(filled - 1);
            if filling == region {
                return (true, up_to(filled - lba, most));
            }
            next = next.min(filling);
        }
        if uneven == region
            && let Some(slot) = drive.slot()
        {
            return self.lead_run(slot, lba, up_to(self.region_start(region + 1) - lba, most));
        }
        (false, up_to(self.region_start(next) - lba, most))
    }

    /// True if all of a stretch can be believed, as far as is known.
    pub(crate) fn holds(&self, id: DriveId, stretch: Stretch) -> bool {
        !self.has_part(id, stretch, false)
    }

    /// True if some of a stretch can be believed, or if some of it cannot, as far as is known.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn has_part(&self, id: DriveId, stretch: Stretch, held: bool) -> bool {
        let mut rest = stretch;
        while rest.count > 0 {
            let run = self.run_at(id, rest);
            if run.belief.is_held() == held {
                return true;
            }
            rest.skip(run.count);
        }
        false
    }

    /// A drive was written with what the array holds.
    pub(crate) fn mark_held(&mut self, id: DriveId, stretch: Stretch) {
        let drive = self.drive_ref(id);
        if drive.stale.is_empty() && self.ranges.of(id).is_empty() {
            return;
        }
        // What is gained can only shorten the losses.
        self.work.losses |= !self.lost.is_zero();
        let mut rest = stretch;
        while rest.count > 0 {
            let run = self.run_at(id, rest);
            if run.belief != Kind::Fresh {
                self.make_held(id, Stretch { count: run.count, ..rest });
            }
            rest.skip(run.count);
        }
    }

    fn make_held(&mut self, id: DriveId, stretch: Stretch) {
        let mut rest = stretch;
        while rest.count > 0 {
            let (held, count) = self.coarse_run(id, rest);
            let start = rest.start.0;
            rest.skip(count);
            let end = rest.start.0;
            let needs_place = !held || self.ranges.splits(id, start, end);
            if needs_place && !self.make_room(Price::Finding) {
                // What it holds is not known then: no other fact is given up for that.
                self.distrust(id, start, end);
            } else if held {
                self.ranges.remove(id, start, end);
            } else {
                self.ranges.insert(Range { start, end, drive: id, kind: Kind::Fresh });
            }
        }
    }

    /// A drive holds something older in a stretch, or cannot read it. Returns whether it was believed.
    pub(crate) fn mark_not_held(&mut self, id: DriveId, stretch: Stretch, kind: Kind) -> bool {
        let was_held = self.has_part(id, stretch, true);
        let (start, end) = (stretch.start.0, stretch.end().0);
        // That it cannot be read says nothing new of what is older anyway, and must not hide that it is.
        if !was_held && !kind.is_behind() && self.is_behind(id, start, end) {
            return false;
        }
        self.take_out(id, start, end);
        let mut rest = stretch;
        while rest.count > 0 {
            let (held, count) = self.coarse_run(id, rest);
            let run = Stretch { count, ..rest };
            let (at, to) = (run.start.0, run.end().0);
            // What a fill has gone through, or works on, becomes held with it unless a hole says otherwise.
            let drive = self.drive_ref(id);
            let passed = || drive.fill.as_ref().is_some_and(|it| at < it.next && it.front < to);
            if held || drive.uneven.get(self.region_of(at)) || passed() {
                self.mark_hole(id, run, kind);
            }
            rest.skip(count);
        }
        self.work.losses = true;
        was_held
    }

    /// True if all of a range is recorded as one that holds something older.
    fn is_behind(&self, id: DriveId, start: u64, end: u64) -> bool {
        let range = self.ranges.at(id, start);
        range.is_some_and(|range| end <= range.end && range.kind.is_behind())
    }

    /// Records a hole whatever the coarse record says, so that it outlives the region's filling.
    pub(crate) fn mark_hole(&mut self, id: DriveId, stretch: Stretch, kind: Kind) {
        self.work.losses = true;
        self.work.repairs = true;
        let hole = Range { start: stretch.start.0, end: stretch.end().0, drive: id, kind };
        if self.is_in_hole(hole) {
            return;
        }
        // A drive will say itself again what it cannot read. One such record must not drive out another, or two
        // drives that cannot read the same sector would be asked for it in turn, for ever.
        let price = if kind.is_behind() { Price::LastCopy } else { Price::Redundancy };
        if self.make_room(price) {
            self.ranges.insert(hole);
        } else {
            self.tell_unlisted(hole);
        }
    }

    /// True if a hole says nothing new, since it lies in one that is as bad.
    /// What the exact record says of a sector of a drive: nothing against it, where it says nothing.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn exact_at(&self, id: DriveId, lba: u64) -> Kind {
        self.ranges.at(id, lba).map_or(Kind::Fresh, |range| range.kind)
    }

    fn is_in_hole(&self, hole: Range) -> bool {
        hole.kind != Kind::GivenUp && self.is_behind(hole.drive, hole.start, hole.end)
    }

    /// A hole could not be filled, and will not be tried again before something changes.
    pub(crate) fn give_up_hole(&mut self, id: DriveId, stretch: Stretch) {
        let kind = Kind::GivenUp;
        let (start, end) = (stretch.start.0, stretch.end().0);
        if self.make_room(Price::Finding) {
            self.ranges.insert(Range { start, end, drive: id, kind });
        } else if let Some(&whole) = self.ranges.at(id, start) {
            // Without room for a part of it, all of it is given up.
            self.ranges.insert(Range { kind, ..whole });
        }
    }

    /// Regions of a drive hold something older, in part at least. Nothing in them is believed any more.
    pub(crate) fn mark_regions_stale(&mut self, id: DriveId, first: usize, last: usize) {
        let (start, end) = (self.region_start(first), self.region_start(last + 1));
        self.take_out(id, start, end);
        self.drive_mut(id).stale.set_range(first, last);
        // From now on it is behind there.
        self.drive_mut(id).uneven.clear_range(first, last + 1);
        self.go_back_to(id, first);
        self.work.topology = true;
        self.work.losses = true;
    }

    /// What was filled from the start of a region on counts no more.
    pub(crate) fn go_back_to(&mut self, id: DriveId, region: usize) {
        let start = self.region_start(region);
        let drive = self.drive_mut(id);
        lower(&mut drive.filled.0, start);
        self.restart_fill_from(id, start);
    }

    /// A drive missed a write while it was not in service: its regions are stale.
    /// Returns whether that is news.
    pub(crate) fn mark_missed_regions(&mut self, id: DriveId, stretch: Stretch) -> bool {
        let (first, last) = self.regions_of(stretch.start.0, stretch.end().0);
        let drive = self.drive_ref(id);
        let filled_reaches = drive.filled.0 > self.region_start(first);
        let exact = self.ranges.at_or_above(id, self.region_start(first)).is_some();
        let known = |region| drive.stale.get(region) && !drive.uneven.get(region);
        let known = (first..last + 1).all(known);
        let news =
            (!known || filled_reaches || exact) && !raid10_metadata::bug!("forget-missed-regions");
        if news {
            self.mark_regions_stale(id, first, last);
        }
        news
    }

    /// Everything below `to`, from `from` on, was gone through by a fill: what could not be copied is
    /// recorded as holes, so the coarse record can say that the rest is held. Returns whether copies differed there.
    pub(crate) fn mark_filled(&mut self, id: DriveId, from: u64, to: u64) -> bool {
        let (first, last) = self.regions_of(from, to);
        // Only the last one may reach beyond.
        let past = last + usize::from(self.region_end(last) <= to);
        // A failed array works again as soon as it can.
        self.work.topology |= first < past && self.state == ArrayState::Failed;
        let drive = self.drive_mut(id);
        let levels = drive.uneven.next(first, true) <= last;
        drive.stale.clear_range(first, past);
        drive.uneven.clear_range(first, past);
        drive.filled = MemberLba(to);
        // Where that would need a place it may as well stay: it says what the coarse record says.
        if !self.ranges.splits(id, from, to) {
            self.ranges.remove_kind(id, from, to, Some(Kind::Fresh));
        }
        self.work.losses |= !self.lost.is_zero();
        levels
    }

    /// A drive holds everything, whatever was recorded.
    pub(crate) fn adopt(&mut self, id: DriveId) {
        let drive = self.drive_mut(id);
        drive.stale = crate::bitmap::Bitmap::EMPTY;
        drive.filled = MemberLba(0);
        drive.uneven = crate::bitmap::Bitmap::EMPTY;
        self.ranges.clear_kind(id, Kind::Fresh);
        self.work.topology = true;
        self.work.losses = true;
    }

    /// A drive holds nothing.
    pub(crate) fn forget_content(&mut self, id: DriveId) {
        let last = self.last_region();
        let drive = self.drive_mut(id);
        drive.stale.set_range(0, last);
        drive.uneven = crate::bitmap::Bitmap::EMPTY;
        drive.filled = MemberLba(0);
        self.ranges.clear(id);
        self.work.losses = true;
    }

    fn take_out(&mut self, id: DriveId, start: u64, end: u64) {
        if self.ranges.splits(id, start, end) {
            self.make_room(Price::LastCopy);
        }
        self.ranges.remove(id, start, end);
    }
}

#[cfg(test)]
mod tests;
