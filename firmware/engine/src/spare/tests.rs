extern crate std;

use std::vec::Vec;

use super::*;
use crate::rig::{Rig, Setup};
use crate::{
    Command, Content, DriveInfo, Duration, IoClass, IoCommand, IoOp, Policy, Refusal, SectorCount,
};

fn d(id: u8) -> DriveId {
    DriveId(id)
}

fn add(rig: &mut Rig, drive: u8, dedicated: Option<u8>) {
    let dedicated = dedicated.map(Slot);
    rig.command(Command::AddSpare { drive: d(drive), dedicated, force: false }).unwrap();
    rig.run();
}

/// A drive like the others but for its size and its physical sector.
fn resize(rig: &mut Rig, drive: u8, size: u64, physical: u64) {
    rig.pull(drive);
    let info = DriveInfo {
        size: SectorCount(size),
        physical: SectorCount(physical),
        ..rig.info(drive, Content::Blank)
    };
    rig.arrive_as(drive, info);
}

fn passed_over(rig: &Rig) -> Vec<(DriveId, SpareObstacle)> {
    rig.events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::SparePassedOver { drive, obstacle, .. } => Some((drive, obstacle)),
            _ => None,
        })
        .collect()
}

fn chosen(rig: &Rig) -> Vec<DriveId> {
    rig.events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::SpareChosen { drive, .. } => Some(drive),
            _ => None,
        })
        .collect()
}

#[test]
fn a_dedicated_spare_goes_before_a_smaller_global_one() {
    let mut rig = Rig::new(2, 4, 4);
    resize(&mut rig, 5, 5000, 1);
    resize(&mut rig, 6, 3000, 1);
    add(&mut rig, 4, Some(2));
    add(&mut rig, 5, Some(1));
    add(&mut rig, 6, None);
    add(&mut rig, 7, None);
    rig.pull(1);
    rig.pass(Duration::secs(5));
    assert_eq!(chosen(&rig), [d(5)]);
    let expected = [
        (d(4), SpareObstacle::DedicatedElsewhere),
        (d(6), SpareObstacle::NotBest),
        (d(7), SpareObstacle::NotBest),
    ];
    assert_eq!(passed_over(&rig), expected);
}

#[test]
fn the_smallest_that_fits_is_taken_then_the_lowest_number() {
    let mut rig = Rig::new(2, 4, 4);
    resize(&mut rig, 4, 5000, 1);
    resize(&mut rig, 5, 3000, 1);
    resize(&mut rig, 6, 2500, 1);
    resize(&mut rig, 7, 2500, 1);
    for drive in 4..8 {
        add(&mut rig, drive, None);
    }
    for slot in [1, 2] {
        rig.pull(slot);
        rig.pass(Duration::secs(5));
    }
    assert_eq!(chosen(&rig), [d(6), d(7)]);
}

#[test]
fn drives_that_cannot_be_spares_are_refused_with_the_reason() {
    let mut rig = Rig::new(2, 4, 4);
    resize(&mut rig, 4, 2047, 1);
    resize(&mut rig, 5, 2048, 8);
    rig.pull(6);
    rig.arrive(6, Content::Foreign, None);
    rig.pull(7);
    let refused = [
        (4, Refusal::DriveTooSmall),
        (5, Refusal::SectorTooLarge),
        (6, Refusal::DriveForeign),
        (7, Refusal::NoSuchDrive),
        (0, Refusal::DriveInUse),
        (11, Refusal::NoSuchDrive),
        (200, Refusal::NoSuchDrive),
    ];
    for (drive, why) in refused {
        let command = Command::AddSpare { drive: d(drive), dedicated: None, force: false };
        assert_eq!(rig.command(command), Err(why), "drive {drive}");
    }
    let command = Command::AddSpare { drive: d(6), dedicated: Some(Slot(4)), force: true };
    assert_eq!(rig.command(command), Err(Refusal::NoSuchSlot));
    let told = rig.saw(|kind| matches!(kind, EventKind::CommandRefused { .. }));
    assert_eq!(told, refused.len() + 1);
    assert_eq!(rig.commands(IoClass::Probe), 0);
}

