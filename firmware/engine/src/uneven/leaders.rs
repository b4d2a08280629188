//! Who leads where copies may differ.

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::ranges::Kind;
use crate::units::{DriveId, MemberLba, Slot, whole};
use crate::validity::up_to;

/// What speaks for a copy where copies may differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// It is behind, or away.
    None,
    /// It is as good as others, and could not be read there.
    Unreadable,
    /// As part of something larger.
    Suspect,
    /// It is as good as others, and was away since.
    Returned,
    /// It is as good as others.
    Good,
    /// It was filled from one that led.
    Filled,
    /// It is the first, and has been there all the time.
    First,
}

impl Standing {
    /// What may speak for a copy at most where a range tells something of it.
    const fn at_most(kind: Kind) -> Self {
        match kind {
            Kind::Fresh => Self::First,
            Kind::Suspect => Self::Suspect,
            Kind::Unreadable => Self::Unreadable,
            Kind::Missed | Kind::GivenUp => Self::None,
        }
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// True if no whole drive is another's mirror: an odd count has first and further copies on every drive.
    pub(crate) fn is_rotated(&self) -> bool {
        self.geometry.is_rotated()
    }

    /// A slot whose drive lacks nothing leads, as long as it has that drive.
    pub(crate) fn let_lead(&mut self, slot: Slot) {
        self.leaders |= 1 << slot.0;
        self.leading |= 1 << slot.0;
    }

    /// A drive that lost its cache while no controller ran is behind wherever the bits tell of writes and another has what its own
    /// cache held, in its cache perhaps. Where nobody is known to have it, it leads only if no other one does.
    pub(crate) fn follow_powered(&mut self) {
        let mut powerless = 0;
        for index in 0..self.members() {
            let Some(member) = self.member_in(Slot(index as u8)) else { continue };
            let drive = &mut self.drives[member.index()];
            powerless |= u32::from(drive.cycled) << index;
            if drive.volatile_cache && !raid10_metadata::bug!("cache-forgotten-by-a-reset") {
                drive.unflushed.union(&self.dirty.set);
            }
        }
        for index in 0..self.members() {
            let slot = Slot(index as u8);
            let Some(member) = self.member_in(slot) else { continue };
            let others = self.slots_beside(slot) & self.leaders & !powerless;
            if powerless >> index & 1 == 0
                || others == 0
                || raid10_metadata::bug!("powerless-leads")
            {
                continue;
            }
            self.have_left |= 1 << index;
            let mut from = 0;
            while let Some(region) = self.dirty.set.first_from(from)
                && !raid10_metadata::bug!("powerless-is-as-good")
            {
                self.doubt_copy(member, region);
                from = region + 1;
            }
        }
        for drive in self.drives.iter_mut().filter(|drive| drive.cycled) {
            drive.unflushed = Bitmap::EMPTY;
        }
    }

    /// No slot leads.
    pub(crate) fn end_leading(&mut self) {
        (self.leaders, self.leading, self.have_left) = (0, 0, 0);
    }

    /// Whether the copy at a sector of a slot leads.
    pub(crate) fn leads(&self, slot: Slot, lba: u64) -> bool {
        self.lead_run(slot, lba, 1).0
    }

    /// Whether the copy at a sector of a slot leads, and for how many sectors, `most` at most, that is so: where the copy that
    /// leads in the region has a hole, another one leads if there is one.
    pub(crate) fn lead_run(&self, slot: Slot, lba: u64, most: u32) -> (bool, u32) {
        let mut count = most.min(self.geometry.chunk_left(lba));
        let Some((set, at, copy)) = self.geometry.stream_of_member(slot, MemberLba(lba)) else {
            return (true, count);
        };
        let (mut leads, mut highest, mut is_first) = (false, Standing::None, true);
        for other in 0..self.geometry.copies() {
            let place = self.geometry.copy(set, other);
            let start = self.geometry.member_lba(place, at).0;
            let Some(member) = self.member_in(place.slot) else { continue };
            let mut standing = self.standing(member, place.slot, start, is_first);
            is_first &= self.leaders >> place.slot.0 & 1 == 0;
            if let Some(range) = self.ranges.at_or_above(member, start) {
                let within = range.start <= start;
                if within {
                    standing = standing.min(Standing::at_most(range.kind));
                }
                count = up_to((if within { range.end } else { range.start }) - start, count);
            }
            if standing > highest {
                (leads, highest) = (other == copy, standing);
            }
        }
        (leads, count)
    }

    /// What speaks for the copy of a slot at a sector of its drive, if that `is_first` among those that may lead.
    fn standing(&self, member: DriveId, slot: Slot, lba: u64, is_first: bool) -> Standing {
        let this = whole(self);
        let (drive, region) = (this.drive_ref(member), this.region_of(lba));
        let (stale, uneven) = (drive.stale.get(region), drive.uneven.get(region));
        let has_left = this.has_left(slot);
        let away = this.leading >> slot.0 & 1 == 0
            || raid10_metadata::bug!("returned-never-leads") && has_left;
        if away || stale && !uneven {
            Standing::None
        } else if is_first && !has_left {
            Standing::First
        } else if !stale {
            Standing::Filled
        } else if has_left {
            Standing::Returned
        } else {
            Standing::Good
        }
    }

    /// True if a drive may lead at a sector, if those do not that lead now.
    pub(crate) fn would_lead(&self, id: DriveId, lba: u64) -> bool {
        let drive = self.drive_ref(id);
        let leads = |slot: Slot| self.leading >> slot.0 & 1 == 1;
        !raid10_metadata::bug!("next-leader-forgotten")
            && drive.uneven.get(self.region_of(lba))
            && drive.slot().is_some_and(leads)
            && self.exact_at(id, lba) == Kind::Fresh
    }

    /// A copy that cannot be read somewhere, and would lead there, leads in part of the region only: another one does where it could not
    /// be read, for one day it may be read again.
    pub(crate) fn share_leads(&mut self) {
        let mut index = 0;
        while let Some(&range) = self.ranges.get(index)
            && !raid10_metadata::bug!("hole-of-a-leader-kept")
        {
            index += 1;
            let mut lba = range.start;
            while lba < range.end && matches!(range.kind, Kind::Suspect | Kind::Unreadable) {
                self.share_lead(range.drive, lba);
                let region_end = self.region_start(self.region_of(lba) + 1);
                lba = region_end.min(self.geometry.chunk_end(lba));
            }
        }
    }

    fn share_lead(&mut self, id: DriveId, lba: u64) {
        let region = self.region_of(lba);
        let Some(slot) = self.drive_ref(id).slot() else { return };
        let Some((set, at, _)) = self.geometry.stream_of_member(slot, MemberLba(lba)) else {
            return;
        };
        let (mut other_leads, mut known) = (false, self.drive_ref(id).stale.get(region));
        for leg in self.legs(set, at).iter().filter(|leg| leg.drive != id) {
            other_leads = other_leads || self.would_lead(leg.drive, leg.lba.0);
            // Of what was made equal already another one has the same.
            known |= !self.drive_ref(leg.drive).stale.get(self.region_of(leg.lba.0));
        }
        if other_leads && !known {
            let drive = self.drive_mut(id);
            drive.stale.set(region);
            drive.uneven.set(region);
            self.go_back_to(id, region);
            self.work.topology = true;
        }
    }

    /// True if the drive of a slot was away since copies may differ: others may have been read.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn has_left(&self, slot: Slot) -> bool {
        self.have_left >> slot.0 & 1 == 1
    }

    /// True if a drive whose copies may lead has left, or come back, and that was not looked at yet.
    pub(crate) fn is_leader_gone(&self) -> bool {
        self.is_uneven() && self.present_leaders() != self.leading
    }

    /// The slots that may lead and have their drive, a bit each.
    pub(super) fn present_leaders(&self) -> u32 {
        let mut present = self.leaders;
        for index in 0..self.members() {
            if !self.has_member(Slot(index as u8)) {
                present &= !(1 << index);
            }
        }
        present
    }

    /// True if two slots have copies of the same.
    pub(crate) fn shares_mirror(&self, one: Slot, other: Slot) -> bool {
        self.slots_beside(one) >> other.0 & 1 == 1
    }

    /// The slots with copies of what a slot has, a bit each; its own is one of them.
    pub(super) fn slots_beside(&self, slot: Slot) -> u32 {
        let sets = self.geometry.all_sets().map(|set| self.geometry.slots_of(set));
        sets.filter(|slots| slots >> slot.0 & 1 == 1).fold(0, |all, slots| all | slots)
    }
}
