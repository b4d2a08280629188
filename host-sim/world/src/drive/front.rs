//! The sectors in front of a drive's data area, with their real bytes: the array's records.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use raid10_engine::{SECTOR_BYTES, SectorCount};

/// Bytes of a sector.
pub(crate) const BYTES: usize = SECTOR_BYTES as usize;
/// One sector.
pub(crate) type Sector = [u8; BYTES];

/// The sector of a superblock of minor version 1.2, and how it begins.
const LABEL: u64 = 8;
const MAGIC: [u8; 4] = 0xA92B_4EFC_u32.to_le_bytes();

/// Sectors of a drive to their bytes; what was never written is zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Front {
    /// Sectors of it.
    pub(crate) size: SectorCount,
    bytes: BTreeMap<u64, Box<Sector>>,
}

impl Front {
    /// So many sectors of zeros.
    pub(crate) fn of(size: SectorCount) -> Self {
        Self { size, ..Self::default() }
    }

    /// True if there is a superblock, good or not.
    pub(crate) fn is_labelled(&self) -> bool {
        self.bytes.get(&LABEL).is_some_and(|sector| sector.starts_with(&MAGIC))
    }

    /// One sector, if it was ever written.
    pub(crate) fn get(&self, sector: u64) -> Option<&Sector> {
        self.bytes.get(&sector).map(Box::as_ref)
    }

    /// Replaces one sector; `None` makes it zeros.
    pub(crate) fn set(&mut self, sector: u64, bytes: Option<Sector>) {
        match bytes {
            Some(bytes) => _ = self.bytes.insert(sector, Box::new(bytes)),
            None => _ = self.bytes.remove(&sector),
        }
    }

    /// Copies whole sectors from `start` on into `into`.
    pub(crate) fn read(&self, start: u64, into: &mut [u8]) {
        for (at, part) in (start..).zip(into.chunks_mut(BYTES)) {
            match self.get(at) {
                Some(sector) => part.copy_from_slice(&sector[..part.len()]),
                None => part.fill(0),
            }
        }
    }

    /// Replaces whole sectors from `start` on.
    pub(crate) fn write(&mut self, start: u64, from: &[u8]) {
        for (at, part) in (start..).zip(from.chunks(BYTES)) {
            self.set(at, Some(sector(part)));
        }
    }

    /// True if the sectors from `start` on hold these bytes.
    pub(crate) fn holds(&self, start: u64, bytes: &[u8]) -> bool {
        let mut parts = (start..).zip(bytes.chunks(BYTES));
        parts.all(|(at, part)| match self.get(at) {
            Some(sector) => sector[..part.len()] == *part,
            None => part.iter().all(|&byte| byte == 0),
        })
    }

    /// The sectors that were written, in order.
    pub(crate) fn sectors(&self) -> impl Iterator<Item = (u64, Sector)> + '_ {
        self.bytes.iter().map(|(&at, sector)| (at, **sector))
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }
}

/// The bytes of one sector, filled up with zeros.
pub(crate) fn sector(bytes: &[u8]) -> Sector {
    let mut sector = [0; BYTES];
    sector[..bytes.len()].copy_from_slice(bytes);
    sector
}

#[cfg(test)]
mod tests;
