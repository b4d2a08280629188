//! What is left on the drives when a replay is over.

use raid10_engine::ArrayState;

use super::{Options, Runner, SetupError, begin};
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::record::Sink;
use crate::remains::Remains;

/// Plays a plan, and tells what is on the drives when the power is gone: at the end, or behind the last of the plan's cuts,
/// where the replay then ends. Nothing survives that a drive did not flush, but by the word of a cut.
///
/// # Errors
///
/// The reason why the array of the plan cannot be made.
pub fn replay_to_images(
    plan: &Plan,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<(Outcome, Remains), SetupError> {
    let options = Options { remains: true, ..*options };
    let mut play = begin(plan, &options, sink)?;
    Ok((play.play_out(), play.remains()))
}

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// True behind the last cut, if what it leaves is wanted.
    pub(super) fn is_cut_off(&self) -> bool {
        let cuts = self.plan.cuts.len();
        self.options.remains && cuts > 0 && self.world.power.cuts.len() >= cuts
    }

    /// What the drives hold when the power is gone. What is lost the engine knows while it runs and when it has stopped.
    pub(super) fn left(&mut self) -> Remains {
        let knows = self.serves() || self.engine.array_state() == ArrayState::Stopped;
        let lost = if knows { self.lost() } else { self.lost_at_cut.clone() };
        self.world.remains(&lost)
    }
}
