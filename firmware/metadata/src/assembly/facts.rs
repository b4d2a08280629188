//! What was read from a drive, boiled down to what the decision needs.

use super::left::Left;
use super::slots::Slots;
use crate::bitmap::Header;
use crate::private::Void;
use crate::superblock::{
    Features, Inconsistent, Recovery, Refusal, Resync, Role, Superblock, Unsupported,
};
use crate::units::{Timestamp, Uuid};

/// A drive that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::large_enum_variant, reason = "nothing can be boxed, and most drives are members")]
pub enum Candidate {
    /// No superblock in any of its places, and nothing else's mark.
    Blank,
    /// It bears the mark of something else.
    Foreign,
    /// There is a superblock, but it is not taken for one.
    Refused(Refusal),
    /// A member of some set.
    Member(Facts),
}

impl Candidate {
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) const fn member(&self) -> Option<&Facts> {
        match self {
            Self::Member(facts) => Some(facts),
            Self::Blank | Self::Foreign | Self::Refused(_) => None,
        }
    }
}

/// What all members must have in common besides the set's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Shape {
    /// When the set was made.
    pub created: Timestamp,
    /// Slots: 2 to 32.
    pub slots: u16,
    /// Copies of each chunk: 2 or 3.
    pub copies: u16,
    /// Sectors of a chunk.
    pub chunk: u32,
    /// Chunks of each member; the rest of what a superblock calls its size is never used.
    pub chunks: u64,
}

/// What the header of a bitmap says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BitmapFacts {
    /// The update counter when the array last was whole.
    pub events_cleared: u64,
    /// Whether the bits mean something: [`Header::is_current`].
    pub current: bool,
}

/// What the private frame of a member says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameFacts {
    /// The generation.
    pub generation: u64,
    /// Slots without a holder that is in sync.
    pub building: Slots,
    /// The members as they were last written.
    pub left: Left,
}

impl FrameFacts {
    /// The facts of a frame of which only the generation is known: the decision is the more careful one.
    #[must_use]
    pub const fn of(generation: u64) -> Self {
        Self { generation, building: Slots::EMPTY, left: Left::NOBODY }
    }
}

/// Which members hold the slots, by their numbers: two where one is to replace the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Holders([[u16; 2]; Slots::END as usize]);

impl Holders {
    /// Stands for no member. No member has this number, for the table of roles ends far below.
    const NONE: u16 = u16::MAX;
    /// Nobody holds anything.
    pub const NOBODY: Self = Self([[Self::NONE; 2]; Slots::END as usize]);

    /// These and one more; `None` if the slot has two already, or there is no such slot.
    #[must_use]
    pub fn with(mut self, slot: u16, number: u16) -> Option<Self> {
        self.add(slot, number).then_some(self)
    }

    /// Adds one. False if the slot has two already, or there is no such slot.
    pub fn add(&mut self, slot: u16, number: u16) -> bool {
        let places = self.0.get_mut(usize::from(slot));
        let free = places.and_then(|places| places.iter_mut().find(|place| **place == Self::NONE));
        free.map(|place| *place = number).is_some()
    }

    /// Adds all members that a superblock names.
    fn add_all(&mut self, superblock: &Superblock<'_>) -> Result<(), Inconsistent> {
        for number in 0..superblock.numbers() {
            if let Role::Slot(slot) = superblock.role(number)
                && u32::from(slot) < superblock.raid_disks().min(u32::from(Slots::END))
                && !self.add(slot, number as u16)
            {
                return Err(Inconsistent::Holders(slot));
            }
        }
        Ok(())
    }

    /// The members that hold a slot.
    pub fn of(&self, slot: u16) -> impl Iterator<Item = u16> + '_ {
        let places: &[u16] = self.0.get(usize::from(slot)).map_or(&[], |places| places);
        places.iter().copied().filter(|&number| number != Self::NONE)
    }

    /// Whether a member holds a slot; no member has the number that stands for none.
    #[must_use]
    pub fn has(&self, slot: u16, number: u16) -> bool {
        self.0.get(usize::from(slot)).is_some_and(|places| places.contains(&number))
    }

    /// Whether a member other than this one holds a slot.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn has_other(&self, slot: u16, number: u16) -> bool {
        self.of(slot).any(|holder| holder != number)
    }

    /// The slots that members other than this one hold.
    #[must_use]
    pub fn slots_of_others(&self, number: u16) -> Slots {
        let held = |&slot: &u16| self.has_other(slot, number);
        (0..Slots::END).filter(held).fold(Slots::EMPTY, Slots::with)
    }
}

