//! The end of a replay: what the vector orders, then the last looks.

use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{ArrayLba, ArrayState, HostOp, Salvage};

use super::{READ, Runner};
use crate::outcome::{LostRange, Outcome, StateTime};
use crate::plan::Finally;
use crate::verdict::Promise;

/// Arrays up to this many sectors are read in full at the end; of larger ones what was written.
const READ_MAX: u64 = 1 << 24;

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// Does what the vector orders for the end, then compares everything with everything.
    pub(super) fn finish(&mut self) {
        self.host.stop_all();
        self.give_up_script();
        for step in &self.plan.finally {
            match step {
                Finally::Quiesce(limit) => {
                    self.quiesce(*limit);
                    self.audit();
                }
                Finally::Flush => self.host_io(HostOp::Flush, 0..0),
                Finally::ReadAll => self.read_everything(),
                Finally::PowerCycle => self.power_cycle(),
                Finally::Stop => self.stop(),
            }
        }
        self.quiesce(None);
        self.check_start(true);
        self.audit();
        self.read_losses();
        self.quiesce(None);
        self.audit();
    }

    /// Reads the array: what is not lost must come, what is lost must fail.
    fn read_everything(&mut self) {
        let capacity = self.capacity();
        let what: Vec<Range<u64>> = if capacity <= READ_MAX {
            alloc::vec![0..capacity]
        } else {
            self.world.oracle.touched().iter().collect()
        };
        what.into_iter().for_each(|range| self.host_io(READ, range));
    }

    /// Reads around the losses: each lost range must fail at both ends, and everything between them come.
    fn read_losses(&mut self) {
        let lost: Vec<Range<u64>> = self.lost().iter().collect();
        let granule = self.granule();
        let below = |sector: u64| sector / granule * granule;
        let mut good = 0;
        for range in lost {
            let (first, last) = (below(range.start), below(range.end - 1));
            self.read_expecting(good..first, true);
            self.read_expecting(first..first + granule, false);
            self.read_expecting(last..last + granule, false);
            good = last + granule;
        }
        if good > 0 {
            self.read_expecting(good..self.capacity(), true);
        }
    }

    /// Sectors that the host must read together: the largest physical sector of a drive.
    fn granule(&self) -> u64 {
        self.world.drives.iter().map(|drive| drive.physical.0).max().unwrap_or(1)
    }

    fn read_expecting(&mut self, range: Range<u64>, good: bool) {
        if range.is_empty() || range.end - range.start > READ_MAX {
            return;
        }
        if self.is_offline() || !self.serves() {
            return;
        }
        let failed = self.world.statistics.failed;
        let lost = self.engine.lost_sectors();
        self.host_io(READ, range.clone());
        let now = self.now();
        let succeeded = self.world.statistics.failed == failed;
        // A sector that a slow drive could not read in time may be read now: then the manifest forgets it.
        let healed = succeeded && !good && !self.is_listed(range.start);
        // What nobody has read since it went bad is found now: the next audit judges whether it is lost.
        let found = !succeeded && good && self.engine.lost_sectors() > lost;
        // The engine has said that it has no room for all of them in its manifest.
        let unlisted = !succeeded && good && self.world.oracle.is_unlisted(&range);
        self.world.verdicts.check(
            Promise::LeastLoss,
            now,
            succeeded == good || healed || found || unlisted,
            format_args!(
                "array sectors {}..{} are{} in the manifest, and reading them {}",
                range.start,
                range.end,
                if good { " not" } else { "" },
                if succeeded { "succeeds" } else { "fails" }
            ),
        );
        self.world.show_broken();
    }

    /// The manifest lists a sector now.
    fn is_listed(&self, sector: u64) -> bool {
        let next = self.engine.next_loss(ArrayLba(sector));
        next.is_some_and(|loss| loss.lba.0 <= sector)
    }

    /// The array answers nothing, by its policy.
    fn is_offline(&self) -> bool {
        self.engine.in_salvage() && self.engine.policy().salvage == Salvage::None
    }

    /// One statement of host I/O, to its end.
    fn host_io(&mut self, op: HostOp, range: Range<u64>) {
        self.host.want(op, Some(range));
        self.progressed_at = self.now();
        let patience = self.patience();
        loop {
            self.settle();
            let late = self.now().since(self.progressed_at) > patience;
            if self.host.script_is_done() {
                return;
            }
            let waits = !self.serves() && self.nothing_happens();
            if late || waits || self.is_cut_off() || !self.advance() {
                self.give_up_script();
                return;
            }
        }
    }

    /// Sectors of the array.
    pub(super) fn capacity(&self) -> u64 {
        self.world.oracle.layout.capacity()
    }

    /// Sums up.
    pub(super) fn outcome(&mut self) -> Outcome {
        if self.serves() {
            self.walk_manifest();
        }
        let end = self.now();
        let statistics = &self.world.statistics;
        let states = [
            ArrayState::Optimal,
            ArrayState::PartiallyDegraded,
            ArrayState::Degraded,
            ArrayState::Failed,
            ArrayState::Waiting,
            ArrayState::Refused,
            ArrayState::Stopped,
        ];
        let time = |state| StateTime { state, time: statistics.time_in(state, end) };
        let unfired = (0..self.plan.steps.len())
            .filter(|&step| self.world.watches.step_fired(step).is_none())
            .map(|step| self.plan.steps[step].line)
            .collect();
        Outcome {
            verdicts: self.world.verdicts.list().to_vec(),
            expectations: self.judge_expectations(),
            unfired,
            lost: self
                .lost()
                .iter()
                .map(|range| LostRange { start: range.start, end: range.end })
                .collect(),
            state: self.engine.array_state(),
            states: states.map(time).to_vec(),
            fills: statistics.fills.clone(),
            commands: statistics.commands.clone(),
            copied: statistics.copied.clone(),
            requests: statistics.replies,
            failed_requests: statistics.failed,
            refused_requests: self.host.refused,
            events: statistics.events.len() as u64,
            cuts: self.world.power.cuts.clone(),
            writes: self.world.power.writes,
            end,
            digest: self.world.tracer.digest(),
        }
    }
}
