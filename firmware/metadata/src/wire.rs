//! The structures as they lie on a drive. All numbers are little-endian.

use zerocopy::little_endian::{I32, U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::superblock::Role;

/// Bytes in a sector.
pub const SECTOR_BYTES: usize = 512;
/// Bytes that Linux reads for a superblock, a page of the bitmap or the log of bad blocks.
pub const BLOCK_BYTES: usize = 4096;
/// Sectors in a block.
pub const BLOCK_SECTORS: u64 = (BLOCK_BYTES / SECTOR_BYTES) as u64;

/// One block: what is read and written at a time.
pub type Block = [u8; BLOCK_BYTES];

/// Bytes of a superblock before the table of roles, and of a bitmap before its bits.
pub(crate) const HEAD_BYTES: usize = 256;
/// Roles that fit into a block.
pub(crate) const ROLES_MAX: usize = (BLOCK_BYTES - HEAD_BYTES) / size_of::<U16>();

/// `struct mdp_superblock_1` (Linux `include/uapi/linux/raid/md_p.h`), with the table filled up to a block.
#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct Super {
    pub(crate) magic: U32,
    pub(crate) major: U32,
    pub(crate) features: U32,
    pub(crate) pad0: U32,
    pub(crate) set_uuid: [u8; 16],
    pub(crate) set_name: [u8; 32],
    pub(crate) created: U64,
    pub(crate) level: I32,
    pub(crate) layout: U32,
    pub(crate) size: U64,
    pub(crate) chunk: U32,
    pub(crate) raid_disks: U32,
    pub(crate) bitmap_offset: I32,
    /// What a reshape needs: level, position, change of disks, layout, chunk, offset.
    pub(crate) reshape: [u8; 28],
    pub(crate) data_offset: U64,
    pub(crate) data_size: U64,
    pub(crate) super_offset: U64,
    pub(crate) recovery_offset: U64,
    pub(crate) dev_number: U32,
    pub(crate) corrected_reads: U32,
    pub(crate) device_uuid: [u8; 16],
    pub(crate) device_flags: u8,
    pub(crate) log_shift: u8,
    pub(crate) log_sectors: U16,
    pub(crate) log_offset: I32,
    pub(crate) updated: U64,
    pub(crate) events: U64,
    pub(crate) resync_offset: U64,
    pub(crate) checksum: U32,
    pub(crate) max_dev: U32,
    pub(crate) logical_block_size: U32,
    pub(crate) pad3: [u8; 28],
    pub(crate) roles: [U16; ROLES_MAX],
}

impl Super {
    pub(crate) const MAGIC: u32 = 0xA92B_4EFC;
    pub(crate) const MAJOR: u32 = 1;
    pub(crate) const LEVEL: i32 = 10;

    pub(crate) const fn of(block: &Block) -> &Self {
        zerocopy::transmute_ref!(block)
    }

    pub(crate) fn of_mut(block: &mut Block) -> &mut Self {
        zerocopy::transmute_mut!(block)
    }

    /// Makes the table of roles longer: for so many members, of which the new ones have none yet.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn add_roles(&mut self, count: u16) {
        let old = self.max_dev.get() as usize;
        let new = self.roles.get_mut(old..usize::from(count)).unwrap_or_default();
        new.fill(U16::new(Role::Spare.to_raw()));
        self.max_dev.set(u32::from(count));
    }
}

/// `struct bitmap_super_s` (Linux `drivers/md/md-bitmap.h`).
#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct BitmapSuper {
    pub(crate) magic: U32,
    pub(crate) version: U32,
    pub(crate) uuid: [u8; 16],
    pub(crate) events: U64,
    pub(crate) events_cleared: U64,
    pub(crate) sync_size: U64,
    pub(crate) state: U32,
    pub(crate) chunk_bytes: U32,
    pub(crate) daemon_sleep: U32,
    pub(crate) write_behind: U32,
    pub(crate) sectors_reserved: U32,
    pub(crate) nodes: U32,
    pub(crate) cluster_name: [u8; 64],
    pub(crate) pad: [u8; 120],
}

impl BitmapSuper {
    /// "bitm".
    pub(crate) const MAGIC: u32 = 0x6D74_6962;

    pub(crate) const fn of(block: &Block) -> &Self {
        let block: &BitmapBlock = zerocopy::transmute_ref!(block);
        &block.head
    }

    pub(crate) fn of_mut(head: &mut [u8; HEAD_BYTES]) -> &mut Self {
        zerocopy::transmute_mut!(head)
    }
}

/// The header of a bitmap, and the bits that share its block.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct BitmapBlock {
    pub(crate) head: BitmapSuper,
    pub(crate) bits: [u8; BLOCK_BYTES - HEAD_BYTES],
}

#[cfg(test)]
mod tests;
