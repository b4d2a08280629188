//! Who holds what for which slot, and who is out of service: followed from what the engine says.

use core::ops::Range;

use raid10_engine::{DriveView, Health, Instant, MemberState, Role, Slot, SlotView};

use super::{Oracle, View};
use crate::drive::Drive;
use crate::verdict::Verdicts;

impl Oracle {
    /// Follows the roles that the engine gives to drives.
    pub(crate) fn follow(
        &mut self,
        now: Instant,
        view: View,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        self.judge_releases(now, &view, drives, verdicts);
        let old = core::mem::replace(&mut self.view, view);
        for index in 0..self.beliefs.len() {
            self.follow_role(index);
            let strange = |view: &DriveView| view.role == Role::Unassigned;
            self.recorded.is_strange(index, self.view.drives.get(index).is_some_and(strange));
            let service = |view: &View| view.drives.get(index).is_some_and(serves);
            let known = |view: &View| view.drives.get(index).is_some_and(|view| view.identified);
            if known(&self.view) && !known(&old) {
                self.show_drops();
            }
            if self.in_service(index) {
                self.recorded.serves(index);
            } else if service(&old) {
                self.open_writes().iter().for_each(|range| self.miss(index, range));
                self.note_departure(index, &old);
            }
        }
        self.follow_boot();
        for index in 0..self.view.slots.len() {
            self.follow_slot(index, old.slots.get(index));
        }
        for index in 0..self.beliefs.len() {
            self.recorded.is_full(index, self.in_service(index) && self.holds_a_slot(index));
        }
        self.follow_rivals();
        self.check_places(now, verdicts);
    }

    /// A drive is a member with all of its slot.
    pub(super) fn holds_a_slot(&self, index: usize) -> bool {
        self.view.slots.iter().any(|slot| is_held_by(slot, index))
    }

    /// A member left service that held all of its slot, or was as good as others where copies may differ.
    fn note_departure(&mut self, index: usize, old: &View) {
        let uneven = self.versions.may_differ() || !self.beliefs[index].uneven.is_empty();
        let levelled = |slot: &SlotView| {
            uneven
                && slot.state == MemberState::Resyncing
                && slot.member.is_some_and(|member| member.index() == index)
        };
        let rival = |slot: &SlotView| is_held_by(slot, index) || levelled(slot);
        if let Some(slot) = old.slots.iter().position(rival) {
            self.recorded.left(Slot(slot as u8), index);
        }
    }

    /// A drive is back: what others dropped in a flush that failed may be known to lie there, and is filled again.
    fn show_drops(&mut self) {
        for belief in self.beliefs.iter_mut().filter(|belief| belief.unflushed_at.is_some()) {
            belief.restart();
        }
    }

    fn follow_role(&mut self, index: usize) {
        let Some(view) = self.view.drives.get(index) else {
            return;
        };
        let unheard_of = self.is_unheard_of(index, view);
        let belief = &mut self.beliefs[index];
        match view.role {
            Role::Unassigned | Role::Spare { .. } => {
                if belief.slot.is_some() && !unheard_of {
                    belief.forget();
                }
            }
            Role::Member(slot) | Role::Target(slot) if belief.slot != Some(slot) => {
                belief.assign(slot);
            }
            Role::Member(_) | Role::Target(_) => {}
        }
    }

    fn follow_slot(&mut self, index: usize, old: Option<&SlotView>) {
        let now = self.view.slots[index];
        let Some(old) = old else { return };
        let Some(member) = now.member else { return };
        if is_filling(now.state) && !is_filling(old.state) {
            let filling = now.target.unwrap_or(member);
            self.beliefs[filling.index()].restart();
        }
    }

    pub(super) fn in_service(&self, drive: usize) -> bool {
        self.view.drives.get(drive).is_some_and(serves) && !self.is_out(drive)
    }

    /// Taken out of service by an operator or by quarantine.
    fn is_out(&self, drive: usize) -> bool {
        if self.beliefs[drive].ejected {
            return true;
        }
        let out = |state| matches!(state, MemberState::Ejected | MemberState::Quarantined);
        self.view.slots.iter().any(|slot| {
            slot.member.is_some_and(|member| member.index() == drive) && out(slot.state)
        })
    }

    /// A write of the host that was under way on a drive did not end there.
    pub(super) fn fails(&mut self, drive: usize, range: &Range<u64>) {
        let Some(slot) = self.beliefs[drive].slot else { return };
        for (at, sectors) in self.copies(range) {
            if at == slot {
                self.beliefs[drive].unwritten.remove(sectors.clone());
                self.beliefs[drive].holes.insert(sectors);
            }
        }
    }

    /// A drive misses a write of the host, as far as another drive may take it.
    pub(super) fn miss(&mut self, drive: usize, range: &Range<u64>) {
        let Some(slot) = self.beliefs[drive].slot else {
            return;
        };
        let layout = self.layout;
        for (start, count) in layout.runs(range.start, range.end - range.start) {
            let taken = self
                .copies_of(start, count as usize)
                .any(|(_, copy)| copy.index != drive && self.in_service(copy.index));
            for (at, sectors) in self.copies(&(start..start + count)) {
                if at == slot && taken {
                    self.beliefs[drive].missed(sectors, self.region);
                }
            }
        }
    }
}

pub(super) fn serves(view: &DriveView) -> bool {
    view.present && view.health != Health::Failed
}

/// The engine says that a drive has all of this slot.
fn is_held_by(slot: &SlotView, drive: usize) -> bool {
    let full = matches!(slot.state, MemberState::Online | MemberState::Replacing);
    full && slot.member.is_some_and(|member| member.index() == drive)
}

const fn is_filling(state: MemberState) -> bool {
    matches!(state, MemberState::Rebuilding | MemberState::Resyncing | MemberState::Replacing)
}
