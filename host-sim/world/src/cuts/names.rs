//! The names of cuts, to play them again: `17`, `17:all`, `17:none+d1=first:2+d2=only:0,3..5`, and of several in a row
//! `17:all/4`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::ops::Range;

use crate::drive::Survival;
use crate::names::Names;
use crate::plan::Cut;

/// Why a name means no cuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutsError {
    /// The part that is wrong.
    part: String,
    why: &'static str,
}

impl fmt::Display for CutsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.part, self.why)
    }
}

impl core::error::Error for CutsError {}

/// The name of cuts in a row.
#[must_use]
pub fn name(cuts: &[Cut], drives: &Names) -> String {
    let mut text = String::new();
    for (index, cut) in cuts.iter().enumerate() {
        let before = if index > 0 { "/" } else { "" };
        // Cannot fail: a string takes everything.
        let _ = write!(text, "{before}{}", One(cut, drives));
    }
    text
}

/// Cuts in a row by their name.
///
/// # Errors
///
/// The part that means nothing, and what it should be.
pub fn parse(text: &str, drives: &Names) -> Result<Vec<Cut>, CutsError> {
    text.split('/').map(|cut| parse_one(cut.trim(), drives)).collect()
}

struct One<'a>(&'a Cut, &'a Names);

impl fmt::Display for One<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Cut { write, survivals }, drives) = self;
        write!(f, "{write}")?;
        let alike = survivals.windows(2).all(|pair| pair[0] == pair[1]);
        let base = survivals.first().filter(|_| alike).unwrap_or(&Survival::None);
        if alike && *base == Survival::None {
            return Ok(());
        }
        write!(f, ":{}", Word(base))?;
        for (drive, survival) in (0..).zip(survivals) {
            if survival != base {
                write!(f, "+{}={}", drives.drive(drive), Word(survival))?;
            }
        }
        Ok(())
    }
}

struct Word<'a>(&'a Survival);

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Survival::None => f.write_str("none"),
            Survival::All => f.write_str("all"),
            Survival::First(count) => write!(f, "first:{count}"),
            Survival::Torn(count) => write!(f, "torn:{count}"),
            Survival::Only(ranges) => {
                let mut before = "only:";
                for Range { start, end } in ranges {
                    f.write_str(before)?;
                    before = ",";
                    if end - start == 1 {
                        write!(f, "{start}")?;
                    } else {
                        write!(f, "{start}..{end}")?;
                    }
                }
                Ok(())
            }
        }
    }
}

fn wrong(part: &str, why: &'static str) -> CutsError {
    CutsError { part: part.to_string(), why }
}

fn parse_one(text: &str, drives: &Names) -> Result<Cut, CutsError> {
    let (write, rest) = text.split_once(':').unwrap_or((text, "none"));
    let write = number(write).filter(|&write| write > 0);
    let write =
        write.ok_or_else(|| wrong(text, "a cut begins with the number of a write, from 1"))?;
    let mut parts = rest.split('+');
    let base = survival(parts.next().unwrap_or("none"))?;
    let mut survivals = alloc::vec![base; drives.len()];
    for part in parts {
        let (drive, word) =
            part.split_once('=').ok_or_else(|| wrong(part, "expected DRIVE=SURVIVAL"))?;
        let index = drives.index(drive).ok_or_else(|| wrong(drive, "there is no such drive"))?;
        survivals[usize::from(index)] = survival(word)?;
    }
    Ok(Cut { write, survivals })
}

fn survival(word: &str) -> Result<Survival, CutsError> {
    const WHY: &str = "expected none, all, first:N, torn:N, or only:N,N..N";
    let (kind, numbers) = word.split_once(':').unwrap_or((word, ""));
    let found = match kind {
        "none" if numbers.is_empty() => Some(Survival::None),
        "all" if numbers.is_empty() => Some(Survival::All),
        "first" => number(numbers).map(Survival::First),
        "torn" => number(numbers).map(Survival::Torn),
        "only" => numbers.split(',').map(range).collect::<Option<_>>().map(Survival::Only),
        _ => None,
    };
    found.ok_or_else(|| wrong(word, WHY))
}

fn range(text: &str) -> Option<Range<u64>> {
    match text.split_once("..") {
        Some((first, end)) => Some(number(first)?..number(end)?).filter(|range| !range.is_empty()),
        None => number(text).map(|first| first..first.saturating_add(1)),
    }
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests;
