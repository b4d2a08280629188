//! Failing tests of open bugs; see the list that goes with them.

extern crate std;

use std::vec::Vec;

use crate::config::MEMBERS_MAX;
use crate::rig::{Rig, Setup};
use crate::*;

const fn d(id: u8) -> DriveId {
    DriveId(id)
}

fn is_write_to(command: &IoCommand, drive: u8, class: IoClass) -> bool {
    command.drive.0 == drive && command.class == class && matches!(command.op, IoOp::Write(..))
}

/// A write to both copies; one has it, the other is slow. The first loses its power meanwhile.
#[test]
fn k1_a_copy_lost_with_the_cache_before_the_write_ends_is_not_believed() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.hold(|c| c.drive.0 == 1);
    let id = rig.start_write(0, 8, 7);
    rig.run();
    rig.pull(0);
    rig.insert(0);
    rig.release_one(|c| is_write_to(c, 1, IoClass::Host));
    rig.run();
    assert_eq!(rig.result(id), Some(Ok(())));
    rig.pull(1);
    if let Ok(data) = rig.read(0, 8) {
        assert_eq!(data, [7; 8]);
    }
}

#[test]
fn k2_a_copy_wiped_before_the_write_ends_is_not_believed() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.hold(|c| c.drive.0 == 1);
    let id = rig.start_write(0, 8, 7);
    rig.run();
    rig.pull(0);
    rig.arrive(0, Content::Blank, Some(0));
    rig.run();
    rig.release_one(|c| is_write_to(c, 1, IoClass::Host));
    rig.run();
    assert_eq!(rig.result(id), Some(Ok(())));
    rig.pull(1);
    if let Ok(data) = rig.read(0, 8) {
        assert_eq!(data, [7; 8]);
    }
}

/// A host write fails on a target, behind what has been copied and above the front.
#[test]
fn n_a_write_missed_between_front_and_next_stays_known() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    rig.now = rig.now + Duration::secs(10);
    // The first window of the target hangs in its write; the ones behind it are copied.
    rig.hold(|c| {
        c.drive.0 == 4
            && c.class == IoClass::Rebuild
            && matches!(c.op, IoOp::Write(extent, _) if extent.start.0 == 0)
    });
    rig.arrive(4, Content::Blank, Some(1));
    rig.run();
    let progress = rig.engine.progress(Slot(1)).unwrap();
    assert_eq!(progress.checkpoint, MemberLba(0));
    // Array 128..192 is stream 64..128 of set 0: member sector 64 on.
    rig.drives[4].unwritable.insert(64);
    let id = rig.start_write(128, 8, 7);
    rig.run();
    assert_eq!(rig.result(id), Some(Ok(())));
    rig.drives[4].unwritable.clear();
    rig.hold(|c| c.class == IoClass::Repair);
    for held in core::mem::take(&mut rig.held) {
        rig.queue.push_back(held);
    }
    rig.run();
    rig.pull(0);
    if let Ok(data) = rig.read(128, 8) {
        assert_eq!(data, [7; 8]);
    }
}

/// A glitch keeps the cache; the loss of power after it does not.
#[test]
fn xx_a_glitch_does_not_make_cached_writes_durable() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.write(0, 8, 7).unwrap();
    rig.glitch(0);
    rig.run();
    rig.pull(0);
    rig.insert(0);
    rig.pull(1);
    if let Ok(data) = rig.read(0, 8) {
        assert_eq!(data, [7; 8]);
    }
}

fn differing() -> Rig {
    let policy = Policy { rebuild_max: 1 << 16, ..Policy::default() };
    Setup { initial: Initial::Differing, policy, ..Setup::new(2, 4, 0) }.build()
}

#[test]
fn a2_a_follower_that_missed_a_write_is_no_full_heir() {
    let mut rig = differing();
    rig.drives[1].unwritable.insert(1000);
    // Stream 1000 of set 0: chunk 15 of the set, array chunk 30.
    let lba = 30 * 64 + 40;
    rig.write(lba, 1, 7).unwrap();
    rig.pull(0);
    match rig.read(lba, 1) {
        Ok(data) => assert_eq!(data, [7]),
        Err(error) => assert_eq!(error, HostError::Lost(ArrayLba(lba))),
    }
}

#[test]
fn a2_a_follower_that_was_away_in_a_write_is_no_full_heir() {
    let mut rig = differing();
    rig.pull(1);
    let lba = 30 * 64 + 40;
    rig.write(lba, 1, 7).unwrap();
    rig.arrive(1, Content::Ours, None);
    rig.pull(0);
    match rig.read(lba, 1) {
        Ok(data) => assert_eq!(data, [7]),
        Err(error) => assert_eq!(error, HostError::Lost(ArrayLba(lba))),
    }
}

