//! Where each sector lies: the near layouts of Linux MD RAID 10.
//!
//! With N members, K near copies and chunks of C sectors, copy n of array chunk c is at place
//! p = c·K + n: slot p mod N, row p div N (Linux `drivers/md/raid10.c`, `raid10_find_phys`).
//!
//! The layout repeats after lcm(N, K) places. Within one period lie T = lcm(N, K) / K chunks and
//! R = lcm(N, K) / N rows. All chunks c with the same c mod T have their copies on the same K slots: they
//! form a *mirror set*. A set's chunks, laid one behind the other, are its *stream*; the copies of stream
//! sector u lie on each of its slots at member sector `((u / C)·R + r)·C + u mod C`, where r is the copy's
//! row in the period. So a run of sectors of a member is one run of the stream of each set that it serves,
//! which keeps every question about ranges a question about few of them.
//!
//! With N a multiple of K there are N / K sets of K consecutive slots; otherwise (an odd count) each slot
//! belongs to K sets.

use crate::config::{COPIES_MAX, MEMBERS_MAX, WINDOW_SECTORS};
use crate::units::{ArrayLba, MemberLba, SectorCount, Slot, less, whole};
use crate::validity::up_to;

/// What an operator chooses when an array is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub struct Shape {
    /// Copies of each chunk: 2 or 3.
    pub copies: u8,
    /// Members: from `copies` to 32.
    pub members: u8,
    /// Sectors of a chunk: a power of two from 8 (4 KiB) to 8192 (4 MiB).
    pub chunk: SectorCount,
    /// Sectors of each member's data area. What does not fill a chunk is not used.
    pub member_size: SectorCount,
}

/// Why a shape is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ShapeError {
    /// Neither 2 nor 3 copies.
    Copies,
    /// Fewer members than 2 or than copies, or more than 32 or than the engine has drives for.
    Members,
    /// The chunk is no power of two from 4 KiB to 4 MiB.
    Chunk,
    /// A member is smaller than one chunk.
    MemberTooSmall,
    /// The array would have more than 2^55 sectors.
    TooLarge,
}

/// One mirror set: chunks whose copies lie on the same slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct SetId(pub(crate) u8);

/// A copy of a chunk: which slot, and which row of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) slot: Slot,
    pub(crate) row: u8,
}

/// A checked shape, with what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub struct Geometry {
    /// T: mirror sets, and chunks in one period.
    sets: u8,
    /// R: rows in one period.
    rows: u8,
    /// log2 of the sectors of a chunk.
    shift: u8,
    shape: Shape,
    /// Chunks of the array.
    chunks: u64,
    /// Sectors of each member that hold them.
    member_sectors: u64,
}

impl Geometry {
    /// Before one is made out.
    pub(crate) const NOTHING: Self = Self {
        shape: Shape {
            copies: 0,
            members: 0,
            chunk: SectorCount::ZERO,
            member_size: SectorCount::ZERO,
        },
        sets: 0,
        rows: 0,
        shift: 0,
        chunks: 0,
        member_sectors: 0,
    };

    /// The smallest array there is.
    pub(crate) const LEAST: Self = Self {
        shape: Shape { copies: 2, members: 2, chunk: SectorCount(8), member_size: SectorCount(8) },
        sets: 1,
        rows: 1,
        shift: 3,
        chunks: 1,
        member_sectors: 8,
    };

    /// Checks a shape.
    ///
    /// # Errors
    ///
    /// The reason why there is no such array.
    pub fn new(shape: Shape) -> Result<Self, ShapeError> {
        let Shape { copies, members, chunk, member_size } = shape;
        if !(2..=COPIES_MAX as u8).contains(&copies) {
            return Err(ShapeError::Copies);
        }
        if members < copies || usize::from(members) > MEMBERS_MAX {
            return Err(ShapeError::Members);
        }
        if !chunk.0.is_power_of_two() || !(8..=8192).contains(&chunk.0) {
            return Err(ShapeError::Chunk);
        }
        let shift = (chunk.0 as u32).trailing_zeros() as u8;
        let per_member = member_size.0 >> shift;
        if per_member == 0 {
            return Err(ShapeError::MemberTooSmall);
        }
        if member_size.0 >= 1 << 50 {
            return Err(ShapeError::TooLarge);
        }
        // Two and three are prime: the members are a multiple of the copies, or have no factor in common with them.
        let common = if members.is_multiple_of(copies) { copies } else { 1 };
        let chunks = div(per_member * u64::from(members), copies);
        let rows = div_ceil(chunks * u64::from(copies), members);
        Ok(Self {
            shape,
            sets: members / common,
            rows: copies / common,
            shift,
            chunks,
            member_sectors: rows << shift,
        })
    }

