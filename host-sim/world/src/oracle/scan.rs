//! Which sectors of a piece of the array each drive holds, as masks with a bit a sector.

use core::ops::Range;

use raid10_engine::{Instant, MemberState, Slot};

use super::Oracle;
use super::belief::Belief;
use super::roles::serves;
use crate::content::Packed;
use crate::drive::Drive;
use crate::ranges::Ranges;
use crate::store::PAGE;

/// Beyond this many sectors only what was written is looked at.
const FULL_SCAN_MAX: u64 = 1 << 27;

/// Consecutive sectors of the array that lie in one chunk and in one page, and their copy on one drive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Copy {
    pub(super) start: u64,
    pub(super) count: usize,
    /// Its first sector on the drive.
    pub(super) member: u64,
    /// The drive.
    pub(super) index: usize,
}

/// What a drive has of a piece.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Masks {
    /// What it holds is legal, whether or not it can be read.
    pub(super) legal: u128,
    /// That can be read, by someone who knew.
    pub(super) held: u128,
    /// The engine can know that.
    pub(super) known: u128,
    /// The engine can know that it has something else, or nothing.
    pub(super) spoiled: u128,
    /// It is believed and cannot be read, and nobody can know it yet.
    pub(super) unknown: u128,
}

impl Oracle {
    /// What is worth looking at: all of the array, or of a very large one what was written.
    pub(super) fn scope(&self) -> Ranges {
        let capacity = self.layout.capacity();
        if capacity <= FULL_SCAN_MAX { Ranges::of(0..capacity) } else { self.touched() }
    }

    /// The pieces of a range of the array: first sector, sectors.
    pub(super) fn pieces(&self, range: Range<u64>) -> impl Iterator<Item = (u64, usize)> + use<> {
        let runs = self.layout.runs(range.start, range.end - range.start);
        runs.flat_map(|(start, count)| {
            crate::store::pieces(start, count)
                .map(|piece| (piece.page * PAGE + piece.from as u64, piece.to - piece.from))
        })
    }

    /// The copies of a piece on all drives that have, or are to have, one.
    pub(super) fn copies_of(&self, start: u64, count: usize) -> impl Iterator<Item = (Slot, Copy)> {
        (0..self.layout.copies).flat_map(move |copy| {
            let (slot, member) = self.layout.locate(start, copy);
            let here = move |(_, belief): &(usize, &Belief)| belief.slot == Some(slot);
            let beliefs = self.beliefs.iter().enumerate().filter(here);
            beliefs.map(move |(index, _)| (slot, Copy { start, count, member, index }))
        })
    }

    pub(super) fn masks(&self, copy: &Copy, drive: &Drive, now: Instant) -> Masks {
        let belief = &self.beliefs[copy.index];
        if !drive.is_alive() {
            // Nobody knows that it is dead before it was asked for something.
            let known = !self.in_service(copy.index) || !drive.plugged;
            let unknown = if known { 0 } else { range_mask(&belief.sectors, copy) };
            return Masks { unknown, ..Masks::default() };
        }
        let legal = self.legal_mask(copy, drive);
        let bad = range_mask(&belief.bad, copy);
        let holes = range_mask(&belief.holes, copy);
        let spoiled = bad | holes;
        let readable = readable_mask(copy, drive);
        let held = legal & readable;
        let serves = self.in_service(copy.index) && !drive.isolated;
        let sectors = if serves { range_mask(&belief.sectors, copy) } else { 0 };
        let believed = sectors & !spoiled;
        let perhaps_believed = sectors & !bad & (!holes | range_mask(&belief.unwritten, copy));
        let answers = !drive.faults.is_slow(now);
        Masks {
            legal,
            held,
            known: if answers { held & believed & !range_mask(&belief.perhaps, copy) } else { 0 },
            spoiled,
            unknown: perhaps_believed & !readable,
        }
    }

    pub(super) fn legal_mask(&self, copy: &Copy, drive: &Drive) -> u128 {
        let page = drive.store().page(copy.member / PAGE);
        if page.is_none() && self.versions.untouched(copy.start) {
            return mask(copy.count);
        }
        self.versions.legal_mask(copy.start, copy.count, page.map(|page| slice(page, copy)))
    }

    /// True if the drive is the member of the slot, and the slot is said to be online.
    pub(super) fn is_online(&self, slot: Slot, drive: usize) -> bool {
        self.view.slots.get(slot.index()).is_some_and(|view| {
            view.member.is_some_and(|member| member.index() == drive)
                && matches!(view.state, MemberState::Online | MemberState::Replacing)
        }) && self.view.drives.get(drive).is_some_and(serves)
    }

