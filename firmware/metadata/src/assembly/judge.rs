//! What a drive is to the array.

use super::Assembly;
use super::age::is_older;
use super::facts::{Candidate, Facts};
use super::plan::{CatchUp, Order, Verdict};
use super::slots::{Slots, mirrors};
use crate::private::Void;
use crate::superblock::{Refusal, Role};

impl Assembly<'_> {
    /// What a drive is to the array. It is only done what the verdict says if the set starts. A drive that is not among
    /// the candidates is blank.
    #[must_use]
    pub fn verdict(&self, index: usize) -> Verdict {
        match self.candidates.get(index) {
            None | Some(Candidate::Blank | Candidate::Refused(Refusal::NotMd)) => Verdict::Blank,
            Some(Candidate::Foreign) => Verdict::Foreign,
            Some(Candidate::Refused(refusal)) => Verdict::Refused(*refusal),
            Some(Candidate::Member(facts)) => self.of_member(index, facts),
        }
    }

    fn of_member(&self, index: usize, facts: &Facts) -> Verdict {
        match self.set {
            Ok(set) if set != facts.set => return Verdict::OtherSet,
            Ok(_) => {}
            Err(_) => return Verdict::Undecided,
        }
        if let Some((of, older)) = self.twin(index) {
            return Verdict::Clone { of, older };
        }
        if self.speakers.is_empty() {
            let apart = self.age.is_newest(facts) && facts.slot().is_some();
            return if apart { Verdict::Diverged } else { Verdict::Undecided };
        }
        match facts.role {
            _ if self.has_other_shape(facts) => Verdict::OtherShape,
            Role::Spare => Verdict::Spare,
            Role::Slot(slot) => self.of_claimant(index, facts, slot),
            Role::Faulty | Role::Journal | Role::Unknown(_) => Verdict::Ejected,
        }
    }

    /// A member of the right shape that claims a slot.
    fn of_claimant(&self, index: usize, facts: &Facts, slot: u16) -> Verdict {
        if self.is_in_sync(index) {
            return Verdict::Current { slot };
        }
        if self.is_accepted(index) {
            return Verdict::Accepted { slot };
        }
        match facts.recovery {
            _ if self.has_diverged(index) => Verdict::Diverged,
            done if self.holders.contains(index) && self.stands_in(index) => {
                Verdict::Replacement { slot, done }
            }
            Some(done) if self.holders.contains(index) && !self.is_taken(slot) => {
                Verdict::Building { slot, done }
            }
            _ if self.age.is_newer(facts) => Verdict::Newer,
            _ if self.is_outdone(index, facts, slot) => Verdict::Former,
            _ => Verdict::Behind { slot, catch_up: self.catch_up(facts) },
        }
    }

    /// Another drive with the same identity or number, and whether this one certainly is older: the newest if so.
    pub(super) fn twin(&self, index: usize) -> Option<(usize, bool)> {
        let facts = self.facts(index).filter(|_| !crate::bug!("clone-taken"))?;
        let twins = self.among(self.of_set(), &|other, twin| {
            other != index && (twin.device == facts.device || twin.number == facts.number)
        });
        let newer = self.among(twins, &|_, twin| is_older(facts, twin));
        let newest = self.foremost(newer, &|one, other| {
            let age = |facts: &Facts| (facts.events, facts.generation.ok());
            age(one) > age(other) || age(one) == age(other) && !one.precedes(other)
        });
        if let Some(newest) = newest {
            return Some((newest, true));
        }
        let equal = self.among(twins, &|_, twin| !is_older(twin, facts));
        self.first(equal).map(|other| (other, false))
    }

    /// Whether a member is fresh, and all speakers know it in the slot that it claims; or it left with all that counts.
    pub(super) fn holds_its_slot(&self, index: usize) -> bool {
        let denied = |facts: &Facts| self.any(self.speakers, &|_, voice| voice.denies(facts));
        let claims = self.facts(index).filter(|facts| facts.slot().is_some());
        let known = claims.is_some_and(|facts| !denied(facts) || crate::bug!("stale-trusted"))
            && (self.is_fresh(index) || crate::bug!("stale-trusted"));
        !self.speakers.is_empty() && (known || self.is_kept(index))
    }

    /// Whether a member holds a slot with all its data, or the operator takes what it has.
    pub(super) fn is_current(&self, index: usize) -> bool {
        self.is_in_sync(index) || self.is_accepted(index)
    }

    /// Whether a member holds a slot with all its data.
    fn is_in_sync(&self, index: usize) -> bool {
        let complete = self.facts(index).is_some_and(|facts| facts.recovery.is_none());
        complete && self.holders.contains(index) && !self.stands_in(index)
    }

    /// Whether a member is to replace another that is there. If that is gone, it has already (Linux `raid10.c`).
    fn stands_in(&self, index: usize) -> bool {
        let Some(facts) = self.facts(index).filter(|facts| facts.replacement) else {
            return false;
        };
        self.any(self.holders, &|_, other| !other.replacement && other.slot() == facts.slot())
    }

    /// Whether the operator ordered to take the data of a member that is not current.
    fn is_accepted(&self, index: usize) -> bool {
        self.request.order == Order::Accept(index)
            && !self.is_in_sync(index)
            && self.is_whole_claimant(index)
            && !self.has_diverged(index)
    }

    /// Whether the operator gave a slot to a member that is behind.
    fn is_taken(&self, slot: u16) -> bool {
        let Order::Accept(index) = self.request.order else {
            return false;
        };
        self.is_accepted(index) && self.facts(index).and_then(Facts::slot) == Some(slot)
    }

    /// Whether a member of the set claims a slot, and to have all its data.
    fn is_whole_claimant(&self, index: usize) -> bool {
        let claims = |facts: &Facts| {
            facts.slot().is_some() && facts.recovery.is_none() && !self.has_other_shape(facts)
        };
        self.members.contains(index)
            && !self.speakers.is_empty()
            && self.facts(index).is_some_and(claims)
    }

    /// Whether a member has gone on apart from the speakers.
    pub(super) fn has_diverged(&self, index: usize) -> bool {
        let Some(facts) = self.facts(index) else {
            return false;
        };
        self.is_whole_claimant(index)
            && !self.holders.contains(index)
            && (self.contradicts(facts) || self.went_on_without(facts) && !self.is_as_left(index))
            && !crate::bug!("histories-merged")
    }

    /// Whether the array went on without a member that was the last copy of something, with others in its place.
    fn went_on_without(&self, facts: &Facts) -> bool {
        let others = facts.holders.slots_of_others(facts.number);
        let replaced = |mirror: Slots| {
            self.any(self.holders, &|index, other| {
                let there = other.slot().is_some_and(|slot| mirror.contains(slot));
                there && self.is_in_sync(index) && facts.denies(other)
            })
        };
        let (slots, copies) = (facts.shape.slots, facts.shape.copies);
        mirrors(slots, copies).any(|mirror| mirror.and(others).is_empty() && replaced(mirror))
    }

    pub(super) fn has_other_shape(&self, facts: &Facts) -> bool {
        self.any(self.speakers, &|_, voice| voice.shape != facts.shape)
    }

    /// Whether a slot is held by someone else, or another member that is behind has the better claim to it: less
    /// to copy, or newer. Who is filled from nothing does not hold it against a member that lacks only what the bitmap tells.
    fn is_outdone(&self, index: usize, own: &Facts, slot: u16) -> bool {
        let near = self.catch_up(own) == CatchUp::ByBitmap;
        let rivals = self.among(self.members, &|other, facts| {
            other != index && facts.slot() == Some(slot) && !self.has_other_shape(facts)
        });
        self.any(rivals, &|other, facts| {
            let filled = facts.recovery.is_some_and(|done| !done.by_bitmap);
            let holds = self.is_current(other) || self.holders.contains(other) && !(filled && near);
            let stale = !self.has_diverged(other) && !self.age.is_newer(facts);
            holds || stale && self.has_better_claim(facts, own)
        })
    }

    /// Whether a member has a better claim to a slot than another one: less to copy first, then newer.
    fn has_better_claim(&self, one: &Facts, other: &Facts) -> bool {
        let claim = |facts| (self.catch_up(facts), self.age.of(facts));
        let (own, of_other) = (claim(one), claim(other));
        own > of_other || own == of_other && one.precedes(other)
    }

    /// How a member that is behind is brought up to date: by the bitmap if all bits are still there that were set since
    /// it left, and if it is known when that was.
    ///
    /// While Linux fills a drive it clears the bits that the former member of the slot would need, and does not say so: they
    /// tell nothing of one whose slot it gave to another (seen in the golden set `c-rebuild`).
    fn catch_up(&self, facts: &Facts) -> CatchUp {
        let left = match facts.generation {
            Err(Void::OtherState { events, .. }) => facts.events.min(events),
            _ => facts.events,
        };
        // Who fell behind never has the newest count, unless someone raised it.
        let honest = left < self.spoken_events()
            && (self.spoken_generation().is_none() || facts.generation.is_ok());
        let kept = |voice: &Facts| {
            voice.bitmap.is_some_and(|bitmap| bitmap.current && left >= bitmap.events_cleared)
        };
        // Nobody writes the bitmap of a spare.
        let holders = self.speaking_holders();
        let kept = !holders.is_empty() && !self.any(holders, &|_, voice| !kept(voice));
        let given_away = self.any(self.speakers, &|_, voice| {
            let others = |slot: u16| voice.holders.of(slot).any(|number| number != facts.number);
            voice.generation.is_err() && facts.slot().is_some_and(others)
        });
        if honest && kept && !given_away && facts.recovery.is_none() && !facts.replacement {
            CatchUp::ByBitmap
        } else {
            CatchUp::Full
        }
    }
}
