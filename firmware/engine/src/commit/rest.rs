//! Active and clean: whether the drives say that the array may be being written.

use crate::Engine;
use crate::record::Fact;
use crate::request::{Segment, SegmentState};
use crate::units::Instant;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// A write waits for the drives to say that the array is active.
    pub(crate) fn activate(&mut self) {
        if !core::mem::replace(&mut self.commit.wants_active, true) {
            self.record.commit(Fact::Dirty);
        }
    }

    /// True if the commit that begins now may say that nothing is being written.
    pub(super) fn may_be_clean(&self) -> bool {
        let writes = |segment: &Segment| !matches!(segment.state, SegmentState::Reading(_));
        let even = || self.drives.iter().all(|drive| drive.uneven.is_empty());
        let wanted = self.commit.stopping || !self.commit.wants_active && self.has_paused();
        wanted
            && (even() || raid10_metadata::bug!("clean-while-uneven"))
            && !self.segments.iter().flatten().any(writes)
    }

    /// True if no write began for some time.
    fn has_paused(&self) -> bool {
        self.commit.written_at + self.policy.clean_delay <= self.now || !self.commit.active
    }

    /// Marks the array clean when it was not written for a while.
    pub(crate) fn rest(&mut self) {
        if self.is_labelled()
            && self.commit.active
            && self.record.is_settled()
            && self.may_be_clean()
        {
            self.record.commit(Fact::Clean);
        }
    }

    /// When [`rest`](Self::rest) has something to do.
    pub(crate) fn rests_at(&self) -> Instant {
        if !self.is_labelled() || !self.commit.active {
            return Instant::NEVER;
        }
        let due = self.commit.written_at + self.policy.clean_delay;
        // Where it could not be done when it was due, it is looked at again in a while.
        let again = self.now + self.policy.clean_delay;
        if due > self.now { due } else { again }
    }
}
