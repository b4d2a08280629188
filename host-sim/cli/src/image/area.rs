//! What lies around a superblock: bitmap, log of bad blocks, and what is ours alone.

use std::fmt;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use raid10_metadata::bitmap::{self, Bits, Header};
use raid10_metadata::private::{self, Area, COPY_BYTES, Tie, Void};
use raid10_metadata::{
    ArraySector, BLOCK_BYTES, BLOCK_SECTORS, Block, DriveSector, LogArea, SECTOR_BYTES, Superblock,
    badblocks,
};

use super::file::{Image, ImageError, SECTOR};
use crate::render::time::utc;

/// Ranges of set bits that are kept; more are only counted.
const RANGES_MAX: usize = 4096;
/// Sectors of a bitmap that are read: 64 MiB. Linux makes none of more than 128 KiB.
const BITMAP_SECTORS_MAX: u64 = 64 << 11;
/// Bytes of a bitmap before its bits.
const HEADER_BYTES: u64 = 256;
/// Blocks of a bitmap that are read at a time.
const BLOCKS_AT_ONCE: u64 = 256;
/// The end of a log of bad blocks.
const LOG_END: [u8; 8] = [0xFF; 8];
/// The bits of an entry of the log that are its length.
const LOG_LENGTH: u64 = 0x3FF;

/// A bitmap.
#[derive(Clone, Debug)]
pub(crate) struct Bitmap {
    pub(crate) header: Header,
    /// Bits that there are.
    pub(crate) bits: u64,
    /// Bits that are set.
    pub(crate) set: u64,
    /// Where the copies may differ.
    pub(crate) ranges: Vec<Range<u64>>,
    /// Ranges that were not kept.
    pub(crate) more: u64,
    /// Equal for equal bits.
    pub(crate) digest: u64,
    /// Its length, in whole blocks.
    pub(crate) sectors: u64,
}

/// The place of a bitmap, and what is there.
#[derive(Clone, Debug)]
pub(crate) struct BitmapArea {
    pub(crate) start: DriveSector,
    pub(crate) bitmap: Result<Bitmap, BitmapFault>,
}

/// Why the bits are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BitmapFault {
    /// What the header says.
    Refused(bitmap::Refusal),
    /// So many sectors are needed, and so many there are.
    NoRoom(u64, u64),
}

impl fmt::Display for BitmapFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => why.fmt(f),
            Self::NoRoom(needed, room) => {
                write!(f, "the bitmap needs {needed} sectors, and has room for {room}")
            }
        }
    }
}

/// The log of bad blocks.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) area: LogArea,
    /// Empty while the log is not in use.
    pub(crate) bad: Vec<badblocks::BadRange>,
    /// The first entry, by its index, that has no length, if the log is in use.
    pub(crate) empty_entry: Option<usize>,
}

/// What is ours alone.
#[derive(Clone, Debug)]
pub(crate) enum Private {
    /// There is no room for it.
    NoRoom,
    /// The two copies, and which of them counts.
    Copies { copies: [PrivateCopy; 2], newest: Option<usize> },
}

/// One copy.
#[derive(Clone, Debug)]
pub(crate) struct PrivateCopy {
    pub(crate) start: DriveSector,
    /// The generation and the bytes of the content, or why it does not count.
    pub(crate) frame: Result<(u64, usize), Void>,
}

/// Reads the bitmap of a member, if it has one.
pub(crate) fn bitmap(
    image: &Image,
    superblock: &Superblock<'_>,
) -> Result<Option<BitmapArea>, ImageError> {
    let Some(start) = superblock.bitmap_start() else {
        return Ok(None);
    };
    let bitmap = match locate(image, superblock, start)? {
        Ok((header, bits)) => Ok(read_bits(image, start, header, bits)?),
        Err(why) => Err(why),
    };
    Ok(Some(BitmapArea { start, bitmap }))
}

/// Reads the header of a bitmap, and checks that the bits have room.
fn locate(
    image: &Image,
    superblock: &Superblock<'_>,
    start: DriveSector,
) -> Result<Result<(Header, Bits), BitmapFault>, ImageError> {
    let header = match Header::parse(&image.block(start)?, superblock.set().uuid) {
        Ok(header) => header,
        Err(why) => return Ok(Err(BitmapFault::Refused(why))),
    };
    // What the header says of the array's length Linux does not believe either.
    let bits = Bits::new(header.shift, superblock.array_sectors());
    let room = superblock.bitmap_room(image.sectors()).min(BITMAP_SECTORS_MAX);
    let needed = (HEADER_BYTES + bits.count().div_ceil(8)).div_ceil(SECTOR);
    Ok(if needed > room { Err(BitmapFault::NoRoom(needed, room)) } else { Ok((header, bits)) })
}

fn read_bits(
    image: &Image,
    start: DriveSector,
    header: Header,
    bits: Bits,
) -> Result<Bitmap, ImageError> {
    let mut runs = Runs::default();
    let mut set = 0;
    let mut buffer = vec![[0; BLOCK_BYTES]; BLOCKS_AT_ONCE.min(bits.blocks()) as usize];
    for first in (0..bits.blocks()).step_by(BLOCKS_AT_ONCE as usize) {
        let from = (start.0 + first * BLOCK_SECTORS) * SECTOR;
        image.read_at(from, buffer.as_flattened_mut())?;
        for (index, block) in (first..bits.blocks()).zip(&buffer) {
            set += u64::from(bits.count_set(block, index));
            runs.block(&bits, block, index);
        }
    }
    runs.end();
    Ok(Bitmap {
        header,
        bits: bits.count(),
        set,
        more: runs.count - runs.ranges.len() as u64,
        ranges: runs.ranges.iter().map(|run| sectors(&bits, run)).collect(),
        digest: runs.digest.finish(),
        sectors: bits.sectors(),
    })
}

