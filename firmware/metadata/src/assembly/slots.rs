//! Sets of slots and of drives, and what a near layout can do without.

use super::facts::Shape;

/// Slots of an array.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Slots(u32);

impl Slots {
    /// No slot.
    pub const EMPTY: Self = Self(0);
    /// Slots are below this number.
    pub const END: u16 = 32;

    /// The slots whose bits are set.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// A bit for each slot.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// All slots of an array of so many.
    #[must_use]
    pub fn below(count: u16) -> Self {
        (0..count).fold(Self::EMPTY, Self::with)
    }

    /// These and another one; a slot of [`Slots::END`] or more is none.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn with(self, slot: u16) -> Self {
        Self(self.0 | 1_u32.checked_shl(u32::from(slot)).unwrap_or(0))
    }

    /// Whether a slot is among them.
    #[must_use]
    pub fn contains(self, slot: u16) -> bool {
        1_u32.checked_shl(u32::from(slot)).is_some_and(|bit| self.0 & bit != 0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// These and others.
    #[must_use]
    pub const fn or(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These without others.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Those that are also among others.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Each of them, from the lowest.
    pub fn iter(self) -> impl Iterator<Item = u16> {
        (0..Self::END).filter(move |&slot| self.contains(slot))
    }
}

/// The slots that hold the copies of a chunk, for each chunk of a near layout: as many consecutive slots as there are
/// copies, from the last to the first around the corner (Linux `raid10.c`, `_enough`).
pub(super) fn mirrors(slots: u16, copies: u16) -> impl Iterator<Item = Slots> {
    let mirror = move |index: u16| {
        let place = |copy: u16| (u32::from(index) * u32::from(copies) + u32::from(copy)) as u16;
        // Without slots there is no mirror.
        let slot = |copy: u16| place(copy).checked_rem(slots).unwrap_or(0);
        (0..copies).fold(Slots::EMPTY, |mirror, copy| mirror.with(slot(copy)))
    };
    // After as many steps as there are slots the mirrors come again, if not before.
    (0..slots).map(mirror)
}

/// The slots of mirrors of which none is among some slots.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(super) fn without_any(shape: &Shape, slots: Slots) -> Slots {
    let bare = mirrors(shape.slots, shape.copies).filter(|mirror| mirror.and(slots).is_empty());
    bare.fold(Slots::EMPTY, Slots::or)
}

/// Drives that were found, by index: at most [`Drives::END`].
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Drives(u64);

impl Drives {
    /// As many drives as can be told apart.
    pub(super) const END: usize = 64;
    /// All that can be told apart.
    pub(super) const ALL: Self = Self(u64::MAX);

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) fn insert(&mut self, index: usize) {
        self.0 |= 1_u64.checked_shl(index as u32).unwrap_or(0);
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) const fn contains(self, index: usize) -> bool {
        index < Self::END && self.0 >> index & 1 != 0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
