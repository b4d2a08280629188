//! A sweep in text: a matrix of outcomes, shares, and what failed.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use anstyle::Style;
use vector_language::script::SweepValue;

use super::quantity::{Bytes, Share, plural};
use super::style::{BAD, GOOD, PLAIN, Painted, TITLE, WARN};
use super::table::{Cell, Side, Table};
use crate::judge::SECTOR_BYTES;
use crate::sweep::{Class, Played, Swept};
use crate::vector::Vector;

/// Failed points that are listed below a matrix.
const SHOWN: usize = 20;
/// Columns of words; with more, letters stand for the outcomes.
const WORDY_COLUMNS: usize = 10;

/// One sweep: its name and the values that were played, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub(crate) name: String,
    pub(crate) values: Vec<SweepValue>,
}

/// The sweeps of a list of points.
pub(crate) fn axes(points: &[Played]) -> Vec<Axis> {
    let Some(first) = points.first() else {
        return Vec::new();
    };
    let axis = |(place, (name, _)): (usize, &(_, SweepValue))| {
        let name: &vector_language::script::SweepName = name;
        let mut seen = BTreeMap::new();
        let mut values = Vec::new();
        for (_, value) in points.iter().filter_map(|played| played.point.0.get(place)) {
            seen.entry(value).or_insert_with(|| values.push(value.clone()));
        }
        Axis { name: name.0.clone(), values }
    };
    first.point.0.iter().enumerate().map(axis).collect()
}

/// How many points survived for each value of an axis.
pub(crate) fn shares(points: &[Played], place: usize, axis: &Axis) -> Vec<Share> {
    let mut counts: BTreeMap<&SweepValue, Share> = BTreeMap::new();
    for played in points {
        if let Some((_, value)) = played.point.0.get(place) {
            let share = counts.entry(value).or_insert(Share { part: 0, whole: 0 });
            share.whole += 1;
            share.part += u64::from(played.class == Class::Ok);
        }
    }
    let share = |value| counts.get(value).copied().unwrap_or(Share { part: 0, whole: 0 });
    axis.values.iter().map(share).collect()
}

/// The report of a sweep.
pub(crate) struct Report<'r> {
    vector: &'r Vector,
    swept: &'r Swept,
    only_failed: bool,
    axes: Vec<Axis>,
}

impl<'r> Report<'r> {
    pub(crate) fn new(vector: &'r Vector, swept: &'r Swept, only_failed: bool) -> Self {
        Self { vector, swept, only_failed, axes: axes(&swept.points) }
    }
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.only_failed {
            let heading = &self.vector.script.vector.value;
            writeln!(f, "{}  {}", heading.name, Painted(TITLE, &heading.title))?;
            self.sections(f)?;
            self.shares(f)?;
        }
        self.failures(f)?;
        self.totals(f)
    }
}

impl Report<'_> {
    /// A matrix for each combination of the sweeps before the last two.
    fn sections(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lead = self.axes.len().saturating_sub(2);
        let mut order: Vec<&[_]> = Vec::new();
        let mut sections: BTreeMap<&[_], Vec<&Played>> = BTreeMap::new();
        for played in &self.swept.points {
            let key = &played.point.0[..lead];
            let section = sections.entry(key).or_insert_with(|| {
                order.push(key);
                Vec::new()
            });
            section.push(played);
        }
        for key in order {
            let words: Vec<String> =
                key.iter().map(|(name, value)| format!("{}={value}", name.0)).collect();
            writeln!(f, "{}", Painted(TITLE, words.join(" ")))?;
            let section = sections.remove(key).unwrap_or_default();
            Matrix::new(&self.axes[lead..], &section).write(f)?;
        }
        Ok(())
    }

    fn shares(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}", Painted(TITLE, "Share that survived"))?;
        let mut table = Table::new(vec![Side::Left, Side::Right, Side::Left]);
        for (place, axis) in self.axes.iter().enumerate() {
            let shares = shares(&self.swept.points, place, axis);
            let same = |one: usize, other: usize| {
                (shares[one].part, shares[one].whole) == (shares[other].part, shares[other].whole)
            };
            for (from, to) in folds(shares.len(), same) {
                let share = shares[from];
                let each = if from == to { "" } else { " each" };
                table.row(vec![
                    Cell::plain(format_args!("  {}={}", axis.name, span(axis, from, to))),
                    Cell::plain(share),
                    Cell::plain(format_args!("{} of {}{each}", share.part, share.whole)),
                ]);
            }
        }
        write!(f, "{table}")
    }

    fn failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = if self.only_failed { usize::MAX } else { SHOWN };
        let failed: Vec<&Played> =
            self.swept.points.iter().filter(|played| played.failed()).collect();
        if !failed.is_empty() {
            writeln!(f, "\n{}", Painted(TITLE, "Did not hold"))?;
        }
        for played in failed.iter().take(limit) {
            let detail = played.detail.as_deref().unwrap_or_default();
            let word = word(played);
            writeln!(f, "  {}  {}  {detail}", Painted(BAD, word), played.point)?;
            writeln!(f, "    {}", self.vector.replay_line(&played.point))?;
        }
        match failed.len().saturating_sub(limit) {
            0 => Ok(()),
            more => writeln!(f, "  and {more} more; `--only-failed` lists them all"),
        }
    }

    fn totals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let swept = self.swept;
        let all = swept.points.len() as u64;
        let survived = Share { part: swept.count("ok"), whole: all };
        write!(f, "\n{}: {} survived ({survived})", plural(all, "point"), survived.part)?;
        for name in ["lost", "unmet", "broken", "error"] {
            match swept.count(name) {
                0 if name != "broken" => {}
                count if name == "lost" => write!(f, ", {count} lost what could not be helped")?,
                0 => write!(f, ", 0 broken")?,
                count => write!(f, ", {}", Painted(BAD, format_args!("{count} {name}")))?,
            }
        }
        writeln!(f)?;
        if let Some(belief) = &swept.belief
            && !belief.met
        {
            let text = format_args!("promise {} -- but {}", belief.text, belief.seen);
            writeln!(f, "{}", Painted(BAD, text))?;
        }
        if swept.truncated {
            writeln!(f, "{}", Painted(BAD, "there are more points than can be played"))?;
        }
        Ok(())
    }
}

