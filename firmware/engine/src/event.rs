//! What happened, in order: the event log.

use crate::Refusal;
use crate::units::{ArrayLba, DriveId, Instant, SectorCount, Slot};

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Event {
    /// Counts up by one with each event of an engine, from 1.
    pub sequence: u32,
    /// When.
    pub at: Instant,
    /// The sequence number of the event that led to this one, where the engine knows it.
    pub cause: Option<u32>,
    /// What happened, and to whom.
    pub kind: EventKind,
}

/// How much an event matters to the one on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Severity {
    /// For the record.
    Info,
    /// Something needs a look.
    Warning,
    /// Redundancy is gone.
    Critical,
    /// Data are gone, or the engine found itself broken.
    Fatal,
}

/// Why a spare was not taken, or is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// From three on, so that `Proof`, which has three words beside these, begins at zero with none.
pub enum SpareObstacle {
    /// Too few sectors.
    TooSmall = 3,
    /// Its physical sectors are larger than 4 KiB, or than those that the array was made with.
    SectorTooLarge,
    /// Dedicated to other slots.
    DedicatedElsewhere,
    /// Its proof has not been completed yet.
    NotProven,
    /// It could not be written, or did not read back what was written.
    ProofFailed,
    /// It fits, but another fits better.
    NotBest,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub enum $name {
            $($(#[$each])* $variant,)*
        }

        impl $name {
            /// The word in logs and vectors.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// Why an array does not start by itself.
    AssemblyObstacle {
        /// No drive is a member.
        NoMembers = "no-members",
        /// There are members of more than one set.
        SeveralSets = "several-sets",
        /// More drives than can be told apart.
        TooManyDrives = "too-many-drives",
        /// The order means a drive that is no member.
        NotAMember = "not-a-member",
        /// Two members have each gone on without the other.
        SplitBrain = "split-brain",
        /// Two drives are the same member.
        Clones = "clones",
        /// Two members hold one slot.
        Contested = "contested",
        /// Of some data there is no current copy.
        NoCurrentCopy = "no-current-copy",
        /// The members that are absent may hold newer data.
        MayBeStale = "may-be-stale",
    }
}

words! {
    /// Why a drive with a label of ours is left alone.
    SetAside {
        /// Its slot is in better hands.
        Former = "former",
        /// It says of itself that it failed.
        Ejected = "ejected",
        /// It is an image of another drive, or another is one of it.
        Clone = "clone",
        /// It has gone on apart from the others.
        Diverged = "diverged",
        /// It is newer than what was chosen.
        Newer = "newer",
        /// It is of a time when the array had another shape.
        OtherShape = "other-shape",
        /// It belongs to another set.
        OtherSet = "other-set",
        /// Nothing can be said of it before the operator has decided.
        Undecided = "undecided",
        /// Its label is damaged, or of a format that is not known.
        Refused = "refused",
    }
}

/// Where two decisions inside the engine contradict each other. Never seen in a correct engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Invariant {
    /// A completion came for a command whose owner is gone.
    OwnerGone,
    /// A drive's state machine was told something that cannot happen in its state.
    IllegalTransition,
}

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident $({ $($field:ident : $type:ty),* })? = $name:literal, $severity:ident;)*) => {
        /// The kinds of events. Their printed names and arguments are part of the vector language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[allow(missing_docs, reason = "the fields are subjects, named by their types")]
        pub enum EventKind {
            $($(#[$doc])* $variant $({ $($field: $type),* })?,)*
        }

        /// The places of the kinds in the declaration. What names a subject and no more has the same ones, so that the one becomes
        /// the other without a table.
        #[allow(dead_code, reason = "not all kinds are told by a subject and no more")]
        enum Place {
            $($variant,)*
        }

        impl EventKind {
            /// Every event name, in the order of the declaration.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The event's name in logs and vectors.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant $({ $($field: _),* })? => $name,)*
                }
            }

            /// How much it matters.
            #[must_use]
            pub const fn severity(&self) -> Severity {
                match self {
                    $(Self::$variant $({ $($field: _),* })? => Severity::$severity,)*
                }
            }
        }
    };
}

