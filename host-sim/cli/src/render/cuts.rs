//! What came of cuts of the power at every write.

use std::fmt::{self, Display};

use serde::Serialize;
use sim_world::cuts::{Broken, IMAGES_MAX, Tried, name};
use sim_world::{Names, Promise};
use vector_language::Point;

use super::quantity::{Count, plural};
use super::style::{BAD, DIM, GOOD, Painted};
use crate::vector::Vector;

/// Cuts that are shown for each promise.
const SHOWN: usize = 8;

/// A vector and what came of it.
pub(crate) struct Searched<'r> {
    pub(crate) vector: &'r Vector,
    pub(crate) point: &'r Point,
    pub(crate) names: &'r Names,
    pub(crate) tried: &'r Tried,
}

/// The report for people.
pub(crate) struct Report<'r>(pub(crate) Searched<'r>);

/// The report for programs.
#[derive(Serialize)]
pub(crate) struct Document {
    format: u32,
    cuts: Vec<View>,
}

/// One vector in it.
#[derive(Serialize)]
pub(crate) struct View {
    file: String,
    vector: String,
    point: String,
    held: bool,
    points: u64,
    replays: u64,
    stayed_down: u64,
    sampled: u64,
    broken: Vec<BrokenView>,
}

#[derive(Serialize)]
struct BrokenView {
    promise: &'static str,
    cuts: String,
    detail: String,
    replay: String,
}

impl Document {
    pub(crate) const fn new(cuts: Vec<View>) -> Self {
        Self { format: 1, cuts }
    }
}

impl Searched<'_> {
    fn replay(&self, broken: &Broken) -> String {
        let line = self.vector.replay_line(self.point);
        format!("{line} --cuts {}", name(&broken.cuts, self.names))
    }

    /// As programs want it.
    pub(crate) fn view(&self) -> View {
        let broken = self.tried.broken.iter().map(|broken| BrokenView {
            promise: broken.promise.number(),
            cuts: name(&broken.cuts, self.names),
            detail: broken.detail.clone(),
            replay: self.replay(broken),
        });
        View {
            file: self.vector.file(),
            vector: self.vector.name().to_string(),
            point: self.point.to_string(),
            held: self.tried.broken.is_empty(),
            points: self.tried.points,
            replays: self.tried.images,
            stayed_down: self.tried.stayed_down,
            sampled: self.tried.sampled,
            broken: broken.collect(),
        }
    }
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let searched = &self.0;
        let tried = searched.tried;
        for promise in Promise::ALL {
            write_broken(f, searched, promise)?;
        }
        let id = searched.vector.script.point_id(searched.point);
        let verdict = if tried.broken.is_empty() {
            Painted(GOOD, String::from("all promises held"))
        } else {
            Painted(BAD, format!("{} broken", plural(tried.broken.len() as u64, "promise")))
        };
        writeln!(
            f,
            "{id}: power cut at {}, {}: {verdict}",
            plural(tried.points, "write"),
            plural(tried.images, "replay")
        )?;
        if tried.stayed_down > 0 {
            let count = Count(tried.stayed_down);
            writeln!(f, "  after {count} of them the array did not start by itself")?;
        }
        if tried.sampled > 0 {
            let points = plural(tried.sampled, "write");
            let max = Count(IMAGES_MAX);
            writeln!(
                f,
                "  at {points} more than {max} sets of writes may survive: not all were tried"
            )?;
        }
        Ok(())
    }
}

fn write_broken(
    f: &mut fmt::Formatter<'_>,
    searched: &Searched<'_>,
    promise: Promise,
) -> fmt::Result {
    let broken: Vec<&Broken> =
        searched.tried.broken.iter().filter(|broken| broken.promise == promise).collect();
    for one in broken.iter().take(SHOWN) {
        let word = Painted(BAD, format!("BROKEN {}", promise.number()));
        writeln!(f, "{word}  {}", one.detail)?;
        writeln!(f, "    {}", searched.replay(one))?;
    }
    if broken.len() > SHOWN {
        let more = format!("    and {} more of {}", broken.len() - SHOWN, promise.number());
        writeln!(f, "{}", Painted(DIM, more))?;
    }
    Ok(())
}
