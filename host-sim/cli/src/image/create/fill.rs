//! The content of a disk, laid over the members of a new set.

use raid10_engine::{ArrayLba, Slot};

use super::Layout;
use crate::image::blank::{self, Search};
use crate::image::file::{Image, ImageError, SECTOR};

/// An image that is passed through from its start to its end, and the byte up to which it is known to be a hole.
struct Passed<'i> {
    image: &'i Image,
    hole: u64,
}

/// Lays the content of a disk over the members, by slot, so that all copies are equal. Behind its end the array holds
/// zeros.
///
/// Zeros are written only where a member holds something else: what is a hole on the disk is one on the members.
pub(crate) fn fill(disk: &Image, layout: &Layout, members: &[Image]) -> Result<(), ImageError> {
    let geometry = &layout.geometry;
    let (sectors, bytes) = (geometry.shape().chunk.0, geometry.shape().chunk.0 * SECTOR);
    let (zeros, mut content) = (vec![0; bytes as usize], vec![0; bytes as usize]);
    let mut disk = Passed::new(disk);
    let mut members: Vec<Passed<'_>> = members.iter().map(Passed::new).collect();
    for start in (0..geometry.capacity().0).step_by(sectors as usize) {
        let from = start * SECTOR;
        let blank = disk.is_hole(from, from + bytes) || {
            disk.image.read_at(from, &mut content)?;
            content == zeros
        };
        for copy in 0..geometry.shape().copies {
            let (Slot(slot), at) = geometry.locate(ArrayLba(start), copy);
            let Some(member) = members.get_mut(usize::from(slot)) else {
                continue;
            };
            let byte = (layout.data_offset.0 + at.0) * SECTOR;
            if !blank {
                member.image.write_at(byte, &content)?;
            } else if !member.is_zero(byte, byte + bytes)? {
                member.image.write_at(byte, &zeros)?;
            }
        }
    }
    Ok(())
}

impl<'i> Passed<'i> {
    const fn new(image: &'i Image) -> Self {
        Self { image, hole: 0 }
    }

    /// Whether some bytes, none of which lie before those asked for last, are a hole or lie behind the end.
    fn is_hole(&mut self, from: u64, to: u64) -> bool {
        if to > self.hole {
            let data = blank::next_data(self.image.file(), from, self.image.bytes());
            self.hole = data.unwrap_or(u64::MAX);
        }
        to <= self.hole
    }

    /// Whether such bytes hold nothing but zeros.
    fn is_zero(&mut self, from: u64, to: u64) -> Result<bool, ImageError> {
        let hole = self.is_hole(from, to);
        Ok(hole || blank::search(self.image, from, to, to - from)? == Search::Zeros)
    }
}
