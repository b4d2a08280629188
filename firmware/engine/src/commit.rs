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
//! | newcomers | the superblock, durably, on those that have none of ours yet | nobody speaks of them before they do |
//! | superblocks | the same on the others | when all have it, the record is durable, and what waits for it goes on; if a drive left meanwhile, it is begun anew |
//!
//! A stage begins when all parties have ended the one before. After a loss of power between any two writes:
//!
//! | cut in | members hold | assembly decides |
//! | --- | --- | --- |
//! | settle, frames, flush | the old superblock, and the old frame that belongs to it; the new frame belongs to no superblock. Of the bitmap, more bits than before, never fewer | the state before the commit. Nothing that waits for it was acknowledged |
//! | newcomers | at most newcomers the new superblock with the new frame | with one of them, as below. Else the state before the commit: what a newcomer still says of its former life does not stand against members that count on it |
//! | superblocks | some the new superblock with the new frame, the others the old with the old | the newest speaks: the state after the commit. The others lag by one update, and are current if the newest knows them in their slots |
//! | after | the new superblock and frame | the state after the commit |
//!
//! Failure edges: a party that cannot write its part three times is declared failed if others have what it has, else taken
//! out of service, and may still be read; one that leaves, or fails, is no party any more. Either way its absence is a new
//! record, and so the subject of the next commit, which the survivors have and it has not: it is one update behind, and
//! the survivors deny it its slot. Without any party nothing becomes durable, and what waits fails; so it is if others may go on
//! with the array by what they bear (`quorum`).
//!
//! Bits of the bitmap that are set between two commits are a stage of their own, since they need no new generation.
//!
//! Here is the order of the stages; what a party is sent in each is in `parts`.

mod bits;
mod parts;
mod quorum;
mod rest;

pub(crate) use bits::{HEADER_BITS, SECTOR_BITS};
use parts::PARTS;
pub(crate) use parts::Part;
pub(crate) use quorum::Claims;

use core::mem::replace;

use crate::Engine;
use crate::bitmap::Bitmap;
use crate::config::{METADATA_BUFFERS, METADATA_SECTORS};
use crate::drive_set::DriveSet;
use crate::label::{LOG_UNSURE, Label, Logging};
use crate::record::Fact;
use crate::request::{Failure, SegmentState};
use crate::status::Role;
use crate::units::{DriveId, Instant};
use crate::validity::up_to;

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
    /// Superblocks are written to those that have none of the array as it is.
    Newcomers,
    /// Superblocks are written to the others.
    Superblocks,
}

/// The commit under way, and the counts of the last.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Commit {
    /// A digest of what it says of the drives.
    pub(crate) said: u32,
    /// What the commit makes durable.
    covers: u32,
    /// Commands under way.
    open: u8,
    /// A party did not flush what the frames claim.
    pub(crate) spoiled: bool,
    /// Who is still to be sent each part.
    due: [DriveSet; PARTS.len()],
    pub(crate) parties: DriveSet,
    pub(crate) events: u64,
    pub(crate) generation: u64,
    /// When the superblocks say that they were written, in microseconds since 1970.
    pub(crate) updated: u64,
    /// The array is to be stopped.
    pub(crate) stopping: bool,
    /// What the commit under way says of the array: nothing is being written.
    pub(crate) clean: bool,
    /// The drives say that the array is active.
    active: bool,
    /// A write waits for that.
    wants_active: bool,
    /// Buffers of the port in use, a bit each.
    buffers: u8,
    /// When a write last began.
    pub(crate) written_at: Instant,
    /// Some of the bits that are being written are being set.
    setting: bool,
    /// The first sector of the bitmap that is being written, and how many.
    pub(crate) bits: (u32, u32),
    /// What drives may bear that were not seen since the array started.
    pub(crate) unseen: Claims,
    /// When it began, others might go on without its parties.
    outdone: bool,
    /// A drive has left since it began: it may be back, and lack what it was sent.
    pub(crate) torn: bool,
    /// The regions whose bits are being written.
    writing: Bitmap,
    pub(crate) stage: Stage,
}

