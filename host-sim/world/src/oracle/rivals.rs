//! Whether drives that are not in service may go on with the array without those that are.
//!
//! By a superblock the array starts where it counts a drive that is there to each mirror set, and all that it counts to one mirror
//! set are there. Who writes to the array while such a group of drives is away makes a second history of it: when the group
//! is put together, nobody could tell that it is the stale one. Read from the media, as they are, with the oracle's own
//! reader; what is not there but in the engine's frames (who of the counted was still being filled) is followed by when
//! superblocks were sent.

use alloc::vec::Vec;

use raid10_engine::{DriveView, IoCommand, IoId, Outcome, Role, Slot, Step};

use super::Oracle;
use super::linux::Label;
use crate::drive::Drive;

/// What is known of the last superblock of a drive.
#[derive(Clone, Copy, Debug)]
struct Told {
    /// Drives that had all of their slots when its records began, a bit each.
    full: u64,
    /// Another one was sent, and may have reached it.
    unsure: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Rivals {
    told: Vec<Told>,
    /// Drives that serve and hold all of their slots, a bit each: now, and when the latest records began.
    full: u64,
    began: u64,
    /// Of the latest records superblocks were sent: what comes next begins new ones.
    ends: bool,
    /// Superblocks on their way, and who was full when their records began.
    sent: Vec<(IoId, u64)>,
    /// Drives without which the operator had the array go on, a bit each.
    disowned: u64,
    /// Those serve again without the others: from then on there are two histories by the operator's word.
    split: bool,
    /// A write was acknowledged since it was last asked.
    acknowledged: bool,
}

impl Rivals {
    pub(super) fn new(drives: usize) -> Self {
        Self {
            told: alloc::vec![Told { full: u64::MAX, unsure: false }; drives],
            full: 0,
            began: 0,
            ends: true,
            sent: Vec::new(),
            disowned: 0,
            split: false,
            acknowledged: false,
        }
    }

    /// These serve, and these of them hold all of their slots.
    pub(super) const fn follow(&mut self, serving: u64, full: u64) {
        self.split |= serving != 0 && serving & !self.disowned == 0;
        self.disowned &= !serving;
        self.full = full;
    }

    pub(super) fn started(&mut self, command: &IoCommand) {
        match command.step {
            Some(Step::Frame) if self.ends => (self.began, self.ends) = (self.full, false),
            Some(Step::Superblock) => {
                self.sent.push((command.id, self.began));
                self.told[command.drive.index()].unsure = true;
                self.ends = true;
            }
            _ => {}
        }
    }

    pub(super) fn ended(&mut self, command: &IoCommand, outcome: Outcome) {
        let Some(at) = self.sent.iter().position(|(id, _)| *id == command.id) else { return };
        let (_, full) = self.sent.swap_remove(at);
        if outcome == Outcome::Done {
            self.told[command.drive.index()] = Told { full, unsure: false };
        }
    }

    /// The controller has lost what it knew, and what was under way.
    pub(super) fn power_lost(&mut self) {
        self.sent.clear();
        (self.full, self.ends) = (0, true);
    }

    /// The operator has the array go on without all others.
    pub(super) const fn disown(&mut self, serving: u64) {
        self.disowned = !serving;
    }

    pub(super) const fn acknowledged(&mut self) {
        self.acknowledged = true;
    }

    const fn counts(&self, drive: usize) -> bool {
        self.disowned >> drive & 1 == 0
    }
}

/// A drive's superblock.
struct Voice {
    drive: usize,
    label: Label,
    /// The drive is not in service.
    away: bool,
}

impl Oracle {
    /// Whether drives that are not in service may go on without those that are, as far as those can know.
    pub(crate) fn may_have_rivals(&self, drives: &[Drive]) -> bool {
        let voices = self.voices(drives);
        let away = || voices.iter().filter(|voice| voice.away);
        away().any(|voice| {
            let told = self.rivals.told[voice.drive];
            told.unsure || self.starts(voice, &voices, |drive| told.full >> drive & 1 == 1)
        })
    }

