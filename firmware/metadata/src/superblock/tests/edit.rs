use core::ops::Range;

use super::*;

/// A change, and the bytes that it may touch besides the checksum.
type Change = (fn(&mut Editor<'_>), Range<usize>);

/// Everything that is not changed by name, also behind the superblock, stays.
#[test]
fn a_change_touches_only_its_field() {
    let mut block = sample();
    overwrite(&mut block, 0x64, &[7; 28]);
    overwrite(&mut block, 0xE0, &512_u32.to_le_bytes());
    block[0x200..].fill(0xA5);
    let changes: [Change; 10] = [
        (|editor| editor.set_events(0x0102_0304_0506_0708), 0xC8..0xD0),
        (|editor| editor.set_updated(Timestamp { seconds: 9, micros: 8 }), 0xC0..0xC8),
        (|editor| editor.set_resync(Resync::From(ArraySector(5))), 0xD0..0xD8),
        (|editor| editor.set_size(25_600), 0x50..0x58),
        (|editor| editor.set_recovery(None), 0x98..0xA0),
        (|editor| editor.set_replacement(true), 0x08..0x0C),
        (|editor| editor.set_log_in_use(true), 0x08..0x0C),
        (|editor| editor.set_corrected_reads(77), 0xA4..0xA8),
        (|editor| editor.set_role(5, Role::Faulty).expect("a role"), 0x10A..0x10C),
        (|editor| editor.set_role(127, Role::Slot(3)).expect("a role"), 0x1FE..0x200),
    ];
    for (index, (edit, field)) in changes.into_iter().enumerate() {
        let mut changed = block;
        change(&mut changed, edit);
        for at in (0..BLOCK_BYTES).filter(|at| !field.contains(at) && !(0xD8..0xDC).contains(at)) {
            assert_eq!(changed[at], block[at], "change {index} at {at:#x}");
        }
    }
}

#[test]
fn what_is_set_is_read() {
    let mut block = sample();
    let recovery = Recovery { offset: DataSector(12_288), by_bitmap: true };
    change(&mut block, |editor| {
        editor.set_events(99);
        editor.set_updated(Timestamp { seconds: 9, micros: 8 });
        editor.set_resync(Resync::From(ArraySector(5)));
        editor.set_recovery(Some(recovery));
        editor.set_replacement(true);
        editor.set_log_in_use(true);
        editor.set_corrected_reads(77);
        editor.set_size(25_600);
    });
    let superblock = good(&block);
    assert_eq!(superblock.events(), 99);
    assert_eq!(superblock.state().updated, Timestamp { seconds: 9, micros: 8 });
    assert_eq!(superblock.state().resync, Resync::From(ArraySector(5)));
    assert_eq!(superblock.recovery(), Some(recovery));
    assert!(superblock.is_replacement());
    assert!(superblock.log_area().is_some_and(|log| log.in_use));
    assert_eq!(superblock.corrected_reads(), 77);
    assert_eq!(superblock.set().size, 25_600);
    assert_eq!(superblock.features().bits(), 0x9B);
    change(&mut block, |editor| {
        editor.set_recovery(None);
        editor.set_replacement(false);
        editor.set_log_in_use(false);
    });
    assert_eq!(good(&block).features(), Features::BITMAP);
    assert_eq!(good(&block).recovery(), None);
}

#[test]
fn a_table_that_is_too_short_grows_by_sectors() {
    let mut block = [0; BLOCK_BYTES];
    let device = Device { number: 3, roles: 4, ..DEVICE };
    format(&mut block, Minor::V1_2, DRIVE, &SET, &device, &STATE).expect("a good superblock");
    block[0x108..].fill(0);
    change(&mut block, |editor| editor.set_role(4, Role::Slot(2)).expect("room"));
    assert_eq!(good(&block).device().roles, 128);
    assert_eq!(good(&block).role(4), Role::Slot(2));
    assert_eq!(good(&block).role(5), Role::Spare);
    change(&mut block, |editor| editor.set_role(128, Role::Faulty).expect("room"));
    assert_eq!(good(&block).sectors(), 2);
    assert_eq!(good(&block).device().roles, 384);
    assert_eq!(good(&block).role(383), Role::Spare);
}

#[test]
fn a_table_does_not_grow_into_the_bitmap() {
    let mut block = sample();
    overwrite(&mut block, 0x60, &1_i32.to_le_bytes());
    let mut editor = Editor::new(&mut block, Minor::V1_2, DRIVE).expect("a good superblock");
    assert_eq!(editor.set_role(128, Role::Faulty), Ok(()));
    assert_eq!(why(editor.seal()), Refusal::Inconsistent(Inconsistent::Bitmap));
}

#[test]
fn roles_that_are_none_are_not_set() {
    let mut block = sample();
    let before = block;
    change(&mut block, |editor| {
        let none = Err(Inconsistent::Role(4));
        assert_eq!(editor.set_role(0, Role::Slot(4)), none);
        assert_eq!(editor.set_role(0, Role::Journal), Err(Inconsistent::Role(0xFFFD)));
        assert_eq!(editor.set_role(0, Role::Unknown(0xFF00)), Err(Inconsistent::Role(0xFF00)));
        assert_eq!(editor.set_role(1920, Role::Spare), Err(Inconsistent::DevNumber(1920)));
    });
    assert_eq!(block, before);
}

#[test]
fn a_bad_change_is_not_sealed() {
    let mut block = sample();
    let mut editor = Editor::new(&mut block, Minor::V1_2, DRIVE).expect("a good superblock");
    editor.set_size(1 << 40);
    assert_eq!(why(editor.seal()), Refusal::Inconsistent(Inconsistent::Size(1 << 40)));
    let editor = Editor::new(&mut block, Minor::V1_2, DRIVE);
    assert!(editor.is_err(), "the block holds the bad change");
}

#[test]
fn what_would_be_refused_is_not_formatted() {
    let mut block = [0; BLOCK_BYTES];
    let mut why_not = |set: Set, device: Device| {
        why(format(&mut block, Minor::V1_2, DRIVE, &set, &device, &STATE))
    };
    let chunk = Set { chunk: 3, ..SET };
    assert_eq!(why_not(chunk, DEVICE), Refusal::Inconsistent(Inconsistent::Chunk(3)));
    let number = Device { number: 128, ..DEVICE };
    assert_eq!(why_not(SET, number), Refusal::Inconsistent(Inconsistent::DevNumber(128)));
    let roles = Device { roles: 1921, ..DEVICE };
    assert_eq!(why_not(SET, roles), Refusal::Damaged { stored: 0, computed: None });
    let tiny = format(&mut block, Minor::V1_2, 23, &SET, &DEVICE, &STATE);
    assert_eq!(why(tiny), Refusal::NotMd);
}
