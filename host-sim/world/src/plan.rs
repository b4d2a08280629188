//! What a replay executes: a vector with every name resolved and nothing left to choose.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{
    ArrayState, Command, Duration, HostOp, IoClass, MemberState, Policy, SectorCount, Shape, Slot,
};

use crate::drive::Figures;
use crate::knob::Knob;
use crate::names::Names;
use crate::subject::Subject;

/// A whole vector.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The array.
    pub shape: Shape,
    /// True if its drives hold anything at first, so that the copies must be made equal.
    pub differing: bool,
    /// The drives, in the order of their numbers.
    pub drives: Vec<DrivePlan>,
    /// Their names.
    pub names: Names,
    /// The knobs at the start.
    pub policy: Policy,
    /// The loads that can be started.
    pub loads: Vec<LoadPlan>,
    /// The schedule.
    pub steps: Vec<Step>,
    /// What must be seen.
    pub expectations: Vec<Expectation>,
    /// What is done at the end.
    pub finally: Vec<Finally>,
}

/// One drive.
#[derive(Clone, Debug)]
pub struct DrivePlan {
    /// Sectors.
    pub size: SectorCount,
    /// Its physical sector.
    pub physical: SectorCount,
    /// How fast it is.
    pub figures: Figures,
    /// Where it is at the start.
    pub place: Place,
    /// It holds something of another owner.
    pub foreign: bool,
}

/// Where a drive is at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is a member.
    Member(Slot),
    /// It is a hot spare, for one slot or for all.
    Spare(Option<Slot>),
    /// It is plugged in nowhere.
    Shelf,
}

/// A generator of host requests.
#[derive(Clone, Debug)]
pub struct LoadPlan {
    /// Its name.
    pub name: String,
    /// Seed of its draws.
    pub seed: u64,
    /// Percent of its requests that read.
    pub read: u8,
    /// Percent of its requests that trim.
    pub trim: u8,
    /// Sectors of a request: least and most.
    pub size: (u64, u64),
    /// Where it works; all of the array if `None`.
    pub span: Option<Range<u64>>,
    /// Time between two requests; with zero the queue alone limits it.
    pub interval: Duration,
    /// Requests in flight at once.
    pub queue: u8,
    /// A flush follows each so many writes; 0 for none.
    pub flush: u32,
}

/// A statement: when, and what.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub trigger: Trigger,
    /// What.
    pub action: Action,
    /// The action as the vector has it, with nothing swept; for the trace.
    pub text: String,
    /// The line in the vector, for messages.
    pub line: u32,
}

/// When something happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// At a time.
    At(Duration),
    /// When a slot's fill has come this far.
    Progress {
        /// Which kind of fill; any if `None`.
        activity: Option<Activity>,
        /// The slot.
        slot: Slot,
        /// How far.
        reach: Reach,
    },
    /// When the n-th command of a kind is handed to a drive, before it is served.
    Op(OpMatch),
    /// When the engine logs an event for the n-th time.
    Event(EventMatch),
    /// Some time after another trigger.
    After(Box<Self>, Duration),
    /// When another statement is executed: its place in the schedule.
    Step(usize),
}

/// What fills a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// A drive that held nothing is filled.
    Rebuild,
    /// A member that was away is brought up to date.
    Resync,
    /// A serving member is copied.
    Replace,
}

impl Activity {
    /// The word in vectors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rebuild => "rebuild",
            Self::Resync => "resync",
            Self::Replace => "replace",
        }
    }
}

/// How far a fill has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Hundredths of a percent of the member.
    Hundredths(u16),
    /// A member sector.
    Lba(u64),
}

/// Which drive command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpMatch {
    /// What it does; anything if `None`.
    pub op: Option<OpKind>,
    /// The drive.
    pub drive: u8,
    /// How many of them, from 1.
    pub count: u32,
    /// Only those that touch this range.
    pub range: Option<Range<u64>>,
    /// Only those of this class.
    pub class: Option<IoClass>,
}

/// What a drive command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpKind {
    /// It reads.
    Read,
    /// It writes, durably or not, or makes zeros.
    Write,
    /// It flushes.
    Flush,
    /// It compares.
    Compare,
}

