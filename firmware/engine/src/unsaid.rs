//! What the records must say, and the drives were not told yet.
//!
//! What a write or a fill depends on is recorded where it comes about. All else that must outlive the controller is found
//! here, in one place: a digest of it is compared with that of the last commit, so no order and no decision can be
//! forgotten.

use raid10_metadata::private::CRC;

use crate::Engine;
use crate::record::Fact;
use crate::status::Role;
use crate::units::DriveId;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Records what has changed since the last commit began, if anything has.
    pub(crate) fn record_unsaid(&mut self) {
        if self.is_labelled() && self.record.is_settled() && self.digest() != self.commit.said {
            self.record.commit(Fact::Roles);
            self.run_commit();
        }
    }

    /// What drives are to the array, and where they lack something that is told exactly, as a checksum.
    pub(crate) fn digest(&self) -> u32 {
        let mut digest = CRC.digest();
        for index in 0..DRIVES {
            let drive = self.drive_ref(DriveId(index as u8));
            let (role, slot) = match drive.role {
                Role::Unassigned => continue,
                Role::Spare { dedicated } => (1, dedicated.map_or(u8::MAX, |slot| slot.0)),
                Role::Member(slot) => (2, slot.0),
                Role::Target(slot) => (3, slot.0),
            };
            digest.update(&[index as u8, role, slot, u8::from(drive.in_service())]);
            for range in self.ranges.of(DriveId(index as u8)) {
                // What is suspected is found out soon; what it has in spite of its region was recorded if nobody else has it.
                if range.kind.is_held() {
                    continue;
                }
                digest.update(&[u8::from(range.kind.is_behind())]);
                digest.update(&range.start.to_le_bytes());
                digest.update(&range.end.to_le_bytes());
            }
        }
        digest.finalize()
    }
}
