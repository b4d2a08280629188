//! What the host may see: for each sector of the array the versions that are legal.
//!
//! Writes get numbers in the order of submission. A sector's *floor* is the latest version that was
//! acknowledged or seen by a read. Content with an older version is stale; content with a newer one can only
//! come from a write that is under way or failed, and is legal. Zeros carry no version: they are legal where the
//! floor is zeros, or where a later write of zeros is under way or failed. What a loss of power does to this is in
//! [`durable`].

use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::ArrayLba;

mod durable;

use crate::content::{self, Packed, Sector, ZEROS};
use crate::generations::Sealed;
use crate::store::{PAGE, Store};
use durable::{Durable, Pending};

/// A floor, packed: the version, and in the top bit whether it is data (clear: zeros).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Floor(u32);

const DATA: u32 = 1 << 31;

impl Floor {
    pub(crate) const fn data(version: u32) -> Self {
        Self(version | DATA)
    }

    pub(crate) const fn zeros(version: u32) -> Self {
        Self(version)
    }

    pub(crate) const fn version(self) -> u32 {
        self.0 & !DATA
    }

    pub(crate) const fn is_zeros(self) -> bool {
        self.0 & DATA == 0
    }

    /// What a sector holds that is neither newer nor older.
    pub(crate) const fn content(self, sector: u64) -> Packed {
        if self.is_zeros() { ZEROS } else { content::data(ArrayLba(sector), self.version()) }
    }
}

/// What bounds the legal versions of a sector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) floor: Floor,
    /// Of the versions up to this one none but the floor is legal.
    pub(crate) seal: u32,
}

impl From<Floor> for Bound {
    fn from(floor: Floor) -> Self {
        Self { floor, seal: 0 }
    }
}

impl Bound {
    /// A read since the last loss of power has decided which of its versions the sector has.
    const fn is_decided(self) -> bool {
        self.seal > 0 && self.seal >= self.floor.version()
    }
}

/// A write of zeros that is under way or failed, or was acknowledged while a read was under way.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OpenZeros {
    range: Range<u64>,
    version: u32,
    /// The number of the last read that was submitted before it was superseded, once it was.
    closed: Option<u64>,
}

/// What content is to a sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// Legal, and it shows that this floor was reached.
    Legal(Floor),
    /// Older than the floor.
    Stale(u32),
    /// Another than a read has returned since the last loss of power.
    Unstable(u32),
    /// Not of this sector, or nothing that a host wrote.
    Wrong(Sector),
}

/// The legal versions of every sector.
#[derive(Clone, Debug)]
pub(crate) struct Versions {
    floors: Store<Floor>,
    seals: Store<u32>,
    /// What a loss of power leaves; `None` if there is none.
    durable: Option<Durable>,
    /// The latest version when the controller last lost its power.
    cut: Option<u32>,
    /// The latest version when the drives last lost theirs.
    power_cut: Option<u32>,
    open_zeros: Vec<OpenZeros>,
    /// The latest version given out.
    latest: u32,
    /// The copies may have differed when the array was made.
    differing: bool,
}

impl Versions {
    pub(crate) const fn new(differing: bool) -> Self {
        Self {
            floors: Store::new(),
            seals: Store::new(),
            durable: None,
            cut: None,
            power_cut: None,
            open_zeros: Vec::new(),
            latest: 0,
            differing,
        }
    }

    /// Copies of what nobody wrote may differ.
    pub(super) const fn may_differ(&self) -> bool {
        self.differing
    }

    /// Keeps account of what survives a loss of power, which costs time.
    pub(crate) fn expect_power_losses(&mut self) {
        self.durable = Some(Durable::new());
    }

    /// A number for a write that is about to be submitted; `None` when there are no more.
    pub(crate) fn next(&mut self) -> Option<u32> {
        if self.latest == content::VERSION_MAX {
            return None;
        }
        self.latest += 1;
        Some(self.latest)
    }

    /// A write of zeros is submitted.
    pub(crate) fn zeros_submitted(&mut self, range: Range<u64>, version: u32) {
        self.open_zeros.push(OpenZeros { range, version, closed: None });
    }

    /// A write was acknowledged, when the last read submitted was number `read`.
    pub(crate) fn acknowledged(
        &mut self,
        range: Range<u64>,
        floor: Floor,
        durable: bool,
        read: u64,
    ) {
        self.floors.raise(range.clone(), floor);
        let pending = Pending { range, floor, seal: 0 };
        match &mut self.durable {
            // Earlier zeros may come back as long as it is not durable.
            Some(account) if !durable => {
                account.later(pending);
                return;
            }
            Some(account) => account.raise(&pending),
            None => {}
        }
        self.close_zeros(&pending, read);
    }

    /// Earlier writes of zeros are superseded, for reads that are submitted later than number `read`.
    fn close_zeros(&mut self, by: &Pending, read: u64) {
        let at_most = |open: &OpenZeros| {
            open.version <= by.floor.version()
                && by.range.start <= open.range.start
                && open.range.end <= by.range.end
        };
        let over = self.open_zeros.iter_mut().filter(|open| open.closed.is_none() && at_most(open));
        over.for_each(|open| open.closed = Some(read));
    }

    /// A flush is submitted.
    pub(crate) fn flush_begins(&mut self) -> Option<Sealed> {
        self.durable.as_mut().map(Durable::flush_begins)
    }

    /// A flush is acknowledged, when the last read submitted was number `read`.
    pub(crate) fn flush_ends(&mut self, sealed: Sealed, read: u64) {
        let settled = self.durable.as_mut().map(|durable| durable.flush_ends(sealed));
        settled.into_iter().flatten().for_each(|pending| self.close_zeros(&pending, read));
    }

