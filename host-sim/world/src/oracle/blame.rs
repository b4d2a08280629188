//! What speaks against a drive as a whole, and for how long: the proof that an eviction and a failed request
//! need.
//!
//! | fault | speaks against the drive | is a proof at once |
//! | --- | --- | --- |
//! | `fail`, pulled out, cut off by the engine | yes | yes |
//! | `timeout … abort-fails` | yes | yes: it heeds neither aborts nor resets |
//! | `timeout`, `stall`, a completion kept back | yes | no |
//! | so slow that a full queue outlasts the command time-out | yes | no |
//! | `unreadable`, `write-error` | no | no |
//! | flushes that fail, several in a row | yes: what it is written counts for nothing | yes |
//!
//! What spoke against a drive counts for some time afterwards: the engine notices late, and waits for drives
//! to come back.

use alloc::format;

use core::ops::Range;

use raid10_engine::{DriveId, Duration, Instant, MemberState, Policy, Role, SectorCount, Slot};

use super::roles::serves;
use super::{OpenWrite, Oracle};
use crate::drive::{Condition, Drive};
use crate::verdict::{Promise, Verdicts};

/// For how long at least what spoke against a drive counts.
const MEMORY_MIN: Duration = Duration::secs(10);
/// Commands that a drive which holds the last copy of something must let time out before it is given up, less one
/// that may have been sent before the drive fell silent.
const LAST_COPY_TIMEOUTS: u64 = 9;
/// A target may be dropped when it refuses more sectors than this.
const UNWRITABLE_MAX: u64 = 8;
/// Flushes that must fail in a row before a drive is written no more.
const FLUSHES_MIN: u32 = 3;

/// How long the engine waits for drives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For a command.
    pub(crate) command: Duration,
    /// For an abort or a reset.
    pub(crate) abort: Duration,
    /// Sectors of the largest command.
    pub(crate) largest: u64,
}

impl Patience {
    /// By the knobs, for an array with chunks of this size: no command crosses one.
    pub(crate) const fn new(policy: &Policy, chunk: SectorCount) -> Self {
        Self { command: policy.command_timeout, abort: policy.abort_timeout, largest: chunk.0 }
    }

    /// For how long what spoke against a drive counts.
    pub(super) fn memory(&self) -> Duration {
        MEMORY_MIN.max(Duration(3 * (self.command.0 + self.abort.0)))
    }
}

/// What is remembered against one drive.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Trouble {
    /// When something last spoke against it.
    last: Option<Instant>,
    /// When that was last a proof at once.
    proof: Option<Instant>,
    /// Since when it has done nothing that it was told, while something speaks against it.
    since: Option<Instant>,
    /// It was once ejected by an order, or rightly without one. The array remembers that.
    expelled: bool,
}

impl Trouble {
    fn note(&mut self, now: Instant, condition: Condition) {
        if condition == Condition::Well {
            self.since = None;
            return;
        }
        self.last = Some(now);
        self.since.get_or_insert(now);
        if condition == Condition::Dead {
            self.proof = Some(now);
        }
    }

    /// It did what it was told.
    pub(super) fn worked(&mut self, now: Instant) {
        self.since = self.since.map(|_| now);
    }
}

impl Oracle {
    /// The knobs that say how long the engine waits were turned.
    pub(crate) const fn set_patience(&mut self, patience: Patience) {
        self.patience = patience;
    }

    /// Takes note of what speaks against a drive now.
    pub(crate) fn note_condition(&mut self, now: Instant, index: usize, drive: &Drive) {
        let condition = drive.condition(now, self.patience.command, self.patience.largest);
        self.troubles[index].note(now, condition);
    }

    /// Takes note of what speaks against each drive now.
    pub(crate) fn note_conditions(&mut self, now: Instant, drives: &[Drive]) {
        for (index, drive) in drives.iter().enumerate() {
            self.note_condition(now, index, drive);
        }
    }

    /// A completion of the drive is kept back.
    pub(crate) fn note_kept_back(&mut self, now: Instant, drive: DriveId) {
        self.troubles[drive.index()].note(now, Condition::Silent);
    }

    /// True if something spoke against the drive lately.
    pub(super) fn is_troubled(&self, now: Instant, drive: usize) -> bool {
        let recent = |at: Instant| at + self.patience.memory() >= now;
        self.troubles[drive].last.is_some_and(recent)
    }

    /// The engine says that a drive has failed.
    pub(super) fn drive_failed(
        &self,
        now: Instant,
        drive: DriveId,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        let index = drive.index();
        let proven = self.is_troubled(now, index)
            || self.refuses_to_be_filled(index)
            || cannot_flush(&drives[index]);
        verdicts.check(
            Promise::LeastLoss,
            now,
            proven,
            format_args!(
                "evicted without proof: drive {index} is called failed, and nothing speaks against it as a whole"
            ),
        );
        if !proven || !self.was_failed_early(now, index) {
            return;
        }
        let only = self.only_on(index, drives);
        verdicts.check_none(Promise::LeastLoss, now, only, |sector| {
            format!(
                "evicted without need: drive {index} was merely silent for a moment, and is the last to hold array \
                 sector {sector}"
            )
        });
    }