/// What a member says of itself and of its set. All of it was checked by the parsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub struct Facts {
    /// Its role in its own table: a slot, faulty or spare.
    pub role: Role,
    /// Its index in the table of roles.
    pub number: u16,
    /// Whether it is to replace the other holder of its slot.
    pub replacement: bool,
    /// Whether its log of bad blocks has entries.
    pub bad_blocks: bool,
    /// How far the member has got, if it is not in sync.
    pub recovery: Option<Recovery>,
    /// The generation of its private frame, or why there is none that belongs to the superblock.
    pub generation: Result<u64, Void>,
    /// Its bitmap, if there is one that can be used.
    pub bitmap: Option<BitmapFacts>,
    /// What the members have in common.
    pub shape: Shape,
    /// The update counter.
    pub events: u64,
    /// How far the copies are equal.
    pub resync: Resync,
    /// Slots without a holder that is in sync, as the private frame says. Without a frame that holds it is not looked
    /// at.
    pub building: Slots,
    /// The set.
    pub set: Uuid,
    /// The member.
    pub device: Uuid,
    /// Who holds the slots, in its own table.
    pub holders: Holders,
    /// The members as they were last written, as the private frame says.
    pub left: Left,
}

impl Facts {
    /// The facts of a member: its superblock, the header of its bitmap if there is one that can be used, and what
    /// its private frame tells.
    ///
    /// # Errors
    ///
    /// [`Unsupported::Slots`] and [`Unsupported::NearCopies`] if the array is larger than what is supported here;
    /// [`Inconsistent::Holders`] if more than two members hold a slot.
    pub fn of(
        superblock: &Superblock<'_>,
        bitmap: Option<&Header>,
        frame: Result<FrameFacts, Void>,
    ) -> Result<Self, Refusal> {
        let mut facts = Self::of_superblock(superblock)?;
        let bitmap = bitmap.filter(|_| superblock.bitmap_start().is_some());
        facts.bitmap = bitmap.map(|header| BitmapFacts {
            events_cleared: header.events_cleared,
            current: header.is_current(facts.events),
        });
        facts.generation = frame.map(|frame| frame.generation);
        if let Ok(frame) = frame {
            facts.building = frame.building;
            facts.left = frame.left;
        }
        Ok(facts)
    }

    /// As [`of`](Self::of), while nothing else of the member is known.
    ///
    /// # Errors
    ///
    /// As for [`of`](Self::of).
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn of_superblock(superblock: &Superblock<'_>) -> Result<Self, Refusal> {
        let shape = shape(superblock).map_err(Refusal::Unsupported)?;
        let state = superblock.state();
        let mut facts = Self {
            set: Uuid::default(),
            device: Uuid::default(),
            number: superblock.dev_number() as u16,
            role: superblock.own_role(),
            holders: Holders::NOBODY,
            shape,
            events: state.events,
            generation: Err(Void::Absent),
            building: Slots::EMPTY,
            left: Left::NOBODY,
            resync: state.resync,
            recovery: superblock.recovery(),
            replacement: superblock.is_replacement(),
            bitmap: None,
            bad_blocks: superblock.features().contains(Features::BAD_BLOCKS),
        };
        facts.set = superblock.set_uuid();
        facts.device = superblock.device_uuid();
        facts.holders.add_all(superblock).map_err(Refusal::Inconsistent)?;
        Ok(facts)
    }

    /// The slot that it says it holds.
    pub(super) const fn slot(&self) -> Option<u16> {
        match self.role {
            Role::Slot(slot) => Some(slot),
            Role::Faulty | Role::Spare | Role::Journal | Role::Unknown(_) => None,
        }
    }

    /// Whether it does not grant another member the slot that the other says it holds, or has another idea of the
    /// array.
    pub(super) fn denies(&self, other: &Self) -> bool {
        let slot = other.slot();
        self.shape != other.shape || slot.is_some_and(|slot| !self.holders.has(slot, other.number))
    }

    /// Whether it has the higher counts than another one: the update counter first, then the generation.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn outdates(&self, other: &Self) -> bool {
        (self.events, self.generation.ok()) > (other.events, other.generation.ok())
    }

    /// Whether it comes before another one, in an order that is the same whatever bays they are in.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) fn precedes(&self, other: &Self) -> bool {
        (&self.device.0, self.number) < (&other.device.0, other.number)
    }
}

fn shape(superblock: &Superblock<'_>) -> Result<Shape, Unsupported> {
    let (slots, copies) = (superblock.raid_disks(), superblock.near_copies());
    if slots > u32::from(Slots::END) {
        return Err(Unsupported::Slots(slots));
    }
    if copies > 3 {
        return Err(Unsupported::NearCopies(copies));
    }
    Ok(Shape {
        created: superblock.created(),
        slots: slots as u16,
        copies: u16::from(copies),
        chunk: superblock.chunk(),
        chunks: superblock.chunks(),
    })
}
