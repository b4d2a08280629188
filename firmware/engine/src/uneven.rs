//! Regions in which copies may differ although none is older than another: after an unclean stop, and in a new array whose
//! drives held anything.
//!
//! What a host was promised is equal on all copies there; the rest is one of several values, each as good, until somebody has
//! read it. So one copy of each chunk *leads*: the first one, on a slot that had its member from the start and has had it ever
//! since. The others are stale there until they are filled from it. If it goes, another leads: one that was filled before one
//! that was not. A copy that is away stays as good as it was until others are read, or written: what it has not seen it is
//! behind in.
//!
//! What is read is first made equal on all copies ([`Equalise`]), durably: it stays what it was even if the copy that gave it
//! dies next, and the power with it. What a resync made equal is flushed before it is read.

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::config::{REGIONS, WINDOW_SECTORS};
use crate::drive_set::DriveSet;
use crate::io::Extent;
use crate::ranges::Kind;
use crate::read::{Leg, ReadState};
use crate::record::Fact;
use crate::request::{Segment, SegmentState};
use crate::units::{DriveId, MemberLba, Slot};
use crate::window::{Purpose, Window};

/// How far the equalising before a read is: which copy, and how many of its sectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Equalise {
    leg: u8,
    pos: u32,
    /// A window is open for it.
    busy: bool,
    /// Others lead since then: it begins again.
    again: bool,
}

/// What speaks for a copy where copies may differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// It is behind, or away.
    None,
    /// It is as good as others, and was away since.
    Returned,
    /// It is as good as others.
    Good,
    /// It was filled from one that led.
    Filled,
    /// It is the first, and has been there all the time.
    First,
}

impl Equalise {
    pub(crate) const BEGIN: Self = Self { leg: 0, pos: 0, busy: false, again: false };
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// True if no whole drive is another's mirror: an odd count has first and further copies on every drive.
    pub(crate) fn is_rotated(&self) -> bool {
        !self.members().is_multiple_of(usize::from(self.geometry.copies()))
    }

    /// A slot whose drive lacks nothing leads, as long as it has that drive.
    pub(crate) fn let_lead(&mut self, slot: Slot) {
        self.leaders |= 1 << slot.0;
        self.leading |= 1 << slot.0;
    }

    /// No slot leads.
    pub(crate) fn end_leading(&mut self) {
        (self.leaders, self.leading, self.have_left) = (0, 0, 0);
    }

    /// Whether the copy at a sector of a slot leads.
    pub(crate) fn leads(&self, slot: Slot, lba: u64) -> bool {
        self.lead_run(slot, lba, lba + 1).0
    }

    /// Whether the copy at a sector of a slot leads, and up to where at most `limit` that is so: where the copy that leads in
    /// the region has a hole, another one leads.
    pub(crate) fn lead_run(&self, slot: Slot, lba: u64, limit: u64) -> (bool, u64) {
        let mut end = limit.min(self.geometry.chunk_end(lba));
        let Some((set, at, copy)) = self.geometry.stream_of_member(slot, MemberLba(lba)) else {
            return (true, end);
        };
        let (mut leader, mut highest, mut is_first) = (None, Standing::None, true);
        for other in 0..self.geometry.copies() {
            let place = self.geometry.copy(set, other);
            let start = self.geometry.member_lba(place, at).0;
            let Some(member) = self.slots[place.slot.index()].member else { continue };
            let mut standing = self.standing(member, place.slot, start, is_first);
            is_first &= self.leaders >> place.slot.0 & 1 == 0;
            if let Some(range) = self.ranges.at_or_above(member, start) {
                let within = range.start <= start;
                if within && range.kind != Kind::Fresh {
                    standing = Standing::None;
                }
                end = end.min(lba + if within { range.end - start } else { range.start - start });
            }
            if standing > highest {
                (leader, highest) = (Some(other), standing);
            }
        }
        (leader == Some(copy), end)
    }

    /// What speaks for the copy of a slot at a sector of its drive, if that `is_first` among those that may lead.
    fn standing(&self, member: DriveId, slot: Slot, lba: u64, is_first: bool) -> Standing {
        let (drive, region) = (self.drive_ref(member), self.region_of(lba));
        let (stale, uneven) = (drive.stale.get(region), drive.uneven.get(region));
        let away = self.leading >> slot.0 & 1 == 0
            || raid10_metadata::bug!("returned-never-leads") && self.has_left(slot);
        if away || stale && !uneven {
            Standing::None
        } else if is_first && !self.has_left(slot) {
            Standing::First
        } else if !stale {
            Standing::Filled
        } else if self.has_left(slot) {
            Standing::Returned
        } else {
            Standing::Good
        }
    }