    /// The shape it was made of.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Sectors of the array.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub const fn capacity(&self) -> SectorCount {
        let this = whole(self);
        SectorCount(this.chunks << this.shift)
    }

    /// Sectors of each member that the array uses: what Linux MD calls the component size.
    #[must_use]
    pub const fn member_sectors(&self) -> SectorCount {
        SectorCount(self.member_sectors)
    }

    /// Where copy `copy` of an array sector lies.
    ///
    /// The sector must lie in the array and the copy below the shape's copies.
    #[must_use]
    pub fn locate(&self, lba: ArrayLba, copy: u8) -> (Slot, MemberLba) {
        let (set, at) = self.stream_of(lba);
        let place = self.copy(set, copy);
        (place.slot, self.member_lba(place, at))
    }

    /// Which array sector, and which copy of it, lies at a member sector; `None` where nothing lies.
    #[must_use]
    pub fn inverse(&self, slot: Slot, lba: MemberLba) -> Option<(ArrayLba, u8)> {
        let Shape { copies, members, .. } = self.shape;
        let place = self.chunk_of(lba.0) * u64::from(members) + u64::from(slot.0);
        let at = div(place, copies);
        let copy = rest(place, at, copies);
        (at < self.chunks).then(|| (ArrayLba(self.in_chunk(at, lba.0)), copy))
    }

    /// True if the sets overlap: the members are no multiple of the copies.
    pub(crate) const fn is_rotated(&self) -> bool {
        self.rows > 1
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn copies(&self) -> u8 {
        self.shape.copies
    }

    pub(crate) const fn chunk(&self) -> u64 {
        self.shape.chunk.0
    }

    /// The set of an array sector, and its place in the set's stream.
    pub(crate) fn stream_of(&self, lba: ArrayLba) -> (SetId, u64) {
        let chunk = self.chunk_of(lba.0);
        let cycle = div(chunk, self.sets);
        (SetId(rest(chunk, cycle, self.sets)), self.in_chunk(cycle, lba.0))
    }

    /// The array sector of a place in a set's stream.
    pub(crate) fn array_lba(&self, set: SetId, at: u64) -> ArrayLba {
        ArrayLba(self.spread(at, self.sets, set.0))
    }

    /// Sectors in a set's stream.
    pub(crate) fn stream_len(&self, set: SetId) -> u64 {
        // Chunks that are left over belong to the first sets, one each.
        div_ceil(less(self.chunks, u64::from(set.0)), self.sets) << self.shift
    }

    /// Copy `copy` of the chunks of a set.
    pub(crate) fn copy(&self, set: SetId, copy: u8) -> Place {
        let this = whole(self);
        let members = u16::from(this.shape.members);
        let mut place = u16::from(set.0) * u16::from(this.shape.copies) + u16::from(copy);
        let mut row = 0;
        while place >= members {
            place -= members;
            row += 1;
        }
        Place { slot: Slot(place as u8), row }
    }

    /// All copies of the chunks of a set.
    pub(crate) fn copies_of(&self, set: SetId) -> impl Iterator<Item = Place> {
        (0..self.shape.copies).map(move |copy| self.copy(set, copy))
    }

    /// The slots that have the copies of the chunks of a set, a bit each.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn slots_of(&self, set: SetId) -> u32 {
        self.copies_of(set).fold(0, |slots, place| slots | 1 << place.slot.0)
    }

    /// The mirror sets.
    pub(crate) fn all_sets(&self) -> impl Iterator<Item = SetId> + use<> {
        (0..self.sets).map(SetId)
    }

    /// The end of the chunk in which a sector lies.
    pub(crate) const fn chunk_end(&self, sector: u64) -> u64 {
        // Chunks are powers of two.
        (sector | self.mask() as u64) + 1
    }

    /// Sectors from one to the end of its chunk.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn chunk_left(&self, sector: u64) -> u32 {
        self.shape.chunk.0 as u32 - (sector as u32 & self.mask())
    }

    /// Sectors of a window that starts at a sector of a member: in its chunk, and before a limit.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn window_count(&self, start: u64, limit: u64) -> u32 {
        up_to(limit - start, self.chunk_left(start).min(WINDOW_SECTORS as u32))
    }

    /// The member sector of a place in the stream, for one copy.
    pub(crate) fn member_lba(&self, place: Place, at: u64) -> MemberLba {
        MemberLba(self.spread(at, self.rows, place.row))
    }

    /// The first place in the stream whose sector on this copy lies at `lba` or above.
    pub(crate) fn stream_at_or_above(&self, place: Place, lba: MemberLba) -> u64 {
        let row = self.chunk_of(lba.0);
        let Some(rows_before) = row.checked_sub(u64::from(place.row)) else { return 0 };
        let cycle = div(rows_before, self.rows);
        let between = rest(rows_before, cycle, self.rows) > 0;
        if between { (cycle + 1) << self.shift } else { self.in_chunk(cycle, lba.0) }
    }

    /// The set and the place in its stream that lie at a member sector; `None` where nothing lies.
    pub(crate) fn stream_of_member(&self, slot: Slot, lba: MemberLba) -> Option<(SetId, u64, u8)> {
        let (array, copy) = self.inverse(slot, lba)?;
        let (set, at) = self.stream_of(array);
        Some((set, at, copy))
    }

    /// The sectors of the array of which a copy lies in the rows of some sectors of a member, whichever.
    pub(crate) fn array_span(&self, start: u64, end: u64) -> (u64, u64) {
        self.span(start, end, true)
    }

    /// The sectors of the members in whose rows copies of some sectors of the array lie.
    pub(crate) fn member_span(&self, start: u64, end: u64) -> (u64, u64) {
        self.span(start, end, false)
    }

    /// Whole chunks around what some sectors of a member are in the array, or around what some of the array are in a member.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn span(&self, start: u64, end: u64, in_array: bool) -> (u64, u64) {
        let Shape { copies, members, .. } = self.shape;
        let (times, by, most) = if in_array {
            (members, copies, self.chunks)
        } else {
            (copies, members, self.chunk_of(self.member_sectors))
        };
        let (first, last) = (self.chunk_of(start), self.chunk_of(end + u64::from(self.mask())));
        let from = div(first * u64::from(times), by);
        let to = div_ceil(last * u64::from(times), by).min(most);
        (from << self.shift, to << self.shift)
    }

    /// The sector of a chunk that lies in it where another sector lies in its own chunk.
    const fn in_chunk(&self, chunk: u64, like: u64) -> u64 {
        (chunk << self.shift) | (like as u32 & self.mask()) as u64
    }

    /// Where a sector of a stream lies if only one in `every` chunks is the stream's, the first of them after `before`.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn spread(&self, at: u64, every: u8, before: u8) -> u64 {
        let this = whole(self);
        this.in_chunk(this.chunk_of(at) * u64::from(every) + u64::from(before), at)
    }

    /// The bits of a sector's number that tell where in its chunk it lies. A chunk is small: one word has them.
    const fn mask(&self) -> u32 {
        self.shape.chunk.0 as u32 - 1
    }

    /// The chunk in which a sector lies.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn chunk_of(&self, sector: u64) -> u64 {
        sector >> whole(self).shift
    }
}

/// Quotient.
#[cfg_attr(target_pointer_width = "32", inline(never))]
const fn div(number: u64, by: u8) -> u64 {
    number / by as u64
}

/// Remainder of a division with such a quotient.
const fn rest(number: u64, quotient: u64, by: u8) -> u8 {
    // It is small: one word tells.
    (number as u32).wrapping_sub((quotient as u32).wrapping_mul(by as u32)) as u8
}

/// Quotient, rounded up.
fn div_ceil(number: u64, by: u8) -> u64 {
    div(number + u64::from(by - 1), by)
}

#[cfg(test)]
mod tests;
