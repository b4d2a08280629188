//! Members that left the array's service, until some drive's record says so.
//!
//! Before that a controller that knows nothing cannot tell them from members that went on without those that are there:
//! where they hold a copy of everything, it must ask rather than start.

use alloc::vec::Vec;

use raid10_engine::{IoCommand, IoId, Outcome, Slot, Step};

use crate::layout::Layout;

#[derive(Clone, Debug)]
struct Departure {
    slot: Slot,
    drive: usize,
    /// Commands that had been sent when it left.
    since: u64,
}

/// Who left, and is not recorded to have left.
#[derive(Clone, Debug, Default)]
pub(super) struct Departures {
    unrecorded: Vec<Departure>,
    /// Superblocks on their way, and how many commands had been sent before each.
    superblocks: Vec<(IoId, u64)>,
    sent: u64,
}

impl Departures {
    /// A member with all of its slot's data left service.
    pub(super) fn left(&mut self, slot: Slot, drive: usize) {
        self.unrecorded.push(Departure { slot, drive, since: self.sent });
    }

    /// A drive is in service.
    pub(super) fn serves(&mut self, drive: usize) {
        self.unrecorded.retain(|departure| departure.drive != drive);
    }

    pub(super) fn started(&mut self, command: &IoCommand) {
        if command.step == Some(Step::Superblock) {
            self.superblocks.push((command.id, self.sent));
        }
        self.sent += 1;
    }

    pub(super) fn ended(&mut self, command: &IoCommand, outcome: Outcome) {
        let Some(at) = self.superblocks.iter().position(|(id, _)| *id == command.id) else {
            return;
        };
        let (_, sent) = self.superblocks.swap_remove(at);
        let told_by = command.drive.index();
        if outcome == Outcome::Done {
            self.unrecorded.retain(|gone| gone.since > sent || gone.drive == told_by);
        }
    }

    /// The controller knows nothing any more. Returns whether those who left could have gone on by themselves, for all that
    /// the records say.
    pub(super) fn take_rivals(&mut self, layout: &Layout) -> bool {
        let gone = core::mem::take(self).unrecorded;
        let has_left = |slot: Slot| gone.iter().any(|departure| departure.slot == slot);
        (0..u64::from(layout.members)).all(|chunk| {
            (0..layout.copies).any(|copy| has_left(layout.locate(chunk * layout.chunk, copy).0))
        })
    }
}

#[cfg(test)]
mod tests;
