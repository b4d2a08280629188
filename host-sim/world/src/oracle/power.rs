//! What a loss of power leaves of what may be believed.
//!
//! A controller that knows nothing believes what the drives' records say, and those are a little old:
//!
//! * A drive in service loses nothing but its cache, of which the controller knows nothing: where a write was not
//!   flushed, the drive may hold something older, and that is legal again.
//! * What a fill brought a drive counts below the last checkpoint that its record tells, what the host wrote there where
//!   nobody else has it.
//! * A sector that was found bad may or may not be in the records.
//! * What healed a drive counts once the host has flushed it; a repair after a while.
//! * A drive that is away need not be believed in any region that was written since shortly before it left.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{ArrayLba, DriveId, DriveView, Duration, Instant, MemberState, Role, Slot};

use super::belief::{Belief, Loss, regions};
use super::scan::Copy;
use super::unflushed::Failures;
use super::versions::Floor;
use super::{OpenRead, Oracle, View};
use crate::content::{self, ZEROS};
use crate::drive::Drive;
use crate::ranges::Ranges;

/// For how long before a drive leaves a write may count as missed by it.
const RECENT: Duration = Duration::secs(60);

/// The host's writes of the last minute.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    writes: VecDeque<(Instant, Range<u64>)>,
}

impl Recent {
    pub(super) fn wrote(&mut self, now: Instant, range: Range<u64>) {
        self.forget_before(now);
        self.writes.push_back((now, range));
    }

    fn forget_before(&mut self, now: Instant) {
        while self.writes.front().is_some_and(|(at, _)| *at + RECENT < now) {
            self.writes.pop_front();
        }
    }
}

impl Oracle {
    /// Keeps account of what survives a loss of power.
    pub(crate) fn expect_power_losses(&mut self) {
        self.versions.expect_power_losses();
        self.beliefs.iter_mut().for_each(Belief::expect_power_losses);
        self.expects_power_losses = true;
    }

    /// The host wrote, or a write of it ended.
    pub(super) fn note_write(&mut self, now: Instant, range: &Range<u64>) {
        if self.expects_power_losses {
            self.recent.wrote(now, range.clone());
        }
    }

    /// A drive is away from now on: remembers where it may be behind.
    pub(super) fn note_absence(&mut self, now: Instant, drive: usize) {
        if self.beliefs[drive].slot.is_some() && self.expects_power_losses {
            self.beliefs[drive].recent = self.recent_on(now, drive);
        }
        let reads: Vec<Range<u64>> = self.reads.iter().map(OpenRead::range).collect();
        reads.iter().for_each(|range| self.miss_answer(drive, range));
    }

    /// The regions of a drive that were written in the last minute, and those that the same bits stand for.
    fn recent_on(&mut self, now: Instant, drive: usize) -> Ranges {
        self.recent.forget_before(now);
        let slot = self.beliefs[drive].slot;
        let (bit, capacity) = (self.layout.bit(self.region), self.layout.capacity());
        let told = |(_, write): &(Instant, Range<u64>)| {
            write.start / bit * bit..write.end.next_multiple_of(bit).min(capacity)
        };
        let writes: Vec<Range<u64>> = self.recent.writes.iter().map(told).collect();
        let copies = writes.iter().flat_map(|range| self.copies(range));
        let here = copies.filter(|(at, _)| Some(*at) == slot);
        here.map(|(_, sectors)| regions(sectors, self.region)).collect()
    }

    /// Reads of the host are answered, and some drives are away.
    pub(super) fn note_answer(&mut self, range: &Range<u64>) {
        for drive in 0..self.beliefs.len() {
            if !self.in_service(drive) {
                self.miss_answer(drive, range);
            }
        }
    }

    fn miss_answer(&mut self, drive: usize, range: &Range<u64>) {
        let Some(slot) = self.beliefs[drive].slot else { return };
        for (at, sectors) in self.copies(range) {
            if at == slot {
                self.beliefs[drive].misses_answer(sectors, self.region);
            }
        }
    }

    /// The members in service when the controller lost its power; `None` if the array need not start by itself.
    pub(crate) fn expected(&self) -> Option<&[u8]> {
        self.expected.as_deref()
    }

    /// The controller lost its power, with `powerless` the drives too. `ran` if the array was running.
    pub(crate) fn power_lost(
        &mut self,
        now: Instant,
        powerless: bool,
        ran: bool,
        drives: &[Drive],
    ) {
        self.writes.clear();
        self.reads.clear();
        self.flushes.clear();
        self.failures = Failures::default();
        self.unexplained.clear();
        if ran {
            let counted = self.every_place_has(|drive| self.recorded.counts(drive));
            let whole: Vec<bool> =
                (0..self.beliefs.len()).map(|index| self.recorded.counts(index)).collect();
            self.strangers = self.recorded.strangers().fold(0, |bits, index| bits | 1 << index);
            let rivals = self.recorded.take_rivals(&self.layout);
            let starts = self.has_acknowledged && !rivals && counted;
            self.expected = starts.then(|| self.members_in_service());
            for index in 0..self.beliefs.len() {
                let uneven = self.recent_on(now, index);
                uneven.iter().for_each(|range| self.beliefs[index].uneven.insert(range));
            }
            let losses: Vec<Loss> = (0..self.beliefs.len())
                .map(|index| self.loss_of(now, index, powerless, drives, whole[index]))
                .collect();
            for (belief, loss) in self.beliefs.iter_mut().zip(losses) {
                belief.controller_lost(now, &loss, self.region);
            }
        }
        self.versions.power_lost(powerless);
        self.rivals.power_lost();
        self.view = View::default();
        self.arrived = 0;
        self.boots = true;
    }

