//! Statements.

use core::fmt::{self, Display, Formatter};

use super::machine::Settings;
use super::trigger::Moment;
use crate::script::{
    Action, Fault, Healing, HostIo, LimpOps, Order, Repeats, Sectors, SectorsEnd, Statement,
    Trigger, Value,
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

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fail(drive) => write!(f, "fail {drive}"),
            Self::Revive(drive) => write!(f, "revive {drive}"),
            Self::Timeout { drive, lasting, abort_fails } => {
                write!(f, "timeout {drive}")?;
                if let Some(time) = lasting {
                    write!(f, " for {time}")?;
                }
                flag(f, *abort_fails, "abort-fails")
            }
            Self::Unreadable { drive, range, healing } => {
                write!(f, "unreadable {drive} {range}{}", healing_word(*healing))
            }
            Self::WriteError { drive, range, times } => {
                write!(f, "write-error {drive} {range}")?;
                match times {
                    Repeats::Always => f.write_str(" always"),
                    Repeats::Times(Value::Literal(1)) => Ok(()),
                    Repeats::Times(times) => write!(f, " times={times}"),
                }
            }
            Self::Limp { drive, factor, ops } => limp(f, drive, factor, *ops),
            Self::Recover(drive) => write!(f, "recover {drive}"),
            Self::Stall { drive, lasting, every } => {
                write!(f, "stall {drive} {lasting}")?;
                every.as_ref().map_or(Ok(()), |period| write!(f, " every {period}"))
            }
            Self::Pull(drive) => write!(f, "pull {drive}"),
            Self::Insert { drive, slot, blank } => {
                write!(f, "insert {drive}")?;
                slot_option(f, slot.as_ref())?;
                flag(f, *blank, "blank")
            }
            Self::Swap(one, other) => write!(f, "swap {one} {other}"),
            Self::Glitch { drives, lasting } => {
                f.write_str("glitch")?;
                drives.iter().try_for_each(|drive| write!(f, " {drive}"))?;
                write!(f, " for {lasting}")
            }
        }
    }
}

const fn healing_word(healing: Healing) -> &'static str {
    match healing {
        Healing::Write => "",
        Healing::Once => " once",
        Healing::Never => " sticky",
    }
}

fn limp(
    f: &mut Formatter<'_>,
    drive: &dyn Display,
    factor: &Value<u64>,
    ops: LimpOps,
) -> fmt::Result {
    write!(f, "limp {drive} ")?;
    match factor {
        Value::Literal(factor) => write!(f, "x{factor}")?,
        Value::Swept(name) => name.fmt(f)?,
    }
    f.write_str(match ops {
        LimpOps::All => "",
        LimpOps::Read => " read",
        LimpOps::Write => " write",
    })
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
        }
    }
}

fn flag(f: &mut Formatter<'_>, set: bool, word: &str) -> fmt::Result {
    if set { write!(f, " {word}") } else { Ok(()) }
}

fn slot_option(f: &mut Formatter<'_>, slot: Option<&Value<u8>>) -> fmt::Result {
    slot.map_or(Ok(()), |slot| write!(f, " slot={slot}"))
}
