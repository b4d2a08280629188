//! Second faults in a rebuild: every drive there is, every way to fail, every moment of the rebuild.
//!
//! Whatever happens: nothing reads wrong, the manifest is what cannot be read, nothing is lost that has a copy on
//! a drive that still works, everything ends, and when the drives are back the array heals.

extern crate std;

use std::collections::BTreeSet;
use std::vec::Vec;

use crate::rig::{Rig, Setup};
use crate::{
    ArrayLba, ArrayState, Content, DriveId, Duration, IoClass, IoCommand, IoOp, Policy, Slot,
};

const SIZE: u64 = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Dies,
    ReadError,
    WriteError,
    Hangs,
    TimesOut,
    PulledAndBack,
    PulledForGood,
}

const FAULTS: [Fault; 7] = [
    Fault::Dies,
    Fault::ReadError,
    Fault::WriteError,
    Fault::Hangs,
    Fault::TimesOut,
    Fault::PulledAndBack,
    Fault::PulledForGood,
];

/// When the second fault comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    BeforeTheFirstWindow,
    InAWindow,
    BetweenWindows,
    InTheLastWindow,
    AtPromotion,
}

const MOMENTS: [Moment; 5] = [
    Moment::BeforeTheFirstWindow,
    Moment::InAWindow,
    Moment::BetweenWindows,
    Moment::InTheLastWindow,
    Moment::AtPromotion,
];

const fn target_write(command: &IoCommand) -> Option<u64> {
    match (command.class, command.op) {
        (IoClass::Rebuild, IoOp::Write(extent, _)) => Some(extent.start.0),
        _ => None,
    }
}

fn hold_first(command: &IoCommand) -> bool {
    command.class == IoClass::Rebuild
}

fn hold_middle(command: &IoCommand) -> bool {
    target_write(command).is_some_and(|at| at >= SIZE / 2)
}

fn hold_last(command: &IoCommand) -> bool {
    target_write(command).is_some_and(|at| at >= SIZE - 64)
}

fn hold_flush(command: &IoCommand) -> bool {
    command.class == IoClass::Rebuild && command.op == IoOp::Flush
}

/// Slot 1 has lost its drive, and the spare, the last drive, is being filled.
fn rebuilding(copies: u8, members: u8, moment: Moment) -> Rig {
    let policy = Policy { auto_replace: false, rebuild_max: 1 << 19, ..Policy::default() };
    let mut rig = Setup { size: SIZE, policy, ..Setup::new(copies, members, 1) }.build();
    rig.fill(1000);
    rig.flush().unwrap();
    rig.add_spare(members);
    rig.run();
    match moment {
        Moment::BeforeTheFirstWindow => rig.hold(hold_first),
        Moment::InAWindow | Moment::BetweenWindows => rig.hold(hold_middle),
        Moment::InTheLastWindow => rig.hold(hold_last),
        Moment::AtPromotion => rig.hold(hold_flush),
    }
    rig.pull(1);
    rig.pass(Duration::secs(7));
    assert!(!rig.held.is_empty(), "the moment comes");
    if moment == Moment::BetweenWindows {
        rig.release();
    }
    rig
}

fn strike(rig: &mut Rig, drive: u8, fault: Fault) {
    let sectors = || (0..SIZE).step_by(97);
    let faulty = &mut rig.drives[usize::from(drive)];
    match fault {
        Fault::Dies => faulty.dead = true,
        Fault::ReadError => faulty.unreadable.extend(sectors()),
        Fault::WriteError => faulty.unwritable.extend(sectors()),
        Fault::Hangs => faulty.hung.extend(sectors().skip(4).take(1)),
        Fault::TimesOut => faulty.silent = true,
        Fault::PulledAndBack | Fault::PulledForGood => rig.pull(drive),
    }
    rig.release();
    if fault == Fault::PulledAndBack {
        rig.pass(Duration::millis(100));
        rig.insert(drive);
    }
}

/// Array sectors that a set of slots has a copy of.
fn held_by(rig: &Rig, slots: &BTreeSet<u8>) -> BTreeSet<u64> {
    let geometry = rig.engine.geometry();
    let held = |lba: &u64| {
        (0..geometry.shape().copies)
            .any(|copy| slots.contains(&geometry.locate(ArrayLba(*lba), copy).0.0))
    };
    (0..geometry.capacity().0).filter(held).collect()
}

