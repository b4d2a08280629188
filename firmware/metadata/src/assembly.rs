//! From the drives that are there to a plan: what each is to the array, and whether the array starts.
//!
//! The plan depends on what was read and nothing else: not on the order of the drives, not on their bays. Nothing is
//! written before it is made.
//!
//! **Which member is newest.** If the private frames of all members of the set belong to their superblocks, the highest
//! generation. If one does not, Linux has written since, and the highest update counter is newest, for Linux and we
//! both raise it. Linux counts back by one when an array becomes clean, and a power cut may leave some members one
//! update short, so a lag of one is no lag if nothing else speaks against it. A lag by either measure is a lag. Where
//! the measures contradict each other the member has *diverged*. What the engine must do for this: each
//! update has the counts of [`Assembly::next`] at least, and one generation for all members that it writes.
//!
//! **Who speaks for the set.** The newest members, spares included, unless another newest one denies them: it says that
//! their slot is not theirs. A member that failed never hears of it, so who is denied without denying was left behind,
//! even at equal counts, as after `mdadm --force`. If all are denied, there are two histories.
//!
//! **Who is current.** A member that lags by one update at most, and that all speakers know in the slot that it
//! claims. One without a frame that holds, at the same count as speakers with one, was changed behind their back, and
//! is not. Further a member of which all speakers know that it lacked nothing when it was last written, and that was not
//! written since: it may have left long ago, as the last of its mirror. Nobody knows that of one whose partner, as they know it,
//! is not there: that one may have gone on without them.
//!
//! **Who has diverged.** A member that is not current, and that was the last copy of something when it was written: the
//! array could not go on without it. If it did, with a member that this one denies, both have gone on. A
//! member whose mirrors were alive simply is behind.
//!
//! **When to start degraded.** When each mirror set has a current copy, no more drives are to be expected, and the
//! absent members could not have gone on by themselves: that is, they do not hold a copy of everything. Otherwise those
//! that are there might be the stale ones. They know better if their tables say that the absent ones had failed.
//!
//! **Clones.** Of two drives with one identity or number the older is set aside, if its generation is lower, or
//! without generations its update counter by two or more. If neither certainly is, neither is used.

mod age;
mod facts;
mod judge;
mod left;
mod plan;
mod slots;
mod start;
mod words;

pub use facts::{BitmapFacts, Candidate, Facts, FrameFacts, Holders, Shape};
pub use left::Left;
pub use plan::{CatchUp, Decision, Equalise, Order, Reason, Request, Verdict};
pub use slots::Slots;

use crate::private::Void;
use crate::units::Uuid;
use age::{Age, Measure};
use slots::Drives;

/// The plan for some drives.
///
/// Drives are named by their index among the candidates.
pub struct Assembly<'a> {
    candidates: &'a [Candidate],
    order: Order,
    settled: bool,
    set: Result<&'a Uuid, Reason>,
    /// Members of the set that are no clones.
    members: Drives,
    age: Age,
    /// Those whose tables count.
    speakers: Drives,
    /// Those of them that hold slots.
    speaking_holders: Drives,
    /// The generation of those of these that have a frame, if any has.
    spoken_generation: Option<u64>,
    /// The update counter of the speakers.
    spoken_events: u64,
    /// Those that hold the slot that they claim, in sync or not.
    holders: Drives,
}

/// A drive that says it is a member: its index, and what it says.
#[derive(Clone, Copy)]
struct Member<'a> {
    index: usize,
    facts: &'a Facts,
}

/// What may hold for a member. The last are the facts of another one that the question is about besides; its own if there is none.
type Question = fn(&Assembly<'_>, Member<'_>, &Facts) -> bool;

/// Counts for the next update of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Counts {
    /// The update counter.
    pub events: u64,
    /// The generation of the private frames.
    pub generation: u64,
}

impl<'a> Assembly<'a> {
    /// Weighs the candidates: at most 64, or nothing starts.
    #[must_use]
    pub fn new(candidates: &'a [Candidate], request: Request) -> Self {
        let mut this = Self {
            candidates,
            order: request.order,
            settled: request.settled || request.order != Order::Nothing,
            set: the_set(candidates, request.set.as_ref()),
            members: Drives::default(),
            age: Age::default(),
            speakers: Drives::default(),
            speaking_holders: Drives::default(),
            spoken_generation: None,
            spoken_events: 0,
            holders: Drives::default(),
        };
        this.members = this.among(this.of_set(), |this, member, _| this.twin(member).is_none());
        this.find_newest();
        this.find_speakers();
        this.holders = this.among(this.members, |this, member, _| this.holds_its_slot(member));
        this
    }

