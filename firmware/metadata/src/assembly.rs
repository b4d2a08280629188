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
//! is not.
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
mod plan;
mod slots;
mod start;
mod words;

pub use facts::{BitmapFacts, Candidate, Facts, Holders, Shape};
pub use plan::{CatchUp, Decision, Equalise, Order, Reason, Request, Verdict};
pub use slots::Slots;

use crate::private::Void;
use crate::units::Uuid;
use age::Age;
use slots::Drives;

/// The plan for some drives.
///
/// Drives are named by their index among the candidates.
pub struct Assembly<'a> {
    candidates: &'a [Candidate],
    request: Request,
    set: Result<Uuid, Reason>,
    /// Members of the set that are no clones.
    members: Drives,
    age: Age,
    /// Those whose tables count.
    speakers: Drives,
    /// Those that hold the slot that they claim, in sync or not.
    holders: Drives,
}

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
            request,
            set: the_set(candidates, request.set),
            members: Drives::default(),
            age: Age::default(),
            speakers: Drives::default(),
            holders: Drives::default(),
        };
        this.members = Drives::such(this.of_set().filter(|&index| this.twin(index).is_none()));
        this.age = this.newest();
        this.speakers = this.find_speakers();
        this.holders =
            Drives::such(this.members.iter().filter(|&index| this.holds_its_slot(index)));
        this
    }

    /// Counts that the next update of the set must have at least: above all that is known of it, by either measure.
    #[must_use]
    pub fn next(&self) -> Counts {
        let known = self.of_set().filter_map(|index| self.facts(index));
        let highest = |facts: &Facts| match facts.generation {
            Ok(generation) => (facts.events, generation.max(facts.events)),
            Err(Void::OtherState { events, .. }) => {
                (facts.events.max(events), facts.events.max(events))
            }
            Err(_) => (facts.events, facts.events),
        };
        let (events, generation) =
            known.map(highest).fold((0, 0), |most, each| (most.0.max(each.0), most.1.max(each.1)));
        Counts { events: events.saturating_add(1), generation: generation.saturating_add(1) }
    }

    /// All drives that say they belong to the set.
    fn of_set(&self) -> impl Iterator<Item = usize> + '_ {
        let belongs = |&index: &usize| {
            self.facts(index).is_some_and(|facts| self.set.is_ok_and(|set| set == facts.set))
        };
        (0..self.candidates.len().min(Drives::END)).filter(belongs)
    }

    fn facts(&self, index: usize) -> Option<&'a Facts> {
        self.candidates.get(index).and_then(Candidate::member)
    }

    /// Some drives with their facts.
    fn each(&self, drives: Drives) -> impl Iterator<Item = (usize, &'a Facts)> + '_ {
        drives.iter().filter_map(|index| Some((index, self.facts(index)?)))
    }

    /// The member that comes first whatever the order of the drives.
    fn first(&self, drives: impl Iterator<Item = usize>) -> Option<usize> {
        drives.min_by_key(|&index| self.facts(index).map(Facts::identity))
    }
}

/// The set to be put together.
fn the_set(candidates: &[Candidate], wanted: Option<Uuid>) -> Result<Uuid, Reason> {
    if candidates.len() > Drives::END {
        return Err(Reason::TooManyDrives);
    }
    let mut sets = candidates.iter().filter_map(Candidate::member).map(|facts| facts.set);
    match wanted {
        Some(wanted) => sets.find(|&set| set == wanted).ok_or(Reason::NoMembers),
        None => {
            let set = sets.next().ok_or(Reason::NoMembers)?;
            if sets.all(|other| other == set) { Ok(set) } else { Err(Reason::SeveralSets) }
        }
    }
}

#[cfg(test)]
mod tests;
