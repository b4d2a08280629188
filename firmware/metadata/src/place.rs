//! Where mdadm puts things on a new member, minor version 1.1 or 1.2 (mdadm 4.2, `super1.c`).
//!
//! After the superblock comes the bitmap, then the log of bad blocks, then free space, then the data. The start of the
//! data depends on the drive and the chunk only, so that the members of a set agree.

use crate::bitmap::Bits;
use crate::superblock::LogOffset;
use crate::units::DriveSector;
use crate::wire::{BLOCK_SECTORS, SECTOR_BYTES};

/// Sectors from the superblock to the bitmap.
pub const BITMAP_OFFSET: i32 = 8;
/// Seconds between two passes of Linux over the bitmap.
pub const DAEMON_SLEEP: u32 = 5;
/// A bit of a bitmap stands for 64 MiB, unless there is no room for so many bits.
pub const BITMAP_SHIFT: u8 = 17;

/// The bitmap may be as fine as 4 KiB for a bit.
const BITMAP_SHIFT_MIN: u8 = 3;
const GIB_SECTORS: u64 = 1 << 21;
const MIB_SECTORS: u32 = 1 << 11;
/// Space in front of the data that a reshape can use, at most: 128 MiB.
const HEADROOM_MAX: u32 = 128 * MIB_SECTORS;
/// Superblock, log and what lies around them.
const FIXED_SECTORS: u32 = 24;

/// Sectors that are kept free for a bitmap, whether or not there is one.
#[must_use]
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub const fn bitmap_room(drive_sectors: u64) -> u64 {
    if drive_sectors < 128 {
        0
    } else if drive_sectors - 128 >= 200 * GIB_SECTORS {
        256
    } else if drive_sectors - 8 > 8 * GIB_SECTORS {
        128
    } else {
        8
    }
}

/// Where the data starts on a drive of so many sectors, for chunks of so many sectors.
///
/// A thousandth of the drive is left free in front, at most 128 MiB and at least two chunks.
#[must_use]
pub const fn data_offset(drive_sectors: u64, chunk: u32) -> DriveSector {
    let mut headroom = HEADROOM_MAX;
    while (headroom as u64) << 10 > drive_sectors && headroom / 4 >= chunk {
        headroom /= 2;
    }
    let least = FIXED_SECTORS + bitmap_room(drive_sectors) as u32 + headroom;
    DriveSector(least.next_multiple_of(MIB_SECTORS) as u64)
}

/// The shift of [`crate::bitmap::Header`] for an array of so many sectors: 64 MiB for a bit, or the next power of two
/// of which enough bits fit into `room` sectors. `None` if there is no room at all.
#[must_use]
pub const fn bitmap_shift(room: u64, array_sectors: u64) -> Option<u8> {
    if room == 0 {
        return None;
    }
    let bits_max = (room * SECTOR_BYTES as u64 - 256) * 8;
    let mut shift = BITMAP_SHIFT_MIN;
    let mut bits = (array_sectors >> shift) + 1;
    while bits > bits_max {
        shift += 1;
        bits = bits.div_ceil(2);
    }
    Some(if shift < BITMAP_SHIFT { BITMAP_SHIFT } else { shift })
}

/// Where the log of bad blocks lies: behind the bitmap, or behind the room for one; if that is taken by the data, as
/// close before them as possible. `None` if there is no room.
#[must_use]
pub fn log(
    superblock: DriveSector,
    data_offset: DriveSector,
    room: u64,
    bitmap: Option<Bits>,
) -> Option<LogOffset> {
    // Numbers of 32 bits hold all that an offset can tell.
    let space = data_offset.0.checked_sub(superblock.0)?.min(u32::MAX.into()) as u32;
    let behind = bitmap.map_or(room, |bits| bits.sectors()).min(i32::MAX as u64) as u32;
    let behind = BITMAP_OFFSET as u32 + behind;
    let offset = if space >= behind + BLOCK_SECTORS as u32 {
        behind
    } else if space >= 2 * BLOCK_SECTORS as u32 {
        space - BLOCK_SECTORS as u32
    } else {
        return None;
    };
    let offset = i32::try_from(offset).ok()?;
    Some(LogOffset { offset, sectors: BLOCK_SECTORS as u16, shift: 0 })
}

#[cfg(test)]
mod tests;
