//! What of the members' coming and going is in the drives' records.
//!
//! A superblock says what was so when its records began: with the first frame after the superblocks before.
//!
//! As long as no record says that a member left, a controller that knows nothing cannot tell it from one that went on
//! without those that are there: where such members hold a copy of everything, it must ask rather than start. And as long as
//! a member's own record does not say that it is back, or complete, or how far it was filled, a new controller need not count
//! on it. What a drive that was nothing to the array says of its former life stands until a superblock, its own first,
//! says what it is now.

use alloc::vec::Vec;

use raid10_engine::{IoCommand, IoId, Outcome, Slot, Step};

use crate::layout::Layout;

#[derive(Clone, Debug)]
struct Departure {
    slot: Slot,
    drive: usize,
    /// Commands that had been sent before.
    since: u64,
}

/// A member that serves and holds all of its slot.
#[derive(Clone, Debug)]
struct Full {
    drive: usize,
    /// Commands that had been sent before it came to be so.
    since: u64,
    recorded: bool,
}

/// How far a slot was filled, as it was published.
#[derive(Clone, Debug)]
struct Published {
    slot: Slot,
    lba: u64,
    /// Commands that had been sent before.
    since: u64,
}

/// Who left and is not recorded to have left, and who is recorded to be there.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorded {
    unrecorded: Vec<Departure>,
    full: Vec<Full>,
    /// Drives that are nothing to the array, or were: then with the commands that had been sent before they came to be
    /// more, which no record says yet.
    strangers: Vec<(usize, Option<u64>)>,
    /// Checkpoints that no record of a drive of their slots tells yet.
    published: Vec<Published>,
    /// Superblocks on their way, and how many commands had been sent when the records began of which each is the end.
    superblocks: Vec<(IoId, u64)>,
    began: u64,
    /// Of the latest records superblocks were sent: what comes next begins new ones.
    ends: bool,
    sent: u64,
    /// Commands that had been sent when the engine was given the input that it deals with.
    input: u64,
}

impl Recorded {
    /// The engine is given an input.
    pub(super) const fn input_begins(&mut self) {
        self.input = self.sent;
    }

    /// A member with all of its slot's data left service, with the present input.
    pub(super) fn left(&mut self, slot: Slot, drive: usize) {
        self.unrecorded.push(Departure { slot, drive, since: self.input });
    }

    /// A drive is in service.
    pub(super) fn serves(&mut self, drive: usize) {
        self.unrecorded.retain(|departure| departure.drive != drive);
    }

    /// A drive serves and holds all of its slot, or does not.
    pub(super) fn is_full(&mut self, drive: usize, full: bool) {
        let known = self.full.iter().position(|other| other.drive == drive);
        match known {
            None if full => self.full.push(Full { drive, since: self.input, recorded: false }),
            Some(at) if !full => _ = self.full.swap_remove(at),
            _ => {}
        }
    }

    /// Whether a drive's own record says that it serves and holds all of its slot.
    pub(super) fn counts(&self, drive: usize) -> bool {
        self.full.iter().any(|full| full.drive == drive && full.recorded)
    }

    /// A drive is nothing to the array that runs, or something.
    pub(super) fn is_strange(&mut self, drive: usize, strange: bool) {
        let since = (!strange).then_some(self.input);
        let known = self.strangers.iter_mut().find(|stranger| stranger.0 == drive);
        match known {
            Some(stranger) if strange => stranger.1 = None,
            Some(stranger) => stranger.1 = stranger.1.or(since),
            None if strange => self.strangers.push((drive, None)),
            None => {}
        }
    }

    /// The drives of which no record says that they are anything to the array.
    pub(super) fn strangers(&self) -> impl Iterator<Item = usize> + '_ {
        self.strangers.iter().map(|stranger| stranger.0)
    }

    pub(super) fn started(&mut self, command: &IoCommand) {
        match command.step {
            Some(Step::Frame) if self.ends => (self.began, self.ends) = (self.sent, false),
            Some(Step::Superblock) => {
                self.superblocks.push((command.id, self.began));
                self.ends = true;
            }
            _ => {}
        }
        self.sent += 1;
    }

    /// A checkpoint of a slot was published, with the present input.
    pub(super) fn published(&mut self, slot: Slot, lba: u64) {
        self.published.push(Published { slot, lba, since: self.input });
    }

    /// A command's completion is handed in: that of a drive with `slot`. Returns the last checkpoint that its record tells of
    /// now.
    pub(super) fn ended(
        &mut self,
        command: &IoCommand,
        outcome: Outcome,
        slot: Option<Slot>,
    ) -> Option<u64> {
        let at = self.superblocks.iter().position(|(id, _)| *id == command.id)?;
        let (_, began) = self.superblocks.swap_remove(at);
        let told_by = command.drive.index();
        let mut told = None;
        if outcome == Outcome::Done {
            self.strangers.retain(|stranger| stranger.1.is_none_or(|since| since > began));
            self.published.retain(|published| {
                let is_told = Some(published.slot) == slot && published.since <= began;
                if is_told {
                    told = Some(published.lba);
                }
                !is_told
            });
            self.unrecorded.retain(|gone| gone.since > began || gone.drive == told_by);
            for full in self.full.iter_mut().filter(|full| full.drive == told_by) {
                full.recorded |= full.since <= began;
            }
        }
        told
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
