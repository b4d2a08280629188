//! Cuts of the power at every write: the same plan again and again, each time with a cut at another write command, and
//! with another part of what the drives had not flushed surviving it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::drive::Survival;
use crate::outcome::Outcome;
use crate::plan::{Cut, Plan};
use crate::record::Discard;
use crate::replay::{Options, SetupError, replay};
use crate::verdict::Promise;

mod images;
mod names;

pub use images::IMAGES_MAX;
pub use names::{CutsError, name, parse};

/// What is tried at a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// Nothing survives; and all, or half of the write that the drive was at: by turns.
    Linear,
    /// Everything that may survive, or a choice of it; and so many cuts in a row, all but the first while the array
    /// recovers from the one before.
    Exhaustive(u8),
}

/// A promise that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The cuts that break it.
    pub cuts: Vec<Cut>,
    /// Which.
    pub promise: Promise,
    /// When, where, what.
    pub detail: String,
}

/// What came of all that was tried at one write, or at several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Writes at which the power was cut.
    pub points: u64,
    /// Replays with a cut.
    pub images: u64,
    /// Those of them after which the array did not start.
    pub stayed_down: u64,
    /// Points of which not everything was tried that may survive.
    pub sampled: u64,
    /// What did not hold.
    pub broken: Vec<Broken>,
}

impl Tried {
    /// Adds what came of others.
    pub fn add(&mut self, other: Self) {
        self.points += other.points;
        self.images += other.images;
        self.stayed_down += other.stayed_down;
        self.sampled += other.sampled;
        self.broken.extend(other.broken);
    }
}

/// Cuts the power at the write of this number, from 1. `None` if there are not so many.
///
/// # Errors
///
/// The reason why the array of the plan cannot be made.
pub fn try_at(plan: &Plan, search: Search, write: u64) -> Result<Option<Tried>, SetupError> {
    Trial { plan, search }.at(&[], write)
}

/// Plays a plan with these cuts.
///
/// # Errors
///
/// The reason why the array of the plan cannot be made.
pub fn try_these(plan: &Plan, cuts: &[Cut]) -> Result<Tried, SetupError> {
    let trial = Trial { plan, search: Search::Linear };
    let mut tried = Tried { points: 1, ..Tried::default() };
    trial.judge(cuts, &mut tried)?;
    Ok(tried)
}

/// A plan, and what is tried with it.
struct Trial<'a> {
    plan: &'a Plan,
    search: Search,
}

impl Trial<'_> {
    /// Cuts the power at a write, after these cuts.
    fn at(&self, before: &[Cut], write: u64) -> Result<Option<Tried>, SetupError> {
        let mut tried = Tried { points: 1, ..Tried::default() };
        let mut cuts = before.to_vec();
        let survivals = alloc::vec![Survival::None; self.plan.drives.len()];
        cuts.push(Cut { write, survivals });
        let outcome = self.judge(&cuts, &mut tried)?;
        let Some(seen) = outcome.cuts.get(before.len()) else { return Ok(None) };
        if !before.is_empty() && !seen.recovers {
            return Ok(None);
        }
        self.deeper(&cuts, &mut tried)?;
        let images = match self.search {
            Search::Linear => images::few(&seen.unflushed, write),
            Search::Exhaustive(_) => {
                let seed = cuts.iter().fold(0, |seed, cut| seed << 16 ^ cut.write);
                let (images, all) = images::many(&seen.unflushed, seed);
                tried.sampled += u64::from(!all);
                images
            }
        };
        for survivals in images {
            cuts[before.len()].survivals = survivals;
            self.judge(&cuts, &mut tried)?;
            self.deeper(&cuts, &mut tried)?;
        }
        Ok(Some(tried))
    }

    /// Further cuts while the array recovers from these.
    fn deeper(&self, cuts: &[Cut], tried: &mut Tried) -> Result<(), SetupError> {
        let depth = match self.search {
            Search::Linear => 1,
            Search::Exhaustive(depth) => usize::from(depth),
        };
        if cuts.len() >= depth {
            return Ok(());
        }
        let mut write = 1;
        while let Some(more) = self.at(cuts, write)? {
            tried.add(more);
            write += 1;
        }
        Ok(())
    }

    fn judge(&self, cuts: &[Cut], tried: &mut Tried) -> Result<Outcome, SetupError> {
        let plan = Plan { cuts: cuts.to_vec(), ..self.plan.clone() };
        let options = Options { digest: false, ..Options::default() };
        let outcome = replay(&plan, &options, &mut Discard)?;
        if outcome.cuts.len() < cuts.len() {
            return Ok(outcome);
        }
        tried.images += 1;
        tried.stayed_down += u64::from(!outcome.state.is_running());
        let broken = outcome.verdicts.iter().filter(|verdict| !verdict.held());
        tried.broken.extend(broken.map(|verdict| Broken {
            cuts: cuts.to_vec(),
            promise: verdict.promise,
            detail: verdict.detail.clone().unwrap_or_default(),
        }));
        Ok(outcome)
    }
}
