//! The points of a vector's sweeps.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::grammar::{self, Context};
use crate::limits;
use crate::scope::Scope;
use crate::script::{
    Line, Percent, Point, Script, Sweep, SweepName, SweepValue, SweepValues, Time,
};

#[cfg(test)]
mod tests;

impl Sweep {
    /// How many values it has; `None` if only a run can tell.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match &self.values {
            SweepValues::List(values) => u64::try_from(values.len()).ok(),
            SweepValues::Steps { first, last, step } => {
                let (first, last, step) = (raw(first), raw(last), raw(step));
                let steps = last.checked_sub(first)?.checked_div(step)?;
                Some(steps.saturating_add(1))
            }
            SweepValues::Every { .. } => None,
        }
    }

    /// The value at a place, from 0; `None` behind the last.
    #[must_use]
    pub fn value(&self, index: u64) -> Option<SweepValue> {
        if self.count().is_some_and(|count| index >= count) {
            return None;
        }
        match &self.values {
            SweepValues::List(values) => values.get(usize::try_from(index).ok()?).cloned(),
            SweepValues::Steps { first, step, .. } => {
                let number = raw(first).checked_add(raw(step).checked_mul(index)?)?;
                cooked(first, number)
            }
            SweepValues::Every { .. } => index.checked_add(1).map(SweepValue::Number),
        }
    }

    /// True if the value may stand at a point: one of a list, between the ends of steps, any number from 1
    /// for commands.
    fn takes(&self, value: &SweepValue) -> bool {
        match &self.values {
            SweepValues::List(values) => values.contains(value),
            SweepValues::Steps { first, last, .. } => (first..=last).contains(&value),
            SweepValues::Every { .. } => *value >= SweepValue::Number(1),
        }
    }
}

/// The value as a number.
fn raw(value: &SweepValue) -> u64 {
    match value {
        SweepValue::Percent(percent) => u64::from(percent.hundredths()),
        SweepValue::Number(number) => *number,
        SweepValue::Time(time) => time.micros(),
        SweepValue::Drive(_) => 0,
    }
}

/// The number as a value like another.
fn cooked(like: &SweepValue, number: u64) -> Option<SweepValue> {
    match like {
        SweepValue::Percent(_) => {
            u16::try_from(number).ok().map(|it| SweepValue::Percent(Percent(it)))
        }
        SweepValue::Number(_) => Some(SweepValue::Number(number)),
        SweepValue::Time(_) => Some(SweepValue::Time(Time(number))),
        SweepValue::Drive(_) => None,
    }
}

/// The points of a vector, one after the other: the last sweep changes fastest, and a sweep over commands
/// faster than all others.
///
/// A sweep over commands has no end of its own. After each of its points the one who runs them says with
/// [`command_did_not_happen`](Self::command_did_not_happen) if there were fewer commands than the point
/// asked for; the iterator then goes on with the next values of the other sweeps.
#[derive(Clone, Debug)]
pub struct Points<'s> {
    sweeps: &'s [Line<Sweep>],
    /// Which combination of the closed sweeps comes next, and where they end.
    row: u64,
    rows: u64,
    /// Which value of the open sweep comes next.
    open: u64,
    has_open: bool,
    given: u64,
}

impl<'s> Points<'s> {
    pub(crate) fn new(sweeps: &'s [Line<Sweep>]) -> Self {
        let closed = sweeps.iter().filter_map(|line| line.value.count());
        Self {
            sweeps,
            row: 0,
            rows: closed.fold(1, u64::saturating_mul),
            open: 0,
            has_open: sweeps.iter().any(|line| line.value.count().is_none()),
            given: 0,
        }
    }

    /// The command of the point given last did not happen, so there are no larger numbers to try.
    pub const fn command_did_not_happen(&mut self) {
        if self.has_open && self.open > 0 {
            self.row += 1;
            self.open = 0;
        }
    }

    /// Just the points of one combination of the closed sweeps, for runs in parallel; `None` behind the last.
    #[must_use]
    pub fn row(&self, row: u64) -> Option<Self> {
        (row < self.rows).then(|| Self { row, rows: row + 1, open: 0, given: 0, ..self.clone() })
    }

