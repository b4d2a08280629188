//! What would never come to an end: engines at one instant, and loads that nothing ends.

use raid10_engine::Instant;

use super::Runner;
use crate::verdict::Promise;

/// How often something may be due at one instant.
const STANDSTILL_MAX: u32 = 100_000;
/// Drive commands after which a load is not expected to bring anything new.
const NOTHING_NEW: u64 = 300_000;

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// Whoever is called again and again at one instant, and does nothing, never ends. The replay does.
    pub(super) fn stands_still(&mut self, next: Instant) -> bool {
        self.standstill = if next > self.world.now { 0 } else { self.standstill.saturating_add(1) };
        let stands = self.standstill > STANDSTILL_MAX;
        if stands {
            let now = self.world.now;
            let detail = format_args!("time does not go on: the engine's deadline is always now");
            self.world.verdicts.broken(Promise::Bounded, now, detail);
            self.world.show_broken();
        }
        stands
    }

    /// More than 1000 drive commands a drive without time going on is a loop.
    pub(super) fn check_livelock(&mut self, next: Instant) {
        if next <= self.world.now {
            return;
        }
        let total: u64 = self.world.statistics.commands.iter().sum();
        let limit = 1000 * self.plan.drives.len() as u64;
        let (now, spent) = (self.world.now, total - self.commands);
        self.commands = total;
        self.world.verdicts.check(
            Promise::Bounded,
            now,
            spent <= limit,
            format_args!("{spent} drive commands at one instant"),
        );
    }

    /// Loads run, and the statements left wait for something that they do not bring about: no statement was executed, and
    /// no state of the array or of a member has changed for very many commands.
    pub(super) fn leads_nowhere(&mut self) -> bool {
        let statistics = &self.world.statistics;
        let states = statistics.array.len() + statistics.members.len() + statistics.fills.len();
        let steps = 0..self.plan.steps.len();
        let fired = steps.filter(|&step| self.world.watches.step_fired(step).is_some()).count();
        let total = statistics.commands.iter().sum();
        if self.news.0 != states + fired {
            self.news = (states + fired, total);
        }
        if total - self.news.1 <= NOTHING_NEW {
            return false;
        }
        !self.waits_for_time() && self.slots_rest() && !self.world.has_pending_watch()
    }
}
