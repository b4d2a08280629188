//! The commit: how what the engine knows reaches the drives.
//!
//! A commit makes everything durable that was recorded when it began. It has one generation and one update count for all
//! drives that it writes, its *parties*: members and targets in service, and spares.
//!
//! | stage | on each party | then |
//! | --- | --- | --- |
//! | settle | a flush, if a log of bad blocks changes | what a log no longer lists is durable |
//! | frames | the other frame, the bitmap with the new count, the log of bad blocks | |
//! | flush | a flush | everything that the frames claim is durable |
//! | superblocks | the superblock, durably | the record is durable: what waits for it goes on |
//!
//! A stage begins when all parties have ended the one before. After a loss of power between any two writes:
//!
//! | cut in | members hold | assembly decides |
//! | --- | --- | --- |
//! | settle, frames, flush | the old superblock, and the old frame that belongs to it; the new frame belongs to no superblock. Of the bitmap, more bits than before, never fewer | the state before the commit. Nothing that waits for it was acknowledged |
//! | superblocks | some the new superblock with the new frame, the others the old with the old | the newest speaks: the state after the commit. The others lag by one update, and are current if the newest knows them in their slots |
//! | after | the new superblock and frame | the state after the commit |
//!
//! Failure edges: a party that cannot write its part three times is declared failed if others have what it has, else taken
//! out of service, and may still be read; one that leaves, or fails, is no party any more. Either way its absence is a new
//! record, and so the subject of the next commit, which the survivors have and it has not: it is one update behind, and
//! the survivors deny it its slot. Without any party nothing becomes durable, and what waits fails.
//!
//! Bits of the bitmap that are set between two commits are a stage of their own, since they need no new generation.

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::config::{METADATA_BUFFERS, METADATA_SECTORS, REGIONS};
use crate::drive_set::DriveSet;
use crate::event::EventKind;
use crate::flush::NO_EXTENT;
use crate::io::{Extent, IoFault, Step};
use crate::io_table::{Owner, Verb};
use crate::label::LOG_UNSURE;
use crate::record::Fact;
use crate::request::{Failure, SegmentState};
use crate::status::Role;
use crate::units::{DriveId, Instant, MemberLba, SectorCount};

/// How often a drive may fail to take its part.
const FAULTS_MAX: u8 = 3;

/// Where the commit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// Nothing is under way.
    Idle,
    /// Bits are written, outside of a commit.
    Bits,
    /// What a log no longer lists is made durable.
    Settle,
    /// Frames, bitmaps and logs are written.
    Frames,
    /// What the frames claim is made durable.
    Flush,
    /// Superblocks are written.
    Superblocks,
}

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

const PARTS: [Part; 5] = [Part::Flush, Part::Frame, Part::Bits, Part::Log, Part::Superblock];

/// Whether a part was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Yes,
    /// The drive has no place for it.
    NoPlace,
    /// There is no free buffer, or no place for the command.
    NotYet,
}

/// The commit under way, and the counts of the last.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Commit {
    pub(crate) stage: Stage,
    /// Who is still to be sent each part.
    due: [DriveSet; PARTS.len()],
    /// Commands under way.
    open: u8,
    pub(crate) parties: DriveSet,
    /// What the commit makes durable.
    covers: u32,
    pub(crate) events: u64,
    pub(crate) generation: u64,
    /// When the superblocks say that they were written, in microseconds since 1970.
    pub(crate) updated: u64,
    /// What the commit under way says of the array: nothing is being written.
    pub(crate) clean: bool,
    /// The drives say that the array is active.
    active: bool,
    /// A write waits for that.
    wants_active: bool,
    /// When a write last began.
    pub(crate) written_at: Instant,
    /// The regions whose bits are being written.
    writing: Bitmap,
    /// Some of them are being set.
    setting: bool,
    /// The first sector of the bitmap that is being written, and how many.
    pub(crate) bits: (u64, u64),
    /// Buffers of the port in use, a bit each.
    buffers: u8,
    /// A digest of what it says of the drives.
    pub(crate) said: u32,
    /// A party did not flush what the frames claim.
    spoiled: bool,
    /// Frames exist that belong to the array: the first commit has ended.
    pub(crate) begun: bool,
    /// The array is to be stopped.
    pub(crate) stopping: bool,
}

