//! From labels to an array: the decision, what is loaded before the start, and the start.
//!
//! The decision is [`raid10_metadata::assembly`]'s, one pure function of what was read; nothing is written before it is
//! made. Before the array starts its records are taken over from the drives:
//!
//! | load | from | what |
//! | --- | --- | --- |
//! | set | a current member | what all members have in common |
//! | frame | the newest current member, unless Linux has written since | what each drive lacks, exactly |
//! | own frame | each member that was away, or was written later than the newest current one | what it lacked when it was last written |
//! | bits | each current member | the regions that may differ; a bit set on any of them counts |
//! | log | each member, where no frame tells | what it must not be asked for |
//!
//! Failure edges: a frame or log that cannot be read makes its drive one that is copied in full; bits that cannot be read
//! count as set. A drive that leaves meanwhile starts the decision anew.

use raid10_metadata::assembly::{
    Assembly, Candidate, Counts, Decision, Equalise, Facts, Left, Order, Reason, Request, Verdict,
};

mod load;
mod roles;
mod take;

pub(crate) use load::Load;

use crate::Engine;
use crate::command::AssemblyOrder;
use crate::event::{AssemblyObstacle, EventKind, SetAside};
use crate::host::Refusal;
use crate::record::Fact;
use crate::slot::SlotRecord;
use crate::status::ArrayState;
use crate::units::DriveId;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Carries out the operator's order to put the array together.
    pub(crate) fn order_assembly(&mut self, order: AssemblyOrder) -> Result<(), Refusal> {
        if !self.boot.assembling {
            return Err(Refusal::WrongState);
        }
        if let AssemblyOrder::Accept(id) | AssemblyOrder::Choose(id) = order
            && self.present_drive(id).is_none()
        {
            return Err(Refusal::NoSuchDrive);
        }
        self.boot.order = Some(order);
        self.decide();
        Ok(())
    }

    fn request(&self) -> Request {
        let order = match self.boot.order {
            None | Some(AssemblyOrder::Now) => Order::Nothing,
            Some(AssemblyOrder::Degraded) => Order::Degraded,
            Some(AssemblyOrder::Accept(id)) => Order::Accept(id.index()),
            Some(AssemblyOrder::Choose(id)) => Order::Choose(id.index()),
        };
        let over = self.boot.settle_at <= self.now;
        Request { set: self.boot.wanted, order, settled: over || self.boot.order.is_some() }
    }

    /// Decides what becomes of the array, once all labels are read.
    pub(crate) fn decide(&mut self) {
        if !self.boot.assembling || !self.boot.unread.is_empty() || self.boot.reading.is_some() {
            return;
        }
        let assembly = Assembly::new(&self.candidates, self.request());
        let decision = assembly.decision();
        let newest = self.newest(&assembly);
        match decision {
            Decision::Wait(_) => {
                self.tell_not_started(ArrayState::Waiting, EventKind::ArrayWaiting);
            }
            Decision::Refuse(reason) => {
                let why = obstacle_of(reason);
                self.boot.disputed =
                    matches!(reason, Reason::SplitBrain(..) | Reason::Contested(_));
                self.tell_not_started(ArrayState::Refused, EventKind::AssemblyRefused { why });
                self.boot.order = None;
            }
            Decision::Start { .. } => self.load_first(newest),
        }
    }

    fn tell_not_started(&mut self, state: ArrayState, event: EventKind) {
        self.work.house = true;
        if core::mem::replace(&mut self.state, state) != state {
            self.emit(event);
        }
    }

    /// The time to wait for members is over, if it is.
    pub(crate) fn settle(&mut self) {
        if self.boot.settle_at <= self.now && self.state == ArrayState::Waiting {
            self.decide();
        }
    }

    /// Everything is known: the array starts.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn start(&mut self) {
        let candidates = self.candidates;
        let assembly = Assembly::new(&candidates, self.request());
        let Decision::Start { equalise, .. } = assembly.decision() else { return };
        if self.dirty.bits.is_none() && equalise != Equalise::Nothing {
            self.doubt_all();
        }
        self.slots = const { [SlotRecord::NOBODY; DRIVES] };
        self.end_leading();
        self.left = (Left::NOBODY, 0);
        if let Some(speaker) = self.boot.speaker
            && let Some(facts) = member(&self.candidates[speaker.index()])
            && let Ok(told) = facts.generation
        {
            self.left.0 = facts.left;
            self.left.1 = told;
        }
        let next = assembly.next();
        self.commit.events = next.events - 1;
        self.commit.generation = next.generation - 1;
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            let claims = self.claims_of(id);
            self.take_role(id, assembly.verdict(index));
            if let Some(label) = &mut self.drive_mut(id).label {
                label.claims = claims;
            }
        }
        // Where the last life ended clean, nothing was in a cache that the bits tell of.
        if equalise != Equalise::Nothing || raid10_metadata::bug!("clean-end-is-doubted") {
            self.follow_powered();
        }
        self.settle_numbers(next);
        self.note_granule();
        self.level(equalise);
        self.touch_bits();
        self.boot.assembling = false;
        self.boot.starting = true;
        self.boot.order = None;
        self.created = true;
        self.next_clean = self.now + self.policy.clean_interval;
        self.work.topology = true;
        self.work.losses = true;
        self.work.fills = true;
        self.work.repairs = true;
        self.record.commit(Fact::Roles);
        self.emit_cause(EventKind::ArrayAssembled);
    }

    /// What a drive said of itself, if it is a member of some set.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn facts_of(&self, id: DriveId) -> Option<&Facts> {
        member(&self.candidates[id.index()])
    }

    fn settle_numbers(&mut self, next: Counts) {
        let mut known = 0;
        for facts in self.candidates.iter().filter_map(member) {
            known = known.max(facts.number + 1);
        }
        let labels = &mut self.labels;
        labels.next_number = labels.next_number.max(known);
        if !self.boot.framed {
            // What the bits told before may have been cleared since, as it concerns others.
            labels.whole = next.generation;
            labels.whole_events = next.events;
        }
    }
}

