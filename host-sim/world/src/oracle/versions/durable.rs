//! What a loss of power leaves of the legal versions.
//!
//! A write that was acknowledged is *durable* once a flush was acknowledged that was submitted later, or at once with
//! FUA. When the power goes, a sector may fall back to its durable floor: every version from there on is legal again,
//! until a read returns one of them. That read *seals* the sector: of the versions that existed before the loss no other
//! is legal any more. What a read returns after a loss of power is durable itself: it survived one.

use alloc::vec::Vec;
use core::ops::Range;

use super::Floor;
use crate::generations::{Generations, Sealed};
use crate::store::Store;

/// Something that the next flush makes durable.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) range: Range<u64>,
    pub(super) floor: Floor,
    /// Versions up to this one are out of the question but for the floor.
    pub(super) seal: u32,
}

/// The floors and seals that a loss of power leaves.
#[derive(Clone, Debug)]
pub(super) struct Durable {
    floors: Store<Floor>,
    seals: Store<u32>,
    pending: Generations<Vec<Pending>>,
}

impl Durable {
    pub(super) fn new() -> Self {
        Self { floors: Store::new(), seals: Store::new(), pending: Generations::new() }
    }

    /// A floor is durable from the next flush on.
    pub(super) fn later(&mut self, pending: Pending) {
        self.pending.open().push(pending);
    }

    /// A floor is durable.
    pub(super) fn raise(&mut self, pending: &Pending) {
        let Pending { range, floor, seal } = pending;
        self.floors.raise(range.clone(), *floor);
        if *seal > 0 {
            let count = range.end - range.start;
            self.seals.update(range.start, count, |old| *old = (*old).max(*seal));
        }
    }

    /// A sector falls back for good.
    pub(super) fn lower(&mut self, sector: u64, floor: Floor) {
        self.floors.set(sector, floor);
        self.seals.set(sector, 0);
    }

    /// A flush is submitted.
    pub(super) fn flush_begins(&mut self) -> Sealed {
        self.pending.seal()
    }

    /// A flush is acknowledged: what was pending when it was submitted is durable.
    pub(super) fn flush_ends(&mut self, sealed: Sealed) -> Vec<Pending> {
        let settled: Vec<Pending> = self.pending.settled(sealed).flatten().collect();
        settled.iter().for_each(|pending| self.raise(pending));
        settled
    }

    /// The power goes: the floors and seals are those that are durable.
    pub(super) fn fall_back(&mut self, floors: &mut Store<Floor>, seals: &mut Store<u32>) {
        self.pending = Generations::new();
        floors.replace(&self.floors);
        seals.replace(&self.seals);
    }
}