impl Commit {
    pub(crate) const fn new() -> Self {
        Self {
            stage: Stage::Idle,
            due: [DriveSet::EMPTY; PARTS.len()],
            open: 0,
            parties: DriveSet::EMPTY,
            covers: 0,
            events: 0,
            generation: 0,
            updated: 0,
            clean: false,
            active: false,
            wants_active: false,
            written_at: Instant(0),
            writing: Bitmap::EMPTY,
            setting: false,
            bits: (0, 0),
            buffers: 0,
            said: 0,
            spoiled: false,
            begun: false,
            stopping: false,
        }
    }

    /// The drives say that the array may be written at any time.
    pub(crate) const fn is_active(&self) -> bool {
        self.active
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.stage == Stage::Idle
    }

    pub(crate) fn take_buffer(&mut self) -> Option<u8> {
        let free = (0..METADATA_BUFFERS as u8).find(|&index| self.buffers >> index & 1 == 0)?;
        self.buffers |= 1 << free;
        Some(free)
    }

    pub(crate) const fn give_buffer(&mut self, buffer: u8) {
        self.buffers &= !(1 << buffer);
    }

    /// True if the bits that are being written set any.
    pub(crate) const fn sets(&self) -> bool {
        self.setting
    }

    fn is_over(&self) -> bool {
        self.open == 0 && self.due.iter().all(|due| due.is_empty())
    }

    fn plan(&mut self, part: Part, parties: DriveSet) {
        self.due[part as usize] = parties;
    }
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
    /// A write waits for the drives to say that the array is active.
    pub(crate) fn activate(&mut self) {
        if !core::mem::replace(&mut self.commit.wants_active, true) {
            self.record.commit(Fact::Dirty);
        }
    }

    /// Goes on with the commit, or begins one if something is recorded that is not durable.
    pub(crate) fn run_commit(&mut self) {
        if !self.is_labelled() || !self.created {
            return;
        }
        // Each turn begins a stage that had nothing to do.
        for _ in 0..=PARTS.len() + 1 {
            self.send_parts();
            if !self.commit.is_over() {
                return;
            }
            match self.commit.stage {
                Stage::Idle => {
                    if !self.begin() {
                        return;
                    }
                }
                Stage::Bits => self.bits_done(),
                Stage::Settle | Stage::Frames if !self.is_everyone_left() => self.begin_anew(),
                Stage::Settle => self.begin_frames(),
                Stage::Frames => self.begin_stage(Stage::Flush, Part::Flush),
                Stage::Flush if self.commit.spoiled => self.begin_anew(),
                Stage::Flush => self.begin_stage(Stage::Superblocks, Part::Superblock),
                Stage::Superblocks => self.committed(),
            }
        }
        self.work.freed = true;
        self.work.blocked = true;
    }

    fn begin(&mut self) -> bool {
        let settled = self.record.is_settled();
        // A write that waits for bits alone needs no commit.
        if self.dirty.awaited && self.commit.active {
            return self.begin_bits();
        }
        if !settled {
            return self.begin_commit();
        }
        !self.dirty.touched.is_empty() && self.begin_bits()
    }

    /// The drives that a commit writes now.
    fn parties(&self) -> DriveSet {
        let mut parties = DriveSet::EMPTY;
        for index in 0..DRIVES {
            let drive = &self.drives[index];
            let takes_part = match drive.role {
                Role::Member(_) | Role::Target(_) => drive.in_service(),
                Role::Spare { .. } => drive.answers(),
                Role::Unassigned => false,
            };
            if takes_part && drive.label.is_some() {
                parties.insert(DriveId(index as u8));
            }
        }
        parties
    }

    /// Those of some parties that have slots.
    fn with_slots(&self, parties: DriveSet) -> bool {
        parties.iter().any(|id| self.drive_ref(id).slot().is_some())
    }

