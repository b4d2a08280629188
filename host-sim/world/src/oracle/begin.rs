//! What is known of an array whose drives are there before the replay begins.
//!
//! Somebody wrote to it, and told what; and told which drives were up to date when they were left. A controller that
//! takes over may believe as much, and no more.

use super::Oracle;
use super::versions::Floor;
use crate::images::{Fill, Held, version};

impl Oracle {
    /// The array holds what these fills wrote, the oldest first; each drive holds what is said of it. All of it has
    /// outlived a loss of power.
    pub(crate) fn begins_with(&mut self, fills: &[Fill], held: &[Option<&Held>]) {
        let capacity = self.layout.capacity();
        for (index, fill) in fills.iter().enumerate() {
            // The numbers are those of the fills, since none was given out before.
            let _ = self.versions.next();
            if !fill.in_flight {
                let floor = Floor::data(version(index));
                let ranges = fill.ranges(capacity);
                ranges.for_each(|range| self.versions.acknowledged(range, floor, true, 0));
            }
        }
        self.versions.power_lost(true);
        for (belief, held) in self.beliefs.iter_mut().zip(held) {
            let Some(held) = held else { continue };
            belief.assign(held.slot);
            belief.sectors.insert(0..held.below);
            held.bad.iter().for_each(|range| belief.bad.insert(range.clone()));
        }
        let in_sync = |held: &Option<&Held>| held.is_some_and(|held| held.in_sync);
        let members = (0..).zip(held).filter(|(_, held)| in_sync(held));
        self.expected = Some(members.map(|(index, _)| index).collect());
        self.has_acknowledged = true;
        self.arrived = 0;
        self.boots = true;
    }
}
