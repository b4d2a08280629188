//! What must be lost, computed from the drives themselves.
//!
//! Two bounds enclose what an engine may call lost:
//!
//! * *gone*: no drive that answers physically holds a legal version. This is lost, whatever anyone believes.
//! * *excused*: no drive that answers, readily and in service, holds a legal version where it may be
//!   [believed](super::belief). The engine cannot know better.
//!
//! They differ only by copies that happen to be right: in a region that is stale only in part, on a
//! target above its checkpoint, on a drive that is out of service or hangs.

use core::ops::Range;

use raid10_engine::{Instant, MemberState, Slot};

use super::Oracle;
use super::belief::Belief;
use super::roles::serves;
use crate::content::ZEROS;
use crate::drive::Drive;
use crate::ranges::Ranges;
use crate::store::PAGE;
use crate::verdict::{Promise, Verdicts};

/// Beyond this many sectors only what was written is looked at.
const FULL_SCAN_MAX: u64 = 1 << 27;

/// What an audit found, in array sectors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Audit {
    /// Sectors that nobody holds.
    pub(crate) gone: Ranges,
    /// Sectors that nobody can be known to hold.
    pub(crate) excused: Ranges,
    /// The first sector on which two members that are online disagree.
    pub(crate) unequal: Option<u64>,
}

/// A piece of the array within one page, and which of its sectors have a copy.
struct Piece {
    start: u64,
    count: usize,
    held: u128,
    known: u128,
    equal: u128,
}

impl Oracle {
    /// Computes what is lost, for the whole array.
    pub(crate) fn audit(&self, drives: &[Drive], now: Instant) -> Audit {
        let mut audit = Audit::default();
        let capacity = self.layout.capacity();
        if capacity <= FULL_SCAN_MAX {
            self.audit_range(0..capacity, drives, now, &mut audit);
        } else {
            self.touched()
                .iter()
                .for_each(|range| self.audit_range(range, drives, now, &mut audit));
        }
        audit
    }

    /// Compares the manifest with what was computed.
    pub(crate) fn judge_manifest(
        &self,
        now: Instant,
        manifest: &Ranges,
        audit: &Audit,
        verdicts: &mut Verdicts,
    ) {
        let forgotten = audit
            .gone
            .iter()
            .find(|range| !manifest.contains_all(range));
        let forgotten = forgotten.and_then(|range| first_outside(range, manifest));
        verdicts.check(
            Promise::LeastLoss,
            now,
            forgotten.is_none(),
            format_args!(
                "array sector {forgotten:?} is lost on every drive, but not in the manifest"
            ),
        );
        let wrong = manifest
            .iter()
            .find(|range| !audit.excused.contains_all(range));
        let wrong = wrong.and_then(|range| first_outside(range, &audit.excused));
        verdicts.check(
            Promise::LeastLoss,
            now,
            wrong.is_none(),
            format_args!(
                "array sector {wrong:?} is in the manifest, though a good copy can be reached"
            ),
        );
    }

    /// A drive in service that may be believed for this sector, holds a legal version of it, and can read it.
    pub(super) fn witness(&self, sector: u64, drives: &[Drive], now: Instant) -> Option<u8> {
        (0..self.layout.copies).find_map(|copy| {
            let (slot, member) = self.layout.locate(sector, copy);
            let knows = |(index, belief): &(usize, &Belief)| {
                let piece =
                    self.copy_masks(*index, belief, sector, member, 1, &drives[*index], now);
                belief.slot == Some(slot) && piece.1 & 1 == 1
            };
            let found = self.beliefs.iter().enumerate().find(knows);
            found.map(|(index, _)| index as u8)
        })
    }

    fn audit_range(&self, range: Range<u64>, drives: &[Drive], now: Instant, audit: &mut Audit) {
        for (start, count) in self.layout.runs(range.start, range.end - range.start) {
            let mut at = start;
            while at < start + count {
                let end = (start + count).min((at / PAGE + 1) * PAGE);
                let piece = self.piece(at, (end - at) as usize, drives, now);
                note(&mut audit.gone, &piece, !piece.held);
                note(&mut audit.excused, &piece, !piece.known);
                let unequal = mask(piece.count) & !piece.equal;
                if unequal != 0 && audit.unequal.is_none() {
                    audit.unequal = Some(at + u64::from(unequal.trailing_zeros()));
                }
                at = end;
            }
        }
    }

