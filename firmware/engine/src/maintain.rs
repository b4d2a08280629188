//! Maintenance: the fixed series of checks that runs after each input.
//!
//! Each check looks at facts and does what they ask for, so it may run at any time and any number of times. A
//! check that finds more to do marks it; the series is repeated until nothing is marked, a bounded number of times. What
//! is left over then is asked for again through [`poll_deadline`](Engine::poll_deadline).

use crate::Engine;
use crate::status::Health;
use crate::units::{DriveId, Instant, Slot, lower};

/// Turns of the series in one call.
const TURNS: usize = 12;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Does everything that the facts ask for now.
    pub(crate) fn maintain(&mut self) {
        if !self.created {
            if self.boot.assembling {
                self.await_members();
            }
            return;
        }
        for _ in 0..TURNS {
            if self.is_labelled() {
                self.run_boot();
                self.run_commit();
                if !self.created {
                    // It is stopped.
                    return;
                }
            } else if self.record.settle() {
                self.continue_recorded();
            }
            self.void_commands();
            if self.work.topology {
                self.refresh_topology();
            }
            if core::mem::take(&mut self.work.losses) {
                self.refresh_losses();
                self.record_unsaid();
            }
            self.queue_links();
            self.queue_probes();
            if self.work.freed && self.work.blocked {
                self.start_blocked();
            }
            self.run_fills();
            if core::mem::take(&mut self.work.repairs) {
                self.run_repairs();
            }
            // What a check let go on may wait for a record, and nothing else may happen for long.
            if !self.work_is_left() && !self.is_record_due() {
                break;
            }
        }
        if core::mem::take(&mut self.work.house) {
            self.house_at = self.next_housekeeping();
        }
        self.stop_if_quiet();
    }

    /// An array that is not put together yet: labels are read, and members are waited for.
    fn await_members(&mut self) {
        self.void_commands();
        self.queue_links();
        self.run_boot();
        let settle_at = self.boot.settle_at;
        self.house_at = if settle_at > self.now { settle_at } else { Instant::NEVER };
        // The decision may just have been made.
        if self.created {
            self.maintain();
        }
    }

    /// True if a check has marked something to do that can be done now.
    pub(crate) fn work_is_left(&self) -> bool {
        let work = &self.work;
        let marked = work.topology
            || work.losses
            || work.repairs
            || (work.freed && work.blocked)
            || !self.voids.is_empty()
            || !(self.is_labelled() || self.record.is_settled());
        self.created && marked
    }

    /// Drives, roles or health changed.
    fn refresh_topology(&mut self) {
        self.work.topology = false;
        self.work.house = true;
        self.work.losses = true;
        self.work.repairs = true;
        self.refresh_leaders();
        self.grant_wishes();
        self.start_resyncs();
        self.cancel_needless_rebuilds();
        self.tend_spares();
        self.unstall_fills();
        self.refresh_words();
    }

    fn run_fills(&mut self) {
        if !self.work.fills {
            return;
        }
        self.work.fills = false;
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            if self.drive_ref(id).fill.is_some() {
                self.work.fills = true;
                self.work.house = true;
                self.run_fill(id);
            }
        }
    }

    /// Lets fills go on that have a source again.
    fn unstall_fills(&mut self) {
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            let stalled = self.drive_ref(id).fill.as_ref().is_some_and(|fill| fill.stalled);
            if stalled
                && !raid10_metadata::bug!("never-unstall")
                && self.has_source(id)
                && let Some(fill) = self.fill_mut(id)
            {
                fill.stalled = false;
            }
        }
    }

    /// What is due by now without anything having happened.
    pub(crate) fn keep_house(&mut self) {
        self.work.house = true;
        if self.boot.assembling {
            self.settle();
            return;
        }
        self.end_quarantines();
        self.retry_failed();
        self.clean();
        self.rest();
        self.judge_suspects();
        let now = self.now;
        let grace_over = |id: DriveId| {
            let drive = self.drive_ref(id);
            !drive.present && now.since(drive.departed_at) >= crate::presence::GRACE
        };
        let due = (0..DRIVES).any(|index| {
            let slot = self.slot_ref(Slot(index as u8));
            let id = slot.target.or(slot.member);
            slot.told != Some(crate::MemberState::Online) && id.is_some_and(grace_over)
                || self.drive_ref(DriveId(index as u8)).proof_runs_out() <= now
        });
        self.work.topology |= due;
        self.work.repairs |= !self.ranges.is_empty();
    }

    /// When [`keep_house`](Self::keep_house) has something to do.
    fn next_housekeeping(&self) -> Instant {
        let mut soonest = Soonest { at: Instant::NEVER, now: self.now };
        soonest.even_now(self.rests_at());
        if self.sweeps() || self.needs_cleaning() {
            soonest.even_now(self.next_clean.max(self.now));
        }
        for index in 0..DRIVES {
            self.tell_due(DriveId(index as u8), &mut soonest);
        }
        soonest.at
    }

    /// When something is due that concerns one drive.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn tell_due(&self, id: DriveId, soonest: &mut Soonest) {
        let drive = self.drive_ref(id);
        soonest.later(drive.latency.judged_at(self.policy.limp_time));
        soonest.later(drive.retry_at);
        soonest.later(drive.repair_at);
        if let Some(fill) = &drive.fill {
            soonest.later(fill.next_at);
        }
        if drive.slot().is_some() {
            soonest.later(self.grace_ends(id));
        }
        if drive.health == Health::Suspect {
            soonest.later(drive.errors_decayed_at + self.policy.error_half_life);
        }
        // Even when it is due by now: these are ended by nothing else.
        if let Some(until) = drive.quarantined_until {
            soonest.even_now(until);
        }
        soonest.even_now(drive.proof_runs_out());
    }
}

/// The first of times at which something is due.
struct Soonest {
    at: Instant,
    now: Instant,
}

impl Soonest {
    /// Something is due that was looked at if it was due before.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn later(&mut self, at: Instant) {
        if at > self.now {
            self.even_now(at);
        }
    }

    /// Something is due, and may be by now.
    fn even_now(&mut self, at: Instant) {
        lower(&mut self.at.0, at.0);
    }
}
