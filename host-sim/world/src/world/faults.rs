//! What the vector does to drives.

use alloc::vec::Vec;

use raid10_engine::{DriveChange, DriveId, Duration, Instant};
use raid10_port::Input;

use super::{Happening, World};
use crate::drive::Survival;
use crate::drive::faults::{Behaviour, Decay, Spoilt};
use crate::plan::{Action, Fault, Heeds};
use crate::record::What;

impl World<'_> {
    /// Executes the statements that are due and need no engine, up to the first that does.
    pub(crate) fn run_faults(&mut self) {
        while let Some(&step) = self.due.front() {
            let plan = self.plan;
            let Action::Fault(fault) = &plan.steps[step].action else {
                return;
            };
            self.due.pop_front();
            self.tracer.record(self.now, What::Fault(&plan.steps[step]));
            self.executed(step);
            self.note_conditions();
            self.note_touch(fault);
            self.apply(fault);
            self.note_conditions();
        }
    }

    /// Tells the oracle what speaks against the drives now. That they have no power speaks against none of them.
    fn note_conditions(&mut self) {
        if self.power.is_on() {
            self.oracle.note_conditions(self.now, &self.drives);
        }
    }

    /// Remembers which drives are not as they were.
    fn note_touch(&mut self, fault: &Fault) {
        for drive in touched(fault) {
            let plugged = &mut self.plugged[usize::from(*drive)];
            plugged.touched = true;
            // Whatever was to come of the members as they were, they are so no more.
            self.power.excuse();
            plugged.lies |= matches!(fault, Fault::Tear { .. } | Fault::IgnoreFlush { .. });
        }
        if let Fault::Swap(a, b) = fault {
            for plugged in &mut self.plugged {
                plugged.touched |= plugged.bay == Some(*a) || plugged.bay == Some(*b);
            }
        }
    }

    /// Something happens that no statement says.
    pub(crate) fn inflict(&mut self, fault: &Fault) {
        self.apply(fault);
    }

    fn apply(&mut self, fault: &Fault) {
        match fault {
            Fault::Fail(drive) => self.behave(*drive, Behaviour::Failed),
            Fault::Revive(drive) => self.behave(*drive, Behaviour::Well),
            Fault::Timeout { drive, span, heeds } => self.hang(*drive, *span, *heeds),
            Fault::Unreadable { drive, range, once, sticky } => {
                let kind = match (*once, *sticky) {
                    (_, true) => Decay::Sticky,
                    (true, false) => Decay::Once,
                    (false, false) => Decay::Plain,
                };
                self.drives[usize::from(*drive)].faults.add_unreadable(range.clone(), kind);
            }
            Fault::WriteError { drive, range, times } => {
                self.drives[usize::from(*drive)].faults.add_unwritable(range.clone(), *times);
            }
            Fault::Limp { drive, factor, read, write } => {
                let faults = &mut self.drives[usize::from(*drive)].faults;
                faults.limp_read = if *read { *factor } else { faults.limp_read };
                faults.limp_write = if *write { *factor } else { faults.limp_write };
            }
            Fault::Recover(drive) => self.recover(*drive),
            Fault::Stall { drive, span, every } => self.stall(*drive, *span, *every),
            Fault::Pull(drive) => self.pull(*drive),
            Fault::Insert { drive, slot, arrival } => self.insert(*drive, *slot, *arrival),
            Fault::Swap(a, b) => self.swap(*a, *b),
            Fault::Glitch(drives, span) => self.glitch(drives, *span),
            Fault::Image(drive) => self.drives[usize::from(*drive)].make_image(),
            Fault::Tear { drive, sectors } => {
                self.drives[usize::from(*drive)].faults.tear_next(*sectors);
            }
            Fault::IgnoreFlush { drive, times } => {
                self.drives[usize::from(*drive)].faults.spoil_flushes(Spoilt::Ignored, *times);
            }
            Fault::FailFlush { drive, times, drops } => {
                let spoilt = if *drops { Spoilt::Dropped } else { Spoilt::Failed };
                self.drives[usize::from(*drive)].faults.spoil_flushes(spoilt, *times);
            }
            Fault::PowerOff(survivals) => self.power_off(survivals),
            Fault::PowerOn => self.power_on(),
            Fault::PowerCut(survivals, span) => self.power_cut(survivals, *span),
            Fault::BrownOut { drives, survival, span } => self.brown_out(drives, survival, *span),
            Fault::Reset(span) => self.reset(*span),
            // Its command and its end have watches of their own.
            Fault::Hold(..) => {}
        }
    }

    pub(super) fn behave(&mut self, drive: u8, behaviour: Behaviour) {
        let index = usize::from(drive);
        let due = self.drives[index].behave(self.now, behaviour, &mut self.buffers);
        due.into_iter().for_each(|due| self.enter(drive, due));
        self.plugged[index].hang += 1;
        self.plugged[index].hang_end = None;
        self.agenda.enter(self.now, Happening::Wake(drive));
    }

    fn hang(&mut self, drive: u8, span: Option<Duration>, heeds: Heeds) {
        self.behave(drive, Behaviour::Hanging(heeds));
        if let Some(span) = span {
            let plugged = &mut self.plugged[usize::from(drive)];
            plugged.hang_end = Some(self.now + span);
            self.agenda.enter(self.now + span, Happening::HangEnds(drive, plugged.hang));
        }
    }

    pub(super) fn hang_ends(&mut self, drive: u8, number: u32) {
        let index = usize::from(drive);
        let hangs = matches!(self.drives[index].faults.behaviour, Behaviour::Hanging(_));
        if hangs && self.plugged[index].hang == number {
            self.behave(drive, Behaviour::Well);
        }
    }

    fn recover(&mut self, drive: u8) {
        let index = usize::from(drive);
        let faults = &mut self.drives[index].faults;
        faults.limp_read = 1;
        faults.limp_write = 1;
        faults.stalled_until = Instant(0);
        faults.spoil_flushes(Spoilt::Failed, Some(0));
        self.plugged[index].stall += 1;
        if matches!(faults.behaviour, Behaviour::Hanging(_)) {
            self.behave(drive, Behaviour::Well);
        }
        self.agenda.enter(self.now, Happening::Wake(drive));
    }

    fn stall(&mut self, drive: u8, span: Duration, every: Option<Duration>) {
        let index = usize::from(drive);
        let until = self.now + span;
        self.drives[index].faults.stalled_until = until;
        self.agenda.enter(until, Happening::Wake(drive));
        self.plugged[index].stall += 1;
        self.plugged[index].stalls = every.map(|every| (span, every));
        if let Some(every) = every {
            let number = self.plugged[index].stall;
            self.agenda.enter(self.now + every, Happening::StallAgain(drive, number));
        }
    }

    pub(super) fn stall_again(&mut self, drive: u8, number: u32) {
        let plugged = &self.plugged[usize::from(drive)];
        if plugged.stall == number
            && let Some((span, every)) = plugged.stalls
        {
            self.stall(drive, span, Some(every));
        }
    }

    /// A drive is taken out, and loses its power.
    pub(super) fn pull(&mut self, drive: u8) {
        self.lose(drive, &Survival::None);
    }

    /// A drive loses its power, and keeps this of its cache.
    fn lose(&mut self, drive: u8, survival: &Survival) {
        let index = usize::from(drive);
        if core::mem::replace(&mut self.plugged[index].waits, false) {
            self.drives[index].lose_power(survival, &self.buffers);
            self.plugged[index].power_cycled = true;
        } else if self.drives[index].plugged {
            self.drives[index].lose_power(survival, &self.buffers);
            self.plugged[index].power_cycled = true;
            self.inputs.push_back(Input::Drive(DriveId(drive), DriveChange::Left));
        } else {
            self.pull_unlinked(drive);
        }
    }

    /// A drive is taken out while its link is down: it does not come back by itself, and loses its power.
    fn pull_unlinked(&mut self, drive: u8) {
        let index = usize::from(drive);
        if self.plugged[index].link_back.take().is_none() {
            return;
        }
        self.drives[index].lose_power(&Survival::None, &self.buffers);
        self.plugged[index].power_cycled = true;
        let volatile = self.drives[index].figures().volatile_cache;
        self.oracle.left(self.now, drive, true, volatile);
    }

    fn glitch(&mut self, drives: &[u8], span: Duration) {
        let gone = self.plugged_of(drives);
        for &drive in &gone {
            self.drives[usize::from(drive)].unplug(&self.buffers);
            self.inputs.push_back(Input::Drive(DriveId(drive), DriveChange::Left));
        }
        self.come_back(gone, span);
    }

    fn brown_out(&mut self, drives: &[u8], survival: &Survival, span: Duration) {
        let gone = self.plugged_of(drives);
        gone.iter().for_each(|&drive| self.lose(drive, survival));
        self.come_back(gone, span);
    }

    fn plugged_of(&self, drives: &[u8]) -> Vec<u8> {
        let there = |drive: &&u8| self.drives[usize::from(**drive)].plugged;
        drives.iter().filter(there).copied().collect()
    }

    /// Drives that are gone come back together.
    fn come_back(&mut self, drives: Vec<u8>, span: Duration) {
        let back = self.now + span;
        for &drive in &drives {
            self.plugged[usize::from(drive)].link_back = Some(back);
        }
        self.agenda.enter(back, Happening::LinkBack(drives));
    }

    pub(super) fn link_back(&mut self, drive: u8) {
        if self.plugged[usize::from(drive)].link_back == Some(self.now) {
            self.plug(drive, None);
        }
    }

    /// When the last of the faults that end by themselves is over: glitches, and time-outs and stalls of drives that
    /// are plugged in. A stall with a period has no end.
    pub(crate) fn faults_end(&self) -> Option<Instant> {
        let ends = self.plugged.iter().zip(&self.drives).filter_map(|(plugged, drive)| {
            let stall = drive.faults.stalled_until;
            let stalls = stall > self.now && plugged.stalls.is_none();
            let hangs = matches!(drive.faults.behaviour, Behaviour::Hanging(_));
            let hung = plugged.hang_end.filter(|_| hangs).max(stalls.then_some(stall));
            plugged.link_back.max(hung.filter(|_| drive.plugged))
        });
        ends.max().max(self.power.back())
    }
}

/// The drives that a fault names.
fn touched(fault: &Fault) -> &[u8] {
    match fault {
        Fault::Fail(drive)
        | Fault::Revive(drive)
        | Fault::Timeout { drive, .. }
        | Fault::Unreadable { drive, .. }
        | Fault::WriteError { drive, .. }
        | Fault::Limp { drive, .. }
        | Fault::Recover(drive)
        | Fault::Stall { drive, .. }
        | Fault::Pull(drive)
        | Fault::Insert { drive, .. }
        | Fault::Tear { drive, .. }
        | Fault::IgnoreFlush { drive, .. }
        | Fault::FailFlush { drive, .. } => core::slice::from_ref(drive),
        Fault::Glitch(drives, _) | Fault::BrownOut { drives, .. } => drives,
        Fault::Swap(..)
        | Fault::Image(_)
        | Fault::PowerOff(_)
        | Fault::PowerOn
        | Fault::PowerCut(..)
        | Fault::Reset(_)
        | Fault::Hold(_) => &[],
    }
}
