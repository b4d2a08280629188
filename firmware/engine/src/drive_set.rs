//! A set of drives in one word.

use crate::units::DriveId;

/// A set of drives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct DriveSet(u64);

impl DriveSet {
    /// As many drives as fit into a set.
    pub(crate) const CAPACITY: usize = 64;
    pub(crate) const EMPTY: Self = Self(0);

    pub(crate) const fn contains(self, drive: DriveId) -> bool {
        self.0 >> (drive.0 & 63) & 1 == 1
    }

    pub(crate) const fn insert(&mut self, drive: DriveId) {
        self.0 |= 1 << (drive.0 & 63);
    }

    pub(crate) const fn remove(&mut self, drive: DriveId) {
        self.0 &= !(1 << (drive.0 & 63));
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = DriveId> {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            let drive = rest.trailing_zeros();
            rest &= rest.wrapping_sub(1);
            (drive < 64).then_some(DriveId(drive as u8))
        })
    }
}
