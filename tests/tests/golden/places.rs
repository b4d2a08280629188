//! Where things lie on a member, and that a change leaves the rest alone.

use raid10_metadata::private::{self, Area, COPY_SECTORS, Tie, Void};
use raid10_metadata::{DriveSector, Editor, LogOffset, place};

use super::images::Member;
use super::mdadm;

/// Everything lies where we would have put it, and where our own frames go, Linux has left nothing.
pub(crate) fn check(member: &Member) {
    let superblock = member.superblock();
    let (set, device) = (superblock.set(), superblock.device());
    let drive = member.drive_sectors();
    let room = place::bitmap_room(drive);
    let (start, bits) = mdadm::bits(member, &superblock);
    assert_eq!(device.data_offset, place::data_offset(drive, set.chunk));
    assert_eq!(device.bitmap_offset, Some(place::BITMAP_OFFSET));
    assert_eq!(start, 16);
    let log = place::log(superblock.start(), device.data_offset, room, Some(bits));
    assert_eq!(log, Some(LogOffset { offset: 16, sectors: 8, shift: 0 }));
    assert_eq!(device.log, log);
    assert!(bits.sectors() <= superblock.bitmap_room(drive));
    let area = Area::of(&superblock, bits.sectors()).expect("room for our own");
    assert_eq!(area.copies, [DriveSector(1792), DriveSector(1920)]);
    for copy in area.copies {
        let bytes = member.sectors(copy.0, COPY_SECTORS);
        assert!(bytes.iter().all(|&byte| byte == 0), "Linux left something");
        assert_eq!(private::parse(bytes, &Tie::of(&superblock)), Err(Void::Absent));
    }
}

/// A change and its reverse give the bytes that Linux wrote.
pub(crate) fn check_change(member: &Member) {
    let superblock = member.superblock();
    let original = *member.block(superblock.start().0);
    let mut block = original;
    let (minor, drive) = (superblock.minor(), member.drive_sectors());
    for events in [superblock.events() + 1, superblock.events()] {
        let mut editor = Editor::new(&mut block, minor, drive).expect("a good superblock");
        editor.set_events(events);
        editor.set_recovery(superblock.recovery());
        editor.set_log_in_use(superblock.log_area().is_some_and(|log| log.in_use));
        editor.set_role(superblock.dev_number(), superblock.own_role()).expect("a good role");
        assert_eq!(editor.seal().expect("a good superblock").events(), events);
        assert_eq!(block == original, events == superblock.events());
    }
}
