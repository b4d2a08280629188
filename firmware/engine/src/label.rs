//! The label of a drive: where its records lie, and when they were last written.

use raid10_metadata::private::{Area, COPY_SECTORS};
use raid10_metadata::{
    Device, DriveSector, LogOffset, Minor, Recovery, Role as MdRole, Superblock, Uuid, place,
};

use crate::Engine;
use crate::commit::Claims;
use crate::units::{DriveId, SectorCount, less};

/// What is in a log on a drive is not known.
pub(crate) const LOG_UNSURE: u32 = u32::MAX;

/// What the engine knows of a drive that bears, or is to bear, a label of the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is never zero comes first, so that no label is zero.
#[repr(C)]
pub(crate) struct Label {
    /// The log that the commit under way sends.
    pub(crate) logging: Logging,
    /// The generation that was last written to it completely; zero if none was.
    pub(crate) generation: u64,
    /// The generation of the superblock that was last sent to it: it may have reached it.
    pub(crate) sent: u64,
    /// What is the member's own, as it stands in its superblock.
    pub(crate) device: Device,
    /// Sectors that were read again from another copy, as Linux counts them: kept as it was.
    pub(crate) corrected_reads: u32,
    /// The log of bad blocks as it was last written, as a checksum; zero for an empty one.
    pub(crate) logged: u32,
    /// Where the first of the two frames lies, if there is room for them; the other follows it.
    frames: u64,
    /// Whom its superblock names.
    pub(crate) claims: Claims,
    /// There is room for frames.
    pub(crate) framed: bool,
    pub(crate) minor: Minor,
    /// Which of the two frames is written next.
    pub(crate) turn: u8,
    /// What the superblocks of the commit under way say of it.
    pub(crate) told: Told,
}

/// The log of bad blocks that the commit under way sends to a drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub(crate) enum Logging {
    /// It sends none.
    Nothing = 1,
    /// It was sent one, here as a checksum.
    Sent(u32),
}

/// What superblocks say of a drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Told {
    /// Its entry in the table of roles.
    pub(crate) role: MdRole,
    /// How far it is; `None` if it has all data.
    pub(crate) recovery: Option<Recovery>,
    /// It replaces a member that still serves.
    pub(crate) replaces: bool,
    /// It lacks nothing, or lacked nothing when it left.
    pub(crate) kept: bool,
}

impl Told {
    pub(crate) const NOTHING: Self =
        Self { role: MdRole::Spare, recovery: None, replaces: false, kept: false };

    /// The slot that it holds with all data, as a bit; zero if it holds none.
    pub(crate) const fn slots(&self) -> u32 {
        match self.role {
            MdRole::Slot(slot) if self.recovery.is_none() => 1 << slot,
            _ => 0,
        }
    }
}

impl Label {
    /// A label that was never written.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn new(minor: Minor, device: Device) -> Self {
        Self {
            minor,
            device,
            corrected_reads: 0,
            framed: false,
            frames: 0,
            turn: 0,
            logged: 0,
            logging: Logging::Nothing,
            generation: 0,
            sent: 0,
            told: Told::NOTHING,
            claims: Claims::NONE,
        }
    }

    /// The label that was read, as far as its superblock tells.
    pub(crate) fn of(superblock: &Superblock<'_>) -> Self {
        Self::new(superblock.minor(), superblock.device())
    }

    /// Finds out where the frames lie: as a reader will.
    pub(crate) fn place_frames(&mut self, superblock: &Superblock<'_>, bitmap_sectors: u64) {
        let area = Area::of(superblock, bitmap_sectors);
        self.framed = area.is_some();
        self.frames = area.map_or(0, |area| area.copies[0].0);
    }

    /// Where one of the two frames lies.
    pub(crate) fn frame(&self, copy: u8) -> Option<u64> {
        self.framed.then(|| self.frames + u64::from(copy & 1) * COPY_SECTORS)
    }

    /// The generation of its superblock, and that of another which may have reached it since.
    pub(crate) fn generations(&self) -> [u64; 2] {
        [self.generation, self.sent.max(self.generation)]
    }

    /// The member's number in the table of roles.
    pub(crate) const fn number(&self) -> u16 {
        self.device.number as u16
    }

    /// Where its superblock starts.
    pub(crate) fn start(&self, drive: SectorCount) -> DriveSector {
        self.minor.start_of_member(drive.0)
    }
}

