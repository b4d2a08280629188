//! What Linux is told to do, and what it should answer.

use std::ops::Range;

use super::content::Content;
use super::records::Records;
use super::scenario::Facts;

/// A step that Linux takes. Drives are numbered as in the scenario.
#[derive(Clone, Debug)]
pub(crate) enum Linux {
    /// Makes an array; a resync makes its copies equal.
    Create {
        /// Copies of each chunk.
        copies: u8,
        /// The members.
        drives: Vec<usize>,
    },
    /// Assembles the array.
    Assemble {
        /// Those of the drives that mdadm is shown.
        drives: Vec<usize>,
        /// Whether nothing is to be written.
        readonly: bool,
    },
    /// Tells the drive in each slot and its state; compared if there is something to compare it with.
    Members(Option<&'static str>),
    /// Its state, and how many members are missing.
    State(&'static str),
    /// Tells what mdadm finds in the records of drives: what `raid10 inspect` found.
    Records(Vec<usize>),
    /// Tells how far members are built, and their bad blocks, in an array that runs: likewise.
    Building(Vec<usize>),
    /// Must not assemble an array of these drives.
    Refuse(Vec<usize>),
    /// Reads the content, which must be the known one.
    Read,
    /// Reads what is lost, sector by sector: none of it may come.
    Lost,
    /// Writes pieces of 64 KiB of the pattern.
    Put {
        /// The piece of the pattern at which it starts.
        first: u32,
        /// The piece of the array at which it starts.
        at: u32,
        /// How many.
        pieces: u32,
    },
    /// Writes the pattern everywhere.
    Fill,
    /// Hands an option and a drive to mdadm.
    Manage(&'static str, usize),
    /// Replaces the first drive with the second.
    Replace(usize, usize),
    /// Allows writing to an array that was assembled for reading only.
    Writable,
    /// Waits until nothing is missing and all copies are equal.
    Whole,
    /// Waits until nothing is being copied, though members may be missing.
    Settle,
    /// Compares the copies, of which none may differ.
    Scrub,
    /// Slows rebuilds down to so many KiB a second.
    Throttle(u32),
    /// Waits until a rebuild has come as far as this sector.
    Part(u64),
    /// Stops the array.
    Stop,
    /// Waits until no bit is set in the bitmap.
    Calm,
    /// Writes until the power is cut.
    Storm,
}

impl Linux {
    /// The line of the plan.
    pub(crate) fn line(&self, facts: &Facts) -> String {
        match self {
            Self::Create { copies, drives } => format!("create {copies}{}", words(drives)),
            Self::Assemble { drives, readonly } => {
                let option = if *readonly { "--readonly" } else { "--verbose" };
                format!("assemble {option}{}", words(drives))
            }
            Self::Members(_) => "members".to_owned(),
            Self::State(_) => "state".to_owned(),
            Self::Records(drives) => format!("records{}", words(drives)),
            Self::Building(drives) => format!("building{}", words(drives)),
            Self::Refuse(drives) => format!("refuse{}", words(drives)),
            Self::Read => format!("digest{}", words(&pairs(&facts.ranges))),
            Self::Lost => format!("lost{}", words(&pairs(&facts.lost))),
            Self::Put { first, at, pieces } => format!("put {first} {at} {pieces}"),
            Self::Fill => "fill".to_owned(),
            Self::Manage(option, drive) => format!("manage {option} {drive}"),
            Self::Replace(old, new) => format!("replace {old} {new}"),
            Self::Writable => "writable".to_owned(),
            Self::Whole => "whole".to_owned(),
            Self::Settle => "settle".to_owned(),
            Self::Scrub => "scrub".to_owned(),
            Self::Throttle(rate) => format!("throttle {rate}"),
            Self::Part(sector) => format!("part {sector}"),
            Self::Stop => "stop".to_owned(),
            Self::Calm => "calm".to_owned(),
            Self::Storm => "storm".to_owned(),
        }
    }

    /// Whether the value that it told is the right one.
    pub(crate) fn judge(&self, value: &str, facts: &mut Facts) -> Result<(), String> {
        match self {
            Self::Members(expected) => {
                facts.in_sync = in_sync(value)?;
                expected.map_or(Ok(()), |expected| equal(value, expected))
            }
            Self::State(expected) => equal(value, expected),
            Self::Records(drives) => equal(value, &records(facts, drives, ToString::to_string)),
            Self::Building(drives) => equal(value, &records(facts, drives, Records::in_use)),
            Self::Lost => equal(value, "0").map_err(|why| format!("lost sectors read: {why}")),
            Self::Scrub => equal(value, "0").map_err(|why| format!("sectors that differ: {why}")),
            Self::Read => facts.compare(digest(value)?),
            Self::Put { .. } | Self::Fill | Self::Storm => {
                // What it holds now is what is read next.
                facts.content = None;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn pairs(ranges: &[Range<u64>]) -> Vec<u64> {
    ranges.iter().flat_map(|range| [range.start, range.end - range.start]).collect()
}

/// What we found in the records of drives, in one line.
fn records(facts: &Facts, drives: &[usize], word: impl Fn(&Records) -> String) -> String {
    let one = |&drive: &usize| {
        let records = facts.records.get(drive).and_then(Option::as_ref);
        format!("d{drive}:{}", records.map_or_else(String::new, &word))
    };
    drives.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn words<T: ToString>(values: &[T]) -> String {
    values.iter().map(|value| format!(" {}", value.to_string())).collect()
}

fn equal(value: &str, expected: &str) -> Result<(), String> {
    if value == expected { Ok(()) } else { Err(format!("`{value}`, not `{expected}`")) }
}

/// The sum and the sectors.
fn digest(value: &str) -> Result<Content, String> {
    let unclear = || format!("no sum and size: `{value}`");
    let (sum, sectors) =
        value.split_once(' ').filter(|(sum, _)| sum.len() == 64).ok_or_else(unclear)?;
    let sectors = sectors.parse().map_err(|_| unclear())?;
    Ok(Content { sum: sum.to_owned(), sectors })
}

/// By slot, the drive that is in sync there: `d0:in_sync - d3:spare`.
pub(crate) fn in_sync(value: &str) -> Result<Vec<Option<usize>>, String> {
    let slot = |word: &str| {
        if word == "-" {
            return Some(None);
        }
        let (drive, state) = word.strip_prefix('d')?.split_once(':')?;
        let drive = drive.parse().ok()?;
        Some(state.split(',').any(|state| state == "in_sync").then_some(drive))
    };
    let slots: Option<Vec<_>> = value.split_whitespace().map(slot).collect();
    slots.ok_or_else(|| format!("no list of members: `{value}`"))
}

#[cfg(test)]
mod tests;
