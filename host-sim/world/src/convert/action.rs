//! Statements.

use raid10_engine::{Command, DriveId, HostOp};
use vector_language::script as text;

use super::knobs::knobs;
use super::{Cause, Converter, Result, duration, sectors, slot_of, value};
use crate::plan::{Action, Fault, Order};

impl Converter<'_> {
    pub(super) fn action(&self, statement: &text::Statement) -> Result<Action> {
        Ok(match &statement.action {
            text::Action::Host(io) => self.host(io)?,
            text::Action::Start(load) => Action::Start(self.load_index(load)?),
            text::Action::Stop(load) => Action::Stop(self.load_index(load)?),
            text::Action::Fault(fault) => Action::Fault(self.fault(fault)?),
            text::Action::Order(order) => Action::Order(self.order(order)?),
            text::Action::Hold { until } => {
                if !matches!(statement.trigger, text::Trigger::On(_)) {
                    return Err(Cause::Hold);
                }
                Action::Fault(Fault::Hold(self.trigger(until)?))
            }
        })
    }

    fn host(&self, io: &text::HostIo) -> Result<Action> {
        let (op, range) = match io {
            text::HostIo::Write { range, fua: false, .. } => (HostOp::Write, range),
            text::HostIo::Write { range, fua: true, .. } => (HostOp::WriteDurable, range),
            text::HostIo::Read(range) => (HostOp::Read, range),
            text::HostIo::Trim(range) => (HostOp::Trim, range),
            text::HostIo::Zero(range) => (HostOp::WriteZeroes, range),
            text::HostIo::Flush => return Ok(Action::Host(HostOp::Flush, None)),
        };
        Ok(Action::Host(op, self.range(range, self.capacity)?))
    }

    fn fault(&self, fault: &text::Fault) -> Result<Fault> {
        Ok(match fault {
            text::Fault::Fail(drive) => Fault::Fail(self.drive(drive)?),
            text::Fault::Revive(drive) => Fault::Revive(self.drive(drive)?),
            text::Fault::Timeout { drive, lasting, abort_fails } => Fault::Timeout {
                drive: self.drive(drive)?,
                span: lasting.as_ref().map(duration).transpose()?,
                deaf: *abort_fails,
            },
            text::Fault::Unreadable { drive, range, healing } => {
                let drive = self.drive(drive)?;
                Fault::Unreadable {
                    drive,
                    range: self.range_in(range, self.size(drive))?,
                    once: *healing == text::Healing::Once,
                    sticky: *healing == text::Healing::Never,
                }
            }
            text::Fault::WriteError { drive, range, times } => {
                let drive = self.drive(drive)?;
                let times = match times {
                    text::Repeats::Times(times) => {
                        Some(u32::try_from(value(times)?).unwrap_or(u32::MAX).max(1))
                    }
                    text::Repeats::Always => None,
                };
                Fault::WriteError { drive, range: self.range_in(range, self.size(drive))?, times }
            }
            text::Fault::Limp { drive, factor, ops } => Fault::Limp {
                drive: self.drive(drive)?,
                factor: u32::try_from(value(factor)?).unwrap_or(u32::MAX).clamp(1, 1_000_000),
                read: *ops != text::LimpOps::Write,
                write: *ops != text::LimpOps::Read,
            },
            text::Fault::Recover(drive) => Fault::Recover(self.drive(drive)?),
            text::Fault::Stall { drive, lasting, every } => Fault::Stall {
                drive: self.drive(drive)?,
                span: duration(lasting)?,
                every: every.as_ref().map(duration).transpose()?,
            },
            text::Fault::Pull(drive) => Fault::Pull(self.drive(drive)?),
            text::Fault::Insert { drive, slot, blank } => Fault::Insert {
                drive: self.drive(drive)?,
                slot: slot.as_ref().map(slot_of).transpose()?,
                blank: *blank,
            },
            text::Fault::Swap(one, other) => Fault::Swap(slot_of(one)?, slot_of(other)?),
            text::Fault::Glitch { drives, lasting } => Fault::Glitch(
                drives.iter().map(|drive| self.drive(drive)).collect::<Result<_>>()?,
                duration(lasting)?,
            ),
        })
    }

    fn size(&self, drive: u8) -> u64 {
        sectors(self.script.drives[usize::from(drive)].value.size)
    }

    fn order(&self, order: &text::Order) -> Result<Order> {
        let drive = |name| self.drive_id(name);
        let command = match order {
            text::Order::Fail(slot) => Command::Fail(slot_of(slot)?),
            text::Order::Remove(name) | text::Order::RemoveSpare(name) => {
                Command::Remove(drive(name)?)
            }
            text::Order::AddSpare { drive: name, slot, force } => Command::AddSpare {
                drive: drive(name)?,
                dedicated: slot.as_ref().map(slot_of).transpose()?,
                force: *force,
            },
            text::Order::Replace { slot, with } => {
                let with: Option<DriveId> = with.as_ref().map(drive).transpose()?;
                Command::Replace { slot: slot_of(slot)?, with }
            }
            text::Order::CancelReplace(slot) => Command::CancelReplace(slot_of(slot)?),
            text::Order::Rebuild { slot, with, force } => {
                Command::Rebuild { slot: slot_of(slot)?, with: drive(with)?, force: *force }
            }
            text::Order::Pause(slot) => Command::Pause(slot_of(slot)?),
            text::Order::Resume(slot) => Command::Resume(slot_of(slot)?),
            text::Order::AcceptLosses => Command::AcceptLosses,
            text::Order::Policy(settings) => return Ok(Order::Policy(knobs(settings)?)),
        };
        Ok(Order::Command(command))
    }
}
