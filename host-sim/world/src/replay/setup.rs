//! Why a replay cannot begin.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;
use core::ops::Range;

use raid10_engine::{Refusal, ShapeError};
use vector_language::script::{DriveSpec, Line, Place, Script};
use vector_language::{Diagnostic, Point};

use super::{DRIVES_MAX, Options, begin};
use crate::images::{Images, Mismatch};
use crate::plan::Plan;
use crate::record::Discard;
use crate::subject::refusal_name;

/// The largest array in sectors: more than a sector's content can name. 32 TiB.
pub(super) const ARRAY_MAX: u64 = 1 << 36;

/// Why a plan cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupError {
    /// No array of that shape.
    Shape(ShapeError),
    /// More drives than any engine here has places for.
    Drives,
    /// The array is larger than a sector's content can name.
    TooLarge,
    /// The engine refused to make the array.
    Refused(Refusal),
    /// The images that the array begins with are not those of the vector.
    Images(Mismatch),
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(why) => write!(f, "there is no such array: {}", shape_word(*why)),
            Self::Drives => write!(f, "more than {DRIVES_MAX} drives cannot be replayed"),
            Self::TooLarge => {
                write!(f, "an array larger than {} TiB cannot be replayed", ARRAY_MAX >> 31)
            }
            Self::Refused(why) => {
                write!(f, "the engine makes no such array: {}", refusal_name(*why))
            }
            Self::Images(why) => why.fmt(f),
        }
    }
}

impl core::error::Error for SetupError {}

/// Tells what a replay of the script would refuse before it begins, at any point of its sweeps: their values have no
/// part in it. `images` are those that the array begins with, if it does.
#[must_use]
pub fn check(script: &Script, source: &str, images: Option<&Arc<Images>>) -> Option<Diagnostic> {
    let point: Point = script.points().next()?;
    let plan = match Plan::of(&script.bind(&point), source) {
        Ok(plan) => Plan { images: images.cloned(), ..plan },
        Err(why) => return Some(why.diagnostic(source)),
    };
    let why = begin(&plan, &Options::default(), &mut Discard).err()?;
    let message = why.to_string();
    let (span, help) = remedy(script, why);
    let label = String::from("refused by every replay");
    Some(Diagnostic::new(source, span, message).explained(label, Some(help)))
}

/// Where to put it right, and how.
fn remedy(script: &Script, why: SetupError) -> (Range<usize>, String) {
    let array = || script.array.span.clone();
    let smallest = || {
        let members = script.drives.iter().filter(|line| line.value.place == Place::Member);
        members.min_by_key(|line| line.value.size).map_or_else(array, span)
    };
    match why {
        SetupError::Drives => {
            let span = script.drives.get(DRIVES_MAX).map_or_else(array, span);
            (span, String::from("leave out this drive and those behind it"))
        }
        SetupError::TooLarge | SetupError::Shape(ShapeError::TooLarge) => {
            (smallest(), String::from("make the drives smaller: the smallest member counts"))
        }
        SetupError::Shape(_) => (array(), String::from("write another array")),
        SetupError::Refused(_) => {
            let near = script.array.value.near;
            (array(), format!("write `sync=none`, or a multiple of {near} for `members=`"))
        }
        SetupError::Images(Mismatch::Drive(drive, _, remedy)) => {
            (script.drives.get(drive).map_or_else(array, span), remedy)
        }
        SetupError::Images(Mismatch::Array(_)) => {
            (array(), String::from("write the array that the images are of"))
        }
        SetupError::Images(Mismatch::NotRead) => {
            (array(), String::from("play it where files can be read"))
        }
    }
}

fn span(line: &Line<DriveSpec>) -> Range<usize> {
    line.span.clone()
}

const fn shape_word(error: ShapeError) -> &'static str {
    match error {
        ShapeError::Copies => "it has 2 or 3 copies",
        ShapeError::Members => "members are at least as many as copies, and at most 32",
        ShapeError::Chunk => "a chunk is a power of two from 4 KiB to 4 MiB",
        ShapeError::MemberTooSmall => "a member is at least as large as a chunk",
        ShapeError::TooLarge => "it is too large",
    }
}

#[cfg(test)]
mod tests;
