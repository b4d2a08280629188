//! A member: its bytes, by the manifest and by the records on it.

use std::path::Path;

use raid10_engine::{SectorCount, Shape, Slot};
use raid10_metadata::{BLOCK_BYTES, Minor, Refusal, SECTOR_BYTES, Superblock};
use sim_world::images::{DriveImage, Held};

use crate::SetError;
use crate::manifest::{Manifest, Member, Taken};

/// A member as it was read.
pub(crate) struct Read {
    pub(crate) image: DriveImage,
    /// The array that it is of.
    pub(crate) shape: Shape,
    /// How new its record is.
    pub(crate) events: u64,
}

/// Reads a member.
pub(crate) fn read(
    path: &Path,
    bytes: &[u8],
    member: &Member,
    manifest: &Manifest,
) -> Result<Read, SetError> {
    let wrong =
        |what: String, remedy: &str| SetError::new(format!("{}: {what}", path.display()), remedy);
    let superblock = superblock(bytes).map_err(|why| {
        let remedy = match why {
            Refusal::Unsupported(_) => "it is of a kind or of a newer format that is not supported here: choose another set",
            Refusal::NotMd => "a drive that is no member is left out of the manifest, and declared without `image`",
            Refusal::Damaged { .. } | Refusal::Inconsistent(_) => "make the image anew",
        };
        wrong(why.to_string(), remedy)
    })?;
    let set = superblock.set();
    let data_offset = superblock.device().data_offset.0;
    if data_offset != member.data_offset {
        let what =
            format!("its data begins at sector {data_offset}, not at {}", member.data_offset);
        return Err(wrong(what, "put the manifest right"));
    }
    let shape = Shape {
        copies: set.near_copies,
        members: u8::try_from(set.raid_disks).unwrap_or(u8::MAX),
        chunk: SectorCount(u64::from(set.chunk)),
        member_size: SectorCount(set.size),
    };
    let name = member.file.split('.').next().unwrap_or_default().to_owned();
    let held = held(member, set.size);
    let image = DriveImage::new(name, bytes, SectorCount(data_offset), &manifest.fills, held);
    Ok(Read { image, shape, events: superblock.events() })
}

/// What a member is to the array, by the word of the manifest.
fn held(member: &Member, sectors: u64) -> Option<Held> {
    let (slot, below, in_sync) = match (member.taken, member.slot) {
        (Some(Taken::InSync(slot)), _) => (slot, sectors, true),
        (Some(Taken::Building(slot, below)), _) => (slot, below, false),
        (None, Some(slot)) => (slot, 0, false),
        (None, None) => return None,
    };
    let data = |&(start, length): &(u64, u64)| {
        let start = start.saturating_sub(member.data_offset);
        start..start + length
    };
    Some(Held { slot: Slot(slot), below, in_sync, bad: member.bad.iter().map(data).collect() })
}

/// The superblock, wherever it is; if there is none, the reason that tells most.
fn superblock(bytes: &[u8]) -> Result<Superblock<'_>, Refusal> {
    let sectors = (bytes.len() / SECTOR_BYTES) as u64;
    let mut refusal = Refusal::NotMd;
    for minor in Minor::ALL {
        let Some(start) = minor.start(sectors) else { continue };
        let from = start.0 as usize * SECTOR_BYTES;
        let block = bytes.get(from..from + BLOCK_BYTES).and_then(|block| block.try_into().ok());
        match block.map(|block| Superblock::parse(block, minor, sectors)) {
            Some(Ok(superblock)) => return Ok(superblock),
            Some(Err(why)) if why != Refusal::NotMd => refusal = why,
            Some(Err(_)) | None => {}
        }
    }
    Err(refusal)
}