    fn begin_commit(&mut self) -> bool {
        let parties = self.parties();
        if !self.with_slots(parties) {
            self.fail_recording();
            return false;
        }
        let epoch = self.labels.as_ref().map_or(0, |labels| labels.epoch);
        let now = epoch + self.now.0;
        // Linux writes whole seconds: with a fraction it is told apart from us.
        let now = now + u64::from(now.is_multiple_of(1_000_000));
        let clean = self.may_be_clean();
        let said = self.digest();
        let commit = &mut self.commit;
        let raised = u64::from(!raid10_metadata::bug!("counts-not-raised"));
        commit.events += raised;
        commit.generation += raised;
        commit.updated = now.max(commit.updated + 1);
        if commit.updated.is_multiple_of(1_000_000) {
            commit.updated += 1;
        }
        commit.covers = self.record.made();
        commit.said = said;
        commit.parties = parties;
        commit.clean = clean;
        commit.active &= !clean;
        commit.spoiled = false;
        let mut logs = DriveSet::EMPTY;
        for id in parties.iter() {
            if self.log_changes(id) {
                logs.insert(id);
            }
        }
        self.commit.plan(Part::Log, logs);
        if logs.is_empty() {
            self.begin_frames();
        } else {
            // The logs are due in the next stage.
            self.commit.plan(Part::Log, DriveSet::EMPTY);
            self.commit.stage = Stage::Settle;
            self.commit.plan(Part::Flush, logs);
        }
        true
    }

    fn begin_frames(&mut self) {
        let parties = self.present_parties();
        self.settle_words();
        let (mut framed, mut logs) = (DriveSet::EMPTY, DriveSet::EMPTY);
        for id in parties.iter() {
            if self.drive_ref(id).label.is_some_and(|label| label.frames.is_some()) {
                framed.insert(id);
            }
            if self.log_changes(id) {
                logs.insert(id);
            }
        }
        self.commit.stage = Stage::Frames;
        self.commit.plan(Part::Frame, framed);
        self.commit.plan(Part::Log, logs);
        if let Some(bits) = self.dirty.bits {
            // The header tells the new count, and what is to be set may go with it.
            let all = bits.sectors().min(METADATA_SECTORS);
            let count = if self.dirty.touched.is_empty() { 1 } else { all };
            self.take_touched(0, count);
            self.commit.plan(Part::Bits, parties);
        }
    }

    fn present_parties(&self) -> DriveSet {
        let mut parties = self.commit.parties;
        for id in parties.iter() {
            if !self.drive_ref(id).answers() {
                parties.remove(id);
            }
        }
        parties
    }

    /// True if no party was lost since the commit began. What the frames say of one that was lost may not be so.
    fn is_everyone_left(&self) -> bool {
        !self.commit.spoiled
            && self.commit.parties.iter().all(|id| {
                let drive = self.drive_ref(id);
                drive.answers() && (drive.in_service() || matches!(drive.role, Role::Spare { .. }))
            })
    }

    /// The commit is given up before anything belongs to it; what it was for is still to be recorded.
    ///
    /// Its counts are free again, since no superblock has them: a commit that is cut must not leave members that lag by
    /// more than itself.
    fn begin_anew(&mut self) {
        self.commit.events -= 1;
        self.commit.generation -= 1;
        let writing = core::mem::replace(&mut self.commit.writing, Bitmap::EMPTY);
        self.dirty.touched.union(&writing);
        self.commit.stage = Stage::Idle;
        self.record.commit(Fact::Degraded);
    }

    fn begin_stage(&mut self, stage: Stage, part: Part) {
        self.commit.stage = stage;
        let skips = part == Part::Flush && raid10_metadata::bug!("commit-without-flush");
        let parties = if skips { DriveSet::EMPTY } else { self.present_parties() };
        self.commit.plan(part, parties);
    }

