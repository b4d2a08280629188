//! Host requests: accepted, ordered where they overlap, split at chunk borders, answered once.
//!
//! ```text
//!  Waiting --(no earlier request or window overlaps)--> Running --(all segments over)--> replied
//!  a flush: Flushing --(every drive that takes writes has flushed)--> replied
//! ```
//!
//! A request never waits for a later one, and windows take their tickets from the same counter, so the
//! waiting has no cycles and ends.

use crate::Engine;
use crate::config::{MAX_IO_SECTORS, REQUESTS, SEGMENTS, SYNC_WINDOWS};
use crate::drive_set::DriveSet;
use crate::geometry::SetId;
use crate::host::{HostError, HostOp, HostRequest, Refusal, Reply, RequestId};
use crate::lock::Ticket;
use crate::policy::Salvage;
use crate::read::ReadState;
use crate::record::RecordId;
use crate::uneven::Equalise;
use crate::units::{ArrayLba, Instant};

/// Segments of one request in flight at once, so that a large request leaves room for others.
const SEGMENTS_PER_REQUEST: u8 = (SEGMENTS / 4) as u8;

/// An accepted request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Request {
    pub(crate) op: HostOp,
    pub(crate) phase: Phase,
    pub(crate) segments: u8,
    pub(crate) id: RequestId,
    pub(crate) count: u32,
    /// Sectors that segments have taken.
    pub(crate) taken: u32,
    pub(crate) start: u64,
    pub(crate) ticket: Ticket,
    /// The failure of the first segment that failed.
    pub(crate) failure: Option<Failure>,
}

impl Request {
    /// The first sector after the request.
    pub(crate) fn end(&self) -> u64 {
        self.start + u64::from(self.count)
    }

    /// True if segments have taken all of it, or all that is still wanted.
    fn is_taken(&self) -> bool {
        self.failure.is_some() || self.taken >= self.count
    }

    fn result(&self) -> Result<(), HostError> {
        let lba = |offset| ArrayLba(self.start + u64::from(offset));
        match self.failure {
            None => Ok(()),
            Some(Failure::Lost(offset)) => Err(HostError::Lost(lba(offset))),
            Some(Failure::NotRead(offset)) => Err(HostError::NotRead(lba(offset))),
            Some(Failure::NotWritten(offset)) => Err(HostError::NotWritten(lba(offset))),
            Some(Failure::NotFlushed) => Err(HostError::NotFlushed),
            Some(Failure::ReadOnly) => Err(HostError::ReadOnly),
            Some(Failure::Offline) => Err(HostError::Offline),
        }
    }
}

/// As [`HostError`], with sectors counted from the start of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// From two on, so that no failure is one, and no request zero.
#[repr(u32)]
pub(crate) enum Failure {
    Lost(u32) = 2,
    NotRead(u32),
    NotWritten(u32),
    NotFlushed,
    ReadOnly,
    Offline,
}

impl Failure {
    /// Where in the request it failed.
    const fn offset(self) -> u32 {
        match self {
            Self::Lost(offset) | Self::NotRead(offset) | Self::NotWritten(offset) => offset,
            Self::NotFlushed | Self::ReadOnly | Self::Offline => 0,
        }
    }
}

/// Of two failures the one with the lower sector. All sectors below a segment belong to segments that
/// were begun before it, so the lowest failure of a request is always among those that are told.
fn first_of(one: Option<Failure>, other: Option<Failure>) -> Option<Failure> {
    match (one, other) {
        (Some(one), Some(other)) if other.offset() < one.offset() => Some(other),
        (one, other) => one.or(other),
    }
}

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// A tag of its own: one among the drives would have to be taken apart each time.
#[repr(u8)]
pub(crate) enum Phase {
    /// An earlier request or window overlaps it.
    Waiting,
    /// Its segments are under way.
    Running,
    /// A flush: these drives have not answered, and so many have.
    Flushing {
        /// Drives whose flush is not queued yet.
        due: DriveSet,
        /// Flushes under way.
        pending: u8,
        /// Whether a drive has flushed.
        any: bool,
    },
    /// A flush: it waits until the record says who has not what it covers.
    Recorded(RecordId),
    /// Its reply waits to be drained.
    Over,
}

/// A part of a request within one chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Segment {
    pub(crate) request: u8,
    /// Sectors.
    pub(crate) count: u32,
    /// Its place in the set's stream.
    pub(crate) at: u64,
    /// Sectors from the start of the request's buffer.
    pub(crate) offset: u32,
    pub(crate) set: SetId,
    pub(crate) state: SegmentState,
}

