//! The controller's power, and that of the drives in its bays.
//!
//! When it goes, the controller forgets everything: what it is still about to do is not done, and nobody hears of it.
//! When it comes back, a controller that knows nothing is told of every drive that is there.

use alloc::vec::Vec;

use raid10_engine::{Duration, Instant, IoCommand, IoOp};

use super::{Happening, Plugged, World};
use crate::drive::Survival;
use crate::drive::faults::Behaviour;
use crate::record::What;
use crate::verdict::Promise;

/// For how long the power is gone at a cut that the vector knows nothing of.
const CUT: Duration = Duration::secs(1);

/// For so long after the array was put together a further cut counts as one while it recovers.
const RECOVERY: Duration = Duration::millis(200);

/// The state of the power.
#[derive(Clone, Debug)]
pub(crate) struct Power {
    /// The controller works.
    on: bool,
    /// When it works again, if by itself.
    back: Option<Instant>,
    /// Numbers the outages, so that the end of an old one does not end a new one.
    outage: u32,
    /// A controller that knows nothing takes over.
    renewed: bool,
    /// The array was put together since.
    assembled: bool,
    /// When that was.
    assembled_at: Instant,
    /// A write command before that.
    early: Option<IoCommand>,
    /// All members that were in service are there as they were: the array must start by itself.
    must_start: bool,
    /// Write commands since the last cut.
    pub(crate) writes: u64,
    /// What was found at the cuts so far.
    pub(crate) cuts: Vec<CutSeen>,
}

/// What there was to lose when the power was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutSeen {
    /// When that was.
    pub at: Instant,
    /// Writes that each drive had completed and not flushed.
    pub unflushed: Vec<u64>,
    /// The array had not yet recovered from the cut before.
    pub recovers: bool,
}

impl Power {
    pub(super) const fn new() -> Self {
        Self {
            on: true,
            back: None,
            outage: 0,
            renewed: false,
            assembled: true,
            assembled_at: Instant(0),
            early: None,
            must_start: false,
            writes: 0,
            cuts: Vec::new(),
        }
    }

    /// The replay begins without power.
    pub(super) const fn begins_off(&mut self) {
        self.on = false;
        self.assembled = false;
    }

    /// True if the controller works.
    pub(crate) const fn is_on(&self) -> bool {
        self.on
    }

    /// When it works again, if that comes by itself.
    pub(crate) const fn back(&self) -> Option<Instant> {
        self.back
    }

    /// True once after the controller forgot everything.
    pub(crate) const fn take_renewed(&mut self) -> bool {
        core::mem::replace(&mut self.renewed, false)
    }

    /// The array need not start by itself any more.
    pub(crate) const fn excuse(&mut self) {
        self.must_start = false;
    }

    /// True if the array must have started by itself and has not.
    pub(crate) const fn is_overdue(&self) -> bool {
        self.on && self.must_start && !self.assembled
    }
}

