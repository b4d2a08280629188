//! What must be seen.

use core::fmt::{self, Display, Formatter};

use super::trigger::Moment;
use super::value::word;
use crate::grammar::tables;
use crate::script::{
    Claim, Condition, Expectation, FinalStep, LostClaim, Operand, Sectors, When, Within,
};

impl Display for Expectation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "expect {}", self.claim)?;
        for (index, condition) in self.conditions.iter().enumerate() {
            let join = if index == 0 { "if" } else { "and" };
            write!(f, " {join} {condition}")?;
        }
        Ok(())
    }
}

impl Display for Claim {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array { state, within } => {
                write!(f, "array {state}")?;
                window(f, within.as_ref())
            }
            Self::Member { slot, state, within } => {
                write!(f, "member {slot} {state}")?;
                window(f, within.as_ref())
            }
            Self::Event { pattern, when } => {
                write!(f, "event {pattern}")?;
                match when {
                    When::Anytime => Ok(()),
                    When::Within(within) => window(f, Some(within)),
                    When::Before(other) => write!(f, " before {other}"),
                    When::After(other) => write!(f, " after {other}"),
                }
            }
            Self::Never(pattern) => write!(f, "never event {pattern}"),
            Self::Lost(LostClaim::None) => f.write_str("lost none"),
            Self::Lost(LostClaim::Computed) => f.write_str("lost computed"),
            Self::Lost(LostClaim::Ranges(ranges)) => {
                f.write_str("lost ")?;
                list(f, ranges)
            }
            Self::Intact(ranges) => {
                f.write_str("intact ")?;
                list(f, ranges)
            }
            Self::Duration { activity, slot, limit } => {
                write!(f, "duration {activity}({slot}) <= {limit}")
            }
            Self::Copied { drive, limit } => write!(f, "copied {drive} <= {limit}"),
            Self::Pull { slot, safe, within } => {
                write!(f, "pull {slot} {}", if *safe { "safe" } else { "unsafe" })?;
                window(f, within.as_ref())
            }
        }
    }
}

fn window(f: &mut Formatter<'_>, within: Option<&Within>) -> fmt::Result {
    let Some(within) = within else {
        return Ok(());
    };
    write!(f, " within {}", within.time)?;
    within.of.as_ref().map_or(Ok(()), |of| write!(f, " of {}", Moment(of)))
}

fn list(f: &mut Formatter<'_>, ranges: &[Sectors]) -> fmt::Result {
    for (index, range) in ranges.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{range}")?;
    }
    Ok(())
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameMirror { negated, one, other } => {
                let not = if *negated { "not " } else { "" };
                write!(f, "{not}same-mirror({one}, {other})")
            }
            Self::Compare { name, comparison, value } => {
                write!(f, "{name} {} {value}", word(&tables::SIGNS, comparison))
            }
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drive(drive) => drive.fmt(f),
            Self::Slot(slot) => slot.fmt(f),
            Self::Swept(name) => name.fmt(f),
        }
    }
}

/// The steps of the end.
pub(super) struct Steps<'s>(pub(super) &'s [FinalStep]);

impl Display for Steps<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { " ; " })?;
            match step {
                FinalStep::Quiesce(None) => f.write_str("quiesce")?,
                FinalStep::Quiesce(Some(time)) => write!(f, "quiesce {time}")?,
                FinalStep::Flush => f.write_str("flush")?,
                FinalStep::ReadAll => f.write_str("read all")?,
                FinalStep::PowerCycle => f.write_str("power-cycle")?,
                FinalStep::Stop => f.write_str("stop")?,
            }
        }
        Ok(())
    }
}
