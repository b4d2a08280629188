//! Running a vector from its text, and judging what came of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sim_world::images::Images;
use sim_world::plan::Plan;
use sim_world::{Options, Outcome, Record, Sink, replay};
use vector_language::script::Script;
use vector_language::{Point, parse};

/// Keeps nothing.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Sink for Nothing {
    fn record(&mut self, _record: &Record) {}
}

/// Every vector of the project, in order of the paths.
///
/// # Panics
///
/// If there is none: a broken checkout.
#[must_use]
pub fn vectors() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder of vectors") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "vec") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no vectors");
    found.sort();
    found
}

/// Reads a vector's text.
///
/// # Errors
///
/// All diagnostics, rendered.
pub fn read(name: &str, text: &str) -> Result<Script, String> {
    parse(text).map_err(|diagnostics| {
        diagnostics.iter().map(|diagnostic| diagnostic.render(name, text)).collect()
    })
}

/// Reads the images that a vector's array begins with, if it is not made anew.
///
/// # Errors
///
/// What is wrong with them.
pub fn images(file: &Path, script: &Script) -> Result<Option<Arc<Images>>, String> {
    let Some(folder) = &script.array.value.from else { return Ok(None) };
    let folder = file.parent().unwrap_or(Path::new("")).join(folder);
    drive_images::load(&folder).map(|images| Some(Arc::new(images))).map_err(|why| why.to_string())
}

/// Replays one point of a script, whose array begins with the images if there are any.
///
/// # Errors
///
/// What is wrong with the vector, in words.
pub fn run_point(
    script: &Script,
    text: &str,
    images: Option<&Arc<Images>>,
    point: &Point,
) -> Result<Outcome, String> {
    let mut plan = Plan::of(&script.bind(point), text).map_err(|error| error.to_string())?;
    plan.images = images.cloned();
    replay(&plan, &Options::default(), &mut Nothing).map_err(|error| error.to_string())
}

/// Replays a vector that was made up, and has no sweeps.
///
/// # Errors
///
/// What is wrong with it, or did not hold, in words.
pub fn play(text: &str) -> Result<Outcome, String> {
    let script = read("generated", text)?;
    let outcome = run_point(&script, text, None, &Point::default())?;
    complaint(&outcome).map_or(Ok(outcome), Err)
}

/// Whether there was what a point of a sweep over commands asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// All of it.
    Yes,
    /// A statement was never executed: there may be no command of that number.
    NotAll,
}

/// Calls `play` for each point of a script. A sweep over commands goes on until one does not happen; `last` is called
/// for each but that one, with what `play` made of it.
pub fn each_point<T>(
    script: &Script,
    mut play: impl FnMut(&Point) -> (T, Happened),
    mut last: impl FnMut(Point, T),
) {
    let mut points = script.points();
    // The first command of a sweep must happen, or nothing was swept.
    let mut first = true;
    while let Some(point) = points.next() {
        let (played, happened) = play(&point);
        if points.is_open() && !first && happened == Happened::NotAll {
            points.command_did_not_happen();
            first = true;
            continue;
        }
        last(point, played);
        first = false;
    }
}

/// What is wrong with a run, if anything: a broken promise, an expectation that was not met, a fault that
/// never fired.
#[must_use]
pub fn complaint(outcome: &Outcome) -> Option<String> {
    let broken = outcome.verdicts.iter().filter(|verdict| !verdict.held()).map(|verdict| {
        let detail = verdict.detail.as_deref().unwrap_or("no detail");
        format!("{} {}: {detail}\n", verdict.promise.number(), verdict.promise.name())
    });
    let unmet = outcome.expectations.iter().filter(|judged| !judged.met).map(|judged| {
        let seen = judged.seen.as_deref().unwrap_or("nothing");
        format!("line {}: {}: seen: {seen}\n", judged.line, judged.text)
    });
    let unfired = outcome.unfired.iter().map(|line| format!("line {line} never fired\n"));
    let all: String = broken.chain(unmet).chain(unfired).collect();
    (!all.is_empty()).then_some(all)
}
