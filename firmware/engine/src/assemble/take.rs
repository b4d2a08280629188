//! The contents of labels, as they are taken over: nothing in them is trusted.

use raid10_metadata::badblocks;
use raid10_metadata::bitmap::{Bits, Header};
use raid10_metadata::{Superblock, private};

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::commit::HEADER_BITS;
use crate::geometry::{Geometry, Shape};
use crate::payload::{self, Entry};
use crate::ranges::{Kind, Range};
use crate::status::{Health, Role};
use crate::units::{DriveId, MemberLba, SectorCount, less, raise};
use crate::validity::up_to;

/// Bits in a block of the bitmap.
const BLOCK_BITS: u64 = raid10_metadata::BLOCK_BYTES as u64 * 8;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Takes over what all members have in common. False if there is no such array here.
    pub(super) fn take_set(&mut self, superblock: &Superblock<'_>) -> bool {
        let shape = Shape {
            copies: superblock.near_copies(),
            members: u8::try_from(superblock.raid_disks()).unwrap_or(u8::MAX),
            chunk: SectorCount(u64::from(superblock.chunk())),
            member_size: SectorCount(superblock.size()),
        };
        match &Geometry::new(shape) {
            Ok(geometry) if usize::from(shape.members) <= DRIVES => self.set_geometry(geometry),
            _ => return false,
        }
        let (set, epoch) = (superblock.set(), self.labels.epoch);
        self.begin_labels(set, epoch);
        self.dirty = const { crate::dirty::Dirty::new() };
        for index in 0..DRIVES {
            self.forget_records(DriveId(index as u8));
        }
        true
    }

    /// What was known of a drive to the array is of a former life.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn forget_records(&mut self, id: DriveId) {
        let drive = self.drive_mut(id);
        drive.stale = Bitmap::EMPTY;
        drive.uneven = Bitmap::EMPTY;
        drive.filled = MemberLba(0);
        drive.fill = None;
        drive.role = Role::Unassigned;
        drive.unflushed = Bitmap::EMPTY;
        self.ranges.clear(id);
        self.sole.clear(id);
    }

    /// Takes over what the frame of a drive says: of all drives, or of its `own` content only. False if it is none.
    pub(super) fn take_frame(&mut self, id: DriveId, bytes: &[u8], own: bool) -> bool {
        let (Some(label), Some(facts)) = (&self.drive_ref(id).label, self.facts_of(id)) else {
            return false;
        };
        // Which frame belongs to the superblock was found out before: the one of this generation.
        let frame = private::frame_of(bytes, &self.labels.set.uuid, &label.device.uuid);
        let Some(private::OwnFrame { frame, .. }) = frame else { return false };
        if facts.generation.ok() != Some(frame.generation) {
            return false;
        }
        let mut reader = payload::Reader::new(frame.payload);
        let Some(head) = reader.head() else { return false };
        if u32::from(head.region_shift) != self.region_shift {
            return false;
        }
        for _ in 0..head.drives {
            let Some(entry) = reader.entry() else { return false };
            if let Some(drive) = self.numbered(entry.number)
                && (!own || drive == id)
            {
                self.take_entry(drive, entry);
            }
        }
        for _ in 0..head.ranges {
            let Some(exact) = reader.range() else { return false };
            let Some(drive) = self.numbered(exact.number) else { continue };
            if own && drive != id || exact.end > self.member_sectors() {
                continue;
            }
            let (start, end) = (exact.start, exact.end);
            let cached = exact.kind.is_none() && !self.drive_ref(drive).cycled;
            if cached && self.sole.add(drive, start, end) {
                continue;
            }
            // Of a cache no frame of ours tells more than there are places for: what has none is not believed.
            if self.make_room(crate::room::Price::LastCopy) {
                let kind = exact.kind.unwrap_or(Kind::Missed);
                self.ranges.insert(Range { start, end, drive, kind });
            }
        }
        if !own {
            self.labels.whole = head.whole;
            self.labels.next_number = head.next_number;
        }
        true
    }

    fn take_entry(&mut self, id: DriveId, entry: &Entry) {
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.stale.union(&entry.stale);
        if drive.cycled {
            // What was in its cache, nobody knows.
            drive.stale.union(&entry.cached);
        } else {
            drive.unflushed = entry.cached;
        }
        drive.filled = MemberLba(entry.filled);
        drive.errors = entry.errors;
        drive.errors_decayed_at = now;
        // One that had failed is given another chance, and is watched.
        drive.health = entry.health.min(Health::Ailing);
        drive.role = entry.role;
        drive.fill = None;
        if let Some(kind) = entry.fill {
            drive.begin_fill(kind, now);
        }
    }

    /// Takes over a block of a bitmap. Returns whether there are more.
    pub(super) fn take_bits(
        &mut self,
        id: DriveId,
        block: u32,
        bytes: Option<&raid10_metadata::Block>,
    ) -> bool {
        let capacity = self.geometry.capacity().0;
        let Some(facts) = self.facts_of(id) else { return false };
        let current = facts.bitmap.is_some_and(|bitmap| bitmap.current);
        let Some(bytes) = bytes.filter(|_| current) else {
            // What cannot be read may be anything.
            self.doubt_all();
            return false;
        };
        if block == 0 {
            let Ok(header) = Header::parse(bytes, self.labels.set.uuid) else {
                self.doubt_all();
                return false;
            };
            let bits = Bits::new(header.shift, capacity);
            if self.dirty.bits.is_some_and(|known| known != bits) {
                self.doubt_all();
                return false;
            }
            self.dirty.bits = Some(bits);
            raise(&mut self.labels.whole_events, header.events_cleared);
        }
        let Some(bits) = self.dirty.bits else { return false };
        for region in 0..self.last_region() + 1 {
            let told = self.bits_of(region);
            let mut places = place_in(block, told.start)..place_in(block, told.end);
            if places.any(|at| bytes.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)) {
                self.dirty.set.set(region);
            }
        }
        u64::from(block) + 1 < bits.blocks()
    }

    pub(super) fn take_log(&mut self, id: DriveId, bytes: Option<&raid10_metadata::Block>) {
        let Some(log) = self.drive_ref(id).label.and_then(|label| label.device.log) else { return };
        let Some(bytes) = bytes else {
            return self.forget_content(id);
        };
        let (origin, size) = (self.origin(id).0, self.member_sectors());
        for bad in badblocks::decode(bytes, log.sectors.min(8) as u8, log.shift) {
            let start = less(bad.start.0, origin);
            let end = less(bad.start.0 + bad.sectors, origin).min(size);
            // There always is room at that price.
            if start < end && self.make_room(crate::room::Price::LastCopy) {
                // Linux does not say whether it could not be read, or was not written.
                self.ranges.insert(Range { start, end, drive: id, kind: Kind::Missed });
            }
        }
    }
}

/// Where a bit lies in a block of the bitmap: at its start if it lies before it, at its end if it lies behind it.
#[cfg_attr(target_pointer_width = "32", inline(never))]
fn place_in(block: u32, bit: u64) -> usize {
    let place = less(bit + HEADER_BITS, u64::from(block) * BLOCK_BITS);
    up_to(place, BLOCK_BITS as u32) as usize
}