#[test]
fn a_foreign_drive_is_taken_by_force() {
    let mut rig = Rig::new(2, 4, 1);
    rig.pull(4);
    rig.arrive(4, Content::Foreign, None);
    rig.command(Command::AddSpare { drive: d(4), dedicated: None, force: true }).unwrap();
    rig.run();
    assert_eq!(rig.engine.drive(d(4)).unwrap().proof, Proof::Proven);
}

/// Written and read back, in this order, before anything else happens to it.
#[test]
fn a_spare_is_proven_before_it_is_used() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.pull(1);
    rig.pass(Duration::secs(10));
    rig.log.clear();
    add(&mut rig, 4, None);
    let to_spare: Vec<&IoCommand> =
        rig.log.iter().filter(|command| command.drive == d(4)).collect();
    assert!(matches!(to_spare[0].op, IoOp::Write(..)) && to_spare[0].class == IoClass::Probe);
    assert!(matches!(to_spare[1].op, IoOp::Compare(..)) && to_spare[1].class == IoClass::Probe);
    assert!(to_spare[2..].iter().all(|command| command.class != IoClass::Probe));
    assert!(to_spare.len() > 2);
}

/// However its proof fails, it is not used, and the reason is told.
#[test]
fn a_spare_that_fails_its_proof_is_not_used() {
    for fault in ["dead", "unwritable", "faulty", "hung", "silent", "leaves"] {
        let mut rig = Rig::new(2, 4, 1);
        rig.fill(1000);
        let drive = &mut rig.drives[4];
        match fault {
            "dead" => drive.dead = true,
            "unwritable" => drive.unwritable.extend(0..2048),
            "faulty" => drive.faulty.extend(0..2048),
            "hung" => drive.hung.extend(0..2048),
            "silent" => drive.silent = true,
            _ => _ = rig.held_drives.insert(4),
        }
        add(&mut rig, 4, None);
        if fault == "leaves" {
            rig.pull(4);
        }
        rig.pull(1);
        rig.pass(Duration::secs(60));
        assert_eq!(chosen(&rig), [], "{fault}");
        let refused = EventKind::SpareRefused { drive: d(4), obstacle: SpareObstacle::ProofFailed };
        assert!(rig.saw(|kind| *kind == refused) >= 1, "{fault}");
        assert_eq!(
            rig.saw(|kind| *kind == EventKind::SpareMissing { slot: Slot(1) }),
            1,
            "{fault}"
        );
    }
}

/// A drive that reads back something else.
#[test]
fn a_spare_that_reads_back_something_else_is_not_used() {
    let mut rig = Rig::new(2, 4, 1);
    rig.hold(|command| matches!(command.op, IoOp::Compare(..)));
    add(&mut rig, 4, None);
    let compare = rig.held.pop().unwrap();
    rig.complete(compare.id, Outcome::Mismatch);
    assert_eq!(rig.engine.drive(d(4)).unwrap().proof, Proof::Refused(SpareObstacle::ProofFailed));
    // Added again it gets another chance.
    rig.release();
    add(&mut rig, 4, None);
    assert_eq!(rig.engine.drive(d(4)).unwrap().proof, Proof::Proven);
}

#[test]
fn an_idle_spare_is_proven_again_in_time() {
    let mut rig = Rig::new(2, 4, 1);
    add(&mut rig, 4, None);
    rig.pass(Duration::secs(100));
    rig.drives[4].dead = true;
    rig.pass(Duration::secs(3400));
    assert_eq!(rig.engine.drive(d(4)).unwrap().proof, Proof::Proven);
    rig.pass(Duration::secs(200));
    assert_ne!(rig.engine.drive(d(4)).unwrap().proof, Proof::Proven);
}

#[test]
fn the_lack_of_a_spare_is_told_once_and_ends_with_a_spare() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.pull(1);
    rig.pass(Duration::secs(100));
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::SpareMissing { .. })), 1);
    add(&mut rig, 4, None);
    rig.pass(Duration::secs(10));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(4)));
}

