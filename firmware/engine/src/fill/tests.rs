extern crate std;

use std::vec::Vec;

use crate::rig::{Rig, Setup};
use crate::{
    ArrayState, Command, Content, DriveId, Duration, EventKind, HostError, IoClass, IoFault, IoOp,
    MemberLba, MemberState, Outcome, Policy, SectorCount, Slot,
};

fn d(id: u8) -> DriveId {
    DriveId(id)
}

/// A rebuild of slot 1 onto drive 4 under way, at 128 KiB a second: 8 s in all.
fn rebuilding() -> Rig {
    let policy = Policy { rebuild_max: 1 << 17, ..Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 2) }.build();
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    rig.command(Command::Rebuild { slot: Slot(1), with: d(4), force: false }).unwrap();
    rig.pass(Duration::secs(3));
    rig
}

fn front(rig: &Rig) -> u64 {
    rig.engine.progress(Slot(1)).map_or(0, |progress| progress.checkpoint.0)
}

#[test]
fn progress_never_goes_back_and_ends_at_the_end() {
    let mut rig = rebuilding();
    let (mut before, mut remaining) = (0, u64::MAX);
    while let Some(progress) = rig.engine.progress(Slot(1)) {
        assert!(progress.checkpoint.0 >= before && progress.remaining.0 <= remaining);
        assert_eq!(progress.size, SectorCount(2048));
        (before, remaining) = (progress.checkpoint.0, progress.remaining.0);
        rig.pass(Duration::millis(100));
    }
    assert!(before > 1900);
    assert_eq!(rig.state(1), MemberState::Online);
}

/// 128 KiB a second were measured, so what is left takes as long.
#[test]
fn the_estimate_holds_what_comes() {
    let mut rig = rebuilding();
    let (soonest, latest) = rig.engine.progress(Slot(1)).unwrap().eta.unwrap();
    assert!(soonest <= latest);
    let before = rig.now;
    while rig.engine.progress(Slot(1)).is_some() {
        rig.pass(Duration::millis(50));
    }
    let took = rig.now.since(before);
    let slack = Duration::millis(600);
    assert!(took + slack >= soonest && latest + slack >= took, "{soonest:?} {took:?} {latest:?}");
}

/// The target is flushed before a checkpoint says what it holds.
#[test]
fn a_checkpoint_is_flushed_first() {
    let policy = Policy { rebuild_max: 1 << 21, ..Policy::default() };
    let mut rig = Setup { size: 40_960, chunk: 128, policy, ..Setup::new(2, 2, 1) }.build();
    rig.pull(1);
    rig.add_spare(2);
    rig.pass(Duration::secs(60));
    assert_eq!(rig.state(1), MemberState::Online);
    let checkpoints: Vec<u64> = rig
        .events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Checkpoint { lba, .. } => Some(lba.0),
            _ => None,
        })
        .collect();
    assert!(checkpoints.len() >= 4, "{checkpoints:?}");
    assert!(checkpoints.is_sorted());
    assert_eq!(checkpoints.last(), Some(&40_960));
    let flushes = rig.log.iter().filter(|command| {
        command.drive == d(2) && command.class == IoClass::Rebuild && command.op == IoOp::Flush
    });
    assert!(flushes.count() >= checkpoints.len());
}

/// What was copied and not flushed when the target lost its power is copied again.
#[test]
fn a_target_that_loses_its_power_goes_back_to_its_checkpoint() {
    for power_cycled in [true, false] {
        let mut rig = rebuilding();
        let before = front(&rig);
        assert!(before > 100);
        rig.hold(|command| command.op == IoOp::Flush);
        rig.pass(Duration::secs(1));
        rig.pull(4);
        rig.held.clear();
        rig.release();
        if power_cycled {
            rig.insert(4);
        } else {
            rig.arrive(4, Content::Ours, None);
        }
        rig.run();
        assert_eq!(rig.state(1), MemberState::Rebuilding);
        assert!(power_cycled || front(&rig) >= before, "nothing was lost");
        rig.pass(Duration::secs(60));
        assert_eq!(rig.state(1), MemberState::Online);
        rig.pull(0);
        assert_eq!(rig.lost(1000), Vec::<u64>::new());
    }
}

