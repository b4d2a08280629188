//! What must be seen.

use alloc::vec::Vec;

use super::action::Sectors;
use super::trigger::{Activity, EventPattern, Trigger};
use super::value::{SweepName, Time, Value};
use super::{DriveName, SweepValue};

/// A claim, and at which points of the sweeps it must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// What must be seen.
    pub claim: Claim,
    /// Only at points where all of these hold. A bound script has none left: an expectation whose
    /// conditions do not hold at the point is left out.
    pub conditions: Vec<Condition>,
}

/// What must be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The array is in a state: at some time in the window, or at the end if there is none.
    Array {
        /// One of [`ARRAY_STATES`](crate::words::ARRAY_STATES).
        state: &'static str,
        /// The window.
        within: Option<Within>,
    },
    /// A slot is in a state: at some time in the window, or at the end if there is none.
    Member {
        /// The slot.
        slot: Value<u8>,
        /// One of [`MEMBER_STATES`](crate::words::MEMBER_STATES).
        state: &'static str,
        /// The window.
        within: Option<Within>,
    },
    /// An event is reported.
    Event {
        /// The event.
        pattern: EventPattern,
        /// When.
        when: When,
    },
    /// An event is not reported, ever.
    Never(EventPattern),
    /// What is lost at the end.
    Lost(LostClaim),
    /// These array sectors can be read at the end, with what was last written to them.
    Intact(Vec<Sectors>),
    /// An activity takes no longer, from its start to its end; it must have come to its end.
    Duration {
        /// The activity.
        activity: Activity,
        /// Of which slot.
        slot: Value<u8>,
        /// How long at most.
        limit: Value<Time>,
    },
    /// Rebuilds, resyncs and replacements wrote no more than so many sectors to a drive, all together.
    Copied {
        /// The drive.
        drive: Value<DriveName>,
        /// How many sectors at most.
        limit: Value<u64>,
    },
    /// The answer to the question whether the drive of a slot may be pulled: at some time in the window,
    /// or at the end if there is none.
    Pull {
        /// The slot.
        slot: Value<u8>,
        /// The answer.
        safe: bool,
        /// The window.
        within: Option<Within>,
    },
}

/// A window of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// How long.
    pub time: Value<Time>,
    /// From when; from the start if not said.
    pub of: Option<Trigger>,
}

/// When an event is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// At any time.
    Anytime,
    /// In a window.
    Within(Within),
    /// Its first report comes before the first of another, which may be missing.
    Before(EventPattern),
    /// One of its reports comes after the first of another.
    After(EventPattern),
}

/// What is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LostClaim {
    /// Nothing.
    None,
    /// Exactly what the layout and the schedule make unavoidable.
    Computed,
    /// Exactly these array sectors.
    Ranges(Vec<Sectors>),
}

/// Something that holds at some points of the sweeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Two slots, or the slots that two drives have at the start, are copies of each other for some
    /// chunk.
    SameMirror {
        /// Holds where they are not.
        negated: bool,
        /// The one.
        one: Operand,
        /// The other.
        other: Operand,
    },
    /// A sweep's value compares so with a value of its kind.
    Compare {
        /// The sweep.
        name: SweepName,
        /// How.
        comparison: Comparison,
        /// With what.
        value: SweepValue,
    },
}

/// A drive or a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A drive.
    Drive(DriveName),
    /// A slot.
    Slot(u8),
    /// Whatever a sweep gives.
    Swept(SweepName),
}

/// The comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`; not for drives.
    Less,
    /// `<=`; not for drives.
    AtMost,
    /// `>`; not for drives.
    Greater,
    /// `>=`; not for drives.
    AtLeast,
}

/// One step of the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FinalStep {
    /// Wait until nothing is in progress, for so long at most; the harness's bound if not said.
    Quiesce(Option<Time>),
    /// Flush.
    Flush,
    /// Read the whole array and compare.
    ReadAll,
    /// Cut the power, with no unflushed write surviving, and wait for it to come back.
    PowerCycle,
    /// Stop the array.
    Stop,
}