    /// True if a drive may lead at a sector, if those do not that lead now.
    pub(crate) fn would_lead(&self, id: DriveId, lba: u64) -> bool {
        let drive = self.drive_ref(id);
        let leads = |slot: Slot| self.leading >> slot.0 & 1 == 1;
        let hole = self.ranges.at_or_above(id, lba);
        !raid10_metadata::bug!("next-leader-forgotten")
            && drive.uneven.get(self.region_of(lba))
            && drive.slot().is_some_and(leads)
            && hole.is_none_or(|range| range.start > lba || range.kind == Kind::Fresh)
    }

    /// True if the drive of a slot was away since copies may differ: others may have been read.
    pub(crate) fn has_left(&self, slot: Slot) -> bool {
        self.have_left >> slot.0 & 1 == 1
    }

    /// Copies may differ in some regions: each member that does not lead throughout is stale in them.
    pub(crate) fn make_uneven(&mut self, region: usize) {
        for index in 0..self.members() {
            let slot = Slot(index as u8);
            let Some(id) = self.slots[index].member else { continue };
            if self.is_rotated() || !self.leads(slot, self.region_start(region)) {
                let drive = self.drive_mut(id);
                if !drive.stale.get(region) {
                    drive.stale.set(region);
                    drive.uneven.set(region);
                }
            }
        }
        self.restart_targets(region, u32::MAX);
        self.work.topology = true;
        self.work.losses = true;
    }

    /// A drive that is being filled may differ from a copy that leads in what it was filled with: it is filled again.
    fn restart_targets(&mut self, region: usize, changed: u32) {
        for index in 0..self.members() {
            let slot = Slot(index as u8);
            let led = changed & self.slots_beside(slot) != 0
                && self.geometry.all_sets().all(|set| {
                    let slots = self.geometry.slots_of(set);
                    slots >> index & 1 == 0 || slots & self.leading != 0
                });
            if let Some(target) = self.slots[index].target.filter(|_| led) {
                self.drive_mut(target).stale.set(region);
                let start = self.region_start(region);
                self.go_back_to(target, start);
            }
        }
    }

    /// What a drive was said to hold in stale regions is not so where copies may differ, unless nobody else has it.
    pub(crate) fn doubt_fresh(&mut self, id: DriveId) {
        let mut at = 0;
        while let Some(&range) = self.ranges.at_or_above(id, at) {
            at = range.end;
            let dirty = self.dirty.set.next(self.region_of(range.start), true);
            if range.kind != Kind::Fresh || dirty > self.region_of(range.end - 1) {
                continue;
            }
            let lost = self.loss_within(id, range.start, range.end, None);
            self.ranges.remove(id, range.start, range.end);
            if self.loss_within(id, range.start, range.end, None) > lost {
                self.ranges.insert(range);
            }
        }
    }

    /// True if some copy may differ from others that are as good.
    pub(crate) fn is_uneven(&self) -> bool {
        self.leaders != 0 && self.drives.iter().any(|drive| !drive.uneven.is_empty())
    }

    /// True if a drive whose copies may lead has left, or come back, and that was not looked at yet.
    pub(crate) fn is_leader_gone(&self) -> bool {
        self.is_uneven() && self.present_leaders() != self.leading
    }

    /// The slots that may lead and have their drive, a bit each.
    fn present_leaders(&self) -> u32 {
        let mut present = self.leaders;
        for (index, record) in self.slots.iter().enumerate() {
            if !self.is_served(record.member) {
                present &= !(1 << index);
            }
        }
        present
    }