impl Commit {
    pub(crate) const fn new() -> Self {
        Self {
            stage: Stage::Idle,
            due: [DriveSet::EMPTY; PARTS.len()],
            open: 0,
            parties: DriveSet::EMPTY,
            unseen: Claims::NONE,
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
            outdone: false,
            torn: false,
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
        let free = self.buffers.trailing_ones() as u8;
        let found = free < METADATA_BUFFERS as u8;
        self.buffers |= u8::from(found) << free;
        found.then_some(free)
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) const fn give_buffer(&mut self, buffer: u8) {
        self.buffers &= !(1 << buffer);
    }

    /// True if the bits that are being written set any.
    pub(crate) const fn sets(&self) -> bool {
        self.setting
    }

    /// What is being written of the bits of some regions does not count.
    pub(crate) fn forget_bits(&mut self, first: usize, last: usize) {
        self.writing.clear_range(first, last + 1);
    }

    fn is_over(&self) -> bool {
        self.open == 0 && self.due.iter().all(|due| due.is_empty())
    }

    fn plan(&mut self, part: Part, parties: DriveSet) {
        self.due[part as usize] = parties;
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Goes on with the commit, or begins one if something is recorded that is not durable.
    pub(crate) fn run_commit(&mut self) {
        if !self.is_labelled() || !self.created {
            return;
        }
        // Each turn begins a stage that had nothing to do.
        for _ in 0..PARTS.len() + 2 {
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
                _ if self.is_in_vain() => self.begin_anew(),
                Stage::Settle => self.begin_frames(),
                Stage::Frames => self.begin_flush(),
                Stage::Flush => self.begin_superblocks(Stage::Newcomers),
                Stage::Newcomers => self.begin_superblocks(Stage::Superblocks),
                Stage::Superblocks => self.committed(),
            }
        }
        self.work.freed = true;
        self.work.blocked = true;
    }

    /// True if a commit, or bits that are waited for, can begin.
    pub(crate) fn is_record_due(&self) -> bool {
        self.is_labelled()
            && self.commit.is_idle()
            && (self.dirty.awaited || !self.record.is_settled())
            && self.has_parties()
            && !raid10_metadata::bug!("record-waits-for-input")
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

    /// Those of some drives for which something holds.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn those(&self, drives: DriveSet, wanted: fn(&Self, DriveId) -> bool) -> DriveSet {
        let mut such = drives;
        for id in drives.iter() {
            if !wanted(self, id) {
                such.remove(id);
            }
        }
        such
    }

    /// The drives that a commit writes now: one that was released, too, as long as superblocks say that it holds a slot.
    fn parties(&self) -> DriveSet {
        self.those(DriveSet::below(DRIVES), |this, id| {
            let drive = this.drive_ref(id);
            let held = |label: &Label| {
                !matches!(drive.role, Role::Unassigned)
                    || label.told.slots() != 0 && !raid10_metadata::bug!("released-untold")
            };
            drive.label.as_ref().is_some_and(held) && this.is_fit(id)
        })
    }

    /// True if a drive can be a party, or is as fit as it was.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn is_fit(&self, id: DriveId) -> bool {
        let drive = self.drive_ref(id);
        match drive.role {
            Role::Spare { .. } => drive.answers(),
            _ => drive.in_service(),
        }
    }

    /// True if a drive with a slot could take a commit.
    pub(crate) fn has_parties(&self) -> bool {
        self.parties().iter().any(|id| self.drive_ref(id).slot().is_some()) && !self.is_cut_off()
    }

    fn begin_commit(&mut self) -> bool {
        if !self.has_parties() {
            // One that has come may be a party as soon as it is known.
            if self.boot.unread.is_empty() {
                self.fail_recording();
            }
            return false;
        }
        let parties = self.parties();
        let outdone = self.is_outdone();
        let now = self.labels.epoch + self.now.0;
        let clean = self.may_be_clean();
        let said = self.digest();
        let commit = &mut self.commit;
        let raised = u64::from(!raid10_metadata::bug!("counts-not-raised"));
        commit.events += raised;
        commit.generation += raised;
        commit.updated = now.max(commit.updated + 1);
        // Linux writes whole seconds: with a fraction it is told apart from us.
        if commit.updated.is_multiple_of(1_000_000) {
            commit.updated += 1;
        }
        commit.covers = self.record.made();
        commit.said = said;
        commit.parties = parties;
        commit.clean = clean;
        commit.active &= !clean;
        commit.spoiled = false;
        commit.outdone = outdone;
        commit.torn = false;
        let logs = self.those(parties, Self::log_changes);
        if logs.is_empty() {
            self.begin_frames();
        } else {
            // The logs are due in the next stage.
            self.commit.stage = Stage::Settle;
            self.commit.plan(Part::Flush, logs);
        }
        true
    }

