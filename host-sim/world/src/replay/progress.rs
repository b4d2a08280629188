//! How far the fills are, for the triggers that wait for it.

use alloc::vec::Vec;

use raid10_engine::{EventKind, MemberState, Slot};

use super::Runner;
use crate::plan::{Activity, Reach, Trigger};

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// Fires the triggers whose progress is reached.
    pub(super) fn watch_progress(&mut self) {
        let engine = &self.engine;
        let events = &self.world.statistics.events;
        let reached = |trigger: &Trigger| {
            let Trigger::Progress { activity, slot, reach } = trigger else {
                return false;
            };
            let running = engine.slot(*slot).is_some_and(|view| fits(*activity, view.state));
            match engine.progress(*slot) {
                Some(progress) if running => {
                    is_reached(*reach, progress.checkpoint.0, progress.size.0)
                }
                _ => {
                    let mut ends = events.iter().rev().map(|event| &event.1);
                    ends.any(|kind| ended(kind, *activity, *slot))
                }
            }
        };
        let mut fired = Vec::new();
        self.world.watches.on_progress(reached, &mut fired);
        fired.into_iter().for_each(|watch| self.world.fire(watch));
    }
}

fn fits(activity: Option<Activity>, state: MemberState) -> bool {
    match activity {
        Some(Activity::Rebuild) => state == MemberState::Rebuilding,
        Some(Activity::Resync) => state == MemberState::Resyncing,
        Some(Activity::Replace) => state == MemberState::Replacing,
        None => true,
    }
}

fn is_reached(reach: Reach, checkpoint: u64, size: u64) -> bool {
    match reach {
        Reach::Lba(lba) => checkpoint >= lba,
        Reach::Hundredths(share) => {
            u128::from(checkpoint) * 10_000 >= u128::from(share) * u128::from(size)
        }
    }
}

/// An end counts as everything reached.
fn ended(kind: &EventKind, activity: Option<Activity>, wanted: Slot) -> bool {
    let (found, at) = match *kind {
        EventKind::Rebuilt { slot } | EventKind::RebuiltWithLosses { slot, .. } => {
            (Activity::Rebuild, slot)
        }
        EventKind::Resynced { slot } => (Activity::Resync, slot),
        EventKind::Replaced { slot } => (Activity::Replace, slot),
        _ => return false,
    };
    at == wanted && activity.is_none_or(|activity| activity == found)
}
