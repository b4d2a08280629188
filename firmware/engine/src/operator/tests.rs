extern crate std;

use std::vec::Vec;

use crate::config::MEMBERS_MAX;
use crate::rig::{Rig, Setup};
use crate::{
    ArrayState, Command, Content, DriveChange, DriveId, DriveInfo, Duration, Engine, EventKind,
    HostError, Initial, Instant, IoClass, MemberState, Policy, Refusal, Role, Salvage, SectorCount,
    Slot,
};

fn d(id: u8) -> DriveId {
    DriveId(id)
}

fn slow() -> Policy {
    Policy { rebuild_max: 1 << 17, ..Policy::default() }
}

fn replace(slot: u8) -> Command {
    Command::Replace { slot: Slot(slot), with: None }
}

fn rebuild(slot: u8, drive: u8) -> Command {
    Command::Rebuild { slot: Slot(slot), with: d(drive), force: false }
}

/// An engine for four members with seven drives, and no array yet.
fn engine() -> Engine<8> {
    let mut engine = Engine::new(Setup::new(2, 4, 0).shape(), Policy::default()).unwrap();
    for drive in 0..7 {
        let info = DriveInfo {
            size: SectorCount(if drive == 4 { 2047 } else { 2048 }),
            physical: SectorCount(if drive == 6 { 16 } else { 1 }),
            volatile_cache: true,
            power_cycled: false,
            bay: None,
            content: if drive == 5 { Content::Foreign } else { Content::Blank },
        };
        engine.handle_drive(Instant(1), d(drive), DriveChange::Arrived(info));
    }
    engine
}

fn create(engine: &mut Engine<8>, drives: &[Option<u8>]) -> Result<(), Refusal> {
    let mut members = [None; MEMBERS_MAX];
    for (member, drive) in members.iter_mut().zip(drives) {
        *member = drive.map(d);
    }
    engine.command(Instant(1), Command::Create { members, initial: Initial::Equal })
}

#[test]
fn arrays_that_cannot_be_are_not_made() {
    let refused: [(&[Option<u8>], Refusal); 8] = [
        (&[Some(0), Some(0), Some(1), Some(2)], Refusal::DriveInUse),
        (&[Some(0), Some(1), Some(2), Some(4)], Refusal::DriveTooSmall),
        (&[Some(0), Some(1), Some(2), Some(5)], Refusal::DriveForeign),
        (&[Some(0), Some(1), Some(2), Some(6)], Refusal::SectorTooLarge),
        (&[Some(0), Some(1), Some(2), Some(7)], Refusal::NoSuchDrive),
        (&[Some(0), Some(1), Some(2), Some(99)], Refusal::NoSuchDrive),
        (&[Some(0), Some(1), None, None], Refusal::WrongState),
        (&[Some(0), Some(1), Some(2), Some(3), Some(3)], Refusal::NoSuchSlot),
    ];
    for (drives, why) in refused {
        let mut engine = engine();
        assert_eq!(create(&mut engine, drives), Err(why), "{drives:?}");
        // Nothing was changed: a good order is still carried out.
        assert_eq!(create(&mut engine, &[Some(0), Some(1), Some(2), Some(3)]), Ok(()));
        assert_eq!(engine.array_state(), ArrayState::Optimal);
        assert_eq!(
            create(&mut engine, &[Some(0), Some(1), Some(2), Some(3)]),
            Err(Refusal::WrongState)
        );
    }
}

#[test]
fn an_array_can_be_made_degraded() {
    let mut engine = engine();
    assert_eq!(create(&mut engine, &[Some(0), None, None, Some(3)]), Ok(()));
    assert_eq!(engine.array_state(), ArrayState::Degraded);
}

#[test]
fn without_an_array_every_other_order_is_refused() {
    let orders = [
        Command::Fail(Slot(0)),
        Command::Remove(d(0)),
        Command::AddSpare { drive: d(0), dedicated: None, force: false },
        Command::RemoveSpare(d(0)),
        replace(0),
        Command::CancelReplace(Slot(0)),
        rebuild(0, 1),
        Command::Pause(Slot(0)),
        Command::Resume(Slot(0)),
        Command::AcceptLosses,
        Command::SetPolicy(Policy::default()),
    ];
    for order in orders {
        assert_eq!(engine().command(Instant(1), order), Err(Refusal::WrongState), "{order:?}");
    }
}

