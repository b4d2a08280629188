//! What a drive is to the array.

use super::age::is_older;
use super::facts::{Candidate, Facts};
use super::plan::{CatchUp, Order, Verdict};
use super::slots::without_any;
use super::{Assembly, Member};
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
            Some(Candidate::Member(facts)) => self.of_member(Member { index, facts }),
        }
    }

    fn of_member(&self, member: Member<'_>) -> Verdict {
        let facts = member.facts;
        match self.set {
            Ok(set) if *set != facts.set => return Verdict::OtherSet,
            Ok(_) => {}
            Err(_) => return Verdict::Undecided,
        }
        if let Some((of, older)) = self.twin(member) {
            return Verdict::Clone { of, older };
        }
        if self.speakers.is_empty() {
            let apart = self.age.is_newest(facts) && facts.slot().is_some();
            return if apart { Verdict::Diverged } else { Verdict::Undecided };
        }
        match facts.role {
            _ if self.has_other_shape(facts) => Verdict::OtherShape,
            Role::Spare => Verdict::Spare,
            Role::Slot(slot) => self.of_claimant(member, slot),
            Role::Faulty | Role::Journal | Role::Unknown(_) => Verdict::Ejected,
        }
    }

    /// A member of the right shape that claims a slot.
    fn of_claimant(&self, member: Member<'_>, slot: u16) -> Verdict {
        let Member { index, facts } = member;
        if self.is_in_sync(member) {
            return Verdict::Current { slot };
        }
        if self.is_accepted(member) {
            return Verdict::Accepted { slot };
        }
        match facts.recovery {
            _ if self.has_diverged(member) => Verdict::Diverged,
            done if self.holders.contains(index) && self.stands_in(facts) => {
                Verdict::Replacement { slot, done }
            }
            Some(done) if self.holders.contains(index) && !self.is_taken(slot) => {
                Verdict::Building { slot, done }
            }
            _ if self.age.is_newer(facts) => Verdict::Newer,
            _ if self.is_outdone(facts) => Verdict::Former,
            _ => Verdict::Behind { slot, catch_up: self.catch_up(facts) },
        }
    }

    /// Another drive with the same identity or number, and whether this one certainly is older: the newest if so.
    pub(super) fn twin(&self, member: Member<'_>) -> Option<(usize, bool)> {
        if crate::bug!("clone-taken") {
            return None;
        }
        let about = Some(member.facts);
        let twins = self.among_for(about, self.of_set(), |_, twin, own| {
            let twin = twin.facts;
            !core::ptr::eq(twin, own) && (twin.device == own.device || twin.number == own.number)
        });
        let newer = self.among_for(about, twins, |_, twin, own| is_older(own, twin.facts));
        let newest = self.foremost(newer, |_, one, other| {
            one.outdates(other) || !other.outdates(one) && !one.precedes(other)
        });
        if let Some(newest) = newest {
            return Some((newest.index, true));
        }
        let equal = self.among_for(about, twins, |_, twin, own| !is_older(twin.facts, own));
        self.first(equal).map(|other| (other.index, false))
    }

    /// Whether a member is fresh, and all speakers know it in the slot that it claims; or it left with all that counts.
    pub(super) fn holds_its_slot(&self, member: Member<'_>) -> bool {
        let facts = member.facts;
        let known = || {
            facts.slot().is_some()
                && (!self.is_denied(facts) || crate::bug!("stale-trusted"))
                && (self.is_fresh(member) || crate::bug!("stale-trusted"))
        };
        !self.speakers.is_empty() && (known() || self.is_kept(facts))
    }

    /// Whether a member holds a slot with all its data, or the operator takes what it has.
    pub(super) fn is_current(&self, member: Member<'_>) -> bool {
        self.is_in_sync(member) || self.is_accepted(member)
    }

    /// Whether a member holds a slot with all its data.
    fn is_in_sync(&self, member: Member<'_>) -> bool {
        let Member { index, facts } = member;
        facts.recovery.is_none() && self.holders.contains(index) && !self.stands_in(facts)
    }

    /// Whether a member is to replace another that is there. If that is gone, it has already (Linux `raid10.c`).
    fn stands_in(&self, facts: &Facts) -> bool {
        self.any_for(facts, self.holders, |_, other, own| {
            let replaces = own.replacement && other.facts.slot() == own.slot();
            !other.facts.replacement && replaces
        })
    }

    /// Whether the operator ordered to take the data of a member that is not current.
    fn is_accepted(&self, member: Member<'_>) -> bool {
        self.order == Order::Accept(member.index)
            && !self.is_in_sync(member)
            && self.is_whole_claimant(member)
            && !self.has_diverged(member)
    }

    /// Whether the operator gave a slot to a member that is behind.
    fn is_taken(&self, slot: u16) -> bool {
        let Order::Accept(index) = self.order else {
            return false;
        };
        let accepted = self.member(index).filter(|&member| self.is_accepted(member));
        accepted.is_some_and(|member| member.facts.slot() == Some(slot))
    }

    /// Whether a member of the set claims a slot, and to have all its data.
    pub(super) fn is_whole_claimant(&self, member: Member<'_>) -> bool {
        let Member { index, facts } = member;
        self.members.contains(index)
            && !self.speakers.is_empty()
            && facts.slot().is_some()
            && facts.recovery.is_none()
            && !self.has_other_shape(facts)
    }

    /// Whether a member has gone on apart from the speakers.
    pub(super) fn has_diverged(&self, member: Member<'_>) -> bool {
        let Member { index, facts } = member;
        self.is_whole_claimant(member)
            && !self.holders.contains(index)
            && (self.contradicts(facts) || self.went_on_without(facts) && !self.is_as_left(facts))
            && !crate::bug!("histories-merged")
    }

    /// Whether the array went on without a member that was the last copy of something, with others in its place.
    fn went_on_without(&self, facts: &Facts) -> bool {
        self.any_for(facts, self.holders, |this, other, own| {
            let replaced = |slot| {
                let others = own.holders.slots_of_others(own.number);
                without_any(&own.shape, others).contains(slot) && own.denies(other.facts)
            };
            this.is_in_sync(other) && other.facts.slot().is_some_and(replaced)
        })
    }

    /// Whether a member is from when the array had another shape. All who speak agree on the shape, or one would deny the other.
    pub(super) fn has_other_shape(&self, facts: &Facts) -> bool {
        self.spoken().is_some_and(|voice| voice.shape != facts.shape)
    }

    /// Whether a slot is held by someone else, or another member that is behind has the better claim to it: less
    /// to copy, or newer. Who is filled from nothing does not hold it against a member that lacks only what the bitmap tells.
    fn is_outdone(&self, facts: &Facts) -> bool {
        self.any_for(facts, self.members, |this, other, own| {
            let Member { index, facts } = other;
            if own.slot() != facts.slot() {
                return false;
            }
            let filled = || facts.recovery.is_some_and(|done| !done.by_bitmap);
            let near = || this.catch_up(own) == CatchUp::ByBitmap;
            let holds =
                || this.is_current(other) || this.holders.contains(index) && !(filled() && near());
            let stale = || !this.has_diverged(other) && !this.age.is_newer(facts);
            !core::ptr::eq(facts, own)
                && !this.has_other_shape(facts)
                && (holds() || stale() && this.has_better_claim(facts, own))
        })
    }

    /// Whether a member has a better claim to a slot than another one: less to copy first, then newer, then the one that
    /// comes first.
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
        // Who fell behind never has the newest count, unless someone raised it.
        let honest = left_at(facts) < self.spoken_events
            && (self.spoken_generation.is_none() || facts.generation.is_ok());
        // What one lacked that was being brought up to date when it left, the bits told as well.
        let told =
            facts.recovery.is_none_or(|done| done.by_bitmap && !crate::bug!("half-way-is-new"));
        let by_bitmap = honest && told && !facts.replacement;
        // Nobody writes the bitmap of a spare.
        let holders = self.speaking_holders;
        let lost = || {
            self.any_for(facts, holders, |_, voice, own| {
                let (left, bitmap) = (left_at(own), voice.facts.bitmap);
                !bitmap.is_some_and(|bitmap| bitmap.current && left >= bitmap.events_cleared)
            })
        };
        let given_away = || {
            self.any_for(facts, self.speakers, |_, voice, own| {
                let holders = &voice.facts.holders;
                voice.facts.generation.is_err()
                    && own.slot().is_some_and(|slot| holders.has_other(slot, own.number))
            })
        };
        if by_bitmap && !holders.is_empty() && !lost() && !given_away() {
            CatchUp::ByBitmap
        } else {
            CatchUp::Full
        }
    }
}

/// The update counter of a member when it left, as far as its own records tell.
#[cfg_attr(target_pointer_width = "32", inline(never))]
fn left_at(facts: &Facts) -> u64 {
    match facts.generation {
        Err(Void::OtherState { events, .. }) => facts.events.min(events),
        _ => facts.events,
    }
}
