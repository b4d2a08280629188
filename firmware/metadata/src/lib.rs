//! The bytes of Linux MD metadata 1.x on a member of a RAID 10 array: superblock, write-intent bitmap,
//! bad-block log, and where they lie.
//!
//! The crate is `no_std`, allocates nothing, contains no `unsafe` code and performs no I/O: it is given the bytes
//! that were read and fills the bytes that are to be written. Nothing that comes from a drive is trusted. What it
//! does not know it refuses by name, and what is not its own it leaves as it was, bit for bit.
//!
//! * [`Superblock`] reads a superblock 1.0, 1.1 or 1.2; [`Editor`] changes one in place; [`format`] makes a new one.
//! * [`bitmap`] reads and writes the bitmap's header and finds the bit of a sector.
//! * [`badblocks`] reads and writes the log of bad blocks.
//! * [`place`] says where mdadm puts all this on a drive of a given size.
//! * [`assembly`] decides what the drives that are there are to the array, and whether it starts.
//! * [`private`] frames what is ours alone, in space that Linux leaves free.
//!
//! The format is defined by Linux `include/uapi/linux/raid/md_p.h`, `drivers/md/md.c` and `md-bitmap.c`, the
//! choice of places by mdadm's `super1.c`. A sector is 512 bytes throughout, whatever the drive's own is.
#![no_std]

pub mod assembly;
pub mod badblocks;
pub mod bitmap;
#[doc(hidden)]
pub mod bugs;
mod minor;
pub mod place;
pub mod private;
mod superblock;
mod units;
mod wire;

pub use minor::Minor;
pub use superblock::{
    DEFAULT_ROLES, Device, Editor, Features, Inconsistent, LogArea, LogOffset, Name, Recovery,
    Refusal, Resync, Role, Set, State, Superblock, Unsupported, draft, format,
};
pub use units::{ArraySector, DataSector, DriveSector, Timestamp, Uuid};
pub use wire::{BLOCK_BYTES, BLOCK_SECTORS, Block, SECTOR_BYTES};