    /// An array sector that only this drive holds, as far as the engine can know.
    pub(super) fn only_on(&self, index: usize, drives: &[Drive]) -> Option<u64> {
        let scope = self.scope();
        let mut pieces = scope.iter().flat_map(|range| self.pieces(range));
        pieces.find_map(|(start, count)| {
            let (mut own, mut others) = (0, 0);
            for (_, copy) in self.copies_of(start, count) {
                let belief = &self.beliefs[copy.index];
                let legal = self.legal_mask(&copy, &drives[copy.index]);
                if copy.index == index {
                    let spoiled = range_mask(&belief.bad, &copy) | range_mask(&belief.holes, &copy);
                    own = legal & range_mask(&belief.sectors, &copy) & !spoiled;
                } else if self.view.drives.get(copy.index).is_some_and(serves) {
                    others |= legal;
                }
            }
            let only = own & !others;
            (only != 0).then(|| start + u64::from(only.trailing_zeros()))
        })
    }

    /// A sector of a range of a drive that it lacks, though another drive has it.
    pub(super) fn missing_below(
        &self,
        index: usize,
        slot: Slot,
        range: Range<u64>,
        drives: &[Drive],
        now: Instant,
    ) -> Option<u64> {
        let lacks = |copy: &Copy| self.lacks(copy, &range, drives, now);
        if self.layout.capacity() > FULL_SCAN_MAX {
            let touched = self.scope();
            let mut pieces = touched.iter().flat_map(|range| self.pieces(range));
            return pieces.find_map(|(at, count)| {
                let mut copies = self.copies_of(at, count);
                copies.find_map(|(held, copy)| {
                    (held == slot && copy.index == index).then(|| lacks(&copy)).flatten()
                })
            });
        }
        let member_runs = self.layout.runs(range.start, range.end.saturating_sub(range.start));
        member_runs.into_iter().find_map(|(member, count)| {
            let start = self.layout.array_sector(slot, member)?;
            self.pieces(start..start + count).find_map(|(at, count)| {
                lacks(&Copy { start: at, count, member: member + (at - start), index })
            })
        })
    }

    /// A sector of a copy, within a range of its drive, that it lacks though another drive has it.
    fn lacks(
        &self,
        copy: &Copy,
        range: &Range<u64>,
        drives: &[Drive],
        now: Instant,
    ) -> Option<u64> {
        let own = self.masks(copy, &drives[copy.index], now);
        let mut lacks = mask(copy.count) & !own.legal & !own.spoiled;
        if lacks != 0 {
            lacks &= mask_where(copy, |member| range.contains(&member));
        }
        if lacks == 0 {
            return None;
        }
        let all = self.copies_of(copy.start, copy.count);
        let others = all.filter(|(_, other)| other.index != copy.index);
        let known = others
            .map(|(_, other)| self.masks(&other, &drives[other.index], now).known)
            .fold(0, |all, known| all | known);
        let missing = lacks & known;
        (missing != 0).then(|| copy.member + u64::from(missing.trailing_zeros()))
    }
}

/// All bits of a piece.
pub(super) const fn mask(count: usize) -> u128 {
    if count >= PAGE as usize { u128::MAX } else { (1 << count) - 1 }
}

/// Which sectors of a copy are in a set.
pub(super) fn range_mask(ranges: &Ranges, copy: &Copy) -> u128 {
    mask_of(ranges, copy.member, copy.count)
}

/// Which of so many sectors from one on lie in some ranges.
pub(super) fn mask_of(ranges: &Ranges, first: u64, count: usize) -> u128 {
    if ranges.is_empty() {
        return 0;
    }
    let mut found = 0;
    let mut at = 0;
    while at < count {
        let (inside, end) = ranges.run_at(first + at as u64);
        let stop = usize::try_from(end - first).map_or(count, |stop| stop.min(count));
        if inside {
            found |= mask(stop) & !mask(at);
        }
        at = stop;
    }
    found
}

/// The bits of those sectors of a copy of which something is true.
pub(super) fn mask_where(copy: &Copy, mut is: impl FnMut(u64) -> bool) -> u128 {
    (0..copy.count).fold(0, |found, at| found | u128::from(is(copy.member + at as u64)) << at)
}

pub(super) fn readable_mask(copy: &Copy, drive: &Drive) -> u128 {
    let faults = &drive.faults;
    if faults.all_readable() {
        return mask(copy.count);
    }
    mask_where(copy, |sector| faults.first_unreadable(&(sector..sector + 1)).is_none())
}

/// The sectors in which two copies differ.
pub(super) fn differences(a: &Copy, b: &Copy, drives: &[Drive]) -> u128 {
    let page = |copy: &Copy| drives[copy.index].store().page(copy.member / PAGE);
    match (page(a), page(b)) {
        (None, None) => 0,
        (Some(one), Some(other)) if slice(one, a) == slice(other, b) => 0,
        _ => {
            let [one, other] = [a, b].map(|copy| drives[copy.index].store());
            mask_where(a, |sector| one.get(sector) != other.get(sector - a.member + b.member))
        }
    }
}

fn slice<'p>(page: &'p [Packed; PAGE as usize], copy: &Copy) -> &'p [Packed] {
    let offset = (copy.member % PAGE) as usize;
    &page[offset..offset + copy.count]
}
