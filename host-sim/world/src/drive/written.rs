//! What one write put on a drive, so that it can be put there again.

use alloc::vec::Vec;
use core::ops::Range;

use super::front::{BYTES, Front, Sector, sector};
use crate::content::Packed;
use crate::store::Store;

/// Consecutive sectors whose contents are in arithmetic progression: a host's data is, and so are zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    start: u64,
    count: u64,
    first: Packed,
    step: u64,
}

/// One write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    runs: Vec<Run>,
    front: Vec<(u64, Sector)>,
}

impl Written {
    /// Sectors of the data area.
    pub(super) fn data(start: u64, contents: &[Packed]) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (at, &content) in (start..).zip(contents) {
            if runs.last_mut().is_none_or(|run| !run.take(content)) {
                runs.push(Run { start: at, count: 1, first: content, step: 0 });
            }
        }
        Self { runs, front: Vec::new() }
    }

    /// Zeros in the data area.
    pub(super) fn zeros(start: u64, count: u64) -> Self {
        Self {
            runs: alloc::vec![Run { start, count, first: crate::content::ZEROS, step: 0 }],
            front: Vec::new(),
        }
    }

    /// Sectors in front of it.
    pub(super) fn front(start: u64, bytes: &[u8]) -> Self {
        let sectors = (start..).zip(bytes.chunks(BYTES));
        Self { runs: Vec::new(), front: sectors.map(|(at, part)| (at, sector(part))).collect() }
    }

    /// The first half of its sectors.
    pub(super) fn half(&self) -> Self {
        let total = self.runs.iter().map(|run| run.count).sum::<u64>();
        let mut rest = total / 2;
        let mut runs = Vec::new();
        for run in &self.runs {
            let count = run.count.min(rest);
            rest -= count;
            if count > 0 {
                runs.push(Run { count, ..*run });
            }
        }
        Self { runs, front: self.front[..self.front.len() / 2].to_vec() }
    }

    /// It has no part in these sectors of the data area any more.
    pub(super) fn leave(&mut self, range: &Range<u64>) {
        if !self.runs.iter().any(|run| run.start < range.end && range.start < run.end()) {
            return;
        }
        let old = core::mem::take(&mut self.runs);
        for run in old {
            let before = run.start..run.end().min(range.start);
            let behind = run.start.max(range.end)..run.end();
            self.runs.extend([before, behind].into_iter().filter_map(|part| run.part(part)));
        }
    }

    /// It has no part in these sectors in front of the data any more.
    pub(super) fn leave_front(&mut self, range: &Range<u64>) {
        self.front.retain(|(at, _)| !range.contains(at));
    }

    /// Puts it on a drive.
    pub(super) fn put(&self, store: &mut Store, front: &mut Front) {
        for run in &self.runs {
            (0..run.count).for_each(|at| store.set(run.start + at, run.content(at)));
        }
        for (at, bytes) in &self.front {
            front.set(*at, Some(*bytes));
        }
    }
}

impl Run {
    const fn end(&self) -> u64 {
        self.start + self.count
    }

    const fn content(&self, at: u64) -> Packed {
        self.first + at * self.step
    }

    /// Takes a further content if that goes on as it began.
    const fn take(&mut self, content: Packed) -> bool {
        if self.count == 1 && content == self.first + 1 {
            self.step = 1;
        }
        let goes_on = content == self.content(self.count);
        self.count += goes_on as u64;
        goes_on
    }

    fn part(&self, part: Range<u64>) -> Option<Self> {
        (!part.is_empty()).then(|| Self {
            start: part.start,
            count: part.end - part.start,
            first: self.content(part.start - self.start),
            step: self.step,
        })
    }
}

#[cfg(test)]
mod tests;
