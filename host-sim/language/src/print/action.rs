//! Statements.

use core::fmt::{self, Display, Formatter};

use super::machine::Settings;
use super::trigger::Moment;
use crate::script::{
    Action, Assemble, HostIo, Order, Sectors, SectorsEnd, Statement, Trigger, Value,
};

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (&self.trigger, &self.action) {
            (Trigger::On(command), Action::Hold { until }) => {
                write!(f, "hold {command} until {}", Moment(until))
            }
            (trigger, action) => write!(f, "{trigger} {action}"),
        }
    }
}

impl Display for Action {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(io) => io.fmt(f),
            Self::Start(load) => write!(f, "start {load}"),
            Self::Stop(load) => write!(f, "stop {load}"),
            Self::Fault(fault) => fault.fmt(f),
            Self::Order(order) => order.fmt(f),
            Self::Hold { until } => write!(f, "hold until {}", Moment(until)),
        }
    }
}

impl Display for HostIo {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write { range, pattern, fua } => {
                write!(f, "write {range}")?;
                if *pattern != Value::Literal(0) {
                    write!(f, " pattern={pattern}")?;
                }
                flag(f, *fua, "fua")
            }
            Self::Read(range) => write!(f, "read {range}"),
            Self::Trim(range) => write!(f, "trim {range}"),
            Self::Zero(range) => write!(f, "zero {range}"),
            Self::Flush => f.write_str("flush"),
        }
    }
}

impl Display for Sectors {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Range { first, end: SectorsEnd::Before(end) } => write!(f, "{first}..{end}"),
            Self::Range { first, end: SectorsEnd::Count(count) } => write!(f, "{first} +{count}"),
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fail(slot) => write!(f, "fail {slot}"),
            Self::Remove(drive) => write!(f, "remove {drive}"),
            Self::AddSpare { drive, slot, force } => {
                write!(f, "spare add {drive}")?;
                slot_option(f, slot.as_ref())?;
                flag(f, *force, "force")
            }
            Self::RemoveSpare(drive) => write!(f, "spare remove {drive}"),
            Self::Replace { slot, with } => {
                write!(f, "replace {slot}")?;
                with.as_ref().map_or(Ok(()), |drive| write!(f, " with {drive}"))
            }
            Self::CancelReplace(slot) => write!(f, "replace cancel {slot}"),
            Self::Rebuild { slot, with, force } => {
                write!(f, "rebuild {slot} with {with}")?;
                flag(f, *force, "force")
            }
            Self::Pause(slot) => write!(f, "rebuild pause {slot}"),
            Self::Resume(slot) => write!(f, "rebuild resume {slot}"),
            Self::AcceptLosses => f.write_str("accept-losses"),
            Self::Policy(settings) => write!(f, "policy {}", Settings(settings)),
            Self::Stop => f.write_str("stop"),
            Self::Assemble(way) => write!(f, "assemble{way}"),
        }
    }
}

/// With a blank in front, if there is anything to say.
impl Display for Assemble {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => Ok(()),
            Self::Degraded => f.write_str(" degraded"),
            Self::Accept(drive) => write!(f, " accept {drive}"),
            Self::Choose(drive) => write!(f, " choose {drive}"),
        }
    }
}

pub(super) fn flag(f: &mut Formatter<'_>, set: bool, word: &str) -> fmt::Result {
    if set { write!(f, " {word}") } else { Ok(()) }
}

pub(super) fn slot_option(f: &mut Formatter<'_>, slot: Option<&Value<u8>>) -> fmt::Result {
    slot.map_or(Ok(()), |slot| write!(f, " slot={slot}"))
}
