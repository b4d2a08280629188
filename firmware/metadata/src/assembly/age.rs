//! Which member is newer.

use super::facts::Facts;
use super::plan::Order;
use super::slots::Drives;
use super::{Assembly, Member};

/// Updates by which a member may lag and yet be current: a power cut between two members, or Linux counting back.
const LAG_MAX: u64 = 1;

/// What the age of members is measured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Measure {
    /// The generation of their frames.
    Generation,
    /// The update counter.
    #[default]
    Events,
}

impl Measure {
    /// The age of a member: higher is newer.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) fn of(self, facts: &Facts) -> u64 {
        match self {
            // Every member has one, or it would not be the measure.
            Self::Generation => facts.generation.unwrap_or(0),
            Self::Events => facts.events,
        }
    }
}

/// How old members are, and how new the newest of those that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Age {
    measure: Measure,
    newest: u64,
}

impl Age {
    /// The age of a member: higher is newer.
    pub(super) fn of(self, facts: &Facts) -> u64 {
        self.measure.of(facts)
    }

    pub(super) fn is_newest(self, facts: &Facts) -> bool {
        self.of(facts) == self.newest
    }

    pub(super) fn is_newer(self, facts: &Facts) -> bool {
        self.of(facts) > self.newest
    }

    fn lags_little(self, facts: &Facts) -> bool {
        lags_little(self.of(facts), self.newest)
    }
}

/// Whether a member certainly is older than another one with the same identity.
pub(super) fn is_older(one: &Facts, other: &Facts) -> bool {
    match (one.generation, other.generation) {
        (Ok(one_is), Ok(other_is)) => one_is < other_is && !lags(other.events, one.events),
        _ => lags(one.events, other.events),
    }
}

/// Whether a count is behind another by more than is no lag.
#[cfg_attr(target_pointer_width = "32", inline(never))]
const fn lags(count: u64, other: u64) -> bool {
    other.saturating_sub(count) > LAG_MAX
}

/// Whether a count is behind another, or equal, and that is no lag.
fn lags_little(count: u64, other: u64) -> bool {
    count <= other && !lags(count, other)
}

impl Assembly<'_> {
    /// Finds the measure, and the age of the newest member that counts.
    pub(super) fn find_newest(&mut self) {
        if !self.any(self.members, |_, member, _| member.facts.generation.is_err()) {
            self.age.measure = Measure::Generation;
        }
        let counts = self.among(self.members, |this, member, _| this.may_be_newest(member.facts));
        self.age.newest = self.highest(counts, self.age.measure);
    }

    /// Whether a member may be the newest: any, unless one was chosen; then that one, and those that were written just
    /// after it and agree with it.
    fn may_be_newest(&self, facts: &Facts) -> bool {
        let Order::Choose(chosen) = self.order else {
            return true;
        };
        self.member(chosen).is_some_and(|Member { facts: chosen, .. }| {
            lags_little(self.age.of(chosen), self.age.of(facts))
                && !facts.denies(chosen)
                && !chosen.denies(facts)
        })
    }

    /// The newest members.
    pub(super) fn newest_members(&self) -> Drives {
        self.among(self.members, |this, member, _| this.age.is_newest(member.facts))
    }

    /// Finds the newest members that no other one denies, and what they tell. If any of them that hold slots has a frame, those without one do
    /// not speak. The frame of a spare does not count: Linux does not write spares each time.
    pub(super) fn find_speakers(&mut self) {
        self.speakers =
            self.among(self.newest_members(), |this, member, _| this.may_be_newest(member.facts));
        self.speakers = self.among(self.speakers, |this, member, _| !this.is_denied(member.facts));
        let framed = self.among(self.speakers, |_, member, _| member.facts.generation.is_ok());
        let told = self.among(framed, |_, member, _| member.facts.slot().is_some());
        if !told.is_empty() {
            self.speakers = framed;
            self.spoken_generation = Some(self.highest(told, Measure::Generation));
        }
        self.speaking_holders =
            self.among(self.speakers, |_, member, _| member.facts.slot().is_some());
        self.spoken_events = self.highest(self.speakers, Measure::Events);
    }

    /// Whether any of those who speak deny a drive.
    pub(super) fn is_denied(&self, facts: &Facts) -> bool {
        self.any_for(facts, self.speakers, |_, voice, own| voice.facts.denies(own))
    }

    /// Whether a member missed no update that counts, by either measure.
    pub(super) fn is_fresh(&self, member: Member<'_>) -> bool {
        let Member { index, facts } = member;
        if !self.age.lags_little(facts) {
            return false;
        }
        let vouched = match (self.spoken_generation, facts.generation) {
            (Some(spoken), Ok(own)) => lags_little(own, spoken),
            // At equal counts someone else wrote this member, and this member only.
            (Some(_), Err(_)) => facts.events != self.spoken_events,
            (None, _) => true,
        };
        let chosen = self.order == Order::Choose(index);
        let events = self.spoken_events;
        (vouched || chosen) && !lags(facts.events, events) && !lags(events, facts.events)
    }

    /// Whether a member is older than the speakers by one measure, and newer by the other.
    pub(super) fn contradicts(&self, facts: &Facts) -> bool {
        let (Some(spoken), Ok(own)) = (self.spoken_generation, facts.generation) else {
            return false;
        };
        own > spoken || lags(self.spoken_events, facts.events)
    }
}
