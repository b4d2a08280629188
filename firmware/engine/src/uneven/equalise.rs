//! What is read is first made equal on all copies.

use crate::Engine;
use crate::config::{SEGMENTS, WINDOW_SECTORS};
use crate::drive_set::DriveSet;
use crate::io::Stretch;
use crate::read::{Leg, ReadState};
use crate::request::{Failure, Segment, SegmentState};
use crate::units::{DriveId, MemberLba, less};
use crate::window::{Purpose, Window};

/// How far the equalising before a read is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Equalise {
    /// A window is open for it.
    busy: bool,
    /// Others lead since then: it begins again.
    again: bool,
    /// How often a sector that was copied turned out to be unreadable.
    unread: u8,
    /// Whose turn it is, and how many of its sectors are equal.
    drive: DriveId,
    pos: u32,
    /// The drives that need nothing any more.
    done: DriveSet,
}

/// So many sectors that turn out to be unreadable keep a read waiting at most.
const UNREAD_MAX: u8 = 32;

impl Equalise {
    pub(crate) const BEGIN: Self = Self {
        done: DriveSet::EMPTY,
        drive: DriveId(0),
        pos: 0,
        busy: false,
        again: false,
        unread: 0,
    };
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// A copy that is away is behind in the regions of what is about to be read from others, where copies may differ. True if it
    /// cannot be taken for as good as those after a loss of power either. One that has come, and may be as good, is waited for
    /// until it is known what it is.
    fn miss_answer(&mut self, segment: &Segment, leg: Leg) -> bool {
        let (start, end) = (leg.lba.0, leg.lba.0 + u64::from(segment.count));
        let (first, last) = self.regions_of(start, end);
        for region in first..last + 1 {
            let at = segment.at + less(self.region_start(region), start);
            let answered = || self.choose_source(segment.set, at, 1, &DriveSet::EMPTY).is_some();
            if !self.drive_ref(leg.drive).uneven.get(region)
                || raid10_metadata::bug!("answer-not-missed")
            {
                continue;
            }
            if self.boot.unread.contains(leg.drive)
                && !raid10_metadata::bug!("unread-misses-answers")
            {
                return false;
            }
            if answered() {
                self.mark_regions_stale(leg.drive, region, region);
            }
        }
        let outdone = || self.is_cut_off() && !raid10_metadata::bug!("rival-answers");
        self.record.is_durable(self.left_record) || !self.has_parties() && !outdone()
    }

    /// Sees to it that all copies of what a segment reads are equal. Returns whether they are.
    pub(crate) fn equalise(&mut self, index: usize) -> bool {
        loop {
            let Some(&segment) = self.segment_ref(index) else { return false };
            let SegmentState::Equalising(mut state) = segment.state else { return true };
            if state.busy {
                // Even if nothing differs any more: the window has not ended on the drive that is to be read.
                return false;
            }
            let level = !self.is_uneven() && !self.is_levelling();
            if level || raid10_metadata::bug!("read-before-equal") {
                return true;
            }
            if self.is_leader_gone() {
                self.work.blocked = true;
                return false;
            }
            let legs = self.legs(segment.set, segment.at);
            // Drives get and lose places meanwhile.
            let turn = |leg: &&Leg| !state.done.contains(leg.drive);
            let Some(&leg) = legs.iter().find(turn) else { return true };
            if leg.drive != state.drive {
                (state.drive, state.pos) = (leg.drive, 0);
            }
            let start = leg.lba.0 + u64::from(state.pos);
            let away = !self.serves(leg.drive);
            if away && state.pos < segment.count && !self.miss_answer(&segment, leg) {
                if self.is_cut_off() {
                    // Those that may go on with the array may answer otherwise, and cannot be told.
                    self.end_segment(index, Some(Failure::NotRead(segment.offset)));
                }
                self.work.blocked = true;
                return false;
            }
            if away || state.pos >= segment.count {
                state.done.insert(leg.drive);
                state.pos = 0;
            } else {
                let count = (segment.count - state.pos).min(WINDOW_SECTORS as u32);
                let mut stretch = Stretch { start: MemberLba(start), count };
                let run = self.run_at(leg.drive, stretch);
                stretch.count = run.count;
                let uneven = || self.drive_ref(leg.drive).uneven.get(self.region_of(start));
                if !run.belief.is_held() && uneven() {
                    if self.windows.iter().all(Option::is_some) {
                        self.work.blocked = true;
                        return false;
                    }
                    let Some(&request) = self.request_ref(usize::from(segment.request)) else {
                        return false;
                    };
                    state.busy = true;
                    self.set_equalise(index, state);
                    let at = segment.at + u64::from(state.pos);
                    let purpose = Purpose::Equalise(index as u8);
                    let place = (segment.set, at);
                    self.open_window_as(leg.drive, purpose, place, stretch, request.ticket);
                    continue;
                }
                if self.awaits_level(leg.drive, stretch) {
                    return false;
                }
                state.pos += run.count;
            }
            self.set_equalise(index, state);
        }
    }

    /// A sector that was to be copied for a segment is unreadable: another copy may lead there.
    pub(crate) fn equalise_unread(&mut self, segment: u8) {
        if let Some(place) = self.segment_mut(usize::from(segment))
            && let SegmentState::Equalising(state) = &mut place.state
            && state.unread < UNREAD_MAX
        {
            state.unread += 1;
            state.again = true;
        }
    }

    fn set_equalise(&mut self, index: usize, state: Equalise) {
        if let Some(segment) = self.segment_mut(index) {
            segment.state = SegmentState::Equalising(state);
        }
    }

    /// All reads whose copies are being made equal begin with that again: others lead.
    pub(crate) fn equalise_again(&mut self) {
        if raid10_metadata::bug!("equalised-before-it-left") {
            return;
        }
        for index in 0..SEGMENTS {
            if let Some(segment) = self.segment_mut(index)
                && let SegmentState::Equalising(state) = &mut segment.state
            {
                *state = Equalise { busy: state.busy, again: true, ..Equalise::BEGIN };
            }
        }
    }

    /// A window of an equalising is over, however it ended: what it could not do keeps nobody from reading.
    pub(crate) fn equalised(&mut self, segment: u8, window: &Window) {
        let Some(place) = self.segment_mut(usize::from(segment)) else { return };
        if let SegmentState::Equalising(state) = &mut place.state {
            state.busy = false;
            state.pos += if window.abandoned { 0 } else { window.count };
            if state.again {
                *state = Equalise { unread: state.unread, ..Equalise::BEGIN };
            }
        }
        self.work.blocked = true;
    }

    /// A read segment whose copies are equal begins.
    pub(crate) fn begin_read(&mut self, index: usize) {
        if !self.equalise(index) {
            return;
        }
        if let Some(segment) = self.segment_mut(index) {
            segment.state = SegmentState::Reading(ReadState::new(segment.count));
        }
        self.read_next(index);
    }
}
