//! Conditions at a point.

use crate::script::{Comparison, Condition, Operand, Point, Script, SweepValue};

impl Condition {
    /// True if it holds at a point. A drive without a slot at the start is in no mirror.
    #[must_use]
    pub fn holds(&self, script: &Script, point: &Point) -> bool {
        match self {
            Self::SameMirror { negated, one, other } => {
                let slots = one.slot(script, point).zip(other.slot(script, point));
                slots.is_some_and(|(one, other)| script.same_mirror(one, other)) != *negated
            }
            Self::Compare { name, comparison, value } => {
                point.value(name).is_some_and(|own| comparison.holds(own, value))
            }
        }
    }
}

impl Operand {
    fn slot(&self, script: &Script, point: &Point) -> Option<u8> {
        match self {
            Self::Slot(slot) => Some(*slot),
            Self::Drive(drive) => script.slot_of(drive),
            Self::Swept(name) => match point.value(name)? {
                SweepValue::Drive(drive) => script.slot_of(drive),
                SweepValue::Number(slot) => u8::try_from(*slot).ok(),
                SweepValue::Percent(_) | SweepValue::Time(_) => None,
            },
        }
    }
}

impl Comparison {
    fn holds(self, one: &SweepValue, other: &SweepValue) -> bool {
        match self {
            Self::Equal => one == other,
            Self::NotEqual => one != other,
            Self::Less => one < other,
            Self::AtMost => one <= other,
            Self::Greater => one > other,
            Self::AtLeast => one >= other,
        }
    }
}
