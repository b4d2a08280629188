//! The volatile cache of a drive: a list of what would come back if it lost its power, and where any of the writes may
//! survive, of the writes themselves.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::front::{Front, Sector};
use super::survival::Survival;
use super::written::Written;
use crate::content::{Packed, ZEROS};
use crate::generations::{Generations, Sealed};
use crate::store::{PAGE, Page, Store, pieces};

/// What writes that no flush has covered replaced.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    replaced: Generations<Undo>,
    /// Writes are kept, not only what they replaced.
    keeps_writes: bool,
}

#[derive(Clone, Debug, Default)]
struct Undo {
    pages: BTreeMap<u64, OldPage>,
    /// Sectors in front of the data area; `None` where they were never written.
    front: BTreeMap<u64, Option<Box<Sector>>>,
    writes: Vec<Written>,
}

#[derive(Clone, Debug, Default)]
struct OldPage {
    /// One bit a sector: set where `old` counts.
    mask: u128,
    /// `None` where all of it was zeros.
    old: Option<Box<Page>>,
}

impl Cache {
    pub(crate) fn new() -> Self {
        Self { replaced: Generations::new(), keeps_writes: false }
    }

    /// From now on writes are kept, so that any of them may survive.
    pub(crate) const fn keep_writes(&mut self) {
        self.keeps_writes = true;
    }

    /// Forgets everything: the drive holds something else.
    pub(crate) fn clear(&mut self) {
        self.replaced = Generations::new();
    }

    /// Notes what is about to be overwritten in `store`.
    pub(crate) fn before_write(&mut self, store: &Store, start: u64, count: u64) {
        let undo = self.replaced.open();
        for piece in pieces(start, count) {
            let entry = undo.pages.entry(piece.page).or_default();
            entry.note(store.page(piece.page), bits(piece.from, piece.to));
        }
    }

    /// Notes what is about to be overwritten in front of the data area.
    pub(crate) fn before_front(&mut self, front: &Front, start: u64, count: u64) {
        let undo = self.replaced.open();
        for sector in start..start + count {
            undo.front.entry(sector).or_insert_with(|| front.get(sector).copied().map(Box::new));
        }
    }

    /// Notes what was written.
    pub(crate) fn wrote(&mut self, written: impl FnOnce() -> Written) {
        if self.keeps_writes {
            self.replaced.open().writes.push(written());
        }
    }

    /// Notes that a write was durable at once: what it replaced never comes back.
    pub(crate) fn durable(&mut self, start: u64, count: u64) {
        for undo in self.replaced.iter_mut() {
            for piece in pieces(start, count) {
                if let Some(entry) = undo.pages.get_mut(&piece.page) {
                    entry.mask &= !bits(piece.from, piece.to);
                }
            }
            undo.writes.iter_mut().for_each(|write| write.leave(&(start..start + count)));
        }
    }

    /// The same in front of the data area.
    pub(crate) fn durable_front(&mut self, start: u64, count: u64) {
        let range = start..start + count;
        for undo in self.replaced.iter_mut() {
            undo.front.retain(|sector, _| !range.contains(sector));
            undo.writes.iter_mut().for_each(|write| write.leave_front(&range));
        }
    }

    /// A flush begins.
    pub(crate) fn flush_begins(&mut self) -> Sealed {
        self.replaced.seal()
    }

    /// A flush ends well.
    pub(crate) fn flush_ends(&mut self, sealed: Sealed) {
        self.replaced.settle(sealed);
    }

    /// A flush fails, and what it was to make durable is gone: undone, the latest first. What was written over it since
    /// stays, on top of what comes back. Returns the sectors of the data area that were undone.
    pub(crate) fn drop_sealed(
        &mut self,
        sealed: Sealed,
        store: &mut Store,
        front: &mut Front,
    ) -> Vec<u64> {
        let dropped: Vec<Undo> = self.replaced.settled(sealed).collect();
        let mut sectors = Vec::new();
        for undo in dropped.iter().rev() {
            undo.restore_below(&mut self.replaced, store, front, &mut sectors);
        }
        sectors
    }

