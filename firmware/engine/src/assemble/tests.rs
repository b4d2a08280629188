extern crate std;

use raid10_metadata::private::Area;
use raid10_metadata::{Minor, Superblock};

use crate::rig::{FRONT, Rig, Setup};
use crate::{
    ArrayState, AssemblyOrder, Command, DriveId, Duration, EventKind, IoClass, IoOp, MemberState,
    Refusal,
};

fn labelled() -> Rig {
    let mut rig = Setup { labelled: true, ..Setup::new(2, 2, 0) }.build();
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pass(Duration::secs(60));
    rig
}

/// The first sectors of a drive's two frames.
fn frames(rig: &Rig, drive: usize) -> [u64; 2] {
    let block = rig.label(drive);
    let size = rig.size + FRONT;
    let superblock = Superblock::parse(&block, Minor::V1_2, size).expect("a label");
    let area = Area::of(&superblock, superblock.bitmap_room(size)).expect("room for frames");
    area.copies.map(|copy| copy.0)
}

fn spoil(rig: &mut Rig, drive: usize, sector: u64) {
    rig.drives[drive].front.get_mut(&sector).expect("it was written")[0] ^= 1;
}

fn spoil_frames(rig: &mut Rig, drive: usize) {
    for sector in frames(rig, drive) {
        spoil(rig, drive, sector);
    }
}

/// Sectors that were copied to a drive.
fn copied(rig: &Rig, drive: u8) -> u64 {
    let writes = rig.log.iter().filter(|io| io.drive.0 == drive && io.class == IoClass::Rebuild);
    writes
        .map(|io| match io.op {
            IoOp::Write(extent, _) | IoOp::WriteDurable(extent, _) => extent.count.0,
            _ => 0,
        })
        .sum()
}

/// Drive 1 was away for one write, and is there at the next start. Returns what was copied to it.
fn copied_to_one_that_was_away(spoiled: bool) -> u64 {
    let mut rig = labelled();
    rig.pull(1);
    rig.write(5, 1, 77).unwrap();
    rig.flush().unwrap();
    rig.go_down(true);
    rig.drives[1].present = true;
    if spoiled {
        spoil_frames(&mut rig, 1);
    }
    rig.log.clear();
    rig.come_up();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.state(1), MemberState::Online);
    let copied = copied(&rig, 1);
    rig.pull(0);
    assert_eq!(rig.read(5, 1), Ok(std::vec![77]));
    copied
}

#[test]
fn an_order_is_for_an_array_that_is_not_put_together() {
    let mut rig = labelled();
    for order in [AssemblyOrder::Now, AssemblyOrder::Degraded, AssemblyOrder::Choose(DriveId(0))] {
        assert_eq!(rig.command(Command::Assemble(order)), Err(Refusal::WrongState));
    }
}

#[test]
fn an_order_names_a_drive_that_is_there() {
    let mut rig = labelled();
    rig.drives[1].present = false;
    rig.reboot(true);
    for order in [AssemblyOrder::Accept(DriveId(1)), AssemblyOrder::Choose(DriveId(200))] {
        assert_eq!(rig.command(Command::Assemble(order)), Err(Refusal::NoSuchDrive));
    }
    assert_eq!(rig.engine.array_state(), ArrayState::Waiting);
    // The other one is away and holds everything too: the operator must say that it is no newer.
    rig.pass(Duration::secs(20));
    assert_eq!(rig.engine.array_state(), ArrayState::Refused);
    assert_eq!(rig.command(Command::Assemble(AssemblyOrder::Degraded)), Ok(()));
    rig.run();
    assert_eq!(rig.engine.array_state(), ArrayState::Degraded);
    assert_eq!(rig.saw(|kind| *kind == EventKind::ArrayAssembled), 1);
}

#[test]
fn an_array_starts_without_frames() {
    let mut rig = labelled();
    rig.go_down(true);
    spoil_frames(&mut rig, 0);
    spoil_frames(&mut rig, 1);
    rig.log.clear();
    rig.come_up();
    rig.pass(Duration::secs(30));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    assert!(rig.lost(1000).is_empty());
}

#[test]
fn a_member_gets_what_the_bits_tell_and_everything_if_nobody_knows_when_it_left() {
    let (told, untold) = (copied_to_one_that_was_away(false), copied_to_one_that_was_away(true));
    assert!(0 < told && told < 100, "{told}");
    assert_eq!(untold, 2048);
}

#[test]
fn bits_that_cannot_be_read_count_as_set() {
    for spoiled in [false, true] {
        let mut rig = labelled();
        rig.write(5, 1, 77).unwrap();
        rig.go_down(true);
        if spoiled {
            // The header of the bitmap.
            (0..2).for_each(|drive| spoil(&mut rig, drive, 16));
        }
        rig.hold(|io| io.class == IoClass::Rebuild);
        rig.come_up();
        let uneven = rig.engine.drives[1].uneven.count();
        let all = rig.engine.region_of(2047) as u32 + 1;
        assert!(if spoiled { uneven == all } else { 0 < uneven && uneven < all }, "{uneven}");
    }
}
