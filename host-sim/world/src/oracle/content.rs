//! What the array should hold when its power is gone.

use super::Oracle;
use super::scan::{Copy, mask, range_mask, readable_mask};
use crate::content::{Packed, ZEROS};
use crate::drive::Drive;
use crate::ranges::Ranges;
use crate::remains::{Content, listed};
use crate::store::{PAGE, Store};

/// One piece of the array, as far as its copies were looked at.
struct Piece {
    values: [Packed; PAGE as usize],
    /// Sectors of which a copy was found.
    found: u128,
    /// Sectors of which a further copy has something else, or of which it is not sure that any is believed.
    open: u128,
}

impl Oracle {
    /// What the array should hold: of each sector the first copy that is legal, on a drive that is `there`; one that is sure
    /// to be believed rather than another. What the engine called `lost` is.
    pub(crate) fn content(
        &self,
        drives: &[Drive],
        there: impl Fn(usize) -> bool,
        lost: &Ranges,
    ) -> Content {
        let mut store = Store::new();
        let (mut missing, mut open) = (lost.clone(), Ranges::new());
        for range in self.scope().iter() {
            for (start, count) in self.pieces(range) {
                let piece = self.piece(start, count, drives, &there);
                for (at, &value) in piece.values[..count].iter().enumerate() {
                    let sector = start + at as u64;
                    if piece.found >> at & 1 == 0 {
                        missing.insert(sector..sector + 1);
                    }
                    if piece.open >> at & 1 == 1 {
                        open.insert(sector..sector + 1);
                    }
                    if value != ZEROS {
                        store.set(sector, value);
                    }
                }
            }
        }
        let sectors = self.layout.capacity();
        Content { sectors, lost: listed(&missing), open: listed(&open), store }
    }

    fn piece(
        &self,
        start: u64,
        count: usize,
        drives: &[Drive],
        there: &impl Fn(usize) -> bool,
    ) -> Piece {
        let mut piece = Piece { values: [ZEROS; PAGE as usize], found: 0, open: 0 };
        let copies =
            || self.copies_of(start, count).map(|(_, copy)| copy).filter(|copy| there(copy.index));
        for copy in copies() {
            let good = self.good_mask(&copy, drives);
            let sure = good & self.sure_mask(&copy);
            piece.take(&copy, sure, &drives[copy.index]);
        }
        // What need not be believed counts where nothing better is.
        for copy in copies() {
            let rest = self.good_mask(&copy, drives) & !piece.found;
            piece.take(&copy, rest, &drives[copy.index]);
            piece.open |= rest;
        }
        piece
    }

    /// What a drive holds that is legal and can be read.
    fn good_mask(&self, copy: &Copy, drives: &[Drive]) -> u128 {
        let drive = &drives[copy.index];
        self.legal_mask(copy, drive) & readable_mask(copy, drive) & mask(copy.count)
    }

    /// Where it is sure to be believed.
    fn sure_mask(&self, copy: &Copy) -> u128 {
        let belief = &self.beliefs[copy.index];
        let doubtful = [&belief.bad, &belief.holes, &belief.perhaps];
        let doubtful = doubtful.into_iter().fold(0, |all, some| all | range_mask(some, copy));
        range_mask(&belief.sectors, copy) & !doubtful
    }
}

impl Piece {
    /// Takes from a copy what is good in it.
    fn take(&mut self, copy: &Copy, good: u128, drive: &Drive) {
        for at in (0..copy.count).filter(|at| good >> at & 1 == 1) {
            let value = drive.store().get(copy.member + at as u64);
            if self.found >> at & 1 == 0 {
                self.values[at] = value;
            } else if self.values[at] != value {
                self.open |= 1 << at;
            }
        }
        self.found |= good;
    }
}
