//! The write-intent bitmap, as Linux would read it (`drivers/md/md-bitmap.h`): where the host's data go to a drive, the bits of
//! all members that are online tell of it. A loss of power would leave copies that differ, and nobody would know.

use alloc::format;

use raid10_engine::{Instant, IoClass, IoCommand, IoOp};

use super::{Bytes, MAGIC, Oracle, SUPERBLOCK};
use crate::drive::{BYTES, Drive, extent_of, is_of_front, span};
use crate::verdict::{Promise, Verdicts};

/// What a bitmap begins with.
const BITMAP_MAGIC: u32 = 0x6D74_6962;
/// The feature of a superblock: there is a bitmap.
const BITMAP: u32 = 1;
/// Bytes before the first bit.
const HEADER: u64 = 256;
/// Bits in a sector.
const BITS: u64 = 8 * BYTES as u64;

impl Oracle {
    /// The host's data are sent to a drive.
    pub(crate) fn judge_bits(
        &self,
        now: Instant,
        command: &IoCommand,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        let writes = matches!(
            command.op,
            IoOp::Write(..) | IoOp::WriteDurable(..) | IoOp::WriteZeroes { .. }
        );
        let of_host = command.class == IoClass::Host && writes && !is_of_front(&command.op);
        let slot = self.beliefs[command.drive.index()].slot.filter(|_| of_host);
        let Some((slot, extent)) = slot.zip(extent_of(&command.op)) else { return };
        let range = span(extent);
        for member in [range.start, range.end - 1] {
            let Some(sector) = self.layout.array_sector(slot, member) else { continue };
            let clear = drives.iter().enumerate().find(|(index, drive)| {
                let online =
                    self.beliefs[*index].slot.is_some_and(|slot| self.is_online(slot, *index));
                online && drive.plugged && drive.is_alive() && bit(drive, sector) == Some(false)
            });
            verdicts.check_none(Promise::Contract, now, clear, |(index, _)| {
                format!("array sector {sector} is written, and the bitmap of drive {index} does not say so")
            });
        }
    }
}

/// Whether the bit of an array sector is set; `None` if the drive has no bitmap.
fn bit(drive: &Drive, sector: u64) -> Option<bool> {
    let front = drive.in_front();
    let mut block = [0; BYTES];
    front.read(SUPERBLOCK, &mut block);
    let superblock = Bytes(&block);
    if superblock.u32(0) != MAGIC || superblock.u32(8) & BITMAP == 0 {
        return None;
    }
    let start = SUPERBLOCK.saturating_add_signed(i64::from(superblock.u32(96).cast_signed()));
    front.read(start, &mut block);
    let header = Bytes(&block);
    let chunk = u64::from(header.u32(52)) / BYTES as u64;
    if header.u32(0) != BITMAP_MAGIC || chunk == 0 {
        return None;
    }
    let place = 8 * HEADER + sector / chunk;
    front.read(start + place / BITS, &mut block);
    let byte = block[(place % BITS / 8) as usize];
    Some(byte >> (place % 8) & 1 == 1)
}
