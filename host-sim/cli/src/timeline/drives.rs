//! What every drive is, from the faults that fired and the events that the engine logged.

use raid10_engine::{Command, Duration, EventKind, Instant, IoClass, IoCommand, IoOp, Slot};
use sim_world::plan::{Action, Activity, Arrival, Fault, Order, Place, Plan};

use super::word::Word;

/// What the engine thinks of a drive's health.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Told {
    #[default]
    Good,
    Suspect,
    Limping,
    Ailing,
}

/// What a drive is to the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Free,
    Spare,
    Member(Slot),
    Target(Slot),
}

/// Why a member does not take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absence {
    Failed,
    Ejected,
    Quarantined,
}

/// What a drive suffers from, by the vector.
#[derive(Clone, Copy, Debug, Default)]
struct Ills {
    dead: bool,
    /// Until when it hangs.
    hung: Option<Instant>,
    bad: bool,
    limp: bool,
}

#[derive(Clone, Copy, Debug)]
struct Drive {
    seen: bool,
    here: bool,
    role: Role,
    absence: Option<Absence>,
    /// A fill of it, and how far it is.
    fill: Option<(Activity, u16)>,
    ills: Ills,
    told: Told,
}

/// All drives of a replay.
#[derive(Debug)]
pub(super) struct Drives {
    list: Vec<Drive>,
    member_size: u64,
}

impl Drives {
    pub(super) fn new(plan: &Plan) -> Self {
        let drive = |place| Drive {
            seen: place != Place::Shelf,
            here: place != Place::Shelf,
            role: match place {
                Place::Member(slot) => Role::Member(slot),
                Place::Spare(_) => Role::Spare,
                Place::Shelf => Role::Free,
            },
            absence: None,
            fill: None,
            ills: Ills::default(),
            told: Told::Good,
        };
        Self {
            list: plan.drives.iter().map(|plan| drive(plan.place)).collect(),
            member_size: plan.shape.member_size.0,
        }
    }

    /// The words at a time.
    pub(super) fn words(&self, now: Instant) -> Vec<Word> {
        self.list.iter().map(|drive| drive.word(now)).collect()
    }

    fn with(&mut self, index: u8, change: impl FnOnce(&mut Drive)) {
        if let Some(drive) = self.list.get_mut(usize::from(index)) {
            change(drive);
        }
    }

    fn in_role(&mut self, role: Role, change: impl FnMut(&mut Drive)) {
        self.list.iter_mut().filter(|drive| drive.role == role).for_each(change);
    }

    /// A fault of the vector fired.
    pub(super) fn fault(&mut self, action: &Action, now: Instant) {
        let Action::Fault(fault) = action else { return };
        match *fault {
            Fault::Fail(drive) => self.with(drive, |drive| drive.ills.dead = true),
            Fault::Revive(drive) => self.with(drive, |drive| {
                drive.ills.dead = false;
                drive.ills.hung = None;
            }),
            Fault::Timeout { drive, span, .. } => self.hang(drive, now, span),
            Fault::Stall { drive, span, every } => {
                self.hang(drive, now, every.is_none().then_some(span));
            }
            Fault::Unreadable { drive, .. } | Fault::WriteError { drive, .. } => {
                self.with(drive, |drive| drive.ills.bad = true);
            }
            Fault::Limp { drive, .. } => self.with(drive, |drive| drive.ills.limp = true),
            Fault::Recover(drive) => self.with(drive, |drive| {
                drive.ills.limp = false;
                drive.ills.hung = None;
            }),
            Fault::Pull(drive) => self.with(drive, |drive| drive.here = false),
            Fault::Insert { drive, arrival, .. } => {
                self.with(drive, |drive| drive.insert(arrival));
            }
            // The engine says which drives left and came back.
            Fault::Swap(..) | Fault::Glitch(..) | Fault::BrownOut { .. } | Fault::Hold(_) => {}
            // Nobody sees these before they do harm.
            Fault::Image(_)
            | Fault::Tear { .. }
            | Fault::IgnoreFlush { .. }
            | Fault::FailFlush { .. } => {}
            Fault::PowerOff(_) | Fault::PowerOn | Fault::PowerCut(..) | Fault::Reset(_) => {}
        }
    }

