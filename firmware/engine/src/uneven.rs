//! Regions in which copies may differ although none is older than another: after an unclean stop, and in a new array whose
//! drives held anything.
//!
//! What a host was promised is equal on all copies there; the rest is one of several values, each as good, until somebody has
//! read it. So one copy of each chunk *leads*: the one with the lowest number on a slot that had its member from the start and
//! still has. The others are stale there until they are filled from it. If it goes, the next one leads, and the former is
//! behind where the two may differ.
//!
//! What is read is first made equal on all copies ([`Equalise`]), durably: it stays what it was even if the copy that gave it
//! dies next, and the power with it. What a resync made equal is flushed before it is read.

use crate::Engine;
use crate::config::{REGIONS, WINDOW_SECTORS};
use crate::drive::Drive;
use crate::io::Extent;
use crate::ranges::Kind;
use crate::read::ReadState;
use crate::request::SegmentState;
use crate::units::{DriveId, MemberLba, Slot};
use crate::window::{Purpose, Window};

/// How far the equalising before a read is: which copy, and how many of its sectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Equalise {
    leg: u8,
    pos: u32,
    /// A window is open for it.
    busy: bool,
}

impl Equalise {
    pub(crate) const BEGIN: Self = Self { leg: 0, pos: 0, busy: false };
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// True if no whole drive is another's mirror: an odd count has first and further copies on every drive.
    pub(crate) fn is_rotated(&self) -> bool {
        !self.members().is_multiple_of(usize::from(self.geometry.copies()))
    }

    /// Whether the copy at a sector of a slot leads, where copies may differ.
    pub(crate) fn leads(&self, slot: Slot, lba: u64) -> bool {
        let Some((set, at, copy)) = self.geometry.stream_of_member(slot, MemberLba(lba)) else {
            return true;
        };
        let may_lead = |copy: u8| {
            let place = self.geometry.copy(set, copy);
            let region = self.region_of(self.geometry.member_lba(place, at).0);
            self.may_lead(place.slot, region)
        };
        may_lead(copy) && !(0..copy).any(may_lead)
    }

    /// Whether the copy at a sector of a slot leads, and up to where at most `limit` that is so: where the copy that leads in
    /// the region has a hole, the next one leads.
    pub(crate) fn lead_run(&self, slot: Slot, lba: u64, limit: u64) -> (bool, u64) {
        let mut end = limit.min(self.geometry.chunk_end(lba));
        let Some((set, at, copy)) = self.geometry.stream_of_member(slot, MemberLba(lba)) else {
            return (true, end);
        };
        let mut leads = true;
        for lower in 0..copy + 1 {
            let place = self.geometry.copy(set, lower);
            let start = self.geometry.member_lba(place, at).0;
            let Some(member) = self.slots[place.slot.index()].member else { continue };
            let mut may = self.may_lead(place.slot, self.region_of(start));
            if let Some(range) = self.ranges.at_or_above(member, start) {
                let within = range.start <= start;
                may &= !(within && range.kind != Kind::Fresh);
                end = end.min(lba + if within { range.end - start } else { range.start - start });
            }
            leads &= may == (lower == copy);
        }
        (leads, end)
    }

    /// Whether the drive of a slot may lead in a region: one that is behind there leads nowhere in it.
    fn may_lead(&self, slot: Slot, region: usize) -> bool {
        let member = self.slots[slot.index()].member.map(|member| self.drive_ref(member));
        let behind = |drive: &Drive| drive.stale.get(region) && !drive.uneven.get(region);
        self.leaders >> slot.0 & 1 == 1 && member.is_some_and(|member| !behind(member))
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
        self.restart_targets(region);
        self.work.topology = true;
        self.work.losses = true;
    }

