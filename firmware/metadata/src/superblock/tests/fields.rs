use super::*;

#[test]
fn what_is_formatted_is_read() {
    let block = sample();
    let superblock = good(&block);
    assert_eq!(superblock.minor(), Minor::V1_2);
    assert_eq!(superblock.start(), DriveSector(8));
    assert_eq!(superblock.sectors(), 1);
    assert_eq!(superblock.set(), SET);
    assert_eq!(superblock.device(), DEVICE);
    assert_eq!(superblock.state(), STATE);
    assert_eq!(superblock.features(), Features::BITMAP);
    assert_eq!(superblock.set().name.as_bytes(), b"fw:volume0");
    assert_eq!(superblock.array_sectors(), 61_440);
    assert_eq!(superblock.recovery(), None);
    assert!(!superblock.is_replacement());
}

#[test]
fn bytes_lie_where_linux_has_them() {
    let block = sample();
    let fields: [(usize, &[u8]); 12] = [
        (0x00, &[0xFC, 0x4E, 0x2B, 0xA9, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]),
        (0x10, &[0x5E; 16]),
        (0x20, b"fw:volume0\0"),
        (0x48, &[10, 0, 0, 0, 0x02, 0x01, 0, 0]),
        (0x50, &30_720_u64.to_le_bytes()),
        (0x58, &[128, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0]),
        (0x80, &2048_u64.to_le_bytes()),
        (0x90, &8_u64.to_le_bytes()),
        (0xA0, &[5, 0, 0, 0, 0, 0, 0, 0, 0xDE]),
        (0xB8, &[2, 0, 8, 0, 16, 0, 0, 0]),
        (0xC8, &[17, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
        (0xDC, &[128, 0, 0, 0, 0, 0, 0, 0]),
    ];
    for (at, bytes) in fields {
        assert_eq!(&block[at..at + bytes.len()], bytes, "at {at:#x}");
    }
    assert_eq!(&block[0x100..0x10E], [[0xFF; 10].as_slice(), &[1, 0, 0xFF, 0xFF]].concat());
}

#[test]
fn the_table_tells_all_roles() {
    let mut block = sample();
    overwrite(&mut block, 0x100, &[3, 0, 0xFE, 0xFF, 0xFD, 0xFF, 0x00, 0xFF]);
    let superblock = good(&block);
    assert_eq!(superblock.own_role(), Role::Slot(1));
    let roles = [0, 1, 2, 3, 4, 127, 128, 4000].map(|number| superblock.role(number));
    let spare = Role::Spare;
    let expected = [Role::Slot(3), Role::Faulty, Role::Journal, Role::Unknown(0xFF00)];
    assert_eq!(roles, [expected, [spare; 4]].concat().as_slice());
}

#[test]
fn recovery_counts_only_with_its_feature() {
    let mut block = sample();
    overwrite(&mut block, 0x98, &12_288_u64.to_le_bytes());
    assert_eq!(good(&block).recovery(), None);
    overwrite(&mut block, 0x08, &[0x03]);
    let recovery = Recovery { offset: DataSector(12_288), by_bitmap: false };
    assert_eq!(good(&block).recovery(), Some(recovery));
    overwrite(&mut block, 0x08, &[0x93]);
    assert_eq!(good(&block).recovery(), Some(Recovery { by_bitmap: true, ..recovery }));
    assert!(good(&block).is_replacement());
}

#[test]
fn resync_is_an_array_sector_or_done() {
    let mut block = sample();
    overwrite(&mut block, 0xD0, &0x4A00_u64.to_le_bytes());
    assert_eq!(good(&block).state().resync, Resync::From(ArraySector(0x4A00)));
    overwrite(&mut block, 0xD0, &[0; 8]);
    assert_eq!(good(&block).state().resync, Resync::From(ArraySector(0)));
}

#[test]
fn bitmap_and_log_are_found_from_the_superblock() {
    let mut block = sample();
    let superblock = good(&block);
    let log = LogArea { start: DriveSector(24), sectors: 8, shift: 0, in_use: false };
    assert_eq!(superblock.log_area(), Some(log));
    assert_eq!(superblock.bitmap_start(), Some(DriveSector(16)));
    assert_eq!(superblock.bitmap_room(DRIVE), 8);
    overwrite(&mut block, 0x08, &[0x08]);
    assert_eq!(good(&block).bitmap_start(), None);
    assert_eq!(good(&block).bitmap_room(DRIVE), 0);
    assert_eq!(good(&block).log_area(), Some(LogArea { in_use: true, ..log }));
    overwrite(&mut block, 0x08, &[0x01]);
    overwrite(&mut block, 0xBC, &[0; 4]);
    assert_eq!(good(&block).log_area(), None);
    assert_eq!(good(&block).bitmap_room(DRIVE), 2048 - 16);
}

/// The places that mdadm chooses for minor version 1.0: all behind the data.
#[test]
fn version_1_0_lies_at_the_end() {
    let device = Device {
        data_offset: DriveSector(0),
        data_size: 32_736,
        bitmap_offset: Some(-16),
        log: Some(LogOffset { offset: -8, sectors: 8, shift: 0 }),
        ..DEVICE
    };
    let mut block = [0; BLOCK_BYTES];
    format(&mut block, Minor::V1_0, DRIVE, &SET, &device, &STATE).expect("a good superblock");
    let superblock = Superblock::parse(&block, Minor::V1_0, DRIVE).expect("a good superblock");
    assert_eq!(superblock.start(), DriveSector(32_752));
    assert_eq!(superblock.bitmap_start(), Some(DriveSector(32_736)));
    assert_eq!(superblock.bitmap_room(DRIVE), 8);
    assert_eq!(superblock.log_area().map(|log| log.start), Some(DriveSector(32_744)));
    assert_eq!(superblock.device(), device);
    let longer = Device { data_size: 32_753, ..device };
    let made = format(&mut block, Minor::V1_0, DRIVE, &SET, &longer, &STATE);
    assert_eq!(made, Err(Refusal::Inconsistent(Inconsistent::DataArea)));
}

#[test]
fn version_1_1_lies_at_the_start() {
    let mut block = [0; BLOCK_BYTES];
    format(&mut block, Minor::V1_1, DRIVE, &SET, &DEVICE, &STATE).expect("a good superblock");
    let superblock = Superblock::parse(&block, Minor::V1_1, DRIVE).expect("a good superblock");
    assert_eq!(superblock.bitmap_start(), Some(DriveSector(8)));
    assert_eq!(why(parse(&block)), Refusal::Inconsistent(Inconsistent::Elsewhere(0)));
}

/// Worked out by hand: words 1 and 2^32 - 1 over and over, so that carries matter.
#[test]
fn the_checksum_adds_words_and_folds_once() {
    let mut block = [0; BLOCK_BYTES];
    block[0x00..0x10].fill(0xFF);
    block[0xDC] = 3;
    block[0x100..0x108].copy_from_slice(&[1, 0, 2, 0, 3, 0, 0xFF, 0xFF]);
    // 4·(2^32 - 1) + 3 + (1 + 2·2^16) + 3 = 3·2^32 + (2^32 + 131075): halves 4 and 131075.
    assert_eq!(checksum::checksum(&block), Some(4 + 131_075));
}

#[test]
fn the_checksum_counts_itself_as_zero_and_drops_the_carry() {
    let mut block = [0; BLOCK_BYTES];
    block[0xD8..0xDC].fill(0xAA);
    assert_eq!(checksum::checksum(&block), Some(0));
    // 2·(2^32 - 1) = 1·2^32 + (2^32 - 2): halves 1 and 2^32 - 2.
    block[0..8].fill(0xFF);
    assert_eq!(checksum::checksum(&block), Some(0xFFFF_FFFF));
    // One more and the sum of the halves carries.
    block[8..12].copy_from_slice(&[1, 0, 0, 0]);
    assert_eq!(checksum::checksum(&block), Some(0x0000_0000));
}

#[test]
fn a_name_has_31_bytes_at_most() {
    assert_eq!(Name::new("fw:volume0"), Some(SET.name));
    assert_eq!(Name::new("").map(|name| name.as_bytes().len()), Some(0));
    let text = "0123456789012345678901234567890";
    assert_eq!(Name::new(text).map(|name| name.as_bytes().len()), Some(31));
    assert_eq!(Name::new("01234567890123456789012345678901"), None);
    assert_eq!(Name::new("012345678901234567890123456789012"), None);
    assert_eq!(Name([b'x'; 32]).as_bytes(), [b'x'; 32]);
}
