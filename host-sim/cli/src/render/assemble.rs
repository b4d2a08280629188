//! The content of an array that was put together, and what is missing from it.

use std::fmt;

use raid10_metadata::Uuid;
use serde::Serialize;

use super::json::FORMAT;
use super::quantity::{Bytes, plural};
use super::style::{BAD, DIM, GOOD, Painted, TITLE, WARN};
use crate::image::extract::{Found, Ranges};
use crate::image::file::SECTOR;

/// What was put together.
pub(crate) struct Assembled {
    pub(crate) set: Uuid,
    pub(crate) bytes: u64,
    /// Whether the copies should have been equal.
    pub(crate) clean: bool,
    pub(crate) plan: String,
    pub(crate) found: Found,
}

/// The map of what is missing, as `raid10 assemble --help` documents it.
#[derive(Debug, Serialize)]
pub(crate) struct Map {
    format: u32,
    set: String,
    bytes: u64,
    holes: Vec<RangeView>,
    stale: Vec<RangeView>,
    differing: Vec<RangeView>,
}

#[derive(Debug, Serialize)]
struct RangeView {
    start: u64,
    end: u64,
}

impl Assembled {
    /// Whether all of it is the newest that there was.
    pub(crate) fn is_whole(&self) -> bool {
        let found = &self.found;
        let odd = self.clean && !found.differing.0.is_empty();
        found.holes.0.is_empty() && found.stale.0.is_empty() && !odd
    }

    pub(crate) fn map(&self) -> Map {
        Map {
            format: FORMAT,
            set: self.set.to_string(),
            bytes: self.bytes,
            holes: views(&self.found.holes),
            stale: views(&self.found.stale),
            differing: views(&self.found.differing),
        }
    }
}

fn views(ranges: &Ranges) -> Vec<RangeView> {
    ranges.0.iter().map(|range| RangeView { start: range.start, end: range.end }).collect()
}

impl fmt::Display for Assembled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = Bytes(self.bytes);
        writeln!(f, "{size} of the set {}: {}", Painted(DIM, self.set), self.plan)?;
        let (bad, odd) = (Painted(BAD, "lost"), if self.clean { BAD } else { WARN });
        list(f, bad, "no copy could be read, zeros instead", &self.found.holes)?;
        let stale = Painted(BAD, "stale");
        list(f, stale, "only the old copy could be read, which was taken", &self.found.stale)?;
        let differing = Painted(odd, "differing");
        list(f, differing, "the copies differ, the first was taken", &self.found.differing)?;
        if self.is_whole() {
            writeln!(f, "{}", Painted(GOOD, "nothing is missing"))?;
        }
        Ok(())
    }
}

fn list(
    f: &mut fmt::Formatter<'_>,
    title: Painted<&str>,
    what: &str,
    ranges: &Ranges,
) -> fmt::Result {
    if ranges.0.is_empty() {
        return Ok(());
    }
    let sectors = ranges.sectors();
    let (count, bytes) = (plural(sectors, "sector"), Bytes(sectors * SECTOR));
    writeln!(f, "{title}: {count}, {bytes}: {what}")?;
    for range in &ranges.0 {
        writeln!(f, "  {}", Painted(TITLE, format_args!("{}..{}", range.start, range.end)))?;
    }
    Ok(())
}
