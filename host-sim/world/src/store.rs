//! A sparse map from sectors to values (contents, versions), in pages.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use crate::content::Packed;

/// Sectors in a page.
pub(crate) const PAGE: u64 = 128;

/// One page of values.
pub(crate) type Page<T = Packed> = [T; PAGE as usize];

/// Sectors to values; what was never written is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Store<T = Packed> {
    pages: BTreeMap<u64, Box<Page<T>>>,
}

/// A part of a page: its number, and the sectors in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) page: u64,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// The pieces of pages that make up `count` sectors from `start` on.
pub(crate) fn pieces(start: u64, count: u64) -> impl Iterator<Item = Piece> {
    let end = start + count;
    let mut at = start;
    core::iter::from_fn(move || {
        if at >= end {
            return None;
        }
        let page = at / PAGE;
        let stop = end.min((page + 1) * PAGE);
        let from = (at % PAGE) as usize;
        let piece = Piece { page, from, to: from + (stop - at) as usize };
        at = stop;
        Some(piece)
    })
}

impl<T: Copy + Default> Store<T> {
    pub(crate) const fn new() -> Self {
        Self { pages: BTreeMap::new() }
    }

    /// The value of one sector.
    pub(crate) fn get(&self, sector: u64) -> T {
        self.page(sector / PAGE).map_or(T::default(), |page| page[(sector % PAGE) as usize])
    }

    /// A page, if anything was ever written there.
    pub(crate) fn page(&self, number: u64) -> Option<&Page<T>> {
        self.pages.get(&number).map(Box::as_ref)
    }

    /// The pages that were written, in order.
    pub(crate) fn pages(&self) -> impl Iterator<Item = (u64, &Page<T>)> {
        self.pages.iter().map(|(&number, page)| (number, page.as_ref()))
    }

    /// Copies the values from `start` on into `into`.
    pub(crate) fn read(&self, start: u64, into: &mut [T]) {
        let mut rest = into;
        for piece in pieces(start, rest.len() as u64) {
            let (part, later) = rest.split_at_mut(piece.to - piece.from);
            match self.page(piece.page) {
                Some(page) => part.copy_from_slice(&page[piece.from..piece.to]),
                None => part.fill(T::default()),
            }
            rest = later;
        }
    }

    /// Replaces the sectors from `start` on.
    pub(crate) fn write(&mut self, start: u64, from: &[T]) {
        let mut rest = from;
        for piece in pieces(start, rest.len() as u64) {
            let (part, later) = rest.split_at(piece.to - piece.from);
            self.page_mut(piece.page)[piece.from..piece.to].copy_from_slice(part);
            rest = later;
        }
    }

    /// Makes the sectors zeros.
    pub(crate) fn zero(&mut self, start: u64, count: u64) {
        for piece in pieces(start, count) {
            if let Some(page) = self.pages.get_mut(&piece.page) {
                page[piece.from..piece.to].fill(T::default());
            }
        }
    }

    /// Changes each of the values from `start` on.
    pub(crate) fn update(&mut self, start: u64, count: u64, mut change: impl FnMut(&mut T)) {
        for piece in pieces(start, count) {
            self.page_mut(piece.page)[piece.from..piece.to].iter_mut().for_each(&mut change);
        }
    }

    /// Replaces one sector.
    pub(crate) fn set(&mut self, sector: u64, content: T) {
        self.page_mut(sector / PAGE)[(sector % PAGE) as usize] = content;
    }

    /// Takes all values of another, and keeps the pages that only this one has, as zeros.
    pub(crate) fn replace(&mut self, other: &Self) {
        for (&number, page) in &mut self.pages {
            match other.page(number) {
                Some(values) => page.copy_from_slice(values),
                None => page.fill(T::default()),
            }
        }
        for (number, page) in other.pages() {
            self.pages.entry(number).or_insert_with(|| Box::new(*page));
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.pages.clear();
    }

    fn page_mut(&mut self, number: u64) -> &mut Page<T> {
        self.pages.entry(number).or_insert_with(|| Box::new([T::default(); PAGE as usize]))
    }
}

#[cfg(test)]
mod tests;
