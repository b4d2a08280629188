//! Sweeps and points.

use core::fmt::{self, Display, Formatter};

use super::value::word;
use crate::grammar::tables;
use crate::script::{Point, Sweep, SweepValue, SweepValues};

impl Display for Sweep {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "sweep {} =", self.name)?;
        match &self.values {
            SweepValues::List(values) => {
                for value in values {
                    write!(f, " {value}")?;
                }
                Ok(())
            }
            SweepValues::Steps { first, last, step } => write!(f, " {first}..{last} step {step}"),
            SweepValues::Every { op, drive } => {
                write!(f, " every {} {drive}", word(&tables::OPS, op))
            }
        }
    }
}

impl Display for SweepValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => percent.fmt(f),
            Self::Drive(drive) => drive.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Time(time) => time.fmt(f),
        }
    }
}

/// `p=37%,who=d0`
impl Display for Point {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{name}={value}")?;
        }
        Ok(())
    }
}