impl World<'_> {
    /// The power goes.
    pub(super) fn power_off(&mut self, survivals: &[Survival]) {
        self.take_power(survivals);
        self.tracer.record(self.now, What::Power("off"));
    }

    /// What the drives lose with their power, and the controller with its own.
    pub(super) fn take_power(&mut self, survivals: &[Survival]) {
        self.controller_stops(true);
        for (index, survival) in survivals.iter().enumerate().take(self.drives.len()) {
            self.leave_bay(index);
            self.drives[index].lose_power(survival, &self.buffers);
            self.plugged[index].power_cycled |= self.plugged[index].waits;
        }
    }

    /// The power goes and comes back.
    pub(super) fn power_cut(&mut self, survivals: &[Survival], span: Duration) {
        self.power_off(survivals);
        self.comes_back(span);
    }

    /// The controller starts again; the drives keep their power.
    pub(crate) fn reset(&mut self, span: Duration) {
        self.controller_stops(false);
        for index in 0..self.drives.len() {
            if self.drives[index].plugged {
                self.leave_bay(index);
                self.drives[index].unplug(&self.buffers);
            }
        }
        self.tracer.record(self.now, What::Power("reset"));
        self.comes_back(span);
    }

    fn comes_back(&mut self, span: Duration) {
        let back = self.now + span;
        self.power.back = Some(back);
        self.agenda.enter(back, Happening::PowerBack(self.power.outage));
    }

    /// A drive in a bay waits there for the power.
    fn leave_bay(&mut self, index: usize) {
        let plugged = &mut self.plugged[index];
        plugged.waits |= self.drives[index].plugged || plugged.link_back.take().is_some();
        plugged.told = false;
    }

    fn controller_stops(&mut self, powerless: bool) {
        let ran = self.power.on && self.power.assembled;
        self.oracle.power_lost(self.now, powerless, ran, &self.drives);
        self.contract.power_lost();
        self.inputs.clear();
        self.deadline = None;
        self.holds.fill(None);
        if ran {
            self.plugged.iter_mut().for_each(|plugged| plugged.touched = false);
        }
        self.power.on = false;
        self.power.back = None;
        self.power.outage += 1;
        self.power.renewed = true;
        self.power.assembled = false;
        self.power.early = None;
    }

    /// The power comes back at the end of an outage, if that is still the one of this number.
    pub(super) fn power_back(&mut self, outage: u32) {
        if self.power.outage == outage {
            self.power_on();
        }
    }

    /// The power comes back.
    pub(crate) fn power_on(&mut self) {
        if self.power.on {
            return;
        }
        self.tracer.record(self.now, What::Power("on"));
        self.power.on = true;
        self.power.back = None;
        self.power.renewed = true;
        self.power.must_start = self.members_are_as_they_were();
        for index in 0..self.drives.len() {
            if core::mem::replace(&mut self.plugged[index].waits, false) {
                self.plug(index as u8, None);
            }
        }
    }

    /// Every member that was in service is there and was not touched, and no drive is there that may be taken for one.
    fn members_are_as_they_were(&self) -> bool {
        let as_it_was = |&drive: &u8| {
            let plugged = &self.plugged[usize::from(drive)];
            let faults = &self.drives[usize::from(drive)].faults;
            let well = faults.behaviour == Behaviour::Well && !faults.is_slow(self.now);
            well && plugged.waits && !plugged.touched && !plugged.lies
        };
        let odd = |(index, plugged): (usize, &Plugged)| {
            let claims = self.oracle.was_strange(index) && self.drives[index].is_labelled();
            plugged.waits && (plugged.odd || claims)
        };
        let expected = self.oracle.expected();
        expected.is_some_and(|drives| drives.iter().all(as_it_was))
            && !self.plugged.iter().enumerate().any(odd)
    }

    /// The array was put together.
    pub(super) fn assembled(&mut self) {
        self.power.assembled = true;
        self.power.assembled_at = self.now;
        self.power.early = None;
    }

    /// Nothing is written before the array was put together. Its event may come behind the commands that follow it.
    pub(super) fn note_write(&mut self, command: &IoCommand) {
        if !self.power.assembled && self.power.early.is_none() {
            self.power.early = Some(*command);
        }
    }

    /// All effects of an input were taken.
    pub(super) fn judge_early_write(&mut self) {
        if let Some(command) = self.power.early.take() {
            self.verdicts.broken(
                Promise::HandsOff,
                self.now,
                format_args!("a write before the array was put together: {command:?}"),
            );
        }
    }

    /// A write command is handed to a drive: the power may go before it is served.
    pub(super) fn cut_at_write(&mut self, command: &IoCommand) {
        // A fault that this very command has fired may have taken the power.
        if !is_write(&command.op) || !self.power.is_on() {
            return;
        }
        self.note_write(command);
        self.power.writes += 1;
        let plan = self.plan;
        let Some(cut) = plan.cuts.get(self.power.cuts.len()) else { return };
        if cut.write != self.power.writes {
            return;
        }
        let unflushed = self.drives.iter().map(crate::drive::Drive::unflushed).collect();
        let recovers = !self.power.assembled || self.now <= self.power.assembled_at + RECOVERY;
        self.power.cuts.push(CutSeen { at: self.now, unflushed, recovers });
        self.power.writes = 0;
        self.power_cut(&cut.survivals, CUT);
    }
}

const fn is_write(op: &IoOp) -> bool {
    matches!(op, IoOp::Write(..) | IoOp::WriteDurable(..) | IoOp::WriteZeroes { .. })
}
