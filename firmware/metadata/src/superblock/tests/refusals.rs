use std::string::ToString;

use super::*;

fn unsupported(at: usize, bytes: &[u8], expected: Unsupported) {
    let mut block = sample();
    overwrite(&mut block, at, bytes);
    assert_eq!(why(parse(&block)), Refusal::Unsupported(expected), "{bytes:x?} at {at:#x}");
}

fn inconsistent(at: usize, bytes: &[u8], expected: Inconsistent) {
    let mut block = sample();
    overwrite(&mut block, at, bytes);
    assert_eq!(why(parse(&block)), Refusal::Inconsistent(expected), "{bytes:x?} at {at:#x}");
}

#[test]
fn no_magic_number_is_no_superblock() {
    assert_eq!(why(parse(&[0; BLOCK_BYTES])), Refusal::NotMd);
    assert_eq!(why(parse(&[0xFF; BLOCK_BYTES])), Refusal::NotMd);
    let block = sample();
    assert_eq!(why(Superblock::parse(&block, Minor::V1_2, 23)), Refusal::NotMd);
}

#[test]
fn every_bit_that_counts_is_guarded() {
    let block = sample();
    for at in 0x10..0x200 {
        let mut block = block;
        block[at] ^= 1;
        assert!(matches!(parse(&block), Err(Refusal::Damaged { .. })), "at {at:#x}");
    }
    let mut block = block;
    block[0x200] ^= 1;
    assert!(parse(&block).is_ok(), "what lies behind the roles is not the superblock's");
}

#[test]
fn a_wrong_checksum_is_damage() {
    let mut block = sample();
    let stored = good(&block).checksum();
    block[0xC8] += 1;
    let damaged = Refusal::Damaged { stored, computed: Some(stored + 1) };
    assert_eq!(why(parse(&block)), damaged);
    block[0xDC..0xE0].copy_from_slice(&1921_u32.to_le_bytes());
    assert_eq!(why(parse(&block)), Refusal::Damaged { stored, computed: None });
}

#[test]
fn features_are_refused_by_name() {
    let names = [
        (0x0004, "a reshape"),
        (0x0020, "a reshape backwards"),
        (0x0040, "a moved data area"),
        (0x0100, "a cluster"),
        (0x0200, "a journal"),
        (0x0400, "a partial parity log"),
        (0x0800, "several partial parity logs"),
        (0x1000, "a layout of level 0"),
        (0x2000, "unknown features 0x2000"),
        (0x8000_0000, "unknown features 0x80000000"),
        (0x0204, "a reshape, a journal"),
        (0x2400, "a partial parity log, unknown features 0x2000"),
    ];
    for (bits, name) in names {
        let features = Features::from_bits_retain(bits);
        unsupported(0x08, &(bits | 1).to_le_bytes(), Unsupported::Features(features));
        let text = Refusal::Unsupported(Unsupported::Features(features)).to_string();
        assert_eq!(text, std::format!("not supported here: {name}; use Linux"));
    }
}

#[test]
fn other_versions_and_levels_are_not_supported() {
    unsupported(0x04, &[0], Unsupported::Major(0));
    unsupported(0x04, &[2], Unsupported::Major(2));
    unsupported(0x48, &[5], Unsupported::Level(5));
    unsupported(0x48, &[0xFF; 4], Unsupported::Level(-1));
    unsupported(0x10A, &[0xFD, 0xFF], Unsupported::Journal);
}

#[test]
fn other_layouts_are_refused_by_name() {
    unsupported(0x4C, &0x00201_u32.to_le_bytes(), Unsupported::FarCopies(2));
    unsupported(0x4C, &0x40202_u32.to_le_bytes(), Unsupported::FarCopies(2));
    unsupported(0x4C, &0x10201_u32.to_le_bytes(), Unsupported::OffsetCopies(2));
    unsupported(0x4C, &0x10102_u32.to_le_bytes(), Unsupported::Layout(0x10102));
    unsupported(0x4C, &0x80102_u32.to_le_bytes(), Unsupported::Layout(0x80102));
}

#[test]
fn padding_that_is_not_zero_is_a_newer_format() {
    unsupported(0x0C, &[1], Unsupported::Padding);
    unsupported(0xE4, &[1], Unsupported::Padding);
    unsupported(0xFF, &[1], Unsupported::Padding);
    unsupported(0xE0, &[1], Unsupported::Padding);
    unsupported(0xE0, &131_072_u32.to_le_bytes(), Unsupported::Padding);
    let mut block = sample();
    overwrite(&mut block, 0xE0, &4096_u32.to_le_bytes());
    assert_eq!(good(&block).set().logical_block_size, 4096);
}

#[test]
fn copies_must_fit_the_slots() {
    let copies = |near, raid_disks| Inconsistent::Copies { near, raid_disks };
    inconsistent(0x4C, &0x101_u32.to_le_bytes(), copies(1, 4));
    inconsistent(0x4C, &0x105_u32.to_le_bytes(), copies(5, 4));
    inconsistent(0x4C, &0x002_u32.to_le_bytes(), copies(2, 4));
    inconsistent(0x5C, &1_u32.to_le_bytes(), copies(2, 1));
    inconsistent(0x5C, &1921_u32.to_le_bytes(), copies(2, 1921));
}