/// Orders for slots and drives that there are not, or that are in no state for them.
#[test]
fn orders_that_make_no_sense_are_refused_with_the_reason() {
    let mut rig = Rig::new(2, 4, 2);
    rig.add_spare(5);
    rig.run();
    let refused = [
        (Command::Fail(Slot(4)), Refusal::NoSuchSlot),
        (Command::Fail(Slot(255)), Refusal::NoSuchSlot),
        (Command::Remove(d(0)), Refusal::DriveInUse),
        (Command::Remove(d(4)), Refusal::WrongState),
        (Command::Remove(d(77)), Refusal::NoSuchDrive),
        (Command::RemoveSpare(d(0)), Refusal::WrongState),
        (Command::RemoveSpare(d(4)), Refusal::WrongState),
        (Command::RemoveSpare(d(77)), Refusal::NoSuchDrive),
        (replace(4), Refusal::NoSuchSlot),
        (Command::Replace { slot: Slot(0), with: Some(d(1)) }, Refusal::DriveInUse),
        (Command::CancelReplace(Slot(0)), Refusal::NotRunning),
        (Command::CancelReplace(Slot(9)), Refusal::NoSuchSlot),
        (rebuild(0, 4), Refusal::WrongState),
        (rebuild(4, 4), Refusal::NoSuchSlot),
        (Command::Pause(Slot(0)), Refusal::NotRunning),
        (Command::Pause(Slot(200)), Refusal::NoSuchSlot),
        (Command::Resume(Slot(0)), Refusal::NotRunning),
        (Command::AcceptLosses, Refusal::WrongState),
    ];
    for (order, why) in refused {
        let before = rig.engine.array_state();
        assert_eq!(rig.command(order), Err(why), "{order:?}");
        assert_eq!(rig.engine.array_state(), before);
    }
    let told = rig.saw(|kind| matches!(kind, EventKind::CommandRefused { .. }));
    assert_eq!(told, refused.len());
    rig.command(Command::RemoveSpare(d(5))).unwrap();
    assert_eq!(rig.command(replace(0)), Err(Refusal::NoSpare));
}

/// By command a drive goes, its slot is free for a spare, and it can be removed.
#[test]
fn an_ejected_member_is_replaced_and_released() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.command(Command::Fail(Slot(1))).unwrap();
    assert_eq!(rig.state(1), MemberState::Ejected);
    assert_eq!(rig.command(Command::Fail(Slot(1))), Err(Refusal::WrongState));
    rig.log.clear();
    rig.write(0, 8, 7).unwrap();
    assert!(rig.log.iter().all(|command| command.drive != d(1)));
    rig.add_spare(4);
    rig.pass(Duration::secs(10));
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(4)));
    assert_eq!(rig.engine.drive(d(1)).unwrap().role, Role::Unassigned);
    assert_eq!(rig.state(1), MemberState::Online);
}

#[test]
fn a_failed_member_can_be_removed_and_its_slot_is_missing() {
    let mut rig = Rig::new(2, 4, 0);
    rig.command(Command::Fail(Slot(1))).unwrap();
    rig.command(Command::Remove(d(1))).unwrap();
    assert_eq!(rig.state(1), MemberState::Missing);
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, None);
}

/// By no order does the last copy of anything go.
#[test]
fn the_last_copy_is_not_ejected() {
    for away in ["pulled", "ejected", "failed"] {
        let mut rig = Rig::new(2, 4, 0);
        rig.fill(1000);
        match away {
            "pulled" => rig.pull(0),
            "ejected" => rig.command(Command::Fail(Slot(0))).unwrap(),
            _ => {
                rig.drives[0].dead = true;
                for at in 0..8 {
                    rig.write(at * 128, 1, 7).unwrap();
                }
            }
        }
        assert_eq!(rig.command(Command::Fail(Slot(1))), Err(Refusal::LastCopy), "{away}");
        assert_eq!(rig.command(Command::Fail(Slot(2))), Ok(()), "{away}");
    }
}

