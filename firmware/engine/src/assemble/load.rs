//! What is taken over from the drives before an array starts, in the order of the table of [assembly](super).

use raid10_metadata::assembly::{Assembly, Candidate, CatchUp, Facts, Verdict};
use raid10_metadata::{Minor, Superblock};

use crate::Engine;
use crate::boot::{What, block_of};
use crate::units::DriveId;

/// What is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// From four on: below is what else is read, and nothing read is zero.
#[repr(u32)]
pub(crate) enum Load {
    /// The superblock of a member, for what all have in common.
    Set = 4,
    /// The frame that speaks for the array.
    Frame,
    /// A member's own frame.
    OwnFrame,
    /// A block of a member's bitmap, of which none has 2^32.
    Bits(u32),
    /// A member's log of bad blocks.
    Log,
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// The current member that knows most, if there is one.
    pub(super) fn newest(&self, assembly: &Assembly<'_>) -> Option<DriveId> {
        let current = |&index: &usize| {
            matches!(assembly.verdict(index), Verdict::Current { .. } | Verdict::Accepted { .. })
        };
        // Whoever has a frame that belongs to its superblock, at the highest count, knows everything.
        let mut newest: Option<(DriveId, &Facts)> = None;
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            let Some(facts) = self.facts_of(id).filter(|_| current(&index)) else { continue };
            if newest.is_none_or(|(_, newest)| facts.outdates(newest)) {
                newest = Some((id, facts));
            }
        }
        newest.map(|(id, _)| id)
    }

    pub(super) fn load_first(&mut self, newest: Option<DriveId>) {
        let Some(speaker) = newest else { return };
        let framed = self.facts_of(speaker).is_some_and(|facts| facts.generation.is_ok());
        self.boot.speaker = framed.then_some(speaker);
        self.boot.framed = false;
        self.load(speaker, Load::Set);
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn load(&mut self, id: DriveId, load: Load) {
        self.read_next_of(id, What::Load(load));
    }

    /// Something was loaded, or cannot be.
    pub(crate) fn loaded(&mut self, id: DriveId, load: Load, bytes: Option<&[u8]>) {
        match load {
            Load::Set => {
                let drive = self.drive_ref(id);
                let minor = drive.label.as_ref().map_or(Minor::V1_2, |label| label.minor);
                let size = drive.size.0;
                let superblock =
                    block_of(bytes).and_then(|block| Superblock::parse(block, minor, size).ok());
                if !superblock.is_some_and(|superblock| self.take_set(&superblock)) {
                    // It was read before: the drive is about to fail.
                    self.candidates[id.index()] = Candidate::Foreign;
                    return self.decide();
                }
                self.commit.unseen = self.claims_of(id);
                if let Some(speaker) = self.boot.speaker {
                    return self.load(speaker, Load::Frame);
                }
            }
            Load::Frame | Load::OwnFrame => {
                let own = load == Load::OwnFrame;
                if own && self.is_ahead(id) {
                    // What the speaker knows is of a former life.
                    self.forget_records(id);
                }
                let taken = bytes.is_some_and(|bytes| self.take_frame(id, bytes, own));
                self.boot.framed |= taken && !own;
                match (taken, own) {
                    (true, _) => {}
                    (false, true) => self.forget_content(id),
                    (false, false) => self.boot.speaker = None,
                }
            }
            Load::Bits(block) => {
                let more = self.take_bits(id, block, block_of(bytes));
                if more {
                    return self.load(id, Load::Bits(block + 1));
                }
            }
            Load::Log => self.take_log(id, block_of(bytes)),
        }
        self.load_next(id, load);
    }

    /// Whether a drive was written later than the speaker: a commit was cut behind its newcomers, and this is one.
    fn is_ahead(&self, id: DriveId) -> bool {
        let generation = |id: DriveId| self.facts_of(id).and_then(|facts| facts.generation.ok());
        let spoken = self.boot.speaker.and_then(generation);
        spoken.is_some_and(|spoken| generation(id).is_some_and(|own| own > spoken))
            && !raid10_metadata::bug!("former-life-believed")
    }

    /// What is loaded after something else, in the order of the table above.
    fn load_next(&mut self, id: DriveId, done: Load) {
        let assembly = Assembly::new(&self.candidates, self.request());
        let next = id.index() + 1;
        let (first, mut from) = match done {
            Load::Set | Load::Frame => (0, 0),
            Load::OwnFrame => (0, next),
            Load::Bits(_) => (1, next),
            Load::Log => (2, next),
        };
        for &load in &[Load::OwnFrame, Load::Bits(0), Load::Log][first..] {
            for index in from..DRIVES {
                let id = DriveId(index as u8);
                if self.is_wanted(id, load, &assembly.verdict(index)) {
                    return self.load(id, load);
                }
            }
            from = 0;
        }
        // Nothing is written yet: what a drive says that came meanwhile counts, too.
        if self.boot.unread.is_empty() || raid10_metadata::bug!("latecomer-unheard") {
            self.start();
        }
    }

    /// Whether something is to be loaded from a drive.
    fn is_wanted(&self, id: DriveId, load: Load, verdict: &Verdict) -> bool {
        let Some(facts) = self.facts_of(id) else { return false };
        match (load, verdict) {
            (Load::OwnFrame, Verdict::Behind { catch_up: CatchUp::ByBitmap, .. }) => {
                facts.generation.is_ok()
            }
            (Load::OwnFrame, Verdict::Building { .. } | Verdict::Replacement { .. }) => {
                self.is_ahead(id)
            }
            (Load::Bits(_), Verdict::Current { .. }) => facts.bitmap.is_some(),
            (
                Load::Log,
                Verdict::Current { .. }
                | Verdict::Accepted { .. }
                | Verdict::Building { .. }
                | Verdict::Replacement { .. },
            ) => facts.bad_blocks && !self.boot.framed,
            _ => false,
        }
    }
}
