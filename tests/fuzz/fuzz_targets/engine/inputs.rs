//! Inputs of the engine, out of the fuzzer's bytes.

use arbitrary::{Result, Unstructured};
use raid10_engine::config::MEMBERS_MAX;
use raid10_engine::{
    ArrayLba, Command, Content, DriveChange, DriveId, DriveInfo, Duration, HostOp, HostRequest,
    Initial, IoFault, IoId, Outcome, Policy, Salvage, SectorCount, Shape, Slot,
};

use crate::DRIVES;
use crate::rig::Rig;

/// One input.
#[derive(Clone, Copy, Debug)]
pub enum Input {
    /// Time passes.
    Wait(Duration),
    /// A drive comes or goes.
    Drive(DriveId, DriveChange),
    /// A command ends; its name may be one that was never given.
    Completion(IoId, Outcome),
    /// The deadline has passed, or not.
    Timeout,
    /// The host wants something.
    Submit(HostRequest),
    /// The operator wants something.
    Command(Command),
}

/// A shape, mostly one that exists.
pub fn shape(bytes: &mut Unstructured<'_>) -> Result<Shape> {
    Ok(Shape {
        copies: bytes.int_in_range(1..=4)?,
        members: bytes.int_in_range(1..=DRIVES as u8)?,
        chunk: SectorCount(*bytes.choose(&[8, 16, 64, 128, 9, 0])?),
        member_size: SectorCount(bytes.int_in_range(0..=4096)?),
    })
}

/// Any policy.
pub fn policy(bytes: &mut Unstructured<'_>) -> Result<Policy> {
    Ok(Policy {
        rebuild_rate: bytes.int_in_range(0..=101)?,
        rebuild_min: *bytes.choose(&[0, 4096, 1 << 20, u64::MAX])?,
        rebuild_max: *bytes.choose(&[u64::MAX, 1 << 20, 1, 0])?,
        salvage: *bytes.choose(&[Salvage::ReadOnly, Salvage::ReadWrite, Salvage::None])?,
        auto_rebuild: bytes.ratio(7, 8)?,
        auto_replace: bytes.ratio(7, 8)?,
        error_limit: *bytes.choose(&[20, 2, 1, 0])?,
        limp_ratio: *bytes.choose(&[8, 2, 1, 0])?,
        flap_limit: *bytes.choose(&[3, 1, 0, 255])?,
        ..Policy::default()
    })
}

/// The next input.
pub fn input(bytes: &mut Unstructured<'_>, rig: &Rig) -> Result<Input> {
    Ok(match bytes.int_in_range(0..=15)? {
        0..=5 => Input::Completion(in_flight(bytes, rig)?, outcome(bytes)?),
        6..=8 => Input::Submit(request(bytes, rig)?),
        9 => Input::Drive(drive(bytes)?, change(bytes, rig)?),
        10..=11 => Input::Command(command(bytes)?),
        12 => Input::Wait(Duration(bytes.int_in_range(0..=10_000_000)?)),
        13 => Input::Completion(IoId(bytes.arbitrary()?), outcome(bytes)?),
        14 => Input::Command(create(bytes)?),
        _ => Input::Timeout,
    })
}

fn in_flight(bytes: &mut Unstructured<'_>, rig: &Rig) -> Result<IoId> {
    let ids = rig.in_flight();
    if ids.is_empty() { Ok(IoId(bytes.arbitrary()?)) } else { Ok(*bytes.choose(&ids)?) }
}

fn outcome(bytes: &mut Unstructured<'_>) -> Result<Outcome> {
    Ok(match bytes.int_in_range(0..=15)? {
        0 => Outcome::Fault(IoFault::Medium),
        1 => Outcome::Fault(IoFault::Hardware),
        2 => Outcome::Fault(IoFault::Aborted),
        3 => Outcome::Fault(IoFault::Gone),
        4 => Outcome::Mismatch,
        _ => Outcome::Done,
    })
}

fn drive(bytes: &mut Unstructured<'_>) -> Result<DriveId> {
    Ok(DriveId(bytes.int_in_range(0..=DRIVES as u8)?))
}

fn slot(bytes: &mut Unstructured<'_>) -> Result<Slot> {
    Ok(Slot(bytes.int_in_range(0..=DRIVES as u8)?))
}

fn change(bytes: &mut Unstructured<'_>, rig: &Rig) -> Result<DriveChange> {
    if bytes.ratio(1, 2)? {
        return Ok(DriveChange::Left);
    }
    let bay = slot(bytes)?;
    Ok(DriveChange::Arrived(DriveInfo {
        size: SectorCount(*bytes.choose(&[rig.size().0, rig.size().0 + 1, 0, 8])?),
        physical: SectorCount(*bytes.choose(&[1, 8])?),
        volatile_cache: bytes.arbitrary()?,
        power_cycled: bytes.arbitrary()?,
        bay: bytes.ratio(1, 2)?.then_some(bay),
        content: *bytes.choose(&[Content::Ours, Content::Blank, Content::Foreign])?,
    }))
}

fn request(bytes: &mut Unstructured<'_>, rig: &Rig) -> Result<HostRequest> {
    let op = *bytes.choose(&[
        HostOp::Read,
        HostOp::Write,
        HostOp::WriteDurable,
        HostOp::Flush,
        HostOp::Trim,
        HostOp::WriteZeroes,
    ])?;
    if op == HostOp::Flush {
        return Ok(HostRequest { op, lba: ArrayLba(0), count: SectorCount::ZERO });
    }
    let lba = match bytes.int_in_range(0..=7)? {
        0 => bytes.arbitrary()?,
        _ => bytes.int_in_range(0..=rig.capacity().0)?,
    };
    let count = match bytes.int_in_range(0..=7)? {
        0 => bytes.arbitrary()?,
        _ => bytes.int_in_range(0..=300)?,
    };
    Ok(HostRequest { op, lba: ArrayLba(lba), count: SectorCount(count) })
}

/// Makes the array, of drives in an order of the fuzzer's choice.
fn create(bytes: &mut Unstructured<'_>) -> Result<Command> {
    let mut members = [None; MEMBERS_MAX];
    let count = bytes.int_in_range(0..=DRIVES)?;
    let turn: u8 = bytes.int_in_range(0..=DRIVES as u8)?;
    for (index, member) in (0u8..).zip(members.iter_mut().take(count)) {
        *member = bytes.ratio(15, 16)?.then_some(DriveId((index + turn) % DRIVES as u8));
    }
    let initial = if bytes.arbitrary()? { Initial::Equal } else { Initial::Differing };
    Ok(Command::Create { members, initial })
}

fn command(bytes: &mut Unstructured<'_>) -> Result<Command> {
    let (slot, drive, force) = (slot(bytes)?, drive(bytes)?, bytes.arbitrary()?);
    Ok(match bytes.int_in_range(0..=11)? {
        0 => Command::Fail(slot),
        1 => Command::Remove(drive),
        2 => Command::AddSpare { drive, dedicated: None, force },
        3 => Command::AddSpare { drive, dedicated: Some(slot), force },
        4 => Command::RemoveSpare(drive),
        5 => Command::Replace { slot, with: force.then_some(drive) },
        6 => Command::CancelReplace(slot),
        7 => Command::Rebuild { slot, with: drive, force },
        8 => Command::Pause(slot),
        9 => Command::Resume(slot),
        10 => Command::AcceptLosses,
        _ => Command::SetPolicy(policy(bytes)?),
    })
}
