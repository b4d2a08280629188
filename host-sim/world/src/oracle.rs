//! The oracle: what the host may see, and what must be lost, from the layout, the drives' truth and the
//! history alone.
//!
//! It has no engine code. What the engine claims (roles, checkpoints, the manifest) is used in two ways only:
//! to be verified, and as an excuse where a claim of the engine itself takes a drive out of service.

use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{
    DriveId, DriveView, Instant, IoCommand, IoOp, Outcome, RequestId, Slot, SlotView,
};

mod audit;
mod begin;
mod belief;
mod blame;
mod claims;
mod content;
mod linux;
mod power;
mod recorded;
mod release;
mod requests;
mod rivals;
mod roles;
mod scan;
mod unflushed;
mod versions;

use crate::drive::is_of_front;
use crate::generations::Sealed;
use crate::layout::Layout;
use crate::ranges::Ranges;
pub(crate) use audit::Audit;
use belief::Belief;
pub(crate) use blame::Patience;
use blame::Trouble;
use power::Recent;
pub(crate) use release::Consent;
use unflushed::Failures;
use versions::{Floor, Versions};

/// What the engine says of itself, as far as the oracle looks at it.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) slots: Vec<SlotView>,
    pub(crate) drives: Vec<DriveView>,
}

/// A write of the host that has not ended.
#[derive(Clone, Debug)]
struct OpenWrite {
    id: RequestId,
    range: Range<u64>,
    version: u32,
    kind: WriteKind,
    /// The drives that were to take it when it was accepted, a bit each.
    serving: u64,
    /// What drives took of it and dropped: the sectors on them.
    dropped: Vec<(DriveId, u64)>,
}

/// What a write of the host puts on the drives, and when it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteKind {
    /// Data, durable with the next flush.
    Data,
    /// Data, durable when it is acknowledged.
    Durable,
    /// Zeros, durable with the next flush.
    Zeros,
}

/// A write of the host that failed, and a drive that nothing speaks against.
#[derive(Clone, Debug)]
struct Unexplained {
    at: Instant,
    /// Where the write starts, and the sector that it fails at.
    start: u64,
    failed: u64,
    drive: usize,
    /// What the drive should have taken.
    sectors: Range<u64>,
}

/// A read of the host that has not ended, and what it may not go below.
#[derive(Clone, Debug)]
struct OpenRead {
    id: RequestId,
    /// Its number among all reads.
    number: u64,
    /// How many drives had come by then.
    arrivals: u64,
    start: u64,
    floors: Vec<Floor>,
    seals: Vec<u32>,
}

impl OpenRead {
    fn range(&self) -> Range<u64> {
        self.start..self.start + self.floors.len() as u64
    }
}

/// A flush of the host that has not ended.
#[derive(Clone, Debug)]
struct OpenFlush {
    id: RequestId,
    /// What it makes durable, as far as that is kept account of.
    covers: Option<Sealed>,
    /// The same of each drive.
    healed: Vec<Sealed>,
}

/// All that the oracle knows.
#[derive(Clone, Debug)]
pub(crate) struct Oracle {
    pub(crate) layout: Layout,
    /// Sectors of the regions in which the engine records what is stale.
    region: u64,
    versions: Versions,
    beliefs: Vec<Belief>,
    view: View,
    writes: Vec<OpenWrite>,
    /// Sectors of the array that the engine said it may have no room for in its manifest, until they are written.
    unlisted: Ranges,
    /// Failed writes that the engine has not explained yet.
    unexplained: Vec<Unexplained>,
    reads: Vec<OpenRead>,
    flushes: Vec<OpenFlush>,
    /// Flushes of drives that failed.
    failures: Failures,
    /// The members that were in service when the controller lost its power; `None` if the array cannot start by itself.
    expected: Option<Vec<u8>>,
    /// Drives that were nothing to the array when its controller lost its power, a bit each.
    strangers: u64,
    /// Who is recorded to have left, or to be there.
    recorded: recorded::Recorded,
    /// Who could go on without those in service.
    rivals: rivals::Rivals,
    /// A write was acknowledged: from then on the array exists.
    has_acknowledged: bool,
    /// The host's latest writes, for those who leave.
    recent: Recent,
    /// Account is kept of what a loss of power takes.
    expects_power_losses: bool,
    /// Drives that the engine was told of since its power came back, a bit each.
    arrived: u64,
    /// The array has not run since the power came back.
    boots: bool,
    /// What speaks against each drive.
    troubles: Vec<Trouble>,
    patience: Patience,
    /// What an operator consents to.
    consent: Consent,
    /// The number of the last read submitted.
    read_number: u64,
    /// How many drives have come.
    arrivals: u64,
    /// Floors of reads that ended, to be used again.
    pool: Vec<(Vec<Floor>, Vec<u32>)>,
}

impl Oracle {
    pub(crate) fn new(
        layout: Layout,
        region: u64,
        drives: usize,
        differing: bool,
        patience: Patience,
    ) -> Self {
        Self {
            layout,
            region,
            versions: Versions::new(differing),
            beliefs: alloc::vec![Belief::new(); drives],
            view: View::default(),
            writes: Vec::new(),
            unlisted: Ranges::new(),
            unexplained: Vec::new(),
            reads: Vec::new(),
            flushes: Vec::new(),
            failures: Failures::default(),
            expected: None,
            strangers: 0,
            recorded: recorded::Recorded::default(),
            rivals: rivals::Rivals::new(drives),
            has_acknowledged: false,
            recent: Recent::default(),
            expects_power_losses: false,
            arrived: u64::MAX,
            boots: false,
            troubles: alloc::vec![Trouble::default(); drives],
            patience,
            consent: Consent::None,
            read_number: 0,
            arrivals: 0,
            pool: Vec::new(),
        }
    }

