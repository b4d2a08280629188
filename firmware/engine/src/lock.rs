//! Which range waits for which: one order for host requests and copy windows.
//!
//! Two of them conflict when they overlap and one of them changes something; a window always does. The one
//! with the lower ticket goes first, whichever kind it is. Tickets only grow, so nobody waits for one that
//! came later, and neither side can starve the other.

use crate::Engine;
use crate::config::{REQUESTS, SYNC_WINDOWS};
use crate::request::Phase;

/// The place of a request or a window in the order. The numbers start anew after the last, which nobody notices: of those
/// that are not over none is old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ticket(u32);

impl Ticket {
    pub(crate) const FIRST: Self = Self(0);

    pub(crate) const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    const fn is_before(self, other: Self) -> bool {
        (self.0.wrapping_sub(other.0) as i32) < 0
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// True if something earlier that is not over yet conflicts with array sectors `start..end`.
    pub(crate) fn is_blocked(&self, ticket: Ticket, start: u64, end: u64, writes: bool) -> bool {
        if self.open_requests <= 1 && self.open_windows == 0 {
            return false;
        }
        // A flush has no sectors: nothing overlaps it.
        let by_request = (0..REQUESTS).filter_map(|index| self.request_ref(index)).any(|other| {
            other.ticket.is_before(ticket)
                && other.start < end
                && start < other.end()
                && !matches!(other.phase, Phase::Over)
                && (writes || other.op.is_write())
        });
        (by_request && !raid10_metadata::bug!("requests-unordered"))
            || (0..SYNC_WINDOWS).filter_map(|index| self.window_ref(index)).any(|window| {
                let from = self.geometry.array_lba(window.set, window.at).0;
                window.ticket.is_before(ticket)
                    && from < end
                    && start < from + u64::from(window.count)
            })
    }
}
