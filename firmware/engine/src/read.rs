//! Reading: choose a copy, try the others when it fails, narrow down to the bad sector.
//!
//! A segment is read piece by piece. The first piece is the whole segment; when every copy of a piece has
//! failed, the piece is halved, down to one physical sector. Only then is a sector called unreadable, and only when no
//! copy of it is left is it called lost.

use heapless::Vec;

use crate::Engine;
use crate::config::COPIES_MAX;
use crate::drive_set::DriveSet;
use crate::event::{DriveEvent, EventKind, Invariant};
use crate::geometry::SetId;
use crate::io::{IoFault, Stretch};
use crate::io_table::{Owner, Verb};
use crate::ranges::Kind;
use crate::request::{Failure, Segment, SegmentState};
use crate::units::{DriveId, MemberLba, SectorCount};

/// Two drives (member and target) for each copy.
pub(crate) const LEGS: usize = COPIES_MAX * 2;

/// One drive that has, or is to have, a copy of a place in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Leg {
    pub(crate) drive: DriveId,
    pub(crate) lba: MemberLba,
}

/// How far the reading of a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct ReadState {
    /// Sectors done.
    pub(crate) pos: u32,
    /// Sectors of the piece under way, or at most of the next one.
    pub(crate) piece: u32,
    /// Sectors of the next piece at most: where one sector is bad, its neighbours may be.
    limit: u32,
    /// Drives that have failed for this piece.
    pub(crate) tried: DriveSet,
    /// One of them failed for a reason that is not in its medium.
    disturbed: bool,
    /// A drive is reading it for a segment.
    pub(crate) sent: bool,
}

impl ReadState {
    pub(crate) const fn new(count: u32) -> Self {
        let (tried, disturbed, sent) = (DriveSet::EMPTY, false, false);
        Self { pos: 0, piece: count, limit: count, tried, disturbed, sent }
    }

    /// Every drive that could be asked for this piece has a bad sector in it.
    pub(crate) fn is_hopeless(&self) -> bool {
        !self.tried.is_empty() && !self.disturbed
    }

    /// A drive has failed for this piece.
    pub(crate) fn failed(&mut self, drive: DriveId, fault: IoFault) {
        self.tried.insert(drive);
        self.disturbed |= fault != IoFault::Medium;
        self.sent = false;
    }

    /// The piece is done: go on behind it, with twice as much at most.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn go_on(&mut self, count: u32) {
        self.pos += self.piece;
        self.limit = self.limit.saturating_mul(2);
        self.piece = count.saturating_sub(self.pos).min(self.limit);
        self.tried = DriveSet::EMPTY;
        self.disturbed = false;
        self.sent = false;
    }

    /// No drive could read the piece as a whole: try half of it. False if it cannot be halved.
    pub(crate) fn halve(&mut self, granule: u32) -> bool {
        if self.piece <= granule {
            return false;
        }
        // A granule is a power of two.
        let half = (self.piece / 2 + granule - 1) & !(granule - 1);
        self.piece = half.min(self.piece - granule);
        self.limit = self.piece;
        self.tried = DriveSet::EMPTY;
        self.disturbed = false;
        true
    }
}

/// The best drive for a piece, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) leg: Leg,
    pub(crate) count: u32,
}

