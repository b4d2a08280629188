//! The operator's commands.

use crate::Engine;
use crate::command::{Command, Initial};
use crate::config::{MEMBERS_MAX, PROOF_SECTORS};
use crate::drive::Drive;
use crate::drive_set::DriveSet;
use crate::event::{DriveEvent, EventKind, SlotEvent, SpareObstacle};
use crate::fill::FillKind;
use crate::geometry::SetId;
use crate::host::Refusal;
use crate::io::Stretch;
use crate::ranges::Kind;
use crate::read::Leg;
use crate::record::Fact;
use crate::slot::Wish;
use crate::status::{ArrayState, Proof, Role};
use crate::units::{DriveId, Instant, MemberLba, Slot};
use crate::validity::up_to;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Carries out an order of the operator.
    ///
    /// # Errors
    ///
    /// Why it was not carried out; nothing was changed then. The refusal is logged as well.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn command(&mut self, now: Instant, command: Command) -> Result<(), Refusal> {
        self.advance(now);
        let done = self.carry_out(&command);
        match done {
            Ok(()) => self.work.topology = true,
            Err(why) => _ = self.emit(EventKind::CommandRefused { why }),
        }
        self.maintain();
        done
    }

    fn carry_out(&mut self, command: &Command) -> Result<(), Refusal> {
        match *command {
            Command::Create { ref members, initial } => self.create(members, initial),
            Command::Assemble(order) => self.order_assembly(order),
            _ if !self.created => Err(Refusal::WrongState),
            Command::Fail(slot) => self.eject(slot),
            Command::Remove(drive) => self.remove(drive),
            Command::AddSpare { drive, dedicated, force } => {
                self.add_spare(drive, dedicated, force)
            }
            Command::RemoveSpare(drive) => self.remove_spare(drive),
            Command::Replace { slot, with } => self.replace(slot, with),
            Command::CancelReplace(slot) => self.cancel_replace(slot),
            Command::Rebuild { slot, with, force } => self.rebuild(slot, with, force),
            Command::Pause(slot) => self.set_paused(slot, true),
            Command::Resume(slot) => self.set_paused(slot, false),
            Command::AcceptLosses => self.accept_losses(),
            Command::SetPolicy(policy) => {
                self.policy = policy;
                // The time-outs may have become shorter.
                self.ios.expiry = self.now;
                Ok(())
            }
            Command::Stop => self.stop(),
        }
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn create(
        &mut self,
        members: &[Option<DriveId>; MEMBERS_MAX],
        initial: Initial,
    ) -> Result<(), Refusal> {
        if self.created || self.boot.assembling {
            return Err(Refusal::WrongState);
        }
        let count = self.members();
        if members.iter().skip(count).any(Option::is_some) {
            return Err(Refusal::NoSuchSlot);
        }
        let (mut given, mut taken) = (0, DriveSet::EMPTY);
        for (index, drive) in members.iter().enumerate() {
            if let Some(id) = *drive {
                given |= 1 << index;
                self.check_new_member(id)?;
                if taken.contains(id) {
                    return Err(Refusal::DriveInUse);
                }
                taken.insert(id);
            }
        }
        if self.is_bare(given) {
            return Err(Refusal::WrongState);
        }
        // An odd count has first and further copies on every drive, so no whole drive is behind another.
        if initial == Initial::Differing && self.is_rotated() {
            return Err(Refusal::WrongState);
        }
        for (index, drive) in members.iter().enumerate().take(count) {
            self.slot_mut(Slot(index as u8)).member = *drive;
            if let Some(id) = *drive {
                self.drive_mut(id).role = Role::Member(Slot(index as u8));
                self.give_label(id);
            }
        }
        if initial == Initial::Differing {
            (self.leaders, self.leading) = (given, given);
            // A controller that starts anew must know it too.
            if !raid10_metadata::bug!("new-array-without-bits") {
                self.doubt_all();
            }
            for region in 0..self.last_region() + 1 {
                self.make_uneven(region);
            }
        }
        self.note_granule();
        self.created = true;
        self.next_clean = self.now + self.policy.clean_interval;
        self.record.commit(Fact::Roles);
        Ok(())
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn check_new_member(&self, id: DriveId) -> Result<(), Refusal> {
        let drive = self.present_drive(id).ok_or(Refusal::NoSuchDrive)?;
        if drive.foreign {
            return Err(Refusal::DriveForeign);
        }
        if self.room(id) < self.geometry.shape().member_size {
            return Err(Refusal::DriveTooSmall);
        }
        // No chunk is smaller than that.
        if u64::from(drive.physical) > PROOF_SECTORS {
            return Err(Refusal::SectorTooLarge);
        }
        Ok(())
    }

    /// A drive that is there.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn present_drive(&self, id: DriveId) -> Option<&Drive> {
        self.known_drive(id).filter(|drive| drive.present)
    }

    fn member_of(&self, slot: Slot) -> Result<DriveId, Refusal> {
        if slot.index() >= self.members() {
            return Err(Refusal::NoSuchSlot);
        }
        self.member_in(slot).ok_or(Refusal::NoSuchDrive)
    }

    fn eject(&mut self, slot: Slot) -> Result<(), Refusal> {
        let id = self.member_of(slot)?;
        if !self.serves(id) {
            return Err(Refusal::WrongState);
        }
        let alone = self.is_full(slot) && self.least_full(slot) < 2;
        if alone || self.is_needed(id) {
            return Err(Refusal::LastCopy);
        }
        self.take_out_of_service(id);
        Ok(())
    }

    /// A drive is not written any more, and read only where nobody else has what it has.
    pub(crate) fn take_out_of_service(&mut self, id: DriveId) {
        self.abandon_windows(id);
        let drive = self.drive_mut(id);
        drive.ejected = true;
        drive.fill = None;
        self.clean_soon();
        self.work.topology = true;
        self.record.commit(Fact::Degraded);
    }

    /// Stops the array: no request is taken any more, and what is under way ends.
    fn stop(&mut self) -> Result<(), Refusal> {
        if core::mem::replace(&mut self.commit.stopping, true) {
            return Err(Refusal::WrongState);
        }
        self.stop_if_quiet();
        Ok(())
    }

    /// The last commit of an array that is to be stopped, once nothing is under way.
    pub(crate) fn stop_if_quiet(&mut self) {
        let quiet = self.open_requests == 0 && self.open_windows == 0;
        if !self.commit.stopping || !quiet || self.state == ArrayState::Stopped {
            return;
        }
        // Without a drive there is nobody to tell that it was stopped.
        if !self.is_labelled() || self.commit.is_idle() && !self.has_parties() {
            self.stopped();
        } else if self.record.is_settled() && self.commit.is_idle() {
            self.record.commit(Fact::Clean);
        }
    }

    /// The array is stopped.
    pub(crate) fn stopped(&mut self) {
        let quiet = self.open_requests == 0 && self.open_windows == 0;
        if quiet && core::mem::replace(&mut self.state, ArrayState::Stopped) != ArrayState::Stopped
        {
            self.created = false;
            // Nothing is due any more, a rebuild least of all.
            self.house_at = Instant::NEVER;
            self.emit(EventKind::ArrayStopped);
        }
    }

    fn remove(&mut self, id: DriveId) -> Result<(), Refusal> {
        let drive = self.known_drive(id).ok_or(Refusal::NoSuchDrive)?;
        match drive.role {
            Role::Unassigned => Err(Refusal::WrongState),
            Role::Spare { .. } => self.remove_spare(id),
            Role::Target(_) if drive.present => Err(Refusal::DriveInUse),
            Role::Target(_) => {
                self.vacate(id);
                Ok(())
            }
            Role::Member(_) if drive.in_service() => Err(Refusal::DriveInUse),
            Role::Member(_) if self.is_needed(id) => Err(Refusal::LastCopy),
            Role::Member(_) => {
                self.vacate(id);
                self.record.commit(Fact::Roles);
                Ok(())
            }
        }
    }

    fn add_spare(&mut self, id: DriveId, slot: Option<Slot>, force: bool) -> Result<(), Refusal> {
        if slot.is_some_and(|slot| slot.index() >= self.members()) {
            return Err(Refusal::NoSuchSlot);
        }
        let drive = self.present_drive(id).ok_or(Refusal::NoSuchDrive)?;
        match drive.role {
            Role::Unassigned | Role::Spare { .. } => {}
            Role::Member(_) | Role::Target(_) => return Err(Refusal::DriveInUse),
        }
        if drive.foreign && !force {
            return Err(Refusal::DriveForeign);
        }
        match self.misfit(id) {
            None => {}
            Some(SpareObstacle::TooSmall) => return Err(Refusal::DriveTooSmall),
            Some(_) => return Err(Refusal::SectorTooLarge),
        }
        if !drive.answers() {
            return Err(Refusal::DriveNotProven);
        }
        let drive = self.drive_mut(id);
        let added = !matches!(drive.role, Role::Spare { .. });
        drive.role = Role::Spare { dedicated: slot };
        drive.foreign = false;
        if matches!(drive.proof, Proof::Refused(_)) {
            drive.proof = Proof::None;
        }
        if added {
            self.give_label(id);
        }
        self.record.commit(Fact::Roles);
        self.emit_drive(id, DriveEvent::SpareAdded);
        Ok(())
    }

    fn remove_spare(&mut self, id: DriveId) -> Result<(), Refusal> {
        match self.known_drive(id).ok_or(Refusal::NoSuchDrive)?.role {
            Role::Spare { .. } => {
                self.release(id);
                Ok(())
            }
            Role::Unassigned | Role::Member(_) | Role::Target(_) => Err(Refusal::WrongState),
        }
    }

    fn replace(&mut self, slot: Slot, with: Option<DriveId>) -> Result<(), Refusal> {
        let member = self.member_of(slot)?;
        if self.slot_ref(slot).target.is_some() {
            return Err(Refusal::AlreadyRunning);
        }
        if !self.serves(member) {
            return Err(Refusal::WrongState);
        }
        match with {
            Some(id) => self.add_spare(id, Some(slot), false)?,
            None if !self.has_spare_for(slot) => return Err(Refusal::NoSpare),
            None => {}
        }
        let record = self.slot_mut(slot);
        record.wish = Some(Wish::Replace);
        record.named = with;
        Ok(())
    }

    fn has_spare_for(&self, slot: Slot) -> bool {
        self.drives.iter().any(|drive| {
            let fits = matches!(drive.role, Role::Spare { dedicated }
                if dedicated.is_none_or(|only| only == slot));
            fits && drive.present && !matches!(drive.proof, Proof::Refused(_))
        })
    }

    fn cancel_replace(&mut self, slot: Slot) -> Result<(), Refusal> {
        self.member_of(slot)?;
        let target = self.slot_ref(slot).target.ok_or(Refusal::NotRunning)?;
        let kind = self.drive_ref(target).fill.as_ref().map(|fill| fill.kind);
        if kind != Some(FillKind::Replace) {
            return Err(Refusal::NotRunning);
        }
        if self.is_needed(target) {
            return Err(Refusal::LastCopy);
        }
        self.vacate(target);
        Ok(())
    }

    fn rebuild(&mut self, slot: Slot, with: DriveId, force: bool) -> Result<(), Refusal> {
        if slot.index() >= self.members() {
            return Err(Refusal::NoSuchSlot);
        }
        let record = *self.slot_ref(slot);
        let absent = |&id: &DriveId| !self.drive_ref(id).present;
        let gone = record.target.filter(absent);
        if record.target.is_some() && gone.is_none() {
            return Err(Refusal::AlreadyRunning);
        }
        if self.is_served(record.member) {
            return Err(Refusal::WrongState);
        }
        self.add_spare(with, Some(slot), force)?;
        if let Some(gone) = gone {
            self.vacate(gone);
        }
        let record = self.slot_mut(slot);
        record.wish = Some(Wish::Fill);
        record.named = Some(with);
        Ok(())
    }

    fn set_paused(&mut self, slot: Slot, paused: bool) -> Result<(), Refusal> {
        if slot.index() >= self.members() {
            return Err(Refusal::NoSuchSlot);
        }
        let id = self.filling(slot).ok_or(Refusal::NotRunning)?;
        let fill = self.fill_mut(id).ok_or(Refusal::NotRunning)?;
        if core::mem::replace(&mut fill.paused, paused) == paused {
            return Err(Refusal::WrongState);
        }
        let event = if paused { SlotEvent::RebuildPaused } else { SlotEvent::RebuildResumed };
        self.emit_slot(slot, event);
        Ok(())
    }

    /// Lets every set go on with what it has: a drive that answers takes its slot, and what it lacks is a
    /// hole.
    fn accept_losses(&mut self) -> Result<(), Refusal> {
        if self.state != ArrayState::Failed {
            return Err(Refusal::WrongState);
        }
        let mut heirs = DriveSet::EMPTY;
        for set in self.geometry.all_sets() {
            let heir = self.heir_of(set).ok_or(Refusal::NoSuchDrive)?;
            if !self.drive_ref(heir).stale.is_empty() {
                heirs.insert(heir);
            }
        }
        let needed = heirs.iter().map(|heir| self.go_through_holes(heir, false)).sum();
        if !self.ranges.has_places(needed) {
            return Err(Refusal::TooFragmented);
        }
        self.settle_claims(DriveSet::EMPTY);
        self.work.topology = true;
        // Where there is a hole now, and nobody to wait for, there is no reason to wait either.
        for fill in self.drives.iter_mut().filter_map(|drive| drive.fill.as_mut()) {
            fill.stalled = false;
        }
        for set in self.geometry.all_sets() {
            if self.full_copies(set) == 0
                && let Some(heir) = self.heir_of(set)
            {
                self.take_slot_with_holes(heir);
            }
        }
        Ok(())
    }

    /// Counts what a drive lacks: so many places its holes take in the exact record. With `punch` they become holes.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn go_through_holes(&mut self, id: DriveId, punch: bool) -> usize {
        let (mut holes, mut before) = (0, Kind::Fresh);
        let mut rest = self.rest_from(MemberLba(0));
        while rest.count > 0 {
            let run = self.run_at(id, rest);
            rest.count = run.count;
            if !run.belief.is_held() {
                // What is worth the same as its neighbour becomes one with it.
                holes += usize::from(run.belief != before);
                if punch {
                    self.mark_hole(id, rest, Kind::Missed);
                }
            }
            before = run.belief;
            rest = self.rest_from(rest.end());
        }
        holes
    }

    /// A member from a sector on, or as much of it as a stretch can tell.
    fn rest_from(&self, start: MemberLba) -> Stretch {
        Stretch { start, count: up_to(self.member_sectors() - start.0, u32::MAX) }
    }

    /// The drive of a set that lacks least.
    fn heir_of(&self, set: SetId) -> Option<DriveId> {
        let (mut least, mut heir) = (u64::MAX, None);
        for &Leg { drive, .. } in &self.legs(set, 0) {
            let lacking = self.lacking(drive);
            if lacking < least && self.serves(drive) {
                (least, heir) = (lacking, Some(drive));
            }
        }
        heir
    }

    fn take_slot_with_holes(&mut self, id: DriveId) {
        self.abandon_windows(id);
        self.drive_mut(id).fill = None;
        self.go_through_holes(id, true);
        self.adopt(id);
        if let Role::Target(slot) = self.drive_ref(id).role {
            self.promote(id, slot);
        }
    }
}

#[cfg(test)]
mod tests;
