//! The oracle: what the host may see, and what must be lost, from the layout, the drives' truth and the
//! history alone.
//!
//! It has no engine code. What the engine claims (roles, checkpoints, the manifest) is used in two ways only:
//! to be verified, and as an excuse where a claim of the engine itself takes a drive out of service.

use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{
    DriveView, EventKind, HostError, Instant, IoCommand, Outcome, RequestId, Slot, SlotView,
};

mod audit;
mod belief;
mod roles;
mod versions;

use crate::content::Packed;
use crate::drive::Drive;
use crate::layout::Layout;
use crate::ranges::Ranges;
use crate::verdict::{Promise, Verdicts};
pub(crate) use audit::Audit;
use belief::Belief;
use versions::{Floor, Judgement, Versions};

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
    zeros: bool,
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
    reads: Vec<OpenRead>,
    /// The number of the last read submitted.
    read_number: u64,
    /// How many drives have come.
    arrivals: u64,
    /// Floors of reads that ended, to be used again.
    pool: Vec<Vec<Floor>>,
}

impl Oracle {
    pub(crate) fn new(layout: Layout, region: u64, drives: usize, differing: bool) -> Self {
        Self {
            layout,
            region,
            versions: Versions::new(differing),
            beliefs: alloc::vec![Belief::new(); drives],
            view: View::default(),
            writes: Vec::new(),
            reads: Vec::new(),
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

    /// A write was accepted.
    pub(crate) fn write_accepted(
        &mut self,
        id: RequestId,
        range: Range<u64>,
        version: u32,
        zeros: bool,
    ) {
        if zeros {
            self.versions.zeros_submitted(range.clone(), version);
        }
        for drive in 0..self.beliefs.len() {
            if !self.in_service(drive) {
                self.miss(drive, &range);
            }
        }
        self.writes.push(OpenWrite {
            id,
            range,
            version,
            zeros,
        });
    }

    /// A read was accepted.
    pub(crate) fn read_accepted(&mut self, id: RequestId, start: u64, count: u64) {
        let mut floors = self.pool.pop().unwrap_or_default();
        self.versions.floors(start, &mut floors, count);
        self.read_number += 1;
        let (number, arrivals) = (self.read_number, self.arrivals);
        self.reads.push(OpenRead {
            id,
            number,
            arrivals,
            start,
            floors,
        });
    }

    /// A request ended. For a read that went well `data` is what it brought.
    pub(crate) fn replied(
        &mut self,
        now: Instant,
        id: RequestId,
        result: Result<(), HostError>,
        data: &[Packed],
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        if let Some(index) = self.writes.iter().position(|write| write.id == id) {
            let write = self.writes.swap_remove(index);
            self.write_ended(&write, result);
        } else if let Some(index) = self.reads.iter().position(|read| read.id == id) {
            let read = self.reads.swap_remove(index);
            match result {
                Ok(()) => self.read_went_well(now, &read, data, verdicts),
                Err(error) => self.read_failed(now, &read, error, drives, verdicts),
            }
            self.pool.push(read.floors);
            let oldest = self.reads.iter().map(|read| read.number).min();
            self.versions
                .reads_ended(oldest.unwrap_or(self.read_number + 1));
        }
    }

    fn write_ended(&mut self, write: &OpenWrite, result: Result<(), HostError>) {
        if result.is_ok() {
            let (range, read) = (write.range.clone(), self.read_number);
            self.versions
                .acknowledged(range, write.version, write.zeros, read);
            return;
        }
        // Some copies may hold it, others not: the engine may believe any one of them, or none.
        for (slot, sectors) in self.copies(&write.range) {
            for belief in self
                .beliefs
                .iter_mut()
                .filter(|belief| belief.slot == Some(slot))
            {
                belief.holes.insert(sectors.clone());
            }
        }
    }

    fn read_went_well(
        &mut self,
        now: Instant,
        read: &OpenRead,
        data: &[Packed],
        verdicts: &mut Verdicts,
    ) {
        verdicts.held(Promise::NeverStale, data.len() as u64);
        verdicts.held(Promise::Durable, data.len() as u64);
        for ((sector, &packed), &floor) in (read.start..).zip(data).zip(&read.floors) {
            match self.versions.judge(sector, packed, floor) {
                Judgement::Legal(seen) if seen == floor => {}
                Judgement::Legal(seen) => self.versions.seen(sector, seen),
                Judgement::Stale(version) => verdicts.broken(
                    Promise::NeverStale,
                    now,
                    format_args!(
                        "stale: array sector {sector} reads as version {version}, {} was acknowledged or seen",
                        floor.version()
                    ),
                ),
                Judgement::Wrong(content) => verdicts.broken(
                    Promise::NeverStale,
                    now,
                    format_args!("array sector {sector} reads as {content:?}"),
                ),
            }
        }
    }

    fn read_failed(
        &mut self,
        now: Instant,
        read: &OpenRead,
        error: HostError,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        let HostError::Lost(lba) = error else { return };
        let inside = (read.start..read.start + read.floors.len() as u64).contains(&lba.0);
        verdicts.check(
            Promise::LeastLoss,
            now,
            inside,
            format_args!(
                "a read at {} reports the loss of sector {}",
                read.start, lba.0
            ),
        );
        // What a drive that came meanwhile holds may have come too late for this read.
        if !inside || read.arrivals != self.arrivals {
            return;
        }
        let witness = self.witness(lba.0, drives, now);
        for promise in [Promise::LeastLoss, Promise::Durable] {
            verdicts.check(
                promise,
                now,
                witness.is_none(),
                format_args!(
                    "lost wrongly: array sector {} is reported as lost, but {} holds it",
                    lba.0,
                    Witness(witness)
                ),
            );
        }
    }

    /// The engine sent a command to a drive.
    pub(crate) fn io_started(&mut self, command: &IoCommand) {
        self.beliefs[command.drive.index()].started(command.id, &command.op);
    }

    /// A command's completion is handed in. `bad` are the sectors that could not be read.
    pub(crate) fn io_ended(&mut self, command: &IoCommand, outcome: Outcome, bad: &[Range<u64>]) {
        let belief = &mut self.beliefs[command.drive.index()];
        bad.iter()
            .for_each(|range| belief.bad.insert(range.clone()));
        belief.ended(command, outcome, self.region);
    }

    /// The engine is told that a drive left; `powerless` if it lost its power with it.
    pub(crate) fn left(&mut self, drive: u8, powerless: bool, volatile: bool) {
        let open: Vec<Range<u64>> = self
            .writes
            .iter()
            .map(|write| write.range.clone())
            .collect();
        open.iter()
            .for_each(|range| self.miss(usize::from(drive), range));
        let belief = &mut self.beliefs[usize::from(drive)];
        if powerless {
            belief.lost_power(volatile, self.region);
        } else {
            belief.lost_link();
        }
    }

    /// The engine is told that a drive is there.
    pub(crate) fn arrived(&mut self, drive: u8) {
        self.arrivals += 1;
        self.beliefs[usize::from(drive)].ejected = false;
    }

    /// The operator had a slot's drive taken out of service.
    pub(crate) fn ejected(&mut self, slot: Slot) {
        let member = self
            .view
            .slots
            .get(slot.index())
            .and_then(|view| view.member);
        if let Some(member) = member {
            self.beliefs[member.index()].ejected = true;
        }
    }

    /// A drive was wiped.
    pub(crate) fn wiped(&mut self, drive: u8) {
        self.beliefs[usize::from(drive)].forget();
    }

    /// The engine logged an event.
    pub(crate) fn event(&mut self, now: Instant, kind: &EventKind, verdicts: &mut Verdicts) {
        match *kind {
            EventKind::Checkpoint { slot, lba } => self.checkpoint(now, slot, lba.0, verdicts),
            EventKind::Distrusted { drive, lba, count } => {
                let belief = &mut self.beliefs[drive.index()];
                belief
                    .sectors
                    .remove(belief::regions(lba.0..lba.0 + count.0, self.region));
            }
            _ => {}
        }
    }

    fn checkpoint(&mut self, now: Instant, slot: Slot, lba: u64, verdicts: &mut Verdicts) {
        let Some(view) = self.view.slots.get(slot.index()) else {
            return;
        };
        let Some(drive) = view.target.or(view.member) else {
            return;
        };
        let all = self.layout.member_sectors();
        let partial = |member: raid10_engine::DriveId| {
            self.in_service(member.index()) && self.beliefs[member.index()].sectors.len() < all
        };
        // With two drives of one slot being filled, nobody can tell whose checkpoint it is.
        if view.target.is_some() && view.member.is_some_and(partial) {
            return;
        }
        let belief = &mut self.beliefs[drive.index()];
        let before = belief.checkpoint;
        verdicts.check(
            Promise::HonestProgress,
            now,
            lba >= before,
            format_args!(
                "the checkpoint of slot {} goes back from {before} to {lba}",
                slot.0
            ),
        );
        let unflushed = belief.checkpoint(lba);
        verdicts.check(
            Promise::HonestProgress,
            now,
            unflushed == 0,
            format_args!(
                "the checkpoint of slot {} is {lba}, but {unflushed} sectors below it were not flushed",
                slot.0
            ),
        );
    }

    /// Where the copies of a range of the array lie.
    pub(super) fn copies(
        &self,
        range: &Range<u64>,
    ) -> impl Iterator<Item = (Slot, Range<u64>)> + use<> {
        let layout = self.layout;
        layout
            .runs(range.start, range.end - range.start)
            .flat_map(move |(start, count)| {
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

/// A drive that holds something, for messages.
struct Witness(Option<u8>);

impl core::fmt::Display for Witness {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(drive) => write!(f, "drive {drive}"),
            None => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests;
