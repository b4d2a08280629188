//! Which range waits for which: one order for host requests and copy windows.
//!
//! Two of them conflict when they overlap and one of them changes something; a window always does. The one
//! with the lower ticket goes first, whichever kind it is. Tickets only grow, so nobody waits for one that
//! came later, and neither side can starve the other.

use crate::Engine;
use crate::host::HostOp;
use crate::request::Phase;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// True if something earlier that is not over yet conflicts with array sectors `start..end`.
    pub(crate) fn is_blocked(&self, ticket: u64, start: u64, end: u64, writes: bool) -> bool {
        if self.open_requests <= 1 && self.open_windows == 0 {
            return false;
        }
        let by_request = self.requests.iter().filter_map(Option::as_ref).any(|other| {
            other.ticket < ticket
                && other.start < end
                && start < other.end()
                && other.op != HostOp::Flush
                && !matches!(other.phase, Phase::Over)
                && (writes || other.op.is_write())
        });
        (by_request && !raid10_metadata::bug!("requests-unordered"))
            || self.windows.iter().filter_map(Option::as_ref).any(|window| {
                let from = self.geometry.array_lba(window.set, window.at).0;
                window.ticket < ticket && from < end && start < from + u64::from(window.count)
            })
    }
}
