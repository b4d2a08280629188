//! A scenario: where its drives come from, and what is done with them.

use std::ops::Range;
use std::path::PathBuf;

use super::content::Content;
use super::kernel_step::Linux;
use super::records::Records;

/// A row of the table.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// Its name.
    pub(crate) name: String,
    /// Where its drives come from.
    pub(crate) source: Source,
    /// What is done, in order.
    pub(crate) steps: Vec<Step>,
}

/// Where drives come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// `raid10 create` makes the members; further drives are blank.
    Ours(Ours),
    /// So many blank drives of so many MiB.
    Blank {
        /// Drives.
        drives: usize,
        /// The size of each.
        mib: u64,
    },
    /// What a replay of this vector leaves, by its name in `vectors/linux`.
    Replay(&'static str),
    /// Files that are there, and stay as they are.
    Files(Set),
}

/// Drives, and what the array on them holds.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    /// The drives.
    pub(crate) images: Vec<PathBuf>,
    /// Those of them that are there: the others were taken away, or are dead.
    pub(crate) there: Vec<usize>,
    /// What the array holds.
    pub(crate) content: PathBuf,
    /// Sectors of it that are lost.
    pub(crate) lost: Vec<Range<u64>>,
    /// By drive, sectors that cannot be read, though the image has something there.
    pub(crate) unreadable: Vec<Vec<Range<u64>>>,
}

/// A set that `raid10 create` makes.
#[derive(Clone, Debug)]
pub(crate) struct Ours {
    /// Copies of each chunk.
    pub(crate) copies: u8,
    /// Members.
    pub(crate) members: usize,
    /// Blank drives beyond them.
    pub(crate) spares: usize,
    /// The size of each drive.
    pub(crate) mib: u64,
    /// The size of a chunk.
    pub(crate) chunk_kib: u64,
    /// The size of what a bit of the bitmap stands for, if not the usual.
    pub(crate) bit_kib: Option<u64>,
    /// What it holds.
    pub(crate) filled: Filled,
}

/// What a set that we make holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filled {
    /// Nothing, and the copies do not count as equal.
    Nothing,
    /// In each sector its number.
    Whole,
    /// The same in the first and the last MiB, and nothing between them. Only these are compared.
    Ends,
}

/// A step.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Linux does something.
    Linux(Linux),
    /// `raid10 inspect` shows the drives with these standings: `d0:in-sync d1:stale`.
    Inspect(&'static str),
    /// `raid10 inspect` shows that the array was not stopped, and marks in the bitmap what was being written.
    Unclean,
    /// Every sector that a drive cannot read is in its log of bad blocks, for an image cannot show it otherwise.
    Logged,
    /// `raid10 assemble` finds the content on these drives.
    Extract(Choice),
    /// GRUB finds the content on these drives.
    Grub(Choice),
}

/// Which drives of a scenario.
#[derive(Clone, Debug)]
pub(crate) enum Choice {
    /// These.
    Drives(Vec<usize>),
    /// Those which Linux said were in sync when it was last asked.
    InSync,
}

/// What is known of a scenario while it goes on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The drives, in the order in which the steps number them.
    pub(crate) images: Vec<PathBuf>,
    /// By drive, sectors that cannot be read.
    pub(crate) unreadable: Vec<Vec<Range<u64>>>,
    /// What `raid10 inspect` found on the drives when they were last looked at: by drive, as Linux tells it.
    pub(crate) records: Vec<Option<Records>>,
    /// Sectors of the array that are lost.
    pub(crate) lost: Vec<Range<u64>>,
    /// The sectors that are compared; all if there are none.
    pub(crate) ranges: Vec<Range<u64>>,
    /// What the array holds; nothing if that is to be found out.
    pub(crate) content: Option<Content>,
    /// The drive in sync in each slot, by what Linux said.
    pub(crate) in_sync: Vec<Option<usize>>,
    /// What is to be told besides that all went well.
    pub(crate) notes: Vec<String>,
}

impl Facts {
    /// The drives that are meant.
    pub(crate) fn drives(&self, choice: &Choice) -> Vec<usize> {
        match choice {
            Choice::Drives(drives) => drives.clone(),
            Choice::InSync => self.in_sync.iter().copied().flatten().collect(),
        }
    }

    /// The sectors that are compared in an array of so many.
    pub(crate) fn compared(&self, sectors: u64) -> Vec<Range<u64>> {
        let whole = std::iter::once(0..sectors).collect();
        if self.ranges.is_empty() { whole } else { self.ranges.clone() }
    }

    /// Compares what somebody read with what the array holds; what nobody knew yet is known then.
    pub(crate) fn compare(&mut self, read: Content) -> Result<(), String> {
        let known = self.content.get_or_insert_with(|| read.clone());
        if known.sectors != read.sectors {
            return Err(format!("{} sectors, not {}", read.sectors, known.sectors));
        }
        if known.sum != read.sum {
            return Err(format!("content {}, not {}", read.sum, known.sum));
        }
        Ok(())
    }
}
