use core::mem::offset_of;

use super::*;

#[test]
fn the_superblock_has_the_offsets_of_linux() {
    let offsets = [
        (offset_of!(Super, features), 0x08),
        (offset_of!(Super, set_uuid), 0x10),
        (offset_of!(Super, set_name), 0x20),
        (offset_of!(Super, created), 0x40),
        (offset_of!(Super, level), 0x48),
        (offset_of!(Super, size), 0x50),
        (offset_of!(Super, raid_disks), 0x5C),
        (offset_of!(Super, bitmap_offset), 0x60),
        (offset_of!(Super, reshape), 0x64),
        (offset_of!(Super, data_offset), 0x80),
        (offset_of!(Super, recovery_offset), 0x98),
        (offset_of!(Super, dev_number), 0xA0),
        (offset_of!(Super, device_uuid), 0xA8),
        (offset_of!(Super, device_flags), 0xB8),
        (offset_of!(Super, log_offset), 0xBC),
        (offset_of!(Super, events), 0xC8),
        (offset_of!(Super, checksum), 0xD8),
        (offset_of!(Super, logical_block_size), 0xE0),
        (offset_of!(Super, roles), 0x100),
        (size_of::<Super>(), 4096),
    ];
    for (found, expected) in offsets {
        assert_eq!(found, expected);
    }
}

#[test]
fn the_bitmap_has_the_offsets_of_linux() {
    let offsets = [
        (offset_of!(BitmapSuper, uuid), 8),
        (offset_of!(BitmapSuper, events), 24),
        (offset_of!(BitmapSuper, sync_size), 40),
        (offset_of!(BitmapSuper, chunk_bytes), 52),
        (offset_of!(BitmapSuper, nodes), 68),
        (offset_of!(BitmapBlock, bits), 256),
        (size_of::<BitmapBlock>(), 4096),
    ];
    for (found, expected) in offsets {
        assert_eq!(found, expected);
    }
}
