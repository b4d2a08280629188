//! Which copies the engine has every right to believe: one set of sectors a drive.
//!
//! A drive that has been a member since it was in sync is believed in full. Then:
//!
//! * A drive that is to be filled is believed nowhere, then where it completed a write.
//! * A drive that misses a write, since it is away, out of service or replaced, is no longer believed in the
//!   whole region of the write (the engine records regions), nor in the sectors of a write that it failed.
//! * A drive that lost its power is no longer believed in the regions that it wrote and did not flush, if it
//!   has a volatile cache.
//! * A drive whose flush failed is no longer believed in the regions that it wrote and did not flush.
//! * A drive that is away while others are read is no longer believed there in regions that were written shortly before the
//!   controller lost its power: its copies were as good as theirs, until one of them was answered.
//! * What an event says to be distrusted is not believed.
//!
//! The set says what the engine may know, not what is true: the truth is in the drive's store. What is
//! lost must lack a copy that is both believed and true.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{Extent, Instant, IoClass, IoCommand, IoId, IoOp, Outcome, Slot};

mod loss;

use crate::drive::{extent_of, span};
use crate::generations::{Generations, Sealed};
use crate::ranges::Ranges;
pub(crate) use loss::Loss;

/// What may be believed of one drive, and what it did not flush.
#[derive(Clone, Debug)]
pub(crate) struct Belief {
    /// The slot whose data it holds.
    pub(crate) slot: Option<Slot>,
    /// The sectors that may be believed.
    pub(crate) sectors: Ranges,
    /// Sectors that could not be read since they were last written or read well.
    pub(crate) bad: Ranges,
    /// Sectors that the engine may believe, or not: what its predecessor knew of them need not be in the records.
    pub(crate) perhaps: Ranges,
    /// Sectors of writes that failed, until they are written well.
    pub(crate) holes: Ranges,
    /// Those of them whose write failed on every drive: the engine may believe one copy of them still.
    pub(crate) unwritten: Ranges,
    /// Sectors that were repaired and not read back since.
    pub(crate) unverified: Ranges,
    /// Sectors that it was said to be distrusted in since a write of them was last accepted.
    pub(crate) doubted: Ranges,
    /// It was taken out of service by an operator's command.
    pub(crate) ejected: bool,
    /// Writes not yet covered by a flush.
    unflushed: Generations<Ranges>,
    /// Those of them that fill it.
    unflushed_fill: Generations<Ranges>,
    /// Flushes under way, and what they cover.
    flushes: Vec<(IoId, Sealed, Sealed)>,
    /// A flush of its fill ended well, and no checkpoint was published since.
    checkpoint_due: bool,
    /// The last checkpoint of its fill.
    pub(crate) checkpoint: u64,
    /// Account is kept of what a loss of power takes.
    expects_power_losses: bool,
    /// What its fill brought since the last checkpoint.
    filled: Ranges,
    /// What the host wrote where it was not believed before.
    pub(crate) taken: Ranges,
    /// The same, since the host's last flush.
    healed: Generations<Ranges>,
    /// What was repaired, and when.
    repaired: VecDeque<(Instant, Range<u64>)>,
    /// Regions that were written shortly before it left, or before the controller lost its power.
    pub(crate) recent: Ranges,
    /// Regions in which its copies may differ from others that are as good: they were written shortly before the controller lost
    /// its power.
    pub(crate) uneven: Ranges,
    /// The progress of its fill, when it was last looked at.
    pub(crate) progress: u64,
    /// When a flush of it last failed: what it was filled with may be gone.
    pub(crate) unflushed_at: Option<Instant>,
}

impl Belief {
    pub(crate) fn new() -> Self {
        Self {
            slot: None,
            sectors: Ranges::new(),
            bad: Ranges::new(),
            perhaps: Ranges::new(),
            holes: Ranges::new(),
            unwritten: Ranges::new(),
            unverified: Ranges::new(),
            doubted: Ranges::new(),
            ejected: false,
            unflushed: Generations::new(),
            unflushed_fill: Generations::new(),
            flushes: Vec::new(),
            checkpoint_due: false,
            checkpoint: 0,
            expects_power_losses: false,
            filled: Ranges::new(),
            taken: Ranges::new(),
            healed: Generations::new(),
            repaired: VecDeque::new(),
            recent: Ranges::new(),
            uneven: Ranges::new(),
            progress: 0,
            unflushed_at: None,
        }
    }

    /// Keeps account of what a loss of power takes.
    pub(crate) const fn expect_power_losses(&mut self) {
        self.expects_power_losses = true;
    }

    /// It holds the data of a slot, in full.
    pub(crate) fn trust(&mut self, slot: Slot, sectors: u64) {
        self.slot = Some(slot);
        self.sectors = Ranges::of(0..sectors);
    }

    /// It gets a slot; only what it holds of that very slot may still be believed.
    pub(crate) fn assign(&mut self, slot: Slot) {
        if self.slot != Some(slot) {
            self.forget();
            self.slot = Some(slot);
        }
        self.restart();
        self.ejected = false;
    }

    /// Its fill begins, or begins anew.
    pub(crate) const fn restart(&mut self) {
        self.checkpoint = 0;
        self.progress = 0;
    }

    /// The engine does not believe it any more in these sectors, and says so.
    pub(crate) fn distrust(&mut self, range: Range<u64>) {
        self.sectors.remove(range.clone());
        self.doubted.insert(range);
        self.restart();
    }

    /// What it holds is nothing to the array.
    pub(crate) fn forget(&mut self) {
        let expects_power_losses = self.expects_power_losses;
        *self = Self { expects_power_losses, ..Self::new() };
    }

