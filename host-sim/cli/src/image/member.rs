//! What one image says of itself.

use std::path::Path;

use raid10_metadata::assembly::Facts;
use raid10_metadata::{
    Block, Device, DriveSector, Features, Minor, Recovery, Refusal, Role, Set, State, Superblock,
};

use super::area::{self, Bitmap, BitmapArea, Log, Private};
use super::file::{Image, ImageError, SECTOR};
use super::plan;
use super::signature::{self, Content};

/// The magic number of a superblock, and the places of some fields in it: bytes from its start.
const MAGIC: u32 = 0xA92B_4EFC;
const MAJOR_AT: usize = 0x04;
const PLACE_AT: usize = 0x90;

/// An image that was looked at.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) file: String,
    pub(crate) bytes: u64,
    /// The superblock that counts: of several the one that was made last, as mdadm decides.
    pub(crate) md: Option<Md>,
    /// Superblocks that do not count: damaged, not supported, or those of an older array.
    pub(crate) others: Vec<Other>,
    /// What there is instead, if no superblock counts.
    pub(crate) content: Option<Content>,
}

/// A superblock that does not count.
#[derive(Debug)]
pub(crate) struct Other {
    pub(crate) minor: Minor,
    pub(crate) start: DriveSector,
    pub(crate) why: Why,
}

/// Why a superblock does not count.
#[derive(Debug)]
pub(crate) enum Why {
    /// It is not accepted.
    Refused(Refusal),
    /// It looks like one, but this stands in place of the magic number.
    NoMagic(u32),
    /// Another one on the same image was made later.
    Older,
}

/// A superblock, and what it leads to.
#[derive(Debug)]
pub(crate) struct Md {
    pub(crate) minor: Minor,
    pub(crate) start: DriveSector,
    pub(crate) set: Set,
    pub(crate) device: Device,
    pub(crate) state: State,
    pub(crate) features: Features,
    pub(crate) role: Role,
    /// The table of roles, without the unused entries at its end.
    pub(crate) roles: Vec<Role>,
    pub(crate) recovery: Option<Recovery>,
    pub(crate) corrected_reads: u32,
    pub(crate) checksum: u32,
    pub(crate) array_sectors: u64,
    pub(crate) bitmap: Option<BitmapArea>,
    pub(crate) log: Option<Log>,
    pub(crate) private: Private,
    /// What of it decides the plan, or why it cannot be part of one.
    pub(crate) facts: Result<Facts, Refusal>,
}

impl Member {
    /// Looks at an image.
    pub(crate) fn read(path: &Path) -> Result<Self, ImageError> {
        let image = Image::open(path)?;
        let mut member = Self {
            file: image.name(),
            bytes: image.bytes(),
            md: None,
            others: Vec::new(),
            content: None,
        };
        for minor in Minor::ALL {
            if let Some(start) = minor.start(image.sectors()) {
                member.look(&image, minor, start)?;
            }
        }
        if member.md.is_none() && member.others.is_empty() {
            member.content = Some(signature::content(&image, None)?);
        }
        Ok(member)
    }

    /// Looks at one of the places of a superblock.
    fn look(&mut self, image: &Image, minor: Minor, start: DriveSector) -> Result<(), ImageError> {
        let block = image.block(start)?;
        match Superblock::parse(&block, minor, image.sectors()) {
            Ok(superblock) => {
                let md = Md::read(image, &superblock)?;
                self.put(md);
            }
            Err(Refusal::NotMd) => {
                let remains = remains(&block, start).map(Why::NoMagic);
                self.others.extend(remains.map(|why| Other { minor, start, why }));
            }
            Err(why) => self.others.push(Other { minor, start, why: Why::Refused(why) }),
        }
        Ok(())
    }

