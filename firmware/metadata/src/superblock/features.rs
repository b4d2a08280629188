//! The feature map.

use bitflags::bitflags;

bitflags! {
    /// What a superblock says it makes use of (Linux `md_p.h`, `MD_FEATURE_*`).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Features: u32 {
        /// There is an internal bitmap.
        const BITMAP = 1;
        /// The member has a slot, but holds its data only below `recovery_offset`.
        const RECOVERY_OFFSET = 1 << 1;
        /// A reshape is under way.
        const RESHAPE = 1 << 2;
        /// The log of bad blocks has entries.
        const BAD_BLOCKS = 1 << 3;
        /// The member is to replace another one with the same slot.
        const REPLACEMENT = 1 << 4;
        /// The reshape runs from the end to the start.
        const RESHAPE_BACKWARDS = 1 << 5;
        /// The reshape moves the data area.
        const NEW_OFFSET = 1 << 6;
        /// The recovery copies only what the bitmap marks.
        const RECOVERY_BITMAP = 1 << 7;
        /// The array is shared by the nodes of a cluster.
        const CLUSTERED = 1 << 8;
        /// A journal for parity levels.
        const JOURNAL = 1 << 9;
        /// A partial parity log.
        const PPL = 1 << 10;
        /// Several partial parity logs.
        const MULTIPLE_PPLS = 1 << 11;
        /// The layout of a level 0 array.
        const RAID0_LAYOUT = 1 << 12;
        const _ = !0;
    }
}

impl Features {
    /// Those that are understood here.
    pub const SUPPORTED: Self = Self::BITMAP
        .union(Self::RECOVERY_OFFSET)
        .union(Self::BAD_BLOCKS)
        .union(Self::REPLACEMENT)
        .union(Self::RECOVERY_BITMAP);

    /// Those that are not.
    #[must_use]
    pub const fn unsupported(self) -> Self {
        Self::from_bits_retain(self.bits() & !Self::SUPPORTED.bits())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Features {
    fn format(&self, out: defmt::Formatter<'_>) {
        defmt::write!(out, "features {=u32:#x}", self.bits());
    }
}
