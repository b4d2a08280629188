//! What must hold of any bytes that a drive may return in place of metadata: no panic, and what is accepted is
//! written again as it was read.
//!
//! The fuzzer shares this file, so it depends on nothing but `raid10-metadata`.

use raid10_metadata::badblocks::{BadRange, Encoder, decode};
use raid10_metadata::bitmap::{Bits, Header};
use raid10_metadata::private::{self, Area, Tie};
use raid10_metadata::{
    ArraySector, BLOCK_BYTES, Block, Editor, Minor, Role, SECTOR_BYTES, Superblock, Timestamp,
    Uuid, format,
};

/// Sectors of the drive.
pub const DRIVE: u64 = 32_768;

/// Bytes as a block, filled up with zeros.
#[must_use]
pub fn block(bytes: &[u8]) -> Block {
    let mut block = [0; BLOCK_BYTES];
    let length = bytes.len().min(BLOCK_BYTES);
    block[..length].copy_from_slice(&bytes[..length]);
    block
}

/// Puts a checksum that fits into the bytes of a superblock, by the book.
pub fn repair_superblock(block: &mut Block) {
    block[0xD8..0xDC].fill(0);
    let roles = u32::from_le_bytes([block[0xDC], block[0xDD], block[0xDE], block[0xDF]]) as usize;
    let Some(bytes) = block.get(..roles.saturating_mul(2).saturating_add(256)) else {
        return;
    };
    let sum: u64 = bytes
        .chunks(4)
        .map(|word| word.iter().rev().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte)))
        .sum();
    let sum = (sum as u32).wrapping_add((sum >> 32) as u32);
    block[0xD8..0xDC].copy_from_slice(&sum.to_le_bytes());
}

/// Puts a checksum that fits into the bytes of a frame, by the book.
pub fn repair_frame(copy: &mut [u8]) {
    let Some(length) = copy.get(12..16) else {
        return;
    };
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
    if length.saturating_add(private::HEAD_BYTES) > copy.len() {
        return;
    }
    let end = private::HEAD_BYTES;
    copy[end - 4..end].fill(0);
    let crc = copy[..end + length].iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0x82F6_3B78 * (crc & 1)))
    });
    copy[end - 4..end].copy_from_slice(&(!crc).to_le_bytes());
}

/// A superblock; says whether it was accepted.
///
/// # Panics
///
/// If it was accepted, but cannot be written again as it was read.
#[must_use]
pub fn superblock(bytes: &[u8]) -> bool {
    let block = block(bytes);
    let mut accepted = false;
    for minor in Minor::ALL {
        if let Ok(superblock) = Superblock::parse(&block, minor, DRIVE) {
            changes_nothing(&block, &superblock);
            is_made_again(&superblock);
            accepted = true;
        }
    }
    accepted
}

/// Setting what is there changes no byte.
fn changes_nothing(block: &Block, superblock: &Superblock<'_>) {
    let mut copy = *block;
    let mut editor = Editor::new(&mut copy, superblock.minor(), DRIVE).expect("it was read");
    editor.set_events(superblock.events());
    editor.set_updated(superblock.state().updated);
    editor.set_resync(superblock.state().resync);
    editor.set_corrected_reads(superblock.corrected_reads());
    editor.set_role(superblock.dev_number(), superblock.own_role()).expect("it has this role");
    editor.seal().expect("it was read");
    assert!(copy == *block, "a change of nothing changed something");
}

/// A superblock made of the values says the same, and everything lies on the drive.
fn is_made_again(superblock: &Superblock<'_>) {
    let (set, device, state) = (superblock.set(), superblock.device(), superblock.state());
    let minor = superblock.minor();
    let mut block = [0; BLOCK_BYTES];
    format(&mut block, minor, DRIVE, &set, &device, &state).expect("values that were read");
    let mut editor = Editor::new(&mut block, minor, DRIVE).expect("it was made");
    editor.set_recovery(superblock.recovery());
    editor.set_replacement(superblock.is_replacement());
    editor.set_log_in_use(superblock.log_area().is_some_and(|log| log.in_use));
    for number in 0..u32::from(device.roles) {
        let role = superblock.role(number);
        if !matches!(role, Role::Journal | Role::Unknown(_)) {
            // Entries of other members may name slots that the array does not have.
            let _ = editor.set_role(number, role);
        }
    }
    let again = editor.seal().expect("values that were read");
    assert_eq!((again.set(), again.device(), again.state()), (set, device, state));
    assert_eq!(again.own_role(), superblock.own_role());
    assert_eq!(again.recovery(), superblock.recovery());
    assert_eq!(again.is_replacement(), superblock.is_replacement());
    assert_eq!(again.log_area(), superblock.log_area());
    assert_eq!(again.bitmap_start(), superblock.bitmap_start());
    assert_eq!(again.array_sectors(), superblock.array_sectors());
    let room = superblock.bitmap_room(DRIVE);
    assert!(superblock.bitmap_start().is_none_or(|start| start.0 + room <= DRIVE && room > 0));
    for sectors in [0, room, u64::MAX] {
        let area = Area::of(superblock, sectors);
        assert!(area.is_none_or(|area| area.copies[1] < device.data_offset));
    }
}

