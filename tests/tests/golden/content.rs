//! The content of the array, put together from the members.

use std::collections::BTreeMap;

use raid10_engine::{ArrayLba, Geometry, SectorCount, Shape, Slot};
use raid10_metadata::bitmap::Header;
use raid10_metadata::{ArraySector, Role, Superblock};
use sha2::{Digest, Sha256};

use super::images::{Member, Set, hex};
use super::mdadm;

/// What reading the whole array gave.
pub(crate) struct Content {
    pub(crate) sectors: u64,
    pub(crate) sha256: String,
    /// Chunks of which no copy could be read; they count as zeros.
    pub(crate) unreadable: Vec<u64>,
}

/// The members that are up to date, with their slot and the data sector below which they are: by index.
pub(crate) fn holders(set: &Set) -> BTreeMap<usize, (u16, Option<u64>)> {
    let superblocks: Vec<Superblock<'_>> = set.members.iter().map(Member::superblock).collect();
    let newest = superblocks.iter().map(Superblock::events).max().expect("members");
    let holder = |(index, superblock): (usize, &Superblock<'_>)| {
        let Role::Slot(slot) = superblock.own_role() else {
            return None;
        };
        let recovery = superblock.recovery().map(|recovery| recovery.offset.0);
        (superblock.events() + 1 >= newest).then_some((index, (slot, recovery)))
    };
    superblocks.iter().enumerate().filter_map(holder).collect()
}

/// The freshest member, which speaks for the set.
fn freshest(set: &Set) -> &Member {
    let index = *holders(set).keys().next().expect("a member");
    &set.members[index]
}

pub(crate) fn geometry(set: &Set) -> Geometry {
    let common = freshest(set).superblock().set();
    Geometry::new(Shape {
        copies: common.near_copies,
        members: common.raid_disks as u8,
        chunk: SectorCount(u64::from(common.chunk)),
        member_size: SectorCount(common.size),
    })
    .expect("a shape that the engine has")
}

/// The copies of a chunk that can be read, in order.
fn copies<'a>(
    set: &'a Set,
    geometry: &Geometry,
    holders: &BTreeMap<usize, (u16, Option<u64>)>,
    chunk: u64,
) -> Vec<&'a [u8]> {
    let length = geometry.shape().chunk.0;
    let mut copies = Vec::new();
    for copy in 0..geometry.shape().copies {
        let (Slot(slot), at) = geometry.locate(ArrayLba(chunk * length), copy);
        for (&index, &(held, recovery)) in holders {
            let synced = recovery.is_none_or(|recovery| at.0 + length <= recovery);
            if held != u16::from(slot) || !synced {
                continue;
            }
            let member = &set.members[index];
            let start = member.superblock().device().data_offset.0 + at.0;
            let bad = mdadm::bad_blocks(member);
            let readable =
                |&(bad, count): &(u64, u64)| bad >= start + length || bad + count <= start;
            if bad.iter().all(readable) {
                copies.push(member.sectors(start, length));
            }
        }
    }
    copies
}

fn chunks(geometry: &Geometry) -> u64 {
    geometry.capacity().0 / geometry.shape().chunk.0
}

/// Reads the first copy of each chunk.
pub(crate) fn read(set: &Set) -> Content {
    let (geometry, holders) = (geometry(set), holders(set));
    let mut hash = Sha256::new();
    let mut unreadable = Vec::new();
    let zeros = vec![0; geometry.shape().chunk.bytes() as usize];
    for chunk in 0..chunks(&geometry) {
        let copies = copies(set, &geometry, &holders, chunk);
        if copies.is_empty() {
            unreadable.push(chunk);
        }
        hash.update(copies.first().copied().unwrap_or(&zeros));
    }
    let sectors = geometry.capacity().0;
    assert_eq!(sectors, freshest(set).superblock().array_sectors());
    Content { sectors, sha256: hex(&hash.finalize()), unreadable }
}

/// The chunks whose copies are not all the same.
pub(crate) fn differing(set: &Set) -> Vec<u64> {
    let (geometry, holders) = (geometry(set), holders(set));
    let differs = |&chunk: &u64| {
        let copies = copies(set, &geometry, &holders, chunk);
        copies.iter().any(|&copy| copy != copies[0])
    };
    (0..chunks(&geometry)).filter(differs).collect()
}

/// Whether the bitmap says that the copies of a chunk may differ.
pub(crate) fn is_marked(set: &Set, chunk: u64) -> bool {
    let member = freshest(set);
    let superblock = member.superblock();
    let (start, bits) = mdadm::bits(member, &superblock);
    let header = Header::parse(member.block(start), superblock.set().uuid).expect("a good bitmap");
    assert!(header.is_current(superblock.events()));
    let bit = bits.of_sector(ArraySector(chunk * u64::from(superblock.set().chunk)));
    bits.get(member.block(start + bits.block_of(bit) * 8), bit)
}