    /// Sees who leads where a drive has left, or come back.
    pub(crate) fn refresh_leaders(&mut self) {
        if !self.is_uneven() {
            if !self.is_levelling() {
                self.end_leading();
            }
            return;
        }
        let present = self.present_leaders();
        let before = core::mem::replace(&mut self.leading, present);
        if before == present {
            return;
        }
        let gone = before & !present;
        self.have_left |= gone;
        if gone != 0 {
            self.left_record = self.record.commit(Fact::Degraded);
        }
        let mut uneven = Bitmap::EMPTY;
        for index in 0..self.members() {
            if gone >> index & 1 == 1 {
                let regions = self.uneven_beside(Slot(index as u8));
                self.leave_uneven(Slot(index as u8), &regions);
                uneven.union(&regions);
            }
        }
        let mut region = uneven.next(0, true);
        while region < REGIONS && gone != 0 {
            self.restart_targets(region, gone);
            region = uneven.next(region + 1, true);
        }
        for segment in self.segments.iter_mut().flatten() {
            if raid10_metadata::bug!("equalised-before-it-left") {
                break;
            }
            if let SegmentState::Equalising(state) = &mut segment.state {
                *state = Equalise { busy: state.busy, again: true, ..Equalise::BEGIN };
            }
        }
        (0..DRIVES).for_each(|index| self.level_anew(DriveId(index as u8)));
        for index in 0..self.members() {
            self.inherit(Slot(index as u8));
        }
        self.work.topology = true;
        self.work.losses = true;
    }

    /// The regions of a slot in which copies of what it has may differ.
    fn uneven_beside(&self, slot: Slot) -> Bitmap {
        let mut uneven = Bitmap::EMPTY;
        for drive in &self.drives {
            if drive.slot().is_some_and(|other| self.shares_mirror(slot, other)) {
                uneven.union(&drive.uneven);
            }
        }
        if self.is_rotated() { self.with_neighbours(&uneven) } else { uneven }
    }

    /// Regions, and those that a chunk before and behind them reaches: where copies rotate, those of a chunk may lie a chunk apart.
    fn with_neighbours(&self, regions: &Bitmap) -> Bitmap {
        let mut wider = Bitmap::EMPTY;
        let mut region = regions.next(0, true);
        while region < REGIONS && !raid10_metadata::bug!("copies-at-one-place") {
            let start = self.region_start(region).saturating_sub(self.geometry.chunk());
            let end = self.region_start(region + 1) + self.geometry.chunk();
            let last = self.region_of(end - 1).min(self.last_region());
            wider.set_range(self.region_of(start), last);
            region = regions.next(region + 1, true);
        }
        wider
    }

    /// The drive of a slot has left: what it holds may differ from what others have.
    fn leave_uneven(&mut self, slot: Slot, regions: &Bitmap) {
        let Some(id) = self.slots[slot.index()].member else { return };
        let mut news = *regions;
        news.subtract(&self.drive_ref(id).stale);
        let first = news.next(0, true);
        if first < REGIONS {
            let drive = self.drive_mut(id);
            drive.stale.union(&news);
            drive.uneven.union(&news);
            let start = self.region_start(first);
            self.go_back_to(id, start);
        }
    }

    /// What a drive was given by another copy that led before may differ from the one that leads now.
    fn level_anew(&mut self, id: DriveId) {
        let drive = self.drive_ref(id);
        if drive.uneven.is_empty() {
            return;
        }
        let Some(slot) = drive.slot() else { return };
        let filled = self.region_of(drive.filled.0.max(1) - 1);
        let start = self.region_start(filled);
        if drive.uneven.get(filled) && !self.leads(slot, start) {
            self.go_back_to(id, start);
        }
        // Of two copies the other one has nothing of a third.
        if self.geometry.copies() > 2 {
            self.abandon_windows(id);
            self.doubt_fresh(id);
        }
    }

    /// True if two slots have copies of the same.
    pub(crate) fn shares_mirror(&self, one: Slot, other: Slot) -> bool {
        self.slots_beside(one) >> other.0 & 1 == 1
    }

    /// The slots with copies of what a slot has, a bit each; its own is one of them.
    fn slots_beside(&self, slot: Slot) -> u32 {
        let sets = self.geometry.all_sets().map(|set| self.geometry.slots_of(set));
        sets.filter(|slots| slots >> slot.0 & 1 == 1).fold(0, |all, slots| all | slots)
    }

    /// The member of a slot holds everything where it leads, as no whole drive of its mirror does before it.
    fn inherit(&mut self, slot: Slot) {
        let Some(id) = self.slots[slot.index()].member else { return };
        if self.is_rotated() || self.has_left(slot) || self.drive_ref(id).uneven.is_empty() {
            return;
        }
        let mut region = self.drive_ref(id).uneven.next(0, true);
        while region < REGIONS {
            if self.leads(slot, self.region_start(region)) {
                let drive = self.drive_mut(id);
                drive.uneven.clear(region);
                drive.stale.clear(region);
            }
            region = self.drive_ref(id).uneven.next(region + 1, true);
        }
        let drive = self.drive_mut(id);
        if drive.stale.is_empty() {
            drive.fill = None;
            drive.filled = MemberLba(0);
            self.ranges.clear_kind(id, Kind::Fresh);
        }
    }

