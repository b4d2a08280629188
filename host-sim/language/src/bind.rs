//! A script at one point of its sweeps: every name replaced by its value.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::script::{
    ActionRef, Claim, EventArgument, EventPattern, Expectation, FromSweep, KnobValue, Line,
    LoadSpec, LostClaim, Mark, OpMatch, Point, Script, Sectors, SectorsEnd, Setting, Statement,
    Subject, Trigger, Value, When, Within,
};

mod action;
mod condition;
mod power;

#[cfg(test)]
mod tests;

impl Script {
    /// The script at a point: no sweeps, nothing swept, and only those expectations whose conditions hold
    /// there, without their conditions. A name that the point does not give stays.
    #[must_use]
    pub fn bind(&self, point: &Point) -> Self {
        let holds = |line: &&Line<Expectation>| {
            let mut conditions = line.value.conditions.iter();
            conditions.all(|condition| condition.holds(self, point))
        };
        let claim = |line: &Line<Expectation>| {
            line.with(Expectation { claim: line.value.claim.bind(point), conditions: Vec::new() })
        };
        Self {
            policy: self.policy.iter().map(|line| line.with(line.value.bind(point))).collect(),
            loads: self.loads.iter().map(|line| line.with(line.value.bind(point))).collect(),
            sweeps: Vec::new(),
            statements: self
                .statements
                .iter()
                .map(|line| line.with(line.value.bind(point)))
                .collect(),
            expectations: self.expectations.iter().filter(holds).map(claim).collect(),
            ..self.clone()
        }
    }
}

/// What may have swept names in it.
pub(crate) trait Bind {
    /// The same with its names replaced.
    fn bind(&self, point: &Point) -> Self;
}

impl<T: FromSweep> Bind for Value<T> {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::Literal(_) => self.clone(),
            Self::Swept(name) => point
                .value(name)
                .and_then(T::from_sweep)
                .map_or_else(|| self.clone(), Self::Literal),
        }
    }
}

impl<T: Bind> Bind for Option<T> {
    fn bind(&self, point: &Point) -> Self {
        self.as_ref().map(|it| it.bind(point))
    }
}

impl<T: Bind> Bind for Vec<T> {
    fn bind(&self, point: &Point) -> Self {
        self.iter().map(|it| it.bind(point)).collect()
    }
}

impl Bind for Setting {
    fn bind(&self, point: &Point) -> Self {
        let value = match &self.value {
            KnobValue::Time(time) => KnobValue::Time(time.bind(point)),
            KnobValue::Percent(percent) => KnobValue::Percent(percent.bind(point)),
            KnobValue::Number(number) => KnobValue::Number(number.bind(point)),
            fixed @ (KnobValue::Rate(_) | KnobValue::Switch(_) | KnobValue::Salvage(_)) => {
                fixed.clone()
            }
        };
        Self { knob: self.knob, value }
    }
}

impl Bind for LoadSpec {
    fn bind(&self, point: &Point) -> Self {
        Self { seed: self.seed.bind(point), span: self.span.bind(point), ..self.clone() }
    }
}

impl Bind for Sectors {
    fn bind(&self, point: &Point) -> Self {
        let Self::Range { first, end } = self else {
            return Self::All;
        };
        let end = match end {
            SectorsEnd::Before(end) => SectorsEnd::Before(end.bind(point)),
            SectorsEnd::Count(count) => SectorsEnd::Count(count.bind(point)),
        };
        Self::Range { first: first.bind(point), end }.settled()
    }
}

impl Bind for Statement {
    fn bind(&self, point: &Point) -> Self {
        Self { trigger: self.trigger.bind(point), action: self.action.bind(point) }
    }
}

impl Bind for Trigger {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::At(time) => Self::At(time.bind(point)),
            Self::When { activity, slot, mark } => Self::When {
                activity: *activity,
                slot: slot.bind(point),
                mark: match mark {
                    Mark::Percent(percent) => Mark::Percent(percent.bind(point)),
                    Mark::Sector(sector) => Mark::Sector(sector.bind(point)),
                },
            },
            Self::On(command) => Self::On(command.bind(point)),
            Self::Event { pattern, count } => {
                Self::Event { pattern: pattern.bind(point), count: count.bind(point) }
            }
            Self::Step { step, count, drive } => {
                Self::Step { step: *step, count: count.bind(point), drive: drive.bind(point) }
            }
            Self::Action(action) => Self::Action(action.bind(point)),
            Self::After { base, delay } => {
                Self::After { base: Box::new(base.bind(point)), delay: delay.bind(point) }
            }
        }
    }
}

impl Bind for OpMatch {
    fn bind(&self, point: &Point) -> Self {
        Self {
            op: self.op,
            count: self.count.bind(point),
            drive: self.drive.bind(point),
            within: self.within.bind(point),
            class: self.class,
        }
    }
}

impl Bind for EventPattern {
    fn bind(&self, point: &Point) -> Self {
        Self { name: self.name, arguments: self.arguments.bind(point) }
    }
}

impl Bind for EventArgument {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::Drive(drive) => Self::Drive(drive.bind(point)),
            Self::Slot(slot) => Self::Slot(slot.bind(point)),
            Self::Number(number) => Self::Number(number.bind(point)),
            Self::Any | Self::Word(_) => self.clone(),
        }
    }
}

impl Bind for ActionRef {
    fn bind(&self, point: &Point) -> Self {
        let subject = match &self.subject {
            Subject::Drive(drive) => Subject::Drive(drive.bind(point)),
            Subject::Slot(slot) => Subject::Slot(slot.bind(point)),
            fixed @ (Subject::Load(_) | Subject::Machine) => fixed.clone(),
        };
        Self { verb: self.verb, subject }
    }
}

impl Bind for Within {
    fn bind(&self, point: &Point) -> Self {
        Self { time: self.time.bind(point), of: self.of.bind(point) }
    }
}

impl Bind for Claim {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::Array { state, within } => Self::Array { state, within: within.bind(point) },
            Self::Member { slot, state, within } => {
                Self::Member { slot: slot.bind(point), state, within: within.bind(point) }
            }
            Self::Event { pattern, when } => Self::Event {
                pattern: pattern.bind(point),
                when: match when {
                    When::Anytime => When::Anytime,
                    When::Within(within) => When::Within(within.bind(point)),
                    When::Before(other) => When::Before(other.bind(point)),
                    When::After(other) => When::After(other.bind(point)),
                },
            },
            Self::Never(pattern) => Self::Never(pattern.bind(point)),
            Self::Lost(LostClaim::Ranges(ranges)) => {
                Self::Lost(LostClaim::Ranges(ranges.bind(point)))
            }
            Self::Lost(LostClaim::None | LostClaim::Computed) => self.clone(),
            Self::Intact(ranges) => Self::Intact(ranges.bind(point)),
            Self::Duration { activity, slot, limit } => Self::Duration {
                activity: *activity,
                slot: slot.bind(point),
                limit: limit.bind(point),
            },
            Self::Copied { drive, limit } => {
                Self::Copied { drive: drive.bind(point), limit: limit.bind(point) }
            }
            Self::Pull { slot, safe, within } => {
                Self::Pull { slot: slot.bind(point), safe: *safe, within: within.bind(point) }
            }
        }
    }
}
