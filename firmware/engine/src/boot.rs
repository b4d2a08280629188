//! Reading labels: what a drive that came says of itself. One read at a time, so that one buffer is enough.
//!
//! ```text
//!  superblock 1.2 --(none)--> 1.1 --(none)--> 1.0 --(none)--> blank, or foreign as the port says
//!       |                      |               |
//!       +----------------------+---------------+--> bitmap's header --> frames --> a member of some set
//!       \--(damaged, or of an unknown format)-----------------------------------> refused
//! ```
//!
//! Failure edges: a read that fails is tried again; a superblock that cannot be read makes the drive one that is left
//! alone; a bitmap or a frame that cannot be read counts as none. A drive that leaves meanwhile is forgotten.

use raid10_metadata::assembly::{BitmapFacts, Candidate, Facts, Left};
use raid10_metadata::bitmap::Header;
use raid10_metadata::private::{self, Void};
use raid10_metadata::{
    BLOCK_SECTORS, Block, Inconsistent, Minor, Refusal as LabelRefusal, Superblock, Timestamp, Uuid,
};

use crate::Engine;
use crate::assemble::Load;
use crate::command::AssemblyOrder;
use crate::config::METADATA_SECTORS;
use crate::drive_set::DriveSet;
use crate::event::DriveEvent;
use crate::io::{IoFault, Outcome, Stretch};
use crate::io_table::{Owner, Verb};
use crate::label::Label;
use crate::payload;
use crate::status::{ArrayState, Role};
use crate::units::{DriveId, Instant, MemberLba, less};
use crate::validity::up_to;

/// How often a read is tried.
const TRIES: u8 = 3;

/// What is read next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum What {
    /// A superblock.
    Superblock(Minor),
    /// The header of the bitmap.
    Header,
    /// A frame.
    Frame(u8),
    /// Something that the array needs before it starts.
    Load(Load),
}

/// A read under way, or due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reading {
    pub(crate) drive: DriveId,
    pub(crate) what: What,
    pub(crate) sent: bool,
    tries: u8,
}

impl Reading {
    pub(crate) const fn new(drive: DriveId, what: What) -> Self {
        Self { drive, what, sent: false, tries: 0 }
    }
}

/// Labels that were read, and what is to become of the array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Boot {
    /// It was put together, and its first commit has not ended.
    pub(crate) starting: bool,
    /// The array is still to be put together.
    pub(crate) assembling: bool,
    /// It was refused, for drives have gone on without each other.
    pub(crate) disputed: bool,
    /// Some frame was taken over.
    pub(crate) framed: bool,
    pub(crate) order: Option<AssemblyOrder>,
    pub(crate) unread: DriveSet,
    pub(crate) reading: Option<Reading>,
    /// Whose frame speaks for the array.
    pub(crate) speaker: Option<DriveId>,
    pub(crate) wanted: Option<Uuid>,
    /// Until when absent members are waited for.
    pub(crate) settle_at: Instant,
}