    /// The array is made. Of copies that may differ, the first is spread over the others.
    pub(crate) fn created(&mut self, members: &[(Slot, u8)], differing: bool) {
        for &(slot, drive) in members {
            let belief = &mut self.beliefs[usize::from(drive)];
            belief.assign(slot);
            if !differing {
                belief.trust(slot, self.layout.member_sectors());
            }
        }
        if !differing {
            return;
        }
        for &(_, drive) in members {
            let all = 0..self.layout.member_sectors();
            self.beliefs[usize::from(drive)].uneven.insert(all);
        }
        for chunk in 0..self.layout.chunks {
            let (slot, start) = self.layout.locate(chunk * self.layout.chunk, 0);
            if let Some((_, drive)) = members.iter().find(|member| member.0 == slot) {
                let sectors = start..start + self.layout.chunk;
                self.beliefs[usize::from(*drive)].sectors.insert(sectors);
            }
        }
    }

    /// A number for a write that is about to be submitted.
    pub(crate) fn next_version(&mut self) -> Option<u32> {
        self.versions.next()
    }

    /// The engine is given an input, or an order.
    pub(crate) const fn input_begins(&mut self) {
        self.recorded.input_begins();
    }

    /// The engine sent a command to a drive.
    pub(crate) fn io_started(&mut self, command: &IoCommand) {
        self.recorded.started(command);
        self.rivals.started(command);
        self.beliefs[command.drive.index()].started(command.id, &command.op);
    }

    /// A command's completion is handed in. `bad` are the sectors that could not be read.
    pub(crate) fn io_ended(
        &mut self,
        now: Instant,
        command: &IoCommand,
        outcome: Outcome,
        bad: &[Range<u64>],
    ) {
        let index = command.drive.index();
        let slot = self.beliefs[index].slot;
        self.rivals.ended(command, outcome);
        if let Some(lba) = self.recorded.ended(command, outcome, slot) {
            self.beliefs[index].recorded(lba);
        }
        if outcome == Outcome::Done && !matches!(command.op, IoOp::Abort(_) | IoOp::Reset) {
            self.troubles[index].worked(now);
        }
        if is_of_front(&command.op) {
            return;
        }
        let belief = &mut self.beliefs[index];
        if !bad.is_empty() && !belief.uneven.is_empty() {
            // Where copies may differ it does not hold any more what it cannot read.
            belief.restart();
        }
        bad.iter().for_each(|range| belief.bad.insert(range.clone()));
        belief.ended(now, command, outcome, self.region);
    }

    /// The engine is told that a drive left; `powerless` if it lost its power with it.
    pub(crate) fn left(&mut self, now: Instant, drive: u8, powerless: bool, volatile: bool) {
        let index = usize::from(drive);
        self.note_absence(now, index);
        // Where copies may differ fills begin anew when the one that leads leaves.
        if self.beliefs.iter().any(|belief| !belief.uneven.is_empty()) {
            self.beliefs.iter_mut().for_each(Belief::restart);
        }
        for range in self.open_writes() {
            self.miss(index, &range);
            self.fails(index, &range);
        }
        let belief = &mut self.beliefs[index];
        if powerless {
            belief.lost_power(volatile, self.region);
        } else {
            belief.lost_link();
        }
    }

    /// All slots have their members, and nothing is filled: no copies differ any more.
    pub(crate) fn levelled(&mut self) {
        for belief in &mut self.beliefs {
            belief.uneven = Ranges::new();
        }
    }

    /// The slot whose data a drive holds.
    pub(crate) fn slot_of(&self, drive: usize) -> Option<Slot> {
        self.beliefs[drive].slot
    }

    /// What the writes under way cover.
    fn open_writes(&self) -> Vec<Range<u64>> {
        self.writes.iter().map(|write| write.range.clone()).collect()
    }

    /// The engine is told that a drive is there; `cacheless` if it lost what was in its cache meanwhile.
    pub(crate) fn arrived(&mut self, drive: u8, cacheless: bool) {
        let is_first = self.arrived >> drive & 1 == 0;
        self.arrivals += 1;
        self.arrived |= 1 << drive;
        let belief = &mut self.beliefs[usize::from(drive)];
        belief.ejected = false;
        if cacheless && is_first {
            belief.lost_cache_unseen();
        }
        // It misses what is under way on the others.
        for range in self.open_writes() {
            self.fails(usize::from(drive), &range);
        }
    }

    /// The operator had a slot's drive taken out of service.
    pub(crate) fn ejected(&mut self, slot: Slot) {
        let member = self.view.slots.get(slot.index()).and_then(|view| view.member);
        if let Some(member) = member {
            self.beliefs[member.index()].ejected = true;
        }
    }

    /// A drive was wiped.
    pub(crate) fn wiped(&mut self, drive: u8) {
        self.beliefs[usize::from(drive)].forget();
    }

    /// Where the copies of a range of the array lie.
    pub(super) fn copies(
        &self,
        range: &Range<u64>,
    ) -> impl Iterator<Item = (Slot, Range<u64>)> + use<> {
        let layout = self.layout;
        layout.runs(range.start, range.end - range.start).flat_map(move |(start, count)| {
            (0..layout.copies).map(move |copy| {
                let (slot, member) = layout.locate(start, copy);
                (slot, member..member + count)
            })
        })
    }

    /// Sectors of the array that a host wrote or may have written, in pieces of a page.
    pub(crate) fn touched(&self) -> Ranges {
        let end = self.layout.capacity();
        let page = |start: u64| start..(start + crate::store::PAGE).min(end);
        self.versions.touched_pages().map(page).collect()
    }
}

#[cfg(test)]
mod tests;
