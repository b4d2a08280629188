//! What an event is about, in the order in which vectors and traces write it.

use core::fmt;

use raid10_engine::{EventKind, Invariant, Refusal, SpareObstacle};

use crate::names::Names;

/// One argument of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A slot.
    Slot(u8),
    /// A drive, by its number in the script.
    Drive(u8),
    /// A sector's address, or a number of sectors or events.
    Number(u64),
    /// A word.
    Word(&'static str),
}

/// The arguments of an event, at most three.
#[must_use]
pub fn subjects(kind: &EventKind) -> [Option<Subject>; 3] {
    use EventKind as E;
    use Subject::{Number, Word};
    let slot = |slot: &raid10_engine::Slot| Some(Subject::Slot(slot.0));
    let drive = |drive: &raid10_engine::DriveId| Some(Subject::Drive(drive.0));
    match kind {
        E::DriveArrived { drive: d }
        | E::DriveLeft { drive: d }
        | E::DriveFailed { drive: d }
        | E::DriveSuspect { drive: d }
        | E::DriveLimping { drive: d }
        | E::DriveAiling { drive: d }
        | E::DriveRecovered { drive: d }
        | E::DriveQuarantined { drive: d }
        | E::DriveForeign { drive: d }
        | E::ReadError { drive: d }
        | E::WriteError { drive: d }
        | E::CommandTimeout { drive: d }
        | E::DriveReset { drive: d }
        | E::SectorRepaired { drive: d }
        | E::RepairFailed { drive: d }
        | E::SpareAdded { drive: d }
        | E::SpareProven { drive: d }
        | E::FlushFailed { drive: d }
        | E::LabelFailed { drive: d } => [drive(d), None, None],
        E::AssemblyRefused { why } => [Some(Word(why.name())), None, None],
        E::DriveSetAside { drive: d, why } => [drive(d), Some(Word(why.name())), None],
        E::Distrusted { drive: d, lba, count } | E::Unlisted { drive: d, lba, count } => {
            [drive(d), Some(Number(lba.0)), Some(Number(count.0))]
        }
        E::SpareRefused { drive: d, obstacle } => {
            [drive(d), Some(Word(obstacle_name(*obstacle))), None]
        }
        E::SpareChosen { slot: s, drive: d } => [slot(s), drive(d), None],
        E::SparePassedOver { slot: s, drive: d, obstacle } => {
            [slot(s), drive(d), Some(Word(obstacle_name(*obstacle)))]
        }
        E::SpareMissing { slot: s }
        | E::MemberMissing { slot: s }
        | E::MemberFailed { slot: s }
        | E::MemberEjected { slot: s }
        | E::MemberOnline { slot: s }
        | E::RebuildStarted { slot: s }
        | E::RebuildPaused { slot: s }
        | E::RebuildResumed { slot: s }
        | E::RebuildFailed { slot: s }
        | E::RebuildStalled { slot: s }
        | E::Rebuilt { slot: s }
        | E::ResyncStarted { slot: s }
        | E::Resynced { slot: s }
        | E::ReplaceStarted { slot: s }
        | E::Replaced { slot: s } => [slot(s), None, None],
        E::RebuiltWithLosses { slot: s, lost } => [slot(s), Some(Number(lost.0)), None],
        E::Checkpoint { slot: s, lba } => [slot(s), Some(Number(lba.0)), None],
        E::DataLost { lba, count } | E::DataHealed { lba, count } => {
            [Some(Number(lba.0)), Some(Number(count.0)), None]
        }
        E::CommandRefused { why } => [Some(Word(refusal_name(*why))), None, None],
        E::InvariantBroken { which } => [Some(Word(invariant_name(*which))), None, None],
        E::EventsDropped { count } => [Some(Number(u64::from(*count))), None, None],
        E::ArrayOptimal
        | E::ArrayPartiallyDegraded
        | E::ArrayDegraded
        | E::ArrayFailed
        | E::ArrayAssembled
        | E::ArrayWaiting
        | E::ArrayStopped
        | E::SalvageEntered
        | E::SalvageLeft => [None; 3],
    }
}

const fn obstacle_name(obstacle: SpareObstacle) -> &'static str {
    match obstacle {
        SpareObstacle::TooSmall => "too-small",
        SpareObstacle::SectorTooLarge => "sector-too-large",
        SpareObstacle::DedicatedElsewhere => "dedicated-elsewhere",
        SpareObstacle::NotProven => "not-proven",
        SpareObstacle::ProofFailed => "proof-failed",
        SpareObstacle::NotBest => "not-best",
    }
}

const fn invariant_name(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::OwnerGone => "owner-gone",
        Invariant::IllegalTransition => "illegal-transition",
    }
}

/// The word for a refusal in traces.
pub(crate) const fn refusal_name(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Busy => "busy",
        Refusal::OutOfRange => "out-of-range",
        Refusal::Empty => "empty",
        Refusal::Misaligned => "misaligned",
        Refusal::NoSuchSlot => "no-such-slot",
        Refusal::NoSuchDrive => "no-such-drive",
        Refusal::DriveInUse => "drive-in-use",
        Refusal::DriveForeign => "drive-foreign",
        Refusal::SectorTooLarge => "sector-too-large",
        Refusal::DriveTooSmall => "drive-too-small",
        Refusal::DriveNotProven => "drive-not-proven",
        Refusal::NoSpare => "no-spare",
        Refusal::AlreadyRunning => "already-running",
        Refusal::NotRunning => "not-running",
        Refusal::LastCopy => "last-copy",
        Refusal::WrongState => "wrong-state",
        Refusal::TooFragmented => "too-fragmented",
    }
}

/// An event with its arguments, drives by their names in the script: `spare-chosen(1, s0)`.
pub(crate) struct Written<'a>(pub(crate) &'a EventKind, pub(crate) &'a Names);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())?;
        let mut before = "(";
        for subject in subjects(self.0).into_iter().flatten() {
            f.write_str(before)?;
            before = ", ";
            match subject {
                Subject::Slot(slot) => write!(f, "{slot}")?,
                Subject::Drive(drive) => f.write_str(self.1.drive(drive))?,
                Subject::Number(number) => write!(f, "{number}")?,
                Subject::Word(word) => f.write_str(word)?,
            }
        }
        if before == ", " { f.write_str(")") } else { Ok(()) }
    }
}
