//! What Linux MD makes of the drives as they are. It knows nothing of our frames: only the superblocks of version 1.2 and the logs of
//! bad blocks count, read here from their definition (Linux `md_p.h`) and not with the engine's parsers.
//!
//! Of an array at rest Linux would serve a copy if the newest superblock grants its member the slot, its own says that the member
//! is filled as far, and its log of bad blocks does not name it. Then:
//!
//! * no such copy is older than what the host was told;
//! * of what this array still has, there is such a copy, unless no member is complete: then Linux does not start.

mod bits;

use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::Instant;

use super::Oracle;
use super::scan::{Copy, mask, mask_of, mask_where, range_mask, readable_mask};
use crate::drive::{BYTES, Drive, Front};
use crate::ranges::Ranges;
use crate::verdict::{Promise, Verdicts};

/// Where a superblock of version 1.2 lies, in sectors, and how much of the drive it may take.
const SUPERBLOCK: u64 = 8;
const SUPERBLOCK_BYTES: usize = 4096;
const MAGIC: u32 = 0xA92B_4EFC;
/// Features: the member is filled up to an offset; it has a log of bad blocks.
const RECOVERY_OFFSET: u32 = 1 << 1;
const BAD_BLOCKS: u32 = 1 << 3;
/// Above this no unit of a log of bad blocks can be: a length of ten bits would leave the sectors of any drive.
const SHIFT_MAX: u8 = 40;
/// Where the table of roles begins.
const ROLES: usize = 256;
/// A member may be one update behind the newest, as the kernel and mdadm see it.
const LAG: u64 = 1;

/// What a superblock says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) set: [u8; 16],
    slots: u32,
    pub(super) number: usize,
    pub(super) events: u64,
    /// The first sector that is not filled; `None` if all are.
    pub(super) filled: Option<u64>,
    pub(super) roles: Vec<u16>,
    /// Sectors of the data area that must not be asked for.
    bad: Ranges,
}

/// What Linux would do wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Disagreement {
    /// An array sector that it would read from a drive that has something older there.
    wrong: Option<(u64, usize)>,
    /// An array sector of which it would find no copy, though there is one.
    missing: Option<u64>,
}

/// A member that Linux would take, and the slot.
struct Taken {
    index: usize,
    slot: u8,
    label: Label,
}

impl Oracle {
    /// Judges what Linux would read of an array at rest. `manifest` is what the engine calls lost.
    pub(crate) fn judge_linux(
        &self,
        now: Instant,
        drives: &[Drive],
        manifest: &Ranges,
        verdicts: &mut Verdicts,
    ) {
        let taken = self.taken_by_linux(drives);
        if taken.is_empty() {
            return;
        }
        let found = self.disagreement(&taken, drives, now, manifest);
        verdicts.check_none(Promise::LinuxAgrees, now, found.wrong, |(sector, drive)| {
            format!("Linux would read array sector {sector} from drive {drive}, which has old data there")
        });
        // What the drives in service have counts for Linux only where nobody else may go on without them.
        let missing = found.missing.filter(|_| !self.may_have_rivals(drives));
        verdicts.check_none(Promise::LinuxAgrees, now, missing, |sector| {
            format!("Linux would find no copy of array sector {sector}, though there is a good one")
        });
    }

    /// The members that the newest superblock of the array's set counts among its slots.
    fn taken_by_linux(&self, drives: &[Drive]) -> Vec<Taken> {
        let there = |drive: &&Drive| drive.plugged && drive.is_alive();
        let labels: Vec<(usize, Label)> = drives
            .iter()
            .enumerate()
            .filter(|(_, drive)| there(drive))
            .filter_map(|(index, drive)| Some((index, Label::read(drive.in_front())?)))
            .collect();
        let ours = labels.iter().find(|(index, _)| self.in_service(*index));
        let Some(set) = ours.map(|(_, label)| label.set) else { return Vec::new() };
        let of_set = || labels.iter().filter(|(_, label)| label.set == set);
        let Some((_, newest)) = of_set().max_by_key(|(_, label)| label.events) else {
            return Vec::new();
        };
        of_set()
            .filter(|(_, label)| label.events.saturating_add(LAG) >= newest.events)
            .filter_map(|(index, label)| {
                let role = newest.roles.get(label.number).copied()?;
                let slot = u8::try_from(role).ok().filter(|_| u32::from(role) < newest.slots)?;
                Some(Taken { index: *index, slot, label: label.clone() })
            })
            .collect()
    }

    fn disagreement(
        &self,
        taken: &[Taken],
        drives: &[Drive],
        now: Instant,
        manifest: &Ranges,
    ) -> Disagreement {
        let mut found = Disagreement::default();
        for (start, count) in self.scope().iter().flat_map(|range| self.pieces(range)) {
            let mut served = 0;
            for copy in 0..self.layout.copies {
                let (slot, member) = self.layout.locate(start, copy);
                for taken in taken.iter().filter(|taken| taken.slot == slot.0) {
                    let copy = Copy { start, count, member, index: taken.index };
                    let read = taken.reads(&copy) & readable_mask(&copy, &drives[copy.index]);
                    let legal = self.legal_mask(&copy, &drives[copy.index]);
                    note_first(&mut found.wrong, read & !legal, |at| (start + at, copy.index));
                    served |= read & legal;
                }
            }
            if found.missing.is_none() {
                let missing = self.had(start, count, drives, now) & !served;
                let listed = mask_of(manifest, start, count);
                note_first(&mut found.missing, missing & !listed, |at| start + at);
            }
        }
        found
    }