/// More holes than the exact table has places for.
#[test]
fn b2_accepted_losses_do_not_become_valid() {
    let mut rig = Setup { size: 4096, ..Setup::new(2, 2, 0) }.build();
    rig.fill(10_000);
    rig.flush().unwrap();
    assert_eq!(rig.engine.region_sectors(), SectorCount(8));
    rig.pull(0);
    for lba in (0..4096).step_by(16) {
        rig.write(lba, 8, 7).unwrap();
    }
    rig.pull(1);
    rig.arrive(0, Content::Ours, None);
    rig.command(Command::AcceptLosses).unwrap();
    rig.run();
    for lba in (0..4096).step_by(16) {
        if let Ok(data) = rig.read(lba, 1) {
            assert_eq!(data, [7], "sector {lba}");
        }
    }
}

/// Strikes on a drive whose reset is under way.
#[test]
fn l2_a_drive_that_fails_in_its_reset_is_isolated() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.held_drives.insert(0);
    for lba in [0, 128, 256, 384] {
        rig.start_write(lba, 8, 7);
    }
    rig.run();
    rig.pass(Duration::secs(10));
    let sent: Vec<IoCommand> =
        rig.held.iter().filter(|c| matches!(c.op, IoOp::Write(..))).copied().collect();
    assert_eq!(sent.len(), 4);
    for command in &sent[..3] {
        rig.held.retain(|held| held.id != command.id);
        rig.complete(command.id, Outcome::Fault(IoFault::Hardware));
    }
    rig.release();
    rig.pass(Duration::secs(30));
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::InvariantBroken { .. })), 0);
    assert_eq!(rig.state(0), MemberState::Failed);
}

/// Every drive behind one expander hangs, with every table full.
#[test]
fn h_all_drives_silent_and_the_tables_full() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    for drive in &mut rig.drives {
        drive.silent = true;
    }
    let mut ids = Vec::new();
    for _ in 0..32 {
        ids.push(rig.start(HostOp::Flush, 0, 0, 0));
    }
    rig.pass(Duration::secs(120));
    for id in ids {
        assert!(rig.result(id).is_some(), "{id:?} never ends");
    }
}

#[test]
fn q_a_source_sector_that_hangs_is_passed_and_the_rebuild_ends() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.drives[0].hung.insert(500);
    rig.add_spare(4);
    rig.pull(1);
    rig.pass(Duration::secs(3600));
    assert_eq!(rig.state(1), MemberState::Online);
}

#[test]
fn q_a_source_sector_with_a_hardware_error_is_passed_and_the_rebuild_ends() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.drives[0].faulty.insert(500);
    rig.add_spare(4);
    rig.pull(1);
    rig.pass(Duration::secs(3600));
    assert_eq!(rig.state(1), MemberState::Online);
}

#[test]
fn d_a_target_sector_with_a_hardware_error_does_not_keep_the_rebuild_busy_for_ever() {
    let mut rig = Rig::new(2, 4, 2);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.drives[4].faulty.insert(500);
    rig.add_spare(4);
    rig.pull(1);
    rig.pass(Duration::secs(3600));
}

#[test]
fn d_a_target_sector_that_hangs_does_not_keep_the_rebuild_busy_for_ever() {
    let mut rig = Rig::new(2, 4, 2);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.drives[4].hung.insert(500);
    rig.add_spare(4);
    rig.pull(1);
    rig.pass(Duration::secs(3600));
    let reads = rig.log.iter().filter(|c| c.class == IoClass::Rebuild).count();
    assert!(reads < 500, "{reads} commands for 32 windows");
}

#[test]
fn w_a_repair_whose_source_fails_ends() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[1].unwritable.insert(10);
    rig.write(8, 8, 7).unwrap();
    rig.drives[1].unwritable.clear();
    rig.drives[0].faulty.insert(10);
    rig.pass(Duration::secs(60));
}

#[test]
fn w_a_repair_whose_drive_fails_it_ends() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[1].faulty.insert(10);
    rig.write(8, 8, 7).unwrap();
    rig.pass(Duration::secs(60));
}

#[test]
fn qq_a_resync_whose_last_flush_fails_comes_to_rest() {
    for fault in [IoFault::Medium, IoFault::Hardware, IoFault::Gone, IoFault::Aborted] {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        rig.flush().unwrap();
        rig.pull(1);
        rig.write(0, 8, 7).unwrap();
        rig.drives[1].flush_fault = Some(fault);
        rig.arrive(1, Content::Ours, None);
        rig.pass(Duration::secs(60));
    }
}

