//! The bytes of the records, as they are written to a drive.

use raid10_metadata::badblocks::{BadRange, Encoder};
use raid10_metadata::bitmap::Header;
use raid10_metadata::private::{self, CRC, HEAD_BYTES, Tie};
use raid10_metadata::{
    ArraySector, BLOCK_BYTES, Block, DataSector, DriveSector, Editor, Recovery, Resync,
    Role as MdRole, State, Superblock, Timestamp, place,
};

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::commit::{HEADER_BITS, Part, SECTOR_BITS};
use crate::config::SOLE_WRITES;
use crate::drive::Drive;
use crate::label::{LOG_UNSURE, Told};
use crate::payload::{Entry, Exact, Head, Writer};
use crate::ranges::{Kind, Range};
use crate::status::Role;
use crate::units::{DriveId, Slot};

const SECTOR: usize = 512;
/// Of so many drives that are away a frame has room to tell what may be in their caches. What more of them may have there is
/// told as stale, whether they lose their power or not.
pub(crate) const CACHES_TOLD: u32 = 4;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Fills a buffer with a part of the commit for a drive.
    pub(crate) fn render(&self, id: DriveId, part: Part, sectors: usize, bytes: &mut [u8]) {
        let length = (sectors * SECTOR).min(bytes.len());
        let Some(bytes) = bytes.get_mut(..length) else { return };
        bytes.fill(0);
        match part {
            Part::Flush => {}
            Part::Frame => self.render_frame(id, bytes),
            Part::Bits => self.render_bits(bytes),
            Part::Log | Part::Superblock => {
                let mut block = [0; BLOCK_BYTES];
                if part == Part::Log {
                    self.render_log(id, &mut block);
                } else {
                    self.render_superblock(id, &mut block);
                }
                let length = bytes.len().min(block.len());
                if let (Some(to), Some(from)) = (bytes.get_mut(..length), block.get(..length)) {
                    to.copy_from_slice(from);
                }
            }
        }
    }

    /// The superblock of a drive, as the commit under way has it.
    pub(crate) fn render_superblock<'b>(
        &self,
        id: DriveId,
        block: &'b mut Block,
    ) -> Option<Superblock<'b>> {
        let (labels, drive) = (&self.labels, self.drive_ref(id));
        let label = drive.label.as_ref()?;
        let size = drive.size.0;
        let state = self.md_state();
        let mut editor: Editor<'b> =
            raid10_metadata::draft(block, label.minor, size, &labels.set, &label.device, &state)?;
        for index in 0..DRIVES {
            if let Some(label) = &self.drive_ref(DriveId(index as u8)).label {
                // Cannot fail: the table is as long as the numbers need, and the slots are those of the array.
                let _ = editor.set_role(label.device.number, label.told.role);
            }
        }
        editor.set_corrected_reads(label.corrected_reads);
        editor.set_recovery(label.told.recovery);
        editor.set_replacement(label.told.replaces);
        editor.set_log_in_use(self.log_digest(id) != 0);
        editor.seal().ok()
    }

    fn md_state(&self) -> State {
        let resync = if self.commit.clean { Resync::Done } else { Resync::From(ArraySector(0)) };
        State { events: self.commit.events, updated: self.updated(), resync }
    }

    fn updated(&self) -> Timestamp {
        let micros = self.commit.updated;
        Timestamp { seconds: micros / 1_000_000, micros: (micros % 1_000_000) as u32 }
    }

    /// Settles what the superblocks of a commit say of the drives. They are written when all else is flushed, and must not
    /// claim what came after that: data that reached a drive since, or a drive that came back and has none of the records.
    pub(crate) fn settle_words(&mut self) {
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            let drive = self.drive_ref(id);
            let takes_part = self.commit.parties.contains(id) && drive.in_service();
            let role = drive.md_role(takes_part);
            let replaces = self.replaces(drive);
            let kept = self.is_kept(id, drive, takes_part);
            let told = Told { role, recovery: self.recovery(drive), replaces, kept };
            if let Some(label) = &mut self.drive_mut(id).label {
                label.told = told;
            }
        }
    }

    /// True if a drive lacks nothing, as long as nobody writes its superblock. One that left knew what its cache held: if others
    /// have that too, they are the better copies.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn is_kept(&self, id: DriveId, drive: &Drive, takes_part: bool) -> bool {
        let (Role::Member(slot), Some(label)) = (drive.role, &drive.label) else { return false };
        let was = label.told.kept || matches!(label.told.role, MdRole::Slot(_));
        let cached = || !drive.unflushed.is_empty() && self.has_partner(slot);
        let missed = |range: &Range| range.kind == Kind::Missed;
        !drive.ejected
            && (takes_part || was && !cached())
            && !self.ranges.of(id).iter().any(missed)
            && self.holds_all(drive)
    }

    /// True if another drive in service has copies of what a slot holds.
    fn has_partner(&self, slot: Slot) -> bool {
        (0..self.members()).any(|index| {
            let other = Slot(index as u8);
            let serves = self.has_member(other);
            other != slot && serves && self.shares_mirror(slot, other)
        })
    }

    /// How far a drive is, for those who do not read the frame.
    pub(crate) fn recovery(&self, drive: &Drive) -> Option<Recovery> {
        drive.slot()?;
        let lacks = !drive.stale.is_empty() && !drive.stale_is_uneven();
        if !lacks && !matches!(drive.role, Role::Target(_)) {
            return None;
        }
        let durable = drive.fill.as_ref().map_or(0, |fill| fill.durable);
        // Linux takes the bitmap's word for what a member lacks that was away; a new one lacks everything.
        let by_bitmap =
            matches!(drive.role, Role::Member(_)) && drive.stale_is_dirty(&self.dirty.set);
        let offset = if by_bitmap { 0 } else { durable };
        Some(Recovery { offset: DataSector(offset), by_bitmap })
    }

    /// True if a target replaces a member that still serves.
    pub(crate) fn replaces(&self, drive: &Drive) -> bool {
        matches!(drive.role, Role::Target(slot) if self.has_member(slot))
    }

    fn render_frame(&self, id: DriveId, bytes: &mut [u8]) {
        let Some(label) = &self.drive_ref(id).label else { return };
        let Some(payload) = bytes.get_mut(HEAD_BYTES..) else { return };
        // There is room for the largest table of drives and ranges there can be.
        let Some(length) = self.render_payload(payload) else { return };
        let tie = Tie {
            set: self.labels.set.uuid,
            device: label.device.uuid,
            events: self.commit.events,
            updated: self.updated(),
        };
        private::seal(bytes, &tie, self.commit.generation, length);
    }

    fn render_payload(&self, bytes: &mut [u8]) -> Option<usize> {
        let labels = &self.labels;
        let head = Head {
            region_shift: self.region_shift as u8,
            drives: 0,
            ranges: 0,
            building: self.building_slots(),
            whole: labels.whole,
            next_number: labels.next_number,
        };
        let mut writer = Writer::new(bytes, &head);
        let mut caches = 0;
        let mut entry = Entry::NOTHING;
        // Drives, and then the members of slots without one.
        for index in 0..2 * DRIVES {
            let told = match index.checked_sub(DRIVES) {
                None => self.tell_entry(DriveId(index as u8), &mut entry),
                Some(slot) => self.tell_unseen(slot, &mut entry),
            };
            if !told {
                continue;
            }
            caches += u32::from(!entry.cached.is_empty());
            if caches > CACHES_TOLD {
                entry.stale.union(&entry.cached);
                entry.cached = Bitmap::EMPTY;
            }
            writer.entry(&entry);
        }
        for index in 0..DRIVES {
            let drive = self.drive_ref(DriveId(index as u8));
            let Some(label) = &drive.label else { continue };
            if matches!(drive.role, Role::Unassigned) {
                continue;
            }
            for &Range { kind, start, end, .. } in self.told_ranges(DriveId(index as u8)) {
                writer.range(&Exact { number: label.number(), kind: Some(kind), start, end });
            }
            if drive.present || raid10_metadata::bug!("cache-of-absent-untold") {
                // What it flushes is told by no frame.
                continue;
            }
            for place in 0..SOLE_WRITES {
                if let Some(stretch) = self.sole.at(place, DriveId(index as u8)) {
                    let (start, end) = (stretch.start.0, stretch.end().0);
                    writer.range(&Exact { number: label.number(), kind: None, start, end });
                }
            }
        }
        writer.finish()
    }

    /// A member that was not there when the array started is told of as the frame did from which it started: it was last written as
    /// that said, and has missed what was written since.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn tell_unseen(&self, slot: usize, entry: &mut Entry) -> bool {
        let (left, frame) = &self.left;
        let noted = left.noted(*frame, slot as u16);
        let (Some((number, generations)), None) = (noted, self.slots[slot].member) else {
            return false;
        };
        *entry = Entry::NOTHING;
        entry.number = number;
        entry.generations = generations;
        entry.role = Role::Member(Slot(slot as u8));
        entry.lacking = true;
        !raid10_metadata::bug!("unseen-told-once")
    }

    /// The ranges of a drive that a frame tells.
    fn told_ranges(&self, id: DriveId) -> impl Iterator<Item = &Range> {
        let told = |range: &&Range| {
            range.kind != Kind::Suspect && !raid10_metadata::bug!("holes-not-kept")
        };
        self.ranges.of(id).iter().filter(told)
    }

    /// Puts together what a frame tells of a drive, in place, since it is long; false if it tells nothing of it.
    fn tell_entry(&self, id: DriveId, entry: &mut Entry) -> bool {
        let drive = self.drive_ref(id);
        let Some(label) = &drive.label else { return false };
        if matches!(drive.role, Role::Unassigned) {
            return false;
        }
        entry.number = label.number();
        entry.role = drive.role;
        entry.ejected = drive.ejected;
        entry.fill = drive.fill.as_ref().map(|fill| fill.kind);
        entry.health = drive.health;
        entry.errors = drive.errors;
        entry.generations = label.generations();
        entry.lacking = !label.told.kept;
        entry.filled = drive.filled.0;
        // Where copies may differ the bits tell; none is older there than another.
        entry.stale = drive.stale;
        entry.stale.subtract(&drive.uneven);
        let gone = !drive.present && !raid10_metadata::bug!("cache-of-absent-untold");
        entry.cached = if gone { drive.unflushed } else { Bitmap::EMPTY };
        true
    }

    /// Some sectors of the bitmap.
    fn render_bits(&self, bytes: &mut [u8]) {
        let (labels, Some(bits)) = (&self.labels, self.dirty.bits) else { return };
        let (first, _) = self.commit.bits;
        let mut from = 0;
        while let Some(region) = self.dirty.set.first_from(from) {
            put_bits(bytes, self.bits_of(region), u64::from(first));
            from = region + 1;
        }
        if first > 0 {
            return;
        }
        let header = Header {
            events: self.commit.events,
            events_cleared: labels.whole_events,
            sync_size: self.geometry.capacity().0,
            state: 0,
            shift: bits.shift(),
            daemon_sleep: place::DAEMON_SLEEP,
            write_behind: 0,
            sectors_reserved: 0,
        };
        // The values are ours, and so good.
        if let Some(head) = bytes.first_chunk_mut() {
            header.put(labels.set.uuid, head);
        }
    }

    /// What a drive must not be asked for, for those who do not read the frame.
    fn bad_ranges(&self, id: DriveId) -> impl Iterator<Item = BadRange> + '_ {
        let origin = self.origin(id).0;
        let holes = self
            .ranges
            .of(id)
            .iter()
            .filter(|range| !range.kind.is_held())
            .filter(|_| !raid10_metadata::bug!("holes-untold"));
        holes.map(move |range| BadRange {
            start: DriveSector(origin + range.start),
            sectors: range.end - range.start,
        })
    }

    fn render_log(&self, id: DriveId, block: &mut Block) {
        let log = self.drive_ref(id).label.as_ref().and_then(|label| label.device.log);
        let (sectors, shift) = log.map_or((8, 0), |log| (log.sectors.min(8) as u8, log.shift));
        let mut encoder = Encoder::new(block, sectors, shift);
        for range in self.bad_ranges(id) {
            // A range too long for the log is told by the frame alone; Linux is then refused by the table of roles.
            let _ = encoder.push(range);
        }
    }

    /// The log of a drive as a checksum; zero for an empty one, and never [`LOG_UNSURE`].
    pub(crate) fn log_digest(&self, id: DriveId) -> u32 {
        let mut digest = CRC.digest();
        let mut any = false;
        for range in self.bad_ranges(id) {
            let numbers = [range.start.0.to_le_bytes(), range.sectors.to_le_bytes()];
            digest.update(numbers.as_flattened());
            any = true;
        }
        if any { digest.finalize().clamp(1, LOG_UNSURE - 1) } else { 0 }
    }

    /// True if the log on a drive is not as it must be.
    pub(crate) fn log_changes(&self, id: DriveId) -> bool {
        let label = self.drive_ref(id).label.as_ref();
        label.is_some_and(|label| label.device.log.is_some() && label.logged != self.log_digest(id))
    }
}

