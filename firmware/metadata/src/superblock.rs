//! The superblock: what a member says of itself and of its set.

mod check;
mod checksum;
mod create;
mod edit;
mod features;
mod refusal;
mod role;
mod values;

pub use create::{DEFAULT_ROLES, Device, LogOffset, Name, Set, State, draft, format};
pub use edit::Editor;
pub use features::Features;
pub use refusal::{Inconsistent, Refusal, Unsupported};
pub use role::Role;
pub use values::{LogArea, Recovery, Resync};

use core::fmt;

use crate::minor::Minor;
use crate::units::{DataSector, DriveSector, Timestamp, Uuid};
use crate::wire::{BLOCK_SECTORS, Block, HEAD_BYTES, SECTOR_BYTES, Super};

/// A superblock that was checked, in the block that was read.
#[derive(Clone, Copy)]
pub struct Superblock<'a> {
    wire: &'a Super,
    minor: Minor,
}

impl<'a> Superblock<'a> {
    /// Reads a superblock from the block at [`Minor::start`] of a drive of `drive_sectors` sectors.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotMd`] if there is none; otherwise why it is not accepted. What Linux refuses is refused, and also
    /// what would make the parts of the member overlap.
    pub fn parse(block: &'a Block, minor: Minor, drive_sectors: u64) -> Result<Self, Refusal> {
        let wire = Super::of(block);
        let Some(start) = minor.start(drive_sectors) else {
            return Err(Refusal::NotMd);
        };
        if wire.magic.get() != Super::MAGIC {
            return Err(Refusal::NotMd);
        }
        if wire.major.get() != Super::MAJOR {
            return Err(Refusal::Unsupported(Unsupported::Major(wire.major.get())));
        }
        let stored = wire.checksum.get();
        let computed = checksum::checksum(block);
        if computed != Some(stored) {
            return Err(Refusal::Damaged { stored, computed });
        }
        if wire.super_offset.get() != start.0 {
            let place = Inconsistent::Elsewhere(wire.super_offset.get());
            return Err(Refusal::Inconsistent(place));
        }
        let superblock = Self { wire, minor };
        check::check(&superblock, drive_sectors)?;
        Ok(superblock)
    }

    /// The minor version.
    #[must_use]
    pub const fn minor(&self) -> Minor {
        self.minor
    }

    /// Where the superblock starts.
    #[must_use]
    pub fn start(&self) -> DriveSector {
        DriveSector(self.wire.super_offset.get())
    }

    /// Sectors that are the superblock's; the rest of the block may be something else's.
    #[must_use]
    pub fn sectors(&self) -> u64 {
        let bytes = HEAD_BYTES + 2 * self.wire.max_dev.get() as usize;
        (bytes.div_ceil(SECTOR_BYTES)) as u64
    }

    /// The features in use.
    #[must_use]
    pub fn features(&self) -> Features {
        Features::from_bits_retain(self.wire.features.get())
    }

    /// What all members of the set have in common.
    #[must_use]
    pub fn set(&self) -> Set {
        Set {
            uuid: Uuid(self.wire.set_uuid),
            name: Name(self.wire.set_name),
            created: Timestamp::from_raw(self.wire.created.get()),
            near_copies: self.wire.layout.get() as u8,
            raid_disks: self.wire.raid_disks.get(),
            chunk: self.wire.chunk.get(),
            size: self.wire.size.get(),
            logical_block_size: self.wire.logical_block_size.get(),
        }
    }

    /// Who the set is.
    #[must_use]
    pub const fn set_uuid(&self) -> Uuid {
        Uuid(self.wire.set_uuid)
    }

    /// Who the member is.
    #[must_use]
    pub const fn device_uuid(&self) -> Uuid {
        Uuid(self.wire.device_uuid)
    }

    /// When the set was made.
    pub(crate) fn created(&self) -> Timestamp {
        Timestamp::from_raw(self.wire.created.get())
    }

    /// Copies of each chunk.
    #[must_use]
    pub fn near_copies(&self) -> u8 {
        self.wire.layout.get() as u8
    }

    /// Sectors of a chunk: a power of two.
    #[must_use]
    pub fn chunk(&self) -> u32 {
        self.wire.chunk.get()
    }

