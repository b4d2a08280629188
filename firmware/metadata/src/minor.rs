//! Where a superblock lies. The minor version is not stored: it follows from the place.

use crate::units::DriveSector;

/// The three places of a superblock of major version 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Minor {
    /// 8 to 12 KiB before the end of the drive.
    V1_0,
    /// At the start of the drive.
    V1_1,
    /// 4 KiB from the start of the drive: what mdadm makes unless it is told otherwise.
    V1_2,
}

impl Minor {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::V1_0, Self::V1_1, Self::V1_2];
    /// Sectors of the smallest drive that can be a member (mdadm `super1.c`).
    pub const DRIVE_SECTORS_MIN: u64 = 24;

    /// Where the superblock starts on a drive of so many sectors; `None` if the drive is too small for any.
    #[must_use]
    pub const fn start(self, drive_sectors: u64) -> Option<DriveSector> {
        if drive_sectors < Self::DRIVE_SECTORS_MIN {
            return None;
        }
        Some(self.start_of_member(drive_sectors))
    }

    /// As [`start`](Self::start), on a drive that is a member, and so large enough.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub const fn start_of_member(self, drive_sectors: u64) -> DriveSector {
        DriveSector(match self {
            Self::V1_0 => drive_sectors.saturating_sub(16) & !7,
            Self::V1_1 => 0,
            Self::V1_2 => 8,
        })
    }
}

#[cfg(test)]
mod tests;
