extern crate std;

use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::minor::Minor;
use crate::superblock::{
    DEFAULT_ROLES, Device, Editor, LogOffset, Name, Resync, Set, State, format,
};
use crate::units::DriveSector;
use crate::wire::{BLOCK_BYTES, Block};

const DRIVE: u64 = 32_768;

const TIE: Tie = Tie {
    set: Uuid([0x5E; 16]),
    device: Uuid([0xDE; 16]),
    events: 17,
    updated: Timestamp { seconds: 1_704_067_212, micros: 345 },
};

const SET: Set = Set {
    uuid: TIE.set,
    name: Name([0; 32]),
    created: Timestamp { seconds: 1_704_067_203, micros: 0 },
    near_copies: 2,
    raid_disks: 4,
    chunk: 128,
    size: 12_800,
    logical_block_size: 0,
};

const DEVICE: Device = Device {
    uuid: TIE.device,
    number: 0,
    data_offset: DriveSector(2048),
    data_size: 12_800,
    bitmap_offset: Some(8),
    log: Some(LogOffset { offset: 16, sectors: 8, shift: 0 }),
    flags: 0,
    roles: DEFAULT_ROLES,
};

fn superblock(minor: Minor, device: &Device) -> Block {
    let state = State { events: TIE.events, updated: TIE.updated, resync: Resync::Done };
    let mut block = [0; BLOCK_BYTES];
    format(&mut block, minor, DRIVE, &SET, device, &state).expect("a good superblock");
    block
}

fn frame(generation: u64, payload: &[u8]) -> Vec<u8> {
    let mut copy = std::vec![0; HEAD_BYTES];
    copy.extend_from_slice(payload);
    assert_eq!(seal(&mut copy, &TIE, generation, payload.len()), Some(HEAD_BYTES + payload.len()));
    copy.extend_from_slice(b"what the frame before left");
    copy
}

#[test]
fn what_is_sealed_is_read() {
    let copy = frame(7, b"a loss");
    assert_eq!(parse(&copy, &TIE), Ok(Frame { generation: 7, payload: b"a loss" }));
    assert_eq!(frame_bytes(&copy), Ok(HEAD_BYTES + 6));
    assert_eq!(parse(&frame(8, b""), &TIE), Ok(Frame { generation: 8, payload: b"" }));
}

#[test]
fn the_tie_is_what_the_superblock_says() {
    let block = superblock(Minor::V1_2, &DEVICE);
    assert_eq!(Superblock::parse(&block, Minor::V1_2, DRIVE).map(|it| Tie::of(&it)), Ok(TIE));
}

/// Linux raises the counter, or counts back to where it was; it never writes microseconds.
#[test]
fn a_superblock_written_since_voids() {
    let copy = frame(7, b"a loss");
    let since: [(u64, Timestamp); 3] =
        [(18, TIE.updated), (16, TIE.updated), (17, Timestamp { micros: 0, ..TIE.updated })];
    for (events, updated) in since {
        let mut block = superblock(Minor::V1_2, &DEVICE);
        let mut editor = Editor::new(&mut block, Minor::V1_2, DRIVE).expect("a good superblock");
        editor.set_events(events);
        editor.set_updated(updated);
        let superblock = editor.seal().expect("a good superblock");
        let void = Void::OtherState { events: 17, updated: TIE.updated };
        assert_eq!(parse(&copy, &Tie::of(&superblock)), Err(void));
    }
}

#[test]
fn a_frame_of_something_else_is_void() {
    let copy = frame(7, b"a loss");
    let other = Uuid([1; 16]);
    assert_eq!(parse(&copy, &Tie { set: other, ..TIE }), Err(Void::OtherSet(TIE.set)));
    assert_eq!(parse(&copy, &Tie { device: other, ..TIE }), Err(Void::OtherDevice(TIE.device)));
}

