//! The host's requests: what a read may bring, and what excuses an error.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use raid10_engine::{HostError, Instant, RequestId};

use super::belief::Belief;
use super::scan::range_mask;
use super::versions::{Bound, Floor, Judgement};
use super::{OpenFlush, OpenRead, OpenWrite, Oracle, Unexplained, WriteKind};
use crate::content::{Packed, Sector};
use crate::drive::Drive;
use crate::ranges::Ranges;
use crate::verdict::{Promise, Verdicts};

impl Oracle {
    /// A write was accepted.
    pub(crate) fn write_accepted(
        &mut self,
        now: Instant,
        id: RequestId,
        range: Range<u64>,
        version: u32,
        kind: WriteKind,
    ) {
        self.note_write(now, &range);
        if kind == WriteKind::Zeros {
            self.versions.zeros_submitted(range.clone(), version);
        }
        for (slot, sectors) in self.copies(&range) {
            for belief in self.beliefs.iter_mut().filter(|belief| belief.slot == Some(slot)) {
                belief.doubted.remove(sectors.clone());
            }
        }
        let mut serving = 0;
        for drive in 0..self.beliefs.len() {
            if self.in_service(drive) {
                serving |= u64::from(self.beliefs[drive].slot.is_some()) << drive;
            } else {
                self.miss(drive, &range);
            }
        }
        self.writes.push(OpenWrite { id, range, version, kind, serving, dropped: Vec::new() });
    }

    /// A read was accepted.
    pub(crate) fn read_accepted(&mut self, id: RequestId, start: u64, count: u64) {
        let (mut floors, mut seals) = self.pool.pop().unwrap_or_default();
        self.versions.floors(start, &mut floors, count);
        self.versions.seals(start, &mut seals, count);
        self.note_answer(&(start..start + count));
        self.read_number += 1;
        let (number, arrivals) = (self.read_number, self.arrivals);
        self.reads.push(OpenRead { id, number, arrivals, start, floors, seals });
    }

    /// A flush was accepted.
    pub(crate) fn flush_accepted(&mut self, id: RequestId) {
        let covers = self.versions.flush_begins();
        let healed = match covers {
            Some(_) => self.beliefs.iter_mut().map(Belief::host_flush_begins).collect(),
            None => Vec::new(),
        };
        self.flushes.push(OpenFlush { id, covers, healed });
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
        if result.is_err() {
            self.note_conditions(now, drives);
        }
        if let Some(index) = self.writes.iter().position(|write| write.id == id) {
            let write = self.writes.swap_remove(index);
            self.note_write(now, &write.range);
            if let Err(error) = result {
                self.write_failed(now, &write, error, verdicts);
            }
            self.write_ended(&write, result);
            if result.is_ok() {
                self.acknowledged_dropped(now, &write, drives);
            }
        } else if let Some(index) = self.reads.iter().position(|read| read.id == id) {
            let read = self.reads.swap_remove(index);
            self.note_answer(&read.range());
            match result {
                Ok(()) => self.read_went_well(now, &read, data, verdicts),
                Err(error) => self.read_failed(now, &read, error, drives, verdicts),
            }
            self.pool.push((read.floors, read.seals));
            let oldest = self.reads.iter().map(|read| read.number).min();
            self.versions.reads_ended(oldest.unwrap_or(self.read_number + 1));
        } else if let Some(index) = self.flushes.iter().position(|flush| flush.id == id) {
            let flush = self.flushes.swap_remove(index);
            match result {
                Ok(()) => {
                    self.judge_flush(now, verdicts);
                    self.flush_went_well(&flush);
                }
                Err(error) => self.flush_not_done(now, error, verdicts),
            }
        }
    }

