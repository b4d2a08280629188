//! Members as they were last written.

use super::facts::Facts;
use super::slots::{Drives, Slots, mirrors};
use super::{Assembly, Member};

/// What a frame says of the last superblock of the member of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Last {
    /// One more than the member's number; zero for none, so that all of nobody is zero.
    next_number: u16,
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
    /// There is none.
    pub const NOBODY: Self = Self {
        last: [Last { next_number: 0, gap: 0, age: 0 }; Slots::END as usize],
        lacking: Slots::EMPTY,
    };

    /// Notes the member of a slot, in a frame of generation `frame`. Its superblock has the first of two generations, or,
    /// if it left while it was written, maybe the second.
    pub fn note(&mut self, frame: u64, slot: u16, number: u16, generations: [u64; 2]) {
        let [written, sent] = generations;
        let age = frame.checked_sub(written).and_then(|age| u32::try_from(age).ok());
        if let (Some(age), Some(last)) = (age, self.last.get_mut(usize::from(slot))) {
            let gap = u16::try_from(sent.wrapping_sub(written)).unwrap_or(0);
            *last = Last { next_number: number.saturating_add(1), gap, age };
        }
    }

    /// What was noted of the member of a slot, in a frame of generation `frame`: its number and the two generations.
    #[must_use]
    pub fn noted(&self, frame: u64, slot: u16) -> Option<(u16, [u64; 2])> {
        let last = self.last.get(usize::from(slot))?;
        let written = frame.saturating_sub(u64::from(last.age));
        Some((last.next_number.checked_sub(1)?, [written, written.saturating_add(last.gap.into())]))
    }

    /// Makes it what a frame tells that is so many generations younger.
    pub fn age(&mut self, by: u64) {
        let by = u32::try_from(by).unwrap_or(u32::MAX);
        for last in &mut self.last {
            last.age = last.age.saturating_add(by);
        }
    }

    /// Whether a member of a slot is among them, if its superblock has this generation.
    fn has(&self, frame: u64, slot: u16, number: u16, generation: u64) -> bool {
        self.last.get(usize::from(slot)).is_some_and(|last| {
            let written = frame.wrapping_sub(u64::from(last.age));
            let sent = written.wrapping_add(u64::from(last.gap));
            let same = generation == written || generation == sent || crate::bug!("kept-by-number");
            last.next_number == number.saturating_add(1) && same
        })
    }
}

impl Assembly<'_> {
    /// Whether a holder of a copy of what a slot holds is not there, as one who speaks knows it: it may have gone on without both.
    fn lacks_partner(&self, voice: &Facts, slot: u16, number: u16) -> bool {
        let gone = |other: u16| {
            voice.holders.of(other).any(|holder| holder != number && !self.is_fresh_number(holder))
        };
        mirrors(voice.shape.slots, voice.shape.copies)
            .filter(|mirror| mirror.contains(slot))
            .any(|mirror| mirror.iter().any(gone))
    }

    /// Whether the member with a number is there, and missed no update that counts.
    fn is_fresh_number(&self, number: u16) -> bool {
        self.numbered(number).is_some_and(|member| self.is_fresh(member))
    }

    /// The member with a number. There are no two, for they would be clones.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) fn numbered(&self, number: u16) -> Option<Member<'_>> {
        self.each(self.members).find(|member| member.facts.number == number)
    }

    /// Whether all who speak for the set know that a member lacked nothing when its superblock was written as it is.
    pub(super) fn is_kept(&self, facts: &Facts) -> bool {
        self.is_as_written(facts)
            && !self.any_for(facts, self.voices(), |this, voice, own| this.lacked(voice.facts, own))
    }

    /// Whether all who speak for the set know the superblock of a member: it has not gone on by itself.
    pub(super) fn is_as_left(&self, facts: &Facts) -> bool {
        self.is_as_written(facts) && !crate::bug!("as-left-forgotten")
    }

    /// Whether all who speak for the set know that a member's superblock was written as it is.
    fn is_as_written(&self, facts: &Facts) -> bool {
        let voices = self.voices();
        !voices.is_empty()
            && !self.has_other_shape(facts)
            && !self.any_for(facts, voices, |_, voice, own| !knows(voice.facts, own))
    }

    /// Those who speak for the set of members that are away. Spares need not have a frame.
    fn voices(&self) -> Drives {
        self.among(self.speakers, |_, voice, _| {
            voice.facts.slot().is_some() || voice.facts.generation.is_ok()
        })
    }

    /// Whether a member lacked something when it was last written, as one who speaks knows it.
    fn lacked(&self, voice: &Facts, facts: &Facts) -> bool {
        facts.slot().is_none_or(|slot| {
            voice.left.lacking.contains(slot)
                || !crate::bug!("kept-without-partner")
                    && self.lacks_partner(voice, slot, facts.number)
        })
    }
}

/// Whether one who speaks knows that a member's superblock was written as it is.
fn knows(voice: &Facts, facts: &Facts) -> bool {
    match (voice.generation, facts.generation, facts.slot()) {
        (Ok(frame), Ok(own), Some(slot)) => voice.left.has(frame, slot, facts.number, own),
        _ => false,
    }
}