    /// The controller lost its power, and with `powerless` the drives theirs. No read is open.
    pub(crate) fn power_lost(&mut self, powerless: bool) {
        self.open_zeros.retain(|open| open.closed.is_none());
        self.cut = Some(self.latest);
        if let Some(durable) = self.durable.as_mut().filter(|_| powerless) {
            self.power_cut = self.cut;
            durable.fall_back(&mut self.floors, &mut self.seals);
        }
    }

    /// An operator accepts that a sector has this version, newer ones being lost.
    pub(crate) fn lower(&mut self, sector: u64, floor: Floor) {
        self.floors.set(sector, floor);
        self.seals.set(sector, 0);
        if let Some(durable) = &mut self.durable {
            durable.lower(sector, floor);
        }
    }

    /// A read that was submitted since the last loss of power returned this.
    pub(crate) fn decided(&mut self, sector: u64, floor: Floor) {
        let Some(cut) = self.cut.filter(|&cut| floor.version() <= cut) else { return };
        let overtaken = self.floors.get(sector).version() > floor.version();
        if overtaken || self.seals.get(sector) == cut {
            return;
        }
        self.seals.set(sector, cut);
        let Some(durable) = &mut self.durable else { return };
        let range = sector..sector + 1;
        match self.power_cut.filter(|&cut| floor.version() <= cut) {
            Some(seal) => durable.raise(&Pending { range, floor, seal }),
            None => durable.later(Pending { range, floor, seal: cut }),
        }
    }

    /// All reads below this number have ended.
    pub(crate) fn reads_ended(&mut self, below: u64) {
        self.open_zeros.retain(|open| open.closed.is_none_or(|last| last >= below));
    }

    /// A read showed this floor.
    pub(crate) fn seen(&mut self, sector: u64, floor: Floor) {
        if floor.version() > self.floors.get(sector).version() {
            self.floors.set(sector, floor);
        }
    }

    /// The floors of a range, to judge a read by that is submitted now.
    pub(crate) fn floors(&self, start: u64, into: &mut Vec<Floor>, count: u64) {
        into.clear();
        into.resize(count as usize, Floor::default());
        self.floors.read(start, into);
    }

    /// The seals of a range likewise; none before the first loss of power.
    pub(crate) fn seals(&self, start: u64, into: &mut Vec<u32>, count: u64) {
        into.clear();
        if self.cut.is_some() {
            into.resize(count as usize, 0);
            self.seals.read(start, into);
        }
    }

    /// True if nothing was ever written in the page of this sector.
    pub(crate) fn untouched(&self, sector: u64) -> bool {
        self.floors.page(sector / PAGE).is_none() && self.open_zeros.is_empty() && !self.differing
    }

    /// The pages with a floor, by their first sector.
    pub(crate) fn touched_pages(&self) -> impl Iterator<Item = u64> + '_ {
        self.floors.pages().map(|(number, _)| number * PAGE)
    }

    pub(crate) fn judge(&self, sector: u64, packed: Packed, bound: impl Into<Bound>) -> Judgement {
        let bound = bound.into();
        let floor = bound.floor;
        if let Some(version) = content::version_at(packed, ArrayLba(sector)) {
            let least = floor.version().max(bound.seal);
            let newer = version > least && version <= self.latest;
            let same = version == floor.version() && !floor.is_zeros();
            return if newer || same {
                Judgement::Legal(Floor::data(version))
            } else if bound.is_decided() && version <= bound.seal {
                Judgement::Unstable(version)
            } else {
                Judgement::Stale(version)
            };
        }
        if packed == ZEROS {
            return self.judge_zeros(sector, bound);
        }
        match content::unpack(packed) {
            Sector::Noise(_) if self.differing && floor.version() == 0 => Judgement::Legal(floor),
            other => Judgement::Wrong(other),
        }
    }

    /// Which contents are legal for the sectors from `start` on, all in one page; `None` for zeros.
    pub(crate) fn legal_mask(&self, start: u64, count: usize, contents: Option<&[Packed]>) -> u128 {
        let floors = self.floors.page(start / PAGE);
        let seals = self.seals.page(start / PAGE);
        let from = (start % PAGE) as usize;
        let mut legal = 0;
        for at in 0..count {
            let packed = contents.map_or(ZEROS, |contents| contents[at]);
            let floor = floors.map_or(Floor::default(), |floors| floors[from + at]);
            let seal = seals.map_or(0, |seals| seals[from + at]);
            let sector = start + at as u64;
            let is_legal = packed == floor.content(sector)
                || matches!(self.judge(sector, packed, Bound { floor, seal }), Judgement::Legal(_));
            legal |= u128::from(is_legal) << at;
        }
        legal
    }

    fn judge_zeros(&self, sector: u64, bound: Bound) -> Judgement {
        let floor = bound.floor;
        let least = floor.version().max(bound.seal);
        let open = |open: &&OpenZeros| open.version > least && open.range.contains(&sector);
        if floor.is_zeros() {
            return Judgement::Legal(floor);
        }
        match self.open_zeros.iter().filter(open).map(|open| open.version).max() {
            Some(version) => Judgement::Legal(Floor::zeros(version)),
            None if bound.is_decided() => Judgement::Unstable(0),
            None => Judgement::Stale(0),
        }
    }
}

impl Store<Floor> {
    /// Raises the floors of a range, where they are lower.
    fn raise(&mut self, range: Range<u64>, floor: Floor) {
        self.update(range.start, range.end - range.start, |old| {
            if old.version() < floor.version() {
                *old = floor;
            }
        });
    }
}

#[cfg(test)]
mod tests;