    /// How many combinations the closed sweeps have. Without a sweep over commands, these are the points.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// True if a sweep over commands makes the number of points unknown.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.has_open
    }

    fn at(&self, row: u64, open: u64) -> Option<Point> {
        let mut rest = row;
        let mut values: Vec<(SweepName, SweepValue)> = Vec::with_capacity(self.sweeps.len());
        for line in self.sweeps.iter().rev() {
            let index = match line.value.count() {
                Some(0) => return None,
                Some(count) => {
                    let index = rest % count;
                    rest /= count;
                    index
                }
                None => open,
            };
            values.push((line.value.name.clone(), line.value.value(index)?));
        }
        values.reverse();
        Some(Point(values))
    }
}

impl Iterator for Points<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        if self.row >= self.rows || self.given >= limits::POINTS {
            return None;
        }
        let point = self.at(self.row, self.open)?;
        self.given += 1;
        if self.has_open {
            self.open += 1;
        } else {
            self.row += 1;
        }
        Some(point)
    }
}

/// Why a text names no point of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointError(String);

impl fmt::Display for PointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for PointError {}

impl Script {
    /// All points of the sweeps; one, without values, if there are no sweeps.
    #[must_use]
    pub fn points(&self) -> Points<'_> {
        Points::new(&self.sweeps)
    }

    /// The name of a point, which [`parse_point`](Self::parse_point) understands: `clicky-2015:p=37%,who=d0`;
    /// just the name of the vector if it has no sweeps.
    #[must_use]
    pub fn point_id(&self, point: &Point) -> String {
        let name = &self.vector.value.name;
        if point.0.is_empty() { name.clone() } else { format!("{name}:{point}") }
    }

    /// The point of a name such as `clicky-2015:p=37%,who=d0` or just `p=37%,who=d0`, in any order of the
    /// sweeps.
    ///
    /// # Errors
    ///
    /// What is wrong, and what the sweeps are.
    pub fn parse_point(&self, text: &str) -> Result<Point, PointError> {
        let values = match text.split_once(':') {
            Some((name, values)) if name == self.vector.value.name => values,
            Some((name, _)) => {
                return Err(PointError(format!(
                    "`{name}` is another vector: this is `{}`",
                    self.vector.value.name
                )));
            }
            None if text == self.vector.value.name => "",
            None => text,
        };
        let mut given = Vec::new();
        for part in values.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            given.push(self.parse_part(part)?);
        }
        self.complete(given)
    }

    fn parse_part(&self, part: &str) -> Result<(SweepName, SweepValue), PointError> {
        let Some((name, text)) = part.split_once('=') else {
            return Err(PointError(format!("`{part}` is no `NAME=VALUE`")));
        };
        let Some(line) = self.sweeps.iter().find(|line| line.value.name.as_str() == name.trim())
        else {
            return Err(PointError(format!("no sweep is named `{name}`: {}", self.sweep_list())));
        };
        let sweep = &line.value;
        let scope = Scope { drives_unclear: true, ..Scope::default() };
        let context = Context::new(&scope);
        let parsed = grammar::sweep_literal(&context, sweep.kind(), text);
        let clean = context.finish().0.is_empty();
        match parsed {
            Ok((rest, value)) if clean && grammar::at_end(rest) && sweep.takes(&value) => {
                Ok((sweep.name.clone(), value))
            }
            _ => Err(PointError(format!("`{text}` is no value of `{sweep}`"))),
        }
    }

    /// Puts the values in the order of the sweeps: each must be there once.
    fn complete(&self, given: Vec<(SweepName, SweepValue)>) -> Result<Point, PointError> {
        let mut values = Vec::with_capacity(self.sweeps.len());
        for line in &self.sweeps {
            let name = &line.value.name;
            let mut own = given.iter().filter(|(other, _)| other == name);
            match (own.next(), own.next()) {
                (Some(value), None) => values.push(value.clone()),
                (None, _) => {
                    let sweeps = self.sweep_list();
                    return Err(PointError(format!("`{name}` has no value: {sweeps}")));
                }
                (Some(_), Some(_)) => {
                    return Err(PointError(format!("`{name}` has two values")));
                }
            }
        }
        Ok(Point(values))
    }

    fn sweep_list(&self) -> String {
        let names: Vec<String> =
            self.sweeps.iter().map(|line| format!("`{}`", line.value.name)).collect();
        if names.is_empty() {
            "the vector has no sweeps".to_string()
        } else {
            format!("the sweeps are {}", names.join(", "))
        }
    }
}
