//! What must be lost, computed from the drives themselves, and whether the copies agree.
//!
//! Two bounds enclose what an engine may call lost:
//!
//! * *gone*: no drive physically holds a legal version that it can read, and none is believed to for want of a
//!   command that would show that it does not. This is lost, whatever anyone believes.
//! * *excused*: no drive that answers, readily and in service, holds a legal version where it may be
//!   [believed](super::belief). The engine cannot know better.
//!
//! They differ only by copies that happen to be right: in a region that is stale only in part, on a
//! drive that is out of service or hangs.
//!
//! An array at rest has nothing left to do: all copies that are online are then legal and equal, what could be
//! repaired was, and what was repaired was read back.

use alloc::format;
use core::ops::Range;

use raid10_engine::{Instant, Slot};

use super::Oracle;
use super::scan::{Copy, Masks, differences, mask, mask_of, mask_where, range_mask};
use crate::drive::Drive;
use crate::ranges::Ranges;
use crate::verdict::{Promise, Verdicts};

/// What an audit found, in array sectors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Audit {
    /// Sectors that nobody holds.
    pub(crate) gone: Ranges,
    /// Sectors that nobody can be known to hold.
    pub(crate) excused: Ranges,
    /// The first sector on which two members that are online disagree.
    pub(crate) unequal: Option<u64>,
    /// What a member that is online holds is older than what was acknowledged: sectors, and the drive.
    pub(crate) stale: Option<(Range<u64>, usize)>,
    /// The first sector that a member could not read, could be repaired, and was not: with its drive.
    pub(crate) unrepaired: Option<(u64, usize)>,
    /// A drive's sectors that were repaired and not read back.
    pub(crate) unverified: Option<(Range<u64>, usize)>,
}

/// What was found of one piece so far.
struct Piece {
    start: u64,
    count: usize,
    held: u128,
    known: u128,
    unknown: u128,
}

impl Oracle {
    /// Computes what is lost, for the whole array. `manifest` is what the engine calls lost.
    pub(crate) fn audit(&self, drives: &[Drive], now: Instant, manifest: &Ranges) -> Audit {
        let mut audit = Audit::default();
        let manifest = &self.listed(manifest);
        for range in self.scope().iter() {
            for (start, count) in self.pieces(range) {
                self.audit_piece(start, count, drives, now, manifest, &mut audit);
            }
        }
        audit.unverified = self.beliefs.iter().enumerate().find_map(|(index, belief)| {
            let range = belief.unverified.iter().next()?;
            self.must_be_right(belief.slot?, index, drives, now).then_some((range, index))
        });
        audit
    }

    fn audit_piece(
        &self,
        start: u64,
        count: usize,
        drives: &[Drive],
        now: Instant,
        manifest: &Ranges,
        audit: &mut Audit,
    ) {
        let mut piece = Piece { start, count, held: 0, known: 0, unknown: 0 };
        let mut first: Option<(Copy, u128)> = None;
        // What is listed as lost is not read: nothing is asked of the copies there.
        let listed = mask_of(manifest, start, count);
        for (slot, copy) in self.copies_of(start, count) {
            let masks = self.masks(&copy, &drives[copy.index], now);
            piece.held |= masks.held;
            piece.known |= masks.known;
            piece.unknown |= masks.unknown;
            if !self.must_be_right(slot, copy.index, drives, now) {
                continue;
            }
            note_stale(&copy, &masks, listed, audit);
            let good = masks.held & !masks.spoiled & !listed;
            match &first {
                None => first = Some((copy, good)),
                Some((other, both)) => {
                    let differ = differences(other, &copy, drives) & both & good;
                    if differ != 0 && audit.unequal.is_none() {
                        audit.unequal = Some(start + u64::from(differ.trailing_zeros()));
                    }
                }
            }
        }
        self.note_unrepaired(&piece, drives, now, audit);
        note(&mut audit.gone, &piece, !piece.held & !piece.unknown);
        note(&mut audit.excused, &piece, !piece.known);
    }

    /// A drive that is online and does what it is told.
    fn must_be_right(&self, slot: Slot, index: usize, drives: &[Drive], now: Instant) -> bool {
        let drive = &drives[index];
        let well = drive.is_alive() && !drive.isolated && !drive.faults.is_slow(now);
        well && self.is_online(slot, index)
    }

