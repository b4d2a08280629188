//! The volatile cache of a drive, as a list of what would come back if it lost its power.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use crate::content::{Packed, ZEROS};
use crate::generations::{Generations, Sealed};
use crate::store::{PAGE, Page, Store, pieces};

/// What writes that no flush has covered replaced.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    replaced: Generations<Undo>,
}

#[derive(Clone, Debug, Default)]
struct Undo {
    pages: BTreeMap<u64, OldPage>,
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
        Self { replaced: Generations::new() }
    }

    /// Notes what is about to be overwritten in `store`.
    pub(crate) fn before_write(&mut self, store: &Store, start: u64, count: u64) {
        let undo = self.replaced.open();
        for piece in pieces(start, count) {
            let entry = undo.pages.entry(piece.page).or_default();
            entry.note(store.page(piece.page), bits(piece.from, piece.to));
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

    /// True if a loss of power would change anything.
    pub(crate) fn is_dirty(&self) -> bool {
        self.replaced.iter().any(|undo| !undo.pages.is_empty())
    }

    /// The power goes: what no flush covered is undone, the latest first.
    pub(crate) fn lose_power(&mut self, store: &mut Store) {
        for undo in self.replaced.take().into_iter().rev() {
            for (number, page) in undo.pages {
                page.restore(store, number);
            }
        }
    }
}

impl OldPage {
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
