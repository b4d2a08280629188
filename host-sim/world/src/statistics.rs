//! Figures of a run.

use alloc::vec::Vec;

use raid10_engine::{
    ArrayState, Duration, EventKind, HostError, Instant, IoClass, IoCommand, IoOp, MemberState,
    Slot,
};

use crate::plan::Activity;

/// One fill of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FillTime {
    /// What it was.
    pub activity: Activity,
    /// The slot.
    pub slot: Slot,
    /// When it began.
    pub from: Instant,
    /// When it ended; `None` if it did not.
    pub to: Option<Instant>,
}

/// What happened, in numbers and as a history.
#[derive(Clone, Debug)]
pub(crate) struct Statistics {
    pub(crate) commands: Vec<u64>,
    /// Sectors that rebuilds, resyncs and replacements wrote to each drive.
    pub(crate) copied: Vec<u64>,
    pub(crate) replies: u64,
    pub(crate) failed: u64,
    pub(crate) events: Vec<(Instant, EventKind)>,
    pub(crate) array: Vec<(Instant, ArrayState)>,
    pub(crate) members: Vec<(Instant, Slot, MemberState)>,
    pub(crate) fills: Vec<FillTime>,
    stalled: Vec<Slot>,
}

impl Statistics {
    pub(crate) fn new(drives: usize) -> Self {
        Self {
            commands: alloc::vec![0; drives],
            copied: alloc::vec![0; drives],
            replies: 0,
            failed: 0,
            events: Vec::new(),
            array: Vec::new(),
            members: Vec::new(),
            fills: Vec::new(),
            stalled: Vec::new(),
        }
    }

    pub(crate) fn command(&mut self, drive: usize, command: &IoCommand) {
        self.commands[drive] += 1;
        if let (IoClass::Rebuild, IoOp::Write(extent, _) | IoOp::WriteDurable(extent, _)) =
            (command.class, command.op)
        {
            self.copied[drive] += extent.count.0;
        }
    }

    pub(crate) fn reply(&mut self, result: Result<(), HostError>) {
        self.replies += 1;
        self.failed += u64::from(result.is_err());
    }

    pub(crate) fn event(&mut self, now: Instant, kind: &EventKind) {
        self.events.push((now, *kind));
        match *kind {
            EventKind::RebuildStarted { slot } => self.fill_begins(now, Activity::Rebuild, slot),
            EventKind::ResyncStarted { slot } => self.fill_begins(now, Activity::Resync, slot),
            EventKind::ReplaceStarted { slot } => self.fill_begins(now, Activity::Replace, slot),
            EventKind::RebuildResumed { slot } => {
                self.stalled.retain(|&stalled| stalled != slot);
            }
            EventKind::Rebuilt { slot }
            | EventKind::RebuiltWithLosses { slot, .. }
            | EventKind::Resynced { slot }
            | EventKind::Replaced { slot } => self.fill_ends(now, slot),
            EventKind::RebuildStalled { slot } => self.stalled.push(slot),
            EventKind::RebuildFailed { slot } => {
                self.fills.retain(|fill| fill.slot != slot || fill.to.is_some());
            }
            _ => {}
        }
    }

    fn fill_begins(&mut self, from: Instant, activity: Activity, slot: Slot) {
        self.stalled.retain(|&stalled| stalled != slot);
        self.fills.retain(|fill| fill.slot != slot || fill.to.is_some());
        self.fills.push(FillTime { activity, slot, from, to: None });
    }

    fn fill_ends(&mut self, now: Instant, slot: Slot) {
        let open = |fill: &&mut FillTime| fill.slot == slot && fill.to.is_none();
        if let Some(fill) = self.fills.iter_mut().find(open) {
            fill.to = Some(now);
        }
    }

    /// The controller lost its power: which fills wait is known anew when it works again.
    pub(crate) fn power_lost(&mut self) {
        self.stalled.clear();
    }

    /// True if the slot's fill waits for a source that may never come.
    pub(crate) fn is_stalled(&self, slot: Slot) -> bool {
        self.stalled.contains(&slot)
    }

    /// Notes the states when they changed.
    pub(crate) fn states(&mut self, now: Instant, array: ArrayState, members: &[MemberState]) {
        if self.array.last().map(|last| last.1) != Some(array) {
            self.array.push((now, array));
        }
        for (index, &state) in members.iter().enumerate() {
            let slot = Slot(index as u8);
            let last = self.members.iter().rev().find(|entry| entry.1 == slot);
            if last.map(|entry| entry.2) != Some(state) {
                self.members.push((now, slot, state));
            }
        }
    }

    /// How long the array was in a state, up to `end`.
    pub(crate) fn time_in(&self, state: ArrayState, end: Instant) -> Duration {
        let mut total = 0;
        for (index, &(from, found)) in self.array.iter().enumerate() {
            let to = self.array.get(index + 1).map_or(end, |next| next.0);
            total += if found == state { to.since(from).0 } else { 0 };
        }
        Duration(total)
    }
}
