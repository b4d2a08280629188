//! What the engine says of itself, when it may be so.

use alloc::format;

use raid10_engine::{ArrayState, HostError, MemberState, Reply, Salvage, Slot};

use super::Runner;
use crate::verdict::Promise;

impl<const DRIVES: usize> Runner<'_, DRIVES> {
    /// A request was refused after it was accepted: by an array that has failed, and by its policy.
    pub(super) fn check_refused(&mut self, reply: Reply) {
        let Err(error) = reply.result else { return };
        let policy = match error {
            HostError::ReadOnly => Salvage::ReadOnly,
            HostError::Offline => Salvage::None,
            HostError::Lost(_)
            | HostError::NotRead(_)
            | HostError::NotWritten(_)
            | HostError::NotFlushed => return,
        };
        let failed = self.engine.array_state() == ArrayState::Failed && self.engine.in_salvage();
        let (oracle, drives) = (&self.world.oracle, &self.world.drives);
        let rivals = oracle.may_have_rivals(drives);
        // Whatever the policy is, nobody is written whom others may leave behind.
        let read_only = error == HostError::ReadOnly && rivals;
        let allowed = failed && (self.engine.policy().salvage == policy || read_only);
        let needed = rivals || !oracle.every_place_has_a_member();
        let now = self.now();
        let state = self.engine.array_state().name();
        self.world.verdicts.check(
            Promise::Durable,
            now,
            allowed && needed,
            format_args!("a request ends with {error:?} in an array that is {state}"),
        );
    }

    /// Whoever is written, or may be at any time, has nobody who goes on without.
    pub(super) fn check_rival(&mut self) {
        let state = self.engine.array_state();
        let writes = matches!(
            state,
            ArrayState::Optimal | ArrayState::PartiallyDegraded | ArrayState::Degraded
        );
        let now = self.now();
        let world = &mut self.world;
        let rival = if writes { world.oracle.rival(&world.drives) } else { None };
        world.verdicts.check_none(Promise::NeverStale, now, rival, |drive| {
            format!("two histories: drive {drive} may go on without those that are written")
        });
    }

    /// The progress of each fill.
    pub(super) fn check_progress(&mut self) {
        let now = self.now();
        let mut level = self.engine.array_state() == ArrayState::Optimal;
        for slot in (0..self.plan.shape.members).map(Slot) {
            if let Some(progress) = self.engine.progress(slot) {
                let verdicts = &mut self.world.verdicts;
                self.world.oracle.progress(now, slot, &progress, verdicts);
                level = false;
            }
        }
        if level {
            self.world.oracle.levelled();
        }
    }

    /// A fill that waits for a source, in an array with nothing left to do, has none.
    pub(super) fn check_stalled(&mut self) {
        let now = self.now();
        for slot in (0..self.plan.shape.members).map(Slot) {
            let Some(progress) = self.engine.progress(slot) else { continue };
            if progress.paused || !self.world.statistics.is_stalled(slot) {
                continue;
            }
            let world = &mut self.world;
            let next = progress.checkpoint.0;
            let in_vain = world.oracle.has_source(slot, next, &world.drives, now);
            world.verdicts.check(
                Promise::AlwaysEnds,
                now,
                !in_vain,
                format_args!(
                    "slot {} waits for a source of its sector {next}, and has one",
                    slot.0
                ),
            );
        }
    }

    /// The word for the array against those for its slots, when nothing is in motion.
    pub(super) fn check_state(&mut self) {
        let state = self.engine.array_state();
        let full = |slot: u8| {
            self.engine.slot(Slot(slot)).is_some_and(|view| {
                matches!(view.state, MemberState::Online | MemberState::Replacing)
            })
        };
        let all = (0..self.plan.shape.members).all(full);
        let covered = self.world.oracle.every_place_has_a_member();
        let right = match state {
            ArrayState::Optimal => all,
            ArrayState::PartiallyDegraded | ArrayState::Degraded => !all && covered,
            ArrayState::Failed => !covered || self.world.oracle.may_have_rivals(&self.world.drives),
            // It says nothing of its slots.
            ArrayState::Waiting | ArrayState::Refused | ArrayState::Stopped => true,
        };
        self.check_rival();
        let now = self.now();
        let world = &mut self.world;
        world.verdicts.check(
            Promise::HonestProgress,
            now,
            right,
            format_args!("the array is called {}, which its slots are not", state.name()),
        );
    }
}