fn play(copies: u8, members: u8, drive: u8, fault: Fault, moment: Moment) {
    let mut rig = rebuilding(copies, members, moment);
    strike(&mut rig, drive, fault);
    rig.pass(Duration::secs(400));
    let lost = rig.lost(1000);
    rig.pass(Duration::secs(60));
    assert_eq!(rig.lost(1000), lost, "what is lost stays lost, and nothing else");
    assert_eq!(rig.manifest(), lost);
    // Members that neither fault touched still have everything.
    let sound: BTreeSet<u8> = (0..members).filter(|&slot| slot != 1 && slot != drive).collect();
    let safe = held_by(&rig, &sound);
    assert!(lost.iter().all(|lba| !safe.contains(lba)), "lost without need");
    heal(&mut rig, members, drive);
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    let left = rig.lost(1000);
    assert_eq!(rig.manifest(), left);
    assert!(left.iter().all(|lba| lost.contains(lba)));
    // What the drive still holds is found again with it.
    let gone = matches!(fault, Fault::ReadError | Fault::WriteError);
    assert!(gone || left.is_empty(), "still lost: {left:?}");
    for lba in left {
        rig.write(lba, 1, 1000 + lba).unwrap();
    }
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
    assert!(rig.engine.is_idle());
}

/// All faults are over; drives that failed are plugged in again, and slots without a drive get a new one.
fn heal(rig: &mut Rig, members: u8, drive: u8) {
    for other in &mut rig.drives {
        other.heal();
    }
    rig.release();
    rig.pull(drive);
    rig.insert(drive);
    rig.pass(Duration::secs(400));
    for slot in 0..members {
        if rig.state(slot) == crate::MemberState::Missing {
            rig.arrive(1, Content::Blank, Some(slot));
            rig.pass(Duration::secs(400));
        }
    }
}

fn matrix(copies: u8, members: u8) {
    // The source, the target, and all others: of the set and of other sets.
    let drives = (0..=members).filter(|&drive| drive != 1);
    for drive in drives {
        for fault in FAULTS {
            for moment in MOMENTS {
                std::println!(
                    "near {copies}, {members} members: drive {drive} {fault:?} {moment:?}"
                );
                play(copies, members, drive, fault, moment);
            }
        }
    }
}

#[test]
fn near_2_of_4() {
    matrix(2, 4);
}

#[test]
fn near_2_of_5() {
    matrix(2, 5);
}

#[test]
fn near_2_of_6() {
    matrix(2, 6);
}

#[test]
fn near_3_of_5() {
    matrix(3, 5);
}

#[test]
fn near_3_of_6() {
    matrix(3, 6);
}

/// Degraded reads and writes without each drive, and without each pair.
#[test]
fn without_any_one_or_two_drives() {
    for (copies, members) in [(2, 4), (2, 5), (3, 6), (3, 5)] {
        for first in 0..members {
            for second in 0..members {
                let mut rig = Setup { size: 256, ..Setup::new(copies, members, 0) }.build();
                rig.fill(1000);
                rig.pull(first);
                if first != second {
                    rig.pull(second);
                }
                let away: BTreeSet<u8> = [first, second].into();
                let there = (0..members).filter(|slot| !away.contains(slot)).collect();
                let safe = held_by(&rig, &there);
                let expected: Vec<u64> =
                    (0..rig.engine.capacity().0).filter(|lba| !safe.contains(lba)).collect();
                assert_eq!(rig.lost(1000), expected, "near {copies}, without {away:?}");
                assert_eq!(rig.manifest(), expected);
                let failed = rig.engine.array_state() == ArrayState::Failed;
                assert_eq!(failed, !expected.is_empty());
            }
        }
    }
}

/// Two members of different sets fail with two spares there, and then one of the targets.
#[test]
fn two_failures_with_two_spares() {
    let policy = Policy { rebuild_max: 1 << 17, ..Policy::default() };
    let mut rig = Setup { size: SIZE, policy, ..Setup::new(2, 4, 3) }.build();
    rig.fill(1000);
    for drive in 4..7 {
        rig.add_spare(drive);
    }
    rig.run();
    rig.pull(1);
    rig.pass(Duration::secs(4));
    rig.pull(2);
    rig.pass(Duration::secs(4));
    let target = rig.engine.slot(Slot(2)).unwrap().target.expect("it is being filled");
    rig.drives[target.index()].dead = true;
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    assert_eq!(rig.engine.slot(Slot(2)).unwrap().member, Some(DriveId(6)));
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}