/// The source goes: the rebuild waits for it, and for no other; the rest of the array goes on.
#[test]
fn a_rebuild_waits_for_its_source() {
    let mut rig = rebuilding();
    rig.pull(0);
    rig.pass(Duration::secs(20));
    assert_eq!(rig.engine.array_state(), ArrayState::Failed);
    let at = front(&rig);
    assert!(at > 100 && at < 2000);
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::RebuildStalled { .. })), 1);
    let lost = rig.lost(1000);
    assert_eq!(lost, rig.manifest());
    assert_eq!(lost.len() as u64, 2048 - at);
    rig.arrive(0, Content::Ours, None);
    rig.pass(Duration::secs(20));
    assert_eq!(rig.engine.array_state(), ArrayState::Optimal);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// A sector that no copy has any more is left out, and said; the rebuild ends.
#[test]
fn a_rebuild_ends_with_losses() {
    let mut rig = rebuilding();
    rig.drives[0].unreadable.extend([1500, 1501, 1700]);
    rig.pass(Duration::secs(60));
    assert_eq!(rig.state(1), MemberState::Online);
    let told = EventKind::RebuiltWithLosses { slot: Slot(1), lost: SectorCount(3) };
    assert_eq!(rig.saw(|kind| *kind == told), 1);
    let lost = rig.lost(1000);
    assert_eq!(lost.len(), 3);
    assert_eq!(lost, rig.manifest());
    // The old drive still has them: it is read where it is put in as a member again, and nowhere else.
    rig.write(lost[0], 1, 7).unwrap();
    assert_eq!(rig.manifest(), lost[1..]);
}

/// The drive that is being replaced has what the partner cannot read.
#[test]
fn the_replaced_drive_is_a_source_to_the_end() {
    let policy = Policy { rebuild_max: 1 << 17, auto_replace: false, ..Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 1) }.build();
    rig.fill(1000);
    rig.add_spare(4);
    rig.run();
    rig.drives[0].unreadable.extend(0..300);
    rig.drives[0].unwritable.extend(0..300);
    rig.drives[1].unreadable.extend(1000..1300);
    rig.drives[1].unwritable.extend(1000..1300);
    rig.command(Command::Replace { slot: Slot(1), with: None }).unwrap();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(4)));
    assert_eq!(rig.saw(|kind| *kind == EventKind::Replaced { slot: Slot(1) }), 1);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// Whoever dies in a replacement: with one copy left nothing is lost.
#[test]
fn a_replacement_survives_any_one_death() {
    for dead in [0, 1, 2, 4] {
        let policy = Policy { rebuild_max: 1 << 17, ..Policy::default() };
        let mut rig = Setup { policy, ..Setup::new(2, 4, 1) }.build();
        rig.fill(1000);
        rig.add_spare(4);
        rig.run();
        rig.command(Command::Replace { slot: Slot(1), with: None }).unwrap();
        rig.pass(Duration::secs(3));
        rig.drives[dead].dead = true;
        rig.write(0, 300, 7).unwrap();
        rig.write(0, 300, 8).unwrap();
        rig.pass(Duration::secs(60));
        assert_eq!(rig.read(0, 300), Ok(std::vec![8; 300]), "drive {dead} died");
        for lba in 300..4096 {
            assert_eq!(rig.read(lba, 1), Ok(std::vec![1000 + lba]), "drive {dead} died");
        }
        let member = rig.engine.slot(Slot(1)).unwrap().member;
        assert_eq!(member, Some(d(if dead == 4 { 1 } else { 4 })), "drive {dead} died");
    }
}

/// Chunks that hold nothing, at the end of a member of an odd array, are many windows long.
#[test]
fn a_long_empty_end_is_passed() {
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

/// A host write that the target misses, above the front and below what later windows have copied.
#[test]
fn a_write_missed_between_front_and_next_stays_known() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(1);
    rig.now = rig.now + Duration::secs(10);
    rig.hold(|command| match command.op {
        IoOp::Write(extent, _) => command.drive == d(4) && extent.start == MemberLba(0),
        _ => false,
    });
    rig.arrive(4, Content::Blank, Some(1));
    rig.run();
    assert_eq!(front(&rig), 0);
    // Array sector 128 is on sector 64 of the members.
    rig.drives[4].unwritable.insert(64);
    rig.write(128, 8, 7).unwrap();
    rig.drives[4].heal();
    rig.hold(|command| command.class == IoClass::Repair);
    for held in core::mem::take(&mut rig.held) {
        rig.queue.push_back(held);
    }
    rig.run();
    rig.pull(0);
    assert_eq!(rig.read(128, 1), Err(HostError::Lost(crate::ArrayLba(128))));
}

