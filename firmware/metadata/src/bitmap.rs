//! The write-intent bitmap: a bit for each region of the array; set, the region's copies may differ.
//!
//! Bits are in array space: a region spans chunks of all members. All active members hold the same bitmap. The
//! first block starts with a header of 256 bytes, and the bits follow without a gap.

mod bits;
mod refusal;

pub use bits::Bits;
pub use refusal::Refusal;

use crate::units::Uuid;
use crate::wire::{BitmapSuper, Block, HEAD_BYTES};

/// What the header of a bitmap says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Header {
    /// The update counter of the set when the header was written.
    pub events: u64,
    /// The update counter when the array last was whole: a member that left at this count or later is brought up to
    /// date by the bits.
    pub events_cleared: u64,
    /// Sectors that the bitmap covers: those of the array. Linux does not trust it, and corrects it.
    pub sync_size: u64,
    /// State bits: see [`Header::STALE`] and [`Header::WRITE_ERROR`].
    pub state: u32,
    /// A bit stands for 2^shift sectors of the array.
    pub shift: u8,
    /// Seconds between two passes of Linux that clear bits; not zero.
    pub daemon_sleep: u32,
    /// Writes that may lag behind, level 1 only.
    pub write_behind: u32,
    /// Sectors that are kept free for the bitmap; zero where nobody said so.
    pub sectors_reserved: u32,
}

impl Header {
    /// State: the bits have no meaning.
    pub const STALE: u32 = 1 << 1;
    /// State: a write of the bitmap failed.
    pub const WRITE_ERROR: u32 = 1 << 2;
    const HOST_ENDIAN: u32 = 1 << 15;
    /// Little-endian bits, one bitmap for all.
    const VERSION: u32 = 4;
    /// The shortest and the longest region, as shifts: 512 bytes and 2 GiB.
    const CHUNK_BYTES_MIN: u32 = 512;
    const WRITE_BEHIND_MAX: u32 = 16_383;

    /// Reads the header in the first block of a bitmap.
    ///
    /// # Errors
    ///
    /// Why this is no bitmap of the set, or none that can be used. The array is then to be treated as if every bit
    /// were set.
    pub fn parse(block: &Block, set: Uuid) -> Result<Self, Refusal> {
        let wire = BitmapSuper::of(block);
        if wire.magic.get() != BitmapSuper::MAGIC {
            return Err(Refusal::NotBitmap);
        }
        version(wire.version.get(), wire.state.get())?;
        if wire.uuid != set.0 {
            return Err(Refusal::Foreign(Uuid(wire.uuid)));
        }
        let chunk = wire.chunk_bytes.get();
        if chunk < Self::CHUNK_BYTES_MIN || !chunk.is_power_of_two() {
            return Err(Refusal::Chunk(chunk));
        }
        if wire.daemon_sleep.get() == 0 {
            return Err(Refusal::DaemonSleep);
        }
        if wire.write_behind.get() > Self::WRITE_BEHIND_MAX {
            return Err(Refusal::WriteBehind(wire.write_behind.get()));
        }
        Ok(Self {
            events: wire.events.get(),
            events_cleared: wire.events_cleared.get(),
            sync_size: wire.sync_size.get(),
            state: wire.state.get(),
            shift: (chunk / Self::CHUNK_BYTES_MIN).trailing_zeros() as u8,
            daemon_sleep: wire.daemon_sleep.get(),
            write_behind: wire.write_behind.get(),
            sectors_reserved: wire.sectors_reserved.get(),
        })
    }

    /// Puts the header into the first block of a bitmap. The bits and what has no name here stay as they are; for a
    /// new bitmap the first 256 bytes must be zero.
    ///
    /// # Errors
    ///
    /// Why a header with these values would be refused. The block is then not to be written.
    pub fn emit(&self, set: Uuid, block: &mut Block) -> Result<(), Refusal> {
        if let Some(head) = block.first_chunk_mut() {
            self.put(set, head);
        }
        Self::parse(block, set).map(|_| ())
    }

    /// As [`emit`](Self::emit), for values that are known to be good, and into the bytes in front of the bits.
    pub fn put(&self, set: Uuid, head: &mut [u8; HEAD_BYTES]) {
        let chunk = Self::CHUNK_BYTES_MIN.checked_shl(u32::from(self.shift));
        let wire = BitmapSuper::of_mut(head);
        wire.magic.set(BitmapSuper::MAGIC);
        wire.version.set(Self::VERSION);
        wire.uuid = set.0;
        wire.events.set(self.events);
        wire.events_cleared.set(self.events_cleared);
        wire.sync_size.set(self.sync_size);
        wire.state.set(self.state);
        wire.chunk_bytes.set(chunk.unwrap_or(0));
        wire.daemon_sleep.set(self.daemon_sleep);
        wire.write_behind.set(self.write_behind);
        wire.sectors_reserved.set(self.sectors_reserved);
    }

    /// Whether the bits tell all that was written up to the set's update counter. If not, every bit counts as set.
    #[must_use]
    pub const fn is_current(&self, set_events: u64) -> bool {
        self.events >= set_events && self.state & (Self::STALE | Self::WRITE_ERROR) == 0
    }
}

/// Only bits in little-endian order, of one host, with one meaning, can be used.
const fn version(version: u32, state: u32) -> Result<(), Refusal> {
    match version {
        Header::VERSION if state & Header::HOST_ENDIAN == 0 => Ok(()),
        3 | Header::VERSION => Err(Refusal::HostEndian),
        5 => Err(Refusal::Clustered),
        6 => Err(Refusal::Lockless),
        _ => Err(Refusal::Version(version)),
    }
}

#[cfg(test)]
mod tests;
