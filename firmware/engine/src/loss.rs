//! What the array has lost: derived from what each copy holds, never stored.
//!
//! A sector is lost when none of its copies can be believed on a drive that answers. What a drive cannot
//! read and what the array has lost are thus two tables by construction, and neither can leak into the other.

use crate::Engine;
use crate::config::COPIES_MAX;
use crate::geometry::{Place, SetId};
use crate::io::Stretch;
use crate::ranges::{Kind, Range};
use crate::status::{Loss, LossCause};
use crate::units::{ArrayLba, DriveId, MemberLba, SectorCount, lower};

/// A run of a set's stream: lost or not, up to `end`.
struct StreamRun {
    lost: bool,
    causes: [Option<LossCause>; COPIES_MAX],
    end: u64,
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// The first range of the loss manifest that ends above `from`, cut to start there at the earliest.
    ///
    /// Walk the manifest by calling this again with the end of the range it gave. Each range lies in one
    /// chunk run of one mirror set; neighbouring ranges may have different causes.
    #[must_use]
    pub fn next_loss(&self, from: ArrayLba) -> Option<Loss> {
        if self.lost.is_zero() {
            return None;
        }
        let mut first: Option<Loss> = None;
        for set in self.geometry.all_sets() {
            if let Some(loss) = self.next_loss_of(set, from)
                && first.as_ref().is_none_or(|first| loss.lba < first.lba)
            {
                first = Some(loss);
            }
        }
        first
    }

    /// Sectors of the array without a copy that can be reached.
    #[must_use]
    pub fn lost_sectors(&self) -> SectorCount {
        self.lost
    }

    /// Sectors that would be lost without a drive, or [nobody](DriveId::NOBODY).
    pub(crate) fn lost_without(&self, excluded: DriveId) -> SectorCount {
        let sets = self.geometry.all_sets();
        let lost = sets.map(|set| self.lost_in(set, 0, self.geometry.stream_len(set), excluded));
        SectorCount(lost.sum())
    }

    /// True if more than now would be lost without a drive.
    pub(crate) fn is_needed(&self, id: DriveId) -> bool {
        self.lost_without(id) > self.lost
    }

    /// True if no more and no less than now would be lost without a drive.
    pub(crate) fn is_needless(&self, id: DriveId) -> bool {
        self.lost_without(id) == self.lost
    }

    /// Lost sectors of `at..end` of a set's stream.
    pub(crate) fn lost_in(&self, set: SetId, mut at: u64, end: u64, excluded: DriveId) -> u64 {
        let mut lost = 0;
        while at < end {
            let run = self.stream_run(set, at, end, excluded);
            lost += if run.lost { run.end - at } else { 0 };
            at = run.end;
        }
        lost
    }

    /// Sectors of the array that are lost, without `excluded`, and have a copy in `start..end` of a drive.
    pub(crate) fn loss_within(&self, id: DriveId, start: u64, end: u64, excluded: DriveId) -> u64 {
        let Some(slot) = self.drive_ref(id).slot() else { return 0 };
        let mut lost = 0;
        for set in self.geometry.all_sets() {
            let len = self.geometry.stream_len(set);
            for copy in 0..self.geometry.copies() {
                let place = self.geometry.copy(set, copy);
                if place.slot != slot {
                    continue;
                }
                // The copy's sectors of the range are one run of the set's stream.
                let bound = |lba| self.geometry.stream_at_or_above(place, MemberLba(lba)).min(len);
                lost += self.lost_in(set, bound(start), bound(end), excluded);
            }
        }
        lost
    }

    /// Sectors of the array that are lost and have a copy in a range.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn loss_of(&self, range: &Range) -> u64 {
        self.loss_within(range.drive, range.start, range.end, DriveId::NOBODY)
    }

    /// True if a sector of a set's stream is lost.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn is_lost(&self, set: SetId, at: u64) -> bool {
        self.stream_run(set, at, at + 1, DriveId::NOBODY).lost
    }

    fn next_loss_of(&self, set: SetId, from: ArrayLba) -> Option<Loss> {
        let len = self.geometry.stream_len(set);
        let mut at = self.stream_from(set, from);
        while at < len {
            let run = self.stream_run(set, at, len, DriveId::NOBODY);
            if run.lost {
                // A run goes on in the set's next chunk; in the array other sets' chunks lie between.
                let count = SectorCount(run.end.min(self.geometry.chunk_end(at)) - at);
                let lba = self.geometry.array_lba(set, at);
                return Some(Loss { lba, count, causes: run.causes });
            }
            at = run.end;
        }
        None
    }

    /// The first place of the set's stream that lies at `from` or above in the array.
    fn stream_from(&self, set: SetId, from: ArrayLba) -> u64 {
        let (at_set, at) = self.geometry.stream_of(from);
        let chunk_end = self.geometry.chunk_end(at);
        if at_set == set {
            at
        } else if at_set < set {
            chunk_end - self.geometry.chunk()
        } else {
            chunk_end
        }
    }

    fn stream_run(&self, set: SetId, at: u64, len: u64, excluded: DriveId) -> StreamRun {
        let mut result = StreamRun { lost: true, causes: [None; COPIES_MAX], end: len };
        for (copy, cause) in (0..self.geometry.copies()).zip(&mut result.causes) {
            let place = self.geometry.copy(set, copy);
            *cause = self.copy_run(place, at, &mut result.end, excluded);
            result.lost &= cause.is_some();
        }
        result
    }

    /// Why one copy cannot be used at a place of the stream (`None` if it can); lowers `end` to up to where.
    fn copy_run(
        &self,
        place: Place,
        at: u64,
        end: &mut u64,
        excluded: DriveId,
    ) -> Option<LossCause> {
        let record = self.slot_ref(place.slot);
        let lba = self.geometry.member_lba(place, at);
        let mut why = Some(LossCause::Missing);
        for &id in &[record.member, record.target] {
            let Some(id) = id.filter(|&id| id != excluded) else { continue };
            let drive = self.drive_ref(id);
            if !drive.answers() {
                if drive.present && why == Some(LossCause::Missing) {
                    why = Some(LossCause::Failed);
                }
                continue;
            }
            // So many at once: the walk goes on behind them.
            let mut rest = Stretch { start: lba, count: u32::MAX };
            let run = self.run_at(id, rest);
            rest.skip(run.count);
            let next = rest.start;
            lower(end, self.geometry.stream_at_or_above(place, next).max(at + 1));
            // What leads without the excluded one is as good.
            if run.belief.is_held() || excluded != DriveId::NOBODY && self.would_lead(id, lba.0) {
                why = None;
            } else if why.is_some() {
                why = Some(cause_of(run.belief));
            }
        }
        why
    }
}

const fn cause_of(kind: Kind) -> LossCause {
    match kind {
        Kind::Unreadable | Kind::Suspect => LossCause::Unreadable,
        Kind::Missed | Kind::GivenUp | Kind::Fresh => LossCause::Stale,
    }
}

#[cfg(test)]
mod tests;
