//! What the vector does to drives.

use alloc::vec::Vec;

use raid10_engine::{DriveChange, DriveId, Duration, Instant, Slot};
use raid10_port::Input;

use super::{Happening, World};
use crate::drive::faults::{Behaviour, Decay};
use crate::plan::{Action, Fault};
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
            self.oracle.note_conditions(self.now, &self.drives);
            self.apply(fault);
            self.oracle.note_conditions(self.now, &self.drives);
        }
    }

    fn apply(&mut self, fault: &Fault) {
        match fault {
            Fault::Fail(drive) => self.behave(*drive, Behaviour::Failed),
            Fault::Revive(drive) => self.behave(*drive, Behaviour::Well),
            Fault::Timeout { drive, span, deaf } => self.hang(*drive, *span, *deaf),
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
            Fault::Pull(drive) => self.pull(*drive, true),
            Fault::Insert { drive, slot, blank } => self.insert(*drive, *slot, *blank),
            Fault::Swap(a, b) => self.swap(*a, *b),
            Fault::Glitch(drives, span) => self.glitch(drives, *span),
            // Its command and its end have watches of their own.
            Fault::Hold(..) => {}
        }
    }

    fn behave(&mut self, drive: u8, behaviour: Behaviour) {
        let index = usize::from(drive);
        let due = self.drives[index].behave(self.now, behaviour, &mut self.buffers);
        due.into_iter().for_each(|due| self.enter(drive, due));
        self.plugged[index].hang += 1;
        self.plugged[index].hang_end = None;
        self.agenda.enter(self.now, Happening::Wake(drive));
    }

    fn hang(&mut self, drive: u8, span: Option<Duration>, deaf: bool) {
        self.behave(drive, Behaviour::Hanging { deaf });
        if let Some(span) = span {
            let plugged = &mut self.plugged[usize::from(drive)];
            plugged.hang_end = Some(self.now + span);
            self.agenda.enter(self.now + span, Happening::HangEnds(drive, plugged.hang));
        }
    }

    pub(super) fn hang_ends(&mut self, drive: u8, number: u32) {
        let index = usize::from(drive);
        let hangs = matches!(self.drives[index].faults.behaviour, Behaviour::Hanging { .. });
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
        self.plugged[index].stall += 1;
        if matches!(faults.behaviour, Behaviour::Hanging { .. }) {
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

    fn pull(&mut self, drive: u8, powerless: bool) {
        let index = usize::from(drive);
        if !self.drives[index].plugged {
            self.pull_unlinked(drive);
            return;
        }
        self.drives[index].unplug(powerless, &mut self.buffers);
        self.plugged[index].power_cycled |= powerless;
        self.inputs.push_back(Input::Drive(DriveId(drive), DriveChange::Left));
    }

    /// A drive is taken out while its link is down: it does not come back by itself, and loses its power.
    fn pull_unlinked(&mut self, drive: u8) {
        let index = usize::from(drive);
        if self.plugged[index].link_back.take().is_none() {
            return;
        }
        self.drives[index].unplug(true, &mut self.buffers);
        self.plugged[index].power_cycled = true;
        let volatile = self.drives[index].figures().volatile_cache;
        self.oracle.left(drive, true, volatile);
    }

    fn insert(&mut self, drive: u8, slot: Option<Slot>, blank: bool) {
        let index = usize::from(drive);
        self.pull(drive, true);
        if blank {
            self.drives[index].wipe();
            self.plugged[index].ours = false;
            self.plugged[index].wiped = true;
        }
        self.plug(drive, slot);
    }

    /// Two bays exchange their drives.
    fn swap(&mut self, a: Slot, b: Slot) {
        let in_bay = |this: &Self, slot: Slot| {
            let found = |index: &usize| {
                this.drives[*index].plugged && this.plugged[*index].bay == Some(slot)
            };
            (0..this.drives.len()).find(found).map(|index| index as u8)
        };
        let (first, second) = (in_bay(self, a), in_bay(self, b));
        let moves: Vec<(u8, Slot)> = [(first, b), (second, a)]
            .into_iter()
            .filter_map(|(drive, slot)| Some((drive?, slot)))
            .collect();
        moves.iter().for_each(|&(drive, _)| self.pull(drive, true));
        moves.iter().for_each(|&(drive, slot)| self.plug(drive, Some(slot)));
    }

    fn glitch(&mut self, drives: &[u8], span: Duration) {
        let there = |drive: &&u8| self.drives[usize::from(**drive)].plugged;
        let gone: Vec<u8> = drives.iter().filter(there).copied().collect();
        for &drive in &gone {
            self.pull(drive, false);
            self.plugged[usize::from(drive)].link_back = Some(self.now + span);
        }
        self.agenda.enter(self.now + span, Happening::LinkBack(gone));
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
            let hangs = matches!(drive.faults.behaviour, Behaviour::Hanging { .. });
            let hung = plugged.hang_end.filter(|_| hangs).max(stalls.then_some(stall));
            plugged.link_back.max(hung.filter(|_| drive.plugged))
        });
        ends.max()
    }
}
