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

mod equalise;
mod leaders;

pub(crate) use equalise::Equalise;

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::ranges::Kind;
use crate::record::Fact;
use crate::units::{DriveId, MemberLba, Slot};

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Copies may differ in some regions: each member that does not lead throughout is stale in them.
    pub(crate) fn make_uneven(&mut self, region: usize) {
        for index in 0..self.members() {
            let slot = Slot(index as u8);
            let Some(id) = self.member_in(slot) else { continue };
            if self.is_rotated()
                || self.has_left(slot)
                || !self.leads(slot, self.region_start(region))
            {
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
            if led && let Some(target) = self.slot_ref(slot).target {
                self.drive_mut(target).stale.set(region);
                self.go_back_to(target, region);
            }
        }
    }

    /// What a drive was said to hold in stale regions is not so where copies may differ, unless nobody else has it.
    pub(crate) fn doubt_fresh(&mut self, id: DriveId) {
        let mut at = 0;
        while let Some(&range) = self.ranges.at_or_above(id, at) {
            at = range.end;
            let (first, last) = self.regions_of(range.start, range.end);
            let dirty = self.dirty.set.next(first, true);
            if range.kind != Kind::Fresh || dirty > last {
                continue;
            }
            let lost = self.loss_of(&range);
            self.ranges.remove(id, range.start, range.end);
            if self.loss_of(&range) > lost {
                self.ranges.insert(range);
            }
        }
    }

    /// True if some copy may differ from others that are as good.
    pub(crate) fn is_uneven(&self) -> bool {
        self.leaders != 0
            && (0..DRIVES).any(|index| !self.drive_ref(DriveId(index as u8)).uneven.is_empty())
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
        let mut from = 0;
        while let Some(region) = uneven.first_from(from) {
            self.restart_targets(region, gone);
            from = region + 1;
        }
        self.equalise_again();
        if gone != 0 {
            // Who has come back leads only where nobody did.
            (0..DRIVES).for_each(|index| self.level_anew(DriveId(index as u8)));
        }
        for index in 0..self.members() {
            self.inherit(Slot(index as u8));
        }
        self.share_leads();
        self.work.topology = true;
        self.work.losses = true;
    }

    /// The regions of a slot in which copies of what it has may differ.
    fn uneven_beside(&self, slot: Slot) -> Bitmap {
        let mut uneven = Bitmap::EMPTY;
        for index in 0..DRIVES {
            let drive = self.drive_ref(DriveId(index as u8));
            if drive.slot().is_some_and(|other| self.shares_mirror(slot, other)) {
                uneven.union(&drive.uneven);
            }
        }
        if self.is_rotated() { self.with_neighbours(&uneven) } else { uneven }
    }

    /// Regions, and those that a chunk before and behind them reaches: where copies rotate, those of a chunk may lie a chunk apart.
    pub(crate) fn with_neighbours(&self, regions: &Bitmap) -> Bitmap {
        let mut wider = Bitmap::EMPTY;
        // So many regions a chunk reaches beyond the one in which it begins or ends.
        let reach = self.region_of(self.geometry.chunk() - 1) + 1;
        let mut from = 0;
        while let Some(region) = regions.first_from(from)
            && !raid10_metadata::bug!("copies-at-one-place")
        {
            let last = (region + reach).min(self.last_region());
            wider.set_range(region.saturating_sub(reach), last);
            from = region + 1;
        }
        wider
    }

    /// The drive of a slot has left: what it holds may differ from what others have.
    fn leave_uneven(&mut self, slot: Slot, regions: &Bitmap) {
        let Some(id) = self.member_in(slot) else { return };
        let mut news = *regions;
        news.subtract(&self.drive_ref(id).stale);
        if let Some(first) = news.first_from(0) {
            let drive = self.drive_mut(id);
            drive.stale.union(&news);
            drive.uneven.union(&news);
            self.go_back_to(id, first);
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
        // Where copies rotate, each of its chunks may have another leader.
        let apart = self.is_rotated() && !raid10_metadata::bug!("level-by-first-chunk");
        if drive.uneven.get(filled) && (apart || !self.leads(slot, start)) {
            self.go_back_to(id, filled);
        }
        // Of two copies the other one has nothing of a third.
        if self.geometry.copies() > 2 {
            self.abandon_windows(id);
            self.doubt_fresh(id);
        }
    }

    /// The member of a slot holds everything where it leads, as no whole drive of its mirror does before it.
    fn inherit(&mut self, slot: Slot) {
        let Some(id) = self.member_in(slot) else { return };
        if self.is_rotated() || self.has_left(slot) || self.drive_ref(id).uneven.is_empty() {
            return;
        }
        let mut from = 0;
        while let Some(region) = self.drive_ref(id).uneven.first_from(from) {
            from = region + 1;
            if self.leads(slot, self.region_start(region)) {
                let drive = self.drive_mut(id);
                drive.uneven.clear(region);
                drive.stale.clear(region);
            }
        }
        let drive = self.drive_mut(id);
        if drive.stale.is_empty() {
            drive.fill = None;
            drive.filled = MemberLba(0);
            self.ranges.clear_kind(id, Kind::Fresh);
        }
    }
}