    /// A drive that is being filled may differ from a copy that leads in what it was filled with: it is filled again.
    fn restart_targets(&mut self, region: usize) {
        for index in 0..self.members() {
            let led = self.geometry.all_sets().all(|set| {
                let slots = self.geometry.slots_of(set);
                slots >> index & 1 == 0 || slots & self.leaders != 0
            });
            if let Some(target) = self.slots[index].target.filter(|_| led) {
                self.drive_mut(target).stale.set(region);
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

    /// True if a copy that leads is gone, and others will lead as soon as that is looked at.
    pub(crate) fn is_leader_gone(&self) -> bool {
        self.is_uneven() && (0..self.members()).any(|index| self.leads_and_is_gone(index))
    }

    fn leads_and_is_gone(&self, index: usize) -> bool {
        let serves = self.is_served(self.slots[index].member);
        self.leaders >> index & 1 == 1 && !serves
    }

    /// Lets other copies lead where a leader is gone.
    pub(crate) fn refresh_leaders(&mut self) {
        if !self.is_uneven() {
            if !self.is_levelling() {
                self.leaders = 0;
            }
            return;
        }
        let before = self.leaders;
        for index in 0..self.members() {
            if self.leads_and_is_gone(index) {
                self.depose(Slot(index as u8));
            }
        }
        if self.leaders == before {
            return;
        }
        self.work.losses = true;
        for index in 0..DRIVES {
            self.follow_fuller(DriveId(index as u8));
        }
        for index in 0..self.members() {
            self.inherit(Slot(index as u8));
        }
    }

    /// A slot leads no more: what its drive holds may differ from what counts from now on, where another copy takes its place.
    fn depose(&mut self, slot: Slot) {
        self.leaders &= !(1 << slot.0);
        let Some(id) = self.slots[slot.index()].member else { return };
        let mut uneven = crate::bitmap::Bitmap::EMPTY;
        for drive in &self.drives {
            let follows = |other| self.shares_mirror(slot, other) && drive.in_service();
            if drive.slot().is_some_and(follows) || raid10_metadata::bug!("deposed-for-others") {
                uneven.union(&drive.uneven);
            }
        }
        let mut region = uneven.next(0, true);
        while region < REGIONS {
            self.mark_regions_stale(id, region, region);
            region = uneven.next(region + 1, true);
        }
    }

    /// True if two slots have copies of the same.
    pub(crate) fn shares_mirror(&self, one: Slot, other: Slot) -> bool {
        self.geometry.all_sets().any(|set| {
            let slots = self.geometry.slots_of(set);
            slots >> one.0 & slots >> other.0 & 1 == 1
        })
    }

    /// Where another copy holds all of a region already, one that does not is behind it, and as good no more.
    fn follow_fuller(&mut self, id: DriveId) {
        if self.geometry.copies() < 3 {
            return;
        }
        let Some(slot) = self.drive_ref(id).slot() else { return };
        let mut region = self.drive_ref(id).uneven.next(0, true);
        while region < REGIONS {
            let lba = self.region_start(region);
            if self.is_outdone(id, slot, region) {
                self.drive_mut(id).uneven.clear(region);
            } else if self.drive_ref(id).filled.0 > lba && !self.leads(slot, lba) {
                // What it has of the former leader may differ from what the present one has.
                self.mark_regions_stale(id, region, region);
                self.drive_mut(id).uneven.set(region);
            }
            region = self.drive_ref(id).uneven.next(region + 1, true);
        }
    }

    /// True if another copy that does not lead holds all of a region: of the copy that led before.
    fn is_outdone(&self, id: DriveId, slot: Slot, region: usize) -> bool {
        let lba = self.region_start(region);
        let Some((set, ..)) = self.geometry.stream_of_member(slot, MemberLba(lba)) else {
            return false;
        };
        self.geometry.copies_of(set).any(|place| {
            let member = self.slots[place.slot.index()].member.filter(|&member| member != id);
            member.is_some_and(|member| {
                let other = self.drive_ref(member);
                let full = other.in_service() && !other.stale.get(region);
                full && !self.leads(place.slot, lba)
            })
        })
    }

    /// The member of a slot that leads throughout holds everything that may differ elsewhere.
    fn inherit(&mut self, slot: Slot) {
        let Some(id) = self.slots[slot.index()].member else { return };
        if self.is_rotated() || self.drive_ref(id).uneven.is_empty() || !self.leads(slot, 0) {
            return;
        }
        self.abandon_windows(id);
        let drive = self.drive_mut(id);
        let uneven = core::mem::replace(&mut drive.uneven, crate::bitmap::Bitmap::EMPTY);
        drive.stale.subtract(&uneven);
        drive.filled = MemberLba(0);
        if drive.stale.is_empty() {
            drive.fill = None;
        } else if let Some(fill) = &mut drive.fill {
            fill.windows = 0;
            fill.next = fill.front;
        }
        self.ranges.clear_kind(id, Kind::Fresh);
        self.work.topology = true;
        self.work.losses = true;
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
            let Some(segment) = self.segments[index] else { return false };
            let SegmentState::Equalising(mut state) = segment.state else { return true };
            let legs = self.legs(segment.set, segment.at);
            let Some(leg) = legs.get(usize::from(state.leg)).copied() else { return true };
            let start = leg.lba.0 + u64::from(state.pos);
            let end = leg.lba.0 + u64::from(segment.count);
            if start >= end || !self.serves(leg.drive) {
                state = Equalise { leg: state.leg + 1, pos: 0, busy: false };
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
            state.pos += window.count;
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