#[test]
fn every_bit_is_guarded() {
    let copy = frame(7, b"a loss");
    for at in 0..HEAD_BYTES + 6 {
        for bit in 0..8 {
            let mut copy = copy.clone();
            copy[at] ^= 1 << bit;
            assert!(parse(&copy, &TIE).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn what_is_no_frame_is_void_with_a_reason() {
    assert_eq!(parse(&[], &TIE), Err(Void::Absent));
    assert_eq!(parse(&[0; 512], &TIE), Err(Void::Absent));
    assert_eq!(frame_bytes(&[0xFF; 512]), Err(Void::Absent));
    let copy = frame(7, b"a loss");
    let with = |at: usize, byte: u8| {
        let mut copy = copy.clone();
        copy[at] = byte;
        parse(&copy, &TIE).map(|frame| frame.generation)
    };
    assert_eq!(with(8, 2), Err(Void::Version(2)));
    assert_eq!(with(15, 1), Err(Void::Length(0x0100_0006)));
    assert_eq!(with(0x60, 1), Err(Void::Damaged));
    assert_eq!(with(HEAD_BYTES, 1), Err(Void::Damaged));
    assert_eq!(parse(&copy[..HEAD_BYTES + 5], &TIE), Err(Void::Length(6)));
}

#[test]
fn a_frame_fits_its_copy() {
    let mut copy = std::vec![0; COPY_BYTES + 1];
    assert_eq!(seal(&mut copy, &TIE, 1, PAYLOAD_MAX), Some(COPY_BYTES));
    assert_eq!(frame_bytes(&copy), Ok(COPY_BYTES));
    assert_eq!(parse(&copy, &TIE).map(|frame| frame.payload.len()), Ok(PAYLOAD_MAX));
    assert_eq!(seal(&mut copy, &TIE, 1, PAYLOAD_MAX + 1), None);
    assert_eq!(seal(&mut copy[..HEAD_BYTES + 4], &TIE, 1, 5), None);
    assert_eq!(seal(&mut copy[..HEAD_BYTES - 1], &TIE, 1, 0), None);
}

/// CRC-32C of the digits 1 to 9, as catalogues of CRCs have it.
#[test]
fn the_checksum_is_crc_32c() {
    assert_eq!(CRC.checksum(b"123456789"), 0xE306_9283);
}

#[test]
fn of_two_copies_the_newer_that_holds_wins() {
    let frame = |generation| Ok(Frame { generation, payload: &[] });
    let void = Err(Void::Damaged);
    assert_eq!(newest(&[frame(1), frame(2)]), Some(1));
    assert_eq!(newest(&[frame(3), frame(2)]), Some(0));
    assert_eq!(newest(&[frame(2), frame(2)]), Some(0));
    assert_eq!(newest(&[void, frame(2)]), Some(1));
    assert_eq!(newest(&[frame(1), void]), Some(0));
    assert_eq!(newest(&[void, void]), None);
}

fn area(minor: Minor, device: &Device, bitmap: u64) -> Option<Area> {
    let block = superblock(minor, device);
    let superblock = Superblock::parse(&block, minor, DRIVE).expect("a good superblock");
    Area::of(&superblock, bitmap)
}

#[test]
fn the_frames_lie_right_before_the_data() {
    let expected = Some(Area { copies: [DriveSector(1792), DriveSector(1920)] });
    assert_eq!(area(Minor::V1_2, &DEVICE, 8), expected);
    assert_eq!(area(Minor::V1_1, &DEVICE, 8), expected);
    let crooked = Device { data_offset: DriveSector(2047), ..DEVICE };
    let expected = Some(Area { copies: [DriveSector(1784), DriveSector(1912)] });
    assert_eq!(area(Minor::V1_2, &crooked, 8), expected);
}

#[test]
fn without_room_there_is_no_area() {
    let log = |offset| Some(LogOffset { offset, sectors: 8, shift: 0 });
    assert_eq!(area(Minor::V1_2, &Device { log: log(2032), ..DEVICE }, 8), None);
    assert_eq!(area(Minor::V1_2, &Device { log: log(1777), ..DEVICE }, 8), None);
    assert!(area(Minor::V1_2, &Device { log: log(1776), ..DEVICE }, 8).is_some());
    let bare = Device { log: None, ..DEVICE };
    assert_eq!(area(Minor::V1_2, &bare, 1777), None);
    assert!(area(Minor::V1_2, &bare, 1776).is_some());
    let close = Device { data_offset: DriveSector(535), ..DEVICE };
    assert_eq!(area(Minor::V1_2, &close, 8), None);
    let close = Device { data_offset: DriveSector(536), ..DEVICE };
    assert!(area(Minor::V1_2, &close, 8).is_some());
    let tight = Device { data_offset: DriveSector(100), ..DEVICE };
    assert_eq!(area(Minor::V1_2, &tight, 8), None);
}

#[test]
fn behind_the_data_there_is_no_area() {
    let device = Device {
        data_offset: DriveSector(0),
        bitmap_offset: Some(-16),
        log: Some(LogOffset { offset: -8, sectors: 8, shift: 0 }),
        ..DEVICE
    };
    assert_eq!(area(Minor::V1_0, &device, 8), None);
}

proptest! {
    #[test]
    fn every_frame_is_read_as_it_was_sealed(
        payload in prop::collection::vec(any::<u8>(), 0..2000),
        generation: u64,
    ) {
        let copy = frame(generation, &payload);
        let expected = Frame { generation, payload: &payload };
        prop_assert_eq!(parse(&copy, &TIE), Ok(expected));
    }

    #[test]
    fn random_bytes_are_void(mut bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(parse(&bytes, &TIE).is_err());
        if let Some(place) = bytes.get_mut(..12) {
            place.copy_from_slice(b"RAID10rs\x01\0\0\0");
        }
        prop_assert!(parse(&bytes, &TIE).is_err());
    }
}