    /// True if a loss of power would change anything.
    pub(crate) fn is_dirty(&self) -> bool {
        self.replaced.iter().any(|undo| !undo.pages.is_empty() || !undo.front.is_empty())
    }

    /// Writes that no flush has covered, as far as they are kept.
    pub(crate) fn unflushed(&self) -> u64 {
        self.replaced.iter().map(|undo| undo.writes.len() as u64).sum()
    }

    /// The power goes: what no flush covered is undone, the latest first, and what survives put there again: of so many
    /// `complete` writes, and of the `next`, which the drive was at.
    pub(crate) fn lose_power(
        &mut self,
        store: &mut Store,
        front: &mut Front,
        survival: &Survival,
        complete: u64,
        next: Option<Written>,
    ) {
        let taken = self.replaced.take();
        for undo in taken.iter().rev() {
            undo.restore(store, front);
        }
        if *survival == Survival::None {
            return;
        }
        let writes = taken.iter().flat_map(|undo| &undo.writes).take(complete as usize);
        for (number, write) in (0..).zip(writes.chain(&next)) {
            if survival.tears(number) {
                write.half().put(store, front);
            } else if number < complete && survival.keeps(number) {
                write.put(store, front);
            }
        }
    }
}

impl Undo {
    fn restore(&self, store: &mut Store, front: &mut Front) {
        for (&number, page) in &self.pages {
            page.restore(store, number);
        }
        for (&sector, old) in &self.front {
            front.set(sector, old.as_deref().copied());
        }
    }
}

impl Undo {
    /// Restores what no later generation replaced; of what one did it is what that one replaced.
    fn restore_below(
        &self,
        later: &mut Generations<Self>,
        store: &mut Store,
        front: &mut Front,
        sectors: &mut Vec<u64>,
    ) {
        for (&number, page) in &self.pages {
            each_bit(page.mask, |sector| {
                let content = page.old.as_ref().map_or(ZEROS, |old| old[sector]);
                let mut over = later.iter_mut().filter_map(|undo| undo.pages.get_mut(&number));
                match over.find(|over| over.mask & 1 << sector != 0) {
                    Some(over) => over.set(sector, content),
                    None => {
                        let sector = number * PAGE + sector as u64;
                        store.set(sector, content);
                        sectors.push(sector);
                    }
                }
            });
        }
        for (&sector, old) in &self.front {
            let mut over = later.iter_mut().filter_map(|undo| undo.front.get_mut(&sector));
            match over.next() {
                Some(over) => over.clone_from(old),
                None => front.set(sector, old.as_deref().copied()),
            }
        }
    }
}

impl OldPage {
    fn set(&mut self, sector: usize, content: Packed) {
        self.old.get_or_insert_with(|| Box::new([ZEROS; PAGE as usize]))[sector] = content;
    }

    fn note(&mut self, page: Option<&Page>, bits: u128) {
        let new = bits & !self.mask;
        self.mask |= new;
        let Some(page) = page else { return };
        let old = self.old.get_or_insert_with(|| Box::new([ZEROS; PAGE as usize]));
        if new == u128::MAX {
            old.copy_from_slice(page);
            return;
        }
        each_bit(new, |sector| old[sector] = page[sector]);
    }

    fn restore(&self, store: &mut Store, number: u64) {
        each_bit(self.mask, |sector| {
            let content: Packed = self.old.as_ref().map_or(ZEROS, |old| old[sector]);
            store.set(number * PAGE + sector as u64, content);
        });
    }
}

const fn bits(from: usize, to: usize) -> u128 {
    let count = to - from;
    if count == PAGE as usize { u128::MAX } else { ((1 << count) - 1) << from }
}

fn each_bit(mut mask: u128, mut visit: impl FnMut(usize)) {
    while mask != 0 {
        visit(mask.trailing_zeros() as usize);
        mask &= mask - 1;
    }
}

#[cfg(test)]
mod tests;
