//! A drive in memory, with a volatile cache and faults that stay until they are taken away.

extern crate std;

use std::collections::{BTreeMap, BTreeSet};

use crate::{Extent, IoFault, IoOp, Outcome};

/// What a buffer holds, by sector; the drive neither knows nor cares whose it is.
pub(crate) type Data = BTreeMap<u32, u64>;

/// One drive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RigDrive {
    /// What a read returns; a sector that is not in it reads as 0.
    pub(crate) sectors: BTreeMap<u64, u64>,
    /// What sectors written since the last flush held before: they hold it again after a loss of power.
    pub(crate) cached: BTreeMap<u64, u64>,
    /// The bytes of sectors in front of the data.
    pub(crate) front: BTreeMap<u64, [u8; 512]>,
    /// As `cached`, of those.
    pub(crate) front_cached: BTreeMap<u64, [u8; 512]>,
    /// Writes stay in a cache until a flush.
    pub(crate) volatile: bool,
    /// Sectors whose reading is a medium error, until they are written.
    pub(crate) unreadable: BTreeSet<u64>,
    /// Sectors whose writing is a medium error.
    pub(crate) unwritable: BTreeSet<u64>,
    /// Sectors on which every command is a hardware error.
    pub(crate) faulty: BTreeSet<u64>,
    /// Sectors on which every command hangs until it is aborted.
    pub(crate) hung: BTreeSet<u64>,
    /// How every flush fails.
    pub(crate) flush_fault: Option<IoFault>,
    /// What was cached is gone when a flush fails.
    pub(crate) flush_drops: bool,
    /// Every command fails.
    pub(crate) dead: bool,
    /// No command is answered, not even an abort.
    pub(crate) silent: bool,
    pub(crate) present: bool,
    /// Microseconds that each command takes, beside the one that all take.
    pub(crate) delay: u64,
}

impl RigDrive {
    /// Loses what is in the cache.
    pub(crate) fn lose_power(&mut self) {
        for (lba, value) in core::mem::take(&mut self.cached) {
            self.sectors.insert(lba, value);
        }
        for (lba, bytes) in core::mem::take(&mut self.front_cached) {
            self.front.insert(lba, bytes);
        }
    }

    /// Everything that was written survives.
    pub(crate) fn settle(&mut self) {
        self.cached.clear();
        self.front_cached.clear();
    }

    /// Carries out a command on the engine's own records.
    pub(crate) fn execute_front(&mut self, op: &IoOp, bytes: &mut [u8]) -> Outcome {
        if self.dead {
            return Outcome::Fault(IoFault::Hardware);
        }
        let Some(extent) = extent_of(op) else { return Outcome::Done };
        for (sector, bytes) in (extent.start.0..extent.end().0).zip(bytes.chunks_exact_mut(512)) {
            let old = self.front.get(&sector).copied().unwrap_or([0; 512]);
            if !writes(op) {
                bytes.copy_from_slice(&old);
                continue;
            }
            self.front.insert(sector, bytes.try_into().unwrap());
            if matches!(op, IoOp::WriteDurable(..)) {
                self.front_cached.remove(&sector);
            } else if self.volatile {
                self.front_cached.entry(sector).or_insert(old);
            }
        }
        Outcome::Done
    }

    pub(crate) fn wipe(&mut self) {
        self.front.clear();
        self.front_cached.clear();
        self.sectors.clear();
        self.cached.clear();
        self.unreadable.clear();
    }

    /// Takes all faults away; what is unreadable stays so until it is written.
    pub(crate) fn heal(&mut self) {
        self.unwritable.clear();
        self.faulty.clear();
        self.hung.clear();
        self.flush_fault = None;
        self.flush_drops = false;
        self.dead = false;
        self.silent = false;
    }

    /// True if the drive never answers the command.
    pub(crate) fn hangs_on(&self, op: &IoOp) -> bool {
        self.silent && *op != IoOp::Isolate
            || extent_of(op).is_some_and(|extent| touches(&self.hung, extent))
    }

