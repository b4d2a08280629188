//! Whether there is anything on an image. Holes are passed over without being read.

use std::fs::File;

use rustix::fs::SeekFrom;
use rustix::io::Errno;

use super::file::{Image, ImageError};

/// Bytes that are read at a time.
const PIECE: u64 = 1 << 20;

/// What a search for anything but zeros came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// There are only zeros.
    Zeros,
    /// The first byte that is not zero.
    Data(u64),
    /// No such byte was found among as many as were to be read.
    GaveUp,
}

/// Searches bytes of an image, of which it reads at most `limit`.
pub(crate) fn search(image: &Image, from: u64, to: u64, limit: u64) -> Result<Search, ImageError> {
    let (mut at, mut left) = (from, limit);
    let mut buffer = vec![0; PIECE as usize];
    while let Some(start) = next_data(image.file(), at, to) {
        let length = (to - start).min(PIECE);
        if length > left {
            return Ok(Search::GaveUp);
        }
        left -= length;
        let piece = &mut buffer[..length as usize];
        image.read_at(start, piece)?;
        if let Some(index) = piece.iter().position(|&byte| byte != 0) {
            return Ok(Search::Data(start + index as u64));
        }
        at = start + length;
    }
    Ok(Search::Zeros)
}

/// The first byte at `from` or above, but below `to`, that does not lie in a hole.
pub(super) fn next_data(file: &File, from: u64, to: u64) -> Option<u64> {
    if from >= to {
        return None;
    }
    let found = match rustix::fs::seek(file, SeekFrom::Data(from)) {
        Ok(start) => start.max(from),
        Err(Errno::NXIO) => return None,
        // What cannot tell its holes, such as a block device, has none.
        Err(_) => from,
    };
    (found < to).then_some(found)
}

#[cfg(test)]
mod tests;