/// Which event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventMatch {
    /// Its name.
    pub name: String,
    /// Its first arguments; those not given, and `None`, match everything.
    pub subjects: Vec<Option<Subject>>,
    /// How many of them, from 1.
    pub count: u32,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Host I/O on a range, or on all of the array if `None`.
    Host(HostOp, Option<Range<u64>>),
    /// A load starts: its place in the plan.
    Start(usize),
    /// A load stops.
    Stop(usize),
    /// Something happens to drives.
    Fault(Fault),
    /// The operator gives a command.
    Order(Order),
}

/// What happens to drives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It answers every command with an error.
    Fail(u8),
    /// It works again.
    Revive(u8),
    /// It begins nothing any more; `deaf` to aborts and resets or not.
    Timeout {
        /// The drive.
        drive: u8,
        /// For how long; until a reset or `revive` if `None`.
        span: Option<Duration>,
        /// Whether it ignores aborts and resets.
        deaf: bool,
    },
    /// Sectors cannot be read.
    Unreadable {
        /// The drive.
        drive: u8,
        /// Its sectors.
        range: Range<u64>,
        /// Only the first read fails.
        once: bool,
        /// A write does not heal them.
        sticky: bool,
    },
    /// Sectors cannot be written.
    WriteError {
        /// The drive.
        drive: u8,
        /// Its sectors.
        range: Range<u64>,
        /// How many writes fail; all if `None`.
        times: Option<u32>,
    },
    /// It is slower.
    Limp {
        /// The drive.
        drive: u8,
        /// How many times.
        factor: u32,
        /// Reads are.
        read: bool,
        /// Writes are.
        write: bool,
    },
    /// It is as fast as it was, and hangs no more.
    Recover(u8),
    /// It begins nothing for a while, and again each `every`.
    Stall {
        /// The drive.
        drive: u8,
        /// For how long.
        span: Duration,
        /// From one beginning to the next.
        every: Option<Duration>,
    },
    /// It is taken out.
    Pull(u8),
    /// It is plugged in.
    Insert {
        /// The drive.
        drive: u8,
        /// The bay; the one it had before if `None`.
        slot: Option<Slot>,
        /// It is wiped first.
        blank: bool,
    },
    /// Two bays exchange their drives.
    Swap(Slot, Slot),
    /// Drives lose their link and get it back together.
    Glitch(Vec<u8>, Duration),
    /// The completion of the command that the statement waits for is kept back until something happens.
    Hold(Trigger),
}

/// A command of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// As the engine knows it.
    Command(Command),
    /// Some knobs change, the others stay.
    Policy(Vec<Knob>),
}

/// What must be seen.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What.
    pub what: Expected,
    /// The line in the vector.
    pub line: u32,
    /// The statement's text.
    pub text: String,
}

/// What must be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The array has this state: at the end, or at some time in the window.
    Array(ArrayState, Option<Window>),
    /// A slot has this state: at the end, or at some time in the window.
    Member(Slot, MemberState, Option<Window>),
    /// An event is logged.
    Event(EventMatch, Moment),
    /// An event is never logged.
    Never(EventMatch),
    /// Nothing is lost.
    LostNone,
    /// Exactly what cannot be helped is lost.
    LostComputed,
    /// Exactly these sectors of the array are lost.
    Lost(Vec<Range<u64>>),
    /// None of these sectors is lost.
    Intact(Vec<Range<u64>>),
    /// Each fill of the slot takes no longer.
    Duration(Activity, Slot, Duration),
    /// A slot's drive may be pulled, or not: at the end, or at some time in the window.
    Pull(Slot, bool, Option<Window>),
}

/// A time in which something must be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// From when; from the start if `None`.
    pub from: Option<Trigger>,
    /// For how long.
    pub span: Duration,
}

/// Where in time an event must lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Anywhere.
    Any,
    /// In a window.
    Within(Window),
    /// Before another event.
    Before(EventMatch),
    /// After another event.
    After(EventMatch),
}

/// What is done at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finally {
    /// Wait until the array is at rest, for this long at most; if `None`, as long as it may take.
    Quiesce(Option<Duration>),
    /// Flush.
    Flush,
    /// Read the whole array.
    ReadAll,
}