/// One spare for two degraded sets: one is rebuilt, the other waits, and gets the next.
#[test]
fn one_spare_serves_one_of_two_degraded_sets() {
    let mut rig = Rig::new(2, 4, 2);
    rig.fill(1000);
    add(&mut rig, 4, None);
    rig.pull(1);
    rig.pull(2);
    rig.pass(Duration::secs(60));
    let online = |rig: &Rig, slot| rig.state(slot) == crate::MemberState::Online;
    assert!(online(&rig, 1) && !online(&rig, 2));
    add(&mut rig, 5, None);
    rig.pass(Duration::secs(60));
    assert!(online(&rig, 1) && online(&rig, 2));
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

#[test]
fn two_spares_serve_two_degraded_sets_at_once() {
    let policy = Policy { rebuild_max: 1 << 18, ..Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 2) }.build();
    rig.fill(1000);
    add(&mut rig, 4, None);
    add(&mut rig, 5, None);
    rig.pull(1);
    rig.pull(2);
    rig.pass(Duration::millis(4500));
    for slot in [1, 2] {
        let progress = rig.engine.progress(Slot(slot)).unwrap();
        assert!(progress.checkpoint.0 > 0, "slot {slot}: {progress:?}");
    }
}

/// A target that dies is replaced by the next spare.
#[test]
fn the_next_spare_takes_over_from_a_dead_target() {
    let policy = Policy { rebuild_max: 1 << 18, ..Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 2) }.build();
    rig.fill(1000);
    add(&mut rig, 4, None);
    add(&mut rig, 5, None);
    rig.pull(1);
    rig.pass(Duration::millis(4000));
    rig.drives[4].dead = true;
    rig.pass(Duration::secs(60));
    assert_eq!(chosen(&rig), [d(4), d(5)]);
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(5)));
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::RebuildFailed { .. })), 1);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// A drive that the operator names is taken, whatever else is ready.
#[test]
fn the_named_drive_is_taken() {
    for with_policy in [true, false] {
        let policy = Policy { auto_rebuild: with_policy, ..Policy::default() };
        let mut rig = Rig::with_policy(2, 4, 2, policy);
        rig.fill(1000);
        add(&mut rig, 4, None);
        rig.command(Command::Replace { slot: Slot(1), with: Some(d(5)) }).unwrap();
        rig.pass(Duration::secs(10));
        assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(5)));
        rig.pull(2);
        rig.command(Command::Rebuild { slot: Slot(2), with: d(1), force: false }).unwrap();
        rig.pass(Duration::secs(10));
        assert_eq!(rig.engine.slot(Slot(2)).unwrap().member, Some(d(1)));
    }
}

/// The blank drive in the bay fails its proof, and the old one comes back: nobody wishes for a replacement.
#[test]
fn a_wish_ends_with_its_reason() {
    let mut rig = Rig::new(2, 4, 2);
    rig.fill(1000);
    rig.pull(1);
    rig.drives[4].dead = true;
    rig.arrive(4, Content::Blank, Some(1));
    rig.pass(Duration::secs(1));
    rig.arrive(1, Content::Ours, None);
    rig.pass(Duration::secs(1));
    add(&mut rig, 5, None);
    rig.pass(Duration::secs(10));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(1)));
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::ReplaceStarted { .. })), 0);
}

/// A proof that was called off is still on its way to the drive: no other begins before it is over.
#[test]
fn a_late_proof_does_not_hit_a_filled_drive() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.hold(|command| command.class == IoClass::Probe && matches!(command.op, IoOp::Write(..)));
    add(&mut rig, 4, None);
    rig.command(Command::RemoveSpare(d(4))).unwrap();
    add(&mut rig, 4, None);
    assert_eq!(rig.held.len(), 1);
    rig.pull(1);
    rig.release();
    rig.pass(Duration::secs(30));
    rig.pull(0);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// An ailing member is copied to a spare while it serves.
#[test]
fn an_ailing_member_is_replaced_by_itself() {
    for automatic in [true, false] {
        let policy = Policy { auto_replace: automatic, error_limit: 4, ..Policy::default() };
        let mut rig = Rig::with_policy(2, 4, 1, policy);
        rig.fill(1000);
        add(&mut rig, 4, None);
        rig.drives[1].unreadable.extend([1, 101, 201, 301, 401]);
        rig.drives[1].unwritable.extend([1, 101, 201, 301, 401]);
        rig.pull(0);
        let mut lost = rig.lost(1000).len();
        assert_eq!(lost, 5);
        rig.arrive(0, Content::Ours, None);
        rig.pass(Duration::secs(60));
        let member = rig.engine.slot(Slot(1)).unwrap().member;
        assert_eq!(member, Some(d(if automatic { 4 } else { 1 })));
        lost = rig.lost(1000).len();
        assert_eq!(lost, 0);
    }
}