/// The UUID of a member: that of the set with the member's number worked in, so that no two members of any set have the
/// same.
fn device_uuid(set: Uuid, number: u16) -> Uuid {
    let mut bytes = set.0;
    let [low, high] = number.to_le_bytes();
    bytes[14] ^= low ^ 0x5A;
    bytes[15] ^= high ^ 0xA5;
    Uuid(bytes)
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// True if the array's records are kept on its drives.
    pub(crate) const fn is_labelled(&self) -> bool {
        self.labelled
    }

    /// Begins with the labels of a set, of which nothing else is known.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn begin_labels(&mut self, set: raid10_metadata::Set, epoch: u64) {
        self.labels = Labels { set, epoch, ..Labels::NOTHING };
    }

    /// Sectors that a drive has for the array's data.
    pub(crate) fn room(&self, id: DriveId) -> SectorCount {
        let drive = self.drive_ref(id);
        match &drive.label {
            Some(label) => SectorCount(label.device.data_size),
            None if !self.is_labelled() => drive.size,
            None => SectorCount(less(drive.size.0, self.data_offset(id))),
        }
    }

    /// Sectors in front of the data of a drive.
    pub(crate) fn origin(&self, id: DriveId) -> SectorCount {
        let label = self.drive_ref(id).label.as_ref();
        SectorCount(label.map_or(0, |label| label.device.data_offset.0))
    }

    /// Where the data of a new member starts.
    fn data_offset(&self, id: DriveId) -> u64 {
        let chunk = self.geometry.chunk() as u32;
        place::data_offset(self.drive_ref(id).size.0, chunk).0
    }

    /// Gives a drive a new place in the set: a label that is written with the next commit.
    pub(crate) fn give_label(&mut self, id: DriveId) {
        let size = self.drive_ref(id).size.0;
        let data_offset = self.data_offset(id);
        let bits = self.dirty.bits;
        if !self.is_labelled() {
            return;
        }
        let labels = &mut self.labels;
        let number = labels.next_number;
        labels.next_number += 1;
        let superblock = Minor::V1_2.start_of_member(size);
        let data_offset = DriveSector(data_offset);
        let room = place::bitmap_room(size);
        let log: Option<LogOffset> = place::log(superblock, data_offset, room, bits);
        let device = Device {
            uuid: device_uuid(labels.set.uuid, number),
            number: u32::from(number),
            data_offset,
            data_size: less(size, data_offset.0),
            bitmap_offset: bits.map(|_| place::BITMAP_OFFSET),
            log,
            flags: 0,
            roles: raid10_metadata::DEFAULT_ROLES.max(number + 1),
        };
        let mut label = Label::new(Minor::V1_2, device);
        // A new log is formatted, whatever was there.
        label.logged = LOG_UNSURE;
        self.drive_mut(id).label = Some(label);
        self.place_frames(id);
        self.touch_bits();
    }

    /// Finds out where the frames of a new member lie.
    fn place_frames(&mut self, id: DriveId) {
        let bitmap = self.dirty.bits.map_or(0, |bits| bits.sectors());
        let mut block = [0; raid10_metadata::BLOCK_BYTES];
        if let Some(superblock) = self.render_superblock(id, &mut block)
            && let Some(label) = &mut self.drive_mut(id).label
        {
            label.place_frames(&superblock, bitmap);
        }
    }

    /// The drive that has a number in the table of roles.
    pub(crate) fn numbered(&self, number: u16) -> Option<DriveId> {
        let has =
            |drive: &crate::drive::Drive| drive.label.is_some_and(|label| label.number() == number);
        self.drives.iter().position(has).map(|index| DriveId(index as u8))
    }
}

impl Labels {
    /// There are none.
    pub(crate) const NOTHING: Self = Self {
        set: raid10_metadata::Set {
            uuid: Uuid([0; 16]),
            name: raid10_metadata::Name([0; 32]),
            created: raid10_metadata::Timestamp { seconds: 0, micros: 0 },
            near_copies: 0,
            raid_disks: 0,
            chunk: 0,
            size: 0,
            logical_block_size: 0,
        },
        epoch: 0,
        next_number: 0,
        whole: 0,
        whole_events: 0,
    };
}

/// What is known of the set whose labels the drives bear.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Labels {
    /// The number of the next new member. Numbers are never given twice.
    pub(crate) next_number: u16,
    /// Microseconds since 1970 at [`Instant(0)`](crate::Instant).
    pub(crate) epoch: u64,
    /// The generation at which the array last was whole, when bits were last cleared: a member that is older has missed
    /// what no bit tells of.
    pub(crate) whole: u64,
    /// As [`whole`](Self::whole), by the update counter, for Linux.
    pub(crate) whole_events: u64,
    /// What all members have in common.
    pub(crate) set: raid10_metadata::Set,
}
