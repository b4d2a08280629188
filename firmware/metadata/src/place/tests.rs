use super::*;

const MIB: u64 = MIB_SECTORS as u64;
const GIB: u64 = GIB_SECTORS;
const SUPERBLOCK: DriveSector = DriveSector(8);

/// Drive, chunk, and the start of the data as mdadm chose it.
#[test]
fn data_starts_where_mdadm_puts_them() {
    let places = [
        (64 * MIB, 1024, 4096),
        (256 * MIB, 1024, 4096),
        (GIB, 1024, 4096),
        (9 * GIB, 1024, 18_432),
        (50 * GIB, 1024, 67_584),
        (150 * GIB, 1024, 264_192),
        (300 * GIB, 1024, 264_192),
        (1024 * GIB, 1024, 264_192),
        (8192 * GIB, 1024, 264_192),
        (16 * MIB, 128, 2048),
        (2 * MIB, 128, 2048),
        (256 * MIB, 128, 2048),
        (GIB, 128, 4096),
        (8 * GIB, 128, 18_432),
        (128 * GIB, 128, 264_192),
    ];
    for (drive, chunk, start) in places {
        assert_eq!(data_offset(drive, chunk), DriveSector(start), "{drive} sectors, chunk {chunk}");
    }
}

#[test]
fn room_for_a_bitmap_grows_in_four_steps() {
    let rooms = [
        (127, 0),
        (128, 8),
        (8 * GIB + 8, 8),
        (8 * GIB + 9, 128),
        (200 * GIB + 127, 128),
        (200 * GIB + 128, 256),
    ];
    for (drive, room) in rooms {
        assert_eq!(bitmap_room(drive), room, "{drive} sectors");
    }
}

/// Two drives, chunks of 512 KiB: where mdadm put the log without a bitmap, and with one.
#[test]
fn the_log_lies_where_mdadm_puts_it() {
    let places = [
        (64 * MIB, Some(16), 16),
        (256 * MIB, Some(16), 16),
        (GIB, Some(16), 16),
        (9 * GIB, Some(136), 16),
        (50 * GIB, Some(136), 16),
        (150 * GIB, None, 16),
        (300 * GIB, None, 16),
        (1024 * GIB, None, 16),
        (8192 * GIB, None, 48),
    ];
    for (drive, without, with) in places {
        let data = data_offset(drive, 1024);
        let room = bitmap_room(drive);
        let array = (drive - data.0) & !1023;
        let shift = bitmap_shift(room, array).expect("room for a bitmap");
        assert_eq!(shift, BITMAP_SHIFT);
        let offset = |bitmap| log(SUPERBLOCK, data, room, bitmap).map(|log| log.offset);
        assert_eq!(offset(Some(Bits::new(shift, array))), Some(with), "{drive} sectors");
        if without.is_some() {
            assert_eq!(offset(None), without, "{drive} sectors");
        }
    }
}

/// The bits of the array of two drives of 8 TiB.
#[test]
fn a_bit_stands_for_64_mib_as_long_as_there_is_room() {
    let array = (8192 * GIB - 264_192) & !1023;
    let shift = bitmap_shift(256, array).expect("room");
    assert_eq!(Bits::new(shift, array).count(), 131_070);
    // 8 sectors hold 30,720 bits of 64 MiB.
    let full = 30_720 << 17;
    assert_eq!(bitmap_shift(8, full - 1024), Some(17));
    assert_eq!(bitmap_shift(8, full), Some(18));
    assert_eq!(bitmap_shift(8, 2 * full), Some(19));
    assert_eq!(bitmap_shift(0, full), None);
    assert_eq!(bitmap_shift(8, 0), Some(17));
}

#[test]
fn bits_always_fit_into_the_room() {
    for room in [8, 128, 256] {
        for power in 10..62 {
            let array = (1_u64 << power) + 12_345;
            let shift = bitmap_shift(room, array).expect("room");
            assert!(Bits::new(shift, array).sectors() <= room, "2^{power} sectors in {room}");
        }
    }
}

#[test]
fn a_log_without_room_behind_the_bitmap_lies_before_the_data() {
    let offset = |data, room| log(SUPERBLOCK, DriveSector(data), room, None).map(|log| log.offset);
    assert_eq!(offset(2048, 8), Some(16));
    assert_eq!(offset(32, 8), Some(16));
    assert_eq!(offset(31, 8), Some(15));
    assert_eq!(offset(24, 8), Some(8));
    assert_eq!(offset(23, 8), None);
    assert_eq!(offset(7, 8), None);
}
