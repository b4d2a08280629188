//! Triggers, and what they wait for.

use alloc::boxed::Box;
use alloc::string::ToString;

use raid10_engine::{IoClass, Step};
use vector_language::script as text;

use super::{Cause, Converter, Result, duration, sectors, slot_of, value};
use crate::plan::{Activity, EventMatch, OpKind, OpMatch, Reach, Trigger};
use crate::subject::Subject;

impl Converter<'_> {
    pub(super) fn trigger(&self, trigger: &text::Trigger) -> Result<Trigger> {
        Ok(match trigger {
            text::Trigger::At(time) => Trigger::At(duration(time)?),
            text::Trigger::When { activity, slot, mark } => Trigger::Progress {
                activity: Some(activity_of(*activity)),
                slot: slot_of(slot)?,
                reach: match mark {
                    text::Mark::Percent(percent) => Reach::Hundredths(value(percent)?.0),
                    text::Mark::Sector(sector) => Reach::Lba(value(sector)?),
                },
            },
            text::Trigger::On(op) => Trigger::Op(self.op(op)?),
            text::Trigger::Event { pattern, count } => {
                let count = u32::try_from(value(count)?).unwrap_or(u32::MAX);
                Trigger::Event(EventMatch { count, ..self.event(pattern)? })
            }
            text::Trigger::Step { step, count, drive } => Trigger::Records {
                step: step_of(*step),
                drive: drive.as_ref().map(|drive| self.drive(drive)).transpose()?,
                count: u32::try_from(value(count)?).unwrap_or(u32::MAX),
            },
            text::Trigger::Action(named) => {
                let statements = &self.script.statements;
                let step = statements.iter().position(|line| line.value.action.is(named));
                Trigger::Step(step.ok_or(Cause::NoStatement(named.verb.name()))?)
            }
            text::Trigger::After { base, delay } => {
                Trigger::After(Box::new(self.trigger(base)?), duration(delay)?)
            }
        })
    }

    fn op(&self, op: &text::OpMatch) -> Result<OpMatch> {
        let drive = self.drive(&op.drive)?;
        let size = self.script.drives[usize::from(drive)].value.size;
        let range = match &op.within {
            Some(range) => self.range(range, sectors(size))?,
            None => None,
        };
        Ok(OpMatch {
            op: op_kind(op.op),
            drive,
            count: u32::try_from(value(&op.count)?).unwrap_or(u32::MAX),
            range,
            class: op.class.map(class_of),
        })
    }

    pub(super) fn event(&self, pattern: &text::EventPattern) -> Result<EventMatch> {
        let subject = |argument: &text::EventArgument| {
            Ok(match argument {
                text::EventArgument::Any => None,
                text::EventArgument::Drive(drive) => Some(Subject::Drive(self.drive(drive)?)),
                text::EventArgument::Slot(slot) => Some(Subject::Slot(value(slot)?)),
                text::EventArgument::Number(number) => Some(Subject::Number(value(number)?)),
                text::EventArgument::Word(word) => Some(Subject::Word(word)),
            })
        };
        Ok(EventMatch {
            name: pattern.name.to_string(),
            subjects: pattern.arguments.iter().map(subject).collect::<Result<_>>()?,
            count: 1,
        })
    }
}

pub(super) const fn activity_of(activity: text::Activity) -> Activity {
    match activity {
        text::Activity::Rebuild => Activity::Rebuild,
        text::Activity::Resync => Activity::Resync,
        text::Activity::Replace => Activity::Replace,
    }
}

const fn op_kind(op: text::OpKind) -> Option<OpKind> {
    match op {
        text::OpKind::Read => Some(OpKind::Read),
        text::OpKind::Write => Some(OpKind::Write),
        text::OpKind::Flush => Some(OpKind::Flush),
        text::OpKind::Compare => Some(OpKind::Compare),
        text::OpKind::Any => None,
    }
}

const fn step_of(step: text::Step) -> Step {
    match step {
        text::Step::Label => Step::Label,
        text::Step::Frame => Step::Frame,
        text::Step::Log => Step::Log,
        text::Step::CommitFlush => Step::CommitFlush,
        text::Step::Superblock => Step::Superblock,
        text::Step::BitsSet => Step::BitsSet,
        text::Step::BitsClear => Step::BitsClear,
    }
}

const fn class_of(class: text::Class) -> IoClass {
    match class {
        text::Class::Host => IoClass::Host,
        text::Class::Metadata => IoClass::Metadata,
        text::Class::Rebuild => IoClass::Rebuild,
        text::Class::Repair => IoClass::Repair,
        text::Class::Probe => IoClass::Probe,
    }
}