    /// Whoever fails a write has an excuse for each drive that should have taken it.
    fn write_failed(
        &mut self,
        now: Instant,
        write: &OpenWrite,
        error: HostError,
        verdicts: &mut Verdicts,
    ) {
        let range = &write.range;
        match error {
            HostError::NotWritten(lba) => {
                let inside = range.contains(&lba.0);
                let idle = self.should_have_written(now, lba.0, write).filter(|_| inside);
                verdicts.check(
                    Promise::Contract,
                    now,
                    inside,
                    format_args!(
                        "a write of {}..{} fails at sector {}",
                        range.start, range.end, lba.0
                    ),
                );
                match idle {
                    None => verdicts.held(Promise::Durable, 1),
                    Some((drive, sectors)) => {
                        let (start, failed) = (range.start, lba.0);
                        self.unexplained.push(Unexplained {
                            at: now,
                            start,
                            failed,
                            drive,
                            sectors,
                        });
                    }
                }
            }
            // What the array refuses is judged when its new state is known.
            HostError::ReadOnly | HostError::Offline => {}
            HostError::Lost(_) | HostError::NotRead(_) | HostError::NotFlushed => {
                unfit(now, "write", error, verdicts);
            }
        }
    }

    /// Everything that the engine had to say after an input was heard: what it did not explain is broken. It explains it if
    /// nobody could have been told who missed the write.
    pub(crate) fn heard(&mut self, drives: &[Drive], verdicts: &mut Verdicts) {
        if self.unexplained.is_empty() {
            return;
        }
        if self.may_have_rivals(drives) {
            self.unexplained.clear();
        }
        for Unexplained { at, start, failed, drive, .. } in self.unexplained.drain(..) {
            verdicts.broken(
                Promise::Durable,
                at,
                format_args!(
                    "a write at {start} fails at sector {failed}, though nothing speaks against drive {drive}"
                ),
            );
        }
    }

    fn flush_went_well(&mut self, flush: &OpenFlush) {
        if let Some(covers) = flush.covers {
            self.versions.flush_ends(covers, self.read_number);
        }
        for (belief, &healed) in self.beliefs.iter_mut().zip(&flush.healed) {
            belief.host_flush_ends(healed);
        }
    }

    fn flush_not_done(&mut self, now: Instant, error: HostError, verdicts: &mut Verdicts) {
        match error {
            HostError::NotFlushed => {
                let told = self.tells_of_flush(now);
                let excused = told || self.may_be_unflushed(now);
                verdicts.check(
                    Promise::Durable,
                    now,
                    excused,
                    format_args!("a flush fails, though nothing speaks against any drive"),
                );
            }
            HostError::ReadOnly | HostError::Offline => {}
            HostError::Lost(_) | HostError::NotRead(_) | HostError::NotWritten(_) => {
                unfit(now, "flush", error, verdicts);
            }
        }
    }

    fn write_ended(&mut self, write: &OpenWrite, result: Result<(), HostError>) {
        if result.is_ok() {
            let (range, read) = (write.range.clone(), self.read_number);
            self.has_acknowledged = true;
            self.rivals.acknowledged();
            self.unlisted.remove(range.clone());
            let floor = match write.kind {
                WriteKind::Zeros => Floor::zeros(write.version),
                WriteKind::Data | WriteKind::Durable => Floor::data(write.version),
            };
            self.versions.acknowledged(range, floor, write.kind == WriteKind::Durable, read);
            return;
        }
        for range in self.written_nowhere(&write.range).iter() {
            for (slot, sectors) in self.copies(&range) {
                for belief in self.beliefs.iter_mut().filter(|belief| belief.slot == Some(slot)) {
                    belief.unwritten.insert(sectors.clone());
                }
            }
        }
        // Some copies may hold it, others not: the engine may believe any one of them, or none.
        for (slot, sectors) in self.copies(&write.range) {
            for belief in self.beliefs.iter_mut().filter(|belief| belief.slot == Some(slot)) {
                belief.holes.insert(sectors.clone());
            }
        }
    }