pub(crate) const fn member(candidate: &Candidate) -> Option<&Facts> {
    match candidate {
        Candidate::Member(facts) => Some(facts),
        Candidate::Blank | Candidate::Foreign | Candidate::Refused(_) => None,
    }
}

const fn obstacle_of(reason: Reason) -> AssemblyObstacle {
    match reason {
        Reason::NoMembers => AssemblyObstacle::NoMembers,
        Reason::SeveralSets => AssemblyObstacle::SeveralSets,
        Reason::TooManyDrives => AssemblyObstacle::TooManyDrives,
        Reason::NotAMember(_) => AssemblyObstacle::NotAMember,
        Reason::SplitBrain(..) => AssemblyObstacle::SplitBrain,
        Reason::Clones(..) => AssemblyObstacle::Clones,
        Reason::Contested(_) => AssemblyObstacle::Contested,
        Reason::NoCurrentCopy { .. } => AssemblyObstacle::NoCurrentCopy,
        Reason::MayBeStale(_) => AssemblyObstacle::MayBeStale,
    }
}

pub(crate) const fn aside_of(verdict: &Verdict) -> SetAside {
    match verdict {
        Verdict::Former => SetAside::Former,
        Verdict::Ejected => SetAside::Ejected,
        Verdict::Clone { .. } => SetAside::Clone,
        Verdict::Diverged => SetAside::Diverged,
        Verdict::Newer => SetAside::Newer,
        Verdict::OtherShape => SetAside::OtherShape,
        Verdict::OtherSet => SetAside::OtherSet,
        Verdict::Undecided => SetAside::Undecided,
        _ => SetAside::Refused,
    }
}

#[cfg(test)]
mod tests;
