//! How large a drive is whose data area is to have a given size: the array's records lie in front of it.

use raid10_engine::SectorCount;
use raid10_metadata::place;

/// The parts of a drive, in sectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Anatomy {
    /// All of it.
    pub(crate) total: SectorCount,
    /// What lies in front of the data area.
    pub(crate) front: SectorCount,
}

impl Anatomy {
    /// A drive whose data area begins with its first sector.
    pub(crate) const fn bare(data: SectorCount) -> Self {
        Self { total: data, front: SectorCount::ZERO }
    }

    /// The smallest drive on which records fit in front of so many sectors of data, for chunks of so many.
    pub(crate) fn labelled(data: SectorCount, chunk: SectorCount) -> Self {
        let chunk = u32::try_from(chunk.0).unwrap_or(u32::MAX);
        let mut front = place::data_offset(data.0, chunk).0;
        // A larger drive may need more room in front, so that it must be larger still.
        loop {
            let total = data.0.saturating_add(front);
            let needed = place::data_offset(total, chunk).0;
            if needed <= front || total == u64::MAX {
                return Self { total: SectorCount(total), front: SectorCount(front) };
            }
            front = needed;
        }
    }
}

#[cfg(test)]
mod tests;