#[test]
fn rr_a_flush_does_not_end_well_when_the_only_copy_left_in_it() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    rig.write(0, 8, 7).unwrap();
    rig.hold(|c| c.drive.0 == 0 && c.op == IoOp::Flush);
    let id = rig.start(HostOp::Flush, 0, 0, 0);
    rig.run();
    rig.pull(0);
    rig.run();
    assert_eq!(rig.result(id), Some(Err(HostError::NotFlushed)));
}

#[test]
fn rr_a_flush_does_not_end_well_while_the_only_copy_is_away_with_its_cache() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    rig.write(0, 8, 7).unwrap();
    rig.pull(0);
    assert_eq!(rig.flush(), Err(HostError::NotFlushed));
}

/// A resyncing member took a write into a stale region, and lost it in a failed flush.
#[test]
fn uu_what_a_failed_flush_lost_is_not_believed() {
    let policy = Policy { rebuild_max: 1 << 16, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 0, policy);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    for lba in (0..4096).step_by(128) {
        rig.write(lba, 8, 7).unwrap();
    }
    rig.flush().unwrap();
    rig.arrive(1, Content::Ours, None);
    let lba = 30 * 64;
    rig.write(lba, 4, 9).unwrap();
    rig.drives[1].flush_fault = Some(IoFault::Medium);
    rig.drives[1].flush_drops = true;
    rig.hold(|c| c.class == IoClass::Rebuild);
    let id = rig.start(HostOp::Flush, 0, 0, 0);
    rig.run();
    assert!(rig.result(id).is_some());
    rig.pull(0);
    match rig.read(lba, 4) {
        Ok(data) => assert_eq!(data, [9; 4]),
        Err(error) => assert_eq!(error, HostError::Lost(ArrayLba(lba))),
    }
}

/// A proof that was called off is still under way when the drive is filled.
#[test]
fn p2_a_late_proof_does_not_hit_a_filled_drive() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.hold(|c| c.class == IoClass::Probe && matches!(c.op, IoOp::Write(..)));
    rig.add_spare(4);
    rig.run();
    rig.command(Command::RemoveSpare(d(4))).unwrap();
    rig.add_spare(4);
    rig.run();
    rig.pull(1);
    let last = rig.held.len() - 1;
    if last > 0 {
        let first = rig.held[0].id;
        rig.release_one(|c| c.id == first);
        rig.run();
        rig.pass(Duration::secs(30));
    }
    rig.release();
    rig.pass(Duration::secs(30));
    rig.pull(0);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// A late write of a replacement that was called off.
#[test]
fn p2_a_late_copy_does_not_hit_a_drive_filled_for_another_slot() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.add_spare(4);
    rig.run();
    rig.hold(|c| is_write_to(c, 4, IoClass::Rebuild));
    rig.command(Command::Replace { slot: Slot(0), with: None }).unwrap();
    rig.run();
    let late = rig.held[0].id;
    rig.command(Command::CancelReplace(Slot(0))).unwrap();
    while let Some(other) = rig.held.iter().find(|c| c.id != late).map(|c| c.id) {
        rig.release_one(|c| c.id == other);
    }
    rig.add_spare(4);
    rig.run();
    rig.command(Command::Replace { slot: Slot(2), with: None }).unwrap();
    // Everything but the late one is answered.
    for _ in 0..10_000 {
        while let Some(other) = rig.held.iter().find(|c| c.id != late).map(|c| c.id) {
            rig.release_one(|c| c.id == other);
        }
        rig.run();
        if rig.held.len() <= 1 {
            break;
        }
    }
    rig.release();
    rig.pass(Duration::secs(5));
    assert_eq!(rig.engine.slot(Slot(2)).unwrap().member, Some(d(4)));
    rig.pull(3);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// Chunks that hold nothing, at the end of a member of an odd array, are many windows long.
#[test]
fn ll_a_rebuild_passes_a_long_empty_end() {
    for slot in 0..3 {
        let setup = Setup { chunk: 1024, size: 5 * 1024, volatile: false, ..Setup::new(2, 3, 1) };
        let mut rig = setup.build();
        rig.add_spare(3);
        rig.run();
        rig.pull(slot);
        rig.pass(Duration::secs(600));
        assert_eq!(rig.state(slot), MemberState::Online, "slot {slot}");
    }
}

