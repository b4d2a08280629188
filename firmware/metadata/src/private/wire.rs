//! The head of a frame as it lies on a drive. All numbers are little-endian.

use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Tie;

/// Bytes of the checksum at the end of a head.
pub(super) const CHECKSUM_BYTES: usize = size_of::<U32>();

/// 128 bytes.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(super) struct Head {
    pub(super) magic: [u8; 8],
    pub(super) version: U32,
    pub(super) length: U32,
    pub(super) set: [u8; 16],
    pub(super) device: [u8; 16],
    pub(super) events: U64,
    pub(super) updated: U64,
    pub(super) generation: U64,
    pub(super) reserved: [u8; 52],
    pub(super) checksum: U32,
}

impl Head {
    pub(super) const MAGIC: [u8; 8] = *b"RAID10rs";
    pub(super) const VERSION: u32 = 1;

    pub(super) const fn new(tie: &Tie, generation: u64, length: u32) -> Self {
        Self {
            magic: Self::MAGIC,
            version: U32::new(Self::VERSION),
            length: U32::new(length),
            set: tie.set.0,
            device: tie.device.0,
            events: U64::new(tie.events),
            updated: U64::new(tie.updated.to_raw()),
            generation: U64::new(generation),
            reserved: [0; 52],
            checksum: U32::ZERO,
        }
    }

    /// What the checksum covers of the head, besides itself as zero: it comes last.
    pub(super) fn before_checksum(&self) -> &[u8] {
        self.as_bytes().split_last_chunk::<CHECKSUM_BYTES>().map_or(&[], |(before, _)| before)
    }
}
