extern crate std;

mod edit;
mod fields;
mod properties;
mod refusals;

use super::*;
use crate::units::ArraySector;
use crate::wire::BLOCK_BYTES;

/// Sectors of the drive of these tests.
const DRIVE: u64 = 32_768;

const SET: Set = Set {
    uuid: Uuid([0x5E; 16]),
    name: Name(*b"fw:volume0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    created: Timestamp { seconds: 1_704_067_203, micros: 17 },
    near_copies: 2,
    raid_disks: 4,
    chunk: 128,
    size: 30_720,
    logical_block_size: 0,
};

const DEVICE: Device = Device {
    uuid: Uuid([0xDE; 16]),
    number: 5,
    data_offset: DriveSector(2048),
    data_size: 30_720,
    bitmap_offset: Some(8),
    log: Some(LogOffset { offset: 16, sectors: 8, shift: 0 }),
    flags: 2,
    roles: DEFAULT_ROLES,
};

const STATE: State = State {
    events: 17,
    updated: Timestamp { seconds: 1_704_067_212, micros: 0 },
    resync: Resync::Done,
};

/// Member number 5, which holds slot 1.
fn sample() -> Block {
    let mut block = [0; BLOCK_BYTES];
    format(&mut block, Minor::V1_2, DRIVE, &SET, &DEVICE, &STATE).expect("a good superblock");
    change(&mut block, |editor| editor.set_role(5, Role::Slot(1)).expect("a slot"));
    block
}

fn parse(block: &Block) -> Result<Superblock<'_>, Refusal> {
    Superblock::parse(block, Minor::V1_2, DRIVE)
}

fn good(block: &Block) -> Superblock<'_> {
    parse(block).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn change(block: &mut Block, edit: impl FnOnce(&mut Editor<'_>)) {
    let mut editor = Editor::new(block, Minor::V1_2, DRIVE).expect("a good superblock");
    edit(&mut editor);
    editor.seal().expect("a good change");
}

/// Puts bytes somewhere, and a checksum that fits.
fn overwrite(block: &mut Block, at: usize, bytes: &[u8]) {
    block[at..at + bytes.len()].copy_from_slice(bytes);
    repair(block);
}

/// A checksum that fits.
fn repair(block: &mut Block) {
    let sum = checksum::checksum(block).unwrap_or(0);
    block[0xD8..0xDC].copy_from_slice(&sum.to_le_bytes());
}

fn why<T>(result: Result<T, Refusal>) -> Refusal {
    result.err().expect("a refusal")
}
