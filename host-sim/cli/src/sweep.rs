//! All points of a vector's sweeps, played in parallel.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use sim_world::{Discard, Options, Outcome, replay};
use vector_language::script::{Promise as Belief, SweepValue};
use vector_language::{Point, Points};

use crate::exit::Exit;
use crate::judge::{self, Believed};
use crate::vector::Vector;

/// Points of a sweep over commands that are played at once, before it is looked whether there were so many.
const BATCH: usize = 64;

/// What came of one point.
#[derive(Clone, Debug)]
pub(crate) struct Played {
    pub(crate) point: Point,
    pub(crate) class: Class,
    /// Sectors lost at the end.
    pub(crate) lost: u64,
    /// What did not hold, or is wrong.
    pub(crate) detail: Option<String>,
}

/// What came of one point, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// All held, nothing was lost.
    Ok,
    /// All held, and what was lost could not be helped.
    Lost,
    /// An expectation was not met, or the author's belief is wrong.
    Unmet,
    /// A promise did not hold: its number.
    Broken(&'static str),
    /// The vector is wrong at this point.
    Error,
}

/// What came of all of them.
#[derive(Debug)]
pub(crate) struct Swept {
    pub(crate) points: Vec<Played>,
    /// There are more points than are played.
    pub(crate) truncated: bool,
    /// What the author believes of all points together.
    pub(crate) belief: Option<Believed>,
}

impl Class {
    /// The word in reports for programs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Lost => "lost",
            Self::Unmet => "unmet",
            Self::Broken(_) => "broken",
            Self::Error => "error",
        }
    }

    /// The exit code that it asks for.
    pub(crate) const fn exit(self) -> Exit {
        match self {
            Self::Ok | Self::Lost => Exit::Held,
            Self::Unmet | Self::Broken(_) => Exit::Broken,
            Self::Error => Exit::BadInput,
        }
    }
}

impl Played {
    /// True if something did not hold.
    pub(crate) fn failed(&self) -> bool {
        self.class.exit() != Exit::Held
    }
}

impl Swept {
    /// The exit code of the sweep.
    pub(crate) fn exit(&self) -> Exit {
        let points = self.points.iter().map(|played| played.class.exit());
        let believed = self.belief.as_ref().is_none_or(|belief| belief.met);
        let belief = if believed { Exit::Held } else { Exit::Broken };
        let whole = if self.truncated { Exit::BadInput } else { Exit::Held };
        points.chain([belief, whole]).max().unwrap_or_default()
    }

    /// How many points are of a class.
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.points.iter().filter(|played| played.class.name() == name).count() as u64
    }
}

/// Plays all points; `tick` is called after each.
pub(crate) fn run(vector: &Vector, tick: &(dyn Fn() + Sync)) -> Swept {
    let points = vector.script.points();
    let sweeper = Sweeper { vector, tick, dependent: dependent_lines(vector) };
    let limit = vector_language::limits::POINTS;
    let rows = points.rows().min(limit);
    let (lists, cut): (Vec<_>, Vec<bool>) =
        (0..rows).into_par_iter().map(|row| sweeper.row(&points, row)).unzip();
    let played: Vec<Played> = lists.into_iter().flatten().collect();
    let truncated = points.rows() > limit || cut.contains(&true);
    let belief = belief(vector, &played);
    Swept { points: played, truncated, belief }
}

fn belief(vector: &Vector, played: &[Played]) -> Option<Believed> {
    if vector.script.promise.as_ref()?.value != Belief::Beyond {
        return None;
    }
    let losing = played.iter().filter(|played| played.lost > 0).count();
    Some(Believed {
        text: "beyond: something is lost at some point",
        met: losing > 0,
        seen: format!("{losing} of {} points lost something", played.len()),
    })
}

