//! The contents of labels, as they are taken over: nothing in them is trusted.

use raid10_metadata::badblocks;
use raid10_metadata::bitmap::{Bits, Header};
use raid10_metadata::{Superblock, private};

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::geometry::{Geometry, Shape};
use crate::label::Labels;
use crate::payload::{self, Entry};
use crate::ranges::{Kind, Range};
use crate::status::{Health, Role};
use crate::units::{DriveId, MemberLba, SectorCount, less};

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Takes over what all members have in common. False if there is no such array here.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(super) fn take_set(&mut self, superblock: &Superblock<'_>) -> bool {
        let set = superblock.set();
        let chunk = u64::from(set.chunk);
        let shape = Shape {
            copies: set.near_copies,
            members: u8::try_from(set.raid_disks).unwrap_or(u8::MAX),
            chunk: SectorCount(chunk),
            member_size: SectorCount(set.size),
        };
        let Ok(geometry) = Geometry::new(shape) else { return false };
        if usize::from(shape.members) > DRIVES {
            return false;
        }
        self.set_geometry(geometry);
        if let Some(labels) = &mut self.labels {
            *labels =
                Labels { set, epoch: labels.epoch, next_number: 0, whole: 0, whole_events: 0 };
        }
        self.dirty = crate::dirty::Dirty::new();
        for index in 0..DRIVES {
            self.forget_records(DriveId(index as u8));
        }
        true
    }

    pub(super) fn forget_records(&mut self, id: DriveId) {
        let drive = self.drive_mut(id);
        drive.stale = Bitmap::EMPTY;
        drive.uneven = Bitmap::EMPTY;
        drive.filled = MemberLba(0);
        drive.fill = None;
        drive.role = Role::Unassigned;
        self.ranges.clear(id);
    }

    /// Takes over what a frame says: of all drives, or of one only. False if it is none.
    pub(super) fn take_frame(&mut self, id: DriveId, bytes: &[u8], only: Option<DriveId>) -> bool {
        let (Some(labels), Some(label), Some(facts)) =
            (&self.labels, &self.drive_ref(id).label, self.facts_of(id))
        else {
            return false;
        };
        // Which frame belongs to the superblock was found out before: the one of this generation.
        let frame = private::frame_of(bytes, &labels.set.uuid, &label.device.uuid);
        let Some(frame) = frame else { return false };
        if facts.generation.ok() != Some(frame.generation) {
            return false;
        }
        let Some((head, mut reader)) = payload::Reader::new(frame.payload) else { return false };
        if u32::from(head.region_shift) != self.region_shift {
            return false;
        }
        for _ in 0..head.drives {
            let Some(entry) = &reader.entry() else { return false };
            if let Some(drive) = self.numbered(entry.number)
                && only.is_none_or(|only| only == drive)
            {
                self.take_entry(drive, entry);
            }
        }
        for _ in 0..head.ranges {
            let Some(exact) = reader.range() else { return false };
            let Some(drive) = self.numbered(exact.number) else { continue };
            if only.is_some_and(|only| only != drive) || exact.end > self.member_sectors() {
                continue;
            }
            if self.make_room(crate::room::Price::LastCopy) {
                let (start, end, kind) = (exact.start, exact.end, exact.kind);
                self.ranges.insert(Range { start, end, drive, kind });
            }
        }
        if only.is_none()
            && let Some(labels) = &mut self.labels
        {
            labels.whole = head.whole;
            labels.next_number = head.next_number;
        }
        true
    }

    fn take_entry(&mut self, id: DriveId, entry: &Entry) {
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.stale.union(&entry.stale);
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
        let Some((set, facts)) =
            self.labels.as_ref().map(|labels| labels.set.uuid).zip(self.facts_of(id))
        else {
            return false;
        };
        let current = facts.bitmap.is_some_and(|bitmap| bitmap.current);
        let Some(bytes) = bytes.filter(|_| current) else {
            // What cannot be read may be anything.
            self.doubt_all();
            return false;
        };
        if block == 0 {
            let Ok(header) = Header::parse(bytes, set) else {
                self.doubt_all();
                return false;
            };
            let bits = Bits::new(header.shift, capacity);
            if self.dirty.bits.is_some_and(|known| known != bits) {
                self.doubt_all();
                return false;
            }
            self.dirty.bits = Some(bits);
            if let Some(labels) = &mut self.labels {
                labels.whole_events = labels.whole_events.max(header.events_cleared);
            }
        }
        let Some(bits) = self.dirty.bits else { return false };
        let block = u64::from(block);
        for bit in bits.bits_in(block) {
            if bits.get(bytes, bit)
                && let Some(span) = self.regions_of(bit)
            {
                self.dirty.set.set_range(span.first, span.last);
            }
        }
        block + 1 < bits.blocks()
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
