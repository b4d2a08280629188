//! What of a fill is durable: copy, flush, checkpoint, in this order.

use super::{Fill, RETRY};
use crate::Engine;
use crate::event::EventKind;
use crate::io::{IoFault, Stretch};
use crate::io_table::Owner;
use crate::record::Fact;
use crate::units::{DriveId, Duration, MemberLba, raise};

/// Sectors between two checkpoints at least (4 MiB); else 1 % of a member.
const CHECKPOINT_MIN: u64 = 8192;
/// Time between two checkpoints at least: a flush holds up a rotating drive for some milliseconds.
const CHECKPOINT_PAUSE: Duration = Duration::millis(500);

impl Fill {
    /// A flush begins that makes everything below a place durable.
    fn flush_to(&mut self, front: u64) {
        self.flushing = true;
        self.flushed = front;
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Flushes the target when enough was copied since the last checkpoint.
    pub(super) fn start_checkpoint(&mut self, id: DriveId) {
        let share = self.member_sectors() / 100;
        let Some(fill) = &self.drive_ref(id).fill else { return };
        let front = fill.front;
        if !fill.flushing
            && self.now.since(fill.durable_at) >= CHECKPOINT_PAUSE
            && front - fill.durable >= CHECKPOINT_MIN
            && front - fill.durable >= share
            && self.queue_flush(id, Owner::Checkpoint)
            && let Some(fill) = self.fill_mut(id)
        {
            fill.flush_to(front);
        }
    }

    /// True if a drive has been made equal to another in a stretch, and that is not durable yet: then it is flushed.
    pub(crate) fn awaits_level(&mut self, id: DriveId, stretch: Stretch) -> bool {
        let Some(fill) = &self.drive_ref(id).fill else { return false };
        let level = stretch.start.0 >= fill.front || stretch.end().0 <= fill.levelled;
        if level || raid10_metadata::bug!("level-not-flushed") {
            return false;
        }
        let front = fill.front;
        if !fill.flushing
            && self.queue_flush(id, Owner::Checkpoint)
            && let Some(fill) = self.fill_mut(id)
        {
            fill.flush_to(front);
            fill.unrecorded = true;
        }
        self.work.blocked = true;
        true
    }

    /// True if some drive was made equal to another in a range, and that is not durable yet.
    pub(crate) fn is_levelling(&self) -> bool {
        let levels = |fill: &Fill| fill.levelled != u64::MAX;
        self.leaders != 0
            && (0..DRIVES)
                .any(|index| self.drive_ref(DriveId(index as u8)).fill.as_ref().is_some_and(levels))
    }

    /// The flush before a checkpoint is over.
    pub(crate) fn checkpoint_flushed(&mut self, id: DriveId, fault: Option<IoFault>) {
        let now = self.now;
        // Of two that are filled for a slot the one that is to have it counts.
        let slot = self.drive_ref(id).slot().filter(|&slot| self.filling(slot) == Some(id));
        let Some(fill) = self.fill_mut(id) else { return };
        if !core::mem::take(&mut fill.flushing) {
            return;
        }
        let front = fill.flushed;
        let unrecorded = core::mem::replace(&mut fill.unrecorded, false);
        // A flush that fails keeps nobody from reading.
        let level = fault.is_some() || fill.front <= front;
        if level {
            fill.levelled = u64::MAX;
        } else {
            raise(&mut fill.levelled, front);
        }
        if fault.is_some() {
            return self.fill_unflushed(id);
        }
        if unrecorded {
            return;
        }
        fill.durable = front;
        fill.durable_at = now;
        self.record.commit(Fact::Checkpoint);
        if let Some(slot) = slot {
            self.emit(EventKind::Checkpoint { slot, lba: MemberLba(front) });
        }
    }

    /// A drive that is filled failed a flush. What it was given is copied again, later.
    pub(crate) fn fill_unflushed(&mut self, id: DriveId) {
        let now = self.now;
        let Some(fill) = self.fill_mut(id) else { return };
        fill.next_at = now + RETRY;
        fill.durable_at = now;
    }

    /// Ends a fill that has gone through everything: first a last flush, then the drive has the slot.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) fn end_fill_if_done(&mut self, id: DriveId) {
        let size = self.member_sectors();
        let drive = self.drive_ref(id);
        let Some(fill) = &drive.fill else { return };
        let through = fill.front >= size && fill.windows == 0 && drive.stale.is_empty();
        let waits = fill.flushing || self.now < fill.next_at || !drive.in_service();
        if !through || waits || fill.paused || self.is_repairable(id) {
            return;
        }
        if fill.durable < size {
            if self.queue_flush(id, Owner::Checkpoint) {
                if let Some(fill) = self.fill_mut(id) {
                    fill.flush_to(size);
                }
            } else {
                self.work.blocked = true;
            }
            return;
        }
        self.end_fill(id);
    }
}
