extern crate std;

use std::vec::Vec;

use super::*;
use crate::rig::{Rig, Setup};
use crate::{ArrayLba, Duration, EventKind, HostError, HostOp, IoClass, IoCommand, IoOp, Slot};

/// The drives that a read of `lba` went to, in order.
fn asked(rig: &Rig) -> Vec<u8> {
    let host = |command: &&IoCommand| {
        command.class == IoClass::Host && matches!(command.op, IoOp::Read(..))
    };
    rig.log.iter().filter(host).map(|command| command.drive.0).collect()
}

/// Whichever copies fail, the ones that are left are asked, each once for a sector.
#[test]
fn each_copy_is_tried_for_a_bad_sector() {
    for copies in 2..=3_u8 {
        for bad in 0..1_u8 << copies {
            let mut rig = Rig::new(copies, copies, 0);
            rig.fill(1000);
            rig.log.clear();
            for drive in (0..copies).filter(|drive| bad >> drive & 1 == 1) {
                rig.drives[usize::from(drive)].unreadable.insert(9);
            }
            let all = bad == (1 << copies) - 1;
            let expected =
                if all { Err(HostError::Lost(ArrayLba(9))) } else { Ok(std::vec![1009]) };
            assert_eq!(rig.read(9, 1), expected, "bad on {bad:03b}");
            let mut asked = asked(&rig);
            assert!(asked.len() <= usize::from(copies));
            asked.sort_unstable();
            asked.dedup();
            assert!(!all || asked.len() == usize::from(copies));
        }
    }
}

/// A long read over a sector that is bad on every copy loses that sector only.
#[test]
fn a_bad_sector_is_narrowed_down() {
    for bad in [0, 1, 31, 32, 62, 63] {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        for drive in [0, 1] {
            rig.drives[drive].unreadable.insert(bad);
        }
        assert_eq!(rig.read(0, 64), Err(HostError::Lost(ArrayLba(bad))));
        assert_eq!(rig.manifest(), [bad]);
        assert_eq!(rig.engine.lost_sectors(), SectorCount(1));
        assert_eq!(rig.lost(1000), [bad]);
    }
}

/// Bad sectors at different places of the copies: everything is readable, and repaired.
#[test]
fn copies_complete_each_other() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[0].unreadable.extend([3, 4, 40]);
    rig.drives[1].unreadable.extend([5, 41, 63]);
    let expected: Vec<u64> = (1000..1064).collect();
    assert_eq!(rig.read(0, 64), Ok(expected));
    rig.pass(Duration::secs(10));
    assert!(rig.drives[0].unreadable.is_empty(), "{:?}", rig.drives[0].unreadable);
    assert_eq!(rig.engine.lost_sectors(), SectorCount(0));
}

#[test]
fn a_bad_sector_is_repaired_and_read_back() {
    for drive in [0, 1] {
        let mut rig = Rig::new(2, 2, 0);
        rig.fill(1000);
        rig.drives[drive].unreadable.insert(3);
        // Whoever is asked first, the second read comes to the other.
        rig.read(3, 1).unwrap();
        rig.engine.drives[1 - drive].head = MemberLba(4000);
        rig.engine.drives[drive].head = MemberLba(3);
        rig.read(3, 1).unwrap();
        rig.pass(Duration::secs(1));
        assert!(rig.drives[drive].unreadable.is_empty());
        assert_eq!(rig.saw(|kind| matches!(kind, EventKind::SectorRepaired { .. })), 1);
        let compares = rig.log.iter().filter(|command| matches!(command.op, IoOp::Compare(..)));
        assert_eq!(compares.count(), 1);
        assert_eq!(rig.lost(1000), Vec::<u64>::new());
    }
}

/// On drives with sectors of 4 KiB nothing smaller is read, written or called lost.
#[test]
fn large_sectors_are_never_split() {
    let mut rig = Setup { physical: 8, ..Setup::new(2, 4, 0) }.build();
    rig.fill(1000);
    for drive in [0, 1] {
        rig.drives[drive].unreadable.extend(24..32);
    }
    assert_eq!(rig.read(0, 64), Err(HostError::Lost(ArrayLba(24))));
    assert_eq!(rig.manifest(), (24..32).collect::<Vec<u64>>());
    rig.write(24, 8, 7).unwrap();
    assert_eq!(rig.read(24, 8), Ok(std::vec![7; 8]));
    assert_eq!(rig.manifest(), Vec::<u64>::new());
    for command in &rig.log {
        if let IoOp::Read(extent, _) | IoOp::Write(extent, _) | IoOp::Compare(extent, _) =
            command.op
        {
            assert!(extent.start.0 % 8 == 0 && extent.count.0 % 8 == 0, "{command:?}");
        }
    }
}

#[test]
fn an_overwrite_heals_a_lost_sector() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    for drive in [0, 1] {
        rig.drives[drive].unreadable.extend([3, 4]);
    }
    assert_eq!(rig.lost(1000), [3, 4]);
    rig.write(3, 1, 7).unwrap();
    assert_eq!(rig.manifest(), [4]);
    assert_eq!(rig.read(3, 1), Ok(std::vec![7]));
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::DataHealed { .. })), 1);
    let id = rig.start(HostOp::Trim, 4, 1, 0);
    rig.end(id).unwrap();
    assert_eq!(rig.manifest(), Vec::<u64>::new());
}

/// Load goes to both copies, and a sequential read stays where the head is.
#[test]
fn reads_are_shared_between_the_copies() {
    let mut rig = Rig::new(2, 2, 0);
    rig.fill(1000);
    rig.log.clear();
    rig.held_drives.extend([0, 1]);
    for at in 0..16 {
        rig.start_read(at * 128, 8);
    }
    let on_first = asked(&rig).iter().filter(|&&drive| drive == 0).count();
    assert_eq!(on_first, 8);
    rig.release();
    rig.log.clear();
    for at in 0..10 {
        rig.read(at * 8, 8).unwrap();
    }
    let asked = asked(&rig);
    assert_eq!(asked, std::vec![asked[0]; 10]);
}

/// A drive that was ejected by command still has the last copy of what is bad elsewhere.
#[test]
fn an_ejected_drive_is_read_as_the_last_resort() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.command(crate::Command::Fail(Slot(0))).unwrap();
    rig.log.clear();
    rig.read(0, 64).unwrap();
    assert_eq!(asked(&rig), [1]);
    rig.drives[1].unreadable.insert(10);
    assert_eq!(rig.read(10, 1), Ok(std::vec![1010]));
    // What it missed is older there: it is not asked for that.
    rig.write(1, 1, 7).unwrap();
    rig.drives[1].unreadable.insert(1);
    assert_eq!(rig.read(1, 1), Err(HostError::Lost(ArrayLba(1))));
}

#[test]
fn halving_stays_on_granules_and_ends() {
    for granule in [1, 8] {
        for sectors in 1..20_u32 {
            let mut read = ReadState::new(sectors * granule);
            let mut halvings = 0;
            while read.halve(granule) {
                halvings += 1;
                assert!(read.piece >= granule && read.piece.is_multiple_of(granule));
                assert!(halvings < 20);
            }
            assert_eq!(read.piece, granule);
        }
    }
}
