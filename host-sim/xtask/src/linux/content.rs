//! Content that shows where it belongs, and its sums.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Bytes of a sector.
pub(crate) const SECTOR: u64 = 512;

/// What an array is to hold: the sum of the sectors that count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    /// SHA-256.
    pub(crate) sum: String,
    /// Sectors of the array.
    pub(crate) sectors: u64,
}

/// Makes a sparse file of so many sectors, in which those in `ranges` hold their own number.
pub(crate) fn make(path: &Path, sectors: u64, ranges: &[Range<u64>]) -> Result<()> {
    let file = File::create(path).with_context(|| path.display().to_string())?;
    file.set_len(sectors * SECTOR)?;
    for range in ranges {
        let mut bytes = Vec::new();
        for sector in range.clone() {
            let number = (sector + 1).to_le_bytes();
            bytes.extend(number.iter().cycle().take(SECTOR as usize));
        }
        file.write_all_at(&bytes, range.start * SECTOR)?;
    }
    Ok(())
}

/// A sum that grows.
#[derive(Default)]
pub(crate) struct Sum(Sha256);

impl Sum {
    /// Adds all that can be read.
    pub(crate) fn add(&mut self, mut from: impl Read) -> Result<()> {
        io::copy(&mut from, &mut self.0)?;
        Ok(())
    }

    /// The sum, as everybody writes it.
    pub(crate) fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The sum of some sectors of a file; behind its end there are zeros.
pub(crate) fn sum(path: &Path, ranges: &[Range<u64>]) -> Result<String> {
    let mut file = File::open(path).with_context(|| path.display().to_string())?;
    let mut sum = Sum::default();
    for range in ranges {
        file.seek(SeekFrom::Start(range.start * SECTOR))?;
        let bytes = (range.end - range.start) * SECTOR;
        sum.add((&file).chain(io::repeat(0)).take(bytes))
            .with_context(|| path.display().to_string())?;
    }
    Ok(sum.finish())
}

/// The sectors of an array without those that are lost.
pub(crate) fn kept(sectors: u64, lost: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut lost = lost.to_vec();
    lost.sort_by_key(|range| range.start);
    let mut kept = Vec::new();
    let mut at = 0;
    for range in lost {
        if range.start.min(sectors) > at {
            kept.push(at..range.start.min(sectors));
        }
        at = at.max(range.end);
    }
    if at < sectors {
        kept.push(at..sectors);
    }
    kept
}

#[cfg(test)]
mod tests;