#[test]
fn ee_an_unused_wish_does_not_replace_a_member_that_came_back() {
    let mut rig = Rig::new(2, 4, 2);
    rig.fill(1000);
    rig.pull(1);
    rig.drives[4].dead = true;
    rig.arrive(4, Content::Blank, Some(1));
    rig.pass(Duration::secs(1));
    rig.arrive(1, Content::Ours, None);
    rig.pass(Duration::secs(1));
    assert_eq!(rig.state(1), MemberState::Online);
    rig.add_spare(5);
    rig.pass(Duration::secs(10));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(1)));
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::ReplaceStarted { .. })), 0);
}

#[test]
fn ff_the_named_drive_is_taken_for_a_replacement() {
    let mut rig = Rig::new(2, 4, 2);
    rig.fill(1000);
    rig.add_spare(4);
    rig.run();
    rig.command(Command::Replace { slot: Slot(1), with: Some(d(5)) }).unwrap();
    rig.pass(Duration::secs(10));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(5)));
}

#[test]
fn ff_the_named_drive_is_taken_for_a_rebuild() {
    let policy = Policy { auto_rebuild: false, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 2, policy);
    rig.fill(1000);
    rig.add_spare(4);
    rig.run();
    rig.pull(1);
    rig.pass(Duration::secs(10));
    rig.command(Command::Rebuild { slot: Slot(1), with: d(5), force: false }).unwrap();
    rig.pass(Duration::secs(10));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(5)));
}

#[test]
fn s3_a_rebuild_whose_target_is_gone_can_be_ordered_again() {
    let policy = Policy { auto_rebuild: false, rebuild_max: 1 << 18, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 2, policy);
    rig.fill(1000);
    rig.pull(1);
    rig.pass(Duration::secs(10));
    rig.command(Command::Rebuild { slot: Slot(1), with: d(4), force: false }).unwrap();
    rig.pass(Duration::secs(1));
    rig.pull(4);
    rig.pass(Duration::secs(60));
    rig.command(Command::Rebuild { slot: Slot(1), with: d(5), force: false }).unwrap();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.state(1), MemberState::Online);
}

#[test]
fn v2_an_engine_without_an_array_asks_for_no_time() {
    let mut engine: Engine<4> =
        Engine::new(Setup::new(2, 4, 0).shape(), Policy::default()).unwrap();
    let info = DriveInfo {
        size: SectorCount(2048),
        physical: SectorCount(1),
        volatile_cache: true,
        power_cycled: false,
        bay: None,
        content: Content::Blank,
    };
    engine.handle_drive(Instant(1), d(0), DriveChange::Arrived(info));
    assert_eq!(engine.poll_deadline(), None);
    engine.handle_drive(Instant(2), d(0), DriveChange::Left);
    assert_eq!(engine.poll_deadline(), None);
}

#[test]
fn u2_a_drive_without_a_sector_size_is_no_panic() {
    let mut engine: Engine<4> =
        Engine::new(Setup::new(2, 2, 0).shape(), Policy::default()).unwrap();
    let info = DriveInfo {
        size: SectorCount(2048),
        physical: SectorCount(0),
        volatile_cache: true,
        power_cycled: false,
        bay: None,
        content: Content::Blank,
    };
    engine.handle_drive(Instant(1), d(0), DriveChange::Arrived(info));
    engine.handle_drive(Instant(1), d(1), DriveChange::Arrived(info));
    let mut members = [None; MEMBERS_MAX];
    members[0] = Some(d(0));
    members[1] = Some(d(1));
    let _ = engine.command(Instant(2), Command::Create { members, initial: Initial::Equal });
    let request = HostRequest { op: HostOp::Read, lba: ArrayLba(0), count: SectorCount(1) };
    let _ = engine.submit(Instant(3), request);
}

/// A request's place may not be taken while its reply waits.
#[test]
fn t2_an_undrained_reply_keeps_its_place() {
    let mut rig = Rig::new(2, 4, 0);
    let first = rig.submit(HostOp::Read, 0, 1).unwrap();
    let command = rig.engine.poll_io().unwrap();
    rig.engine.handle_completion(rig.now, command.id, Outcome::Done);
    let second = rig.submit(HostOp::Read, 0, 1).unwrap();
    assert_ne!(first.index(), second.index());
}

#[test]
fn bb_one_of_three_copies_can_be_pulled() {
    let rig = Rig::new(3, 6, 0);
    assert_eq!(rig.engine.can_pull(Slot(0)), Ok(()));
}