    fn begin_frames(&mut self) {
        let parties = self.present_parties();
        self.settle_words();
        let framed = self.those(parties, |this, id| {
            this.drive_ref(id).label.as_ref().is_some_and(|label| label.framed)
        });
        let logs = self.those(parties, Self::log_changes);
        self.commit.stage = Stage::Frames;
        self.commit.plan(Part::Frame, framed);
        self.commit.plan(Part::Log, logs);
        if let Some(bits) = self.dirty.bits {
            // The header tells the new count, and what is to be set may go with it.
            let all = up_to(bits.sectors(), METADATA_SECTORS as u32);
            let count = if self.dirty.touched.is_empty() { 1 } else { all };
            self.take_touched(0, count);
            self.commit.plan(Part::Bits, parties);
        }
    }

    fn present_parties(&self) -> DriveSet {
        self.those(self.commit.parties, Self::answers)
    }

    /// True if a commit cannot go on: a party did not flush, or one was lost before the superblocks. What the frames say of
    /// one that was lost may not be so.
    fn is_in_vain(&self) -> bool {
        let (parties, stage) = (self.commit.parties, self.commit.stage);
        if matches!(stage, Stage::Idle | Stage::Bits | Stage::Superblocks) {
            return false;
        }
        self.commit.spoiled || stage != Stage::Flush && self.those(parties, Self::is_fit) != parties
    }

    /// The commit is given up before anything belongs to it; what it was for is still to be recorded.
    ///
    /// Its counts are free again, since no superblock has them but those of newcomers, which are written again first: a commit
    /// that is cut must not leave members that lag by more than itself. A newcomer that left with them denies nobody, and
    /// is denied.
    fn begin_anew(&mut self) {
        for drive in &mut self.drives {
            let answers = drive.answers();
            if let Some(label) =
                drive.label.as_mut().filter(|label| answers && label.sent == self.commit.generation)
            {
                label.sent = 0;
            }
        }
        self.commit.events -= 1;
        self.commit.generation -= 1;
        self.bound_whole();
        self.give_up_commit();
    }

    /// What the commit was for is still to be recorded.
    fn give_up_commit(&mut self) {
        self.dirty.touched.union(&self.commit.writing);
        self.commit.writing = Bitmap::EMPTY;
        self.commit.stage = Stage::Idle;
        self.record.commit(Fact::Degraded);
    }

    fn begin_flush(&mut self) {
        self.commit.stage = Stage::Flush;
        let skips = raid10_metadata::bug!("commit-without-flush");
        let parties = if skips { DriveSet::EMPTY } else { self.present_parties() };
        self.commit.plan(Part::Flush, parties);
    }

    /// Superblocks go to those that were sent none since they were given their labels, then to the others.
    fn begin_superblocks(&mut self, stage: Stage) {
        self.commit.stage = stage;
        let parties = self.those(self.present_parties(), |this, id| {
            let sent = this.drive_ref(id).label.as_ref().map_or(0, |label| label.sent);
            match this.commit.stage {
                Stage::Newcomers => sent == 0 && !raid10_metadata::bug!("newcomers-at-once"),
                _ => sent != this.commit.generation,
            }
        });
        self.commit.plan(Part::Superblock, parties);
    }

    fn committed(&mut self) {
        let outdone = self.is_outdone();
        if self.is_torn() || self.commit.outdone != outdone {
            // Whoever was sent it has left with it, or without; or it was made by too few, and more are there by now.
            return self.give_up_commit();
        }
        let generation = self.commit.generation;
        self.end_claims_of_others();
        for id in self.present_parties().iter() {
            let digest = self.log_digest(id);
            if let Some(label) = &mut self.drive_mut(id).label {
                label.generation = generation;
                // What has changed since the log was sent may be in it or not.
                if let Logging::Sent(sent) = replace(&mut label.logging, Logging::Nothing) {
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
        self.boot.starting = false;
        self.work.house = true;
        self.work.topology = true;
        if outdone && !raid10_metadata::bug!("rival-acknowledges") {
            // It is recorded, but whoever may go on without it knows nothing of it.
            self.fail_recording();
        }
        self.continue_recorded();
        if self.commit.stopping {
            self.stopped();
        } else if self.commit.wants_active && !self.commit.active {
            self.record.commit(Fact::Dirty);
        }
    }

    /// No drive is left that could say who missed a write: it is not acknowledged.
    fn fail_recording(&mut self) {
        for index in 0..self.segments.len() {
            let Some(&segment) = self.segment_ref(index) else { continue };
            if matches!(segment.state, SegmentState::Recording(_) | SegmentState::Marking(_)) {
                self.end_segment(index, Some(Failure::NotWritten(segment.offset)));
            }
        }
        self.fail_recording_flushes();
    }
}