    /// Sectors that the array uses of each member.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.wire.size.get()
    }

    /// Whole chunks of each member.
    pub(crate) fn chunks(&self) -> u64 {
        self.wire.size.get() >> self.chunk().trailing_zeros()
    }

    /// Where the data area of the member starts.
    pub(crate) fn data_offset(&self) -> DriveSector {
        DriveSector(self.wire.data_offset.get())
    }

    /// Sectors of the log of bad blocks, of which only some count.
    pub(crate) fn log_sectors(&self) -> u64 {
        u64::from(self.wire.log_sectors.get())
    }

    /// Entries in the table of roles.
    pub(crate) fn numbers(&self) -> u32 {
        self.wire.max_dev.get()
    }

    /// What is the member's own.
    #[must_use]
    pub fn device(&self) -> Device {
        let wire = self.wire;
        let offset = wire.log_offset.get();
        let mut device = Device {
            uuid: Uuid::default(),
            number: wire.dev_number.get(),
            data_offset: DriveSector(wire.data_offset.get()),
            data_size: wire.data_size.get(),
            bitmap_offset: self.bitmap_start().map(|_| wire.bitmap_offset.get()),
            log: (offset != 0).then(|| LogOffset {
                offset,
                sectors: wire.log_sectors.get(),
                shift: wire.log_shift,
            }),
            flags: wire.device_flags,
            roles: wire.max_dev.get() as u16,
        };
        // Last: as it is not a number, it is copied by a call, across which all else would have to be kept.
        device.uuid = Uuid(wire.device_uuid);
        device
    }

    /// What changes while the array runs.
    #[must_use]
    pub fn state(&self) -> State {
        State {
            events: self.wire.events.get(),
            updated: Timestamp::from_raw(self.wire.updated.get()),
            resync: Resync::from_raw(self.wire.resync_offset.get()),
        }
    }

    /// The update counter.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.wire.events.get()
    }

    /// Slots of the array.
    #[must_use]
    pub fn raid_disks(&self) -> u32 {
        self.wire.raid_disks.get()
    }

    /// The member's number: its index in the table of roles.
    #[must_use]
    pub fn dev_number(&self) -> u32 {
        self.wire.dev_number.get()
    }

    /// The role of any member; a number beyond the table has none, like an unused one.
    #[must_use]
    pub fn role(&self, dev_number: u32) -> Role {
        let raw = self.roles().get(dev_number as usize);
        raw.map_or(Role::Spare, |raw| Role::from_raw(raw.get()))
    }

    /// The member's own role: a slot, faulty or spare.
    #[must_use]
    pub fn own_role(&self) -> Role {
        self.role(self.dev_number())
    }

    /// How far the member has got if it has a slot but is not in sync.
    #[must_use]
    pub fn recovery(&self) -> Option<Recovery> {
        let features = self.features();
        features.contains(Features::RECOVERY_OFFSET).then(|| Recovery {
            offset: DataSector(self.wire.recovery_offset.get()),
            by_bitmap: features.contains(Features::RECOVERY_BITMAP),
        })
    }

    /// Whether the member is to replace another one with the same slot.
    #[must_use]
    pub fn is_replacement(&self) -> bool {
        self.features().contains(Features::REPLACEMENT)
    }

    /// Sectors that were read again from another copy, as Linux counts them.
    #[must_use]
    pub fn corrected_reads(&self) -> u32 {
        self.wire.corrected_reads.get()
    }

    /// The stored checksum.
    #[must_use]
    pub fn checksum(&self) -> u32 {
        self.wire.checksum.get()
    }

    /// Where the internal bitmap starts, if there is one.
    #[must_use]
    pub fn bitmap_start(&self) -> Option<DriveSector> {
        let start = self.start().at_offset(self.wire.bitmap_offset.get());
        self.features().contains(Features::BITMAP).then_some(start)
    }

    /// Sectors from the start of the bitmap to whatever comes next; zero without a bitmap.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn bitmap_room(&self, drive_sectors: u64) -> u64 {
        let Some(DriveSector(start)) = self.bitmap_start() else {
            return 0;
        };
        let log = self.log_area().map_or(0, |log| log.start.0);
        let mut end = drive_sectors.max(start);
        for &next in &[self.start().0, self.wire.data_offset.get(), log] {
            if next > start {
                end = end.min(next);
            }
        }
        end - start
    }

    /// Where the log of bad blocks lies, if there is one.
    #[must_use]
    pub fn log_area(&self) -> Option<LogArea> {
        let (offset, sectors) = (self.wire.log_offset.get(), self.wire.log_sectors.get());
        if offset == 0 || sectors == 0 {
            return None;
        }
        Some(LogArea {
            start: self.start().at_offset(offset),
            sectors: u64::from(sectors).min(BLOCK_SECTORS) as u8,
            shift: self.wire.log_shift,
            in_use: self.features().contains(Features::BAD_BLOCKS),
        })
    }

    /// Sectors of the array.
    #[must_use]
    pub fn array_sectors(&self) -> u64 {
        let chunks = self.chunks() * u64::from(self.raid_disks());
        (chunks / u64::from(self.near_copies())) << self.chunk().trailing_zeros()
    }

    fn roles(&self) -> &'a [zerocopy::little_endian::U16] {
        self.wire.roles.get(..self.wire.max_dev.get() as usize).unwrap_or(&[])
    }

    /// The first sector behind the superblock.
    fn end(&self) -> u64 {
        self.start().0.wrapping_add(self.sectors())
    }

    /// Whether sectors of the drive belong neither to the superblock nor to the data that the array uses.
    fn is_free(&self, start: u64, sectors: u64, drive_sectors: u64) -> bool {
        let Some(end) = start.checked_add(sectors) else {
            return false;
        };
        let data = self.wire.data_offset.get();
        // Both were checked to lie within the drive.
        let data_end = data.wrapping_add(self.wire.size.get());
        let apart = |from: u64, to: u64| end <= from || start >= to;
        end <= drive_sectors && apart(data, data_end) && apart(self.start().0, self.end())
    }
}

impl fmt::Debug for Superblock<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Superblock")
            .field("minor", &self.minor)
            .field("features", &self.features())
            .field("set", &self.set())
            .field("device", &self.device())
            .field("state", &self.state())
            .field("own_role", &self.own_role())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
