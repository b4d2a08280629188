//! The content of a frame: all that the engine knows of the array's drives, beyond what Linux has words for.
//!
//! | bytes | what |
//! | --- | --- |
//! | 0 | version, 3 |
//! | 1 | log2 of the sectors of a region |
//! | 2, 3 | drives, ranges |
//! | 4..8 | slots without a holder that is in sync, a bit each |
//! | 8..16 | generation at which the array last was whole |
//! | 16..18 | number of the next new member |
//! | 18..24 | zero |
//!
//! Then for each drive: number (2), role (1), slot (1), flags (1), health (1), errors (2), the generation of its last superblock (8)
//! and of the one that was sent to it last (8); with the flag `STALE` the sector up to which the region is filled (8) and the stale
//! regions, a bit each (64); with the flag `CACHED` those that it left with writes in its cache (64). With the flag `LACKING` it
//! lacked something when it was last written. Members that were away when the array started are told of as before, as lacking
//! something. Then for each range: number of the drive (2), kind (1), zero (1), first sector (8), first sector behind it (8); the
//! last kind is what the drive left with in its cache, and no other one has. All numbers are little-endian.

use raid10_metadata::assembly::Slots;

use crate::bitmap::Bitmap;
use crate::fill::FillKind;
use crate::ranges::Kind;
use crate::status::{Health, Role};
use crate::units::Slot;

/// The kinds of ranges, by their numbers.
const KINDS: [Kind; 5] =
    [Kind::Fresh, Kind::Missed, Kind::GivenUp, Kind::Suspect, Kind::Unreadable];
const VERSION: u8 = 3;
/// Where the numbers of drives and of ranges are.
const DRIVES_AT: usize = 2;
const RANGES_AT: usize = 3;

const STALE: u8 = 1;
const EJECTED: u8 = 2;
const LACKING: u8 = 4;
const CACHED: u8 = 8;
const FILL_SHIFT: u8 = 4;

/// What a frame says of the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) region_shift: u8,
    pub(crate) drives: u8,
    pub(crate) ranges: u8,
    pub(crate) building: Slots,
    pub(crate) whole: u64,
    pub(crate) next_number: u16,
}

/// What a frame says of a drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Entry {
    pub(crate) number: u16,
    pub(crate) role: Role,
    pub(crate) ejected: bool,
    pub(crate) health: Health,
    /// It lacked something when it was last written.
    pub(crate) lacking: bool,
    pub(crate) fill: Option<FillKind>,
    pub(crate) errors: u16,
    /// The generation of its last superblock, and of the one sent last.
    pub(crate) generations: [u64; 2],
    pub(crate) filled: u64,
    pub(crate) stale: Bitmap,
    /// The regions that it left with writes in its cache.
    pub(crate) cached: Bitmap,
}

impl Entry {
    /// Before anything is read.
    pub(crate) const NOTHING: Self = Self {
        number: 0,
        role: Role::Unassigned,
        ejected: false,
        fill: None,
        health: Health::Good,
        errors: 0,
        generations: [0, 0],
        lacking: false,
        filled: 0,
        stale: Bitmap::EMPTY,
        cached: Bitmap::EMPTY,
    };
}

/// What a frame says of a range of a drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exact {
    pub(crate) number: u16,
    /// `None`: it left with this in its cache, and no other drive has it.
    pub(crate) kind: Option<Kind>,
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// Writes a payload. What does not fit is not written, and [`Writer::finish`] says so.
pub(crate) struct Writer<'a> {
    bytes: &'a mut [u8],
    at: usize,
    full: bool,
}

impl<'a> Writer<'a> {
    /// Begins with the head. It counts the drives and ranges that are then written.
    pub(crate) fn new(bytes: &'a mut [u8], head: &Head) -> Self {
        let mut this = Self { bytes, at: 0, full: false };
        this.word([VERSION, head.region_shift, 0, 0]);
        this.number(4, u64::from(head.building.bits()));
        this.number(8, head.whole);
        this.number(8, u64::from(head.next_number));
        this
    }

    pub(crate) fn entry(&mut self, entry: &Entry) {
        let (role, slot) = match entry.role {
            Role::Unassigned => (0, 0),
            Role::Spare { dedicated: None } => (1, 0),
            Role::Spare { dedicated: Some(slot) } => (2, slot.0),
            Role::Member(slot) => (3, slot.0),
            Role::Target(slot) => (4, slot.0),
        };
        let mut flags = if entry.stale.is_empty() { 0 } else { STALE };
        flags |= if entry.ejected { EJECTED } else { 0 };
        let fill = entry.fill.map_or(0, |kind| kind as u8);
        flags |= if entry.lacking { LACKING } else { 0 };
        flags |= if entry.cached.is_empty() { 0 } else { CACHED };
        flags |= fill << FILL_SHIFT;
        self.count(DRIVES_AT);
        self.number(2, u64::from(entry.number));
        self.word([role, slot, flags, entry.health as u8]);
        self.number(2, u64::from(entry.errors));
        for &generation in &entry.generations {
            self.number(8, generation);
        }
        if !entry.stale.is_empty() {
            self.number(8, entry.filled);
        }
        self.regions(&entry.stale);
        self.regions(&entry.cached);
    }