    /// A copy that is away is behind in the regions of what is about to be read from others, where copies may differ. True if it
    /// cannot be taken for as good as those after a loss of power either.
    fn miss_answer(&mut self, segment: &Segment, leg: Leg) -> bool {
        let (start, end) = (leg.lba.0, leg.lba.0 + u64::from(segment.count));
        for region in self.region_of(start)..self.region_of(end - 1) + 1 {
            let at = segment.at + self.region_start(region).saturating_sub(start);
            let answered = || self.choose_source(segment.set, at, 1, &DriveSet::EMPTY).is_some();
            if self.drive_ref(leg.drive).uneven.get(region)
                && answered()
                && !raid10_metadata::bug!("answer-not-missed")
            {
                self.mark_regions_stale(leg.drive, region, region);
            }
        }
        self.record.is_durable(self.left_record) || !self.has_parties()
    }

    /// Sees to it that all copies of what a segment reads are equal. Returns whether they are.
    pub(crate) fn equalise(&mut self, index: usize) -> bool {
        loop {
            if self.is_equalising(index) {
                // Even if nothing differs any more: the window has not ended on the drive that is to be read.
                return false;
            }
            let level = !self.is_uneven() && !self.is_levelling();
            if level || raid10_metadata::bug!("read-before-equal") {
                return true;
            }
            if self.is_leader_gone() {
                self.work.blocked = true;
                return false;
            }
            let Some(segment) = self.segments[index] else { return false };
            let SegmentState::Equalising(mut state) = segment.state else { return true };
            let legs = self.legs(segment.set, segment.at);
            let Some(leg) = legs.get(usize::from(state.leg)).copied() else { return true };
            let start = leg.lba.0 + u64::from(state.pos);
            let end = leg.lba.0 + u64::from(segment.count);
            let away = !self.serves(leg.drive);
            if away && start < end && !self.miss_answer(&segment, leg) {
                self.work.blocked = true;
                return false;
            }
            if away || start >= end {
                state = Equalise { leg: state.leg + 1, ..Equalise::BEGIN };
            } else {
                let run = self.run_at(leg.drive, start, end.min(start + WINDOW_SECTORS));
                let uneven = self.drive_ref(leg.drive).uneven.get(self.region_of(start));
                if uneven && !run.belief.is_held() {
                    if self.windows.iter().all(Option::is_some) {
                        self.work.blocked = true;
                        return false;
                    }
                    let Some(request) = self.requests[usize::from(segment.request)] else {
                        return false;
                    };
                    state.busy = true;
                    self.set_equalise(index, state);
                    let extent = Extent::new(MemberLba(start), MemberLba(run.end));
                    let at = segment.at + u64::from(state.pos);
                    let purpose = Purpose::Equalise(index as u8);
                    let place = (segment.set, at);
                    self.open_window_as(leg.drive, purpose, place, extent, request.ticket);
                    continue;
                }
                if self.awaits_level(leg.drive, start, run.end) {
                    return false;
                }
                state.pos += (run.end - start) as u32;
            }
            self.set_equalise(index, state);
        }
    }

    /// True if a window is under way for a segment.
    fn is_equalising(&self, index: usize) -> bool {
        let state = self.segments[index].map(|segment| segment.state);
        matches!(state, Some(SegmentState::Equalising(Equalise { busy: true, .. })))
    }

    fn set_equalise(&mut self, index: usize, state: Equalise) {
        if let Some(segment) = &mut self.segments[index] {
            segment.state = SegmentState::Equalising(state);
        }
    }

    /// A window of an equalising is over, however it ended: what it could not do keeps nobody from reading.
    pub(crate) fn equalised(&mut self, segment: u8, window: &Window) {
        let Some(place) = &mut self.segments[usize::from(segment)] else { return };
        if let SegmentState::Equalising(state) = &mut place.state {
            state.busy = false;
            state.pos += if window.abandoned { 0 } else { window.count };
            if state.again {
                *state = Equalise::BEGIN;
            }
        }
        self.work.blocked = true;
    }

    /// A read segment whose copies are equal begins.
    pub(crate) fn begin_read(&mut self, index: usize) {
        if !self.equalise(index) {
            return;
        }
        if let Some(segment) = &mut self.segments[index] {
            segment.state = SegmentState::Reading(ReadState::new(segment.count));
        }
        self.read_next(index);
    }
}
