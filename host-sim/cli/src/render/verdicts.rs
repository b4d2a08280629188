//! The verdicts of a replay, in text.

use std::fmt::{self, Display};

use sim_world::{Judged, Outcome, Verdict};

use super::losses;
use super::quantity::{Bytes, Count, Millis, Share, plural};
use super::style::{BAD, DIM, GOOD, Painted, TITLE};
use super::table::{Cell, Side, Table};
use crate::exit::Exit;
use crate::judge::{Believed, SECTOR_BYTES};
use crate::run::Run;
use crate::vector::Vector;

/// Lines of losses that are shown.
const SHOWN: usize = 12;

/// The report below a timeline.
pub(crate) struct Report<'r> {
    pub(crate) vector: &'r Vector,
    pub(crate) run: &'r Run,
    /// Only what did not hold.
    pub(crate) quiet: bool,
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = &self.run.outcome;
        self.promises(f)?;
        self.expectations(f)?;
        self.unfired(f)?;
        if !self.quiet {
            write_lost(f, outcome)?;
            self.figures(f)?;
        }
        self.conclusion(f)
    }
}

impl Report<'_> {
    fn promises(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |verdict: &&Verdict| !self.quiet || !verdict.held();
        let mut table = Table::new(vec![Side::Left; 4]);
        for verdict in self.run.outcome.verdicts.iter().filter(shown) {
            table.row(promise_row(verdict));
        }
        section(f, "Promises", &table)
    }

    fn expectations(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(vec![Side::Left; 3]);
        let judged = &self.run.outcome.expectations;
        for judged in judged.iter().filter(|judged| !self.quiet || !judged.met) {
            table.row(expectation_row(judged));
        }
        if let Some(belief) = self.run.belief.as_ref()
            && (!self.quiet || !belief.met)
        {
            table.row(belief_row(self.vector, belief));
        }
        section(f, "Expectations", &table)
    }

    fn unfired(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(vec![Side::Left; 2]);
        for &line in &self.run.outcome.unfired {
            table.row(vec![
                Cell::plain(format_args!("  line {line}")),
                Cell::new(BAD, self.vector.line(line)),
            ]);
        }
        section(f, "Never executed: an error of the vector", &table)
    }

    fn figures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = &self.run.outcome;
        let mut table = Table::new(vec![Side::Left, Side::Right, Side::Right]);
        for state in outcome.states.iter().filter(|state| state.time.0 > 0) {
            let share = Share { part: state.time.0, whole: outcome.end.0 };
            table.row(vec![
                Cell::plain(format_args!("  {}", state.state.name())),
                Cell::plain(format_args!("{} s", Millis(raid10_engine::Instant(state.time.0)))),
                Cell::plain(share),
            ]);
        }
        section(f, "Time in each state of the array", &table)?;
        section(f, "Rebuilds, resyncs, replacements", &fills(outcome))?;
        self.commands(f)
    }

    fn commands(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = &self.run.outcome;
        writeln!(f, "\n{}", Painted(TITLE, "Commands"))?;
        let names = self.run.timeline.names();
        let counts = outcome.commands.iter().enumerate();
        let words: Vec<String> = counts
            .map(|(drive, &count)| format!("{} {}", names.drive(drive as u8), Count(count)))
            .collect();
        writeln!(f, "  to drives: {}", words.join(", "))?;
        let copied = outcome.copied.iter().enumerate().filter(|(_, sectors)| **sectors > 0);
        let words: Vec<String> = copied
            .map(|(drive, &sectors)| {
                format!("{} {}", names.drive(drive as u8), Bytes(sectors * SECTOR_BYTES))
            })
            .collect();
        if !words.is_empty() {
            writeln!(f, "  copied: {}", words.join(", "))?;
        }
        let Outcome { requests, failed_requests, refused_requests, events, .. } = *outcome;
        write!(f, "  of the host: {}, ", Count(requests))?;
        write!(f, "{} failed, {} refused; ", Count(failed_requests), Count(refused_requests))?;
        writeln!(f, "{}", plural(events, "event"))
    }

    fn conclusion(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exit = self.run.exit();
        if self.quiet && exit == Exit::Held {
            return Ok(());
        }
        let id = self.vector.script.point_id(&self.run.point);
        let verdict = match exit {
            Exit::Held => Painted(GOOD, "all held"),
            Exit::Broken => Painted(BAD, "NOT all held"),
            Exit::BadInput => Painted(BAD, "the vector is wrong: a statement was never executed"),
        };
        write!(f, "\n{}: {verdict}", Painted(TITLE, id))?;
        if let Some(digest) = self.run.outcome.digest {
            write!(f, "{}", Painted(DIM, format_args!("  (trace {digest:016x})")))?;
        }
        writeln!(f, "\nreplay: {}", self.run.replay_line(self.vector))
    }
}

