//! The parts of a commit: what each party is sent, and what comes of it.

use super::Stage;
use crate::Engine;
use crate::config::{METADATA_SECTORS, PROOF_SECTORS};
use crate::event::DriveEvent;
use crate::io::{IoFault, Step, Stretch};
use crate::io_table::{Owner, Verb};
use crate::label::{LOG_UNSURE, Logging};
use crate::units::{DriveId, MemberLba};

/// How often a drive may fail to take its part.
const FAULTS_MAX: u8 = 3;
/// What a party is to write in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// A flush.
    Flush,
    /// A frame.
    Frame,
    /// Some of the bitmap.
    Bits,
    /// The log of bad blocks.
    Log,
    /// The superblock.
    Superblock,
}

pub(super) const PARTS: [Part; 5] =
    [Part::Flush, Part::Frame, Part::Bits, Part::Log, Part::Superblock];

/// Whether a part was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Yes,
    /// The drive has no place for it, or is not there.
    NoPlace,
    /// There is no free buffer, or no place for the command.
    NotYet,
}

impl Part {
    /// The step that a part is, in a stage.
    pub(crate) const fn step(self, clears: bool) -> Step {
        match self {
            Self::Flush => Step::CommitFlush,
            Self::Frame => Step::Frame,
            Self::Bits if clears => Step::BitsClear,
            Self::Bits => Step::BitsSet,
            Self::Log => Step::Log,
            Self::Superblock => Step::Superblock,
        }
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Sends what is due, as far as there are places.
    pub(super) fn send_parts(&mut self) {
        for &part in &PARTS {
            for id in self.commit.due[part as usize].iter() {
                let sent = if self.answers(id) { self.send_part(id, part) } else { Sent::NoPlace };
                match sent {
                    Sent::Yes => self.commit.open += 1,
                    Sent::NoPlace => {}
                    Sent::NotYet => {
                        self.work.blocked = true;
                        return;
                    }
                }
                self.commit.due[part as usize].remove(id);
            }
        }
    }

    fn send_part(&mut self, id: DriveId, part: Part) -> Sent {
        if part == Part::Flush {
            let sent = self.queue_flush(id, Owner::Commit(part, 0));
            return if sent { Sent::Yes } else { Sent::NotYet };
        }
        let Some(stretch) = self.place_of_part(id, part) else { return Sent::NoPlace };
        let Some(buffer) = self.commit.take_buffer() else { return Sent::NotYet };
        // Bits and superblocks must be durable when they have been written; the rest is flushed.
        let durable = part == Part::Superblock || self.commit.stage == Stage::Bits;
        let durable = durable && !raid10_metadata::bug!("records-in-cache");
        let verb = if durable { Verb::WriteDurable } else { Verb::Write };
        let sent = self.queue(id, Owner::Commit(part, buffer), verb, stretch, 0).is_some();
        if sent {
            let (generation, digest) = (self.commit.generation, self.log_digest(id));
            let claims = self.claims();
            if let Some(label) = &mut self.drive_mut(id).label {
                match part {
                    Part::Superblock => {
                        label.sent = generation;
                        label.claims.add(&claims);
                    }
                    Part::Log => {
                        label.logging = Logging::Sent(digest);
                        label.logged = LOG_UNSURE;
                    }
                    _ => {}
                }
            }
            return Sent::Yes;
        }
        self.commit.give_buffer(buffer);
        Sent::NotYet
    }

    fn place_of_part(&self, id: DriveId, part: Part) -> Option<Stretch> {
        let drive = self.drive_ref(id);
        let label = drive.label.as_ref()?;
        let (mut offset, mut first, mut count) = (0, 0, 1);
        match part {
            Part::Flush => return Some(Stretch::NONE),
            Part::Frame => count = METADATA_SECTORS as u32,
            Part::Bits => {
                offset = label.device.bitmap_offset?;
                (first, count) = self.commit.bits;
            }
            Part::Log => (offset, count) = (label.device.log?.offset, 8),
            Part::Superblock => {}
        }
        let start = if part == Part::Frame {
            label.frame(label.turn)?
        } else {
            label.start(drive.size).at_offset(offset).0 + u64::from(first)
        };
        // Where an array that was found has larger ones, its records share them, as those of Linux do.
        let within = u32::from(drive.physical).min(PROOF_SECTORS as u32) - 1;
        let whole = (count + within) & !within;
        Some(Stretch { start: MemberLba(start), count: whole })
    }

    /// A drive has answered a part.
    pub(crate) fn part_done(
        &mut self,
        id: DriveId,
        part: Part,
        buffer: u8,
        fault: Option<IoFault>,
    ) {
        self.commit.open = self.commit.open.saturating_sub(1);
        if part == Part::Flush {
            self.commit.spoiled |= fault.is_some();
            self.flushed(id, fault);
        } else {
            self.commit.give_buffer(buffer);
        }
        match fault {
            None => {
                let drive = self.drive_mut(id);
                drive.label_faults = 0;
                if let Some(label) = &mut drive.label
                    && part == Part::Superblock
                {
                    label.turn ^= 1;
                }
            }
            Some(_) if part == Part::Flush => {}
            Some(IoFault::Gone) => {
                // If the drive is still there, it fell to a reset: it is nowhere.
                if self.answers(id) && !raid10_metadata::bug!("lost-part-counts") {
                    self.commit.due[part as usize].insert(id);
                }
            }
            Some(fault) => self.part_failed(id, part, fault),
        }
        self.run_commit();
    }

    fn part_failed(&mut self, id: DriveId, part: Part, fault: IoFault) {
        // What speaks against the drive as a whole is judged as such where it holds the last copy of something.
        let of_place = fault == IoFault::Medium;
        let alone = self.is_needed(id);
        let drive = self.drive_mut(id);
        if !drive.answers() {
            return;
        }
        if !alone || of_place {
            drive.label_faults += 1;
        }
        if alone && !of_place || drive.label_faults < FAULTS_MAX {
            self.commit.due[part as usize].insert(id);
            return;
        }
        drive.label_faults = 0;
        self.emit_drive_cause(id, DriveEvent::LabelFailed);
        self.write_no_more(id, alone);
    }
}