impl Boot {
    /// Nothing is read. Until when is waited is to be set.
    pub(crate) const fn new() -> Self {
        Self {
            assembling: false,
            starting: false,
            disputed: false,
            wanted: None,
            order: None,
            unread: DriveSet::EMPTY,
            reading: None,
            settle_at: Instant(0),
            speaker: None,
            framed: false,
        }
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Reads what is due, and decides when nothing is left to be read.
    pub(crate) fn run_boot(&mut self) {
        if self.boot.reading.is_none()
            && let Some(drive) = self.boot.unread.iter().next()
        {
            self.boot.reading = Some(Reading::new(drive, What::Superblock(Minor::V1_2)));
        }
        let Some(reading) = self.boot.reading.filter(|reading| !reading.sent) else { return };
        let Some(stretch) = self.place_of(reading) else {
            self.read_over(reading, None);
            return;
        };
        let Some(buffer) = self.commit.take_buffer() else { return };
        let owner = Owner::Label(buffer);
        if self.queue(reading.drive, owner, Verb::Read, stretch, 0).is_some() {
            if let Some(reading) = &mut self.boot.reading {
                reading.sent = true;
            }
        } else {
            self.commit.give_buffer(buffer);
            self.work.blocked = true;
        }
    }

    /// Where something is read; `None` if there is no such place.
    fn place_of(&self, reading: Reading) -> Option<Stretch> {
        let drive = self.drive_ref(reading.drive);
        let label = self.label.as_ref().or(drive.label.as_ref());
        let (mut offset, mut block, mut count) = (Some(0), 0, BLOCK_SECTORS as u32);
        let mut frame = None;
        match reading.what {
            What::Superblock(_) | What::Load(Load::Set) => {}
            What::Header => offset = label?.device.bitmap_offset,
            What::Load(Load::Bits(index)) => (offset, block) = (label?.device.bitmap_offset, index),
            What::Load(Load::Log) => offset = label?.device.log.map(|log| log.offset),
            What::Frame(copy) => frame = Some(copy),
            // The one that was found to belong to the superblock.
            What::Load(Load::Frame | Load::OwnFrame) => frame = Some(label?.turn ^ 1),
        }
        let start = if let Some(copy) = frame {
            count = METADATA_SECTORS as u32;
            label?.frame(copy)?
        } else {
            let minor = match reading.what {
                What::Superblock(minor) => minor,
                _ => label?.minor,
            };
            let superblock = minor.start(drive.size.0)?;
            superblock.at_offset(offset?).0 + u64::from(block) * BLOCK_SECTORS
        };
        let count = up_to(less(drive.size.0, start), count);
        (count > 0).then_some(Stretch { start: MemberLba(start), count })
    }

    /// The buffer that a command reads the engine's own records into; `None` for every other command.
    #[must_use]
    pub fn metadata_read(&self, id: crate::IoId) -> Option<u8> {
        match self.ios.get(id)?.owner {
            Owner::Label(buffer) => Some(buffer),
            _ => None,
        }
    }

    /// As [`handle_completion`](Self::handle_completion), for a read of the engine's own records: with the bytes of the
    /// port's buffer.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn handle_metadata(
        &mut self,
        now: Instant,
        id: crate::IoId,
        outcome: Outcome,
        bytes: &[u8],
    ) {
        if outcome == Outcome::Done
            && let Some(reading) = self.boot.reading
            && reading.sent
            && let Some(&io) = self.ios.get(id)
            && let Owner::Label(buffer) = io.owner
            && reading.drive == io.drive
        {
            self.advance(now);
            self.retire(&io);
            self.commit.give_buffer(buffer);
            self.work.freed = true;
            self.read_over(reading, Some(bytes));
            self.maintain();
        } else {
            self.handle_completion(now, id, outcome);
        }
    }

    /// A read of a label failed.
    pub(crate) fn label_unread(&mut self, id: DriveId, buffer: u8, fault: Option<IoFault>) {
        self.commit.give_buffer(buffer);
        let Some(mut reading) = self.boot.reading.filter(|reading| reading.drive == id) else {
            return;
        };
        reading.sent = false;
        reading.tries += 1;
        let present = self.drive_ref(id).present;
        let again = present && fault != Some(IoFault::Gone) && reading.tries < TRIES;
        self.boot.reading = again.then_some(reading);
        if present && !again {
            self.emit_drive_cause(id, DriveEvent::LabelFailed);
            self.read_over(reading, None);
        }
    }

    /// Something was read, or cannot be.
    fn read_over(&mut self, reading: Reading, bytes: Option<&[u8]>) {
        let id = reading.drive;
        self.boot.reading = None;
        match reading.what {
            What::Superblock(minor) => self.superblock_read(id, minor, bytes),
            What::Header => self.header_read(id, bytes),
            What::Frame(copy) => self.frame_read(id, copy, bytes),
            What::Load(load) => self.loaded(id, load, bytes),
        }
    }

    pub(crate) fn read_next_of(&mut self, id: DriveId, what: What) {
        self.boot.reading = Some(Reading::new(id, what));
        self.run_boot();
    }

    fn superblock_read(&mut self, id: DriveId, minor: Minor, bytes: Option<&[u8]>) {
        self.label = None;
        let drive = self.drive_ref(id);
        let (size, foreign) = (drive.size.0, drive.foreign);
        let superblock = match block_of(bytes) {
            Some(block) => Superblock::parse(block, minor, size),
            None if minor.start(size).is_none() => return self.identified_as(id, Candidate::Blank),
            // It may be anything: it is not ours to write.
            None => Err(LabelRefusal::Inconsistent(Inconsistent::DataArea)),
        };
        let found = match superblock {
            Ok(superblock) => match Facts::of_superblock(&superblock) {
                Ok(facts) => return self.member_read(id, &superblock, facts),
                Err(refusal) => Candidate::Refused(refusal),
            },
            Err(LabelRefusal::NotMd) => match minor {
                Minor::V1_2 => return self.read_next_of(id, What::Superblock(Minor::V1_1)),
                Minor::V1_1 => return self.read_next_of(id, What::Superblock(Minor::V1_0)),
                Minor::V1_0 if foreign => Candidate::Foreign,
                Minor::V1_0 => Candidate::Blank,
            },
            Err(refusal) => Candidate::Refused(refusal),
        };
        self.identified_as(id, found);
    }