    /// The regions whose bits lie in some sectors of the bitmap are being written.
    fn take_touched(&mut self, first: u64, count: u64) {
        self.commit.bits = (first, count);
        let (start, end) = (first * SECTOR_BITS, (first + count) * SECTOR_BITS);
        let mut writing = Bitmap::EMPTY;
        let mut region = self.dirty.touched.next(0, true);
        while region < REGIONS {
            let bits = self.bits_of(region);
            let place = |bit: u64| bit + HEADER_BITS;
            if bits.is_empty() || (start <= place(bits.start) && place(bits.end) <= end) {
                writing.set(region);
            }
            region = self.dirty.touched.next(region + 1, true);
        }
        self.dirty.touched.subtract(&writing);
        let mut cleared = writing;
        cleared.subtract(&self.dirty.set);
        self.commit.setting = cleared != writing;
        self.commit.writing = writing;
    }

    fn begin_bits(&mut self) -> bool {
        self.dirty.awaited = false;
        let parties = self.parties();
        if !self.with_slots(parties) {
            return false;
        }
        let region = self.dirty.touched.next(0, true);
        if region >= REGIONS {
            return false;
        }
        let first = (self.bits_of(region).start + HEADER_BITS) / SECTOR_BITS;
        let all = self.dirty.bits.map_or(0, |bits| bits.sectors());
        // Whole blocks, so that drives with large sectors can take them.
        let first = first & !7;
        let count = all.saturating_sub(first).min(METADATA_SECTORS);
        self.take_touched(first, count);
        if self.commit.writing.is_empty() {
            // Nothing that could ever be written: no sector of the array lies there.
            self.dirty.touched.clear(region);
            return true;
        }
        self.commit.parties = parties;
        self.commit.stage = Stage::Bits;
        self.commit.plan(Part::Bits, parties);
        true
    }

    fn bits_done(&mut self) {
        self.commit.stage = Stage::Idle;
        self.note_bits();
        self.continue_recorded();
    }

    fn note_bits(&mut self) {
        let mut written = core::mem::replace(&mut self.commit.writing, Bitmap::EMPTY);
        let mut unset = written;
        unset.subtract(&self.dirty.set);
        written.subtract(&unset);
        self.dirty.durable.union(&written);
    }

    fn committed(&mut self) {
        let generation = self.commit.generation;
        for id in self.present_parties().iter() {
            let digest = self.log_digest(id);
            if let Some(label) = &mut self.drive_mut(id).label {
                label.generation = generation;
                // What has changed since the log was sent may be in it or not.
                if let Some(sent) = label.logging.take() {
                    label.logged = if sent == digest { sent } else { LOG_UNSURE };
                }
            }
        }
        self.commit.stage = Stage::Idle;
        self.note_bits();
        if !self.commit.clean {
            self.commit.active = true;
            self.commit.wants_active = false;
        }
        self.record.reach(self.commit.covers);
        self.clear_settled();
        self.commit.begun = true;
        self.boot.starting = false;
        self.work.house = true;
        self.work.topology = true;
        self.continue_recorded();
        if self.commit.stopping {
            self.stopped();
        } else if self.commit.wants_active && !self.commit.active {
            self.record.commit(Fact::Dirty);
        }
    }