events! {
    /// A drive is there.
    DriveArrived { drive: DriveId } = "drive-arrived", Info;
    /// A drive is gone.
    DriveLeft { drive: DriveId } = "drive-left", Warning;
    /// A drive was proven not to work and gets no more I/O.
    DriveFailed { drive: DriveId } = "drive-failed", Critical;
    /// A drive gives errors.
    DriveSuspect { drive: DriveId } = "drive-suspect", Warning;
    /// A drive is much slower than its peers.
    DriveLimping { drive: DriveId } = "drive-limping", Warning;
    /// A drive should be replaced while it still serves.
    DriveAiling { drive: DriveId } = "drive-ailing", Warning;
    /// A suspect or limping drive behaves again.
    DriveRecovered { drive: DriveId } = "drive-recovered", Info;
    /// A drive came and went too often and is left alone for a while.
    DriveQuarantined { drive: DriveId } = "drive-quarantined", Warning;
    /// A drive with something on it that is not ours is left alone.
    DriveForeign { drive: DriveId } = "drive-foreign", Warning;
    /// A drive with a label of ours is left alone.
    DriveSetAside { drive: DriveId, why: SetAside } = "drive-set-aside", Warning;
    /// A sector of a drive could not be read.
    ReadError { drive: DriveId } = "read-error", Warning;
    /// A sector of a drive could not be written.
    WriteError { drive: DriveId } = "write-error", Warning;
    /// A drive let a command time out.
    CommandTimeout { drive: DriveId } = "command-timeout", Warning;
    /// A drive is reset, since it did not answer an abort.
    DriveReset { drive: DriveId } = "drive-reset", Warning;
    /// Bad sectors of a drive were rewritten from a good copy and read back well.
    SectorRepaired { drive: DriveId } = "sector-repaired", Info;
    /// Bad sectors of a drive could not be rewritten, and are not tried again before a host write.
    RepairFailed { drive: DriveId } = "repair-failed", Warning;
    /// A drive has exact records no more and is believed less than it holds: the table of ranges is full.
    Distrusted { drive: DriveId, lba: crate::MemberLba, count: SectorCount } = "distrusted", Warning;
    /// A drive cannot read this, and the table of ranges is full: if no other copy is left, the manifest lacks it.
    Unlisted { drive: DriveId, lba: crate::MemberLba, count: SectorCount } = "unlisted", Warning;
    /// A drive could not make durable what it was written.
    FlushFailed { drive: DriveId } = "flush-failed", Warning;
    /// A drive's label could not be read or written.
    LabelFailed { drive: DriveId } = "label-failed", Warning;

    /// A spare was added.
    SpareAdded { drive: DriveId } = "spare-added", Info;
    /// A spare was written and read back well.
    SpareProven { drive: DriveId } = "spare-proven", Info;
    /// A spare cannot be used.
    SpareRefused { drive: DriveId, obstacle: SpareObstacle } = "spare-refused", Warning;
    /// A spare was chosen for a slot.
    SpareChosen { slot: Slot, drive: DriveId } = "spare-chosen", Info;
    /// A spare was not chosen for a slot, and why.
    SparePassedOver { slot: Slot, drive: DriveId, obstacle: SpareObstacle } = "spare-passed-over", Info;
    /// A slot needs a spare and there is none.
    SpareMissing { slot: Slot } = "spare-missing", Warning;

    /// A slot has no drive.
    MemberMissing { slot: Slot } = "member-missing", Critical;
    /// A slot's drive has failed.
    MemberFailed { slot: Slot } = "member-failed", Critical;
    /// A slot's drive was ejected, by command or since it cannot record what it is.
    MemberEjected { slot: Slot } = "member-ejected", Critical;
    /// A slot's drive holds everything again.
    MemberOnline { slot: Slot } = "member-online", Info;

    /// A drive that holds nothing yet is being filled for a slot.
    RebuildStarted { slot: Slot } = "rebuild-started", Info;
    /// A rebuild waits for a command.
    RebuildPaused { slot: Slot } = "rebuild-paused", Info;
    /// A rebuild goes on.
    RebuildResumed { slot: Slot } = "rebuild-resumed", Info;
    /// A rebuild ended since its target is gone.
    RebuildFailed { slot: Slot } = "rebuild-failed", Critical;
    /// A rebuild goes no further, since what it needs next has no source. It goes on by itself when a source
    /// comes back.
    RebuildStalled { slot: Slot } = "rebuild-stalled", Fatal;
    /// A slot's drive holds everything.
    Rebuilt { slot: Slot } = "rebuilt", Info;
    /// A slot's drive holds everything but some sectors that no copy had.
    RebuiltWithLosses { slot: Slot, lost: SectorCount } = "rebuilt-with-losses", Fatal;
    /// A member that was away is brought up to date.
    ResyncStarted { slot: Slot } = "resync-started", Info;
    /// A member that was away is up to date.
    Resynced { slot: Slot } = "resynced", Info;
    /// A serving member is being copied to another drive.
    ReplaceStarted { slot: Slot } = "replace-started", Info;
    /// The copy has taken over from the member.
    Replaced { slot: Slot } = "replaced", Info;
    /// The progress of a slot's rebuild, resync or replacement: everything below is held.
    Checkpoint { slot: Slot, lba: crate::MemberLba } = "checkpoint", Info;

    /// Every sector has all its copies.
    ArrayOptimal = "array-optimal", Info;
    /// Every sector has at least two copies, but not all.
    ArrayPartiallyDegraded = "array-partially-degraded", Warning;
    /// Every sector has a copy; some have just one.
    ArrayDegraded = "array-degraded", Critical;
    /// A mirror set has no full member left.
    ArrayFailed = "array-failed", Fatal;
    /// Sectors without any reachable valid copy were found: the manifest has them.
    DataLost { lba: ArrayLba, count: SectorCount } = "data-lost", Fatal;
    /// So many lost sectors were overwritten, by a write that starts here.
    DataHealed { lba: ArrayLba, count: SectorCount } = "data-healed", Info;
    /// The array is failed and does only what the salvage policy allows.
    SalvageEntered = "salvage-entered", Fatal;
    /// The array does everything again.
    SalvageLeft = "salvage-left", Info;
    /// The array was put together from its members and starts.
    ArrayAssembled = "array-assembled", Info;
    /// The array waits for members that are still expected.
    ArrayWaiting = "array-waiting", Warning;
    /// The array was stopped by command: its members are clean.
    ArrayStopped = "array-stopped", Info;
    /// The array does not start by itself.
    AssemblyRefused { why: AssemblyObstacle } = "assembly-refused", Critical;

    /// A command of the operator was not carried out.
    CommandRefused { why: Refusal } = "command-refused", Warning;
    /// The engine found itself broken; the array is read-only until it is assembled anew.
    InvariantBroken { which: Invariant } = "invariant-broken", Fatal;
    /// Older events were dropped, undrained.
    EventsDropped { count: u32 } = "events-dropped", Warning;
}

