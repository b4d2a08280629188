//! New members, laid out as mdadm 4.2 lays them out: superblock 1.2, bitmap, log of bad blocks.

mod fill;
mod layout;
mod wipe;

use raid10_metadata::bitmap::Header;
use raid10_metadata::{
    BLOCK_BYTES, BLOCK_SECTORS, Block, Device, DriveSector, Editor, Minor, Refusal, Resync, Role,
    State, Timestamp, Uuid, badblocks, format,
};
use sha2::{Digest, Sha256};

pub(crate) use fill::fill;
pub(crate) use layout::{Layout, Plan};
pub(crate) use wipe::wipe;

use super::file::{Image, ImageError, SECTOR};

/// Where the identities of the members come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identities {
    /// They are given, by slot, by chance.
    Random,
    /// They follow from the set's identity and the time, so that the same call makes the same bytes.
    Derived,
}

impl Identities {
    /// The identity of the member of a slot; an error if there is no chance to be had.
    pub(crate) fn member(self, set: Uuid, time: Timestamp, slot: u8) -> Result<Uuid, String> {
        match self {
            Self::Random => random(),
            Self::Derived => {
                let mut hash = Sha256::new();
                hash.update(set.0);
                hash.update(time.to_raw().to_le_bytes());
                hash.update([slot]);
                let digest = hash.finalize();
                let bytes = digest.first_chunk().copied();
                bytes.map(Uuid).ok_or_else(|| "the sum is too short".to_owned())
            }
        }
    }
}

/// An identity that nobody else has.
pub(crate) fn random() -> Result<Uuid, String> {
    let mut bytes = [0; 16];
    let filled = getrandom::fill(&mut bytes);
    filled
        .map_err(|why| format!("no random identity is to be had: {why}; give one with --uuid"))?;
    Ok(Uuid(bytes))
}

/// The superblock of the member of a slot.
pub(crate) fn superblock(
    layout: &Layout,
    drive_sectors: u64,
    slot: u8,
    device: Uuid,
) -> Result<Block, Refusal> {
    let mut block = [0; BLOCK_BYTES];
    let device = Device {
        uuid: device,
        number: u32::from(slot),
        data_offset: layout.data_offset,
        data_size: drive_sectors.saturating_sub(layout.data_offset.0),
        bitmap_offset: Some(raid10_metadata::place::BITMAP_OFFSET),
        log: layout.log,
        flags: 0,
        roles: raid10_metadata::DEFAULT_ROLES,
    };
    let resync =
        if layout.clean { Resync::Done } else { Resync::From(raid10_metadata::ArraySector(0)) };
    let state = State { events: 0, updated: layout.set.created, resync };
    format(&mut block, Minor::V1_2, drive_sectors, &layout.set, &device, &state)?;
    let mut editor = Editor::new(&mut block, Minor::V1_2, drive_sectors)?;
    for slot in 0..layout.set.raid_disks {
        let role = Role::Slot(u16::try_from(slot).unwrap_or(u16::MAX));
        editor.set_role(slot, role).map_err(Refusal::Inconsistent)?;
    }
    editor.seal()?;
    Ok(block)
}

/// Makes a member of an image that was wiped. The superblock comes last: until it is there, the image is no member.
pub(crate) fn write(image: &Image, layout: &Layout, superblock: &Block) -> Result<(), ImageError> {
    write_bitmap(image, layout)?;
    write_log(image, layout)?;
    image.flush()?;
    image.write_at(Layout::SUPERBLOCK.0 * SECTOR, superblock)?;
    image.flush()
}

/// All bits are set, also those behind the last one.
fn write_bitmap(image: &Image, layout: &Layout) -> Result<(), ImageError> {
    let start = layout.bitmap_start().0 * SECTOR;
    let ones = [0xFF; BLOCK_BYTES];
    for block in 1..layout.bits.blocks() {
        image.write_at(start + block * BLOCK_SECTORS * SECTOR, &ones)?;
    }
    image.write_at(start, &layout.bitmap_head)
}

fn write_log(image: &Image, layout: &Layout) -> Result<(), ImageError> {
    let Some(log) = layout.log else {
        return Ok(());
    };
    let mut block = [0; BLOCK_BYTES];
    let sectors = u8::try_from(log.sectors).unwrap_or(u8::MAX);
    badblocks::Encoder::new(&mut block, sectors, log.shift);
    let DriveSector(superblock) = Layout::SUPERBLOCK;
    let start = superblock.saturating_add_signed(i64::from(log.offset));
    image.write_at(start * SECTOR, &block)
}

/// The first block of a new bitmap.
fn bitmap_head(header: &Header, set: Uuid) -> Result<Block, raid10_metadata::bitmap::Refusal> {
    let mut block = [0xFF; BLOCK_BYTES];
    block[..256].fill(0);
    header.emit(set, &mut block)?;
    Ok(block)
}