    /// The sectors of a write that failed which no drive in service took.
    fn written_nowhere(&self, range: &Range<u64>) -> Ranges {
        let mut nowhere = Ranges::new();
        for (start, count) in self.pieces(range.clone()) {
            let copies = self.copies_of(start, count).map(|(_, copy)| copy);
            let taken = copies
                .filter(|copy| self.in_service(copy.index))
                .map(|copy| !range_mask(&self.beliefs[copy.index].holes, &copy))
                .fold(0, |all, taken| all | taken);
            for sector in (0..count as u64).filter(|at| taken >> at & 1 == 0).map(|at| start + at) {
                nowhere.insert(sector..sector + 1);
            }
        }
        nowhere
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
        verdicts.held(Promise::Stable, read.seals.len() as u64);
        let seals = read.seals.iter().copied().chain(core::iter::repeat(0));
        let bounds = read.floors.iter().zip(seals);
        for ((sector, &packed), (&floor, seal)) in (read.start..).zip(data).zip(bounds) {
            if packed == floor.content(sector) {
                self.versions.decided(sector, floor);
                continue;
            }
            match self.versions.judge(sector, packed, Bound { floor, seal }) {
                Judgement::Legal(seen) => {
                    self.versions.seen(sector, seen);
                    self.versions.decided(sector, seen);
                }
                Judgement::Unstable(version) => verdicts.broken(
                    Promise::Stable,
                    now,
                    format_args!(
                        "unstable: array sector {sector} reads as version {version}, {} was read since the power came \
                         back",
                        floor.version()
                    ),
                ),
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
                    format_args!("{}: array sector {sector} reads as {content:?}", kind_of(content)),
                ),
            }
        }
    }

    fn read_failed(
        &self,
        now: Instant,
        read: &OpenRead,
        error: HostError,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        let range = read.range();
        match error {
            HostError::Lost(lba) => {
                let inside = range.contains(&lba.0);
                verdicts.check(
                    Promise::LeastLoss,
                    now,
                    inside,
                    format_args!("a read at {} reports the loss of sector {}", read.start, lba.0),
                );
                // What a drive that came meanwhile holds may have come too late for this read.
                if inside && read.arrivals == self.arrivals {
                    self.lost(now, lba.0, drives, verdicts);
                }
            }
            HostError::NotRead(lba) => verdicts.check(
                Promise::Durable,
                now,
                range.contains(&lba.0) && self.may_be_unread(now, lba.0),
                format_args!(
                    "a read at {} fails at sector {}, though nothing speaks against a drive that has it",
                    read.start, lba.0
                ),
            ),
            HostError::Offline => {}
            HostError::ReadOnly | HostError::NotWritten(_) | HostError::NotFlushed => {
                unfit(now, "read", error, verdicts);
            }
        }
    }

    /// A read says that a sector is lost.
    fn lost(&self, now: Instant, sector: u64, drives: &[Drive], verdicts: &mut Verdicts) {
        let witness = self.witness(sector, drives, now);
        for promise in [Promise::LeastLoss, Promise::Durable] {
            verdicts.check(
                promise,
                now,
                witness.is_none(),
                format_args!(
                    "lost wrongly: array sector {sector} is reported as lost, but {} holds it",
                    Witness(witness)
                ),
            );
        }
    }
}

/// A request failed in a way that such requests do not fail.
fn unfit(now: Instant, word: &str, error: HostError, verdicts: &mut Verdicts) {
    verdicts.broken(Promise::Contract, now, format_args!("a {word} ends with {error:?}"));
}

const fn kind_of(content: Sector) -> &'static str {
    match content {
        Sector::Data { .. } | Sector::Foreign(_) => "foreign",
        Sector::Zeros
        | Sector::Proof
        | Sector::Noise(_)
        | Sector::Torn
        | Sector::Alien
        | Sector::Unknown => "garbage",
    }
}

/// A drive that holds something, for messages.
struct Witness(Option<u8>);

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(drive) => write!(f, "drive {drive}"),
            None => f.write_str("none"),
        }
    }
}