    fn note_unrepaired(&self, piece: &Piece, drives: &[Drive], now: Instant, audit: &mut Audit) {
        if audit.unrepaired.is_some() || piece.known == 0 {
            return;
        }
        for (slot, copy) in self.copies_of(piece.start, piece.count) {
            let bad = range_mask(&self.beliefs[copy.index].bad, &copy) & piece.known;
            if bad == 0 || !self.must_be_right(slot, copy.index, drives, now) {
                continue;
            }
            let faults = &drives[copy.index].faults;
            let left = bad & mask_where(&copy, |sector| faults.is_repairable(sector));
            if left != 0 {
                let sector = piece.start + u64::from(left.trailing_zeros());
                audit.unrepaired = Some((sector, copy.index));
                return;
            }
        }
    }

    /// The engine said that some of these sectors may not be in its manifest.
    pub(crate) fn is_unlisted(&self, range: &Range<u64>) -> bool {
        self.unlisted.intersects(range)
    }

    /// What the manifest has, or was said to lack.
    fn listed(&self, manifest: &Ranges) -> Ranges {
        manifest.iter().chain(self.unlisted.iter()).collect()
    }

    /// Compares the manifest with what was computed.
    pub(crate) fn judge_manifest(
        &self,
        now: Instant,
        manifest: &Ranges,
        audit: &Audit,
        verdicts: &mut Verdicts,
    ) {
        let listed = self.listed(manifest);
        let forgotten = audit.gone.iter().find(|range| !listed.contains_all(range));
        let forgotten = forgotten.and_then(|range| first_outside(range, &listed));
        verdicts.check_none(Promise::LeastLoss, now, forgotten, |sector| {
            format!("array sector {sector} is lost on every drive, but not in the manifest")
        });
        let wrong = manifest.iter().find(|range| !audit.excused.contains_all(range));
        let wrong = wrong.and_then(|range| first_outside(range, &audit.excused));
        verdicts.check_none(Promise::LeastLoss, now, wrong, |sector| {
            format!("array sector {sector} is in the manifest, though a good copy can be reached")
        });
    }

    /// Judges what only holds when the array has nothing left to do.
    pub(crate) fn judge_rest(&self, now: Instant, audit: &Audit, verdicts: &mut Verdicts) {
        verdicts.check_none(Promise::NeverStale, now, audit.unequal, |sector| {
            format!("members that are online disagree on array sector {sector}")
        });
        verdicts.check_none(Promise::NeverStale, now, audit.stale.as_ref(), |(sectors, drive)| {
            let Range { start, end } = sectors;
            format!(
                "drive {drive} is online and holds old data in the array sectors {start}..{end}"
            )
        });
        verdicts.check_none(Promise::LeastLoss, now, audit.unrepaired, |(sector, drive)| {
            format!(
                "array sector {sector} is bad on drive {drive}, and was never repaired from its good copy"
            )
        });
        let unverified = audit.unverified.as_ref();
        verdicts.check_none(Promise::LeastLoss, now, unverified, |(sectors, drive)| {
            let Range { start, end } = sectors;
            format!("drive {drive}'s sectors {start}..{end} were repaired and never read back")
        });
    }

    /// A drive in service that may be believed for this sector, holds a legal version of it, and can read it.
    pub(super) fn witness(&self, sector: u64, drives: &[Drive], now: Instant) -> Option<u8> {
        let mut copies = self.copies_of(sector, 1).map(|(_, copy)| copy);
        let knows = |copy: &Copy| self.masks(copy, &drives[copy.index], now).known & 1 == 1;
        copies.find(knows).map(|copy| copy.index as u8)
    }
}

/// Notes the first sectors that a member should hold and does not.
fn note_stale(copy: &Copy, masks: &Masks, listed: u128, audit: &mut Audit) {
    let stale = mask(copy.count) & !masks.legal & !masks.spoiled & !listed;
    if stale == 0 || audit.stale.is_some() {
        return;
    }
    let from = stale.trailing_zeros();
    let start = copy.start + u64::from(from);
    let end = start + u64::from((stale >> from).trailing_ones());
    audit.stale = Some((start..end, copy.index));
}

fn note(ranges: &mut Ranges, piece: &Piece, bits: u128) {
    let mut bits = bits & mask(piece.count);
    while bits != 0 {
        let from = bits.trailing_zeros();
        let len = (bits >> from).trailing_ones();
        let start = piece.start + u64::from(from);
        ranges.insert(start..start + u64::from(len));
        bits = if from + len >= u128::BITS { 0 } else { bits & (u128::MAX << (from + len)) };
    }
}

fn first_outside(range: Range<u64>, ranges: &Ranges) -> Option<u64> {
    let (inside, end) = ranges.run_at(range.start);
    if inside { (end < range.end).then_some(end) } else { Some(range.start) }
}