    fn piece(&self, start: u64, count: usize, drives: &[Drive], now: Instant) -> Piece {
        let mut piece = Piece {
            start,
            count,
            held: 0,
            known: 0,
            equal: u128::MAX,
        };
        let mut first: Option<(usize, u64, u128)> = None;
        for copy in 0..self.layout.copies {
            let (slot, member) = self.layout.locate(start, copy);
            for (index, belief) in self.beliefs.iter().enumerate() {
                if belief.slot != Some(slot) {
                    continue;
                }
                let drive = &drives[index];
                let (held, known) =
                    self.copy_masks(index, belief, start, member, count, drive, now);
                piece.held |= held;
                piece.known |= known;
                if !self.is_online(slot, index) || known == 0 {
                    continue;
                }
                match first {
                    None => first = Some((index, member, known)),
                    Some((other, at, both)) => {
                        let differ = differences(&drives[other], at, drive, member, count);
                        piece.equal &= !(differ & both & known);
                    }
                }
            }
        }
        piece
    }

    /// Which sectors of a piece a drive holds, and which of them it may be believed for.
    #[allow(
        clippy::too_many_arguments,
        reason = "one piece, one drive, and where they meet"
    )]
    fn copy_masks(
        &self,
        index: usize,
        belief: &Belief,
        start: u64,
        member: u64,
        count: usize,
        drive: &Drive,
        now: Instant,
    ) -> (u128, u128) {
        if !drive.is_alive() {
            return (0, 0);
        }
        let mut held = self.legal_mask(start, member, count, drive);
        if !drive.faults.all_readable() {
            held &= readable_mask(drive, member, count);
        }
        let serves = self.in_service(index) && !drive.faults.is_slow(now) && !drive.isolated;
        if !serves || held == 0 {
            return (held, 0);
        }
        let believed = range_mask(&belief.sectors, member, count);
        let spoiled =
            range_mask(&belief.bad, member, count) | range_mask(&belief.holes, member, count);
        (held, held & believed & !spoiled)
    }

    fn legal_mask(&self, start: u64, member: u64, count: usize, drive: &Drive) -> u128 {
        let page = drive.store().page(member / PAGE);
        if page.is_none() && self.versions.untouched(start) {
            return mask(count);
        }
        let offset = (member % PAGE) as usize;
        let mut legal = 0;
        for at in 0..count {
            let packed = page.map_or(ZEROS, |page| page[offset + at]);
            legal |= u128::from(self.versions.is_legal(start + at as u64, packed)) << at;
        }
        legal
    }

    fn is_online(&self, slot: Slot, drive: usize) -> bool {
        self.view.slots.get(slot.index()).is_some_and(|view| {
            view.member.is_some_and(|member| member.index() == drive)
                && matches!(view.state, MemberState::Online | MemberState::Replacing)
        }) && self.view.drives.get(drive).is_some_and(serves)
    }
}

const fn mask(count: usize) -> u128 {
    if count >= PAGE as usize {
        u128::MAX
    } else {
        (1 << count) - 1
    }
}

fn range_mask(ranges: &Ranges, start: u64, count: usize) -> u128 {
    let mut found = 0;
    let mut at = 0;
    while at < count {
        let (inside, end) = ranges.run_at(start + at as u64);
        let stop = usize::try_from(end - start).map_or(count, |stop| stop.min(count));
        if inside {
            found |= mask(stop) & !mask(at);
        }
        at = stop;
    }
    found
}

fn readable_mask(drive: &Drive, start: u64, count: usize) -> u128 {
    let mut found = 0;
    for at in 0..count {
        let sector = start + at as u64;
        let readable = drive
            .faults
            .first_unreadable(&(sector..sector + 1))
            .is_none();
        found |= u128::from(readable) << at;
    }
    found
}

fn differences(a: &Drive, at: u64, b: &Drive, member: u64, count: usize) -> u128 {
    let mut differ = 0;
    for index in 0..count {
        let unlike = a.store().get(at + index as u64) != b.store().get(member + index as u64);
        differ |= u128::from(unlike) << index;
    }
    differ
}

fn note(ranges: &mut Ranges, piece: &Piece, bits: u128) {
    let mut bits = bits & mask(piece.count);
    while bits != 0 {
        let from = bits.trailing_zeros();
        let len = (bits >> from).trailing_ones();
        let start = piece.start + u64::from(from);
        ranges.insert(start..start + u64::from(len));
        bits = if from + len >= u128::BITS {
            0
        } else {
            bits & (u128::MAX << (from + len))
        };
    }
}

fn first_outside(range: Range<u64>, ranges: &Ranges) -> Option<u64> {
    let (inside, end) = ranges.run_at(range.start);
    if inside {
        (end < range.end).then_some(end)
    } else {
        Some(range.start)
    }
}
