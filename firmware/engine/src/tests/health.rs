//! Errors and latency of drives, and what the engine makes of them.

extern crate std;

use crate::rig::Rig;
use crate::{DriveId, Duration, EventKind, Health, IoClass, MemberState, Policy, Slot};

fn health(rig: &Rig, drive: u8) -> Health {
    rig.engine.drive(DriveId(drive)).unwrap().health
}

/// Drive 1 fails a write, once; the repair is good.
fn miss_a_write(rig: &mut Rig, lba: u64) {
    rig.drives[1].unwritable.insert(lba);
    rig.hold(|command| command.class == IoClass::Repair);
    rig.write(lba, 1, 7).unwrap();
    rig.drives[1].heal();
    rig.release();
}

/// Single writes, which go to every copy, and a second between them.
fn work(rig: &mut Rig, seconds: u64) {
    for at in 0..seconds {
        for chunk in 0..2 {
            rig.write(chunk * 64 + at % 60, 1, at).unwrap();
        }
        rig.pass(Duration::secs(1));
    }
}

#[test]
fn errors_make_a_drive_suspect_then_ailing() {
    let policy = Policy { error_limit: 8, auto_replace: false, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 2, 0, policy);
    rig.fill(1000);
    for at in 0..8 {
        let expected = if at >= 2 { Health::Suspect } else { Health::Good };
        assert_eq!(health(&rig, 1), expected, "{at} errors");
        miss_a_write(&mut rig, at * 10);
    }
    assert_eq!(health(&rig, 1), Health::Ailing);
    assert_eq!(rig.saw(|kind| *kind == EventKind::DriveAiling { drive: DriveId(1) }), 1);
    // It serves on.
    assert_eq!(rig.state(1), MemberState::Online);
    assert_eq!(health(&rig, 0), Health::Good);
}

#[test]
fn errors_are_forgotten_with_time() {
    let policy = Policy { error_limit: 8, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 2, 0, policy);
    rig.fill(1000);
    for at in 0..4 {
        miss_a_write(&mut rig, at * 10);
    }
    rig.pass(Duration::secs(10));
    assert_eq!(health(&rig, 1), Health::Suspect);
    assert_eq!(rig.engine.drive(DriveId(1)).unwrap().errors, 4);
    rig.pass(Duration::secs(4 * 3600));
    miss_a_write(&mut rig, 500);
    assert_eq!(rig.engine.drive(DriveId(1)).unwrap().errors, 1);
    assert_eq!(health(&rig, 1), Health::Good);
}

/// Slower than its peers: suspect at once, ailing when it goes on, copied to a spare while it serves.
#[test]
fn a_drive_that_limps_is_replaced() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.add_spare(4);
    work(&mut rig, 20);
    rig.drives[1].delay = 50_000;
    work(&mut rig, 30);
    assert_eq!(rig.saw(|kind| *kind == EventKind::DriveLimping { drive: DriveId(1) }), 1);
    assert_eq!(rig.saw(|kind| *kind == EventKind::DriveAiling { drive: DriveId(1) }), 1);
    rig.pass(Duration::secs(60));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(DriveId(4)));
    assert_eq!(rig.saw(|kind| *kind == EventKind::Replaced { slot: Slot(1) }), 1);
}

#[test]
fn a_drive_that_recovers_in_time_is_good_again() {
    let policy = Policy { limp_time: Duration::secs(60), ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 1, policy);
    rig.fill(1000);
    rig.add_spare(4);
    work(&mut rig, 20);
    rig.drives[1].delay = 50_000;
    work(&mut rig, 30);
    assert_eq!(health(&rig, 1), Health::Suspect);
    rig.drives[1].delay = 0;
    work(&mut rig, 40);
    assert_eq!(health(&rig, 1), Health::Good);
    assert_eq!(rig.saw(|kind| *kind == EventKind::DriveRecovered { drive: DriveId(1) }), 1);
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(DriveId(1)));
}

/// When all are slow, nobody is blamed.
#[test]
fn slow_drives_among_slow_drives_do_not_limp() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    for drive in &mut rig.drives {
        drive.delay = 50_000;
    }
    work(&mut rig, 60);
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::DriveLimping { .. })), 0);
}

#[test]
fn a_ratio_of_zero_blames_nobody() {
    let policy = Policy { limp_ratio: 0, ..Policy::default() };
    let mut rig = Rig::with_policy(2, 4, 0, policy);
    rig.fill(1000);
    rig.drives[1].delay = 50_000;
    work(&mut rig, 60);
    assert_eq!(health(&rig, 1), Health::Good);
}

/// A limping copy is not asked for what another can give.
#[test]
fn reads_avoid_a_limping_drive() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[1].delay = 50_000;
    work(&mut rig, 30);
    assert_ne!(health(&rig, 1), Health::Good);
    rig.log.clear();
    for at in 0..20 {
        rig.read(at * 3, 1).unwrap();
    }
    assert!(rig.log.iter().all(|command| command.drive != DriveId(1)));
}
