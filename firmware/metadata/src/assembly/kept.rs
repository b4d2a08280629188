//! Members that lacked nothing when they were last written.

use super::Assembly;
use super::facts::Facts;
use super::slots::{Slots, mirrors};

/// What a frame says of the member of a slot that lacked nothing when it was last written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Left {
    number: u16,
    /// A later superblock may have reached it, of so many generations more.
    gap: u16,
    /// The generation of its last superblock, counted back from the frame's.
    age: u32,
}

/// The members that hold all that was ever acknowledged on their slots, and lacked nothing when they were last written: as long
/// as nobody has written their superblocks since, they are current, however many updates they missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kept([Left; Slots::END as usize]);

impl Kept {
    /// Stands for no member. No member has this number, for the table of roles ends far below.
    const NONE: u16 = u16::MAX;
    /// There is none.
    pub const NOBODY: Self =
        Self([Left { number: Self::NONE, gap: 0, age: 0 }; Slots::END as usize]);

    /// Notes the member of a slot, in a frame of generation `frame`. Its superblock has the first of two generations, or,
    /// if it left while it was written, maybe the second.
    pub fn note(&mut self, frame: u64, slot: u16, number: u16, generations: [u64; 2]) {
        let [written, sent] = generations;
        let age = frame.checked_sub(written).and_then(|age| u32::try_from(age).ok());
        if let (Some(age), Some(left)) = (age, self.0.get_mut(usize::from(slot))) {
            let gap = u16::try_from(sent.saturating_sub(written)).unwrap_or(0);
            *left = Left { number, gap, age };
        }
    }

    /// Whether a member of a slot is among them, if its superblock has this generation.
    fn has(&self, frame: u64, slot: u16, number: u16, generation: u64) -> bool {
        self.0.get(usize::from(slot)).is_some_and(|left| {
            let written = frame.wrapping_sub(u64::from(left.age));
            let sent = written.wrapping_add(u64::from(left.gap));
            let same = generation == written || generation == sent || crate::bug!("kept-by-number");
            left.number == number && same
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
        let Some((facts, Ok(own))) = self.facts(index).map(|facts| (facts, facts.generation))
        else {
            return false;
        };
        let Some(slot) = facts.slot() else { return false };
        let knows = |voice: &Facts| {
            let known = |frame| voice.kept.has(frame, slot, facts.number, own);
            voice.shape == facts.shape
                && voice.generation.is_ok_and(known)
                && (crate::bug!("kept-without-partner")
                    || !self.lacks_partner(voice, slot, facts.number))
        };
        // Spares need not have a frame.
        let speaks = |_, voice: &Facts| voice.slot().is_some() || voice.generation.is_ok();
        let voices = self.among(self.speakers, &speaks);
        !voices.is_empty() && !self.any(voices, &|_, voice| !knows(voice))
    }
}