impl Drive {
    /// Its entry in the table of roles: a slot only if it takes part.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn md_role(&self, takes_part: bool) -> MdRole {
        match self.role {
            // Linux knows two holders of a slot only where one replaces the other.
            Role::Member(slot) | Role::Target(slot) if takes_part => {
                MdRole::Slot(u16::from(slot.0))
            }
            Role::Spare { .. } => MdRole::Spare,
            _ => MdRole::Faulty,
        }
    }

    /// True if it lacks nothing but what may differ since an unclean stop.
    pub(crate) fn stale_is_uneven(&self) -> bool {
        self.uneven.contains_all(&self.stale)
    }

    /// True if the bits tell of everything that it lacks.
    fn stale_is_dirty(&self, dirty: &Bitmap) -> bool {
        dirty.contains_all(&self.stale)
    }
}

/// Sets bits in sectors of a bitmap that begin at its sector `first`.
fn put_bits(bytes: &mut [u8], bits: core::ops::Range<u64>, first: u64) {
    let base = first * SECTOR_BITS;
    for bit in bits {
        // What lies before them is far behind the end of all bytes.
        let at = (bit + HEADER_BITS).wrapping_sub(base);
        if let Some(byte) = usize::try_from(at / 8).ok().and_then(|at| bytes.get_mut(at)) {
            *byte |= 1 << (at % 8);
        }
    }
}