    /// Sends what is due, as far as there are places.
    fn send_parts(&mut self) {
        for part in PARTS {
            for id in self.commit.due[part as usize].iter() {
                if !self.drive_ref(id).answers() {
                    self.commit.due[part as usize].remove(id);
                    continue;
                }
                match self.send_part(id, part) {
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
        let Some(extent) = self.extent_of_part(id, part) else { return Sent::NoPlace };
        let Some(buffer) = self.commit.take_buffer() else { return Sent::NotYet };
        // Bits and superblocks must be durable when they have been written; the rest is flushed.
        let durable = part == Part::Superblock || self.commit.stage == Stage::Bits;
        let durable = durable && !raid10_metadata::bug!("records-in-cache");
        let verb = if durable { Verb::WriteDurable } else { Verb::Write };
        let sent = self.queue(id, Owner::Commit(part, buffer), verb, extent, 0).is_some();
        if sent {
            let (generation, digest) = (self.commit.generation, self.log_digest(id));
            if let Some(label) = &mut self.drive_mut(id).label {
                match part {
                    Part::Superblock => label.sent = generation,
                    Part::Log => {
                        label.logging = Some(digest);
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

    fn extent_of_part(&self, id: DriveId, part: Part) -> Option<Extent> {
        let drive = self.drive_ref(id);
        let label = drive.label.as_ref()?;
        let (start, count) = match part {
            Part::Flush => return Some(NO_EXTENT),
            Part::Frame => (label.frames?[usize::from(label.turn)], METADATA_SECTORS),
            Part::Bits => {
                let (first, count) = self.commit.bits;
                (label.bitmap(drive.size)? + first, count)
            }
            Part::Log => (label.log(drive.size)?, 8),
            Part::Superblock => (label.superblock(drive.size), 1),
        };
        let whole = count.next_multiple_of(u64::from(drive.physical));
        Some(Extent { start: MemberLba(start), count: SectorCount(whole) })
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
                if let Some(label) = &mut self.drive_mut(id).label
                    && part == Part::Superblock
                {
                    label.turn ^= 1;
                }
                self.drive_mut(id).label_faults = 0;
            }
            Some(IoFault::Gone) => {}
            Some(_) if part == Part::Flush => {}
            Some(fault) => self.part_failed(id, part, fault),
        }
        self.run_commit();
    }

    fn part_failed(&mut self, id: DriveId, part: Part, fault: IoFault) {
        // What speaks against the drive as a whole is judged as such where it holds the last copy of something.
        let of_place = fault == IoFault::Medium;
        let alone = self.lost_without(Some(id)) > self.lost;
        let drive = self.drive_mut(id);
        if !drive.answers() {
            return;
        }
        if alone && !of_place {
            self.commit.due[part as usize].insert(id);
            return;
        }
        drive.label_faults = drive.label_faults.saturating_add(1);
        if drive.label_faults < FAULTS_MAX {
            self.commit.due[part as usize].insert(id);
            return;
        }
        drive.label_faults = 0;
        self.emit_cause(EventKind::LabelFailed { drive: id });
        if !alone {
            self.fail_drive(id);
        } else {
            // Nobody else has what it has: it can be read, but what it is cannot be recorded on it.
            self.take_out_of_service(id);
        }
    }

    /// No drive is left that could say who missed a write: it is not acknowledged.
    fn fail_recording(&mut self) {
        for index in 0..self.segments.len() {
            let Some(segment) = self.segments[index] else { continue };
            if matches!(segment.state, SegmentState::Recording(_) | SegmentState::Marking(_)) {
                self.end_segment(index, Some(Failure::NotWritten(segment.offset)));
            }
        }
        self.fail_recording_flushes();
    }

    /// True if the commit that begins now may say that nothing is being written.
    fn may_be_clean(&self) -> bool {
        let writes = self
            .segments
            .iter()
            .flatten()
            .any(|segment| !matches!(segment.state, SegmentState::Reading(_)));
        let even = self.drives.iter().all(|drive| drive.uneven.is_empty());
        let wanted = self.commit.stopping || !self.commit.wants_active && self.has_paused();
        wanted && (even || raid10_metadata::bug!("clean-while-uneven")) && !writes
    }

    /// True if no write began for some time.
    fn has_paused(&self) -> bool {
        self.commit.written_at + self.policy.clean_delay <= self.now || !self.commit.active
    }

    /// Marks the array clean when it was not written for a while.
    pub(crate) fn rest(&mut self) {
        if self.is_labelled()
            && self.commit.active
            && self.record.is_settled()
            && self.may_be_clean()
        {
            self.record.commit(Fact::Clean);
        }
    }

    /// When [`rest`](Self::rest) has something to do.
    pub(crate) fn rests_at(&self) -> Option<Instant> {
        let active = self.is_labelled() && self.commit.active;
        let due = self.commit.written_at + self.policy.clean_delay;
        // Where it could not be done when it was due, it is looked at again in a while.
        let again = self.now + self.policy.clean_delay;
        active.then_some(if due > self.now { due } else { again })
    }
}

/// Bits in a sector of the bitmap.
pub(crate) const SECTOR_BITS: u64 = 4096;
/// Bits that the header takes in the first of them.
pub(crate) const HEADER_BITS: u64 = 2048;