#[test]
fn chunk_and_size_are_those_of_linux() {
    inconsistent(0x58, &[0; 4], Inconsistent::Chunk(0));
    inconsistent(0x58, &[4, 0, 0, 0], Inconsistent::Chunk(4));
    inconsistent(0x58, &[129, 0, 0, 0], Inconsistent::Chunk(129));
    inconsistent(0x50, &127_u64.to_le_bytes(), Inconsistent::Size(127));
    inconsistent(0x50, &30_721_u64.to_le_bytes(), Inconsistent::Size(30_721));
    inconsistent(0x50, &u64::MAX.to_le_bytes(), Inconsistent::Size(u64::MAX));
}

#[test]
fn the_data_area_fits_the_drive() {
    inconsistent(0x80, &2049_u64.to_le_bytes(), Inconsistent::DataArea);
    inconsistent(0x80, &8_u64.to_le_bytes(), Inconsistent::DataArea);
    inconsistent(0x80, &u64::MAX.to_le_bytes(), Inconsistent::DataArea);
    inconsistent(0x88, &30_721_u64.to_le_bytes(), Inconsistent::DataArea);
    let mut block = sample();
    overwrite(&mut block, 0x58, &[8]);
    overwrite(&mut block, 0x50, &8_u64.to_le_bytes());
    overwrite(&mut block, 0x88, &9_u64.to_le_bytes());
    assert_eq!(why(parse(&block)), Refusal::Inconsistent(Inconsistent::DataArea));
    let block = sample();
    let shorter = Superblock::parse(&block, Minor::V1_2, DRIVE - 1);
    assert_eq!(why(shorter), Refusal::Inconsistent(Inconsistent::DataArea));
}

#[test]
fn the_bitmap_lies_in_free_space() {
    for offset in [0_i32, -9, 2040, 32_759, i32::MAX, i32::MIN] {
        inconsistent(0x60, &offset.to_le_bytes(), Inconsistent::Bitmap);
    }
    let mut block = sample();
    overwrite(&mut block, 0x60, &1_i32.to_le_bytes());
    assert_eq!(good(&block).bitmap_start(), Some(DriveSector(9)));
}

#[test]
fn the_log_lies_in_free_space() {
    for offset in [2_i32, 7, 8, -4, 2033, i32::MAX, i32::MIN] {
        inconsistent(0xBC, &offset.to_le_bytes(), Inconsistent::Log);
    }
}

#[test]
fn a_log_in_use_has_a_place_and_a_block_at_most() {
    for (sectors, offset) in [(8_u16, 0_i32), (0, 16), (9, 16)] {
        let mut block = sample();
        overwrite(&mut block, 0xBA, &sectors.to_le_bytes());
        overwrite(&mut block, 0xBC, &offset.to_le_bytes());
        assert!(parse(&block).is_ok(), "{sectors} sectors at {offset}, not in use");
        overwrite(&mut block, 0x08, &[0x09]);
        assert_eq!(why(parse(&block)), Refusal::Inconsistent(Inconsistent::Log));
    }
    unsupported(0xB9, &[17], Unsupported::LogShift(17));
}

#[test]
fn the_own_role_must_be_one() {
    inconsistent(0xA0, &128_u32.to_le_bytes(), Inconsistent::DevNumber(128));
    for role in [4_u16, 0xFEFF, 0xFF00, 0xFFFC] {
        inconsistent(0x10A, &role.to_le_bytes(), Inconsistent::Role(role));
    }
    for (role, expected) in [(0xFFFE_u16, Role::Faulty), (0xFFFF, Role::Spare), (3, Role::Slot(3))]
    {
        let mut block = sample();
        overwrite(&mut block, 0x10A, &role.to_le_bytes());
        assert_eq!(good(&block).own_role(), expected);
    }
}

#[test]
fn every_reason_has_words() {
    let reasons = [
        Refusal::NotMd,
        Refusal::Damaged { stored: 1, computed: Some(2) },
        Refusal::Damaged { stored: 1, computed: None },
        Refusal::Unsupported(Unsupported::Major(0)),
        Refusal::Unsupported(Unsupported::Level(5)),
        Refusal::Unsupported(Unsupported::FarCopies(2)),
        Refusal::Unsupported(Unsupported::OffsetCopies(2)),
        Refusal::Unsupported(Unsupported::Layout(0x80102)),
        Refusal::Unsupported(Unsupported::Journal),
        Refusal::Unsupported(Unsupported::LogShift(17)),
        Refusal::Unsupported(Unsupported::Padding),
        Refusal::Inconsistent(Inconsistent::Elsewhere(0)),
        Refusal::Inconsistent(Inconsistent::Copies { near: 5, raid_disks: 4 }),
        Refusal::Inconsistent(Inconsistent::Chunk(129)),
        Refusal::Inconsistent(Inconsistent::Size(127)),
        Refusal::Inconsistent(Inconsistent::DataArea),
        Refusal::Inconsistent(Inconsistent::Bitmap),
        Refusal::Inconsistent(Inconsistent::Log),
        Refusal::Inconsistent(Inconsistent::DevNumber(128)),
        Refusal::Inconsistent(Inconsistent::Role(0xFF00)),
    ];
    let mut words = reasons.map(|reason| reason.to_string()).to_vec();
    assert_eq!(words[1], "the superblock is damaged: its checksum is 0x1, not 0x2");
    assert_eq!(words[5], "not supported here: the far layout with 2 copies; use Linux");
    words.sort();
    words.dedup();
    assert_eq!(words.len(), reasons.len());
}
