//! The ring in which events wait until the caller drains them.

use crate::config::EVENTS;
use crate::event::{Event, EventKind};
use crate::units::{DriveId, Instant};

/// A ring of events. When it is full the oldest is dropped and counted: the log is never needed for
/// correctness.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct EventLog {
    first: usize,
    len: usize,
    sequence: u32,
    dropped: u32,
    ring: [Event; EVENTS],
}

impl EventLog {
    pub(crate) const fn new() -> Self {
        // Nobody reads a place before it is written; this one is all zero.
        let kind = EventKind::DriveArrived { drive: DriveId(0) };
        let unused = Event { sequence: 0, at: Instant(0), cause: None, kind };
        Self { ring: [unused; EVENTS], first: 0, len: 0, sequence: 0, dropped: 0 }
    }

    /// Appends an event and returns its sequence number.
    pub(crate) fn push(&mut self, at: Instant, cause: Option<u32>, kind: EventKind) -> u32 {
        let place = wrapped(self.first + self.len);
        if self.len == EVENTS {
            self.first = wrapped(self.first + 1);
            self.dropped += 1;
        } else {
            self.len += 1;
        }
        self.sequence += 1;
        if let Some(place) = self.ring.get_mut(place) {
            *place = Event { sequence: self.sequence, at, cause, kind };
        }
        self.sequence
    }

    /// Takes out the oldest event; before it, word of those that were dropped.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<Event> {
        if self.dropped > 0 {
            let count = core::mem::take(&mut self.dropped);
            self.sequence += 1;
            let kind = EventKind::EventsDropped { count };
            return Some(Event { sequence: self.sequence, at: now, cause: None, kind });
        }
        if self.len == 0 {
            return None;
        }
        let event = *self.ring.get(self.first)?;
        self.first = wrapped(self.first + 1);
        self.len -= 1;
        Some(event)
    }
}

/// A place of the ring, from one that may lie up to a ring's length behind its end.
const fn wrapped(place: usize) -> usize {
    if place < EVENTS { place } else { place - EVENTS }
}