/// Where a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// From one on, so that no segment is zero.
#[repr(u8)]
pub(crate) enum SegmentState {
    /// A read whose copies may differ: they are made equal first.
    Equalising(Equalise) = 1,
    /// A read.
    Reading(ReadState),
    /// A write waits until the record says that its region is dirty.
    Marking(RecordId),
    /// A write goes to its drives.
    Writing {
        /// Drives that have not answered.
        pending: u8,
        /// Drives that have it.
        written: DriveSet,
        /// Drives that should have it and have not.
        missed: DriveSet,
        /// Drives among those that may have part of it.
        touched: DriveSet,
    },
    /// A write waits until the record says who missed it.
    Recording(RecordId),
}

/// The requests that are over, in the order of their end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Replies {
    first: u8,
    len: u8,
    ring: [u8; REQUESTS],
}

impl Replies {
    pub(crate) const fn new() -> Self {
        Self { ring: [0; REQUESTS], first: 0, len: 0 }
    }

    /// Never more than there are requests: a place is free only after its reply was drained.
    fn push(&mut self, index: usize) {
        let place = (usize::from(self.first) + usize::from(self.len)) % REQUESTS;
        self.ring[place] = index as u8;
        self.len += 1;
    }

    fn pop(&mut self) -> Option<usize> {
        self.len = self.len.checked_sub(1)?;
        let index = self.ring[usize::from(self.first)];
        self.first = (self.first + 1) % REQUESTS as u8;
        Some(usize::from(index))
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Takes a host request.
    ///
    /// Requests that overlap, at least one of them a write, run in the order of their submission.
    ///
    /// # Errors
    ///
    /// Why it was not taken; [`Refusal::Busy`] while [`REQUESTS`] requests are without a drained reply.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn submit(&mut self, now: Instant, request: HostRequest) -> Result<RequestId, Refusal> {
        self.advance(now);
        let (start, count) = self.check_range(request)?;
        let index = self.requests.iter().position(Option::is_none).ok_or(Refusal::Busy)?;
        self.request_sequence = self.request_sequence.wrapping_add(1);
        let id = RequestId(self.request_sequence << 8 | index as u32);
        let ticket = self.ticket();
        let phase = Phase::Waiting;
        let op = request.op;
        let (taken, segments, failure) = (0, 0, None);
        self.requests[index] =
            Some(Request { id, op, start, count, taken, ticket, segments, phase, failure });
        self.open_requests += 1;
        self.note_host_io();
        if op == HostOp::Flush {
            self.start_flush(index);
        } else {
            self.start_request(index);
        }
        self.maintain();
        Ok(id)
    }

    fn check_range(&self, request: HostRequest) -> Result<(u64, u32), Refusal> {
        if !self.created || self.boot.starting || self.commit.stopping {
            return Err(Refusal::WrongState);
        }
        if request.op == HostOp::Flush {
            return Ok((0, 0));
        }
        if request.count.is_zero() {
            return Err(Refusal::Empty);
        }
        let end = request.lba.0.checked_add(request.count.0).ok_or(Refusal::OutOfRange)?;
        if end > self.geometry.capacity().0 {
            return Err(Refusal::OutOfRange);
        }
        let count = u32::try_from(request.count.0).map_err(|_| Refusal::OutOfRange)?;
        if (request.lba.0 as u32 | count) & (self.granule - 1) != 0 {
            return Err(Refusal::Misaligned);
        }
        Ok((request.lba.0, count))
    }

    /// Starts a request if nothing earlier is in its way.
    pub(crate) fn start_request(&mut self, index: usize) {
        let Some(request) = self.request_ref(index) else { return };
        if let Some(failure) = self.refused_now(request.op) {
            self.reply(index, Some(failure));
            return;
        }
        // Where copies may differ a read may have to write.
        let writes = request.op.is_write() || self.is_uneven();
        if self.is_blocked(request.ticket, request.start, request.end(), writes) {
            self.work.blocked = true;
            return;
        }
        if let Some(request) = self.request_mut(index) {
            request.phase = Phase::Running;
        }
        self.feed(index);
    }

    /// The answer that a failed array, or a broken engine, gives to everything of a kind.
    fn refused_now(&self, op: HostOp) -> Option<Failure> {
        let writes = op.is_write();
        if self.latched && writes {
            return Some(Failure::ReadOnly);
        }
        if !self.salvage {
            return None;
        }
        match self.policy.salvage {
            Salvage::None => Some(Failure::Offline),
            Salvage::ReadOnly if writes => Some(Failure::ReadOnly),
            Salvage::ReadWrite if writes && self.is_outdone() => Some(Failure::ReadOnly),
            Salvage::ReadOnly | Salvage::ReadWrite => None,
        }
    }

