//! Writing: to every drive that is to have the sectors, and no acknowledgement before the record says who
//! missed them.
//!
//! ```text
//!  Marking --(region recorded as dirty)--> Writing --(all drives answered)--+--(none missed it anew)--> over
//!                                                                           +--> Recording --(durable)--> over
//! ```
//!
//! Failure edges: a drive that fails the write misses it; drives that are away miss whole regions. If no
//! drive took it, the request fails, and what the array holds there is one of the old and the new: one
//! copy that may have been touched is kept, the others are no longer believed, so that every later read agrees.

use crate::Engine;
use crate::drive_set::DriveSet;
use crate::event::{DriveEvent, EventKind, Invariant};
use crate::host::HostOp;
use crate::io::{IoFault, Stretch};
use crate::io_table::{LINK_RESERVE, Owner, Verb};
use crate::ranges::Kind;
use crate::read::Leg;
use crate::record::{Fact, RecordId};
use crate::request::{Failure, Segment, SegmentState};
use crate::units::{DriveId, SectorCount};

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Records that a region is about to be written.
    pub(crate) fn mark_dirty(&mut self) -> RecordId {
        if self.is_labelled() {
            // The bitmap tells it, as a rule without a commit.
            return self.record.reached();
        }
        self.record.commit(Fact::Dirty)
    }

    /// Sends a write segment to its drives, once its region is recorded as dirty.
    pub(crate) fn write(&mut self, index: usize) {
        let Some(&segment) = self.segment_ref(index) else { return };
        let legs = self.legs(segment.set, segment.at);
        if self.ios.free() < legs.len() + LINK_RESERVE {
            self.work.blocked = true;
            return;
        }
        let Some(&request) = self.request_ref(usize::from(segment.request)) else { return };
        let verb = verb_of(request.op);
        let (mut pending, mut missed) = (0, DriveSet::EMPTY);
        let count = segment.count;
        for leg in &legs {
            let takes_writes = self.serves(leg.drive);
            let stretch = Stretch { start: leg.lba, count };
            let owner = Owner::Segment(index as u8);
            if takes_writes && self.queue(leg.drive, owner, verb, stretch, segment.offset).is_some()
            {
                pending += 1;
            } else {
                missed.insert(leg.drive);
            }
        }
        let (written, touched) = (DriveSet::EMPTY, DriveSet::EMPTY);
        if let Some(segment) = self.segment_mut(index) {
            segment.state = SegmentState::Writing { pending, written, missed, touched };
        }
        if pending == 0 {
            self.end_write(index);
        }
    }

    /// A drive has answered a write segment.
    pub(crate) fn write_done(&mut self, index: usize, drive: DriveId, fault: Option<IoFault>) {
        let Some(Segment {
            state: SegmentState::Writing { pending, written, missed, touched },
            ..
        }) = self.segment_mut(index)
        else {
            return self.broken(Invariant::OwnerGone);
        };
        *pending -= 1;
        let over = *pending == 0;
        match fault {
            None => written.insert(drive),
            Some(_) => {
                missed.insert(drive);
                touched.insert(drive);
            }
        }
        if fault == Some(IoFault::Medium) {
            self.emit_drive_cause(drive, DriveEvent::WriteError);
            self.note_medium_error(drive);
        }
        if over {
            self.end_write(index);
        }
    }

    /// A drive that had taken part of a write under way may come back without it.
    pub(crate) fn forget_written(&mut self, drive: DriveId) {
        for segment in self.segments.iter_mut().filter_map(Option::as_mut) {
            if let SegmentState::Writing { written, missed, touched, .. } = &mut segment.state
                && written.contains(drive)
            {
                written.remove(drive);
                missed.insert(drive);
                touched.insert(drive);
            }
        }
    }

    /// Every drive has answered: remember who holds what, then acknowledge or fail.
    fn end_write(&mut self, index: usize) {
        let Some(&segment) = self.segment_ref(index) else { return };
        let SegmentState::Writing { written, missed, touched, .. } = segment.state else { return };
        if written.is_empty() {
            self.unwritten(&segment, touched);
            self.end_segment(index, Some(Failure::NotWritten(segment.offset)));
            return;
        }
        let healed = self.lost_under(&segment);
        let before = self.record.latest();
        let mut kept = false;
        for leg in &self.legs(segment.set, segment.at) {
            let stretch = stretch_of(leg, &segment);
            if written.contains(leg.drive) {
                self.mark_held(leg.drive, stretch);
                kept |= self.holds(leg.drive, stretch);
            } else if missed.contains(leg.drive) && !raid10_metadata::bug!("ack-before-degrade") {
                self.note_missed(leg.drive, stretch);
            }
        }
        if !kept {
            // The exact record has no place for it, so what was written would be lost.
            self.end_segment(index, Some(Failure::NotWritten(segment.offset)));
            return;
        }
        if healed > 0 {
            let lba = self.geometry.array_lba(segment.set, segment.at);
            self.emit(EventKind::DataHealed { lba, count: SectorCount(healed) });
        }
        let record = self.record.latest();
        // What is no news may still be under way to the drives, for the sake of an earlier write.
        let recorded = if record == before {
            self.record.is_settled() || raid10_metadata::bug!("ack-behind-record")
        } else {
            raid10_metadata::bug!("ack-before-record")
        };
        if recorded || missed.is_empty() {
            self.end_segment(index, None);
        } else if let Some(segment) = self.segment_mut(index) {
            segment.state = SegmentState::Recording(record);
        }
    }

    /// No drive took a write.
    fn unwritten(&mut self, segment: &Segment, touched: DriveSet) {
        let legs = self.legs(segment.set, segment.at);
        let held = |leg: &&Leg| self.holds(leg.drive, stretch_of(leg, segment));
        let keeper =
            legs.iter().filter(|leg| touched.contains(leg.drive)).find(held).map(|leg| leg.drive);
        let Some(keeper) = keeper else { return };
        for leg in &legs {
            if leg.drive != keeper {
                self.note_missed(leg.drive, stretch_of(leg, segment));
            }
        }
    }

    /// A drive does not have what was written. If that is news it is recorded.
    fn note_missed(&mut self, id: DriveId, stretch: Stretch) {
        let news = if self.serves(id) {
            self.mark_not_held(id, stretch, Kind::Missed)
        } else {
            self.mark_missed_regions(id, stretch)
        };
        if news {
            self.record.commit(Fact::Degraded);
        }
    }

    /// Lost sectors where a write went, before that is known to have ended well.
    fn lost_under(&self, segment: &Segment) -> u64 {
        if self.lost.is_zero() {
            return 0;
        }
        let end = segment.at + u64::from(segment.count);
        self.lost_in(segment.set, segment.at, end, DriveId::NOBODY)
    }
}

/// Where a segment lies on a drive.
const fn stretch_of(leg: &Leg, segment: &Segment) -> Stretch {
    Stretch { start: leg.lba, count: segment.count }
}

const fn verb_of(op: HostOp) -> Verb {
    match op {
        HostOp::WriteDurable => Verb::WriteDurable,
        HostOp::Trim => Verb::Unmap,
        HostOp::WriteZeroes => Verb::WriteZeroes,
        HostOp::Write | HostOp::Read | HostOp::Flush => Verb::Write,
    }
}

#[cfg(test)]
mod tests;