    /// What this array has of a piece of which some member has everything. Linux starts no array without one.
    fn had(&self, start: u64, count: usize, drives: &[Drive], now: Instant) -> u128 {
        let copies = || self.copies_of(start, count);
        if !copies().any(|(slot, copy)| self.is_online(slot, copy.index)) {
            return 0;
        }
        copies()
            .map(|(_, copy)| self.masks(&copy, &drives[copy.index], now).known)
            .fold(0, |all, known| all | known)
    }
}

impl Taken {
    /// The sectors of a copy that Linux would ask its member for.
    fn reads(&self, copy: &Copy) -> u128 {
        let filled = match self.label.filled {
            None => mask(copy.count),
            Some(end) => mask_where(copy, |sector| sector < end),
        };
        filled & !range_mask(&self.label.bad, copy)
    }
}

/// True if a drive bears a label that Linux would take.
pub(super) fn has_label(drive: &Drive) -> bool {
    Label::read(drive.in_front()).is_some()
}

impl Label {
    /// The label of a drive; `None` if there is none that Linux would take.
    pub(super) fn read(front: &Front) -> Option<Self> {
        let mut block = [0; SUPERBLOCK_BYTES];
        front.read(SUPERBLOCK, &mut block);
        let bytes = Bytes(&block);
        let places = bytes.u32(220) as usize;
        let end = ROLES + 2 * places;
        if bytes.u32(0) != MAGIC || bytes.u32(4) != 1 || end > SUPERBLOCK_BYTES {
            return None;
        }
        if bytes.u64(144) != SUPERBLOCK || bytes.u32(216) != checksum(&block[..end]) {
            return None;
        }
        let features = bytes.u32(8);
        if features & BAD_BLOCKS != 0 && block[185] > SHIFT_MAX {
            return None;
        }
        let mut set = [0; 16];
        set.copy_from_slice(&block[16..32]);
        Some(Self {
            set,
            slots: bytes.u32(92),
            number: bytes.u32(160) as usize,
            events: bytes.u64(200),
            filled: (features & RECOVERY_OFFSET != 0).then(|| bytes.u64(152)),
            roles: (0..places).map(|at| bytes.u16(ROLES + 2 * at)).collect(),
            bad: if features & BAD_BLOCKS == 0 { Ranges::new() } else { bad_blocks(front, &bytes) },
        })
    }
}

/// The log of bad blocks: 64-bit entries, sector and length in units, all ones where there is none.
fn bad_blocks(front: &Front, superblock: &Bytes<'_>) -> Ranges {
    let shift = superblock.0[185];
    let sectors = usize::from(superblock.u16(186));
    let offset = i64::from(superblock.u32(188).cast_signed());
    let data = superblock.u64(128);
    let mut log = alloc::vec![0; sectors * BYTES];
    front.read(SUPERBLOCK.saturating_add_signed(offset), &mut log);
    let entries = log.chunks_exact(8).map(|entry| Bytes(entry).u64(0));
    entries
        .take_while(|&entry| entry != u64::MAX)
        .map(|entry| {
            let sectors = |units: u64| units.saturating_mul(1 << shift);
            let (start, length) = (sectors(entry >> 10), sectors(entry & 0x3FF));
            start.saturating_sub(data)..start.saturating_add(length).saturating_sub(data)
        })
        .filter(|range: &Range<u64>| !range.is_empty())
        .collect()
}

/// The checksum of a superblock: its 32-bit words added up, its own place as zero, the carries added in.
fn checksum(block: &[u8]) -> u32 {
    let words = block.chunks(4).enumerate().map(|(at, word)| match (at * 4, word) {
        (216, _) => 0,
        (_, &[a, b, c, d]) => u64::from(u32::from_le_bytes([a, b, c, d])),
        (_, rest) => rest.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte)),
    });
    let sum: u64 = words.sum();
    ((sum & 0xFFFF_FFFF) + (sum >> 32)) as u32
}

/// Little-endian numbers at byte offsets.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn number(&self, at: usize, bytes: usize) -> u64 {
        self.0[at..at + bytes].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
    }

    fn u16(&self, at: usize) -> u16 {
        self.number(at, 2) as u16
    }

    fn u32(&self, at: usize) -> u32 {
        self.number(at, 4) as u32
    }

    fn u64(&self, at: usize) -> u64 {
        self.number(at, 8)
    }
}

fn note_first<T>(place: &mut Option<T>, bits: u128, of: impl FnOnce(u64) -> T) {
    if place.is_none() && bits != 0 {
        *place = Some(of(u64::from(bits.trailing_zeros())));
    }
}

#[cfg(test)]
pub(super) mod tests;