    /// Carries out a command on a buffer.
    pub(crate) fn execute(&mut self, op: &IoOp, data: &mut Data, at: u32) -> Outcome {
        if *op == IoOp::Isolate {
            return Outcome::Done;
        }
        if self.dead || extent_of(op).is_some_and(|extent| touches(&self.faulty, extent)) {
            return Outcome::Fault(IoFault::Hardware);
        }
        match *op {
            IoOp::Read(extent, _) => self.read(extent, data, at),
            IoOp::Write(extent, _) => self.write(extent, |offset| value(data, at + offset)),
            IoOp::WriteDurable(extent, _) => {
                let outcome = self.write(extent, |offset| value(data, at + offset));
                self.cached.retain(|lba, _| !(extent.start.0..extent.end().0).contains(lba));
                outcome
            }
            IoOp::WriteZeroes { extent, .. } => self.write(extent, |_| 0),
            IoOp::Compare(extent, _) => self.compare(extent, data, at),
            IoOp::Flush => self.flush(),
            IoOp::Reset | IoOp::Isolate | IoOp::Abort(_) => Outcome::Done,
        }
    }

    fn read(&self, extent: Extent, data: &mut Data, at: u32) -> Outcome {
        if touches(&self.unreadable, extent) {
            return Outcome::Fault(IoFault::Medium);
        }
        for (at, lba) in (at..).zip(extent.start.0..extent.end().0) {
            data.insert(at, self.sector(lba));
        }
        Outcome::Done
    }

    /// A write that meets a sector which it cannot write has written those before it.
    fn write(&mut self, extent: Extent, value: impl Fn(u32) -> u64) -> Outcome {
        for (offset, lba) in (0..).zip(extent.start.0..extent.end().0) {
            if self.unwritable.contains(&lba) {
                return Outcome::Fault(IoFault::Medium);
            }
            let old = self.sectors.insert(lba, value(offset)).unwrap_or(0);
            if self.volatile {
                self.cached.entry(lba).or_insert(old);
            }
            self.unreadable.remove(&lba);
        }
        Outcome::Done
    }

    fn compare(&self, extent: Extent, data: &Data, at: u32) -> Outcome {
        if touches(&self.unreadable, extent) {
            return Outcome::Fault(IoFault::Medium);
        }
        let mut sectors = (at..).zip(extent.start.0..extent.end().0);
        let equal = sectors.all(|(at, lba)| self.sector(lba) == value(data, at));
        if equal { Outcome::Done } else { Outcome::Mismatch }
    }

    fn flush(&mut self) -> Outcome {
        if let Some(fault) = self.flush_fault {
            if self.flush_drops {
                self.lose_power();
            }
            return Outcome::Fault(fault);
        }
        self.settle();
        Outcome::Done
    }

    fn sector(&self, lba: u64) -> u64 {
        self.sectors.get(&lba).copied().unwrap_or(0)
    }
}

fn value(data: &Data, at: u32) -> u64 {
    data.get(&at).copied().unwrap_or(0)
}

fn touches(sectors: &BTreeSet<u64>, extent: Extent) -> bool {
    sectors.range(extent.start.0..extent.end().0).next().is_some()
}

/// The sectors that a command reads or writes.
pub(crate) fn extent_of(op: &IoOp) -> Option<Extent> {
    match *op {
        IoOp::Read(extent, _)
        | IoOp::Write(extent, _)
        | IoOp::WriteDurable(extent, _)
        | IoOp::Compare(extent, _)
        | IoOp::WriteZeroes { extent, .. } => Some(extent),
        IoOp::Flush | IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => None,
    }
}

/// True if a command changes sectors.
pub(crate) const fn writes(op: &IoOp) -> bool {
    matches!(op, IoOp::Write(..) | IoOp::WriteDurable(..) | IoOp::WriteZeroes { .. })
}
