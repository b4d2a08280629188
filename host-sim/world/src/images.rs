//! Drives as somebody left them: what an array begins with that is not made anew.
//!
//! A sector of a drive's data area is one that the images' pattern filled, or zeros, or something that nobody wrote
//! on purpose: what a sector holds is then as good as foreign. The sectors in front of it keep their bytes.
//!
//! The pattern, of which each sector says where it belongs and which fill it comes from: sixteen times the line
//! `lba=%012d seed=%09d`. A fill writes every chunk of 128 sectors of the array whose number `c` has
//! `(7c + seed) mod modulus < 2`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use raid10_engine::{ArrayLba, SectorCount, Shape, Slot};

use crate::content::{self, Packed, ZEROS};
use crate::drive::{BYTES, Front};
use crate::plan::Plan;
use crate::store::Store;

/// Sectors that a fill writes or leaves out at a time.
const FILL_CHUNK: u64 = 128;
/// The bytes of a line of the pattern.
const LINE: usize = 32;

/// One pass of the pattern over the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// What its sectors bear.
    pub seed: u32,
    /// Which chunks it writes.
    pub modulus: u64,
    /// It was not acknowledged: of its sectors each copy may be as it was before.
    pub in_flight: bool,
}

impl Fill {
    /// The array sectors that it writes, of an array of so many.
    pub fn ranges(&self, capacity: u64) -> impl Iterator<Item = Range<u64>> + use<> {
        let Self { seed, modulus, .. } = *self;
        let writes = move |&chunk: &u64| (chunk * 7 + u64::from(seed)) % modulus.max(1) < 2;
        let range = move |chunk: u64| chunk * FILL_CHUNK..((chunk + 1) * FILL_CHUNK).min(capacity);
        (0..capacity.div_ceil(FILL_CHUNK)).filter(writes).map(range)
    }
}

/// What a drive is to the array, by the word of whoever had it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The slot whose data it holds.
    pub slot: Slot,
    /// It is up to date in its data sectors below this one; in none if it was left out.
    pub below: u64,
    /// It is up to date as a whole.
    pub in_sync: bool,
    /// Sectors of its data area that are in its log of bad blocks.
    pub bad: Vec<Range<u64>>,
}

/// The image of one drive.
#[derive(Clone, Debug)]
pub struct DriveImage {
    /// The drive's name.
    pub name: String,
    /// Sectors of the drive.
    pub total: SectorCount,
    /// Sectors in front of its data area.
    pub data_offset: SectorCount,
    /// What it is to the array; `None` if it is no member.
    pub held: Option<Held>,
    pub(crate) store: Store,
    pub(crate) front: Front,
}

impl DriveImage {
    /// Reads the bytes of a drive. `fills` are those that may have written to it, the oldest first.
    #[must_use]
    pub fn new(
        name: String,
        bytes: &[u8],
        data_offset: SectorCount,
        fills: &[Fill],
        held: Option<Held>,
    ) -> Self {
        let mut store = Store::new();
        let mut front = Front::of(data_offset);
        let sectors = bytes.as_chunks::<BYTES>().0;
        for (at, sector) in (0..).zip(sectors) {
            if sector.iter().all(|&byte| byte == 0) {
                continue;
            }
            match u64::checked_sub(at, data_offset.0) {
                Some(data) => store.set(data, content_of(sector, fills)),
                None => front.set(at, Some(*sector)),
            }
        }
        let total = SectorCount(sectors.len() as u64);
        Self { name, total, data_offset, held, store, front }
    }

    /// Sectors of its data area.
    #[must_use]
    pub const fn data_sectors(&self) -> u64 {
        self.total.0.saturating_sub(self.data_offset.0)
    }
}

/// The images of a set.
#[derive(Clone, Debug)]
pub struct Images {
    /// The array, by the records on them.
    pub shape: Shape,
    /// What was written to it, the oldest first.
    pub fills: Vec<Fill>,
    /// Its drives.
    pub drives: Vec<DriveImage>,
}

