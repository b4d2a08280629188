extern crate std;

use crate::rig::{Rig, Setup};
use crate::{
    ArrayLba, Command, Content, DriveId, DriveInfo, Duration, EventKind, Health, HostError,
    IoClass, MemberState, Policy, Proof, Role, SectorCount, Slot,
};

/// A rig with a drive (number 1, or 4) in a situation, and away.
fn away(situation: &str) -> (Rig, u8) {
    let policy = Policy { rebuild_max: 1 << 17, ..Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 1) }.build();
    rig.fill(1000);
    rig.flush().unwrap();
    let drive = match situation {
        "member" | "ejected" => 1,
        _ => 4,
    };
    match situation {
        "ejected" => rig.command(Command::Fail(Slot(1))).unwrap(),
        "spare" => rig.add_spare(4),
        "target" => {
            rig.add_spare(4);
            rig.run();
            rig.command(Command::Replace { slot: Slot(2), with: None }).unwrap();
        }
        _ => {}
    }
    rig.run();
    rig.pull(drive);
    (rig, drive)
}

/// What each kind of content makes of a drive that comes back, by what it was.
#[test]
fn arrivals_by_what_the_drive_was() {
    let member = Role::Member(Slot(1));
    let target = Role::Target(Slot(2));
    let spare = Role::Spare { dedicated: None };
    let given = Role::Spare { dedicated: Some(Slot(1)) };
    let table = [
        ("member", Content::Ours, None, member),
        ("member", Content::Blank, None, Role::Unassigned),
        // In the bay of its own slot a wiped member is a spare for it, and once proven is filled.
        ("member", Content::Blank, Some(1), Role::Target(Slot(1))),
        ("member", Content::Foreign, Some(1), Role::Unassigned),
        ("ejected", Content::Ours, None, member),
        ("ejected", Content::Foreign, None, Role::Unassigned),
        ("spare", Content::Ours, None, spare),
        ("spare", Content::Blank, None, spare),
        ("spare", Content::Foreign, None, Role::Unassigned),
        ("target", Content::Ours, None, target),
        ("target", Content::Blank, None, Role::Unassigned),
        ("target", Content::Foreign, None, Role::Unassigned),
        ("unassigned", Content::Ours, None, Role::Unassigned),
        ("unassigned", Content::Blank, None, Role::Unassigned),
        ("unassigned", Content::Blank, Some(1), Role::Unassigned),
        ("unassigned", Content::Foreign, Some(1), Role::Unassigned),
    ];
    for (situation, content, bay, role) in table {
        let (mut rig, drive) = away(situation);
        rig.arrive(drive, content, bay);
        rig.run();
        let view = rig.engine.drive(DriveId(drive)).unwrap();
        assert_eq!(view.role, role, "{situation}, {content:?} in bay {bay:?}");
        assert!(view.present);
        let foreign = rig.saw(|kind| matches!(kind, EventKind::DriveForeign { .. }));
        assert_eq!(foreign, usize::from(content == Content::Foreign));
        let _ = given;
    }
}

/// Nothing is written to a drive that is not known as ours, or given by command.
#[test]
fn a_foreign_drive_is_never_written() {
    for situation in ["member", "ejected", "spare", "target", "unassigned"] {
        let (mut rig, drive) = away(situation);
        rig.log.clear();
        rig.arrive(drive, Content::Foreign, Some(1));
        rig.write(0, 500, 7).unwrap();
        rig.flush().unwrap();
        rig.pass(Duration::secs(60));
        let sent = rig.log.iter().find(|command| command.drive.0 == drive);
        assert_eq!(sent, None, "{situation}");
    }
}

#[test]
fn a_blank_drive_without_a_bay_is_left_alone() {
    let mut rig = Rig::new(2, 4, 1);
    rig.pull(1);
    rig.log.clear();
    rig.arrive(4, Content::Blank, None);
    rig.pass(Duration::secs(60));
    assert!(rig.log.iter().all(|command| command.drive.0 != 4));
}

#[test]
fn a_blank_drive_in_the_bay_of_an_empty_slot_is_filled_at_once() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.pull(1);
    rig.arrive(4, Content::Blank, Some(1));
    rig.run();
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().target, Some(DriveId(4)));
    rig.pass(Duration::secs(1));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(DriveId(4)));
    assert_eq!(rig.state(1), MemberState::Online);
}

