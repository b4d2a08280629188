extern crate std;

use std::string::ToString;

use proptest::prelude::*;

use super::*;
use crate::wire::BLOCK_BYTES;

const SET: Uuid = Uuid([0x5E; 16]);

const HEADER: Header = Header {
    events: 17,
    events_cleared: 16,
    sync_size: 61_440,
    state: 0,
    shift: 7,
    daemon_sleep: 5,
    write_behind: 0,
    sectors_reserved: 0,
};

/// A bitmap of which all bits are set.
fn sample() -> Block {
    let mut block = [0; BLOCK_BYTES];
    block[256..].fill(0xFF);
    HEADER.emit(SET, &mut block).expect("a good header");
    block
}

fn with(at: usize, bytes: &[u8]) -> Block {
    let mut block = sample();
    block[at..at + bytes.len()].copy_from_slice(bytes);
    block
}

#[test]
fn bytes_lie_where_linux_has_them() {
    let block = sample();
    let fields: [(usize, &[u8]); 7] = [
        (0, b"bitm\x04\0\0\0"),
        (8, &[0x5E; 16]),
        (24, &[17, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0]),
        (40, &[0, 0xF0, 0, 0, 0, 0, 0, 0]),
        (48, &[0, 0, 0, 0, 0, 0, 1, 0, 5, 0, 0, 0]),
        (60, &[0; 196]),
        (256, &[0xFF]),
    ];
    for (at, bytes) in fields {
        assert_eq!(&block[at..at + bytes.len()], bytes, "at {at}");
    }
}

#[test]
fn what_is_emitted_is_read() {
    assert_eq!(Header::parse(&sample(), SET), Ok(HEADER));
}

#[test]
fn what_is_no_header_is_refused_by_name() {
    let refusals: [(usize, &[u8], Refusal); 11] = [
        (0, &[0], Refusal::NotBitmap),
        (4, &[3], Refusal::HostEndian),
        (49, &[0x80], Refusal::HostEndian),
        (4, &[5], Refusal::Clustered),
        (4, &[6], Refusal::Lockless),
        (4, &[7], Refusal::Version(7)),
        (8, &[0x5F; 16], Refusal::Foreign(Uuid([0x5F; 16]))),
        (52, &[0, 1, 0, 0], Refusal::Chunk(256)),
        (52, &[0, 3, 0, 0], Refusal::Chunk(768)),
        (56, &[0], Refusal::DaemonSleep),
        (60, &[0, 0x40], Refusal::WriteBehind(16_384)),
    ];
    let mut words = std::vec::Vec::new();
    for (at, bytes, refusal) in refusals {
        assert_eq!(Header::parse(&with(at, bytes), SET), Err(refusal), "{bytes:x?} at {at}");
        words.push(refusal.to_string());
    }
    words.sort();
    words.dedup();
    assert_eq!(words.len(), 10, "a text for each, and one refusal is there twice");
}

#[test]
fn a_header_that_would_be_refused_is_not_emitted() {
    let mut block = [0; BLOCK_BYTES];
    let emit = |header: Header, block: &mut Block| header.emit(SET, block);
    assert_eq!(emit(Header { shift: 23, ..HEADER }, &mut block), Err(Refusal::Chunk(0)));
    assert_eq!(emit(Header { shift: 255, ..HEADER }, &mut block), Err(Refusal::Chunk(0)));
    assert_eq!(emit(Header { shift: 22, ..HEADER }, &mut block), Ok(()));
    let awake = Header { daemon_sleep: 0, ..HEADER };
    assert_eq!(emit(awake, &mut block), Err(Refusal::DaemonSleep));
}

#[test]
fn a_bitmap_behind_its_set_counts_as_all_set() {
    assert!(HEADER.is_current(17));
    assert!(HEADER.is_current(16));
    assert!(!HEADER.is_current(18));
    assert!(!Header { state: Header::STALE, ..HEADER }.is_current(17));
    assert!(!Header { state: Header::WRITE_ERROR, ..HEADER }.is_current(17));
}

prop_compose! {
    fn header()(
        events: u64,
        events_cleared: u64,
        sync_size: u64,
        state in 0_u32..8,
        shift in 0_u8..23,
        daemon_sleep in 1..=u32::MAX,
        write_behind in 0_u32..=16_383,
        sectors_reserved: u32,
    ) -> Header {
        Header {
            events,
            events_cleared,
            sync_size,
            state,
            shift,
            daemon_sleep,
            write_behind,
            sectors_reserved,
        }
    }
}

proptest! {
    #[test]
    fn every_header_is_read_as_it_was_emitted(header in header(), set: [u8; 16]) {
        let mut block = sample();
        prop_assert_eq!(header.emit(Uuid(set), &mut block), Ok(()));
        prop_assert_eq!(Header::parse(&block, Uuid(set)), Ok(header));
    }

    /// Emitting what was read changes no byte, known or unknown.
    #[test]
    fn what_is_not_ours_stays(
        places in prop::collection::vec((24_usize..BLOCK_BYTES, any::<u8>()), 0..40),
    ) {
        let mut block = sample();
        for (at, byte) in places {
            block[at] = byte;
        }
        let Ok(header) = Header::parse(&block, SET) else {
            return Ok(());
        };
        let mut copy = block;
        prop_assert_eq!(header.emit(SET, &mut copy), Ok(()));
        prop_assert!(copy == block);
    }

    #[test]
    fn random_bytes_are_no_header(bytes in prop::collection::vec(any::<u8>(), BLOCK_BYTES)) {
        let block: Block = bytes.try_into().expect("a block");
        prop_assert!(Header::parse(&block, SET).is_err());
    }
}
