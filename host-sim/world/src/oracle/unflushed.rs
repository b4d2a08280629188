//! Flushes of drives that fail, and what the host must hear of them.
//!
//! A drive that fails a flush may have lost what that was to make durable. Where another drive holds it nobody need know.
//! What was the last copy is gone, and no read can tell: what the drive holds then is legal, but a flush of the host must fail,
//! one that is open or else the next.

use alloc::format;

use raid10_engine::{DriveId, Instant, Slot};

use super::scan::Copy;
use super::{OpenWrite, Oracle};
use crate::drive::Drive;
use crate::verdict::{Promise, Verdicts};

/// What drives' flushes that failed mean for those of the host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Failures {
    /// When one last failed.
    last: Option<Instant>,
    /// The host has heard of a failure since.
    told: bool,
    /// The drive that dropped the last copy of something, and what of the array, if the host has not heard of that.
    owed: Option<(usize, u64)>,
}

impl Oracle {
    /// A flush of a drive failed, and its cache has these sectors no more.
    pub(crate) fn flush_failed(
        &mut self,
        now: Instant,
        drive: DriveId,
        dropped: &[u64],
        drives: &[Drive],
    ) {
        self.failures.last = Some(now);
        self.failures.told = false;
        let Some(slot) = self.beliefs[drive.index()].slot else { return };
        for &member in dropped {
            let Some(sector) = self.layout.array_sector(slot, member) else { continue };
            if let Some(write) = self.writes.iter_mut().find(|write| write.range.contains(&sector))
            {
                write.dropped.push((drive, member));
            }
            self.judge_dropped(now, drive, slot, member, sector, drives);
        }
    }

    /// A write was acknowledged, of which a drive dropped some sectors before.
    pub(super) fn acknowledged_dropped(
        &mut self,
        now: Instant,
        write: &OpenWrite,
        drives: &[Drive],
    ) {
        for &(drive, member) in &write.dropped {
            let Some(slot) = self.beliefs[drive.index()].slot else { continue };
            let Some(sector) = self.layout.array_sector(slot, member) else { continue };
            self.judge_dropped(now, drive, slot, member, sector, drives);
        }
    }

    /// What is gone of the last copy of a sector.
    fn judge_dropped(
        &mut self,
        now: Instant,
        drive: DriveId,
        slot: Slot,
        member: u64,
        sector: u64,
        drives: &[Drive],
    ) {
        let packed = drives[drive.index()].store().get(member);
        let is_new = self.versions.legal_mask(sector, 1, Some(&[packed])) == 1;
        if !is_new && !self.is_known_elsewhere(drive.index(), sector, drives, now) {
            // Another drive may hold it without the engine's knowing.
            let holds = |(_, copy): (Slot, Copy)| {
                let packed = drives[copy.index].store().get(copy.member);
                copy.index != drive.index()
                    && self.versions.legal_mask(sector, 1, Some(&[packed])) == 1
            };
            if !self.copies_of(sector, 1).any(holds) {
                self.failures.owed = Some((drive.index(), sector));
            }
            self.lower_to_best(sector, Some((drive.0, slot)), true, drives);
        }
    }

    /// A flush of the host failed: true if that may be for one of a drive. The host has heard of it then.
    pub(super) fn tells_of_flush(&mut self, now: Instant) -> bool {
        let told = core::mem::replace(&mut self.failures.told, true);
        self.failures.owed = None;
        let memory = self.patience.memory();
        self.failures.last.is_some_and(|at| !told || at + memory >= now)
    }

    /// A flush of the host went well.
    pub(super) fn judge_flush(&mut self, now: Instant, verdicts: &mut Verdicts) {
        verdicts.check_none(Promise::Durable, now, self.failures.owed.take(), |(drive, sector)| {
            format!(
                "a flush is acknowledged, though drive {drive} lost the last copy of array sector {sector} in one that failed"
            )
        });
    }
}