    /// A set of regions, unless it is empty.
    fn regions(&mut self, regions: &Bitmap) {
        if !regions.is_empty() {
            for &word in regions.words() {
                self.number(4, u64::from(word));
            }
        }
    }

    pub(crate) fn range(&mut self, range: &Exact) {
        let kind =
            KINDS.iter().position(|&kind| Some(kind) == range.kind).unwrap_or(KINDS.len()) as u64;
        self.count(RANGES_AT);
        self.number(2, u64::from(range.number));
        self.number(2, kind);
        self.number(8, range.start);
        self.number(8, range.end);
    }

    /// The bytes written; `None` if there was no room for all.
    pub(crate) const fn finish(self) -> Option<usize> {
        if self.full { None } else { Some(self.at) }
    }

    /// One more drive or range.
    fn count(&mut self, at: usize) {
        if let Some(count) = self.bytes.get_mut(at) {
            *count = count.wrapping_add(1);
        }
    }

    /// Four bytes.
    fn word(&mut self, bytes: [u8; 4]) {
        self.number(4, u64::from(u32::from_le_bytes(bytes)));
    }

    /// A number of so many bytes, eight at most.
    fn number(&mut self, bytes: usize, number: u64) {
        self.put(number.to_le_bytes().get(..bytes).unwrap_or_default());
    }

    fn put(&mut self, bytes: &[u8]) {
        match self.bytes.get_mut(self.at..self.at + bytes.len()) {
            Some(place) => {
                place.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                self.at += bytes.len();
            }
            None => self.full = true,
        }
    }
}

/// Reads a payload. Nothing in it is trusted: what makes no sense ends the reading.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// More was read than there is.
    short: bool,
    /// What is read is put together where it is looked at.
    entry: Entry,
}

impl<'a> Reader<'a> {
    /// A reader of a payload from its start.
    pub(crate) const fn new(payload: &'a [u8]) -> Self {
        Self { rest: payload, short: false, entry: Entry::NOTHING }
    }

    /// The head, which comes first; `None` if it is of an unknown version or too short.
    pub(crate) fn head(&mut self) -> Option<Head> {
        let [version, region_shift, drives, ranges] = self.word();
        let building = Slots::from_bits(self.number(4) as u32);
        let whole = self.number(8);
        let next_number = self.number(8) as u16;
        let head = Head { region_shift, drives, ranges, building, whole, next_number };
        (version == VERSION && !self.short).then_some(head)
    }

    /// The next drive.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn entry(&mut self) -> Option<&Entry> {
        self.entry.number = self.number(2) as u16;
        let [role, slot, flags, health] = self.word();
        self.entry.errors = self.number(2) as u16;
        self.entry.role = match role {
            1 => Role::Spare { dedicated: None },
            2 => Role::Spare { dedicated: Some(Slot(slot)) },
            3 => Role::Member(Slot(slot)),
            4 => Role::Target(Slot(slot)),
            _ => return None,
        };
        self.entry.fill = match flags >> FILL_SHIFT {
            0 => None,
            1 => Some(FillKind::Rebuild),
            2 => Some(FillKind::Resync),
            3 => Some(FillKind::Replace),
            _ => return None,
        };
        self.entry.health = match health {
            0 => Health::Good,
            1 => Health::Suspect,
            2 => Health::Ailing,
            3 => Health::Failed,
            _ => return None,
        };
        self.entry.ejected = flags & EJECTED != 0;
        self.entry.lacking = flags & LACKING != 0;
        self.entry.generations = [self.number(8), self.number(8)];
        self.entry.filled = if flags & STALE != 0 { self.number(8) } else { 0 };
        self.entry.stale = self.regions(flags & STALE);
        self.entry.cached = self.regions(flags & CACHED);
        (!self.short).then_some(&self.entry)
    }

    /// A set of regions, which is empty without its flag.
    fn regions(&mut self, flag: u8) -> Bitmap {
        if flag == 0 {
            return Bitmap::EMPTY;
        }
        Bitmap::from_words(|| self.number(4) as u32)
    }

    pub(crate) fn range(&mut self) -> Option<Exact> {
        let number = self.number(2) as u16;
        let kind = usize::from(self.number(2) as u8);
        let start = self.number(8);
        let end = self.number(8);
        let known = kind <= KINDS.len();
        let kind = KINDS.get(kind).copied();
        (start < end && known && !self.short).then_some(Exact { number, kind, start, end })
    }

    /// The next four bytes.
    fn word(&mut self) -> [u8; 4] {
        (self.number(4) as u32).to_le_bytes()
    }

    /// The next number, of so many bytes, eight at most; zero if there are not so many.
    fn number(&mut self, bytes: usize) -> u64 {
        let Some((taken, rest)) = self.rest.split_at_checked(bytes) else {
            self.short = true;
            return 0;
        };
        self.rest = rest;
        taken.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
    }
}

#[cfg(test)]
mod tests;
