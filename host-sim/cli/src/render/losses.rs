//! Lost ranges, told briefly: a loss is as a rule one chunk in every so many.

use std::fmt;

use sim_world::LostRange;

use super::quantity::{Bytes, plural};
use crate::judge::SECTOR_BYTES;

/// Ranges of one length at one distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    first: LostRange,
    stride: u64,
    count: u64,
}

/// Puts ranges that repeat together: three or more of one length at one distance.
pub(crate) fn runs(ranges: &[LostRange]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut rest = ranges;
    while let Some(&first) = rest.first() {
        let (stride, count) = repeats(rest);
        let (stride, count) = if count < 3 { (0, 1) } else { (stride, count) };
        runs.push(Run { first, stride, count: count as u64 });
        rest = &rest[count..];
    }
    runs
}

/// The distance of the first two ranges, and how many ranges are like them.
fn repeats(ranges: &[LostRange]) -> (u64, usize) {
    let [first, second, ..] = ranges else {
        return (0, ranges.len());
    };
    let stride = second.start - first.start;
    let alike = |(index, range): &(usize, &LostRange)| {
        let shift = stride * *index as u64;
        (range.start, range.end) == (first.start + shift, first.end + shift)
    };
    (stride, ranges.iter().enumerate().take_while(alike).count())
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LostRange { start, end } = self.first;
        let size = Bytes((end - start) * SECTOR_BYTES);
        if self.count == 1 {
            return write!(f, "LBA {start}..{end} ({size})");
        }
        let shift = self.stride * (self.count - 1);
        let (stop, number) = (end + shift, plural(self.count, "range"));
        write!(
            f,
            "LBA {start}..{stop}: {size} in every {} ({number}, ",
            Bytes(self.stride * SECTOR_BYTES)
        )?;
        write!(f, "{}..{} to {}..{stop})", start, end, start + shift)
    }
}

#[cfg(test)]
mod tests;