    /// A command was sent to it.
    pub(crate) fn started(&mut self, id: IoId, op: &IoOp) {
        if *op == IoOp::Flush {
            self.flushes.push((id, self.unflushed.seal(), self.unflushed_fill.seal()));
        }
    }

    /// A command ended.
    pub(crate) fn ended(
        &mut self,
        now: Instant,
        command: &IoCommand,
        outcome: Outcome,
        region: u64,
    ) {
        let (op, class) = (&command.op, command.class);
        if *op == IoOp::Flush {
            self.flush_ended(now, command.id, outcome, region);
            self.checkpoint_due |= class == IoClass::Rebuild && outcome == Outcome::Done;
            return;
        }
        let Some(extent) = extent_of(op) else { return };
        match *op {
            IoOp::Read(..) | IoOp::Compare(..) => {
                self.unverified.remove(span(extent));
                if outcome == Outcome::Done {
                    self.bad.remove(span(extent));
                    if class == IoClass::Host {
                        self.perhaps.remove(span(extent));
                    }
                }
            }
            IoOp::Write(..) | IoOp::WriteZeroes { .. } | IoOp::WriteDurable(..) => {
                if outcome == Outcome::Done && self.expects_power_losses {
                    self.note_gain(now, span(extent), class);
                }
                let durable = matches!(op, IoOp::WriteDurable(..));
                self.write_ended(extent, class, outcome, durable);
            }
            IoOp::Flush | IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => {}
        }
    }

    fn write_ended(&mut self, extent: Extent, class: IoClass, outcome: Outcome, durable: bool) {
        let range = span(extent);
        if !durable {
            self.unflushed.open().insert(range.clone());
        }
        if class == IoClass::Rebuild && !durable {
            self.unflushed_fill.open().insert(range.clone());
        }
        if outcome != Outcome::Done {
            self.unwritten.remove(range.clone());
            self.holes.insert(range);
            return;
        }
        self.bad.remove(range.clone());
        self.perhaps.remove(range.clone());
        self.holes.remove(range.clone());
        self.unwritten.remove(range.clone());
        if class == IoClass::Repair {
            self.unverified.insert(range.clone());
        } else {
            self.unverified.remove(range.clone());
        }
        if self.slot.is_some() {
            self.sectors.insert(range);
        }
    }

    /// A flush that failed puts in doubt what it was to cover: the engine may begin anew there.
    fn flush_ended(&mut self, now: Instant, id: IoId, outcome: Outcome, region: u64) {
        let Some(index) = self.flushes.iter().position(|flush| flush.0 == id) else {
            return;
        };
        let (_, all, fill) = self.flushes.swap_remove(index);
        if outcome == Outcome::Done {
            self.unflushed.settle(all);
            self.unflushed_fill.settle(fill);
            return;
        }
        self.restart();
        self.unflushed_at = Some(now);
        for range in self.unflushed.iter().flat_map(Ranges::iter) {
            self.sectors.remove(regions(range, region));
        }
        if !self.uneven.is_empty() {
            // What was flushed before the controller was reset is known to nobody any more, and the bits are coarse.
            let sectors = self.sectors.clone();
            self.doubt(&sectors);
        }
    }

    /// It lost its power: what it did not flush may be gone, in regions of this many sectors.
    pub(crate) fn lost_power(&mut self, volatile: bool, region: u64) {
        self.flushes.clear();
        self.unflushed_fill.take();
        for ranges in self.unflushed.take() {
            if volatile {
                ranges.iter().for_each(|range| self.sectors.remove(regions(range, region)));
            }
        }
    }

    /// It lost its link only.
    pub(crate) fn lost_link(&mut self) {
        self.flushes.clear();
    }

    /// It misses a write.
    pub(crate) fn missed(&mut self, range: Range<u64>, region: u64) {
        if !self.sectors.is_empty() {
            self.sectors.remove(regions(range, region));
        }
    }

    /// It is away while others are read. Where copies may differ it need not be as good as those any more.
    pub(crate) fn misses_answer(&mut self, range: Range<u64>, region: u64) {
        let touched = regions(range, region);
        let apart =
            |uneven: Range<u64>| uneven.start.max(touched.start)..uneven.end.min(touched.end);
        let uneven: Vec<Range<u64>> = self.uneven.iter().map(apart).collect();
        for range in uneven.into_iter().filter(|range| !range.is_empty()) {
            self.sectors.remove(range);
        }
    }

    /// A checkpoint of its slot was published: it may be of this drive's fill.
    pub(crate) const fn takes_checkpoint(&mut self) -> bool {
        core::mem::replace(&mut self.checkpoint_due, false)
    }

    /// Its record tells of a checkpoint: what was filled below it outlives the controller.
    pub(crate) fn recorded(&mut self, lba: u64) {
        self.filled.remove(0..lba);
    }

    /// A checkpoint was published. Returns the sectors below it that were written to fill the drive and not
    /// flushed.
    pub(crate) fn checkpoint(&mut self, lba: u64) -> u64 {
        self.checkpoint = lba;
        let below = |ranges: &Ranges| {
            ranges.iter().map(|range| range.end.min(lba).saturating_sub(range.start)).sum::<u64>()
        };
        self.unflushed_fill.iter().map(below).sum()
    }
}

/// The regions that a range touches.
pub(crate) fn regions(range: Range<u64>, region: u64) -> Range<u64> {
    let region = region.max(1);
    range.start / region * region..range.end.div_ceil(region) * region
}

#[cfg(test)]
mod tests;