    /// The engine says that a member is used no more, though it may be read.
    pub(super) fn member_ejected(
        &mut self,
        now: Instant,
        slot: Slot,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        // What a controller that has just started reads of its slots was decided before.
        let member = self.view.slots.get(slot.index()).and_then(|view| view.member);
        let Some(index) = member.map(DriveId::index) else { return };
        let ordered = self.beliefs[index].ejected;
        let trouble = &mut self.troubles[index];
        trouble.expelled |= ordered || cannot_record(&drives[index]);
        verdicts.check(
            Promise::LeastLoss,
            now,
            trouble.expelled,
            format_args!(
                "ejected without proof: drive {index} was ejected by no order, and takes what it is written"
            ),
        );
    }

    /// It fell silent not long ago, and would have heeded an abort or a reset.
    fn was_failed_early(&self, now: Instant, index: usize) -> bool {
        let trouble = &self.troubles[index];
        let proof = trouble.proof.is_some_and(|at| at + self.patience.memory() >= now);
        let patience = Duration(LAST_COPY_TIMEOUTS * self.patience.command.0);
        !proof && trouble.since.is_some_and(|since| now.since(since) < patience)
    }

    /// It is a target that has refused many sectors.
    fn refuses_to_be_filled(&self, index: usize) -> bool {
        let view = self.view.drives.get(index);
        let is_target = view.is_some_and(|view| matches!(view.role, Role::Target(_)));
        is_target && self.beliefs[index].holes.len() > UNWRITABLE_MAX
    }

    /// The engine gives up filling a drive for a slot.
    pub(super) fn rebuild_failed(
        &self,
        now: Instant,
        slot: Slot,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        let target = self.view.slots.get(slot.index()).and_then(|view| view.target);
        let Some(target) = target.map(DriveId::index) else { return };
        let excused = self.is_troubled(now, target)
            || self.refuses_to_be_filled(target)
            || cannot_flush(&drives[target]);
        verdicts.check(
            Promise::AlwaysEnds,
            now,
            excused,
            format_args!(
                "the rebuild of slot {} is given up, and nothing speaks against drive {target}, its target",
                slot.0
            ),
        );
    }

    /// True if a read of this sector may fail although a copy exists: a drive that has one does not answer, or did
    /// not lately.
    pub(super) fn may_be_unread(&self, now: Instant, sector: u64) -> bool {
        (0..self.layout.copies).any(|copy| {
            let (slot, _) = self.layout.locate(sector, copy);
            let mut beliefs = self.beliefs.iter().enumerate();
            beliefs.any(|(index, belief)| belief.slot == Some(slot) && self.is_troubled(now, index))
        })
    }

    /// A drive that should have taken a write at this place and has no excuse for not having done so.
    pub(super) fn should_have_written(
        &self,
        now: Instant,
        sector: u64,
        write: &OpenWrite,
    ) -> Option<(usize, Range<u64>)> {
        let end = write.range.end.min((sector / self.layout.chunk + 1) * self.layout.chunk);
        self.copies(&(sector..end)).find_map(|(slot, sectors)| {
            let mut beliefs = self.beliefs.iter().enumerate();
            beliefs.find_map(|(index, belief)| {
                let serves = belief.slot == Some(slot)
                    && self.in_service(index)
                    && write.serving & (1 << index) != 0;
                let excused = self.is_troubled(now, index)
                    || belief.holes.intersects(&sectors)
                    || belief.doubted.intersects(&sectors);
                (serves && !excused).then(|| (index, sectors.clone()))
            })
        })
    }

    /// True if a flush may fail: something speaks or spoke against some drive, or one is out of service.
    pub(super) fn may_be_unflushed(&self, now: Instant) -> bool {
        let out = |index: usize| self.beliefs[index].slot.is_some() && !self.in_service(index);
        (0..self.beliefs.len()).any(|index| self.is_troubled(now, index) || out(index))
    }

    /// True if every place of the array has a drive that holds, or is to hold, all of its slot: then nothing
    /// excuses an array that refuses work.
    pub(crate) fn every_place_has_a_member(&self) -> bool {
        self.every_place_has(|_| true)
    }

    /// As [`every_place_has_a_member`](Self::every_place_has_a_member), counting only some drives.
    pub(super) fn every_place_has(&self, counts: impl Fn(usize) -> bool) -> bool {
        let full = |slot: u8| {
            self.view.slots.get(usize::from(slot)).is_some_and(|view| {
                matches!(view.state, MemberState::Online | MemberState::Replacing)
                    && view.member.is_some_and(|member| {
                        counts(member.index())
                            && self.view.drives.get(member.index()).is_some_and(serves)
                    })
            })
        };
        (0..u64::from(self.layout.members)).all(|chunk| {
            let slot = |copy| self.layout.locate(chunk * self.layout.chunk, copy).0;
            (0..self.layout.copies).any(|copy| full(slot(copy).0))
        })
    }
}

/// No flush of it has been well for some time.
const fn cannot_flush(drive: &Drive) -> bool {
    drive.faults.failed_flushes >= FLUSHES_MIN
}

/// What a member is cannot be recorded on it.
fn cannot_record(drive: &Drive) -> bool {
    cannot_flush(drive) || drive.faults.refuses_writes()
}
