//! The role of a member, as the table of a superblock has it.

/// What a member is in its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// From three on: below are the kinds of drives that are no members, of which a blank one is zero.
#[repr(u16)]
pub enum Role {
    /// It holds this slot, or one day will.
    Slot(u16) = 3,
    /// It failed.
    Faulty,
    /// A spare; also an entry that belongs to no member.
    Spare,
    /// A journal of a parity level.
    Journal,
    /// A value that Linux has no name for.
    Unknown(u16),
}

impl Role {
    const SLOT_MAX: u16 = 0xFEFF;
    const JOURNAL: u16 = 0xFFFD;
    const FAULTY: u16 = 0xFFFE;
    const SPARE: u16 = 0xFFFF;

    /// From the stored form.
    #[must_use]
    pub const fn from_raw(raw: u16) -> Self {
        match raw {
            0..=Self::SLOT_MAX => Self::Slot(raw),
            Self::JOURNAL => Self::Journal,
            Self::FAULTY => Self::Faulty,
            Self::SPARE => Self::Spare,
            _ => Self::Unknown(raw),
        }
    }

    /// The stored form.
    #[must_use]
    pub const fn to_raw(self) -> u16 {
        match self {
            Self::Slot(raw) | Self::Unknown(raw) => raw,
            Self::Faulty => Self::FAULTY,
            Self::Spare => Self::SPARE,
            Self::Journal => Self::JOURNAL,
        }
    }
}
