//! What becomes of the set.

use super::facts::Facts;
use super::plan::{Decision, Equalise, Order, Reason};
use super::slots::{Drives, Slots, without_any};
use super::{Assembly, Member, Question};
use crate::superblock::Resync;

impl Assembly<'_> {
    /// What becomes of the set.
    #[must_use]
    pub fn decision(&self) -> Decision {
        let settled = self.settled;
        match self.set {
            Err(Reason::NoMembers) if !settled => return Decision::Wait(Slots::EMPTY),
            Err(reason) => return Decision::Refuse(reason),
            Ok(_) => {}
        }
        if let Some(reason) = self.conflict() {
            return Decision::Refuse(reason);
        }
        let ((current, _), absent) = (self.current_slots(), self.absent(false));
        let bare = self.without_copy(current);
        if !(settled || bare.is_empty() && absent.is_empty()) {
            return Decision::Wait(absent.or(bare));
        }
        if !bare.is_empty() {
            let behind = self.best_behind(bare);
            return Decision::Refuse(Reason::NoCurrentCopy { slots: bare, behind });
        }
        let newer = self.without_copy(self.absent(true)).is_empty();
        if !self.is_ordered() && newer && !crate::bug!("stale-half-starts") {
            return Decision::Refuse(Reason::MayBeStale(absent));
        }
        let all = self.spoken().map_or(0, |facts| facts.shape.slots);
        let vacant = Slots::below(all).without(current);
        Decision::Start { equalise: self.equalise(), vacant }
    }

    fn is_ordered(&self) -> bool {
        self.order != Order::Nothing
    }

    /// What no drive that still may come can put right.
    fn conflict(&self) -> Option<Reason> {
        if let Order::Accept(index) | Order::Choose(index) = self.order {
            let member = self.member(index).filter(|_| self.members.contains(index));
            if member.is_none_or(|member| member.facts.slot().is_none()) {
                return Some(Reason::NotAMember(index));
            }
        }
        if !self.is_ordered() {
            let unsure = self.among(self.of_set(), |this, member, _| {
                this.twin(member).is_some_and(|(_, older)| !older)
            });
            if let Some(clone) = self.first(unsure) {
                let (of, _) = self.twin(clone)?;
                return Some(Reason::Clones(clone.index, of));
            }
        }
        self.split_brain().or_else(|| self.contested())
    }

    /// Two members that have each gone on without the other.
    fn split_brain(&self) -> Option<Reason> {
        if self.speakers.is_empty() {
            let newest = self.newest_members();
            let at_odds = self.among(newest, |this, one, _| this.opponent(one.facts).is_some());
            // A member that denies itself has no opponent.
            let one = self.first(at_odds).or_else(|| self.first(self.of_set()))?;
            let other = self.opponent(one.facts).unwrap_or(one);
            return Some(Reason::SplitBrain(one.index, other.index));
        }
        if let Order::Choose(_) = self.order {
            return None;
        }
        let apart = self.among(self.members, |this, member, _| this.has_diverged(member));
        let apart = self.first(apart)?;
        Some(Reason::SplitBrain(self.first(self.speakers)?.index, apart.index))
    }

    /// Another of the newest members, where one of the two denies the other.
    fn opponent(&self, one: &Facts) -> Option<Member<'_>> {
        self.first(self.among_for(Some(one), self.newest_members(), |_, other, one| {
            let other = other.facts;
            let at_odds = |one: &Facts| one.denies(other) || other.denies(one);
            !core::ptr::eq(one, other) && at_odds(one)
        }))
    }

    /// A slot of which two members say that they hold it in full.
    fn contested(&self) -> Option<Reason> {
        let (_, twice) = self.current_slots();
        let slot = twice.iter().next().filter(|_| !crate::bug!("clone-taken"))?;
        Some(Reason::Contested(slot))
    }

    /// The slots with a current member, and those with more than one.
    fn current_slots(&self) -> (Slots, Slots) {
        let current = self.among(self.members, |this, member, _| this.is_current(member));
        let (mut once, mut twice) = (Slots::EMPTY, Slots::EMPTY);
        for Member { facts, .. } in self.each(current) {
            let own = facts.slot().map_or(Slots::EMPTY, |slot| Slots::EMPTY.with(slot));
            twice = twice.or(once.and(own));
            once = once.or(own);
        }
        (once, twice)
    }

    /// The slots of mirror sets of which none is among some slots.
    fn without_copy(&self, slots: Slots) -> Slots {
        let Some(facts) = self.spoken() else {
            return Slots::EMPTY;
        };
        without_any(&facts.shape, slots)
    }

    /// The slots whose holder, as the speakers know it, is not there; `in_sync`: only where it may have all data.
    fn absent(&self, in_sync: bool) -> Slots {
        let building = if in_sync { self.building() } else { Slots::EMPTY };
        let mut absent = Slots::EMPTY;
        for Member { facts: voice, .. } in self.each(self.speakers) {
            let gone = |slot: &u16| voice.holders.of(*slot).any(|number| !self.is_there(number));
            let slots = (0..voice.shape.slots.min(Slots::END)).filter(gone);
            let slots = slots.filter(|&slot| !building.contains(slot) && !self.has_original(slot));
            absent = slots.fold(absent, Slots::with);
            if in_sync && !crate::bug!("kept-halves-start") {
                absent = self.kept_away(voice).fold(absent, Slots::with);
            }
        }
        absent
    }

    /// The slots of mirror sets without any holder in sync, as one who speaks knows, whose members left with all data and are not there:
    /// any of them is as good as a holder.
    fn kept_away<'a>(&'a self, voice: &'a Facts) -> impl Iterator<Item = u16> + 'a {
        let slots = || 0..voice.shape.slots.min(Slots::END);
        let held = slots().filter(|&slot| {
            voice.holders.of(slot).next().is_some() && !voice.building.contains(slot)
        });
        let bare = without_any(&voice.shape, held.fold(Slots::EMPTY, Slots::with));
        let left = |slot: u16| voice.left.noted(0, slot);
        slots().filter(move |&slot| {
            bare.contains(slot)
                && !voice.left.lacking.contains(slot)
                && left(slot).is_some_and(|(number, _)| !self.is_there(number))
        })
    }

    /// The slots without a holder that is in sync, as all speakers know that hold slots and have a frame.
    fn building(&self) -> Slots {
        let holders = self.speaking_holders;
        let all = if holders.is_empty() { Slots::EMPTY } else { Slots::from_bits(u32::MAX) };
        self.each(holders).fold(all, |told, Member { facts: voice, .. }| match voice.generation {
            Ok(_) => told.and(voice.building),
            Err(_) => Slots::EMPTY,
        })
    }

    /// Whether the member with a number is there, and no old image of it.
    fn is_there(&self, number: u16) -> bool {
        self.numbered(number)
            .is_some_and(|member| self.is_fresh(member) || self.is_kept(member.facts))
    }

    /// Whether a slot has its holder, so that only a member that is to replace it can be absent.
    fn has_original(&self, slot: u16) -> bool {
        self.each(self.holders)
            .any(|Member { facts, .. }| facts.slot() == Some(slot) && !facts.replacement)
    }

    /// The newest of the members that are behind and could fill some slots.
    fn best_behind(&self, slots: Slots) -> Option<usize> {
        let mut behind = Drives::default();
        for member in self.each(self.members) {
            if member.facts.slot().is_some_and(|slot| slots.contains(slot))
                && !self.holders.contains(member.index)
                && self.is_whole_claimant(member)
            {
                behind.insert(member.index);
            }
        }
        let best = self.foremost(behind, |this, one, other| {
            let (age, of_other) = (this.age.of(one), this.age.of(other));
            age > of_other || age == of_other && !one.precedes(other)
        });
        best.map(|member| member.index)
    }

    /// What has to be made equal: what the newest members say, for they know whether the last writes had ended. Of one that left
    /// before, it itself knows.
    fn equalise(&self) -> Equalise {
        let known = self.among(self.members, |this, member, _| {
            let knows = || this.age.is_newest(member.facts) || !this.is_fresh(member);
            this.speakers.contains(member.index) || this.holders.contains(member.index) && knows()
        });
        let mut from = None;
        for Member { facts, .. } in self.each(known) {
            if let Resync::From(sector) = facts.resync
                && from.is_none_or(|from| sector < from)
            {
                from = Some(sector);
            }
        }
        let Some(from) = from else {
            return Equalise::Nothing;
        };
        let marked: Question = |_, Member { facts, .. }, _| {
            let whole = facts.slot().is_some() && facts.recovery.is_none();
            whole && facts.bitmap.is_some_and(|bitmap| bitmap.current)
        };
        if self.any(known, marked) { Equalise::ByBitmap } else { Equalise::From(from) }
    }
}
