//! Hot spares: proven first, then chosen, then written.
//!
//! ```text
//!  None --(write one sector)--> Running --(it compares equal)--> Proven --(proof runs out)--> None
//!                                  \--(any failure)--> Refused: not used until it is added or plugged in again
//! ```

use crate::Engine;
use crate::config::PROOF_SECTORS;
use crate::event::{DriveEvent, EventKind, SlotEvent, SpareObstacle};
use crate::fill::FillKind;
use crate::io::{Outcome, Stretch};
use crate::io_table::{Owner, Verb};
use crate::record::Fact;
use crate::slot::Wish;
use crate::status::{Health, Proof, Role};
use crate::units::{DriveId, MemberLba, Slot};

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Proves spares and gives slots that need one the best of them.
    pub(crate) fn tend_spares(&mut self) {
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            if matches!(self.drive_ref(id).role, Role::Spare { .. }) {
                self.prove(id);
            }
        }
        if self.is_outdone() && !raid10_metadata::bug!("spare-for-a-rival") {
            // Those that may go on with the array hold slots, too. Nobody takes them before it is known whether they are back.
            return;
        }
        for index in 0..self.members() {
            let slot = Slot(index as u8);
            if let Some(kind) = self.need(slot) {
                self.fill_vacancy(slot, kind);
            } else {
                self.slot_mut(slot).told_spare_missing = false;
            }
        }
    }

    /// What kind of fill a slot needs, if any.
    fn need(&self, slot: Slot) -> Option<FillKind> {
        let record = *self.slot_ref(slot);
        if let Some(target) = record.target
            && (self.drive_ref(target).present || self.is_awaited(target))
        {
            return None;
        }
        let automatic = self.policy.auto_rebuild || record.wish.is_some();
        let Some(member) = record.member else { return automatic.then_some(FillKind::Rebuild) };
        let drive = self.drive_ref(member);
        if !drive.in_service() {
            let waits = self.is_awaited(member) && record.wish != Some(Wish::Fill);
            return (automatic && !waits).then_some(FillKind::Rebuild);
        }
        let replace = record.wish == Some(Wish::Replace)
            || (self.policy.auto_replace && self.is_ailing(member));
        replace.then_some(FillKind::Replace)
    }

    fn fill_vacancy(&mut self, slot: Slot, kind: FillKind) {
        let (best, coming) = self.best_spare(slot);
        let Some(chosen) = best else {
            if !coming && kind == FillKind::Rebuild {
                self.tell_spare_missing(slot);
            }
            return;
        };
        if let Some(old) = self.slot_ref(slot).target {
            self.vacate(old);
            self.emit_slot(slot, SlotEvent::RebuildFailed);
        }
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            if let Some(obstacle) = self.obstacle(slot, id)
                && id != chosen
            {
                self.emit(EventKind::SparePassedOver { slot, drive: id, obstacle });
            }
        }
        self.emit(EventKind::SpareChosen { slot, drive: chosen });
        self.start_fill(slot, chosen, kind);
    }

    /// What is in the way of a spare: for one that can be taken, nothing but a better one. `None` for what is no spare.
    fn obstacle(&self, slot: Slot, id: DriveId) -> Option<SpareObstacle> {
        let drive = self.drive_ref(id);
        let Role::Spare { dedicated } = drive.role else { return None };
        if !drive.present {
            return None;
        }
        let proven = drive.proof == Proof::Proven || raid10_metadata::bug!("spare-unproven");
        Some(match drive.proof {
            _ if dedicated.is_some_and(|only| only != slot) => SpareObstacle::DedicatedElsewhere,
            Proof::Refused(why) => why,
            Proof::None | Proof::Running | Proof::Proven => match self.misfit(id) {
                Some(why) => why,
                None if proven => SpareObstacle::NotBest,
                None => SpareObstacle::NotProven,
            },
        })
    }

    /// Dedicated before global, then the smallest that fits, then by number; and whether one may soon be proven.
    fn best_spare(&self, slot: Slot) -> (Option<DriveId>, bool) {
        let named = self.slot_ref(slot).named;
        let (mut least, mut best, mut coming) = (u64::MAX, None, false);
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            let drive = self.drive_ref(id);
            let obstacle = self.obstacle(slot, id);
            coming |= obstacle == Some(SpareObstacle::NotProven);
            let wanted = named.is_none_or(|named| named == id);
            if wanted && obstacle == Some(SpareObstacle::NotBest) {
                // No drive is so large that its size has the highest bit.
                let global = matches!(drive.role, Role::Spare { dedicated: None });
                let rank = u64::from(global) << 63 | drive.size.0;
                if rank < least {
                    (least, best) = (rank, Some(id));
                }
            }
        }
        (best, coming)
    }

    fn tell_spare_missing(&mut self, slot: Slot) {
        let told = &mut self.slot_mut(slot).told_spare_missing;
        if !core::mem::replace(told, true) {
            self.emit_slot(slot, SlotEvent::SpareMissing);
        }
    }

    /// Makes a proven spare the target of a slot.
    fn start_fill(&mut self, slot: Slot, id: DriveId, kind: FillKind) {
        self.forget_content(id);
        self.take_target(id, slot, kind);
        self.drive_mut(id).proof = Proof::None;
        self.work.fills = true;
        let record = self.slot_mut(slot);
        record.wish = None;
        record.named = None;
        record.told_spare_missing = false;
        self.record.commit(Fact::Roles);
        self.work.topology = true;
        let event = match kind {
            FillKind::Replace => SlotEvent::ReplaceStarted,
            FillKind::Rebuild | FillKind::Resync => SlotEvent::RebuildStarted,
        };
        self.cause = Some(self.emit_slot(slot, event));
    }

    /// Why a drive cannot become a member whatever it holds, if so.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn misfit(&self, id: DriveId) -> Option<SpareObstacle> {
        if self.room(id) < self.geometry.member_sectors() {
            return Some(SpareObstacle::TooSmall);
        }
        let large = u32::from(self.drive_ref(id).physical) > self.granule.min(PROOF_SECTORS as u32);
        large.then_some(SpareObstacle::SectorTooLarge)
    }

    /// Starts the proof of a spare that has none, or whose proof has run out.
    fn prove(&mut self, id: DriveId) {
        let drive = self.drive_ref(id);
        let expired = drive.proof == Proof::Proven && drive.proof_expires <= self.now;
        let due = drive.proof == Proof::None || expired;
        if !drive.answers() || !due || self.ios.find(&|io| io.drive == id).is_some() {
            return;
        }
        if let Some(obstacle) = self.misfit(id) {
            self.refuse_spare(id, obstacle);
            return;
        }
        if self.queue(id, Owner::Proof, Verb::Write, self.proof_stretch(), 0).is_some() {
            self.drive_mut(id).proof = Proof::Running;
        } else {
            self.work.blocked = true;
        }
    }

    /// The last sectors of the part of a member that the array uses.
    fn proof_stretch(&self) -> Stretch {
        let count = self.granule;
        Stretch { start: MemberLba(self.member_sectors() - u64::from(count)), count }
    }

    /// A drive has answered a command of its proof.
    pub(crate) fn proof_done(&mut self, id: DriveId, verb: Verb, outcome: Outcome) {
        let drive = self.drive_ref(id);
        if drive.proof != Proof::Running || !matches!(drive.role, Role::Spare { .. }) {
            return;
        }
        match (verb, outcome) {
            (Verb::Write, Outcome::Done) => {
                let stretch = self.proof_stretch();
                if self.queue(id, Owner::Proof, Verb::Compare, stretch, 0).is_none() {
                    self.drive_mut(id).proof = Proof::None;
                    self.work.blocked = true;
                }
            }
            (_, Outcome::Done) => {
                let expires = self.now + self.policy.proof_interval;
                let drive = self.drive_mut(id);
                drive.proof = Proof::Proven;
                drive.proof_expires = expires;
                self.emit_drive_cause(id, DriveEvent::SpareProven);
            }
            (_, Outcome::Mismatch | Outcome::Fault(_)) => {
                self.refuse_spare(id, SpareObstacle::ProofFailed);
            }
        }
        self.work.topology = true;
    }

    pub(crate) fn refuse_spare(&mut self, id: DriveId, obstacle: SpareObstacle) {
        self.drive_mut(id).proof = Proof::Refused(obstacle);
        for record in &mut self.slots {
            if record.named == Some(id) {
                record.wish = None;
                record.named = None;
            }
        }
        self.work.topology = true;
        self.emit(EventKind::SpareRefused { drive: id, obstacle });
    }

    /// A slot that is online again, or a named drive that is a spare no more, leaves nothing to wish for.
    pub(crate) fn grant_wishes(&mut self) {
        for index in 0..self.members() {
            let slot = Slot(index as u8);
            let record = self.slot_ref(slot);
            let gone = |id| {
                let drive = self.drive_ref(id);
                !drive.present || !matches!(drive.role, Role::Spare { .. })
            };
            let filled = record.wish == Some(Wish::Fill) && self.is_full(slot);
            if filled || record.named.is_some_and(gone) {
                let record = self.slot_mut(slot);
                record.wish = None;
                record.named = None;
            }
        }
    }

    /// Gives members that came back, and hold something stale, a fill; takes it from those that need none.
    pub(crate) fn start_resyncs(&mut self) {
        let now = self.now;
        for index in 0..DRIVES {
            let drive = self.drive_mut(DriveId(index as u8));
            let behind = matches!(drive.role, Role::Member(_)) && !drive.stale.is_empty();
            if behind && drive.in_service() && drive.fill.is_none() {
                drive.begin_fill(FillKind::Resync, now);
                self.work.fills = true;
            }
        }
    }

    /// A member that came back while another drive was being filled for its slot, and holds everything
    /// again, keeps the slot if most is still to be copied: the other drive is a spare again. Otherwise the copy goes
    /// on, as a replacement.
    pub(crate) fn cancel_needless_rebuilds(&mut self) {
        for index in 0..self.members() {
            let record = self.slot_ref(Slot(index as u8));
            let (Some(member), Some(target)) = (record.member, record.target) else { continue };
            let Some(fill) = self.fill_mut(target) else { continue };
            if fill.kind != FillKind::Rebuild || !self.is_full(Slot(index as u8)) {
                continue;
            }
            let lacking = self.lacking(target);
            if lacking > self.member_sectors() / 2
                && lacking > self.lacking(member)
                && self.drive_ref(member).health < Health::Ailing
                && self.is_needless(target)
            {
                self.vacate(target);
                self.drive_mut(target).role = Role::Spare { dedicated: None };
            } else if let Some(fill) = self.fill_mut(target) {
                fill.kind = FillKind::Replace;
            }
        }
    }
}

#[cfg(test)]
mod tests;
