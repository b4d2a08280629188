//! What is left when a replay is over.

use alloc::vec::Vec;

use super::World;
use crate::drive::Survival;
use crate::drive::faults::Behaviour;
use crate::ranges::Ranges;
use crate::remains::{DriveRemains, Remains, Whereabouts, listed};

impl World<'_> {
    /// What the drives hold once the power is gone, and what the array on them should. What the engine called `lost` is.
    pub(crate) fn remains(&mut self, lost: &Ranges) -> Remains {
        if self.power.is_on() {
            let survivals = alloc::vec![Survival::None; self.drives.len()];
            self.take_power(&survivals);
        }
        let there = |index: usize| self.whereabouts(index) == Whereabouts::Bay;
        let content = self.oracle.content(&self.drives, there, lost);
        let drives = (0..self.drives.len()).map(|index| self.drive_remains(index)).collect();
        Remains { drives, content }
    }

    fn whereabouts(&self, index: usize) -> Whereabouts {
        let dead = self.drives[index].faults.behaviour == Behaviour::Failed;
        match self.plugged[index].waits {
            true if dead => Whereabouts::Dead,
            true => Whereabouts::Bay,
            false => Whereabouts::Out,
        }
    }

    fn drive_remains(&self, index: usize) -> DriveRemains {
        let drive = &self.drives[index];
        let mut unreadable = Vec::new();
        drive.faults.unreadable_in(&(0..drive.size.0), &mut unreadable);
        DriveRemains {
            whereabouts: self.whereabouts(index),
            slot: self.oracle.slot_of(index),
            sectors: drive.total.0,
            front: drive.front(),
            unreadable: listed(&unreadable.into_iter().collect()),
            records: drive.records(),
            store: drive.store().clone(),
        }
    }
}
