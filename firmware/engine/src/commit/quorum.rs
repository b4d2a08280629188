//! Who may go on with the array.
//!
//! By a superblock the array starts where each mirror set has one of the drives that it names, and one mirror set has all of
//! them ([`Assembly::decision`](raid10_metadata::assembly::Assembly::decision)): of two groups of drives that could start by it, one drive is
//! in both. So whoever goes on must take one drive at least from each group that could start without them. Then none can
//! without one that knows better, and there are no two histories of which nobody could tell the stale one.
//!
//! | drives | what happened | who goes on |
//! | --- | --- | --- |
//! | two | one left, the other one recorded that and left too, the first is back | nobody: the other one may start by itself |
//! | two | both left at once, either is back | it does: the other one waits for it |
//! | four | as in the first row, and the other mirror set is whole | they do: nobody starts without that |
//!
//! Superblocks that were sent may have reached a drive or not: both are reckoned with until a commit has ended on all its
//! parties. A superblock that names nobody for some mirror set starts nowhere.
//!
//! The limit of this: what reached a drive before a loss of power, and was not seen at the next start, is known by nobody. The
//! record before and the one that was cut have a drive in common for any two groups only where the newer one takes in
//! drives, or drops some, but not both, and where nobody leaves until the start is recorded.

use crate::Engine;
use crate::command::AssemblyOrder;
use crate::commit::Stage;
use crate::drive_set::DriveSet;
use crate::units::DriveId;

/// Whom the superblock of a drive names as holding a slot with all data: the last one, and one that may have reached it since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Claims {
    /// Drives that one of them does not name.
    unnamed: DriveSet,
    /// The slots in which one of them names a drive.
    slots: u32,
}

impl Claims {
    /// By it the array starts nowhere.
    pub(crate) const NONE: Self = Self { unnamed: DriveSet::EMPTY, slots: 0 };

    /// Another superblock may have reached the drive.
    pub(super) fn add(&mut self, other: &Self) {
        self.unnamed.unite(other.unnamed);
        self.slots |= other.slots;
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// True if drives that are not in service may go on without those that are.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn is_outdone(&self) -> bool {
        let under_way = !matches!(self.commit.stage, Stage::Idle | Stage::Bits);
        if under_way && !self.commit.outdone && self.can_end() {
            return false;
        }
        let parties = self.parties();
        let mut outdone = self.start_without(parties, &self.commit.unseen);
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            if let Some(label) = &self.drive_ref(id).label
                && !parties.contains(id)
            {
                outdone |= self.start_without(parties, &label.claims);
            }
        }
        outdone && !raid10_metadata::bug!("rival-goes-on")
    }

    /// True if drives could start the array by what one of them bears without some others.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn start_without(&self, others: DriveSet, claims: &Claims) -> bool {
        let mut own = 0;
        for id in others.iter() {
            if !claims.unnamed.contains(id) {
                let told = || self.told_slots(id);
                own |= self.drive_ref(id).slot().map_or_else(told, |slot| 1 << slot.0);
            }
        }
        self.is_bare(own) && !self.is_bare(claims.slots & !own)
    }

    /// True if nothing can be recorded: the array would start by that, and so it could by what others bear. A record by which it
    /// does not start, since some of its data are not there, makes no second history.
    pub(crate) fn is_cut_off(&self) -> bool {
        let mut claimed = 0;
        for id in self.parties().iter() {
            let drive = self.drive_ref(id);
            if let Some(slot) = drive.slot()
                && self.recovery(drive).is_none()
            {
                claimed |= 1 << slot.0;
            }
        }
        self.is_outdone() && !self.is_bare(claimed)
    }

    /// True if some mirror set has none of some slots.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn is_bare(&self, slots: u32) -> bool {
        self.geometry.all_sets().any(|set| self.geometry.slots_of(set) & slots == 0)
    }

    /// The slot in which the superblocks of the commit name a drive, as a bit.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn told_slots(&self, id: DriveId) -> u32 {
        self.drive_ref(id).label.as_ref().map_or(0, |label| label.told.slots())
    }

    /// Whom the superblocks of the commit name.
    pub(super) fn claims(&self) -> Claims {
        let mut claims = Claims::NONE;
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            let slots = self.told_slots(id);
            claims.slots |= slots;
            if slots == 0 {
                claims.unnamed.insert(id);
            }
        }
        claims
    }

    /// If all parties have ended the commit nobody starts by an older one: one of them would be there, and know better. But for
    /// one that only says what they lack, while others may go on.
    pub(super) fn end_claims_of_others(&mut self) {
        let outdone = self.commit.outdone && !raid10_metadata::bug!("rival-outvoted");
        if !outdone && self.can_end() {
            self.settle_claims(self.commit.parties);
        }
    }

    /// True if a drive has left since the commit began: it may be back, and not have what it was sent.
    pub(super) fn is_torn(&self) -> bool {
        self.commit.torn && !raid10_metadata::bug!("rival-blinks")
    }

    /// True if all parties of the commit have been there since it began.
    fn can_end(&self) -> bool {
        let parties = self.commit.parties;
        !self.is_torn() && self.those(parties, Self::is_fit) == parties
    }

    /// The superblocks of the commit are on some drives, and nobody else goes on with the array.
    pub(crate) fn settle_claims(&mut self, parties: DriveSet) {
        let claims = self.claims();
        self.commit.unseen = Claims::NONE;
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            if let Some(label) = &mut self.drive_mut(id).label {
                label.claims = if parties.contains(id) { claims } else { Claims::NONE };
            }
        }
    }

    /// Whom the superblock of a drive names that was read before the start.
    pub(crate) fn claims_of(&self, id: DriveId) -> Claims {
        let mut claims = Claims { unnamed: DriveSet::below(DRIVES), ..Claims::NONE };
        let unordered = matches!(self.boot.order, None | Some(AssemblyOrder::Now));
        let Some(facts) = self.facts_of(id).filter(|_| unordered) else { return Claims::NONE };
        for slot in 0..u32::BITS as u16 {
            for number in facts.holders.of(slot) {
                claims.slots |= 1 << slot;
                if let Some(id) = self.numbered(number) {
                    claims.unnamed.remove(id);
                }
            }
        }
        claims
    }
}

#[cfg(test)]
mod tests;
