//! One window of the copy machine: lock the range, read a piece from the best source, write it to the target.
//!
//! ```text
//!  Waiting --(no earlier overlapping request or window)--> Read --> Write --+--> next piece ... over
//!                                                           ^               +--> Compare (repairs only)
//!                                                           +-- next source, or half the piece
//! ```
//!
//! Failure edges:
//! * a source fails: the next one; when all have failed, half the piece, down to one physical sector;
//! * a sector that no source has: a hole is recorded on the target and the copy goes on;
//! * no source answers at all: the window is given up and its fill stalls until one comes back;
//! * the target cannot write a sector: half the piece, then a hole; too many holes and the target is dropped;
//! * the target or its role goes away: the window ends when its command is over, since that owns the buffer.

use crate::Engine;
use crate::config::SYNC_WINDOWS;
use crate::drive_set::DriveSet;
use crate::event::{DriveEvent, Invariant};
use crate::geometry::SetId;
use crate::io::{IoFault, Outcome, Stretch};
use crate::io_table::{Owner, Verb};
use crate::lock::Ticket;
use crate::ranges::Kind;
use crate::read::{Choice, ReadState};
use crate::units::{DriveId, Instant, MemberLba, SectorCount};

/// Sectors that a target may refuse to take before it is dropped.
const UNWRITABLE_MAX: u8 = 8;

/// What a window is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// Part of a drive's fill.
    Fill,
    /// Single holes of a drive that otherwise holds everything; what is written is read back.
    Repair,
    /// What a segment is to read, where copies may differ: durably.
    Equalise(u8),
}

/// Where a window is. A step is due when its command found no place yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// From one on and of two bytes, so that no window is zero.
#[repr(u16)]
pub(crate) enum Step {
    /// Something earlier overlaps it.
    Waiting = 1,
    /// A read is due.
    ReadDue,
    /// A source reads.
    Reading,
    /// A write is due.
    WriteDue,
    /// The target writes.
    Writing,
    /// A read-back is due.
    CompareDue,
    /// The target compares.
    Comparing,
}

/// A range being copied to one drive. Its buffer has the window's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Window {
    pub(crate) step: Step,
    /// The target has no use for it any more; it ends with its command.
    pub(crate) abandoned: bool,
    pub(crate) purpose: Purpose,
    pub(crate) set: SetId,
    pub(crate) target: DriveId,
    pub(crate) count: u32,
    pub(crate) ticket: Ticket,
    pub(crate) at: u64,
    /// Where it starts on the target.
    pub(crate) lba: MemberLba,
    pub(crate) read: ReadState,
    pub(crate) started: Instant,
}

impl Window {
    /// The piece under way, on the target.
    pub(crate) fn piece(&self) -> Stretch {
        Stretch { start: self.lba + SectorCount(u64::from(self.read.pos)), count: self.read.piece }
    }