/// The last flush of a fill fails, in whatever way: the engine comes to rest.
#[test]
fn a_last_flush_that_fails_does_not_go_on_for_ever() {
    for fault in [IoFault::Medium, IoFault::Hardware, IoFault::Gone, IoFault::Aborted] {
        for target in [false, true] {
            let mut rig = Rig::new(2, 4, 1);
            rig.fill(1000);
            rig.flush().unwrap();
            rig.pull(1);
            rig.write(0, 8, 7).unwrap();
            let filled = if target { 4 } else { 1 };
            rig.drives[filled].flush_fault = Some(fault);
            if target {
                rig.arrive(4, Content::Blank, Some(1));
            } else {
                rig.arrive(1, Content::Ours, None);
            }
            rig.pass(Duration::secs(600));
            let flushes = rig.log.iter().filter(|command| {
                usize::from(command.drive.0) == filled && command.op == IoOp::Flush
            });
            assert!(flushes.count() < 1000, "{fault:?}, target {target}");
            assert_eq!(rig.read(0, 8), Ok(std::vec![7; 8]));
        }
    }
}

/// The source is gone, and the target, which has the last copy of something, fails some flushes: it keeps what it has.
#[test]
fn a_target_with_the_last_copy_outlives_its_flushes() {
    let mut rig = rebuilding();
    rig.write(0, 8, 7).unwrap();
    rig.pull(0);
    rig.hold(|command| command.op == IoOp::Flush && command.drive == d(4));
    rig.pass(Duration::secs(6));
    for round in 0..5 {
        let held = rig.held.first().map(|command| command.id);
        let id = held.unwrap_or_else(|| panic!("no flush is tried in round {round}"));
        rig.held.clear();
        rig.complete(id, Outcome::Fault(IoFault::Hardware));
        rig.run();
    }
    rig.release();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.read(0, 8), Ok(std::vec![7; 8]));
}

/// While the host is busy a rebuild has its share, and no less than its minimum.
#[test]
fn a_busy_host_and_a_rebuild_share_the_drives() {
    for rate in [0, 30, 100] {
        let policy = Policy { rebuild_rate: rate, ..Policy::default() };
        let mut rig = Setup { policy, size: 40_960, ..Setup::new(2, 2, 1) }.build();
        rig.pull(1);
        rig.pass(Duration::secs(10));
        rig.add_spare(2);
        let began = rig.now;
        for round in 0..1500 {
            rig.write(round % 4000, 1, 7).unwrap();
            rig.pass(Duration::millis(10));
        }
        let took = rig.now.since(began).0;
        let copied = rig.engine.progress(Slot(1)).map_or(40_960, |progress| progress.checkpoint.0);
        let minimum = (took * (1 << 20) / 1_000_000 / 512).min(40_960);
        assert!(copied * 10 >= minimum * 9, "rate {rate}: {copied} of at least {minimum}");
    }
}

/// Nothing that has been copied is copied again when the array's other drives change.
#[test]
fn a_rebuild_does_not_start_again_without_need() {
    let mut rig = rebuilding();
    rig.pull(2);
    rig.arrive(2, Content::Ours, None);
    rig.command(Command::SetPolicy(*rig.engine.policy())).unwrap();
    rig.drives[3].unreadable.insert(5);
    rig.read(64 + 5, 1).unwrap();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.state(1), MemberState::Online);
    let copied: u64 = rig
        .log
        .iter()
        .filter_map(|command| match command.op {
            IoOp::Write(extent, _) if command.class == IoClass::Rebuild => Some(extent.count.0),
            _ => None,
        })
        .sum();
    assert_eq!(copied, 2048);
}
