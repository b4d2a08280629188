//! What becomes of the engine, the host and the schedule when the controller loses its power.

use raid10_engine::{ArrayState, Command, Duration, Engine, Identity, Instant};

use super::Runner;
use crate::drive::Survival;
use crate::plan::Fault;
use crate::ranges::Ranges;
use crate::verdict::Promise;

/// The controller's clock at the start of a replay, in microseconds since 1970: 2024-01-01.
const EPOCH: u64 = 1_704_067_200_000_000;
/// For how long the power is gone in a power cycle.
const CYCLE: Duration = Duration::secs(1);
/// An array whose members are all there must start this long after the settling time at the latest.
const START: Duration = Duration::secs(60);

/// Who the array is.
pub(super) const fn identity() -> Identity {
    let mut name = [0; 32];
    let word = *b"world:array";
    let mut at = 0;
    while at < word.len() {
        name[at] = word[at];
        at += 1;
    }
    Identity { set: *b"a replayed array", name, epoch: EPOCH }
}

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// True if requests of the host are taken.
    pub(super) fn serves(&self) -> bool {
        self.world.power.is_on() && self.engine.array_state().is_running()
    }

    /// A controller that knows nothing takes over, if the old one lost its power.
    pub(super) fn renew(&mut self) {
        if !self.world.power.take_renewed() {
            return;
        }
        if self.engine.array_state().is_running() {
            self.walk_manifest();
            self.lost_at_cut = self.lost();
        }
        self.engine = Engine::assemble(self.policy, None, EPOCH);
        self.host.power_lost();
        self.world.replies.clear();
        self.world.news = false;
        self.world.statistics.power_lost();
        self.rest_since = None;
        self.manifest = Ranges::new();
        self.gone = Ranges::new();
        if self.world.power.is_on() {
            self.booted_at = self.world.now;
            self.progressed_at = self.world.now;
        }
    }

    /// When an array must have started whose members are all there.
    fn start_due(&self) -> Instant {
        self.booted_at + self.policy.settle_time + START
    }

    /// An array whose members are all there as they were starts by itself.
    pub(super) fn check_start(&mut self, at_end: bool) {
        let late = at_end || self.world.now > self.start_due();
        if !late || !self.world.power.is_overdue() {
            return;
        }
        self.world.power.excuse();
        let (now, state) = (self.world.now, self.engine.array_state());
        self.world.verdicts.broken(
            Promise::AlwaysEnds,
            now,
            format_args!(
                "all members are there as they were when the power went, and the array is {}",
                state.name()
            ),
        );
        self.world.show_broken();
    }

    /// True if nothing more comes of the array by itself.
    pub(super) fn array_rests(&self) -> bool {
        if !self.world.power.is_on() {
            return true;
        }
        let settled = self.world.now >= self.booted_at + self.policy.settle_time;
        match self.engine.array_state() {
            ArrayState::Waiting => self.engine.is_idle() && settled,
            ArrayState::Refused | ArrayState::Stopped => self.engine.is_idle(),
            _ => self.engine.is_idle() && self.slots_rest(),
        }
    }

    /// What the script still wants of an array that does not run is refused.
    pub(super) fn give_up_script(&mut self) {
        if !self.serves() {
            self.host.refuse_script();
        }
    }

    /// The power goes and comes back; waits until the array runs again, or will not by itself.
    pub(super) fn power_cycle(&mut self) {
        let survivals = alloc::vec![Survival::None; self.plan.drives.len()];
        self.world.inflict(&Fault::PowerCut(survivals, CYCLE));
        self.wait_until(Self::serves);
    }

    /// The operator stops the array; waits until it has stopped.
    pub(super) fn stop(&mut self) {
        // A refusal is seen by the state at the end.
        let _ = self.command(Command::Stop);
        self.wait_until(|this| this.engine.array_state() == ArrayState::Stopped);
    }

    fn wait_until(&mut self, is_so: impl Fn(&Self) -> bool) {
        self.progressed_at = self.world.now;
        let patience = self.patience();
        loop {
            self.settle();
            let late = self.world.now.since(self.progressed_at) > patience;
            let over = is_so(self) || late || self.is_cut_off();
            if over || self.has_rested(super::rest::REST) || !self.advance() {
                return;
            }
        }
    }
}
