//! Losses of power in every vector: at writes of every point, with a choice of what survives them.

use std::fmt::{self, Display};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sim_world::cuts::{Search, Tried, name, try_at};
use sim_world::images::Images;
use sim_world::plan::Plan;
use sim_world::{Options, replay};
use vector_language::script::Script;

use crate::run::{Happened, Nothing, each_point, images, read};

/// How much is tried.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Points of each vector, evenly apart; `None` for all.
    pub points: Option<usize>,
    /// Writes of each point at which the power is cut, evenly apart; `None` for all.
    pub writes: Option<usize>,
    /// What is tried at each.
    pub search: Search,
}

/// A vector at a point, without cuts.
struct Case {
    /// As `--at` wants it, if there are sweeps.
    point: Option<String>,
    plan: Plan,
    /// Write commands in it.
    writes: u64,
}

/// What came of one vector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The vector.
    pub file: String,
    /// Points of its sweeps.
    pub points: usize,
    /// What came of the cuts; none in a vector without records on its drives.
    pub tried: Option<Tried>,
    /// The lines that play again what did not hold.
    pub broken: Vec<String>,
}

/// Cuts the power in a vector, on all cores.
///
/// # Errors
///
/// What is wrong with the vector, or that it was not cut at all.
pub fn run(file: &Path, extent: Extent) -> Result<Report, String> {
    let cases = cases(file, extent.points)?;
    let file = file.display().to_string();
    let mut report = Report { file, points: cases.len(), ..Report::default() };
    let writes = |case: &Case| evenly(case.writes as usize, extent.writes);
    let jobs: Vec<(&Case, u64)> =
        cases.iter().flat_map(|case| writes(case).map(move |at| (case, at as u64 + 1))).collect();
    let tried = on_all_cores(&jobs, |&(case, write)| {
        let tried = try_at(&case.plan, extent.search, write).map_err(|why| why.to_string())?;
        tried.ok_or_else(|| format!("{}: there is no write {write}", report.file))
    })?;
    for ((case, _), tried) in jobs.iter().zip(tried) {
        report.take(case, tried);
    }
    if report.points > 0 && report.tried.is_none() {
        return Err(format!("{}: it writes nothing", report.file));
    }
    Ok(report)
}

impl Report {
    fn take(&mut self, case: &Case, tried: Tried) {
        let at = case.point.as_ref().map_or_else(String::new, |point| format!(" --at {point}"));
        self.broken.extend(tried.broken.iter().map(|broken| {
            let cuts = name(&broken.cuts, &case.plan.names);
            let (file, promise, detail) = (&self.file, broken.promise.number(), &broken.detail);
            format!("{promise} {detail}\n    raid10 replay {file}{at} --cuts {cuts}")
        }));
        self.tried.get_or_insert_default().add(tried);
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(tried) = &self.tried else {
            return write!(f, "{}: no records on its drives", self.file);
        };
        let Self { file, points, broken, .. } = self;
        let Tried { points: cuts, images, stayed_down: down, sampled, .. } = tried;
        write!(f, "{file}: {points} points, {cuts} cuts, {images} replays")?;
        if *sampled > 0 {
            write!(f, ", a choice of what may survive at {sampled} of them")?;
        }
        if *down > 0 {
            write!(f, ", not up again by itself after {down}")?;
        }
        broken.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

/// The points of a vector that are tried. None if the array lives in memory.
fn cases(file: &Path, points: Option<usize>) -> Result<Vec<Case>, String> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|why| format!("{name}: {why}"))?;
    let script = read(&name, &text)?;
    let images = images(file, &script).map_err(|why| format!("{name}: {why}"))?;
    let mut all = Vec::new();
    let mut wrong = None;
    each_point(
        &script,
        |point| {
            let case = case(&script, &text, images.as_ref(), point);
            let whole = case.as_ref().is_ok_and(|(_, whole)| *whole);
            (case, if whole { Happened::Yes } else { Happened::NotAll })
        },
        |_, played| match played {
            Ok((case, _)) => all.extend(case),
            Err(why) => wrong = Some(format!("{name}: {why}")),
        },
    );
    wrong.map_or(Ok(()), Err)?;
    let mut kept = vec![false; all.len()];
    evenly(all.len(), points).for_each(|index| kept[index] = true);
    Ok(all.into_iter().zip(kept).filter_map(|(case, kept)| kept.then_some(case)).collect())
}

/// A point without cuts, and whether all of it happened. No case if the array lives in memory.
fn case(
    script: &Script,
    text: &str,
    images: Option<&Arc<Images>>,
    point: &vector_language::Point,
) -> Result<(Option<Case>, bool), String> {
    let mut plan = Plan::of(&script.bind(point), text).map_err(|why| why.to_string())?;
    plan.images = images.cloned();
    let options = Options { digest: false, ..Options::default() };
    let outcome = replay(&plan, &options, &mut Nothing).map_err(|why| why.to_string())?;
    let point = (!script.sweeps.is_empty()).then(|| point.to_string());
    let case = Case { point, writes: outcome.writes, plan };
    Ok((case.plan.metadata.then_some(case), outcome.unfired.is_empty()))
}

/// Indices below `count`, at most so many, evenly apart: of one that in the middle.
fn evenly(count: usize, most: Option<usize>) -> impl Iterator<Item = usize> {
    let most = most.map_or(count, |most| most.min(count));
    (0..most).map(move |place| (2 * place + 1) * count / (2 * most))
}

/// What `work` makes of each, in their order.
fn on_all_cores<I: Sync, O: Send>(
    items: &[I],
    work: impl Fn(&I) -> Result<O, String> + Sync,
) -> Result<Vec<O>, String> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let toil = || {
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            let made = work(item);
            if let Ok(mut done) = done.lock() {
                done.push((index, made));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(toil);
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests;