#[test]
fn a_blank_drive_is_not_taken_where_the_policy_forbids_it() {
    let policy = Policy { auto_rebuild: false, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 1, policy);
    rig.pull(1);
    rig.arrive(4, Content::Blank, Some(1));
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.drive(DriveId(4)).unwrap().role, Role::Unassigned);
    assert_eq!(rig.state(1), MemberState::Missing);
}

/// Only what was missed is copied.
#[test]
fn a_member_that_returns_is_resynced_by_region() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(2);
    rig.write(64, 8, 5).unwrap();
    rig.log.clear();
    rig.arrive(2, Content::Ours, None);
    rig.pass(Duration::secs(1));
    assert_eq!(rig.state(2), MemberState::Online);
    let copied: u64 = rig
        .log
        .iter()
        .filter_map(|command| match command.op {
            crate::IoOp::Write(extent, _) if command.class == IoClass::Rebuild => {
                Some(extent.count.0)
            }
            _ => None,
        })
        .sum();
    assert_eq!(copied, rig.engine.region_sectors().0);
    rig.pull(3);
    assert_eq!(rig.read(64, 8), Ok(std::vec![5; 8]));
}

#[test]
fn a_member_that_missed_nothing_is_online_at_once() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.pull(2);
    rig.insert(2);
    assert_eq!(rig.state(2), MemberState::Online);
    assert_eq!(rig.commands(IoClass::Rebuild), 0);
}

/// With a cache that loses its content, what was written and not flushed is in doubt; else it is not.
#[test]
fn a_loss_of_power_puts_the_cache_in_doubt() {
    for (volatile, power_cycled) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut rig = Setup { volatile, ..Setup::new(2, 4, 0) }.build();
        rig.fill(1000);
        rig.flush().unwrap();
        rig.write(8, 8, 7).unwrap();
        rig.pull(0);
        rig.pull(1);
        let info = DriveInfo { power_cycled, ..rig.info(0, Content::Ours) };
        rig.arrive_as(0, info);
        rig.run();
        let lost = volatile && power_cycled;
        let expected = if lost { Err(HostError::Lost(ArrayLba(8))) } else { Ok(std::vec![7; 8]) };
        assert_eq!(rig.read(8, 8), expected, "volatile {volatile}, power cycled {power_cycled}");
        assert_eq!(rig.read(64 * 40, 1), Ok(std::vec![1000 + 64 * 40]));
    }
}

/// A glitch of the link keeps the cache; that does not make it durable.
#[test]
fn a_glitch_does_not_make_the_cache_durable() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.write(0, 8, 7).unwrap();
    rig.glitch(0);
    rig.run();
    rig.pull(0);
    rig.insert(0);
    rig.pull(1);
    assert_eq!(rig.read(0, 8), Err(HostError::Lost(ArrayLba(0))));
}

/// A loose cable is given some seconds before a spare takes the place.
#[test]
fn a_spare_waits_for_a_drive_that_may_come_back() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.add_spare(4);
    rig.run();
    rig.pull(1);
    rig.pass(Duration::secs(2));
    assert_eq!(rig.state(1), MemberState::Missing);
    rig.arrive(1, Content::Ours, None);
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(DriveId(1)));
    rig.pull(1);
    rig.pass(Duration::secs(4));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(DriveId(4)));
}

/// A member that comes back after a spare took its slot is nothing any more.
#[test]
fn a_member_that_comes_back_too_late_is_left_alone() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.add_spare(4);
    rig.run();
    rig.pull(1);
    rig.pass(Duration::secs(60));
    rig.log.clear();
    rig.arrive(1, Content::Ours, None);
    rig.write(0, 8, 7).unwrap();
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.drive(DriveId(1)).unwrap().role, Role::Unassigned);
    assert_eq!(rig.log.iter().find(|command| command.drive.0 == 1), None);
}

/// A member that comes back in the middle of its slot's rebuild, and has missed little, keeps the slot.
#[test]
fn a_member_that_comes_back_in_the_rebuild_keeps_its_slot() {
    let policy = Policy { rebuild_max: 1 << 17, ..Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 1) }.build();
    rig.fill(1000);
    rig.flush().unwrap();
    rig.add_spare(4);
    rig.run();
    rig.pull(1);
    rig.pass(Duration::secs(5));
    assert_eq!(rig.state(1), MemberState::Rebuilding);
    rig.arrive(1, Content::Ours, None);
    rig.run();
    assert_eq!(rig.state(1), MemberState::Online);
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().target, None);
    assert_eq!(rig.engine.drive(DriveId(4)).unwrap().role, Role::Spare { dedicated: None });
}