macro_rules! subjects {
    ($(#[$doc:meta])* $name:ident, $field:ident: $type:ty { $($variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(crate) enum $name {
            $($variant = Place::$variant as isize,)*
        }

        impl $name {
            /// The event, with its subject.
            pub(crate) const fn of(self, $field: $type) -> EventKind {
                match self {
                    $(Self::$variant => EventKind::$variant { $field },)*
                }
            }
        }
    };
}

subjects! {
    /// What is told of a drive without more: a word in a register, where an event is put together in memory.
    DriveEvent, drive: DriveId {
        DriveArrived,
        DriveLeft,
        DriveFailed,
        DriveSuspect,
        DriveLimping,
        DriveAiling,
        DriveRecovered,
        DriveQuarantined,
        DriveForeign,
        ReadError,
        WriteError,
        CommandTimeout,
        DriveReset,
        SectorRepaired,
        RepairFailed,
        FlushFailed,
        LabelFailed,
        SpareAdded,
        SpareProven,
    }
}

subjects! {
    /// What is told of a slot without more.
    SlotEvent, slot: Slot {
        SpareMissing,
        MemberMissing,
        MemberFailed,
        MemberEjected,
        MemberOnline,
        RebuildStarted,
        RebuildPaused,
        RebuildResumed,
        RebuildFailed,
        RebuildStalled,
        ResyncStarted,
        ReplaceStarted,
    }
}
