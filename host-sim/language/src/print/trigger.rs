//! Moments.

use core::fmt::{self, Display, Formatter};

use super::value::word;
use crate::grammar::tables;
use crate::script::{
    ActionRef, Activity, EventArgument, EventPattern, Mark, OpMatch, Subject, Trigger, Value,
};

/// As a statement starts with it.
impl Display for Trigger {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => write!(f, "at {time}"),
            Self::When { activity, slot, mark } => write!(f, "when {activity}({slot}) >= {mark}"),
            Self::On(command) => write!(f, "on {command}"),
            Self::Event { pattern, count } => {
                write!(f, "on event {pattern}")?;
                ordinal(f, count)
            }
            Self::Step { step, count, drive } => {
                write!(f, "at step {}", word(&tables::STEPS, step))?;
                ordinal(f, count)?;
                drive.as_ref().map_or(Ok(()), |drive| write!(f, " {drive}"))
            }
            Self::Action(action) => action.fmt(f),
            Self::After { base, delay } => write!(f, "after {} + {delay}", Moment(base)),
        }
    }
}

/// A moment behind `after`, `of` or `until`: an event goes without its `on`.
pub(super) struct Moment<'s>(pub(super) &'s Trigger);

impl Display for Moment<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Trigger::Event { pattern, count } => {
                write!(f, "event {pattern}")?;
                ordinal(f, count)
            }
            other => other.fmt(f),
        }
    }
}

/// `#N`, which is left out for the first.
fn ordinal(f: &mut Formatter<'_>, count: &Value<u64>) -> fmt::Result {
    match count {
        Value::Literal(1) => Ok(()),
        other => write!(f, "#{other}"),
    }
}

impl Display for OpMatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(word(&tables::OPS, &self.op))?;
        write!(f, "#{} {}", self.count, self.drive)?;
        if let Some(range) = &self.within {
            write!(f, " in {range}")?;
        }
        match &self.class {
            Some(class) => write!(f, " class={}", word(&tables::CLASSES, class)),
            None => Ok(()),
        }
    }
}

impl Display for Activity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(word(&tables::ACTIVITIES, self))
    }
}

impl Display for Mark {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => percent.fmt(f),
            Self::Sector(sector) => sector.fmt(f),
        }
    }
}

impl Display for EventPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        for (index, argument) in self.arguments.iter().enumerate() {
            f.write_str(if index == 0 { "(" } else { ", " })?;
            argument.fmt(f)?;
        }
        f.write_str(if self.arguments.is_empty() { "" } else { ")" })
    }
}

impl Display for EventArgument {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("_"),
            Self::Drive(drive) => drive.fmt(f),
            Self::Slot(slot) => slot.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

impl Display for ActionRef {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.verb.name())?;
        match &self.subject {
            Subject::Drive(drive) => write!(f, " {drive}"),
            Subject::Slot(slot) => write!(f, " {slot}"),
            Subject::Load(load) => write!(f, " {load}"),
            Subject::Machine => Ok(()),
        }
    }
}
