//! What a replay leaves: the bytes of its drives, as a loss of power leaves them, and what the array on them should hold.
//!
//! A sector of data is its value of 8 bytes (what was written where, see the module `content`) 64 times over, in
//! little-endian order: so whoever reads it sees where it belongs. Zeros are zeros. Records in front of the data have the bytes that the engine wrote.
//! A sector that cannot be read holds what nobody ever wrote, so that whoever takes it for good is found out.

use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::Slot;
use raid10_metadata::{BLOCK_BYTES, Block, Minor, Superblock, Uuid};

use crate::content::{self, Packed, ZEROS};
use crate::drive::front::BYTES;
use crate::outcome::LostRange;
use crate::ranges::Ranges;
use crate::store::{PAGE, Page, Store};

/// All that a replay leaves.
#[derive(Clone, Debug, Default)]
pub struct Remains {
    /// The drives, in the order of their numbers.
    pub drives: Vec<DriveRemains>,
    /// What the array should hold, by the oracle.
    pub content: Content,
}

/// What the array should hold.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Sectors of the array.
    pub sectors: u64,
    /// Sectors that no drive in a bay has.
    pub lost: Vec<LostRange>,
    /// Sectors whose copies may differ, since a write of them was under way or not flushed. The first copy is what the
    /// content has: it is spread over the others.
    pub open: Vec<LostRange>,
    pub(crate) store: Store,
}

/// Where a drive is at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// In a bay.
    Bay,
    /// In a bay, and every command ends with an error.
    Dead,
    /// In no bay.
    Out,
}

/// One drive.
#[derive(Clone, Debug)]
pub struct DriveRemains {
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// The slot whose data it holds, in part or in full.
    pub slot: Option<Slot>,
    /// Sectors of all of it.
    pub sectors: u64,
    /// Sectors in front of the data.
    pub front: u64,
    /// Sectors of the data area that cannot be read.
    pub unreadable: Vec<LostRange>,
    pub(crate) records: Vec<(u64, [u8; BYTES])>,
    pub(crate) store: Store,
}

impl DriveRemains {
    /// The name that its label gives it, if it bears a good one.
    #[must_use]
    pub fn serial(&self) -> Option<Uuid> {
        let minor = Minor::V1_2;
        let start = minor.start(self.sectors)?.0;
        let mut block: Block = [0; BLOCK_BYTES];
        for (at, part) in (start..).zip(block.chunks_mut(BYTES)) {
            if let Some((_, bytes)) = self.records.iter().find(|(sector, _)| *sector == at) {
                part.copy_from_slice(bytes);
            }
        }
        let label = Superblock::parse(&block, minor, self.sectors).ok()?;
        Some(label.device().uuid)
    }

    /// Hands out all bytes that are not zeros: the sector of the drive, and whole sectors from there on. In order.
    ///
    /// # Errors
    ///
    /// The first of `visit`.
    pub fn visit<E>(&self, mut visit: impl FnMut(u64, &[u8]) -> Result<(), E>) -> Result<(), E> {
        for (sector, bytes) in self.records.iter().filter(|(_, bytes)| *bytes != [0; BYTES]) {
            visit(*sector, bytes)?;
        }
        let unreadable: Ranges =
            self.unreadable.iter().map(|range| range.start..range.end).collect();
        let value = |sector, packed| {
            if unreadable.run_at(sector).0 { content::torn() } else { packed }
        };
        visit_pages(&self.store, self.front, value, visit)
    }
}

impl Content {
    /// Hands out all bytes that are not zeros, as [`DriveRemains::visit`] does, by the sectors of the array.
    ///
    /// # Errors
    ///
    /// The first of `visit`.
    pub fn visit<E>(&self, visit: impl FnMut(u64, &[u8]) -> Result<(), E>) -> Result<(), E> {
        visit_pages(&self.store, 0, |_, packed| packed, visit)
    }
}

/// Hands out the bytes of a store whose first sector is the sector `front`.
fn visit_pages<E>(
    store: &Store,
    front: u64,
    value: impl Fn(u64, Packed) -> Packed,
    mut visit: impl FnMut(u64, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    for (number, page) in store.pages() {
        let mut values: Page = *page;
        for (sector, packed) in (number * PAGE..).zip(&mut values) {
            *packed = value(sector, *packed);
        }
        let mut at = 0;
        for part in values.chunk_by(|&one, &next| (one == ZEROS) == (next == ZEROS)) {
            if part[0] != ZEROS {
                visit(front + number * PAGE + at, &bytes(part))?;
            }
            at += part.len() as u64;
        }
    }
    Ok(())
}

/// The bytes of sectors with these values.
fn bytes(values: &[Packed]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * BYTES);
    for value in values {
        let value = value.to_le_bytes();
        bytes.extend(value.iter().cycle().take(BYTES));
    }
    bytes
}

pub(crate) fn listed(ranges: &Ranges) -> Vec<LostRange> {
    ranges.iter().map(|Range { start, end }| LostRange { start, end }).collect()
}

#[cfg(test)]
mod tests;
