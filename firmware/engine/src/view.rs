//! Words for what is stored: each from one function.

use crate::Engine;
use crate::drive::Drive;
use crate::event::{EventKind, SlotEvent};
use crate::geometry::{Geometry, SetId};
use crate::policy::Policy;
use crate::status::{ArrayState, DriveView, Health, MemberState, PullRisk, Role, SlotView};
use crate::units::{ArrayLba, DriveId, SectorCount, Slot};

impl<const DRIVES: usize> Engine<DRIVES> {
    /// The array's state.
    #[must_use]
    pub const fn array_state(&self) -> ArrayState {
        match self.state {
            // No drive has come yet.
            ArrayState::Optimal if self.boot.assembling => ArrayState::Waiting,
            state => state,
        }
    }

    /// True while the array is failed and does only what its salvage policy allows.
    #[must_use]
    pub const fn in_salvage(&self) -> bool {
        self.salvage
    }

    /// Sectors of the array.
    #[must_use]
    pub const fn capacity(&self) -> SectorCount {
        self.geometry.capacity()
    }

    /// Where each sector lies.
    #[must_use]
    pub const fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// The policies in force.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Sectors of a member that share one record of being stale.
    #[must_use]
    pub const fn region_sectors(&self) -> SectorCount {
        SectorCount(1 << self.region_shift)
    }