/// One sector that the partner cannot read is enough.
#[test]
fn the_last_copy_of_one_sector_is_not_ejected() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.drives[1].unwritable.insert(9);
    rig.write(9, 1, 7).unwrap();
    rig.pass(Duration::secs(10));
    assert_eq!(rig.command(Command::Fail(Slot(0))), Err(Refusal::LastCopy));
    assert_eq!(rig.command(Command::Fail(Slot(1))), Ok(()));
}

#[test]
fn a_replacement_is_called_off() {
    let mut rig = Setup { policy: slow(), ..Setup::new(2, 4, 1) }.build();
    rig.fill(1000);
    rig.add_spare(4);
    rig.run();
    rig.command(replace(1)).unwrap();
    rig.pass(Duration::secs(1));
    assert_eq!(rig.state(1), MemberState::Replacing);
    assert_eq!(rig.command(replace(1)), Err(Refusal::AlreadyRunning));
    rig.command(Command::CancelReplace(Slot(1))).unwrap();
    rig.pass(Duration::secs(100));
    assert_eq!(rig.state(1), MemberState::Online);
    assert_eq!(rig.engine.slot(Slot(1)).unwrap().member, Some(d(1)));
    assert_eq!(rig.engine.drive(d(4)).unwrap().role, Role::Unassigned);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

/// The member died meanwhile: what has been copied is all there is.
#[test]
fn a_replacement_that_has_the_last_copy_is_not_called_off() {
    let mut rig = Setup { policy: slow(), ..Setup::new(2, 4, 1) }.build();
    rig.fill(1000);
    rig.flush().unwrap();
    rig.add_spare(4);
    rig.run();
    rig.command(replace(1)).unwrap();
    rig.pass(Duration::secs(2));
    rig.pull(0);
    rig.pull(1);
    assert_eq!(rig.command(Command::CancelReplace(Slot(1))), Err(Refusal::LastCopy));
    assert!(rig.read(0, 8).is_ok());
}

#[test]
fn a_rebuild_is_held_and_goes_on() {
    let mut rig = Setup { policy: slow(), ..Setup::new(2, 4, 1) }.build();
    rig.fill(1000);
    rig.pull(1);
    rig.command(rebuild(1, 4)).unwrap();
    rig.pass(Duration::secs(1));
    rig.command(Command::Pause(Slot(1))).unwrap();
    assert_eq!(rig.command(Command::Pause(Slot(1))), Err(Refusal::WrongState));
    rig.pass(Duration::secs(1));
    let held = rig.engine.progress(Slot(1)).unwrap();
    assert!(held.paused);
    rig.pass(Duration::secs(100));
    assert_eq!(rig.engine.progress(Slot(1)).unwrap().checkpoint, held.checkpoint);
    rig.command(Command::Resume(Slot(1))).unwrap();
    assert_eq!(rig.command(Command::Resume(Slot(1))), Err(Refusal::WrongState));
    rig.pass(Duration::secs(100));
    assert_eq!(rig.state(1), MemberState::Online);
    rig.pull(0);
    assert_eq!(rig.lost(1000), Vec::<u64>::new());
}

#[test]
fn a_rebuild_by_command_can_be_ordered_again_when_its_target_is_gone() {
    let policy = Policy { auto_rebuild: false, ..slow() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 2) }.build();
    rig.fill(1000);
    rig.pull(1);
    rig.pass(Duration::secs(10));
    rig.command(rebuild(1, 4)).unwrap();
    rig.pass(Duration::secs(1));
    assert_eq!(rig.command(rebuild(1, 5)), Err(Refusal::AlreadyRunning));
    rig.pull(4);
    rig.pass(Duration::secs(60));
    rig.command(rebuild(1, 5)).unwrap();
    rig.pass(Duration::secs(100));
    assert_eq!(rig.state(1), MemberState::Online);
}

#[test]
fn a_new_policy_takes_effect() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.pull(0);
    rig.pull(1);
    assert_eq!(rig.write(64, 1, 7), Err(HostError::ReadOnly));
    let policy = Policy { salvage: Salvage::ReadWrite, ..Policy::default() };
    rig.command(Command::SetPolicy(policy)).unwrap();
    assert_eq!(rig.engine.policy(), &policy);
    assert_eq!(rig.write(64, 1, 7), Ok(()));
    assert_eq!(rig.commands(IoClass::Repair), 0);
}