/// Points along one or two axes.
struct Matrix<'m> {
    rows: &'m Axis,
    columns: Option<&'m Axis>,
    cells: BTreeMap<(&'m SweepValue, Option<&'m SweepValue>), &'m Played>,
}

impl<'m> Matrix<'m> {
    /// The longer axis goes down.
    fn new(axes: &'m [Axis], points: &[&'m Played]) -> Self {
        let last = axes.len() - 1;
        let lead = points.first().map_or(0, |played| played.point.0.len() - axes.len());
        let (down, across) = match axes {
            [one, other] if one.values.len() >= other.values.len() => (0, Some(1)),
            [_, _] => (1, Some(0)),
            _ => (last, None),
        };
        let value = |played: &'m Played, place: usize| &played.point.0[lead + place].1;
        let key = |played| (value(played, down), across.map(|across| value(played, across)));
        Self {
            rows: &axes[down],
            columns: across.map(|across| &axes[across]),
            cells: points.iter().map(|played| (key(played), *played)).collect(),
        }
    }

    fn line(&self, row: &'m SweepValue) -> Vec<Option<&'m Played>> {
        match self.columns {
            None => vec![self.cells.get(&(row, None)).copied()],
            Some(axis) => {
                let cell = |value| self.cells.get(&(row, Some(value))).copied();
                axis.values.iter().map(cell).collect()
            }
        }
    }

    /// Rows that are alike are folded into one.
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.rows.values.iter().map(|row| self.line(row)).collect();
        let known = |line: &[Option<&Played>]| line.iter().any(Option::is_some);
        let texts: Vec<Vec<String>> = lines
            .iter()
            .map(|line| line.iter().map(|cell| cell.map_or(String::new(), word)).collect())
            .collect();
        let wordy = self.columns.is_none_or(|axis| axis.values.len() <= WORDY_COLUMNS);
        let mut table = self.table(wordy);
        for (from, to) in folds(lines.len(), |one, other| texts[one] == texts[other]) {
            if !known(&lines[from]) {
                continue;
            }
            let mut cells = vec![Cell::plain(format_args!("  {}", span(self.rows, from, to)))];
            if wordy {
                let line = lines[from].iter().zip(&texts[from]);
                cells.extend(line.map(|(cell, text)| Cell::new(cell.map_or(PLAIN, style), text)));
            } else {
                let letters: String =
                    lines[from].iter().map(|cell| cell.map_or(' ', letter)).collect();
                cells.push(Cell::plain(letters));
            }
            table.row(cells);
        }
        write!(f, "{table}")
    }

    /// The table with its heading.
    fn table(&self, wordy: bool) -> Table {
        let rows = &self.rows.name;
        let (heads, count) = match self.columns {
            None => (vec!["outcome".to_string()], 1),
            Some(axis) if wordy => {
                let head = |value| format!("{}={value}", axis.name);
                (axis.values.iter().map(head).collect(), axis.values.len())
            }
            Some(axis) => {
                let all = span(axis, 0, axis.values.len().saturating_sub(1));
                let key = ". ok  L lost  U unmet  X broken  E error";
                (vec![format!("{}={all}   ({key})", axis.name)], 1)
            }
        };
        let mut table = Table::new(vec![Side::Left; count + 1]);
        let mut cells = vec![Cell::new(TITLE, format_args!("  {rows}"))];
        cells.extend(heads.into_iter().map(|head| Cell::new(TITLE, head)));
        table.row(cells);
        table
    }
}

fn word(played: &Played) -> String {
    match played.class {
        Class::Ok => "ok".to_string(),
        Class::Lost => format!("lost {}", Bytes(played.lost * SECTOR_BYTES)),
        Class::Unmet => "UNMET".to_string(),
        Class::Broken(number) => format!("BROKEN {number}"),
        Class::Error => "ERROR".to_string(),
    }
}

const fn letter(played: &Played) -> char {
    match played.class {
        Class::Ok => '.',
        Class::Lost => 'L',
        Class::Unmet => 'U',
        Class::Broken(_) => 'X',
        Class::Error => 'E',
    }
}

const fn style(played: &Played) -> Style {
    match played.class {
        Class::Ok => GOOD,
        Class::Lost => WARN,
        Class::Unmet | Class::Broken(_) | Class::Error => BAD,
    }
}

/// The first and the last of each series of neighbours that are the same.
fn folds(count: usize, same: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let mut folds: Vec<(usize, usize)> = Vec::new();
    for place in 0..count {
        match folds.last_mut() {
            Some((from, to)) if same(*from, place) => *to = place,
            _ => folds.push((place, place)),
        }
    }
    folds
}

/// Neighbouring values of an axis. Drives are listed: `d0..d3` would say that those between were played too.
fn span(axis: &Axis, from: usize, to: usize) -> String {
    let values = axis.values.get(from..=to).unwrap_or_default();
    match values {
        [
            first @ (SweepValue::Percent(_) | SweepValue::Number(_) | SweepValue::Time(_)),
            _,
            ..,
            last,
        ] => {
            format!("{first}..{last}")
        }
        _ => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests;
