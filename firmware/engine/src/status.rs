//! The words shown to people, each derived from stored facts by one function, and the views that carry
//! them.

use crate::event::SpareObstacle;
use crate::units::{ArrayLba, DriveId, Duration, MemberLba, SectorCount, Slot};

/// The array as a whole: its worst mirror set decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ArrayState {
    /// Every slot is online.
    Optimal,
    /// Slots are missing, and every mirror set still has two members online (3 copies only).
    PartiallyDegraded,
    /// A mirror set has just one member online.
    Degraded,
    /// A mirror set has no member online: some of it may be lost. Or drives that are away may go on with the array without those that
    /// are there: these are read, and written when one of the others is back or [losses are accepted](crate::Command::AcceptLosses).
    Failed,
    /// It is not started: members are still expected.
    Waiting,
    /// It is not started, and will not be without an order or further drives.
    Refused,
    /// It was stopped by command.
    Stopped,
}

impl ArrayState {
    /// The word in logs and vectors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::PartiallyDegraded => "partially-degraded",
            Self::Degraded => "degraded",
            Self::Failed => "failed",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Stopped => "stopped",
        }
    }

    /// True if requests of the host are taken.
    #[must_use]
    pub const fn is_running(self) -> bool {
        !matches!(self, Self::Waiting | Self::Refused | Self::Stopped)
    }

    /// The state as MegaRAID tools print it.
    #[must_use]
    pub const fn megaraid(self) -> &'static str {
        match self {
            Self::Optimal => "Optl",
            Self::PartiallyDegraded => "Pdgd",
            Self::Degraded => "Dgrd",
            Self::Failed | Self::Waiting | Self::Refused | Self::Stopped => "OfLn",
        }
    }
}

/// What a slot of the array is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// From one on, so that no word is zero.
pub enum MemberState {
    /// Its drive holds everything that the array has.
    Online = 1,
    /// Its drive holds everything and is being copied to another, which takes over at the end.
    Replacing,
    /// Its drive came back and is brought up to date.
    Resyncing,
    /// A drive that held nothing is being filled.
    Rebuilding,
    /// Its drive is away and none has taken its place.
    Missing,
    /// Its drive is there and has failed.
    Failed,
    /// Its drive was taken out, by command or since it cannot flush.
    Ejected,
    /// Its drive came and went too often and waits until its quarantine is over.
    Quarantined,
}

impl MemberState {
    /// The word in logs and vectors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Replacing => "replacing",
            Self::Resyncing => "resyncing",
            Self::Rebuilding => "rebuilding",
            Self::Missing => "missing",
            Self::Failed => "failed",
            Self::Ejected => "ejected",
            Self::Quarantined => "quarantined",
        }
    }

    /// The state as MegaRAID tools print it.
    #[must_use]
    pub const fn megaraid(self) -> &'static str {
        match self {
            Self::Online => "Onln",
            Self::Replacing => "Cpybck",
            Self::Resyncing | Self::Rebuilding => "Rbld",
            Self::Missing => "Msng",
            Self::Failed => "Failed",
            Self::Ejected | Self::Quarantined => "Offln",
        }
    }

    /// The state as Linux MD prints it in `/sys/block/md*/md/dev-*/state`.
    #[must_use]
    pub const fn md(self) -> &'static str {
        match self {
            Self::Online => "in_sync",
            Self::Replacing => "in_sync,want_replacement",
            Self::Resyncing | Self::Rebuilding => "spare",
            Self::Missing => "removed",
            Self::Failed | Self::Ejected | Self::Quarantined => "faulty",
        }
    }
}

/// What a drive is to the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// A tag of its own: one beside the dedicated slot would have to be taken apart each time.
#[repr(u8)]
pub enum Role {
    /// Nothing.
    Unassigned,
    /// A hot spare, for one slot or for all.
    Spare {
        /// The only slot it is meant for, if any.
        dedicated: Option<Slot>,
    },
    /// It has the slot.
    Member(Slot),
    /// It is being filled to take the slot.
    Target(Slot),
}

/// How well a drive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Health {
    /// Nothing is known against it.
    Good,
    /// It gave errors or is slow; reads avoid it where they can.
    Suspect,
    /// It should be replaced.
    Ailing,
    /// It was proven not to work.
    Failed,
}

impl Health {
    /// The word in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Suspect => "suspect",
            Self::Ailing => "ailing",
            Self::Failed => "failed",
        }
    }
}

/// Whether a spare can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Proof {
    /// It has not been written yet.
    None,
    /// It is being written and read back.
    Running,
    /// It was written and read back well.
    Proven,
    /// It cannot be used.
    Refused(SpareObstacle),
}

/// One drive, as the engine sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DriveView {
    /// Whether it is there.
    pub present: bool,
    /// Whether it is known what it is: false while its label is being read.
    pub identified: bool,
    /// What it is to the array.
    pub role: Role,
    /// How well it is.
    pub health: Health,
    /// Whether it can be relied on as a spare.
    pub proof: Proof,
    /// Errors it gave, halved with every half-life.
    pub errors: u16,
}

/// One slot, as the engine sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SlotView {
    /// The word for it.
    pub state: MemberState,
    /// The drive that has the slot.
    pub member: Option<DriveId>,
    /// The drive that is being filled to take it.
    pub target: Option<DriveId>,
}

/// How far a slot's rebuild, resync or replacement is. It never goes back while the same target is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Progress {
    /// Everything below this sector of the target is held, except what no copy had.
    pub checkpoint: MemberLba,
    /// Sectors of a member.
    pub size: SectorCount,
    /// Sectors that the target still lacks.
    pub remaining: SectorCount,
    /// When it may be done, from the fastest and the slowest speed measured; `None` before there is a
    /// measurement.
    pub eta: Option<(Duration, Duration)>,
    /// True while an operator has it paused.
    pub paused: bool,
}

/// One range of the loss manifest: consecutive array sectors of one mirror set without a valid copy that can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Loss {
    /// The first lost sector.
    pub lba: ArrayLba,
    /// How many.
    pub count: SectorCount,
    /// Why each copy cannot be used, in slot order of the copies.
    pub causes: [Option<LossCause>; crate::config::COPIES_MAX],
}

/// Why one copy of a sector cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LossCause {
    /// The slot has no drive.
    Missing,
    /// The slot's drive has failed or was ejected.
    Failed,
    /// The drive cannot read it.
    Unreadable,
    /// The drive missed a write to it, or was never filled so far.
    Stale,
}

impl LossCause {
    /// The word in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Failed => "failed",
            Self::Unreadable => "unreadable",
            Self::Stale => "stale",
        }
    }
}

/// Why a drive must not be pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum PullRisk {
    /// So many sectors have their only valid copy on it.
    LosesData(SectorCount),
    /// Nothing is lost, but some sectors would be down to their last copy.
    LosesRedundancy,
    /// It is being filled; the rebuild would have to start again.
    StopsRebuild,
    /// The slot has no drive.
    NothingThere,
}
