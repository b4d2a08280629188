//! What the engine claims in its events, and whether it is so.

use alloc::format;

use raid10_engine::{DriveId, EventKind, Instant, Progress, Slot};

use super::scan::Copy;
use super::{Oracle, View};
use crate::drive::Drive;
use crate::verdict::{Promise, Verdicts};

impl Oracle {
    /// The engine logged an event.
    pub(crate) fn event(
        &mut self,
        now: Instant,
        kind: &EventKind,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        match *kind {
            EventKind::Checkpoint { slot, lba } => {
                self.checkpoint(now, slot, lba.0, drives, verdicts);
            }
            EventKind::Distrusted { drive, lba, count } => {
                let range = lba.0..lba.0 + count.0;
                // Without room to record that a drive has it, a write is not acknowledged.
                self.unexplained.retain(|write| {
                    let apart =
                        write.sectors.end <= range.start || range.end <= write.sectors.start;
                    write.drive != drive.index() || apart
                });
                self.beliefs[drive.index()].distrust(range);
            }
            EventKind::Unlisted { drive, lba, count } => {
                let Some(slot) = self.beliefs[drive.index()].slot else { return };
                for member in lba.0..lba.0 + count.0 {
                    if let Some(sector) = self.layout.array_sector(slot, member) {
                        self.unlisted.insert(sector..sector + 1);
                    }
                }
            }
            EventKind::DriveFailed { drive } => {
                self.note_conditions(now, drives);
                self.drive_failed(now, drive, drives, verdicts);
            }
            EventKind::MemberEjected { slot } => self.member_ejected(now, slot, drives, verdicts),
            EventKind::RebuildFailed { slot } => {
                self.note_conditions(now, drives);
                self.rebuild_failed(now, slot, drives, verdicts);
            }
            EventKind::InvariantBroken { which } => verdicts.broken(
                Promise::Bounded,
                now,
                format_args!("the engine found itself broken: {which:?}"),
            ),
            EventKind::EventsDropped { count } => verdicts.broken(
                Promise::Bounded,
                now,
                format_args!(
                    "{count} events were dropped, though they are drained after each input"
                ),
            ),
            _ => {}
        }
    }

    fn checkpoint(
        &mut self,
        now: Instant,
        slot: Slot,
        lba: u64,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        if self.expects_power_losses {
            self.recorded.published(slot, lba);
        }
        let Some(drive) = self.checkpointed(slot) else { return };
        let belief = &mut self.beliefs[drive.index()];
        let before = belief.checkpoint;
        verdicts.check(
            Promise::HonestProgress,
            now,
            lba >= before,
            format_args!("the checkpoint of slot {} goes back from {before} to {lba}", slot.0),
        );
        let unflushed = belief.checkpoint(lba);
        verdicts.check(
            Promise::HonestProgress,
            now,
            unflushed == 0,
            format_args!(
                "the checkpoint of slot {} is {lba}, but {unflushed} sectors below it were not flushed",
                slot.0
            ),
        );
        let missing = self.missing_below(drive.index(), slot, before..lba, drives, now);
        verdicts.check_none(Promise::HonestProgress, now, missing, |sector| {
            format!(
                "the checkpoint of slot {} is {lba}, but drive {} lacks its sector {sector}, which another drive has",
                slot.0,
                drive.index()
            )
        });
    }

    /// The drive whose fill a checkpoint is of, if that is beyond doubt: the engine has just flushed it.
    fn checkpointed(&mut self, slot: Slot) -> Option<DriveId> {
        let mut found = None;
        let mut count = 0;
        for (index, belief) in self.beliefs.iter_mut().enumerate() {
            if belief.slot == Some(slot) && belief.takes_checkpoint() {
                found = Some(DriveId(index as u8));
                count += 1;
            }
        }
        found.filter(|_| count == 1)
    }

    /// What the engine says of a fill under way.
    pub(crate) fn progress(
        &mut self,
        now: Instant,
        slot: Slot,
        progress: &Progress,
        verdicts: &mut Verdicts,
    ) {
        let at = progress.checkpoint.0;
        let size = progress.size.0;
        let (soonest, latest) = progress.eta.unwrap_or_default();
        verdicts.check(
            Promise::HonestProgress,
            now,
            at <= size && progress.remaining.0 <= size && soonest <= latest,
            format_args!("the progress of slot {} makes no sense: {progress:?}", slot.0),
        );
        let view = self.view.slots.get(slot.index());
        let drive = view.and_then(|view| view.target.or(view.member)).map(DriveId::index);
        let Some(drive) = drive else { return };
        let troubled = self.is_troubled(now, drive);
        let belief = &mut self.beliefs[drive];
        let unflushed = belief.unflushed_at == Some(now);
        let before = core::mem::replace(&mut belief.progress, at);
        verdicts.check(
            Promise::HonestProgress,
            now,
            troubled || unflushed || at >= before,
            format_args!("the progress of slot {} goes back from {before} to {at}", slot.0),
        );
    }

    /// True if a drive that is filled for a slot lacks what comes next, and another has it.
    pub(crate) fn has_source(&self, slot: Slot, next: u64, drives: &[Drive], now: Instant) -> bool {
        let view = self.view.slots.get(slot.index());
        let Some(filled) = view.and_then(|view| view.target.or(view.member)) else { return false };
        let Some(sector) = self.layout.array_sector(slot, next) else { return false };
        let believed = self.beliefs[filled.index()].sectors.intersects(&(next..next + 1));
        let knows = |copy: &Copy| {
            copy.index != filled.index()
                && self.masks(copy, &drives[copy.index], now).known & 1 == 1
        };
        !believed && self.copies_of(sector, 1).any(|(_, copy)| knows(&copy))
    }

    /// No drive has two places.
    pub(super) fn check_places(&self, now: Instant, verdicts: &mut Verdicts) {
        let places = |view: &View, drive: DriveId| {
            let slots = view.slots.iter();
            slots
                .flat_map(|slot| [slot.member, slot.target])
                .filter(|&place| place == Some(drive))
                .count()
        };
        for index in 0..self.view.drives.len() {
            let drive = DriveId(index as u8);
            verdicts.check(
                Promise::HandsOff,
                now,
                places(&self.view, drive) <= 1,
                format_args!("drive {index} has more than one place in the array"),
            );
        }
    }
}
