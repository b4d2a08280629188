//! What a sector holds: not 512 bytes but a value of 8 that says where and when it was written.
//!
//! ```text
//! bits 63..62  kind: 0 host data, 1 tagged
//! host data:   bits 61..36 version (1 and up), bits 35..0 the low bits of the array LBA
//!              all 0: a sector of zeros
//! tagged:      bits 61..56 tag, bits 55..0 what the tag wants
//! ```
//!
//! So whoever reads a sector sees where it belongs and which write it comes from, and a drive of 16 MiB
//! costs 256 KiB of memory. Tags not used here are free for sectors whose real bytes matter: the 56 bits
//! can be an index into a table of such sectors.

use crc::{CRC_64_XZ, Crc};
use raid10_engine::{ArrayLba, MemberLba};

/// The content of one sector, packed.
pub(crate) type Packed = u64;

/// A sector of zeros.
pub(crate) const ZEROS: Packed = 0;

/// The highest version that fits.
pub(crate) const VERSION_MAX: u32 = (1 << VERSION_BITS) - 1;

const VERSION_BITS: u32 = 26;
const LBA_BITS: u32 = 36;
const LBA_MASK: u64 = (1 << LBA_BITS) - 1;
const TAGGED: u64 = 1 << 62;
const TAG_SHIFT: u32 = 56;
const TAG_MASK: u64 = 0x3F;
const VALUE_MASK: u64 = (1 << TAG_SHIFT) - 1;

const TAG_PROOF: u64 = 1;
const TAG_FOREIGN: u64 = 2;
const TAG_NOISE: u64 = 3;
const TAG_TORN: u64 = 4;
const TAG_ALIEN: u64 = 5;

/// The content of one sector, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sector {
    /// Zeros.
    Zeros,
    /// What a write of the host put there.
    Data {
        /// The low 36 bits of the array LBA.
        lba: u64,
        /// Which write.
        version: u32,
    },
    /// The pattern with which spares are proven.
    Proof,
    /// Something of another owner: the drive it was found on first.
    Foreign(u8),
    /// What a new drive happened to hold.
    Noise(u8),
    /// What is in a buffer after a transfer that failed.
    Torn,
    /// Bytes of an image that are none of its pattern.
    Alien,
    /// Nothing that this world ever writes.
    Unknown,
}

/// What a write of the host puts into a sector.
pub(crate) const fn data(lba: ArrayLba, version: u32) -> Packed {
    ((version as u64) << LBA_BITS) | (lba.0 & LBA_MASK)
}

/// The pattern with which spares are proven.
pub(crate) const fn proof() -> Packed {
    tagged(TAG_PROOF, 0)
}

/// What a foreign drive holds at a sector.
pub(crate) const fn foreign(drive: u8, lba: MemberLba) -> Packed {
    tagged(TAG_FOREIGN, owned(drive, lba))
}

/// What a new drive of unknown content holds at a sector.
pub(crate) const fn noise(drive: u8, lba: MemberLba) -> Packed {
    tagged(TAG_NOISE, owned(drive, lba))
}

/// What a failed transfer leaves in a buffer.
pub(crate) const fn torn() -> Packed {
    tagged(TAG_TORN, 0)
}

/// What a sector of an image holds that is none of its pattern: equal bytes are equal.
pub(crate) fn alien(bytes: &[u8]) -> Packed {
    tagged(TAG_ALIEN, Crc::<u64>::new(&CRC_64_XZ).checksum(bytes))
}

const fn tagged(tag: u64, value: u64) -> Packed {
    TAGGED | (tag << TAG_SHIFT) | (value & VALUE_MASK)
}

const fn owned(drive: u8, lba: MemberLba) -> u64 {
    ((drive as u64) << 48) | (lba.0 & ((1 << 48) - 1))
}

/// Takes a content apart.
pub(crate) const fn unpack(packed: Packed) -> Sector {
    if packed == ZEROS {
        return Sector::Zeros;
    }
    if packed & TAGGED == 0 {
        return Sector::Data { lba: packed & LBA_MASK, version: version(packed) };
    }
    let drive = (packed >> 48) as u8;
    match (packed >> TAG_SHIFT) & TAG_MASK {
        TAG_PROOF => Sector::Proof,
        TAG_FOREIGN => Sector::Foreign(drive),
        TAG_NOISE => Sector::Noise(drive),
        TAG_TORN => Sector::Torn,
        TAG_ALIEN => Sector::Alien,
        _ => Sector::Unknown,
    }
}

/// The version of a sector that holds data of the host for this address; `None` for everything else.
pub(crate) const fn version_at(packed: Packed, lba: ArrayLba) -> Option<u32> {
    let ours = packed & TAGGED == 0 && packed != ZEROS && packed & LBA_MASK == lba.0 & LBA_MASK;
    if ours { Some(version(packed)) } else { None }
}

const fn version(packed: Packed) -> u32 {
    ((packed >> LBA_BITS) & VERSION_MAX as u64) as u32
}

#[cfg(test)]
mod tests;