    /// Counts that the next update of the set must have at least: above all that is known of it, by either measure.
    #[must_use]
    pub fn next(&self) -> Counts {
        let (mut events, mut generation) = (0, 0);
        for Member { facts, .. } in self.each(self.of_set()) {
            events = events.max(facts.events);
            match facts.generation {
                Ok(told) => generation = generation.max(told),
                Err(Void::OtherState { events: told, .. }) => events = events.max(told),
                Err(_) => {}
            }
        }
        let generation: u64 = generation.max(events);
        Counts { events: events.saturating_add(1), generation: generation.saturating_add(1) }
    }

    /// All drives that say they belong to the set.
    fn of_set(&self) -> Drives {
        self.among(Drives::ALL, |this, member, _| {
            this.set.is_ok_and(|set| *set == member.facts.set)
        })
    }

    fn member(&self, index: usize) -> Option<Member<'a>> {
        let facts = self.candidates.get(index).and_then(Candidate::member)?;
        Some(Member { index, facts })
    }

    /// Some drives with their facts.
    fn each(&self, drives: Drives) -> impl Iterator<Item = Member<'a>> + '_ {
        let mut from = 0;
        core::iter::from_fn(move || {
            let found = self.at_or_above(drives, from)?;
            from = found.index + 1;
            Some(found)
        })
    }

    /// The first of some drives from an index on.
    fn at_or_above(&self, drives: Drives, from: usize) -> Option<Member<'a>> {
        let mut index = from;
        while let Some(candidate) = self.candidates.get(index) {
            if let Candidate::Member(facts) = candidate
                && drives.contains(index)
            {
                return Some(Member { index, facts });
            }
            index += 1;
        }
        None
    }

    /// Those of some drives for which something holds. Nearly every question about drives is asked in this way, so that there
    /// is one loop for all of them.
    fn among(&self, drives: Drives, wanted: Question) -> Drives {
        self.among_for(None, drives, wanted)
    }

    /// Whether something holds for any of some drives.
    fn any(&self, drives: Drives, wanted: Question) -> bool {
        !self.among(drives, wanted).is_empty()
    }

    /// As [`among`](Self::among), where the question is about another member, too.
    fn among_for(&self, about: Option<&Facts>, drives: Drives, wanted: Question) -> Drives {
        let mut such = Drives::default();
        for member in self.each(drives) {
            if wanted(self, member, about.unwrap_or(member.facts)) {
                such.insert(member.index);
            }
        }
        such
    }

    /// As [`any`](Self::any), where the question is about another member, too.
    fn any_for(&self, about: &Facts, drives: Drives, wanted: Question) -> bool {
        !self.among_for(Some(about), drives, wanted).is_empty()
    }

    /// The highest of the ages that some drives have by a measure; zero without a drive.
    fn highest(&self, drives: Drives, measure: Measure) -> u64 {
        self.each(drives).fold(0, |highest, member| highest.max(measure.of(member.facts)))
    }

    /// The member that comes first whatever the order of the drives.
    fn first(&self, drives: Drives) -> Option<Member<'a>> {
        self.foremost(drives, |_, one, other| one.precedes(other))
    }

    /// The member that goes before all others of some drives.
    fn foremost(
        &self,
        drives: Drives,
        before: fn(&Assembly<'_>, &Facts, &Facts) -> bool,
    ) -> Option<Member<'a>> {
        let mut found: Option<Member<'_>> = None;
        for member in self.each(drives) {
            if found.is_none_or(|found| before(self, member.facts, found.facts)) {
                found = Some(member);
            }
        }
        found
    }

    /// What a member says that counts.
    fn spoken(&self) -> Option<&'a Facts> {
        self.each(self.speakers).next().map(|member| member.facts)
    }
}

/// The set to be put together.
fn the_set<'a>(candidates: &'a [Candidate], wanted: Option<&Uuid>) -> Result<&'a Uuid, Reason> {
    if candidates.len() > Drives::END {
        return Err(Reason::TooManyDrives);
    }
    let mut found: Option<&Uuid> = None;
    for facts in candidates.iter().filter_map(Candidate::member) {
        if wanted.is_none_or(|wanted| *wanted == facts.set) {
            if found.is_some_and(|found| *found != facts.set) {
                return Err(Reason::SeveralSets);
            }
            found = Some(&facts.set);
        }
    }
    found.ok_or(Reason::NoMembers)
}

#[cfg(test)]
mod tests;