    /// A drive was nothing to the array when its controller lost its power, or no record said yet that it was more. If
    /// it bears a label, that may say otherwise.
    pub(crate) const fn was_strange(&self, drive: usize) -> bool {
        self.strangers >> drive & 1 == 1
    }

    fn members_in_service(&self) -> Vec<u8> {
        let is_member = |&index: &usize| {
            let view = self.view.drives.get(index);
            self.in_service(index) && view.is_some_and(|view| matches!(view.role, Role::Member(_)))
        };
        (0..self.beliefs.len()).filter(is_member).map(|index| index as u8).collect()
    }

    /// What a drive loses with the controller. `whole` if its record says that it holds all of its slot.
    fn loss_of(
        &mut self,
        now: Instant,
        index: usize,
        powerless: bool,
        drives: &[Drive],
        whole: bool,
    ) -> Loss {
        let serves = self.in_service(index);
        if serves {
            self.note_absence(now, index);
        }
        let filling = self.is_filled(index) || !whole;
        Loss {
            serves,
            filling,
            powerless,
            volatile: drives[index].figures().volatile_cache,
            sole: if filling { self.sole_of(index, drives, now) } else { Ranges::new() },
        }
    }

    /// It is being filled, or was when it left.
    fn is_filled(&self, index: usize) -> bool {
        let drive = DriveId(index as u8);
        let fills = |state| {
            matches!(state, MemberState::Rebuilding | MemberState::Resyncing | MemberState::Missing)
        };
        self.view.slots.iter().any(|slot| {
            slot.target == Some(drive) || (slot.member == Some(drive) && fills(slot.state))
        })
    }

    /// What the host wrote to a drive that is being filled, and no other drive has.
    fn sole_of(&self, index: usize, drives: &[Drive], now: Instant) -> Ranges {
        let belief = &self.beliefs[index];
        let Some(slot) = belief.slot else { return Ranges::new() };
        let mut sole = Ranges::new();
        for range in belief.taken.iter() {
            for member in range {
                let Some(sector) = self.layout.array_sector(slot, member) else { continue };
                if !self.is_known_elsewhere(index, sector, drives, now) {
                    sole.insert(member..member + 1);
                }
            }
        }
        sole
    }

    /// True if the engine may know that another drive has a sector.
    pub(super) fn is_known_elsewhere(
        &self,
        index: usize,
        sector: u64,
        drives: &[Drive],
        now: Instant,
    ) -> bool {
        let knows = |copy: &Copy| {
            copy.index != index && self.masks(copy, &drives[copy.index], now).known & 1 == 1
        };
        self.copies_of(sector, 1).any(|(_, copy)| knows(&copy))
    }

    /// The array runs again: who is not there may be behind.
    pub(super) fn follow_boot(&mut self) {
        if !core::mem::replace(&mut self.boots, false) {
            return;
        }
        for index in 0..self.beliefs.len() {
            if !self.in_service(index) {
                self.beliefs[index].behind();
            }
        }
    }

    /// The engine was not told of this drive since its power came back, or has not read yet what it is: it knows nothing of
    /// it.
    pub(super) const fn is_unheard_of(&self, drive: usize, view: &DriveView) -> bool {
        self.arrived & (1 << drive) == 0 || !view.identified
    }

    /// An operator takes old data for good: those of one drive in a slot, everywhere or only where nobody has anything
    /// newer, or those of any drive.
    pub(crate) fn accept_old(
        &mut self,
        of: Option<(u8, Slot)>,
        everywhere: bool,
        drives: &[Drive],
    ) {
        for sector in self.scope().iter().flatten() {
            self.lower_to_best(sector, of, everywhere, drives);
        }
    }

    /// The newest that is found of a sector is legal from now on; but for `everywhere` only if nobody has anything
    /// that is legal now.
    pub(super) fn lower_to_best(
        &mut self,
        sector: u64,
        of: Option<(u8, Slot)>,
        everywhere: bool,
        drives: &[Drive],
    ) {
        let mut found = None;
        let mut is_held = false;
        for copy in 0..self.layout.copies {
            let (slot, member) = self.layout.locate(sector, copy);
            for (index, drive) in drives.iter().enumerate() {
                let meant = of == Some((index as u8, slot));
                if !drive.is_alive() || !(meant || self.beliefs[index].slot == Some(slot)) {
                    continue;
                }
                let packed = drive.store().get(member);
                is_held |= self.versions.legal_mask(sector, 1, Some(&[packed])) == 1;
                if meant || of.is_none() {
                    found = found.max(floor_of(sector, packed));
                }
            }
        }
        if let Some(floor) = found.filter(|_| everywhere || !is_held) {
            self.versions.lower(sector, floor);
        }
    }
}

/// What a sector shows of its version.
fn floor_of(sector: u64, packed: content::Packed) -> Option<Floor> {
    if packed == ZEROS {
        return Some(Floor::zeros(0));
    }
    content::version_at(packed, ArrayLba(sector)).map(Floor::data)
}