    fn place(&self) -> u64 {
        self.at + u64::from(self.read.pos)
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// True if there is a place for a window of a fill or a repair. Those may wait for reads, which need one themselves where
    /// copies may differ.
    pub(crate) fn has_place_for_copies(&self) -> bool {
        usize::from(self.open_windows) + usize::from(self.is_uneven()) < SYNC_WINDOWS
            || raid10_metadata::bug!("no-window-for-reads")
                && self.open_windows < SYNC_WINDOWS as u8
    }

    /// Opens a window of a drive's fill or repair, if there is a place for one.
    pub(crate) fn open_window(
        &mut self,
        target: DriveId,
        purpose: Purpose,
        place: (SetId, u64),
        stretch: Stretch,
    ) {
        let ticket = self.ticket();
        self.open_window_as(target, purpose, place, stretch, ticket);
    }

    /// As [`open_window`](Self::open_window), on behalf of a request, with its ticket: it does not wait for that.
    pub(crate) fn open_window_as(
        &mut self,
        target: DriveId,
        purpose: Purpose,
        (set, at): (SetId, u64),
        stretch: Stretch,
        ticket: Ticket,
    ) {
        let mut places = self.windows.iter_mut().enumerate();
        let Some((index, place)) = places.find(|(_, place)| place.is_none()) else {
            self.work.blocked = true;
            return;
        };
        let Stretch { start: lba, count } = stretch;
        let window = Window {
            target,
            purpose,
            step: Step::Waiting,
            abandoned: false,
            set,
            at,
            lba,
            count,
            ticket,
            read: ReadState::new(count),
            started: self.now,
        };
        *place = Some(window);
        self.open_windows += 1;
        self.step_window(index);
    }

    /// Does what is due of a window. One that is abandoned ends as soon as no command of it is under way.
    pub(crate) fn step_window(&mut self, index: usize) {
        let Some(window) = self.window_ref(index) else { return };
        let step = window.step;
        if window.abandoned && !matches!(step, Step::Reading | Step::Writing | Step::Comparing) {
            self.close_window(index);
            return;
        }
        match step {
            Step::Waiting if self.waits(window) => self.work.blocked = true,
            Step::Waiting | Step::ReadDue => self.read_piece(index),
            Step::WriteDue => {
                let durable = matches!(window.purpose, Purpose::Equalise(_));
                let verb = if durable { Verb::WriteDurable } else { Verb::Write };
                self.send_step(index, verb, Step::Writing);
            }
            Step::CompareDue => self.send_step(index, Verb::Compare, Step::Comparing),
            Step::Reading | Step::Writing | Step::Comparing => {}
        }
    }

    /// True if something earlier is still under way where a window is to be.
    fn waits(&self, window: &Window) -> bool {
        let start = self.geometry.array_lba(window.set, window.at).0;
        let end = start + u64::from(window.count);
        self.is_blocked(window.ticket, start, end, true)
            && !raid10_metadata::bug!("rebuild-without-lock")
    }

    fn set_step(&mut self, index: usize, step: Step) {
        if let Some(window) = &mut self.windows[index] {
            window.step = step;
        }
    }

    /// Sends a command for the piece to the target.
    fn send_step(&mut self, index: usize, verb: Verb, next: Step) {
        let Some(window) = self.windows[index] else { return };
        let owner = Owner::Window(index as u8);
        if self.queue(window.target, owner, verb, window.piece(), window.read.pos).is_some() {
            self.set_step(index, next);
        } else {
            self.work.blocked = true;
        }
    }

    /// Sends the read of the next piece to a source, or ends the window.
    fn read_piece(&mut self, index: usize) {
        let granule = self.granule;
        // Each turn goes on by a sector at least, or halves the piece.
        while let Some(mut window) = self.windows[index] {
            if window.read.pos >= window.count {
                self.close_window(index);
                return;
            }
            if let Some(choice) = self.choose_for_window(&window) {
                self.send_read(index, choice);
                return;
            }
            if window.read.tried.is_empty() || !window.read.halve(granule) {
                let (set, at, target) = (window.set, window.place(), window.target);
                if !window.read.is_hopeless() && !self.is_nowhere(set, at, target) {
                    self.give_up(index);
                    return;
                }
                window.read.piece = granule.min(window.count - window.read.pos);
                self.note_nowhere(&window);
                window.read.go_on(window.count);
            }
            self.windows[index] = Some(window);
        }
    }

    /// No drive has the piece of a window.
    fn note_nowhere(&mut self, window: &Window) {
        let piece = window.piece();
        let id = window.target;
        match window.purpose {
            Purpose::Fill if raid10_metadata::bug!("forget-lost-range") => {}
            Purpose::Fill => self.mark_hole(id, piece, Kind::Missed),
            // That nobody has it may not be on record: this hole must not be tried again.
            Purpose::Repair if self.ranges.is_full() => self.give_up_hole(id, piece),
            Purpose::Repair | Purpose::Equalise(_) => {}
        }
    }

    fn send_read(&mut self, index: usize, choice: Choice) {
        let Some(window) = &mut self.windows[index] else { return };
        window.step = Step::ReadDue;
        window.read.piece = choice.count;
        let offset = window.read.pos;
        let stretch = Stretch { start: choice.leg.lba, count: choice.count };
        let (drive, owner) = (choice.leg.drive, Owner::Window(index as u8));
        if self.queue(drive, owner, Verb::Read, stretch, offset).is_none() {
            self.work.blocked = true;
        } else {
            self.set_step(index, Step::Reading);
        }
    }

    /// The best source other than the target; the target's own content only when there is none.
    fn choose_for_window(&self, window: &Window) -> Option<Choice> {
        let read = &window.read;
        let mut others = read.tried;
        others.insert(window.target);
        self.choose_source(window.set, window.place(), read.piece, &others)
            .or_else(|| self.choose_source(window.set, window.place(), read.piece, &read.tried))
    }

    /// True if a drive that answers, and otherwise holds this part of the array, is known not to have the
    /// first sector of the piece: then nobody has it, as opposed to: nobody is there.
    pub(crate) fn is_nowhere(&self, set: SetId, at: u64, target: DriveId) -> bool {
        self.legs(set, at).iter().any(|leg| {
            leg.drive != target
                && self.answers(leg.drive)
                && !self.exact_at(leg.drive, leg.lba.0).is_held()
        })
    }

    /// A command of a window is over.
    pub(crate) fn window_done(&mut self, index: usize, drive: DriveId, outcome: Outcome) {
        let Some(window) = self.windows[index] else {
            return self.broken(Invariant::OwnerGone);
        };
        let fault = match outcome {
            Outcome::Done => None,
            Outcome::Mismatch => Some(IoFault::Medium),
            Outcome::Fault(fault) => Some(fault),
        };
        match (window.step, fault) {
            (Step::Reading, _) => self.window_read(index, drive, fault),
            (Step::Writing | Step::Comparing, Some(fault)) => self.piece_refused(index, fault),
            (Step::Writing, None) => self.window_written(index),
            (Step::Comparing, None) => self.window_compared(index),
            (Step::Waiting | Step::ReadDue | Step::WriteDue | Step::CompareDue, _) => {}
        }
        self.step_window(index);
    }

    fn window_read(&mut self, index: usize, drive: DriveId, fault: Option<IoFault>) {
        let Some(window) = &mut self.windows[index] else { return };
        window.step = Step::ReadDue;
        match fault {
            Some(fault) => {
                let (set, at, count) = (window.set, window.place(), window.read.piece);
                window.read.failed(drive, fault);
                if let (Purpose::Equalise(segment), IoFault::Medium) = (window.purpose, fault) {
                    self.equalise_unread(segment);
                }
                self.source_failed(set, at, count, drive, fault);
            }
            None if drive == window.target => {
                let piece = window.piece();
                window.read.go_on(window.count);
                self.mark_held(drive, piece);
            }
            None => window.step = Step::WriteDue,
        }
    }

    fn window_written(&mut self, index: usize) {
        let repairs = self.windows[index].is_some_and(|window| window.purpose == Purpose::Repair);
        if repairs && !raid10_metadata::bug!("repair-unverified") {
            self.set_step(index, Step::CompareDue);
        } else {
            self.piece_held(index);
        }
    }

    fn window_compared(&mut self, index: usize) {
        self.piece_held(index);
        if let Some(Window { target, .. }) = self.windows[index] {
            self.drive_mut(target).repair_delays = 0;
            self.emit_drive(target, DriveEvent::SectorRepaired);
        }
    }

    /// The target has the piece.
    fn piece_held(&mut self, index: usize) {
        let Some(window) = &mut self.windows[index] else { return };
        let (target, piece, abandoned) = (window.target, window.piece(), window.abandoned);
        window.read.go_on(window.count);
        window.step = Step::ReadDue;
        if !abandoned {
            self.mark_held(target, piece);
            self.doubt_sources(index, piece);
        }
    }

    /// A flush of a source failed since a window began, which may have dropped what was read from its cache. Now that the target
    /// has it, the source is not believed there.
    fn doubt_sources(&mut self, index: usize, piece: Stretch) {
        let Some(window) = self.windows[index] else { return };
        let at = window.at + (piece.start - window.lba).0;
        for leg in &self.legs(window.set, at) {
            let drive = self.drive_ref(leg.drive);
            let failed = drive.volatile_cache
                && drive.unsure_at.is_some_and(|at| at >= window.started)
                && !raid10_metadata::bug!("dropped-was-copied");
            if leg.drive != window.target && failed {
                let stretch = Stretch { start: leg.lba, count: piece.count };
                self.mark_not_held(leg.drive, stretch, Kind::Missed);
            }
        }
    }

    /// The target could not write the piece, or read it back.
    fn piece_refused(&mut self, index: usize, fault: IoFault) {
        let granule = self.granule;
        let Some(Window { target, .. }) = self.windows[index] else { return };
        let answers = self.answers(target);
        let Some(window) = &mut self.windows[index] else { return };
        let piece = window.piece();
        window.step = Step::ReadDue;
        if fault == IoFault::Gone || !answers {
            window.abandoned |= !answers;
            window.read.tried = DriveSet::EMPTY;
            return;
        }
        let halved = window.read.halve(granule);
        if !halved {
            window.read.go_on(window.count);
        }
        // A drive that works but for this piece has a bad sector there, whatever it says of it.
        self.emit_drive_cause(target, DriveEvent::WriteError);
        if fault == IoFault::Medium {
            self.note_medium_error(target);
        }
        if !halved {
            self.mark_hole(target, piece, Kind::GivenUp);
            self.emit_drive(target, DriveEvent::RepairFailed);
            self.count_unwritable(target);
        }
    }

    fn count_unwritable(&mut self, target: DriveId) {
        let Some(fill) = self.fill_mut(target) else { return };
        fill.unwritable += 1;
        if fill.unwritable > UNWRITABLE_MAX && self.is_target(target) {
            self.fail_drive(target);
        }
    }

    /// No source gave the piece: the fill waits for one, or tries again in a while if there is one.
    fn give_up(&mut self, index: usize) {
        let Some(window) = self.windows[index] else { return };
        let (set, at, target) = (window.set, window.place(), window.target);
        let lba = window.piece().start.0;
        let fills = window.purpose == Purpose::Fill;
        let (mut stalls, tired) = match window.purpose {
            // The read finds out by itself.
            Purpose::Equalise(_) => (false, false),
            Purpose::Repair => (false, self.delay_repair(target)),
            Purpose::Fill if self.has_other(set, at, target) => {
                (false, self.delay_fill(target, lba))
            }
            Purpose::Fill => (true, false),
        };
        if tired {
            self.give_up_sources(set, at, target);
            // Without room to record it, it would be tried for ever.
            stalls = fills && self.has_other(set, at, target);
        }
        if stalls {
            self.stall_fill(target, lba);
        }
        self.close_window(index);
    }

    /// The sources of a sector have failed it again and again, for whatever reason: it is unreadable.
    fn give_up_sources(&mut self, set: SetId, at: u64, target: DriveId) {
        for leg in &self.legs(set, at) {
            let stretch = Stretch { start: leg.lba, count: self.granule };
            if leg.drive != target && self.holds(leg.drive, stretch) {
                self.mark_not_held(leg.drive, stretch, Kind::Unreadable);
            }
        }
    }

    /// A window is over.
    fn close_window(&mut self, index: usize) {
        let Some(window) = self.windows[index].take() else { return };
        self.open_windows -= 1;
        self.work.freed = true;
        self.work.repairs = true;
        match window.purpose {
            Purpose::Equalise(segment) => self.equalised(segment, &window),
            _ if window.abandoned => {}
            Purpose::Fill => self.window_closed(window.target, &window),
            Purpose::Repair => self.repair_closed(&window),
        }
    }

    /// What is under way to a drive counts no more: its windows end with their commands, and a fill goes on where it had come to.
    pub(crate) fn abandon_windows(&mut self, target: DriveId) {
        for index in 0..SYNC_WINDOWS {
            if let Some(window) = &mut self.windows[index]
                && window.target == target
            {
                window.abandoned = true;
                self.step_window(index);
            }
        }
        if let Some(fill) = self.fill_mut(target) {
            fill.windows = 0;
            fill.next = fill.front;
        }
    }
}

#[cfg(test)]
mod tests;
