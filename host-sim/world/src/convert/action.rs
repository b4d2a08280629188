//! Statements.

use raid10_engine::{AssemblyOrder, Command, DriveId, HostOp};
use vector_language::script as text;

use super::knobs::knobs;
use super::{Cause, Converter, Result, slot_of};
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
            text::Order::Stop => Command::Stop,
            text::Order::Assemble(how) => Command::Assemble(match how {
                text::Assemble::Plain => AssemblyOrder::Now,
                text::Assemble::Degraded => AssemblyOrder::Degraded,
                text::Assemble::Accept(name) => AssemblyOrder::Accept(drive(name)?),
                text::Assemble::Choose(name) => AssemblyOrder::Choose(drive(name)?),
            }),
            text::Order::Policy(settings) => return Ok(Order::Policy(knobs(settings)?)),
        };
        Ok(Order::Command(command))
    }
}
