//! What a drive holds as a whole: wiped, filled, imaged, copied.

use alloc::vec::Vec;

use super::Drive;
use super::front::{Front, Sector};
use crate::content::Packed;
use crate::images::DriveImage;

impl Drive {
    /// True if a label of an array is on it.
    pub(crate) fn is_labelled(&self) -> bool {
        self.front.is_labelled()
    }

    /// Sectors in front of its data area.
    pub(crate) const fn front(&self) -> u64 {
        self.front.size.0
    }

    /// What is in front of its data area.
    pub(crate) const fn in_front(&self) -> &Front {
        &self.front
    }

    /// This is in front of its data area now.
    #[cfg(test)]
    pub(crate) fn put_in_front(&mut self, front: Front) {
        self.front = front;
    }

    /// What is in front of its data area, where that was ever written: by sector.
    pub(crate) fn records(&self) -> Vec<(u64, Sector)> {
        self.front.sectors().collect()
    }

    /// Everything on it is gone.
    pub(crate) fn wipe(&mut self) {
        self.store.clear();
        self.front.clear();
        self.cache.clear();
    }

    /// Fills the drive with what a drive of another owner, or of unknown history, holds.
    pub(crate) fn fill(&mut self, sectors: u64, content: impl Fn(u64) -> Packed) {
        (0..sectors.min(self.size.0)).for_each(|sector| self.store.set(sector, content(sector)));
    }

    /// It holds what an image of it holds.
    pub(crate) fn begin_as(&mut self, image: &DriveImage) {
        self.store = image.store.clone();
        self.front = image.front.clone();
    }

    /// What is on it now is remembered.
    pub(crate) fn make_image(&mut self) {
        self.image = Some((self.store.clone(), self.front.clone()));
    }

    /// It holds again what it held when its image was made, if one was.
    pub(crate) fn restore_image(&mut self) {
        if let Some((store, front)) = self.image.clone() {
            self.store = store;
            self.front = front;
            self.cache.clear();
        }
    }

    /// It holds what another drive holds now.
    pub(crate) fn copy_of(&mut self, other: &Self) {
        self.store = other.store.clone();
        self.front = other.front.clone();
        self.cache.clear();
    }
}