    /// A drive is a member of some set: what its superblock says is told by more.
    fn member_read(&mut self, id: DriveId, superblock: &Superblock<'_>, facts: Facts) {
        self.candidates[id.index()] = Candidate::Member(facts);
        let room = superblock.bitmap_room(self.drive_ref(id).size.0);
        self.label_updated = superblock.state().updated;
        let label = self.label.insert(Label::of(superblock));
        label.corrected_reads = superblock.corrected_reads();
        label.place_frames(superblock, room);
        let has_bitmap = label.device.bitmap_offset.is_some();
        self.read_next_of(id, if has_bitmap { What::Header } else { What::Frame(0) });
    }

    fn header_read(&mut self, id: DriveId, bytes: Option<&[u8]>) {
        if let (Some(block), Candidate::Member(facts)) =
            (block_of(bytes), &mut self.candidates[id.index()])
            && let Ok(header) = Header::parse(block, facts.set)
        {
            facts.bitmap = Some(BitmapFacts {
                events_cleared: header.events_cleared,
                current: header.is_current(facts.events),
            });
        }
        self.read_next_of(id, What::Frame(0));
    }

    fn frame_read(&mut self, id: DriveId, copy: u8, bytes: Option<&[u8]>) {
        let updated = self.label_updated;
        let (Some(label), Candidate::Member(facts)) =
            (&mut self.label, &mut self.candidates[id.index()])
        else {
            return;
        };
        if bytes.is_some_and(|bytes| take_told(facts, updated, bytes)) {
            label.generation = facts.generation.unwrap_or(0);
            // The next frame goes to the other place.
            label.turn = copy ^ 1;
        }
        if copy == 0 {
            self.read_next_of(id, What::Frame(1));
        } else {
            self.identified(id);
        }
    }

    fn identified_as(&mut self, id: DriveId, found: Candidate) {
        self.candidates[id.index()] = found;
        self.identified(id);
    }

    /// It is known what a drive says of itself.
    fn identified(&mut self, id: DriveId) {
        let label = self.label.take();
        self.boot.unread.remove(id);
        self.work.freed = true;
        let assembling = self.boot.assembling;
        let drive = self.drive_mut(id);
        drive.identified = true;
        if assembling {
            drive.label = label;
            self.decide();
        } else {
            self.judge_late(id, label);
        }
        self.run_boot();
    }

    /// A drive that is being read has left.
    pub(crate) fn forget_label(&mut self, id: DriveId) {
        self.boot.unread.remove(id);
        self.work.freed = true;
        self.candidates[id.index()] = Candidate::Blank;
        if self.boot.reading.is_some_and(|reading| reading.drive == id) {
            self.boot.reading = None;
            self.label = None;
        }
        // What stood against the array may be gone with it. Between two histories nobody chooses by pulling a plug.
        let disputed = self.boot.disputed
            && self.state == ArrayState::Refused
            && !raid10_metadata::bug!("plug-chooses");
        if !disputed && !raid10_metadata::bug!("refused-for-good") {
            self.expect_members();
            self.decide();
        }
    }
}

/// The first block of what was read.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(crate) fn block_of(bytes: Option<&[u8]>) -> Option<&Block> {
    bytes?.first_chunk()
}

/// Takes over what a frame tells for the decision, unless a newer one did. `updated`: when the superblock was written.
#[cfg_attr(target_pointer_width = "32", inline(never))]
fn take_told(facts: &mut Facts, updated: Timestamp, bytes: &[u8]) -> bool {
    let Some(own) = private::frame_of(bytes, &facts.set, &facts.device) else { return false };
    if !own.belongs_to(facts.events, updated) {
        // That there is another state tells more than that there is nothing.
        if facts.generation.is_err() {
            facts.generation = Err(Void::OtherState { events: own.events, updated: own.updated });
        }
        return false;
    }
    let frame = own.frame;
    let mut reader = payload::Reader::new(frame.payload);
    let Some(head) = reader.head() else { return false };
    if facts.generation.is_ok_and(|known| known >= frame.generation) {
        return false;
    }
    facts.generation = Ok(frame.generation);
    facts.building = head.building;
    facts.left = Left::NOBODY;
    for _ in 0..head.drives {
        // One that makes no sense ends the reading, here as when all of it is taken over.
        let Some(entry) = reader.entry() else { break };
        if let Role::Member(slot) = entry.role {
            let slot = u16::from(slot.0);
            facts.left.note(frame.generation, slot, entry.number, entry.generations);
            if entry.lacking {
                facts.left.lacking = facts.left.lacking.with(slot);
            }
        }
    }
    true
}

#[cfg(test)]
mod tests;
