//! Where everything lies on the members of a new set.

use raid10_engine::{Geometry, SectorCount, Shape, ShapeError};
use raid10_metadata::bitmap::{Bits, Header};
use raid10_metadata::{Block, DriveSector, LogOffset, Name, Set, Timestamp, Uuid, place};

use super::bitmap_head;
use crate::image::file::SECTOR;

/// Bytes for which a bit of a bitmap may stand, at least and at most.
const BIT_BYTES: std::ops::RangeInclusive<u64> = 4096..=1 << 31;

/// What is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) name: Name,
    pub(crate) uuid: Uuid,
    pub(crate) time: Timestamp,
    pub(crate) copies: u8,
    /// Bytes.
    pub(crate) chunk: u64,
    /// Bytes for each bit of the bitmap; as mdadm chooses if not given.
    pub(crate) bitmap_chunk: Option<u64>,
    /// Whether the copies count as equal.
    pub(crate) clean: bool,
}

/// What is the same on all members.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) set: Set,
    pub(crate) data_offset: DriveSector,
    pub(crate) bits: Bits,
    pub(crate) bitmap_head: Block,
    pub(crate) log: Option<LogOffset>,
    pub(crate) clean: bool,
    /// Where each chunk lies.
    pub(crate) geometry: Geometry,
}

impl Layout {
    /// Where a superblock 1.2 lies.
    pub(crate) const SUPERBLOCK: DriveSector = DriveSector(8);

    /// The layout of a set on drives of so many sectors each; an error names what to change.
    ///
    /// As with mdadm the first drive decides where the data start, and the smallest how much of each is used.
    pub(crate) fn new(plan: &Plan, drives: &[u64]) -> Result<Self, String> {
        let chunk = chunk(plan.chunk)?;
        let first = drives.first().copied().unwrap_or(0);
        let smallest = drives.iter().copied().min().unwrap_or(0);
        let data_offset = place::data_offset(first, chunk);
        let usable = smallest.saturating_sub(data_offset.0);
        let shape = Shape {
            copies: plan.copies,
            members: u8::try_from(drives.len()).unwrap_or(u8::MAX),
            chunk: SectorCount(u64::from(chunk)),
            member_size: SectorCount(usable),
        };
        let refuse = |why| refused(why, smallest, data_offset.0 + u64::from(chunk));
        let geometry = Geometry::new(shape).map_err(refuse)?;
        let array_sectors = geometry.capacity().0;
        let set = Set {
            uuid: plan.uuid,
            name: plan.name,
            created: plan.time,
            near_copies: plan.copies,
            raid_disks: u32::from(shape.members),
            chunk,
            size: usable - usable % u64::from(chunk),
            logical_block_size: 0,
        };
        let room = place::bitmap_room(first);
        let bits = bits(plan.bitmap_chunk, room, array_sectors)?;
        let header = header(bits, array_sectors);
        let bitmap_head = bitmap_head(&header, plan.uuid).map_err(|why| why.to_string())?;
        let log = place::log(Self::SUPERBLOCK, data_offset, room, Some(bits.1));
        let (bits, clean) = (bits.1, plan.clean);
        Ok(Self { set, data_offset, bits, bitmap_head, log, clean, geometry })
    }

    /// Sectors of the array.
    pub(crate) const fn array_sectors(&self) -> u64 {
        self.geometry.capacity().0
    }

    /// Where the bitmap starts.
    pub(crate) const fn bitmap_start(&self) -> DriveSector {
        DriveSector(Self::SUPERBLOCK.0 + place::BITMAP_OFFSET as u64)
    }
}

/// A chunk in sectors.
fn chunk(bytes: u64) -> Result<u32, String> {
    let whole = bytes.is_multiple_of(SECTOR);
    let sectors = u32::try_from(bytes / SECTOR).ok().filter(|_| whole);
    sectors.ok_or_else(|| chunk_text().to_owned())
}

const fn chunk_text() -> &'static str {
    "a chunk is a power of two from 4KiB to 4MiB: change --chunk"
}

fn refused(why: ShapeError, smallest: u64, least: u64) -> String {
    match why {
        ShapeError::Copies => "there are 2 or 3 copies: change --copies".to_owned(),
        ShapeError::Members => {
            "a set has 2 to 32 members, and not fewer than copies: name as many images".to_owned()
        }
        ShapeError::Chunk => chunk_text().to_owned(),
        ShapeError::MemberTooSmall => format!(
            "the smallest image has {smallest} sectors, and {least} are needed for metadata and one chunk: \
             make it larger, or --chunk smaller"
        ),
        ShapeError::TooLarge => "the array would be larger than 2^55 sectors".to_owned(),
    }
}

/// The shift of a bitmap's header, and its bits.
fn bits(wanted: Option<u64>, room: u64, array_sectors: u64) -> Result<(u8, Bits), String> {
    let least = place::bitmap_shift(room, array_sectors);
    let least = least.ok_or("the first image is too small for a bitmap: make it larger")?;
    let Some(bytes) = wanted else {
        return Ok((least, Bits::new(least, array_sectors)));
    };
    if !bytes.is_power_of_two() || !BIT_BYTES.contains(&bytes) {
        return Err(
            "a bit stands for a power of two from 4KiB to 2GiB: change --bitmap-chunk".into()
        );
    }
    let shift = (bytes / SECTOR).trailing_zeros() as u8;
    let bits = Bits::new(shift, array_sectors);
    if bits.sectors() > room {
        return Err(format!(
            "the bitmap would need {} sectors, and has room for {room}: make --bitmap-chunk larger",
            bits.sectors()
        ));
    }
    Ok((shift, bits))
}

const fn header((shift, _): (u8, Bits), array_sectors: u64) -> Header {
    Header {
        events: 0,
        events_cleared: 0,
        sync_size: array_sectors,
        state: 0,
        shift,
        daemon_sleep: place::DAEMON_SLEEP,
        write_behind: 0,
        sectors_reserved: 0,
    }
}

#[cfg(test)]
mod tests;
