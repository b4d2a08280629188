//! When an array is at rest, and how long it may take to get there.

use raid10_engine::{
    DriveId, Duration, Health, Instant, MemberState, Proof, Role, SECTOR_BYTES, Slot,
};

use super::Runner;
use crate::verdict::Promise;

/// At rest for so long means that nothing more comes by itself: longer than the time in which an engine waits
/// for a drive to come back.
pub(super) const REST: Duration = Duration::secs(10);

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// Stops the loads and waits until the array is at rest. `limit` of simulated time; by default as long as
    /// it may take.
    pub(super) fn quiesce(&mut self, limit: Option<Duration>) {
        self.host.stop_all();
        let mut quiet_since = self.world.now;
        let limit = limit.unwrap_or_else(|| self.patience());
        // Once is enough to wait for an array that does not come to rest.
        let restless = !self.world.verdicts.holds(Promise::AlwaysEnds);
        let limit = if restless { limit.min(REST) } else { limit };
        loop {
            self.settle();
            if self.is_cut_off() {
                return;
            }
            if self.has_rested(REST) {
                break;
            }
            if self.rests_until_after(REST) {
                break;
            }
            quiet_since = self.faults_end().map_or(quiet_since, |end| quiet_since.max(end));
            let late = self.world.now.since(quiet_since) > limit;
            if late || !self.advance() {
                break;
            }
        }
        let waited = self.world.now.since(quiet_since);
        let rested = self.is_at_rest();
        let now = self.world.now;
        let (open, flight) = (self.world.contract.open_requests(), self.world.contract.in_flight());
        let state = self.engine.array_state();
        self.world.verdicts.check(
            Promise::AlwaysEnds,
            now,
            rested,
            format_args!(
                "after {} s without new faults the array is {} and not at rest: {open} requests and \
                 {flight} drive commands are open",
                waited.0 / 1_000_000,
                state.name(),
            ),
        );
        self.world.show_broken();
    }

    /// True if nothing happens any more, though the host may want something.
    pub(super) fn nothing_happens(&self) -> bool {
        self.host.is_calm()
            && !self.world.has_input()
            && self.faults_end().is_none()
            && self.array_rests()
    }

    pub(super) fn has_rested(&self, span: Duration) -> bool {
        self.is_at_rest()
            && self.rest_since.is_some_and(|since| self.world.now.since(since) >= span)
    }

    /// True if nothing will happen before the array has been at rest for so long. Then that time is passed.
    fn rests_until_after(&mut self, span: Duration) -> bool {
        let Some(since) = self.rest_since.filter(|_| self.is_at_rest()) else {
            return false;
        };
        let end = since + span;
        if self.next_at().is_some_and(|next| next <= end) {
            return false;
        }
        self.world.now = self.world.now.max(end);
        true
    }

    /// Keeps account of since when the array is at rest.
    pub(super) fn note_rest(&mut self) {
        if !self.is_at_rest() {
            self.rest_since = None;
        } else if self.rest_since.is_none() {
            self.rest_since = Some(self.world.now);
        }
    }

    pub(super) fn is_at_rest(&self) -> bool {
        self.host.is_idle() && self.nothing_happens()
    }

    pub(super) fn slots_rest(&self) -> bool {
        (0..self.plan.shape.members).all(|slot| self.slot_is_at_rest(Slot(slot)))
    }

    /// When the last of the faults that end by themselves is over, if that is not beyond the end of the replay.
    pub(super) fn faults_end(&self) -> Option<Instant> {
        self.world.faults_end().filter(|end| end.0 <= self.options.limit.0)
    }

    /// Optimal, or with a named reason for not being so.
    fn slot_is_at_rest(&self, slot: Slot) -> bool {
        let Some(view) = self.engine.slot(slot) else {
            return true;
        };
        match view.state {
            MemberState::Online => true,
            MemberState::Rebuilding | MemberState::Resyncing | MemberState::Replacing => {
                let paused = self.engine.progress(slot).is_some_and(|progress| progress.paused);
                paused || self.world.statistics.is_stalled(slot)
            }
            MemberState::Missing | MemberState::Failed | MemberState::Ejected => {
                let (oracle, drives) = (&self.world.oracle, &self.world.drives);
                let filled = self.engine.policy().auto_rebuild && self.has_spare_for(slot);
                !filled || oracle.may_have_rivals(drives)
            }
            MemberState::Quarantined => false,
        }
    }

    fn has_spare_for(&self, slot: Slot) -> bool {
        (0..self.plan.drives.len()).any(|index| {
            self.engine.drive(DriveId(index as u8)).is_some_and(|drive| {
                let fits = match drive.role {
                    Role::Spare { dedicated } => dedicated.is_none_or(|only| only == slot),
                    Role::Unassigned | Role::Member(_) | Role::Target(_) => false,
                };
                fits && drive.present
                    && drive.health != Health::Failed
                    && !matches!(drive.proof, Proof::Refused(_))
            })
        })
    }

    /// How long the array may take to come to rest: generous, but finite and computed.
    pub(super) fn patience(&self) -> Duration {
        let policy = self.engine.policy();
        let drives = &self.world.drives;
        let slowest = |drive: &crate::drive::Drive| {
            let figures = drive.figures();
            let limp = u64::from(drive.faults.limp_read.max(drive.faults.limp_write));
            figures.read_rate.min(figures.write_rate) / limp.max(1)
        };
        let access = |drive: &crate::drive::Drive| {
            let limp = u64::from(drive.faults.limp_read.max(drive.faults.limp_write));
            drive.figures().access.0 * limp
        };
        let rate = drives.iter().map(slowest).min().unwrap_or(1).min(policy.rebuild_max).max(1);
        let access = drives.iter().map(access).max().unwrap_or(0);
        let sectors = self.plan.shape.member_size.0;
        let copy = u128::from(sectors) * u128::from(SECTOR_BYTES) * 1_000_000 / u128::from(rate);
        let window = self.plan.shape.chunk.0.min(128);
        let seeks = u128::from(sectors / window + 1) * u128::from(access);
        let fills = 2 + u128::from(self.plan.shape.members);
        let quarantine = u128::from(policy.quarantine.0) * 16;
        let timeouts = u128::from(policy.command_timeout.0 + policy.abort_timeout.0) * 200;
        let total = fills * 4 * (copy + seeks) + quarantine + timeouts + 60_000_000;
        Duration(u64::try_from(total).unwrap_or(u64::MAX))
    }

    /// The time now.
    pub(super) const fn now(&self) -> Instant {
        self.world.now
    }
}
