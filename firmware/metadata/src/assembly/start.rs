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
        let all = self.spoken().map_or(0, |facts| facts.shape.slots);
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
            let unsure = self.among(self.of_set(), &|index, _| {
                self.twin(index).is_some_and(|(_, older)| !older)
            });
            if let Some(clone) = self.first(unsure) {
                let (of, _) = self.twin(clone)?;
                return Some(Reason::Clones(clone, of));
            }
        }
        self.split_brain().or_else(|| self.contested())
    }

    /// Two members that have each gone on without the other.
    fn split_brain(&self) -> Option<Reason> {
        if self.speakers.is_empty() {
            let newest = self.among(self.members, &|_, facts| self.age.is_newest(facts));
            let at_odds = self.among(newest, &|one, _| self.opponent(one, newest).is_some());
            // A member that denies itself has no opponent.
            let one = self.first(at_odds).or_else(|| self.first(self.of_set()))?;
            return Some(Reason::SplitBrain(one, self.opponent(one, newest).unwrap_or(one)));
        }
        if let Order::Choose(_) = self.request.order {
            return None;
        }
        let apart = self.among(self.members, &|index, _| self.has_diverged(index));
        let apart = self.first(apart)?;
        Some(Reason::SplitBrain(self.first(self.speakers)?, apart))
    }

    /// Another member of which one denies the other.
    fn opponent(&self, one: usize, among: Drives) -> Option<usize> {
        let facts = self.facts(one)?;
        self.first(self.among(among, &|index, other| {
            index != one && (facts.denies(other) || other.denies(facts))
        }))
    }

    /// A slot of which two members say that they hold it in full.
    fn contested(&self) -> Option<Reason> {
        let current = self.among(self.members, &|index, _| self.is_current(index));
        let twice = |slot: &u16| {
            let holders = self.among(current, &|_, facts| facts.slot() == Some(*slot));
            holders.are_several() && !crate::bug!("clone-taken")
        };
        (0..Slots::END).find(twice).map(Reason::Contested)
    }

    /// The slots with a current member.
    fn current_slots(&self) -> Slots {
        let current = self.among(self.members, &|index, _| self.is_current(index));
        self.each(current).filter_map(|(_, facts)| facts.slot()).fold(Slots::EMPTY, Slots::with)
    }

    /// The slots of mirror sets of which none is among some slots.
    fn without_copy(&self, slots: Slots) -> Slots {
        let Some(facts) = self.spoken() else {
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
        let holders = self.speaking_holders();
        let all = if holders.is_empty() { Slots::EMPTY } else { Slots::from_bits(u32::MAX) };
        self.each(holders).fold(all, |told, (_, voice)| match voice.generation {
            Ok(_) => told.and(voice.building),
            Err(_) => Slots::EMPTY,
        })
    }

    /// Whether the member with a number is there, and no old image of it.
    fn is_there(&self, number: u16) -> bool {
        self.any(self.members, &|index, facts| {
            facts.number == number && (self.is_fresh(index) || self.is_kept(index))
        })
    }

    /// Whether a slot has its holder, so that only a member that is to replace it can be absent.
    fn has_original(&self, slot: u16) -> bool {
        self.any(self.holders, &|_, facts| facts.slot() == Some(slot) && !facts.replacement)
    }

    /// The newest of the members that are behind and could fill some slots.
    fn best_behind(&self, slots: Slots) -> Option<usize> {
        let behind = self.among(self.members, &|index, facts| {
            let wanted = facts.slot().is_some_and(|slot| slots.contains(slot));
            wanted
                && facts.recovery.is_none()
                && !self.holders.contains(index)
                && !self.has_other_shape(facts)
        });
        self.foremost(behind, &|one, other| {
            let (age, of_other) = (self.age.of(one), self.age.of(other));
            age > of_other || age == of_other && !one.precedes(other)
        })
    }

    /// What has to be made equal: what the newest members say, for they know whether the last writes had ended. Of one that left
    /// before, it itself knows.
    fn equalise(&self) -> Equalise {
        let speakers = self.speakers;
        let known = self.among(self.members, &|index, facts| {
            let knows = self.age.is_newest(facts) || !self.is_fresh(index);
            speakers.contains(index) || knows && self.holders.contains(index)
        });
        let mut from = None;
        for (_, facts) in self.each(known) {
            if let Resync::From(sector) = facts.resync
                && from.is_none_or(|from| sector < from)
            {
                from = Some(sector);
            }
        }
        let Some(from) = from else {
            return Equalise::Nothing;
        };
        let marked = |facts: &Facts| {
            facts.recovery.is_none() && facts.bitmap.is_some_and(|bitmap| bitmap.current)
        };
        if self.any(known, &|_, facts| facts.slot().is_some() && marked(facts)) {
            Equalise::ByBitmap
        } else {
            Equalise::From(from)
        }
    }
}