/// The lines of statements that mean something else with another number of a sweep over commands: when one of
/// them is never executed there is no command of that number.
fn dependent_lines(vector: &Vector) -> Vec<u32> {
    let script = &vector.script;
    let open = script.sweeps.iter().filter(|line| line.value.count().is_none());
    let names: Vec<_> = open.map(|line| line.value.name.clone()).collect();
    let at = |number: u64| {
        let value = |name: &_| (Clone::clone(name), SweepValue::Number(number));
        script.bind(&Point(names.iter().map(value).collect())).statements
    };
    let line_of = |start: usize| {
        vector.text.get(..start).map_or(0, |before| before.matches('\n').count() as u32 + 1)
    };
    let (one, two) = (at(1), at(2));
    let differing = one.iter().zip(&two).filter(|(one, two)| one.value != two.value);
    differing.map(|(line, _)| line_of(line.span.start)).collect()
}

struct Sweeper<'v> {
    vector: &'v Vector,
    tick: &'v (dyn Fn() + Sync),
    /// See [`dependent_lines`].
    dependent: Vec<u32>,
}

impl Sweeper<'_> {
    /// The points of one combination of the closed sweeps, and whether some were left out.
    fn row(&self, points: &Points<'_>, row: u64) -> (Vec<Played>, bool) {
        let Some(mut points) = points.row(row) else {
            return (Vec::new(), false);
        };
        if !points.is_open() {
            return (points.map(|point| self.play(point).0).collect(), false);
        }
        let mut list: Vec<Played> = Vec::new();
        loop {
            let batch: Vec<Point> = points.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return (list, true);
            }
            let batch: Vec<_> = batch.into_par_iter().map(|point| self.play(point)).collect();
            for (played, beyond) in batch {
                // With no command at all there is nothing to sweep over, which is worth an error.
                let ends = beyond && !list.is_empty();
                let wrong = played.class == Class::Error;
                if !ends {
                    list.push(played);
                }
                if ends || wrong {
                    return (list, false);
                }
            }
        }
    }

    /// Plays a point; true if its number is beyond the last command.
    fn play(&self, point: Point) -> (Played, bool) {
        let result = catch_unwind(AssertUnwindSafe(|| self.outcome(&point)));
        (self.tick)();
        let (class, lost, detail, beyond) = match result {
            Ok(Ok(outcome)) => {
                let (class, detail) = self.judge(&outcome);
                let missed = outcome.unfired.iter().any(|line| self.dependent.contains(line));
                (class, outcome.lost_sectors(), detail, missed)
            }
            Ok(Err(why)) => (Class::Error, 0, Some(why), false),
            Err(_) => (Class::Broken("P8"), 0, Some("P8 bounded: it panicked".to_string()), false),
        };
        (Played { point, class, lost, detail }, beyond)
    }

    fn outcome(&self, point: &Point) -> Result<Outcome, String> {
        let plan = self.vector.plan(point)?;
        let options = Options { digest: false, ..Options::default() };
        replay(&plan, &options, &mut Discard).map_err(|why| why.to_string())
    }

    fn judge(&self, outcome: &Outcome) -> (Class, Option<String>) {
        if let Some(broken) = outcome.verdicts.iter().find(|verdict| !verdict.held()) {
            let number = broken.promise.number();
            let detail = broken.detail.clone().unwrap_or_default();
            let text = format!("{number} {}: {detail}", broken.promise.name());
            return (Class::Broken(number), Some(text));
        }
        if let Some(line) = outcome.unfired.first() {
            let text = self.vector.line(*line);
            return (Class::Error, Some(format!("line {line} was never executed: {text}")));
        }
        if let Some(unmet) = outcome.expectations.iter().find(|judged| !judged.met) {
            let seen = unmet.seen.as_deref().unwrap_or("it was not seen");
            let text = format!("line {}: {} -- but {seen}", unmet.line, unmet.text);
            return (Class::Unmet, Some(text));
        }
        let promise = self.vector.script.promise.as_ref().map(|line| line.value);
        match judge::belief(promise, true, outcome) {
            Some(belief) if !belief.met => {
                (Class::Unmet, Some(format!("promise {} -- {}", belief.text, belief.seen)))
            }
            _ if outcome.lost.is_empty() => (Class::Ok, None),
            _ => (Class::Lost, None),
        }
    }
}

#[cfg(test)]
mod tests;
