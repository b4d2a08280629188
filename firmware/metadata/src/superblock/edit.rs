//! Changing a superblock in the block that it was read from: what is not named here stays as it was.

use super::checksum::checksum;
use super::{Features, Inconsistent, Recovery, Refusal, Resync, Role, Superblock};
use crate::minor::Minor;
use crate::units::Timestamp;
use crate::wire::{Block, HEAD_BYTES, ROLES_MAX, SECTOR_BYTES, Super};

/// A superblock that is being changed. Without [`Editor::seal`] the block is not to be written.
pub struct Editor<'a> {
    block: &'a mut Block,
    minor: Minor,
    drive_sectors: u64,
}

impl<'a> Editor<'a> {
    /// Starts with a superblock as it was read.
    ///
    /// # Errors
    ///
    /// As [`Superblock::parse`].
    pub fn new(block: &'a mut Block, minor: Minor, drive_sectors: u64) -> Result<Self, Refusal> {
        Superblock::parse(block, minor, drive_sectors)?;
        Ok(Self::of_unchecked(block, minor, drive_sectors))
    }

    pub(super) const fn of_unchecked(
        block: &'a mut Block,
        minor: Minor,
        drive_sectors: u64,
    ) -> Self {
        Self { block, minor, drive_sectors }
    }

    /// The update counter.
    pub fn set_events(&mut self, events: u64) {
        self.wire().events.set(events);
    }

    /// The time of this update.
    pub fn set_updated(&mut self, time: Timestamp) {
        self.wire().updated.set(time.to_raw());
    }

    /// How far the copies are equal.
    pub fn set_resync(&mut self, resync: Resync) {
        self.wire().resync_offset.set(resync.to_raw());
    }

    /// Sectors that the array uses of each member.
    pub fn set_size(&mut self, sectors: u64) {
        self.wire().size.set(sectors);
    }

    /// How far the member has got; `None` if it is in sync or has no slot.
    pub fn set_recovery(&mut self, recovery: Option<Recovery>) {
        self.set_feature(Features::RECOVERY_OFFSET, recovery.is_some());
        self.set_feature(
            Features::RECOVERY_BITMAP,
            recovery.is_some_and(|recovery| recovery.by_bitmap),
        );
        self.wire().recovery_offset.set(recovery.map_or(0, |recovery| recovery.offset.0));
    }

    /// Whether the member is to replace another one with the same slot.
    pub fn set_replacement(&mut self, replacement: bool) {
        self.set_feature(Features::REPLACEMENT, replacement);
    }

    /// Whether the log of bad blocks has entries. Write the log, and flush it, before this becomes true.
    pub fn set_log_in_use(&mut self, in_use: bool) {
        self.set_feature(Features::BAD_BLOCKS, in_use);
    }

    /// Sectors that were read again from another copy.
    pub fn set_corrected_reads(&mut self, sectors: u32) {
        self.wire().corrected_reads.set(sectors);
    }

    /// The role of any member. The table grows, by whole sectors, where it is too short.
    ///
    /// # Errors
    ///
    /// [`Inconsistent::DevNumber`] if a block has no room for such a number; [`Inconsistent::Role`] if the array does
    /// not have the slot, or the role is neither slot, faulty nor spare.
    pub fn set_role(&mut self, dev_number: u32, role: Role) -> Result<(), Inconsistent> {
        let raid_disks = self.wire().raid_disks.get();
        match role {
            Role::Slot(slot) if u32::from(slot) < raid_disks => {}
            Role::Spare | Role::Faulty => {}
            _ => return Err(Inconsistent::Role(role.to_raw())),
        }
        let number = usize::try_from(dev_number).ok().filter(|&number| number < ROLES_MAX);
        let number = number.ok_or(Inconsistent::DevNumber(dev_number))?;
        self.grow(number);
        self.wire().roles[number].set(role.to_raw());
        Ok(())
    }

    /// Computes the checksum and checks the whole as if it had been read.
    ///
    /// # Errors
    ///
    /// Why it would be refused. The block is then not to be written.
    pub fn seal(self) -> Result<Superblock<'a>, Refusal> {
        let computed = checksum(self.block);
        Super::of_mut(self.block).checksum.set(computed.unwrap_or(0));
        Superblock::parse(self.block, self.minor, self.drive_sectors)
    }

    /// Makes the table of roles long enough for a number.
    fn grow(&mut self, number: usize) {
        let wire = self.wire();
        let old = wire.max_dev.get() as usize;
        if number < old {
            return;
        }
        let bytes = (HEAD_BYTES + 2 * (number + 1)).next_multiple_of(SECTOR_BYTES);
        wire.add_roles(((bytes - HEAD_BYTES) / 2) as u16);
    }

    fn set_feature(&mut self, feature: Features, on: bool) {
        let mut features = Features::from_bits_retain(self.wire().features.get());
        features.set(feature, on);
        self.wire().features.set(features.bits());
    }

    fn wire(&mut self) -> &mut Super {
        Super::of_mut(self.block)
    }
}
