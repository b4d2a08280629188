//! The line of those who go on with the array: each knows, or is known by, all that are left of it.
//!
//! Who left it may be recorded as absent by the rest at any time; who comes to it is in it when all the rest have recorded that.
//! When all of it are away, and only such are there as were recorded as absent, these must not be written: when the line is back
//! it goes on from where it was, and knows nothing of them.

use alloc::vec::Vec;

/// A drive that has come, and is not known by all of the line.
#[derive(Clone, Debug)]
struct Joiner {
    drive: usize,
    /// Commands that had been sent before it came.
    since: u64,
    /// Who has not recorded it.
    untold: Vec<usize>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    drives: Vec<usize>,
    joiners: Vec<Joiner>,
    serving: Vec<usize>,
}

impl Line {
    /// These drives serve now, when `sent` commands have been sent.
    pub(super) fn follow(&mut self, serving: &[usize], sent: u64) {
        self.serving = serving.to_vec();
        if self.drives.is_empty() {
            self.drives = serving.to_vec();
        }
        if self.is_cut() || serving.is_empty() {
            return;
        }
        self.drives.retain(|drive| serving.contains(drive));
        self.joiners.retain(|joiner| serving.contains(&joiner.drive));
        for &drive in serving {
            let known = self.drives.contains(&drive)
                || self.joiners.iter().any(|joiner| joiner.drive == drive);
            if !known {
                self.joiners.push(Joiner { drive, since: sent, untold: self.drives.clone() });
            }
        }
        self.admit();
    }

    /// A superblock has reached a drive, at the end of records that began when `began` commands had been sent.
    pub(super) fn tells(&mut self, drive: usize, began: u64) {
        for joiner in self.joiners.iter_mut().filter(|joiner| joiner.since <= began) {
            joiner.untold.retain(|&other| other != drive);
        }
        self.admit();
    }

    fn admit(&mut self) {
        let Self { drives, joiners, .. } = self;
        joiners.retain(|joiner| {
            let known = !joiner.untold.iter().any(|drive| drives.contains(drive));
            if known {
                drives.push(joiner.drive);
            }
            !known
        });
    }

    /// Whether drives serve, and none of them is in the line.
    pub(super) fn is_cut(&self) -> bool {
        !self.serving.is_empty() && !self.serving.iter().any(|drive| self.drives.contains(drive))
    }

    /// Those who serve are the line from now on.
    pub(super) fn goes_on(&mut self) {
        if self.is_cut() {
            self.drives = self.serving.clone();
            self.joiners.clear();
        }
    }
}

#[cfg(test)]
mod tests;
