//! What happens to drives, and to the power.

use core::fmt::{self, Display, Formatter};

use super::action::slot_option;
use super::power::unless_none;
use crate::script::{Arrival, DriveName, Fault, Healing, Heeds, LimpOps, Repeats, Value};

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fail(drive) => write!(f, "fail {drive}"),
            Self::Revive(drive) => write!(f, "revive {drive}"),
            Self::Timeout { drive, lasting, heeds } => {
                write!(f, "timeout {drive}")?;
                if let Some(time) = lasting {
                    write!(f, " for {time}")?;
                }
                f.write_str(match heeds {
                    Heeds::Aborts => "",
                    Heeds::Resets => " reset-only",
                    Heeds::Nothing => " abort-fails",
                })
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
            Self::Insert { drive, slot, arrival } => {
                write!(f, "insert {drive}")?;
                slot_option(f, slot.as_ref())?;
                arrived(f, arrival)
            }
            Self::Swap(one, other) => write!(f, "swap {one} {other}"),
            Self::Glitch { drives, lasting } => {
                f.write_str("glitch")?;
                each(f, drives)?;
                write!(f, " for {lasting}")
            }
            Self::Image(drive) => write!(f, "image {drive}"),
            Self::Tear { drive, sectors } => write!(f, "tear {drive} {sectors}"),
            Self::IgnoreFlush { drive, times } => {
                write!(f, "ignore-flush {drive}")?;
                times.as_ref().map_or(Ok(()), |times| write!(f, " times={times}"))
            }
            Self::FailFlush { drive, times, drops } => {
                write!(f, "fail-flush {drive}")?;
                times.as_ref().map_or(Ok(()), |times| write!(f, " times={times}"))?;
                f.write_str(if *drops { " drop" } else { "" })
            }
            Self::PowerOff(loss) => write!(f, "power-off{loss}"),
            Self::PowerOn => f.write_str("power-on"),
            Self::PowerCut { loss, lasting } => write!(f, "power-cut{loss} lasting {lasting}"),
            Self::BrownOut { drives, survival, lasting } => {
                f.write_str("brown-out")?;
                each(f, drives)?;
                unless_none(f, survival)?;
                write!(f, " lasting {lasting}")
            }
            Self::Reset { lasting } => write!(f, "reset lasting {lasting}"),
        }
    }
}

fn each(f: &mut Formatter<'_>, drives: &[Value<DriveName>]) -> fmt::Result {
    drives.iter().try_for_each(|drive| write!(f, " {drive}"))
}

fn arrived(f: &mut Formatter<'_>, arrival: &Arrival) -> fmt::Result {
    match arrival {
        Arrival::AsItWas => Ok(()),
        Arrival::Blank => f.write_str(" blank"),
        Arrival::Stale => f.write_str(" stale"),
        Arrival::Foreign => f.write_str(" foreign"),
        Arrival::Dead => f.write_str(" dead"),
        Arrival::Clone(of) => write!(f, " clone={of}"),
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
