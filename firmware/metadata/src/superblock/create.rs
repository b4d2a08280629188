//! A new superblock.

use super::{Editor, Features, Refusal, Resync, Superblock};
use crate::minor::Minor;
use crate::units::{DriveSector, Timestamp, Uuid};
use crate::wire::{BLOCK_BYTES, Block, Super};

/// Roles in the table of a new set: as many as mdadm makes, which fill one sector.
pub const DEFAULT_ROLES: u16 = 128;

/// The name of a set, filled up with zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Name(pub [u8; 32]);

impl Name {
    /// A name of at most 31 bytes; `None` if it is longer.
    ///
    /// With the form `host:name` Linux tells its own arrays from those of others.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let place = bytes.get_mut(..text.len()).filter(|place| place.len() < 32)?;
        place.copy_from_slice(text.as_bytes());
        Some(Self(bytes))
    }

    /// The bytes before the first zero. They need not be text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.split(|&byte| byte == 0).next().unwrap_or(&[])
    }
}

/// What all members of a set have in common. Linux compares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Set {
    /// The set's identity.
    pub uuid: Uuid,
    /// Its name.
    pub name: Name,
    /// When it was made.
    pub created: Timestamp,
    /// Copies of each chunk.
    pub near_copies: u8,
    /// Slots.
    pub raid_disks: u32,
    /// Sectors of a chunk: a power of two of at least 8.
    pub chunk: u32,
    /// Sectors that the array uses of each member. Linux rounds it down to what holds chunks.
    pub size: u64,
    /// The smallest unit of the array's requests in bytes, where a kernel since 6.19 recorded it; else zero, which
    /// every kernel takes.
    pub logical_block_size: u32,
}

/// What is a member's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Device {
    /// The member's identity.
    pub uuid: Uuid,
    /// Its index in the table of roles: never changes, and is not its slot.
    pub number: u32,
    /// Where its data area starts.
    pub data_offset: DriveSector,
    /// Sectors of its data area.
    pub data_size: u64,
    /// Sectors from the superblock to the bitmap, if there is one.
    pub bitmap_offset: Option<i32>,
    /// The log of bad blocks, if there is one.
    pub log: Option<LogOffset>,
    /// Bit 0: write-mostly; bit 1: fail fast. Kept for Linux.
    pub flags: u8,
    /// Entries in the table of roles.
    pub roles: u16,
}

/// Where a member's log of bad blocks lies, relative to its superblock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LogOffset {
    /// Sectors from the superblock; not zero.
    pub offset: i32,
    /// Its length in sectors.
    pub sectors: u16,
    /// Starts and lengths of entries count in units of 2^shift sectors.
    pub shift: u8,
}

/// What changes while an array runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct State {
    /// The update counter.
    pub events: u64,
    /// When the superblock was written.
    pub updated: Timestamp,
    /// How far the copies are equal.
    pub resync: Resync,
}

/// Fills a block with the superblock of a new member, which is a spare among spares.
///
/// Roles are then given with an [`Editor`]. The log of bad blocks must be formatted before it is used.
///
/// # Errors
///
/// Why a superblock with these values would be refused.
pub fn format(
    block: &mut Block,
    minor: Minor,
    drive_sectors: u64,
    set: &Set,
    device: &Device,
    state: &State,
) -> Result<(), Refusal> {
    let editor = draft(block, minor, drive_sectors, set, device, state).ok_or(Refusal::NotMd)?;
    editor.seal().map(|_: Superblock<'_>| ())
}

/// As [`format`], and the roles may be given at once: nothing is checked until the editor [seals](Editor::seal) it. `None`
/// if the drive is too small.
pub fn draft<'a>(
    block: &'a mut Block,
    minor: Minor,
    drive_sectors: u64,
    set: &Set,
    device: &Device,
    state: &State,
) -> Option<Editor<'a>> {
    *block = [0; BLOCK_BYTES];
    let start = minor.start(drive_sectors)?;
    let wire = Super::of_mut(block);
    wire.magic.set(Super::MAGIC);
    wire.major.set(Super::MAJOR);
    wire.level.set(Super::LEVEL);
    wire.super_offset.set(start.0);
    put_set(wire, set);
    put_device(wire, device);
    wire.events.set(state.events);
    wire.updated.set(state.updated.to_raw());
    wire.resync_offset.set(state.resync.to_raw());
    Some(Editor::of_unchecked(block, minor, drive_sectors))
}

fn put_set(wire: &mut Super, set: &Set) {
    wire.set_uuid = set.uuid.0;
    wire.set_name = set.name.0;
    wire.created.set(set.created.to_raw());
    wire.layout.set(1 << 8 | u32::from(set.near_copies));
    wire.raid_disks.set(set.raid_disks);
    wire.chunk.set(set.chunk);
    wire.size.set(set.size);
    wire.logical_block_size.set(set.logical_block_size);
}

fn put_device(wire: &mut Super, device: &Device) {
    wire.device_uuid = device.uuid.0;
    wire.dev_number.set(device.number);
    wire.data_offset.set(device.data_offset.0);
    wire.data_size.set(device.data_size);
    if let Some(offset) = device.bitmap_offset {
        wire.features.set(Features::BITMAP.bits());
        wire.bitmap_offset.set(offset);
    }
    if let Some(log) = device.log {
        wire.log_offset.set(log.offset);
        wire.log_sectors.set(log.sectors);
        wire.log_shift = log.shift;
    }
    wire.device_flags = device.flags;
    wire.add_roles(device.roles);
}
