//! What becomes of the set.

use super::Assembly;
use super::facts::Facts;
use super::plan::{Decision, Equalise, Order, Reason};
use super::slots::{Drives, Slots, mirrors};
use crate::superblock::Resync;

impl Assembly<'_> {
    /// What becomes of the set.
    #[must_use]
    pub fn decision(&self) -> Decision {
        let settled = self.request.settled || self.is_ordered();
        match self.set {
            Err(Reason::NoMembers) if !settled => return Decision::Wait(Slots::EMPTY),
            Err(reason) => return Decision::Refuse(reason),
            Ok(_) => {}
        }
        if let Some(reason) = self.conflict() {
            return Decision::Refuse(reason);
        }
        let (current, absent) = (self.current_slots(), self.absent(false));
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
        let all = self.each(self.speakers).next().map_or(0, |(_, facts)| facts.shape.slots);
        let vacant = Slots::below(all).without(current);
        Decision::Start { equalise: self.equalise(), vacant }
    }

    fn is_ordered(&self) -> bool {
        self.request.order != Order::Nothing
    }

    /// What no drive that still may come can put right.
    fn conflict(&self) -> Option<Reason> {
        if let Order::Accept(index) | Order::Choose(index) = self.request.order {
            let facts = self.facts(index).filter(|_| self.members.contains(index));
            if facts.is_none_or(|facts| facts.slot().is_none()) {
                return Some(Reason::NotAMember(index));
            }
        }
        if !self.is_ordered() {
            let unsure = |index: &usize| self.twin(*index).is_some_and(|(_, older)| !older);
            if let Some(clone) = self.first(self.of_set().filter(unsure)) {
                let (of, _) = self.twin(clone)?;
                return Some(Reason::Clones(clone, of));
            }
        }
        self.split_brain().or_else(|| self.contested())
    }

    /// Two members that have each gone on without the other.
    fn split_brain(&self) -> Option<Reason> {
        if self.speakers.is_empty() {
            let newest = self.each(self.members).filter(|(_, facts)| self.age.is_newest(facts));
            let newest = Drives::such(newest.map(|(index, _)| index));
            let denies = |one: &Facts, other: &Facts| one.denies(other) || other.denies(one);
            let at_odds = |&one: &usize| self.opponent(one, newest, denies).is_some();
            let one = self.first(newest.iter().filter(at_odds));
            // A member that denies itself has no opponent.
            let one = one.or_else(|| self.first(self.of_set()))?;
            return Some(Reason::SplitBrain(
                one,
                self.opponent(one, newest, denies).unwrap_or(one),
            ));
        }
        if let Order::Choose(_) = self.request.order {
            return None;
        }
        let apart = self.first(self.members.iter().filter(|&index| self.has_diverged(index)))?;
        Some(Reason::SplitBrain(self.first(self.speakers.iter())?, apart))
    }

    /// Another member with which one is at odds.
    fn opponent(
        &self,
        one: usize,
        among: Drives,
        at_odds: impl Fn(&Facts, &Facts) -> bool,
    ) -> Option<usize> {
        let facts = self.facts(one)?;
        let others = self.each(among).filter(|&(other, _)| other != one);
        self.first(others.filter(|(_, other)| at_odds(facts, other)).map(|(other, _)| other))
    }

    /// A slot of which two members say that they hold it in full.
    fn contested(&self) -> Option<Reason> {
        let current = Drives::such(self.members.iter().filter(|&index| self.is_current(index)));
        let twice = |slot: &u16| {
            if crate::bug!("clone-taken") {
                return false;
            }
            self.each(current).filter(|(_, facts)| facts.slot() == Some(*slot)).nth(1).is_some()
        };
        (0..Slots::END).find(twice).map(Reason::Contested)
    }

    /// The slots with a current member.
    fn current_slots(&self) -> Slots {
        let current = self.each(self.members).filter(|&(index, _)| self.is_current(index));
        current.filter_map(|(_, facts)| facts.slot()).fold(Slots::EMPTY, Slots::with)
    }

    /// The slots of mirror sets of which none is among some slots.
    fn without_copy(&self, slots: Slots) -> Slots {
        let Some((_, facts)) = self.each(self.speakers).next() else {
            return Slots::EMPTY;
        };
        let bare = mirrors(facts.shape.slots, facts.shape.copies)
            .filter(|mirror| mirror.and(slots).is_empty());
        bare.fold(Slots::EMPTY, Slots::or)
    }

    /// The slots whose holder, as the speakers know it, is not there; `in_sync`: only where it may have all data.
    fn absent(&self, in_sync: bool) -> Slots {
        let building = if in_sync { self.building() } else { Slots::EMPTY };
        let mut absent = Slots::EMPTY;
        for (_, voice) in self.each(self.speakers) {
            let gone = |slot: &u16| voice.holders.of(*slot).any(|number| !self.is_there(number));
            let slots = (0..voice.shape.slots.min(Slots::END)).filter(gone);
            let slots = slots.filter(|&slot| !building.contains(slot) && !self.has_original(slot));
            absent = slots.fold(absent, Slots::with);
        }
        absent
    }

    /// The slots without a holder that is in sync, as all speakers know that hold slots and have a frame.
    fn building(&self) -> Slots {
        let holders = self.each(self.speakers).filter(|(_, voice)| voice.slot().is_some());
        let told = holders.map(|(_, voice)| match voice.generation {
            Ok(_) => voice.building,
            Err(_) => Slots::EMPTY,
        });
        told.reduce(Slots::and).unwrap_or(Slots::EMPTY)
    }

    /// Whether the member with a number is there, and no old image of it.
    fn is_there(&self, number: u16) -> bool {
        self.each(self.members).any(|(index, facts)| facts.number == number && self.is_fresh(index))
    }

    /// Whether a slot has its holder, so that only a member that is to replace it can be absent.
    fn has_original(&self, slot: u16) -> bool {
        self.each(self.holders).any(|(_, facts)| facts.slot() == Some(slot) && !facts.replacement)
    }

    /// The newest of the members that are behind and could fill some slots.
    fn best_behind(&self, slots: Slots) -> Option<usize> {
        let behind = self.each(self.members).filter(|&(index, facts)| {
            let wanted = facts.slot().is_some_and(|slot| slots.contains(slot));
            wanted
                && facts.recovery.is_none()
                && !self.holders.contains(index)
                && !self.has_other_shape(facts)
        });
        let best = behind.max_by_key(|(_, facts)| (self.age.of(facts), facts.identity()));
        best.map(|(index, _)| index)
    }

    /// What has to be made equal: what the newest members say, for they know whether the last writes had ended.
    fn equalise(&self) -> Equalise {
        let known = || {
            let newest = self.each(self.members).filter(|&(index, facts)| {
                self.age.is_newest(facts) && self.holders.contains(index)
            });
            newest.chain(self.each(self.speakers)).map(|(_, facts)| facts)
        };
        let from = known().filter_map(|facts| match facts.resync {
            Resync::Done => None,
            Resync::From(sector) => Some(sector),
        });
        let Some(from) = from.min() else {
            return Equalise::Nothing;
        };
        let marked = |facts: &Facts| {
            facts.recovery.is_none() && facts.bitmap.is_some_and(|bitmap| bitmap.current)
        };
        if known().any(|facts| facts.slot().is_some() && marked(facts)) {
            Equalise::ByBitmap
        } else {
            Equalise::From(from)
        }
    }
}
