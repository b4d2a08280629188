//! Flushes: of the host, in the background, and what a drive may lose from its cache.
//!
//! A host flush ends when every drive that takes writes has flushed everything it completed before. A drive whose
//! flush fails may have lost any of it: those regions are stale on it, as long as another copy has them.

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::drive_set::DriveSet;
use crate::event::Invariant;
use crate::io::{IoFault, Stretch};
use crate::io_table::{Owner, Verb};
use crate::ranges::Kind;
use crate::record::Fact;
use crate::request::{Failure, Phase, Segment, SegmentState};
use crate::sole::Stage;
use crate::units::{DriveId, Duration, MemberLba, lower};
use crate::validity::up_to;

/// How soon drives are flushed in the background when the list of what one drive alone has is full.
const CROWDED: Duration = Duration::millis(500);

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Starts a host flush.
    pub(crate) fn start_flush(&mut self, index: usize) {
        let mut due = DriveSet::EMPTY;
        for record in &self.slots {
            for &drive in &[record.member, record.target] {
                if let Some(drive) = drive
                    && self.serves(drive)
                {
                    due.insert(drive);
                }
            }
        }
        let fails = core::mem::take(&mut self.flush_fails);
        if let Some(request) = self.request_mut(index) {
            request.phase = Phase::Flushing { due, pending: 0, any: false };
            request.failure = fails.then_some(Failure::NotFlushed);
        }
        self.continue_flush(index);
    }

    /// Queues the flushes that found no place yet, and ends the request when all have answered.
    pub(crate) fn continue_flush(&mut self, index: usize) {
        let Some(request) = self.request_ref(index) else { return };
        let Phase::Flushing { mut due, mut pending, any } = request.phase else { return };
        let mut failure = request.failure;
        for drive in due.iter() {
            if !self.serves(drive) {
                due.remove(drive);
            } else if self.queue_flush(drive, Owner::Flush(index as u8)) {
                due.remove(drive);
                pending += 1;
            } else {
                self.work.blocked = true;
            }
        }
        let mut phase = Phase::Flushing { due, pending, any };
        if pending == 0 && due.is_empty() {
            if !any || self.is_cache_lost() {
                failure = failure.or(Some(Failure::NotFlushed));
            }
            phase = Phase::Recorded(self.record.latest());
        }
        if let Some(request) = self.request_mut(index) {
            request.failure = failure;
            request.phase = phase;
        }
        self.end_flush(index);
    }

    /// Ends a flush whose drives have answered. Whoever has not flushed must be on record before: it might speak first
    /// after a loss of power.
    pub(crate) fn end_flush(&mut self, index: usize) {
        let Some(&request) = self.request_ref(index) else { return };
        let Phase::Recorded(record) = request.phase else { return };
        let recorded = !self.is_labelled() || self.record.is_durable(record);
        if recorded || raid10_metadata::bug!("flush-before-record") {
            self.reply(index, request.failure);
        }
    }

    /// Nobody is left who could record anything.
    pub(crate) fn fail_recording_flushes(&mut self) {
        for index in 0..self.requests.len() {
            let phase = self.request_ref(index).map(|request| request.phase);
            if matches!(phase, Some(Phase::Recorded(_))) {
                self.reply(index, Some(Failure::NotFlushed));
            }
        }
    }

    /// A drive has answered a host's flush.
    pub(crate) fn host_flush_done(&mut self, index: usize, fault: bool) {
        let Some(request) = self.request_mut(index) else {
            return self.broken(Invariant::OwnerGone);
        };
        let Phase::Flushing { pending, any, .. } = &mut request.phase else {
            return self.broken(Invariant::OwnerGone);
        };
        *pending -= 1;
        *any |= !fault;
        self.continue_flush(index);
    }

    /// Queues a flush of one drive. It covers what the drive has completed by now.
    pub(crate) fn queue_flush(&mut self, id: DriveId, owner: Owner) -> bool {
        if self.queue(id, owner, Verb::Flush, Stretch::NONE, 0).is_none() {
            return false;
        }
        let drive = self.drive_mut(id);
        drive.flushing.union(&drive.unflushed);
        drive.unflushed = Bitmap::EMPTY;
        drive.flushes += 1;
        self.sole.change(id, Stage::Cached, Stage::Flushing);
        self.work.house = true;
        true
    }

    /// A drive has answered a flush, on whose behalf ever.
    pub(crate) fn flushed(&mut self, id: DriveId, fault: Option<IoFault>) {
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.flushes = drive.flushes.saturating_sub(1);
        let Some(fault) = fault else {
            drive.flush_faults = 0;
            if drive.flushes == 0 {
                drive.flushing = Bitmap::EMPTY;
                self.sole.change(id, Stage::Flushing, Stage::Free);
            }
            return;
        };
        drive.unflushed.union(&drive.flushing);
        drive.flushing = Bitmap::EMPTY;
        // A flush that was given up leaves the cache as it is.
        let failed = matches!(fault, IoFault::Medium | IoFault::Hardware) && drive.answers();
        if failed {
            // It may have covered what was completed after it was sent, too.
            drive.unsure_at = Some(now);
        }
        let in_service = drive.in_service();
        self.sole.change(id, Stage::Flushing, Stage::Cached);
        if !failed {
            return;
        }
        // Frames, bits and logs of a commit are in the cache too. Who is no party has none.
        self.commit.spoiled |= !raid10_metadata::bug!("records-dropped-unseen");
        self.forget_written(id);
        let cached = self.drive_ref(id).unflushed;
        if in_service && (self.doubt(id, &cached) | self.sole.has(id)) {
            self.tell_flushes();
        }
        self.note_unflushed(id, fault);
    }

    /// Writes of which nobody else has a copy may be gone. The host hears of it from the flushes that are under way, or from
    /// the next one; in any case from one that begins after the last of these writes was acknowledged.
    fn tell_flushes(&mut self) {
        let mut told = false;
        for request in self.requests.iter_mut().flatten() {
            if matches!(request.phase, Phase::Flushing { .. } | Phase::Recorded(_)) {
                request.failure = Some(Failure::NotFlushed);
                told = true;
            }
        }
        let recording = |segment: &Segment| matches!(segment.state, SegmentState::Recording(_));
        self.flush_fails = (!told || self.segments.iter().flatten().any(recording))
            && !raid10_metadata::bug!("flush-failure-untold");
    }

    /// A drive may have lost what it was written in some regions. They become stale on it, but for what no other copy has:
    /// that is at risk, which is returned.
    fn doubt(&mut self, id: DriveId, regions: &Bitmap) -> bool {
        if regions.is_empty() {
            return false;
        }
        let mut at_risk = false;
        let mut from = 0;
        while let Some(region) = regions.first_from(from) {
            at_risk |= self.doubt_region(id, region);
            from = region + 1;
        }
        self.record.commit(Fact::Degraded);
        at_risk
    }

    /// A drive is back with what was in its cache. Others whose flush failed meanwhile may have dropped that: nobody counted on it.
    pub(crate) fn doubt_dropped(&mut self, id: DriveId) {
        let drive = self.drive_ref(id);
        let Some(slot) = drive.slot() else { return };
        let since = drive.departed_at;
        let mut cached = drive.unflushed;
        if self.is_rotated() {
            cached = self.with_neighbours(&cached);
        }
        for index in 0..DRIVES {
            let other = DriveId(index as u8);
            let drive = self.drive_ref(other);
            if drive.unsure_at.is_some_and(|at| at >= since)
                && drive.slot().is_some_and(|beside| self.shares_mirror(slot, beside))
                && other != id
                && !raid10_metadata::bug!("dropped-and-forgotten")
            {
                self.doubt(other, &cached);
            }
        }
    }

    fn doubt_region(&mut self, id: DriveId, region: usize) -> bool {
        let alone = !self.doubt_copy(id, region);
        if alone {
            self.go_through_shared(id, region, true);
        }
        alone
    }

    /// A region becomes stale on a drive if others have all of it. Returns whether they have.
    pub(crate) fn doubt_copy(&mut self, id: DriveId, region: usize) -> bool {
        let all = self.go_through_shared(id, region, false);
        if all {
            self.mark_regions_stale(id, region, region);
        }
        all
    }

    /// Whether others have all of a region of a drive. With `doubt` what they have of it becomes stale on the drive, which alone
    /// has the rest.
    fn go_through_shared(&mut self, id: DriveId, region: usize, doubt: bool) -> bool {
        let (mut lba, end) = (self.region_start(region), self.region_end(region));
        let mut all = true;
        while lba < end {
            let (elsewhere, count) = self.is_elsewhere(id, lba, end);
            let stretch = Stretch { start: MemberLba(lba), count };
            if doubt && elsewhere && !raid10_metadata::bug!("one-hole-excuses-all") {
                self.mark_not_held(id, stretch, Kind::Missed);
            }
            all &= elsewhere;
            lba = stretch.end().0;
        }
        all
    }

    /// True if another drive has a sector of a drive as well, and for how many sectors, up to `limit` at most, that is so. One
    /// that is away will have it when it comes back.
    fn is_elsewhere(&self, id: DriveId, lba: u64, limit: u64) -> (bool, u32) {
        let mut count = up_to(limit - lba, self.geometry.chunk_left(lba));
        let slot = self.drive_ref(id).slot();
        let place = slot.and_then(|slot| self.geometry.stream_of_member(slot, MemberLba(lba)));
        let Some((set, at, _)) = place else { return (true, count) };
        let mut elsewhere = false;
        for leg in &self.legs(set, at) {
            let other = self.drive_ref(leg.drive);
            let away = !other.present && raid10_metadata::bug!("away-has-nothing");
            if leg.drive == id || other.present && !other.answers() || away {
                continue;
            }
            // Until the array runs, who lost its cache has not been looked at.
            let cacheless = !other.present || self.boot.assembling && other.cycled;
            let cached = cacheless && other.unflushed.get(self.region_of(leg.lba.0));
            let run = self.run_at(leg.drive, Stretch { start: leg.lba, count });
            count = run.count;
            // Who has come back since may lack what was acknowledged without it.
            let stayed =
                |slot| !self.has_left(slot) || raid10_metadata::bug!("returned-is-elsewhere");
            let leads = other.slot().is_some_and(stayed) && self.would_lead(leg.drive, leg.lba.0);
            elsewhere |= !cached && run.belief.is_held() || leads;
        }
        (elsewhere, count)
    }

    fn region_loss(&self, id: DriveId, region: usize) -> u64 {
        let start = self.region_start(region);
        let end = self.region_end(region);
        self.loss_within(id, start, end, DriveId::NOBODY)
    }

    /// True if a drive left, or is out of service, with acknowledged writes in its cache that no other copy
    /// has.
    fn is_cache_lost(&self) -> bool {
        (0..DRIVES).any(|index| {
            let id = DriveId(index as u8);
            let drive = self.drive_ref(id);
            if drive.in_service() {
                return false;
            }
            let mut from = 0;
            while let Some(region) = drive.unflushed.first_from(from) {
                if self.region_loss(id, region) > 0 {
                    return true;
                }
                from = region + 1;
            }
            self.sole.has(id)
        })
    }

    /// Flushes drives in the background that were written, so that a loss of power puts less in doubt.
    pub(crate) fn clean(&mut self) {
        if self.now < self.next_clean {
            return;
        }
        self.next_clean = self.now + self.policy.clean_interval;
        if self.is_labelled() {
            self.sweep_bits();
        }
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            if self.has_cached(id) && self.drive_ref(id).flushes == 0 {
                self.queue_flush(id, Owner::Clean);
            }
        }
    }

    /// True if some drive holds writes that it has not flushed.
    pub(crate) fn needs_cleaning(&self) -> bool {
        (0..DRIVES).any(|index| self.has_cached(DriveId(index as u8)))
    }

    /// True if a drive of the array holds writes that it has not flushed.
    fn has_cached(&self, id: DriveId) -> bool {
        let drive = self.drive_ref(id);
        let cached = !drive.unflushed.is_empty() || self.sole.has(id);
        cached && drive.slot().is_some() && drive.in_service()
    }

    /// A copy is gone: what others have in their caches only is flushed soon.
    pub(crate) fn clean_soon(&mut self) {
        self.next_clean = self.now;
        self.work.house = true;
    }

    /// A write to a drive completed, and to no other if `alone`: it may be in its cache only.
    pub(crate) fn note_cached(&mut self, id: DriveId, stretch: Stretch, alone: bool) {
        if !self.drive_ref(id).volatile_cache {
            return;
        }
        if alone && raid10_metadata::bug!("forget-last-cache") {
            return;
        }
        if alone && self.sole.add(id, stretch.start.0, stretch.end().0) {
            self.work.house = true;
            if self.sole.is_full() {
                // The more is told apart, the less is in doubt.
                lower(&mut self.next_clean.0, (self.now + CROWDED).0);
            }
            return;
        }
        let (first, last) = self.regions_of(stretch.start.0, stretch.end().0);
        let unflushed = &mut self.drive_mut(id).unflushed;
        let news = unflushed.is_empty();
        unflushed.set_range(first, last);
        self.work.house |= news;
    }
}