/// Why images are not those that a vector is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// They were not read.
    NotRead,
    /// The array of the images is another: the whole line that says it.
    Array(String),
    /// There is no image of that name, or it is of another size: the drive's number, what is wrong, the remedy.
    Drive(usize, String, String),
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRead => f.write_str("the images that the array begins with were not read"),
            Self::Array(line) => write!(f, "the images are of another array: `{line}`"),
            Self::Drive(_, what, _) => f.write_str(what),
        }
    }
}

impl Images {
    /// The image of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&DriveImage> {
        self.drives.iter().find(|image| image.name == name)
    }

    /// Compares with what a vector says.
    pub(crate) fn check(&self, plan: &Plan) -> Result<(), Mismatch> {
        let chunks = |shape: &Shape| shape.member_size.0 / shape.chunk.0.max(1);
        let Shape { copies, members, chunk, .. } = self.shape;
        let same = (copies, members, chunk)
            == (plan.shape.copies, plan.shape.members, plan.shape.chunk)
            && chunks(&self.shape) == chunks(&plan.shape);
        for (index, drive) in plan.drives.iter().enumerate().filter(|(_, drive)| drive.image) {
            let name = plan.names.drive(index as u8);
            let Some(image) = self.get(name) else {
                let what = alloc::format!("there is no image of `{name}`");
                return Err(Mismatch::Drive(index, what, self.names()));
            };
            let size = image.data_sectors();
            if size != drive.size.0 {
                let what = alloc::format!("the image of `{name}` has another size");
                let remedy = alloc::format!("write `size={}B`", size * BYTES as u64);
                return Err(Mismatch::Drive(index, what, remedy));
            }
        }
        if same {
            return Ok(());
        }
        let (chunk, size) = (chunk.bytes(), self.shape.member_size.bytes());
        let line = alloc::format!(
            "array near={copies} members={members} chunk={chunk}B, of members with {size} B of data"
        );
        Err(Mismatch::Array(line))
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.drives.iter().map(|image| image.name.as_str()).collect();
        alloc::format!("there are `{}`", names.join("`, `"))
    }
}

/// What a sector of a data area holds.
fn content_of(sector: &[u8; BYTES], fills: &[Fill]) -> Packed {
    let lines = sector.as_chunks::<LINE>().0;
    let same = lines.iter().all(|line| *line == lines[0]);
    let known = line(&lines[0]).filter(|_| same).and_then(|(lba, seed)| {
        let fill = fills.iter().position(|fill| fill.seed == seed)?;
        Some(content::data(ArrayLba(lba), version(fill)))
    });
    known.unwrap_or_else(|| {
        let packed = content::alien(sector);
        debug_assert_ne!(packed, ZEROS, "zeros are no content");
        packed
    })
}

/// The version that stands for a fill, by its place among all.
pub(crate) const fn version(fill: usize) -> u32 {
    fill as u32 + 1
}

/// `lba=%012d seed=%09d`: both numbers.
fn line(line: &[u8; LINE]) -> Option<(u64, u32)> {
    let text = core::str::from_utf8(line).ok()?;
    let (lba, seed) = text.strip_prefix("lba=")?.strip_suffix('\n')?.split_once(" seed=")?;
    (lba.len() == 12 && seed.len() == 9).then_some(())?;
    Some((lba.parse().ok()?, seed.parse().ok()?))
}

/// The sector that a fill puts at a place of the array.
#[must_use]
pub fn pattern(lba: u64, seed: u32) -> [u8; BYTES] {
    let line = alloc::format!("lba={lba:012} seed={seed:09}\n");
    let mut sector = [0; BYTES];
    for (byte, from) in sector.iter_mut().zip(line.bytes().cycle()) {
        *byte = from;
    }
    sector
}

#[cfg(test)]
mod tests;