    /// The controller forgets the drives.
    pub(super) fn unpowered(&mut self) {
        for drive in &mut self.list {
            drive.here = false;
            drive.absence = None;
            drive.told = Told::Good;
        }
    }

    fn hang(&mut self, drive: u8, now: Instant, span: Option<Duration>) {
        let until = span.map_or(Instant(u64::MAX), |span| now + span);
        self.with(drive, |drive| drive.ills.hung = Some(until));
    }

    /// An operator's command was accepted.
    pub(super) fn order(&mut self, action: &Action) {
        let Action::Order(Order::Command(command)) = action else {
            return;
        };
        match *command {
            Command::Remove(drive) | Command::RemoveSpare(drive) => {
                self.with(drive.0, |drive| {
                    drive.role = Role::Free;
                    drive.absence = None;
                    drive.fill = None;
                });
            }
            Command::CancelReplace(slot) => self.in_role(Role::Target(slot), Drive::released),
            _ => {}
        }
    }

    /// The engine logged an event.
    pub(super) fn event(&mut self, kind: &EventKind) {
        match *kind {
            EventKind::DriveArrived { drive } => self.with(drive.0, |drive| {
                drive.here = true;
                drive.seen = true;
                drive.absence = None;
            }),
            EventKind::DriveLeft { drive } => self.with(drive.0, |drive| drive.here = false),
            EventKind::DriveFailed { drive } => {
                self.with(drive.0, |drive| drive.absence = Some(Absence::Failed));
            }
            EventKind::DriveQuarantined { drive } => {
                self.with(drive.0, |drive| drive.absence = Some(Absence::Quarantined));
            }
            EventKind::DriveSuspect { drive } => self.tell(drive.0, Told::Suspect),
            EventKind::DriveLimping { drive } => self.tell(drive.0, Told::Limping),
            EventKind::DriveAiling { drive } => self.tell(drive.0, Told::Ailing),
            EventKind::DriveRecovered { drive } => self.tell(drive.0, Told::Good),
            EventKind::SectorRepaired { drive } => {
                self.with(drive.0, |drive| drive.ills.bad = false);
            }
            EventKind::DriveReset { drive } => self.with(drive.0, |drive| {
                // What hangs for good ends with a reset.
                drive.ills.hung = drive.ills.hung.filter(|until| until.0 < u64::MAX);
            }),
            EventKind::SpareAdded { drive } => self.with(drive.0, |drive| {
                drive.role = Role::Spare;
                drive.absence = None;
            }),
            EventKind::SpareChosen { slot, drive } => self.with(drive.0, |drive| {
                drive.role = Role::Target(slot);
            }),
            _ => self.slot_event(kind),
        }
    }

    /// A command to a drive succeeded: a fill got on.
    pub(super) fn done(&mut self, command: &IoCommand) {
        let (IoOp::Write(extent, _) | IoOp::WriteZeroes { extent, .. }) = command.op else {
            return;
        };
        if command.class == IoClass::Rebuild {
            let hundredths = self.hundredths(extent.end().0);
            self.with(command.drive.0, |drive| drive.reach(hundredths));
        }
    }

    fn tell(&mut self, drive: u8, told: Told) {
        self.with(drive, |drive| drive.told = told);
    }