/// The sectors for which bits stand.
fn sectors(bits: &Bits, run: &Range<u64>) -> Range<u64> {
    let ArraySector(start) = bits.sectors_of(run.start).start;
    let ArraySector(end) = bits.sectors_of(run.end.saturating_sub(1)).end;
    start..end
}

/// Runs of set bits, as they are found.
#[derive(Default)]
struct Runs {
    open: Option<Range<u64>>,
    ranges: Vec<Range<u64>>,
    count: u64,
    digest: DefaultHasher,
}

impl Runs {
    /// Takes the bits of a block; blocks come in order.
    fn block(&mut self, bits: &Bits, block: &Block, index: u64) {
        let mut from = bits.bits_in(index).start;
        while let Some(bit) = bits.next_set(block, index, from) {
            self.bit(bit);
            from = bit + 1;
        }
    }

    fn bit(&mut self, bit: u64) {
        match &mut self.open {
            Some(run) if run.end == bit => run.end += 1,
            _ => {
                self.end();
                self.open = Some(bit..bit + 1);
            }
        }
    }

    fn end(&mut self) {
        let Some(run) = self.open.take() else {
            return;
        };
        self.count += 1;
        self.digest.write_u64(run.start);
        self.digest.write_u64(run.end);
        if self.ranges.len() < RANGES_MAX {
            self.ranges.push(run);
        }
    }
}

/// Reads the log of bad blocks of a member, if it has one.
pub(crate) fn log(image: &Image, superblock: &Superblock<'_>) -> Result<Option<Log>, ImageError> {
    let Some(area) = superblock.log_area() else {
        return Ok(None);
    };
    if !area.in_use {
        return Ok(Some(Log { area, bad: Vec::new(), empty_entry: None }));
    }
    let block = image.block(area.start)?;
    let bad = badblocks::decode(&block, area.sectors, area.shift).collect();
    let count = usize::from(area.sectors) * SECTOR_BYTES / LOG_END.len();
    let entries = block.as_chunks().0.iter().take(count).take_while(|&&entry| entry != LOG_END);
    let lengths = entries.map(|&entry| u64::from_le_bytes(entry) & LOG_LENGTH);
    let empty_entry = lengths.into_iter().position(|length| length == 0);
    Ok(Some(Log { area, bad, empty_entry }))
}

impl Private {
    /// The generation that counts, or why there is none: of two reasons the one that tells more.
    pub(crate) fn generation(&self) -> Result<u64, Void> {
        let Self::Copies { copies, newest } = self else {
            return Err(Void::Absent);
        };
        let frames = copies.each_ref().map(|copy| copy.frame.map(|(generation, _)| generation));
        match (newest.and_then(|index| frames.get(index)), frames) {
            (Some(frame), _) => *frame,
            (None, [Err(Void::Absent), other]) => other,
            (None, [first, _]) => first,
        }
    }
}

/// Reads what is ours on a member whose bitmap has so many sectors.
pub(crate) fn private(
    image: &Image,
    superblock: &Superblock<'_>,
    bitmap_sectors: u64,
) -> Result<Private, ImageError> {
    let Some(Area { copies: starts }) = Area::of(superblock, bitmap_sectors) else {
        return Ok(Private::NoRoom);
    };
    let tie = Tie::of(superblock);
    let buffers = [private_bytes(image, starts[0])?, private_bytes(image, starts[1])?];
    let frames = [private::parse(&buffers[0], &tie), private::parse(&buffers[1], &tie)];
    let newest = private::newest(&frames);
    let copy = |index: usize| PrivateCopy {
        start: starts[index],
        frame: frames[index].map(|frame| (frame.generation, frame.payload.len())),
    };
    Ok(Private::Copies { copies: [copy(0), copy(1)], newest })
}

/// As much of a copy as its head says there is; of one without a head the first sector.
fn private_bytes(image: &Image, start: DriveSector) -> Result<Vec<u8>, ImageError> {
    let from = start.0 * SECTOR;
    let mut sector = vec![0; SECTOR_BYTES];
    image.read_at(from, &mut sector)?;
    let Ok(length) = private::frame_bytes(&sector) else {
        return Ok(sector);
    };
    let mut bytes = vec![0; length.min(COPY_BYTES)];
    image.read_at(from, &mut bytes)?;
    Ok(bytes)
}

/// Why a copy does not count, as the rest of a sentence.
pub(crate) fn describe(void: &Void) -> String {
    match void {
        Void::Absent => "there is none".into(),
        Void::Version(version) => format!("it has version {version}, which is not known"),
        Void::Length(bytes) => format!("it says that it has {bytes} bytes, which cannot be"),
        Void::Damaged => "it is damaged: its checksum is wrong".into(),
        Void::OtherSet(set) => format!("it belongs to another set, {set}"),
        Void::OtherDevice(device) => format!("it belongs to another member, {device}"),
        Void::OtherState { events, updated } => format!(
            "something else has written the superblock since: it belongs to events {events} of {}",
            utc(*updated)
        ),
    }
}
