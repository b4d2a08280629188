//! The array is made, or its drives are there and the power comes.

use alloc::vec::Vec;

use raid10_engine::config::MEMBERS_MAX;
use raid10_engine::{Command, DriveId, Initial};

use super::{Runner, SetupError};
use crate::images::{Held, Images};
use crate::plan::Place;

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// Plugs in the drives, makes the array, adds the spares.
    pub(super) fn set_up(&mut self) -> Result<(), SetupError> {
        self.world.plug_all();
        self.deliver_all();
        let mut members = [None; MEMBERS_MAX];
        let mut slots = Vec::new();
        for (index, drive) in (0..).zip(&self.plan.drives) {
            if let Place::Member(slot) = drive.place {
                members[slot.index()] = Some(DriveId(index));
                slots.push((slot, index));
                self.world.contract.given(index);
                self.world.label(index);
            }
        }
        let initial = if self.plan.differing { Initial::Differing } else { Initial::Equal };
        self.world.oracle.created(&slots, self.plan.differing);
        self.command(Command::Create { members, initial }).map_err(SetupError::Refused)?;
        for (index, drive) in (0..).zip(&self.plan.drives) {
            if let Place::Spare(dedicated) = drive.place {
                let drive = DriveId(index);
                // A spare that is refused is one event more, and the replay goes on.
                let _ = self.command(Command::AddSpare { drive, dedicated, force: false });
            }
        }
        self.follow();
        Ok(())
    }

    /// The drives are in their bays as somebody left them, and the power comes.
    pub(super) fn power_up(&mut self, images: &Images) {
        let held: Vec<Option<&Held>> = (0..self.plan.drives.len())
            .map(|drive| self.plan.image(drive).and_then(|image| image.held.as_ref()))
            .collect();
        self.world.oracle.begins_with(&images.fills, &held);
        self.world.fill_bays();
        self.world.power_on();
    }
}