/// What speaks against a drive as a source, each in its own bits of a number, in falling order of weight. The lowest wins.
type Rank = u64;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// All drives that have, or are to have, a copy of a place in a stream.
    pub(crate) fn legs(&self, set: SetId, at: u64) -> Vec<Leg, LEGS> {
        let mut legs = Vec::new();
        for place in self.geometry.copies_of(set) {
            let record = *self.slot_ref(place.slot);
            let lba = self.geometry.member_lba(place, at);
            for &drive in &[record.member, record.target] {
                let Some(drive) = drive else { continue };
                // Cannot fail: two for each copy at most.
                let _ = legs.push(Leg { drive, lba });
            }
        }
        legs
    }

    /// Chooses who reads a piece: a drive that holds all of it before one that holds only its beginning.
    pub(crate) fn choose_source(
        &self,
        set: SetId,
        at: u64,
        piece: u32,
        tried: &DriveSet,
    ) -> Option<Choice> {
        self.choose(Kind::Suspect, set, at, piece, tried)
    }

    fn choose(
        &self,
        worst: Kind,
        set: SetId,
        at: u64,
        piece: u32,
        tried: &DriveSet,
    ) -> Option<Choice> {
        let (mut least, mut best) = (Rank::MAX, None);
        for &leg in &self.legs(set, at) {
            if tried.contains(leg.drive) || !self.answers(leg.drive) {
                continue;
            }
            let run = self.run_at(leg.drive, Stretch { start: leg.lba, count: piece });
            if run.belief > worst {
                continue;
            }
            let count = run.count;
            let rank = self.rank(leg, run.belief, count);
            if rank < least {
                (least, best) = (rank, Some(Choice { leg, count }));
            }
        }
        best
    }

    fn rank(&self, leg: Leg, belief: Kind, count: u32) -> Rank {
        let drive = &self.drive_ref(leg.drive);
        let last_resort = belief == Kind::Suspect || !drive.in_service();
        // Of those that hold only a part, the longest part.
        let short = u32::MAX - count;
        let limps = drive.latency.is_limping();
        let seeks = drive.head != leg.lba;
        let mut least = drive.health as u32;
        least = least << 1 | u32::from(limps);
        least = least << 8 | u32::from(drive.outstanding);
        least = least << 1 | u32::from(seeks);
        least = least << 8 | u32::from(leg.drive.0);
        (u64::from(last_resort) << 32 | u64::from(short)) << 20 | u64::from(least)
    }

    /// Sends the next piece of a read segment to a drive, or ends the segment.
    pub(crate) fn read_next(&mut self, index: usize) {
        let Some((segment, read)) = self.reading(index) else { return };
        let (set, at) = (segment.set, segment.at + u64::from(read.pos));
        let offset = segment.offset + read.pos;
        if read.pos >= segment.count {
            return self.end_segment(index, None);
        }
        let granule = self.granule;
        let choice = loop {
            let Some((_, read)) = self.reading(index) else { return };
            if let Some(choice) = self.choose_source(set, at, read.piece, &read.tried) {
                break choice;
            }
            if let Some(read) = self.reading_mut(index)
                && !read.tried.is_empty()
                && read.halve(granule)
            {
                continue;
            }
            // What could not be read once may be read now; nobody else has it anyway.
            let Some((_, read)) = self.reading(index) else { return };
            // What cannot be read holds what the array holds, if only the drive could read it.
            if let Some(choice) = self.choose(Kind::Unreadable, set, at, read.piece, &read.tried) {
                break choice;
            }
            if self.is_being_identified(set, at) || self.is_leader_gone() {
                // A drive that may have it has come, and is being looked at; or what another holds is to lead from now on.
                self.work.blocked = true;
                return;
            }
            // Without room to record it, a bad sector is lost all the same.
            let lost = read.is_hopeless() || self.is_lost(set, at);
            let failure = if lost { Failure::Lost(offset) } else { Failure::NotRead(offset) };
            return self.end_segment(index, Some(failure));
        };
        let Choice { leg, count } = choice;
        let stretch = Stretch { start: leg.lba, count };
        let owner = Owner::Segment(index as u8);
        let sent = self.queue(leg.drive, owner, Verb::Read, stretch, offset).is_some();
        self.work.blocked |= !sent;
        if let Some(read) = self.reading_mut(index) {
            read.piece = count;
            read.sent = sent;
        }
    }

    /// A segment that is being read, and how far that is.
    fn reading(&self, index: usize) -> Option<(&Segment, &ReadState)> {
        match self.segment_ref(index) {
            Some(segment @ Segment { state: SegmentState::Reading(read), .. }) => {
                Some((segment, read))
            }
            _ => None,
        }
    }

    /// As [`reading`](Self::reading), to go on with it.
    fn reading_mut(&mut self, index: usize) -> Option<&mut ReadState> {
        match self.segment_mut(index) {
            Some(Segment { state: SegmentState::Reading(read), .. }) => Some(read),
            _ => None,
        }
    }

    /// A drive has answered a read segment.
    pub(crate) fn read_done(&mut self, index: usize, drive: DriveId, fault: Option<IoFault>) {
        let Some((segment, read)) = self.reading(index) else {
            return self.broken(Invariant::OwnerGone);
        };
        let (set, at, count) = (segment.set, segment.at + u64::from(read.pos), segment.count);
        let piece = read.piece;
        match fault {
            None => self.note_readable(set, at, piece, drive),
            Some(fault) => self.source_failed(set, at, piece, drive, fault),
        }
        if let Some(read) = self.reading_mut(index) {
            match fault {
                None => read.go_on(count),
                Some(fault) => read.failed(drive, fault),
            }
        }
        self.read_next(index);
    }

    /// True if a drive that may have a copy has come, and its label is being read.
    fn is_being_identified(&self, set: SetId, at: u64) -> bool {
        let unread = |leg: &Leg| self.boot.unread.contains(leg.drive);
        self.is_labelled() && self.legs(set, at).iter().any(unread)
    }

    /// True if another drive can be read in its stead.
    pub(crate) fn has_other(&self, set: SetId, at: u64, drive: DriveId) -> bool {
        let mut tried = DriveSet::EMPTY;
        tried.insert(drive);
        self.choose_source(set, at, 1, &tried).is_some()
    }

    /// A source has read a piece that it could not read before, in part or as a whole.
    fn note_readable(&mut self, set: SetId, at: u64, piece: u32, drive: DriveId) {
        if self.ranges.of(drive).is_empty() {
            return;
        }
        let legs = self.legs(set, at);
        let Some(leg) = legs.iter().find(|leg| leg.drive == drive) else { return };
        let stretch = Stretch { start: leg.lba, count: piece };
        let unread = |belief| matches!(belief, Kind::Suspect | Kind::Unreadable);
        if unread(self.run_at(drive, stretch).belief) {
            self.mark_held(drive, stretch);
            self.ranges.retry_given_up();
            self.work.losses = true;
            self.work.repairs = true;
        }
    }

    /// A source could not read a piece: remembers where, as narrowly as is known.
    pub(crate) fn source_failed(
        &mut self,
        set: SetId,
        at: u64,
        piece: u32,
        drive: DriveId,
        fault: IoFault,
    ) {
        let narrow = piece <= self.granule;
        // A drive that works but for one sector cannot read that sector, whatever it says of it. Of the last
        // copy that is not said so soon.
        let of_sector = fault == IoFault::Medium
            || (narrow && fault != IoFault::Gone && self.has_other(set, at, drive));
        if !of_sector || !self.answers(drive) {
            return;
        }
        let legs = self.legs(set, at);
        let Some(leg) = legs.iter().find(|leg| leg.drive == drive) else { return };
        let stretch = Stretch { start: leg.lba, count: piece };
        self.emit_drive_cause(drive, DriveEvent::ReadError);
        if fault == IoFault::Medium {
            self.note_medium_error(drive);
        }
        let kind = if narrow { Kind::Unreadable } else { Kind::Suspect };
        let known = self.run_at(drive, stretch).belief == Kind::Unreadable;
        if known {
            return;
        }
        let (lost_before, was_lost) = (self.lost, self.is_lost(set, at));
        self.mark_not_held(drive, stretch, kind);
        self.share_leads();
        if narrow && !was_lost && self.is_lost(set, at) {
            let lba = self.geometry.array_lba(set, at);
            let count = SectorCount(u64::from(piece));
            self.lost = lost_before + count;
            self.emit(EventKind::DataLost { lba, count });
        }
    }
}

#[cfg(test)]
mod tests;