    fn slot_event(&mut self, kind: &EventKind) {
        match *kind {
            EventKind::MemberFailed { slot } => self.leave(slot, Absence::Failed),
            EventKind::MemberEjected { slot } => self.leave(slot, Absence::Ejected),
            EventKind::MemberOnline { slot } => self.in_role(Role::Member(slot), |drive| {
                drive.absence = None;
                drive.fill = None;
            }),
            EventKind::RebuildStarted { slot } => {
                self.fill(Role::Target(slot), Activity::Rebuild);
            }
            EventKind::ReplaceStarted { slot } => {
                self.fill(Role::Target(slot), Activity::Replace);
            }
            EventKind::ResyncStarted { slot } => self.fill(Role::Member(slot), Activity::Resync),
            EventKind::RebuildFailed { slot } => {
                self.in_role(Role::Target(slot), Drive::released);
            }
            EventKind::Checkpoint { slot, lba } => self.progress(slot, lba.0),
            EventKind::Rebuilt { slot }
            | EventKind::RebuiltWithLosses { slot, .. }
            | EventKind::Replaced { slot } => self.take_over(slot),
            EventKind::Resynced { slot } => {
                self.in_role(Role::Member(slot), |drive| drive.fill = None);
            }
            _ => {}
        }
    }

    fn leave(&mut self, slot: Slot, absence: Absence) {
        self.in_role(Role::Member(slot), |drive| drive.absence = Some(absence));
    }

    fn fill(&mut self, role: Role, activity: Activity) {
        self.in_role(role, |drive| {
            drive.fill = Some((activity, 0));
            drive.absence = None;
        });
    }

    fn progress(&mut self, slot: Slot, lba: u64) {
        let hundredths = self.hundredths(lba);
        for role in [Role::Target(slot), Role::Member(slot)] {
            self.in_role(role, |drive| drive.reach(hundredths));
        }
    }

    /// How much of a member lies below a sector.
    fn hundredths(&self, lba: u64) -> u16 {
        let share = u128::from(lba) * 10_000 / u128::from(self.member_size.max(1));
        share.min(10_000) as u16
    }

    /// The target of a slot becomes its member.
    fn take_over(&mut self, slot: Slot) {
        if self.list.iter().any(|drive| drive.role == Role::Target(slot)) {
            self.in_role(Role::Member(slot), |drive| drive.role = Role::Free);
            self.in_role(Role::Target(slot), |drive| {
                drive.role = Role::Member(slot);
                drive.fill = None;
            });
        }
    }
}

impl Drive {
    fn insert(&mut self, arrival: Arrival) {
        self.here = true;
        self.seen = true;
        self.ills.dead |= arrival == Arrival::Dead;
        if matches!(arrival, Arrival::Blank | Arrival::Foreign) {
            self.ills.bad = false;
            self.role = Role::Free;
            self.fill = None;
        }
    }

    /// A fill of it is at least so far.
    fn reach(&mut self, hundredths: u16) {
        if let Some((_, reached)) = &mut self.fill {
            *reached = hundredths.max(*reached);
        }
    }

    /// It is no target any more.
    const fn released(&mut self) {
        self.role = Role::Free;
        self.fill = None;
    }

    fn word(&self, now: Instant) -> Word {
        if !self.seen {
            return Word::Shelf;
        }
        if !self.here {
            return Word::Away;
        }
        match self.absence {
            Some(Absence::Failed) => return Word::Failed,
            Some(Absence::Ejected) => return Word::Out,
            Some(Absence::Quarantined) => return Word::Quarantined,
            None => {}
        }
        if self.ills.dead {
            return Word::Dead;
        }
        if self.ills.hung.is_some_and(|until| now < until) {
            return Word::Hung;
        }
        if let Some((activity, hundredths)) = self.fill {
            return Word::Filling(activity, hundredths);
        }
        self.word_at_work()
    }

    const fn word_at_work(&self) -> Word {
        match (self.ills.bad, self.ills.limp, self.told, self.role) {
            (true, ..) => Word::Bad,
            (_, _, Told::Ailing, _) => Word::Ailing,
            (_, true, ..) | (_, _, Told::Limping, _) => Word::Limp,
            (_, _, Told::Suspect, _) => Word::Suspect,
            (.., Role::Spare) => Word::Spare,
            (.., Role::Free) => Word::Free,
            (.., Role::Member(_) | Role::Target(_)) => Word::Ok,
        }
    }
}
