//! A member from which content is read.

use std::ops::Range;
use std::path::Path;

use raid10_metadata::assembly::Verdict;

use crate::image::blank;
use crate::image::file::{Image, ImageError, SECTOR};
use crate::image::member::Md;

/// A member, and how much of it counts.
#[derive(Debug)]
pub(crate) struct Source {
    image: Image,
    pub(super) slot: u16,
    /// Whether its data are old.
    pub(super) stale: bool,
    data: u64,
    /// Data sectors from the first on that it holds.
    held: u64,
    bad: Vec<Range<u64>>,
    /// Bytes of the image that are known to be a hole.
    hole: Range<u64>,
}

/// What was read of one copy of a chunk.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) stale: bool,
    bytes: Vec<u8>,
    readable: Vec<bool>,
}

impl Piece {
    /// A sector, if it could be read.
    pub(super) fn sector(&self, index: usize) -> Option<&[u8]> {
        let readable = self.readable.get(index).is_some_and(|&readable| readable);
        self.bytes.chunks_exact(SECTOR as usize).nth(index).filter(|_| readable)
    }
}

impl Source {
    /// The source that a member is by its verdict; `None` if nothing of it counts.
    pub(crate) fn new(path: &Path, md: &Md, verdict: &Verdict) -> Result<Option<Self>, ImageError> {
        let all = md.set.size;
        let (slot, stale, held) = match *verdict {
            Verdict::Current { slot } => (slot, false, all),
            Verdict::Accepted { slot } => (slot, true, all),
            Verdict::Building { slot, done } => (slot, false, done.offset.0),
            Verdict::Replacement { slot, done } => {
                (slot, false, done.map_or(all, |done| done.offset.0))
            }
            _ => return Ok(None),
        };
        let bad = md.log.iter().flat_map(|log| &log.bad);
        let bad = bad.map(|bad| bad.start.0..bad.start.0.saturating_add(bad.sectors));
        let (image, data) = (Image::open(path)?, md.device.data_offset.0);
        Ok(Some(Self { image, slot, stale, data, held, bad: bad.collect(), hole: 0..0 }))
    }

    /// Whether some data sectors are held, good, and nothing but a hole.
    pub(super) fn is_hole(&mut self, at: u64, length: u64) -> bool {
        let start = self.data.saturating_add(at);
        let good =
            at + length <= self.held && !self.bad.iter().any(|bad| meets(bad, start, length));
        let bytes = start * SECTOR..(start + length) * SECTOR;
        if good && !(self.hole.start <= bytes.start && bytes.end <= self.hole.end) {
            let end = blank::next_data(self.image.file(), bytes.start, self.image.bytes());
            self.hole = bytes.start..end.unwrap_or(self.image.bytes());
        }
        good && bytes.end <= self.hole.end
    }

    /// Reads data sectors; what cannot be read is left out.
    pub(super) fn read(&self, at: u64, length: u64) -> Piece {
        let start = self.data.saturating_add(at);
        let mut bytes = vec![0; (length * SECTOR) as usize];
        let whole = self.image.read_at(start * SECTOR, &mut bytes).is_ok();
        let sectors = bytes.chunks_exact_mut(SECTOR as usize);
        let mut readable = Vec::new();
        for (index, sector) in (0..).zip(sectors) {
            let place = start + index;
            let bad = self.bad.iter().any(|bad| bad.contains(&place));
            let held = at + index < self.held && !bad;
            // A drive that cannot read one sector still reads the others.
            readable.push(held && (whole || self.image.read_at(place * SECTOR, sector).is_ok()));
        }
        Piece { stale: self.stale, bytes, readable }
    }
}

const fn meets(range: &Range<u64>, start: u64, length: u64) -> bool {
    range.start < start + length && start < range.end
}
