//! What the drives keep when their power goes.

use alloc::vec::Vec;

use super::value::{DriveName, Value};

/// What each drive keeps of the writes that it has completed and not flushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PowerLoss {
    /// What all drives keep but those below.
    pub all: Survival,
    /// What these keep instead; of two for the same drive, the last counts.
    pub but: Vec<(Value<DriveName>, Survival)>,
}

impl PowerLoss {
    /// What a drive keeps. A swept name is no drive's; bind the script to a point first.
    #[must_use]
    pub fn of(&self, drive: &DriveName) -> &Survival {
        let own = self.but.iter().rev().find(|(name, _)| name.literal() == Some(drive));
        own.map_or(&self.all, |(_, survival)| survival)
    }
}

/// Which writes survive that a drive has completed and not flushed. They are numbered from 0 in the order in which it
/// completed them. A write that it has not completed leaves nothing, unless it is torn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Survival {
    /// None.
    #[default]
    None,
    /// All.
    All,
    /// So many, the oldest.
    First(Value<u64>),
    /// These: at least one, in ascending order unless something in them is swept.
    Only(Vec<Writes>),
    /// So many, the oldest, and of the next the first half of its sectors. The next may be one that the drive has not
    /// completed.
    Torn(Value<u64>),
}

/// Writes by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writes {
    /// One.
    One(Value<u64>),
    /// Those from a number to before another: more than one, unless a bound is swept.
    Range {
        /// The first.
        first: Value<u64>,
        /// The first that is not meant.
        end: Value<u64>,
    },
}

impl Writes {
    /// The first number and the excluded end; `None` while a bound is swept.
    #[must_use]
    pub fn resolve(&self) -> Option<(u64, u64)> {
        match self {
            Self::One(number) => {
                let number = *number.literal()?;
                Some((number, number.saturating_add(1)))
            }
            Self::Range { first, end } => Some((*first.literal()?, *end.literal()?)),
        }
    }

    fn literal(first: u64, end: u64) -> Self {
        if end - first == 1 {
            Self::One(Value::Literal(first))
        } else {
            Self::Range { first: Value::Literal(first), end: Value::Literal(end) }
        }
    }
}

impl Survival {
    /// These writes: in ascending order, and what touches joined, if nothing in them is swept. Else as they are, but a
    /// range of one write as that write.
    pub(crate) fn only(list: Vec<Writes>) -> Self {
        let bounds: Option<Vec<_>> = list.iter().map(Writes::resolve).collect();
        Self::Only(match bounds {
            Some(bounds) => joined(bounds),
            None => list.into_iter().map(shortened).collect(),
        })
    }
}

fn joined(mut bounds: Vec<(u64, u64)>) -> Vec<Writes> {
    bounds.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (first, end) in bounds.into_iter().filter(|(first, end)| first < end) {
        match joined.last_mut() {
            Some(last) if first <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((first, end)),
        }
    }
    joined.into_iter().map(|(first, end)| Writes::literal(first, end)).collect()
}

fn shortened(writes: Writes) -> Writes {
    match writes.resolve() {
        Some((first, end)) if end.checked_sub(first) == Some(1) => Writes::literal(first, end),
        _ => writes,
    }
}