/// The first block of a bitmap; says whether it was accepted.
///
/// # Panics
///
/// If it was accepted, but cannot be written again as it was read.
#[must_use]
pub fn bitmap(bytes: &[u8]) -> bool {
    let mut block = block(bytes);
    let set = Uuid(block[8..24].try_into().expect("16 bytes"));
    let Ok(header) = Header::parse(&block, set) else {
        return false;
    };
    let original = block;
    header.emit(set, &mut block).expect("values that were read");
    assert!(block == original, "emitting what is there changed something");
    let bits = Bits::new(header.shift, header.sync_size);
    // As if the block were the first, the second, the last, and one that there is not.
    for index in [0, 1, bits.blocks() - 1, bits.blocks(), header.events] {
        let mut block = original;
        bits_hold(&bits, &mut block, index);
    }
    true
}

fn bits_hold(bits: &Bits, block: &mut Block, index: u64) {
    let range = bits.bits_in(index);
    let set = bits.count_set(block, index);
    assert!(u64::from(set) <= range.end - range.start);
    let Some(first) = bits.next_set(block, index, 0) else {
        assert_eq!(set, 0);
        return;
    };
    assert!(range.contains(&first) && bits.get(block, first));
    assert_eq!(bits.block_of(first), index);
    let sectors = bits.sectors_of(first);
    assert_eq!(bits.of_sector(sectors.start), first);
    assert_eq!(bits.of_sector(ArraySector(sectors.end.0 - 1)), first);
    let before = *block;
    assert!(bits.clear(block, first));
    assert_eq!(bits.count_set(block, index), set - 1);
    assert!(bits.set(block, first));
    assert!(*block == before);
}

/// The block of a log of bad blocks; says whether there is a range in it.
///
/// # Panics
///
/// If ranges are lost when they are written again.
#[must_use]
pub fn log(bytes: &[u8]) -> bool {
    let block = block(bytes);
    let shift = bytes.len() as u8 % 20;
    let mut ranges: Vec<BadRange> = decode(&block, 8, shift).collect();
    ranges.sort();
    let mut copy = block;
    let mut encoder = Encoder::new(&mut copy, 8, shift);
    let kept: Vec<BadRange> =
        ranges.into_iter().take_while(|&range| encoder.push(range).is_ok()).collect();
    let again: Vec<BadRange> = decode(&copy, 8, shift).collect();
    let ends = |range: &BadRange| (range.start.0, range.start.0 + range.sectors);
    assert!(again.windows(2).all(|pair| ends(&pair[0]).1 <= ends(&pair[1]).0));
    for range in &kept {
        let (mut start, end) = ends(range);
        let first = again.partition_point(|part| ends(part).1 <= start);
        for part in again[first..].iter().map(ends) {
            if part.0 > start || start >= end {
                break;
            }
            start = part.1;
        }
        assert!(start >= end, "{range:?} is missing");
    }
    let mut twice = copy;
    let mut encoder = Encoder::new(&mut twice, 8, shift);
    assert!(again.iter().all(|&range| encoder.push(range).is_ok()));
    assert!(twice == copy, "a log that was written is not written the same again");
    !kept.is_empty()
}

/// A copy of the private area; says whether it was accepted.
///
/// # Panics
///
/// If it was accepted, but cannot be written again as it was read.
#[must_use]
pub fn frame(bytes: &[u8]) -> bool {
    let head = block(bytes);
    let number = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("8 bytes"));
    let uuid = |at: usize| Uuid(head[at..at + 16].try_into().expect("16 bytes"));
    let updated = Timestamp::from_raw(number(56));
    let tie = Tie { set: uuid(16), device: uuid(32), events: number(48), updated };
    let length = private::frame_bytes(&bytes[..bytes.len().min(SECTOR_BYTES)]);
    let Ok(frame) = private::parse(bytes, &tie) else {
        return false;
    };
    assert_eq!(length, Ok(private::HEAD_BYTES + frame.payload.len()));
    let other = Tie { events: tie.events.wrapping_add(1), ..tie };
    assert!(private::parse(bytes, &other).is_err(), "it belongs to any state");
    let mut copy = bytes.to_vec();
    let sealed = private::seal(&mut copy, &tie, frame.generation, frame.payload.len());
    assert_eq!(sealed, length.ok());
    assert_eq!(private::parse(&copy, &tie), Ok(frame));
    true
}