    /// A drive that is not in service and certainly starts the array without those that are, with others or alone.
    pub(crate) fn rival(&self, drives: &[Drive]) -> Option<usize> {
        let voices = if self.rivals.split { Vec::new() } else { self.voices(drives) };
        let newest =
            voices.iter().filter(|voice| voice.away).max_by_key(|voice| voice.label.events)?;
        self.starts(newest, &voices, |_| true).then_some(newest.drive)
    }

    /// True if a write was acknowledged since the last call.
    pub(crate) fn was_acknowledged(&mut self) -> bool {
        core::mem::take(&mut self.rivals.acknowledged)
    }

    /// By the operator's word nobody else goes on with the array.
    pub(crate) fn goes_on_alone(&mut self) {
        let serving = self.drives_where(|drive| self.serves_in_a_slot(drive));
        self.rivals.disown(serving);
    }

    /// Follows who serves.
    pub(super) fn follow_rivals(&mut self) {
        let serving = self.drives_where(|drive| self.serves_in_a_slot(drive));
        let full = self.drives_where(|drive| self.in_service(drive) && self.holds_a_slot(drive));
        self.rivals.follow(serving, full);
    }

    fn drives_where(&self, holds: impl Fn(usize) -> bool) -> u64 {
        (0..self.beliefs.len())
            .filter(|&drive| holds(drive))
            .fold(0, |bits, drive| bits | 1 << drive)
    }

    fn serves_in_a_slot(&self, drive: usize) -> bool {
        let of_array = |view: &DriveView| {
            view.identified && matches!(view.role, Role::Member(_) | Role::Target(_))
        };
        self.in_service(drive) && self.view.drives.get(drive).is_some_and(of_array)
    }

    /// The superblocks of the array's set on all drives, in whatever state they are.
    fn voices(&self, drives: &[Drive]) -> Vec<Voice> {
        let read = |(drive, media): (usize, &Drive)| {
            let label = Label::read(media.in_front())?;
            let away = !self.serves_in_a_slot(drive) && self.rivals.counts(drive);
            Some(Voice { drive, label, away })
        };
        let mut voices: Vec<Voice> = drives.iter().enumerate().filter_map(read).collect();
        let ours = voices.iter().find(|voice| self.serves_in_a_slot(voice.drive));
        let set = ours.or(voices.first()).map(|voice| voice.label.set);
        voices.retain(|voice| Some(voice.label.set) == set);
        voices
    }

    /// Whether those that are away could start the array by one's superblock. `full` tells of those that are not whether they are
    /// counted for more than a drive that is being filled.
    fn starts(&self, by: &Voice, voices: &[Voice], full: impl Fn(usize) -> bool) -> bool {
        let holders = |slot: Slot| {
            let roles = by.label.roles.iter().enumerate();
            roles.filter(move |(_, role)| **role == u16::from(slot.0)).map(|(number, _)| number)
        };
        let numbered = |number: usize| voices.iter().find(|voice| voice.label.number == number);
        let is_away = |number: usize| numbered(number).is_some_and(|voice| voice.away);
        let has_all = |number: usize| {
            numbered(number).is_some_and(|voice| voice.away && voice.label.filled.is_none())
        };
        let blocks = |number: usize| {
            !is_away(number) && numbered(number).is_none_or(|voice| full(voice.drive))
        };
        let sets = || (0..u64::from(self.layout.members)).map(|chunk| chunk * self.layout.chunk);
        let slots =
            |chunk: u64| (0..self.layout.copies).map(move |copy| self.layout.locate(chunk, copy).0);
        let covered = sets().all(|chunk| slots(chunk).any(|slot| holders(slot).any(has_all)));
        covered && sets().any(|chunk| !slots(chunk).any(|slot| holders(slot).any(blocks)))
    }
}
