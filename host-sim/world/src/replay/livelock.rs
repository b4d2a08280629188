//! Engines that never come to an end at one instant.

use raid10_engine::Instant;

use super::Runner;
use crate::verdict::Promise;

/// How often something may be due at one instant.
const STANDSTILL_MAX: u32 = 100_000;

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
}
