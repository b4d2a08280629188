//! What is on an image that has no superblock: the marks that others leave.

use std::fmt;

use super::blank::{self, Search};
use super::file::{Image, ImageError, SECTOR};

/// Bytes that are searched for anything but zeros.
const SEARCH_MAX: u64 = 16 << 20;
/// The mark of a superblock of MD, little-endian.
const MD: [u8; 4] = 0xA92B_4EFC_u32.to_le_bytes();
/// A superblock 0.90 lies in the last whole 64 KiB but one.
const OLD_MD_BYTES: u64 = 64 << 10;

/// From the start: byte, mark, whose it is. The first that fits counts, so the general ones stand last.
const FROM_START: [(u64, &[u8], &str); 9] = [
    (0x200, b"EFI PART", "a partition table (GPT)"),
    (0x438, &[0x53, 0xEF], "a file system (ext2, ext3 or ext4)"),
    (0, b"XFSB", "a file system (XFS)"),
    (0x1_0040, b"_BHRfS_M", "a file system (Btrfs)"),
    (0, &[b'L', b'U', b'K', b'S', 0xBA, 0xBE], "an encrypted volume (LUKS)"),
    (0x200, b"LABELONE", "a physical volume (LVM)"),
    (0xFF6, b"SWAPSPACE2", "swap space"),
    (3, b"NTFS    ", "a file system (NTFS)"),
    (0x1FE, &[0x55, 0xAA], "a boot sector or partition table (MBR)"),
];

/// From the end: bytes before it, mark, whose it is.
const FROM_END: [(u64, &[u8], &str); 2] = [
    (2 * SECTOR, b"Intel Raid ISM Cfg Sig. ", "an Intel firmware array (IMSM)"),
    (SECTOR, &[0xDE, 0x11, 0xDE, 0x11], "a hardware controller's array (DDF)"),
];

/// What there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Only zeros.
    Zeros,
    /// Somebody's mark.
    Mark {
        /// Where it lies.
        byte: u64,
        /// Whose it is.
        what: &'static str,
    },
    /// Something without a mark; its first byte that is not zero.
    Data(u64),
    /// No mark, and zeros as far as was looked.
    Unknown,
}

/// As the rest of a sentence that begins with "there is".
impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zeros => f.write_str("nothing but zeros"),
            Self::Mark { byte, what } => write!(f, "{what}, by its mark at byte {byte}"),
            Self::Data(byte) => write!(f, "data of an unknown kind, first at byte {byte}"),
            Self::Unknown => f.write_str("no known mark, and zeros as far as was looked"),
        }
    }
}

/// Looks for marks, then for anything at all, of which it reads at most `limit` bytes.
pub(crate) fn content(image: &Image, limit: Option<u64>) -> Result<Content, ImageError> {
    if let Some((byte, what)) = mark(image)? {
        return Ok(Content::Mark { byte, what });
    }
    let limit = limit.unwrap_or(SEARCH_MAX);
    Ok(match blank::search(image, 0, image.bytes(), limit)? {
        Search::Zeros => Content::Zeros,
        Search::Data(byte) => Content::Data(byte),
        Search::GaveUp => Content::Unknown,
    })
}

fn mark(image: &Image) -> Result<Option<(u64, &'static str)>, ImageError> {
    for (byte, mark, what) in FROM_START {
        if has(image, byte, mark)? {
            return Ok(Some((byte, what)));
        }
    }
    if let Some(byte) = old_md(image)? {
        return Ok(Some((byte, "an array of Linux with metadata 0.90")));
    }
    for (before_end, mark, what) in FROM_END {
        let byte = image.bytes().checked_sub(before_end);
        if let Some(byte) = byte
            && has(image, byte, mark)?
        {
            return Ok(Some((byte, what)));
        }
    }
    Ok(None)
}

/// Where a superblock 0.90 lies, if there is one.
pub(crate) fn old_md(image: &Image) -> Result<Option<u64>, ImageError> {
    let whole = image.bytes() / OLD_MD_BYTES * OLD_MD_BYTES;
    let Some(byte) = whole.checked_sub(OLD_MD_BYTES) else {
        return Ok(None);
    };
    // Only version 0 lies there; in a small image it may be the place of another.
    let found = has(image, byte, &MD)? && has(image, byte + 4, &[0; 4])?;
    Ok(found.then_some(byte))
}

fn has(image: &Image, byte: u64, mark: &[u8]) -> Result<bool, ImageError> {
    let mut found = vec![0; mark.len()];
    image.read_at(byte, &mut found)?;
    Ok(found == mark)
}
