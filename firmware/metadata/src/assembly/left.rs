//! Members as they were last written.

use super::Assembly;
use super::facts::Facts;
use super::slots::{Slots, mirrors};

/// What a frame says of the last superblock of the member of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Last {
    number: u16,
    /// A later superblock may have reached it, of so many generations more.
    gap: u16,
    /// The generation of its last superblock, counted back from the frame's.
    age: u32,
}

/// The members as they were last written. As long as nobody has written their superblocks since, they have not gone on by
/// themselves; and who lacked nothing then holds all that was ever acknowledged on its slot, and is current, however many updates
/// it missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Left {
    last: [Last; Slots::END as usize],
    /// The slots whose members lacked something.
    pub lacking: Slots,
}

impl Left {
    /// Stands for no member. No member has this number, for the table of roles ends far below.
    const NONE: u16 = u16::MAX;
    /// There is none.
    pub const NOBODY: Self = Self {
        last: [Last { number: Self::NONE, gap: 0, age: 0 }; Slots::END as usize],
        lacking: Slots::EMPTY,
    };

    /// Notes the member of a slot, in a frame of generation `frame`. Its superblock has the first of two generations, or,
    /// if it left while it was written, maybe the second.
    pub fn note(&mut self, frame: u64, slot: u16, number: u16, generations: [u64; 2]) {
        let [written, sent] = generations;
        let age = frame.checked_sub(written).and_then(|age| u32::try_from(age).ok());
        if let (Some(age), Some(last)) = (age, self.last.get_mut(usize::from(slot))) {
            let gap = u16::try_from(sent.saturating_sub(written)).unwrap_or(0);
            *last = Last { number, gap, age };
        }
    }

    /// The same, as a frame tells it that is so many generations younger.
    #[must_use]
    pub fn aged(mut self, by: u64) -> Self {
        for last in &mut self.last {
            last.age = last.age.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
        }
        self
    }

    /// Whether a member of a slot is among them, if its superblock has this generation.
    fn has(&self, frame: u64, slot: u16, number: u16, generation: u64) -> bool {
        self.last.get(usize::from(slot)).is_some_and(|last| {
            let written = frame.wrapping_sub(u64::from(last.age));
            let sent = written.wrapping_add(u64::from(last.gap));
            let same = generation == written || generation == sent || crate::bug!("kept-by-number");
            last.number == number && same
        })
    }
}

impl Assembly<'_> {
    /// Whether a holder of a copy of what a slot holds is not there, as one who speaks knows it: it may have gone on without both.
    fn lacks_partner(&self, voice: &Facts, slot: u16, number: u16) -> bool {
        let fresh = |holder: u16| {
            self.any(self.members, &|index, facts| facts.number == holder && self.is_fresh(index))
        };
        let gone =
            |other: u16| voice.holders.of(other).any(|holder| holder != number && !fresh(holder));
        mirrors(voice.shape.slots, voice.shape.copies)
            .filter(|mirror| mirror.contains(slot))
            .any(|mirror| mirror.iter().any(gone))
    }

    /// Whether all who speak for the set know that a member lacked nothing when its superblock was written as it is.
    pub(super) fn is_kept(&self, index: usize) -> bool {
        self.is_as_written(index, true)
    }

    /// Whether all who speak for the set know the superblock of a member: it has not gone on by itself.
    pub(super) fn is_as_left(&self, index: usize) -> bool {
        self.is_as_written(index, false) && !crate::bug!("as-left-forgotten")
    }

    /// Whether all who speak for the set know that a member's superblock was written as it is; `whole`: and that the member lacked
    /// nothing then.
    fn is_as_written(&self, index: usize, whole: bool) -> bool {
        let Some((facts, Ok(own))) = self.facts(index).map(|facts| (facts, facts.generation))
        else {
            return false;
        };
        let Some(slot) = facts.slot() else { return false };
        let lacks = |voice: &Facts| {
            voice.left.lacking.contains(slot)
                || !crate::bug!("kept-without-partner")
                    && self.lacks_partner(voice, slot, facts.number)
        };
        let knows = |voice: &Facts| {
            let known = |frame| voice.left.has(frame, slot, facts.number, own);
            voice.generation.is_ok_and(known) && !(whole && lacks(voice))
        };
        // Spares need not have a frame.
        let speaks = |_, voice: &Facts| voice.slot().is_some() || voice.generation.is_ok();
        let voices = self.among(self.speakers, &speaks);
        !voices.is_empty()
            && !self.has_other_shape(facts)
            && !self.any(voices, &|_, voice| !knows(voice))
    }
}