fn section(f: &mut fmt::Formatter<'_>, title: &str, table: &Table) -> fmt::Result {
    if table.is_empty() {
        return Ok(());
    }
    write!(f, "\n{}\n{table}", Painted(TITLE, title))
}

fn promise_row(verdict: &Verdict) -> Vec<Cell> {
    let (style, word, detail) = match &verdict.detail {
        Some(detail) => {
            let times = plural(verdict.violations, "time");
            (BAD, "BROKEN", format!("{times}, first at {detail}"))
        }
        None if verdict.exercised() => (GOOD, "held", plural(verdict.checks, "check")),
        None => (DIM, "not exercised", String::new()),
    };
    vec![
        Cell::plain(format_args!("  {}", verdict.promise.number())),
        Cell::plain(verdict.promise.name()),
        Cell::new(style, word),
        Cell::plain(detail),
    ]
}

fn met_cell(met: bool) -> Cell {
    if met { Cell::new(GOOD, "met") } else { Cell::new(BAD, "NOT MET") }
}

fn expectation_row(judged: &Judged) -> Vec<Cell> {
    let seen = judged.seen.as_ref().map_or(String::new(), |seen| format!(" -- but {seen}"));
    let words: Vec<&str> =
        judged.text.split_whitespace().skip_while(|word| *word == "expect").collect();
    vec![
        Cell::plain(format_args!("  line {}", judged.line)),
        met_cell(judged.met),
        Cell::plain(format_args!("{}{seen}", words.join(" "))),
    ]
}

fn belief_row(vector: &Vector, belief: &Believed) -> Vec<Cell> {
    let span = vector.script.promise.as_ref().map_or(0, |line| line.span.start);
    let line = vector.text.get(..span).map_or(0, |before| before.matches('\n').count() + 1);
    vec![
        Cell::plain(format_args!("  line {line}")),
        met_cell(belief.met),
        Cell::plain(format_args!("promise {} -- {}", belief.text, belief.seen)),
    ]
}

fn write_lost(f: &mut fmt::Formatter<'_>, outcome: &Outcome) -> fmt::Result {
    writeln!(f, "\n{}", Painted(TITLE, "Lost at the end"))?;
    let sectors = outcome.lost_sectors();
    if sectors == 0 {
        return writeln!(f, "  {}", Painted(GOOD, "nothing"));
    }
    let bytes = sectors * SECTOR_BYTES;
    let total = format!(
        "{} bytes ({}) in {} of array sectors; all others are intact",
        Count(bytes),
        Bytes(bytes),
        plural(outcome.lost.len() as u64, "range")
    );
    writeln!(f, "  {}", Painted(BAD, total))?;
    let runs = losses::runs(&outcome.lost);
    for run in runs.iter().take(SHOWN) {
        writeln!(f, "  {run}")?;
    }
    match runs.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(f, "  and {more} more lines; `--format json` has every range"),
    }
}

fn fills(outcome: &Outcome) -> Table {
    let mut table = Table::new(vec![Side::Left, Side::Right, Side::Left]);
    for fill in &outcome.fills {
        let end = match fill.to {
            Some(to) => format!("to {} s", Millis(to)),
            None => "and did not end".to_string(),
        };
        table.row(vec![
            Cell::plain(format_args!("  {} of slot {}", fill.activity.name(), fill.slot.0)),
            Cell::plain(format_args!("from {} s", Millis(fill.from))),
            Cell::plain(end),
        ]);
    }
    table
}