/// Three times is enough: then it waits, each time twice as long.
#[test]
fn a_drive_that_flaps_is_quarantined_longer_each_time() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    for _ in 0..2 {
        rig.glitch(1);
        rig.run();
        assert_eq!(rig.state(1), MemberState::Online);
    }
    for quarantine in [60, 120, 240] {
        rig.glitch(1);
        rig.run();
        assert_eq!(rig.state(1), MemberState::Quarantined);
        rig.write(0, 8, quarantine).unwrap();
        rig.pass(Duration::secs(quarantine - 1));
        assert_eq!(rig.state(1), MemberState::Quarantined);
        rig.pass(Duration::secs(2));
        assert_eq!(rig.state(1), MemberState::Online);
    }
    rig.pull(0);
    assert_eq!(rig.read(0, 8), Ok(std::vec![240; 8]));
}

/// A drive in quarantine is still read when it has the last copy, and not written.
#[test]
fn a_quarantined_drive_is_read_as_the_last_resort() {
    let policy = Policy { flap_limit: 1, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 0, policy);
    rig.fill(1000);
    rig.glitch(1);
    rig.log.clear();
    rig.write(0, 8, 7).unwrap();
    assert!(rig.log.iter().all(|command| command.drive.0 != 1));
    rig.drives[0].unreadable.insert(200);
    assert_eq!(rig.read(3 * 128 + 8, 1), Ok(std::vec![1000 + 3 * 128 + 8]));
}

#[test]
fn a_limit_of_zero_quarantines_nothing() {
    let policy = Policy { flap_limit: 0, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 0, policy);
    for _ in 0..10 {
        rig.glitch(1);
        rig.run();
        assert_eq!(rig.state(1), MemberState::Online);
    }
}

/// Departures of long ago do not count.
#[test]
fn a_steady_drive_has_its_departures_forgotten() {
    let mut rig = Rig::new(2, 4, 0);
    for _ in 0..6 {
        rig.glitch(1);
        rig.run();
        assert_eq!(rig.state(1), MemberState::Online);
        rig.pass(Duration::secs(3601));
    }
}

/// A drive that failed and comes back is suspect, and brought up to date.
#[test]
fn a_failed_drive_that_comes_back_is_suspect() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[1].dead = true;
    for at in 0..8 {
        rig.write(at * 128, 8, 7).unwrap();
    }
    assert_eq!(rig.state(1), MemberState::Failed);
    rig.pull(1);
    rig.drives[1].heal();
    rig.insert(1);
    rig.pass(Duration::secs(10));
    assert_eq!(rig.state(1), MemberState::Online);
    assert_eq!(rig.engine.drive(DriveId(1)).unwrap().health, Health::Suspect);
    rig.pull(0);
    assert_eq!(rig.read(128, 8), Ok(std::vec![7; 8]));
}

/// A port that reports an arrival without the departure before it: what the drive had in its queue is over.
#[test]
fn an_arrival_without_a_departure_ends_what_was_under_way() {
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
    assert!(rig.engine.is_idle());
}

#[test]
fn drives_that_the_engine_has_no_place_for_are_ignored() {
    let mut rig = Rig::new(2, 4, 0);
    let info = rig.info(0, Content::Blank);
    for drive in [12, 63, 64, 255] {
        rig.engine.handle_drive(rig.now, DriveId(drive), crate::DriveChange::Arrived(info));
        rig.engine.handle_drive(rig.now, DriveId(drive), crate::DriveChange::Left);
        assert_eq!(rig.engine.drive(DriveId(drive)), None);
    }
}

/// Sector sizes that are none.
#[test]
fn a_drive_with_a_nonsensical_sector_size_is_no_panic() {
    for physical in [0, 3, 5, 4096, u64::MAX] {
        let mut rig = Rig::new(2, 4, 1);
        rig.pull(4);
        let info = DriveInfo { physical: SectorCount(physical), ..rig.info(4, Content::Blank) };
        rig.arrive_as(4, info);
        let spare = Command::AddSpare { drive: DriveId(4), dedicated: None, force: false };
        let added = rig.command(spare).is_ok();
        rig.pull(1);
        rig.pass(Duration::secs(10));
        assert_eq!(rig.state(1) == MemberState::Online, added, "{physical}");
        assert_ne!(rig.engine.drive(DriveId(4)).unwrap().proof, Proof::Running);
    }
}