    /// Keeps the superblock that was made later.
    fn put(&mut self, md: Md) {
        let older = match self.md.take() {
            Some(old) if old.set.created.to_raw() > md.set.created.to_raw() => {
                let (minor, start) = (md.minor, md.start);
                self.md = Some(old);
                Some((minor, start))
            }
            Some(old) => {
                self.md = Some(md);
                Some((old.minor, old.start))
            }
            None => {
                self.md = Some(md);
                None
            }
        };
        self.others.extend(older.map(|(minor, start)| Other { minor, start, why: Why::Older }));
    }
}

/// What stands in place of the magic number of a block that otherwise could be a superblock.
fn remains(block: &Block, start: DriveSector) -> Option<u32> {
    let word = |at: usize| block[at..].first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    let place = block[PLACE_AT..].first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    let fits = word(MAJOR_AT) == Some(1) && place == Some(start.0);
    word(0).filter(|&magic| fits && magic != MAGIC)
}

impl Md {
    fn read(image: &Image, superblock: &Superblock<'_>) -> Result<Self, ImageError> {
        let bitmap = area::bitmap(image, superblock)?;
        let known = bitmap.as_ref().and_then(|area| area.bitmap.as_ref().ok());
        let private = area::private(image, superblock, known.map_or(0, |known| known.sectors))?;
        Ok(Self {
            minor: superblock.minor(),
            start: superblock.start(),
            set: superblock.set(),
            device: superblock.device(),
            state: superblock.state(),
            features: superblock.features(),
            role: superblock.own_role(),
            roles: roles(superblock),
            recovery: superblock.recovery(),
            corrected_reads: superblock.corrected_reads(),
            checksum: superblock.checksum(),
            array_sectors: superblock.array_sectors(),
            log: area::log(image, superblock)?,
            facts: plan::facts(superblock, known, &private),
            bitmap,
            private,
        })
    }

    /// The byte of the image at which the superblock starts.
    pub(crate) const fn byte(&self) -> u64 {
        self.start.0 * SECTOR
    }

    /// The role that the member's table gives to a number.
    pub(crate) fn role_of(&self, number: u32) -> Role {
        self.roles.get(number as usize).copied().unwrap_or(Role::Spare)
    }

    /// Whether the member has a slot.
    pub(crate) const fn slot(&self) -> Option<u16> {
        match self.role {
            Role::Slot(slot) => Some(slot),
            _ => None,
        }
    }

    /// Whether it is to replace another holder of its slot.
    pub(crate) const fn is_replacement(&self) -> bool {
        self.features.contains(Features::REPLACEMENT)
    }

    /// The table of roles as mdadm shows it: for each slot A, R where two have it, or a point.
    pub(crate) fn array_state(&self) -> String {
        let letter = |slot: u32| {
            let holds = |role: &&Role| matches!(role, Role::Slot(held) if u32::from(*held) == slot);
            ['.', 'A', 'R'][self.roles.iter().filter(holds).count().min(2)]
        };
        (0..self.set.raid_disks).map(letter).collect()
    }

    /// The bitmap, if its bits are known.
    pub(crate) fn bits(&self) -> Option<&Bitmap> {
        self.bitmap.as_ref().and_then(|area| area.bitmap.as_ref().ok())
    }

    /// The generation that the private area proves.
    pub(crate) fn generation(&self) -> Option<u64> {
        self.private.generation().ok()
    }
}

fn roles(superblock: &Superblock<'_>) -> Vec<Role> {
    let count = u32::from(superblock.device().roles);
    let mut roles: Vec<Role> = (0..count).map(|number| superblock.role(number)).collect();
    let used = roles.iter().rposition(|&role| role != Role::Spare).map_or(0, |last| last + 1);
    roles.truncate(used.max(superblock.dev_number() as usize + 1));
    roles
}

/// The name of a minor version.
pub(crate) const fn version(minor: Minor) -> &'static str {
    match minor {
        Minor::V1_0 => "1.0",
        Minor::V1_1 => "1.1",
        Minor::V1_2 => "1.2",
    }
}

#[cfg(test)]
mod tests;