#[test]
fn bb_the_last_member_in_service_is_not_ejected() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.command(Command::Fail(Slot(0))).unwrap();
    assert_eq!(rig.command(Command::Fail(Slot(1))), Err(Refusal::LastCopy));
}

/// In an odd array the chunks of one member have their other copies on different members.
#[test]
fn x2_a_fill_goes_on_where_another_member_is_the_source() {
    let mut rig = Rig::new(2, 3, 1);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(0);
    rig.pull(1);
    rig.arrive(3, Content::Blank, Some(0));
    rig.pass(Duration::secs(60));
    // Slots 0 and 1 alone have chunk 0; slots 0 and 2 have chunk 1.
    rig.pull(2);
    assert_eq!(rig.read(64, 1), Ok(std::vec![1064]));
}

#[test]
fn o4_the_first_lost_sector_is_named() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    for drive in 0..4 {
        rig.drives[drive].unreadable.insert(0);
    }
    // Lost are sector 0 (slots 0 and 1) and 64 (slots 2 and 3); the former drives are the slower.
    rig.held_drives.extend([0, 1]);
    let id = rig.start_read(0, 128);
    rig.run();
    for _ in 0..100 {
        if rig.held.is_empty() {
            break;
        }
        rig.release_one(|_| true);
        rig.run();
    }
    assert_eq!(rig.result(id), Some(Err(HostError::Lost(ArrayLba(0)))));
}

/// A port that reports an arrival without the departure before it.
#[test]
fn f_a_second_arrival_ends_the_commands_of_the_first() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.held_drives.insert(0);
    let id = rig.start_write(0, 8, 7);
    rig.run();
    rig.held.clear();
    rig.arrive(0, Content::Ours, None);
    rig.held_drives.clear();
    rig.pass(Duration::secs(30));
    assert_eq!(rig.result(id), Some(Ok(())));
}

#[test]
fn v_a_long_hole_is_repaired_in_every_part() {
    // Slot 0 of three: chunks 0 (with slot 1) and 1 (with slot 2) lie in rows 0 and 1.
    let mut rig = Rig::new(2, 3, 0);
    rig.fill(1000);
    rig.drives[0].unwritable.extend([63, 64]);
    rig.write(63, 1, 7).unwrap();
    rig.hold(|c| c.class == IoClass::Repair);
    rig.write(64, 1, 8).unwrap();
    rig.drives[1].present = true;
    rig.pull(1);
    rig.drives[0].unwritable.clear();
    rig.release();
    rig.pass(Duration::secs(10));
    rig.pull(2);
    rig.arrive(1, Content::Ours, None);
    assert_eq!(rig.read(64, 1), Ok(std::vec![8]));
}

#[test]
fn r1_accepting_losses_of_an_odd_array_ends() {
    let mut rig = Setup { chunk: 8, size: 256, ..Setup::new(2, 5, 2) }.build();
    rig.pull(4);
    rig.write(595 % 640, 38, 3).unwrap();
    rig.write(0, 1, 2).unwrap();
    rig.arrive(4, Content::Ours, None);
    rig.pull(0);
    rig.run();
    rig.pass(Duration::millis(1));
    let done = rig.command(Command::AcceptLosses);
    rig.run();
    std::println!("{done:?} {:?} {:?}", rig.engine.array_state(), rig.state(4));
    rig.insert(0);
    rig.pass(Duration::secs(100));
    for event in &rig.events {
        std::println!("{:?} {:?}", event.at, event.kind);
    }
    std::println!("{:?} {:?}", rig.engine.progress(Slot(4)), rig.engine.drives[4].fill);
    assert_eq!(rig.state(4), MemberState::Online);
}

#[test]
fn r2_a_drive_that_was_isolated_and_plugged_in_again_is_online() {
    let mut rig = Setup { chunk: 8, size: 256, volatile: false, ..Setup::new(2, 2, 2) }.build();
    rig.held_drives.insert(1);
    let id = rig.start_write(0, 1, 7);
    rig.pass(Duration::millis(11_000));
    rig.pull(1);
    rig.release();
    rig.insert(1);
    rig.pass(Duration::secs(5000));
    for event in &rig.events {
        std::println!("{:?} {:?}", event.at, event.kind);
    }
    std::println!("{:?} {:?} {:?}", rig.result(id), rig.engine.progress(Slot(1)), rig.engine.drives[1].fill);
    std::println!("{:?} {:?} {:?}", rig.engine.drives[1].link, rig.engine.drives[1].outstanding, rig.engine.poll_deadline());
    assert_eq!(rig.state(1), MemberState::Online);
}
