//! Where the frames lie.

use crate::minor::Minor;
use crate::superblock::Superblock;
use crate::units::DriveSector;
use crate::wire::SECTOR_BYTES;

/// Sectors of one copy.
pub const COPY_SECTORS: u64 = 128;
/// Bytes of one copy.
pub const COPY_BYTES: usize = COPY_SECTORS as usize * SECTOR_BYTES;

/// Both copies begin at a multiple of so many sectors, as mdadm places everything.
const ALIGNMENT: u64 = 8;
/// Sectors from the start of the superblock that stay untouched: 36 KiB, which mdadm never counts as unused, and the
/// largest room that it takes for a bitmap that is added later, with the log of bad blocks behind it.
const KEPT_SECTORS: u64 = 8 + 256 + 8;

/// The space of a member that is ours: the last that is free before its data.
///
/// With the places that mdadm chooses there is always room. Where a reshape moves the start of the data, the frames are
/// gone, or lie where no one looks for them: both void them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Area {
    /// The first sectors of the two copies.
    pub copies: [DriveSector; 2],
}

impl Area {
    /// The area of a member whose bitmap has so many sectors, zero without a bitmap; `None` if there is no room, as
    /// always where the superblock lies behind the data.
    #[must_use]
    pub fn of(superblock: &Superblock<'_>, bitmap_sectors: u64) -> Option<Self> {
        if superblock.minor() == Minor::V1_0 {
            return None;
        }
        let data = superblock.data_offset().0;
        let first = (data & !(ALIGNMENT - 1)).checked_sub(2 * COPY_SECTORS)?;
        let kept = superblock.start().0 + KEPT_SECTORS;
        let bitmap = superblock.bitmap_start().map_or(0, |start| start.0);
        let log = superblock.log_area().map(|log| (log.start.0, superblock.log_sectors()));
        let others = [(bitmap, bitmap_sectors), log.unwrap_or_default()];
        let free = |&(start, sectors): &(u64, u64)| {
            start >= data || start.saturating_add(sectors) <= first
        };
        let room = first >= kept && others.iter().all(free);
        let second = first + COPY_SECTORS;
        room.then_some(Self { copies: [DriveSector(first), DriveSector(second)] })
    }
}