    /// True if no host request, no copy window and no drive command is under way.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.ios.is_empty() && self.requests.iter().all(Option::is_none) && self.open_windows == 0
    }

    /// One slot; `None` beyond the array's members.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn slot(&self, slot: Slot) -> Option<SlotView> {
        (slot.index() < self.members()).then(|| {
            let record = self.slot_ref(slot);
            let state = self.member_state(slot);
            SlotView { state, member: record.member, target: record.target }
        })
    }

    /// One drive; `None` beyond the engine's drives.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn drive(&self, drive: DriveId) -> Option<DriveView> {
        self.known_drive(drive).map(|drive| DriveView {
            present: drive.present,
            identified: drive.identified,
            role: drive.role,
            health: drive.health,
            proof: drive.proof,
            errors: drive.errors,
        })
    }

    /// Whether the drive of a slot may be pulled now.
    ///
    /// # Errors
    ///
    /// What would be lost by it.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn can_pull(&self, slot: Slot) -> Result<(), PullRisk> {
        let record = self.slots.get(slot.index()).ok_or(PullRisk::NothingThere)?;
        let Some(member) = record.member.filter(|id| self.drive_ref(*id).present) else {
            let target = record.target.filter(|id| self.drive_ref(*id).present);
            return Err(target.map_or(PullRisk::NothingThere, |_| PullRisk::StopsRebuild));
        };
        if !self.answers(member) {
            return Ok(());
        }
        let without = self.lost_without(member);
        if without > self.lost {
            return Err(PullRisk::LosesData(without - self.lost));
        }
        let thin = self.is_full(slot) && self.least_full(slot) <= 2;
        if thin { Err(PullRisk::LosesRedundancy) } else { Ok(()) }
    }

    /// Members of a mirror set that hold everything.
    pub(crate) fn full_copies(&self, set: SetId) -> u8 {
        self.geometry.copies_of(set).map(|place| u8::from(self.is_full(place.slot))).sum()
    }

    /// As [`full_copies`](Self::full_copies), of the set on a slot that has fewest.
    pub(crate) fn least_full(&self, slot: Slot) -> u8 {
        let mut least = u8::MAX;
        for set in self.geometry.all_sets() {
            if self.geometry.slots_of(set) >> slot.0 & 1 == 1 {
                least = least.min(self.full_copies(set));
            }
        }
        least
    }

    /// True if a slot's own drive holds everything, but for recorded holes.
    pub(crate) fn is_full(&self, slot: Slot) -> bool {
        self.slot_ref(slot).member.is_some_and(|id| {
            let drive = self.drive_ref(id);
            drive.in_service() && self.holds_all(drive)
        })
    }

    /// True if a member holds all of its slot, but for recorded holes.
    pub(crate) fn holds_all(&self, drive: &Drive) -> bool {
        // Where every drive leads somewhere, each holds all that counts, of one copy at least.
        let leads = |slot| drive.stale_is_uneven() && !self.has_left(slot);
        drive.stale.is_empty() || self.is_rotated() && drive.slot().is_some_and(leads)
    }

    /// The word for a slot.
    fn member_state(&self, slot: Slot) -> MemberState {
        let record = self.slot_ref(slot);
        let serves = |id: &DriveId| self.serves(*id);
        let target = record.target.filter(serves);
        if self.is_full(slot) {
            return if target.is_some() { MemberState::Replacing } else { MemberState::Online };
        }
        if target.is_some() {
            return MemberState::Rebuilding;
        }
        let Some(member) = record.member else { return MemberState::Missing };
        let drive = self.drive_ref(member);
        if !drive.present || !drive.identified {
            MemberState::Missing
        } else if drive.health == Health::Failed {
            MemberState::Failed
        } else if drive.ejected {
            MemberState::Ejected
        } else if drive.quarantined_until.is_some() {
            MemberState::Quarantined
        } else {
            MemberState::Resyncing
        }
    }

    /// The word for the array.
    fn derive_state(&self) -> ArrayState {
        // What others may go on with is not written.
        if self.is_outdone() { ArrayState::Failed } else { self.worst_state() }
    }

    /// The word for what is there of the array: the worst set decides. There are 2 or 3 copies.
    pub(crate) fn worst_state(&self) -> ArrayState {
        let mut worst = ArrayState::Optimal;
        for set in self.geometry.all_sets() {
            let state = match self.full_copies(set) {
                full if full == self.geometry.copies() => ArrayState::Optimal,
                2 => ArrayState::PartiallyDegraded,
                1 => ArrayState::Degraded,
                // Where copies may differ each holds a part, and all together everything.
                _ if self.is_uneven() && !self.is_any_lost(set) => ArrayState::Degraded,
                _ => ArrayState::Failed,
            };
            worst = worst.max(state);
        }
        worst
    }

    fn is_any_lost(&self, set: SetId) -> bool {
        self.lost_in(set, 0, self.geometry.stream_len(set), DriveId::NOBODY) > 0
    }

    /// Brings the words up to date and logs what changed.
    pub(crate) fn refresh_words(&mut self) {
        for index in 0..self.members() {
            self.tell_slot(Slot(index as u8));
        }
        let state = if self.boot.starting { ArrayState::Waiting } else { self.derive_state() };
        if core::mem::replace(&mut self.state, state) != state {
            self.emit(match state {
                ArrayState::Optimal => EventKind::ArrayOptimal,
                ArrayState::PartiallyDegraded => EventKind::ArrayPartiallyDegraded,
                ArrayState::Degraded => EventKind::ArrayDegraded,
                ArrayState::Failed => EventKind::ArrayFailed,
                ArrayState::Waiting => EventKind::ArrayWaiting,
                // Both are told where they come about, with the reason.
                ArrayState::Refused | ArrayState::Stopped => return,
            });
        }
        let salvage = state == ArrayState::Failed;
        if core::mem::replace(&mut self.salvage, salvage) != salvage {
            self.emit(if salvage { EventKind::SalvageEntered } else { EventKind::SalvageLeft });
        }
    }

    fn tell_slot(&mut self, slot: Slot) {
        let state = self.member_state(slot);
        let told = self.slot_mut(slot).told.replace(state);
        if told == Some(state) {
            return;
        }
        let event = match state {
            // A slot of a new array is told only when something is wrong with it, and the start of a replacement is an
            // event of its own.
            MemberState::Online if matches!(told, None | Some(MemberState::Replacing)) => return,
            MemberState::Online => SlotEvent::MemberOnline,
            MemberState::Missing => SlotEvent::MemberMissing,
            MemberState::Failed => SlotEvent::MemberFailed,
            MemberState::Ejected => SlotEvent::MemberEjected,
            MemberState::Resyncing => SlotEvent::ResyncStarted,
            MemberState::Replacing | MemberState::Rebuilding | MemberState::Quarantined => return,
        };
        self.emit_slot(slot, event);
    }

    /// Counts what is lost, and logs it when that has grown.
    pub(crate) fn refresh_losses(&mut self) {
        let before = self.lost;
        self.lost =
            if self.is_whole() { SectorCount::ZERO } else { self.lost_without(DriveId::NOBODY) };
        if self.lost > before
            && let Some(first) = self.next_loss(ArrayLba(0))
        {
            let count = self.lost - before;
            self.emit(EventKind::DataLost { lba: first.lba, count });
        }
    }

    /// True if each set has a member without any hole: the usual case, quickly told.
    fn is_whole(&self) -> bool {
        self.geometry.all_sets().all(|set| {
            self.geometry.copies_of(set).any(|place| {
                let member = self.slot_ref(place.slot).member;
                self.is_full(place.slot) && member.is_some_and(|id| self.ranges.of(id).is_empty())
            })
        })
    }

    /// True if a drive is being filled to take a slot.
    pub(crate) fn is_target(&self, id: DriveId) -> bool {
        matches!(self.drive_ref(id).role, Role::Target(_))
    }
}

#[cfg(test)]
mod tests;
