//! What must hold of a superblock: all that Linux asks for, and that nothing overlaps.

use super::{Features, Inconsistent, Refusal, Role, Superblock, Unsupported};
use crate::minor::Minor;
use crate::wire::{BLOCK_SECTORS, ROLES_MAX, Super};

/// Sectors of a data area at least (Linux `md.c`, `super_1_load`).
const DATA_SECTORS_MIN: u64 = 10;
/// Sectors of a chunk at least: a page of the kernel.
const CHUNK_MIN: u32 = 8;
/// Sectors of a member at most, which keeps all sums within 64 bits.
const SIZE_END: u64 = 1 << 52;
/// The coarsest unit of a log of bad blocks: 2^16 sectors.
const LOG_SHIFT_MAX: u8 = 16;
/// The largest logical block of a drive, in bytes.
const LOGICAL_BLOCK_MAX: u32 = 1 << 16;

pub(super) fn check(superblock: &Superblock<'_>, drive_sectors: u64) -> Result<(), Refusal> {
    supported(superblock.wire).map_err(Refusal::Unsupported)?;
    if superblock.own_role() == Role::Journal {
        return Err(Refusal::Unsupported(Unsupported::Journal));
    }
    consistent(superblock, drive_sectors).map_err(Refusal::Inconsistent)
}

fn consistent(superblock: &Superblock<'_>, drive_sectors: u64) -> Result<(), Inconsistent> {
    shape(superblock.wire)?;
    member(superblock)?;
    data_area(superblock, drive_sectors)?;
    bitmap(superblock, drive_sectors)?;
    log(superblock, drive_sectors)
}

fn supported(wire: &Super) -> Result<(), Unsupported> {
    let features = Features::from_bits_retain(wire.features.get()).unsupported();
    if features.bits() != 0 {
        return Err(Unsupported::Features(features));
    }
    if wire.level.get() != Super::LEVEL {
        return Err(Unsupported::Level(wire.level.get()));
    }
    let logical = wire.logical_block_size.get();
    let logical_known =
        logical == 0 || logical.is_power_of_two() && (512..=LOGICAL_BLOCK_MAX).contains(&logical);
    let padded = wire.pad0.get() != 0 || wire.pad3.iter().any(|&byte| byte != 0);
    if padded || !logical_known {
        return Err(Unsupported::Padding);
    }
    if wire.log_offset.get() != 0 && wire.log_shift > LOG_SHIFT_MAX {
        return Err(Unsupported::LogShift(wire.log_shift));
    }
    layout(wire.layout.get())
}

/// The layout word: near copies, far copies, and bits that concern far copies only.
const fn layout(word: u32) -> Result<(), Unsupported> {
    let far = (word >> 8) as u8;
    match (far, word >> 16) {
        (0 | 1, 0) => Ok(()),
        (2.., rest) if rest < 8 && rest & 1 == 0 => Err(Unsupported::FarCopies(far)),
        (2.., rest) if rest < 8 => Err(Unsupported::OffsetCopies(far)),
        _ => Err(Unsupported::Layout(word)),
    }
}

fn shape(wire: &Super) -> Result<(), Inconsistent> {
    let (near, far) = (wire.layout.get() as u8, (wire.layout.get() >> 8) as u8);
    let raid_disks = wire.raid_disks.get();
    if near < 2 || far == 0 || raid_disks < u32::from(near) || raid_disks > ROLES_MAX as u32 {
        return Err(Inconsistent::Copies { near, raid_disks });
    }
    let chunk = wire.chunk.get();
    if chunk < CHUNK_MIN || !chunk.is_power_of_two() {
        return Err(Inconsistent::Chunk(chunk));
    }
    let size = wire.size.get();
    if size < u64::from(chunk) || size >= SIZE_END || size > wire.data_size.get() {
        return Err(Inconsistent::Size(size));
    }
    Ok(())
}

fn member(superblock: &Superblock<'_>) -> Result<(), Inconsistent> {
    let number = superblock.dev_number();
    if number >= superblock.wire.max_dev.get() {
        return Err(Inconsistent::DevNumber(number));
    }
    let role = superblock.role(number);
    match role {
        Role::Slot(slot) if u32::from(slot) < superblock.raid_disks() => Ok(()),
        Role::Spare | Role::Faulty => Ok(()),
        Role::Slot(_) | Role::Journal | Role::Unknown(_) => Err(Inconsistent::Role(role.to_raw())),
    }
}

fn data_area(superblock: &Superblock<'_>, drive_sectors: u64) -> Result<(), Inconsistent> {
    let start = superblock.wire.data_offset.get();
    let size = superblock.wire.data_size.get();
    let end = start.checked_add(size).ok_or(Inconsistent::DataArea)?;
    let fits = match superblock.minor {
        Minor::V1_0 => end <= superblock.start().0,
        Minor::V1_1 | Minor::V1_2 => start >= superblock.end() && end <= drive_sectors,
    };
    if fits && size >= DATA_SECTORS_MIN { Ok(()) } else { Err(Inconsistent::DataArea) }
}

/// The bitmap's first sector must be free; its length is known only to its own header.
fn bitmap(superblock: &Superblock<'_>, drive_sectors: u64) -> Result<(), Inconsistent> {
    if !superblock.features().contains(Features::BITMAP) {
        return Ok(());
    }
    let offset = superblock.wire.bitmap_offset.get();
    let start = superblock.start().at_offset(offset).0;
    let free = superblock.is_free(start, 1, drive_sectors);
    if free { Ok(()) } else { Err(Inconsistent::Bitmap) }
}

/// The log must be free and, if it is in use, fit into a block, as Linux reads no more.
fn log(superblock: &Superblock<'_>, drive_sectors: u64) -> Result<(), Inconsistent> {
    let sectors = u64::from(superblock.wire.log_sectors.get());
    let used = superblock.features().contains(Features::BAD_BLOCKS);
    let Some(area) = superblock.log_area() else {
        return if used { Err(Inconsistent::Log) } else { Ok(()) };
    };
    if used && sectors > BLOCK_SECTORS {
        return Err(Inconsistent::Log);
    }
    let (start, length) = (area.start.0, u64::from(area.sectors));
    let apart =
        superblock.bitmap_start().is_none_or(|bitmap| bitmap.0.wrapping_sub(start) >= length);
    let free = superblock.is_free(start, length, drive_sectors);
    if free && apart { Ok(()) } else { Err(Inconsistent::Log) }
}
