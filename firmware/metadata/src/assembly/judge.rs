//! What a drive is to the array.

use super::Assembly;
use super::age::is_older;
use super::facts::{Candidate, Facts};
use super::plan::{CatchUp, Order, Verdict};
use super::slots::without_any;
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
            Ok(set) if *set != facts.set => return Verdict::OtherSet,
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
            _ if self.is_outdone(index) => Verdict::Former,
            _ => Verdict::Behind { slot, catch_up: self.catch_up(index) },
        }
    }

    /// Another drive with the same identity or number, and whether this one certainly is older: the newest if so.
    pub(super) fn twin(&self, index: usize) -> Option<(usize, bool)> {
        if crate::bug!("clone-taken") {
            return None;
        }
        let twins = self.among_for(index, self.of_set(), |this, other, twin, index| {
            let same = |facts: &Facts| twin.device == facts.device || twin.number == facts.number;
            other != index && this.facts(index).is_some_and(same)
        });
        let newer = self.among_for(index, twins, |this, _, twin, index| {
            this.facts(index).is_some_and(|facts| is_older(facts, twin))
        });
        let newest = self.foremost(newer, |_, one, other| {
            one.outdates(other) || !other.outdates(one) && !one.precedes(other)
        });
        if let Some(newest) = newest {
            return Some((newest, true));
        }
        let equal = self.among_for(index, twins, |this, _, twin, index| {
            !this.facts(index).is_some_and(|facts| is_older(twin, facts))
        });
        self.first(equal).map(|other| (other, false))
    }

    /// Whether a member is fresh, and all speakers know it in the slot that it claims; or it left with all that counts.
    pub(super) fn holds_its_slot(&self, index: usize, facts: &Facts) -> bool {
        let known = facts.slot().is_some()
            && (!self.is_denied(index) || crate::bug!("stale-trusted"))
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
        self.any_for(index, self.holders, |this, _, other, index| {
            let replaces = |facts: &Facts| facts.replacement && other.slot() == facts.slot();
            !other.replacement && this.facts(index).is_some_and(replaces)
        })
    }

    /// Whether the operator ordered to take the data of a member that is not current.
    fn is_accepted(&self, index: usize) -> bool {
        self.order == Order::Accept(index)
            && !self.is_in_sync(index)
            && self.is_whole_claimant(index)
            && !self.has_diverged(index)
    }

    /// Whether the operator gave a slot to a member that is behind.
    fn is_taken(&self, slot: u16) -> bool {
        let Order::Accept(index) = self.order else {
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
            && (self.contradicts(facts) || self.went_on_without(index) && !self.is_as_left(index))
            && !crate::bug!("histories-merged")
    }

    /// Whether the array went on without a member that was the last copy of something, with others in its place.
    fn went_on_without(&self, index: usize) -> bool {
        self.any_for(index, self.holders, |this, other, facts, index| {
            let replaced = |own: &Facts, slot| {
                let others = own.holders.slots_of_others(own.number);
                without_any(&own.shape, others).contains(slot) && own.denies(facts)
            };
            let own = this.facts(index).zip(facts.slot());
            this.is_in_sync(other) && own.is_some_and(|(own, slot)| replaced(own, slot))
        })
    }

    /// Whether a member is from when the array had another shape. All who speak agree on the shape, or one would deny the other.
    pub(super) fn has_other_shape(&self, facts: &Facts) -> bool {
        self.spoken().is_some_and(|voice| voice.shape != facts.shape)
    }

    /// Whether a slot is held by someone else, or another member that is behind has the better claim to it: less
    /// to copy, or newer. Who is filled from nothing does not hold it against a member that lacks only what the bitmap tells.
    fn is_outdone(&self, index: usize) -> bool {
        self.any_for(index, self.members, |this, other, facts, index| {
            let Some(own) = this.facts(index).filter(|own| own.slot() == facts.slot()) else {
                return false;
            };
            let filled = facts.recovery.is_some_and(|done| !done.by_bitmap);
            let near = this.catch_up(index) == CatchUp::ByBitmap;
            let holds = this.is_current(other) || this.holders.contains(other) && !(filled && near);
            let stale = !this.has_diverged(other) && !this.age.is_newer(facts);
            other != index
                && !this.has_other_shape(facts)
                && (holds || stale && this.has_better_claim(other, index, facts.precedes(own)))
        })
    }

    /// Whether a member has a better claim to a slot than another one: less to copy first, then newer, then the one that
    /// comes first.
    fn has_better_claim(&self, one: usize, other: usize, first: bool) -> bool {
        let age = |index| self.facts(index).map(|facts| self.age.of(facts));
        let claim = |index| (self.catch_up(index), age(index));
        let (own, of_other) = (claim(one), claim(other));
        own > of_other || own == of_other && first
    }

    /// How a member that is behind is brought up to date: by the bitmap if all bits are still there that were set since
    /// it left, and if it is known when that was.
    ///
    /// While Linux fills a drive it clears the bits that the former member of the slot would need, and does not say so: they
    /// tell nothing of one whose slot it gave to another (seen in the golden set `c-rebuild`).
    fn catch_up(&self, index: usize) -> CatchUp {
        let by_bitmap = self.facts(index).is_some_and(|facts| {
            // Who fell behind never has the newest count, unless someone raised it.
            let honest = left_at(facts) < self.spoken_events
                && (self.spoken_generation.is_none() || facts.generation.is_ok());
            honest && facts.recovery.is_none() && !facts.replacement
        });
        // Nobody writes the bitmap of a spare.
        let holders = self.speaking_holders;
        let lost = self.any_for(index, holders, |this, _, voice, index| {
            let kept = |facts: &Facts| {
                let left = left_at(facts);
                voice.bitmap.is_some_and(|bitmap| bitmap.current && left >= bitmap.events_cleared)
            };
            !this.facts(index).is_some_and(kept)
        });
        let given_away = self.any_for(index, self.speakers, |this, _, voice, index| {
            let others = |facts: &Facts| {
                let mut holders = facts.slot().into_iter().flat_map(|slot| voice.holders.of(slot));
                holders.any(|number| number != facts.number)
            };
            voice.generation.is_err() && this.facts(index).is_some_and(others)
        });
        if by_bitmap && !holders.is_empty() && !lost && !given_away {
            CatchUp::ByBitmap
        } else {
            CatchUp::Full
        }
    }
}

/// The update counter of a member when it left, as far as its own records tell.
fn left_at(facts: &Facts) -> u64 {
    match facts.generation {
        Err(Void::OtherState { events, .. }) => facts.events.min(events),
        _ => facts.events,
    }
}
