//! What must not stay on an image that was used before: other superblocks would be taken for the member's.

use raid10_metadata::{BLOCK_BYTES, DriveSector, Minor};

use crate::image::blank::{self, Search};
use crate::image::file::{Image, ImageError, SECTOR};
use crate::image::signature;

const MAGIC: [u8; 4] = 0xA92B_4EFC_u32.to_le_bytes();
/// Bytes that are zeroed at a time.
const PIECE: u64 = 64 << 10;

/// Zeroes what lies before the data, and the superblocks of other versions behind. Holes stay holes.
pub(crate) fn wipe(image: &Image, data: DriveSector) -> Result<(), ImageError> {
    let end = data.0.saturating_mul(SECTOR).min(image.bytes());
    let mut from = 0;
    while let Search::Data(byte) = blank::search(image, from, end, u64::MAX)? {
        let start = byte / PIECE * PIECE;
        let length = PIECE.min(end - start);
        image.write_at(start, &[0; PIECE as usize][..length as usize])?;
        from = start + length;
    }
    if let Some(byte) = signature::old_md(image)? {
        image.write_at(byte, &[0; BLOCK_BYTES])?;
    }
    let Some(start) = Minor::V1_0.start(image.sectors()) else {
        return Ok(());
    };
    if image.block(start)?.starts_with(&MAGIC) {
        image.write_at(start.0 * SECTOR, &[0; BLOCK_BYTES])?;
    }
    Ok(())
}