    /// Hands parts of a running request to free segments.
    pub(crate) fn feed(&mut self, index: usize) {
        loop {
            let Some(&request) = self.request_ref(index) else { return };
            if !matches!(request.phase, Phase::Running) {
                return;
            }
            let over = request.is_taken();
            if over || request.segments >= SEGMENTS_PER_REQUEST {
                if over && request.segments == 0 {
                    self.reply(index, request.failure);
                }
                self.work.blocked |= !over;
                return;
            }
            let Some(free) = self.segments.iter().position(Option::is_none) else {
                self.work.blocked = true;
                return;
            };
            let start = request.start + u64::from(request.taken);
            let (set, at) = self.geometry.stream_of(ArrayLba(start));
            let offset = request.taken;
            let within = self.geometry.chunk_left(start).min(MAX_IO_SECTORS as u32);
            let count = within.min(request.count - offset);
            let state = if request.op == HostOp::Read {
                SegmentState::Equalising(Equalise::BEGIN)
            } else {
                SegmentState::Marking(self.mark_dirty())
            };
            if let Some(request) = self.request_mut(index) {
                request.taken += count;
                request.segments += 1;
            }
            self.segments[free] =
                Some(Segment { request: index as u8, set, at, count, offset, state });
            if request.op == HostOp::Read {
                self.begin_read(free);
            } else if self.is_labelled() {
                // As a rule the region is dirty already, and nothing is to be waited for.
                self.retry_segment(free);
            }
        }
    }

    /// A segment is over. The rest of its request goes on with the next maintenance.
    pub(crate) fn end_segment(&mut self, index: usize, failure: Option<Failure>) {
        let Some(place) = self.segments.get_mut(index) else { return };
        let Some(segment) = place else { return };
        let request_index = usize::from(segment.request);
        *place = None;
        self.work.freed = true;
        let Some(request) = self.request_mut(request_index) else { return };
        request.segments -= 1;
        request.failure = first_of(request.failure, failure);
        let over = request.is_taken();
        if over && request.segments == 0 {
            let failure = request.failure;
            self.reply(request_index, failure);
        } else {
            self.work.blocked |= !over;
        }
    }

    /// Ends a request: its reply can be drained.
    pub(crate) fn reply(&mut self, index: usize, failure: Option<Failure>) {
        if let Some(request) = self.request_mut(index) {
            request.phase = Phase::Over;
            request.failure = failure;
            self.open_requests -= 1;
            self.work.freed = true;
            self.replies.push(index);
            self.note_host_io();
        }
    }

    /// The next reply to a host request. The request's buffer is the caller's again.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn poll_reply(&mut self) -> Option<Reply> {
        let index = self.replies.pop()?;
        let place = self.requests.get_mut(index)?;
        let request = place.as_ref()?;
        let reply = Reply { request: request.id, result: request.result() };
        *place = None;
        Some(reply)
    }

    /// Looks again at everything that waits for a range or for a place in a table.
    pub(crate) fn start_blocked(&mut self) {
        self.work.blocked = false;
        self.work.freed = false;
        for index in 0..SEGMENTS {
            self.retry_segment(index);
        }
        for index in 0..SYNC_WINDOWS {
            self.step_window(index);
        }
        for index in 0..REQUESTS {
            match self.request_ref(index).map(|request| request.phase) {
                Some(Phase::Waiting) => self.start_request(index),
                Some(Phase::Running) => self.feed(index),
                Some(Phase::Flushing { .. }) => self.continue_flush(index),
                Some(Phase::Recorded(_)) => self.end_flush(index),
                Some(Phase::Over) | None => {}
            }
        }
    }

    /// The record went on: so do the writes that waited for it.
    pub(crate) fn continue_recorded(&mut self) {
        for index in 0..SEGMENTS {
            self.retry_segment(index);
        }
        for index in 0..REQUESTS {
            self.end_flush(index);
        }
    }

    /// A segment that waits for the record, or found no place in the command table, tries again.
    fn retry_segment(&mut self, index: usize) {
        let Some(segment) = self.segment_ref(index) else { return };
        match segment.state {
            SegmentState::Equalising(_) => self.begin_read(index),
            SegmentState::Reading(read) if !read.sent => self.read_next(index),
            SegmentState::Marking(record) if self.record.is_durable(record) => {
                let (set, at, count) = (segment.set, segment.at, segment.count);
                if !self.is_labelled() || self.mark_written(set, at, count) {
                    self.write(index);
                }
            }
            SegmentState::Recording(record) if self.record.is_durable(record) => {
                self.end_segment(index, None);
            }
            SegmentState::Reading(_)
            | SegmentState::Marking(_)
            | SegmentState::Writing { .. }
            | SegmentState::Recording(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
