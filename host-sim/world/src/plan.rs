//! What a replay executes: a vector with every name resolved and nothing left to choose.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{
    ArrayState, Command, Duration, HostOp, MemberState, Policy, SectorCount, Shape, Slot,
};

use crate::drive::{Figures, Survival};
use crate::images::{DriveImage, Images};
use crate::knob::Knob;
use crate::names::Names;

mod fault;
mod trigger;

pub use fault::{Arrival, Fault, Heeds};
pub use trigger::{Activity, EventMatch, OpKind, OpMatch, Reach, Trigger};

/// A whole vector.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The array.
    pub shape: Shape,
    /// True if its drives hold anything at first, so that the copies must be made equal.
    pub differing: bool,
    /// The array's records are on the drives, in front of their data. If not, they are in the controller's memory and
    /// lost with its power.
    pub metadata: bool,
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
    /// The array begins with images of its drives.
    pub from_images: bool,
    /// Those images.
    pub images: Option<Arc<Images>>,
    /// Cuts of the power that the vector knows nothing of.
    pub cuts: Vec<Cut>,
}

/// A cut of the power at a write command, whatever the vector is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The write command to any drive at which the power goes, counted from 1 since the last cut. It is not served.
    pub write: u64,
    /// What survives, by the drives' numbers.
    pub survivals: Vec<Survival>,
}

/// One drive.
#[derive(Clone, Debug)]
pub struct DrivePlan {
    /// Sectors of its data area.
    pub size: SectorCount,
    /// Its physical sector.
    pub physical: SectorCount,
    /// How fast it is.
    pub figures: Figures,
    /// Where it is at the start.
    pub place: Place,
    /// It holds something of another owner.
    pub foreign: bool,
    /// It holds what the image of its name holds.
    pub image: bool,
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
    /// All fills together wrote no more than so many sectors to the drive.
    Copied(u8, u64),
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
    /// Cut the power, with no unflushed write surviving, and wait for the array to come back.
    PowerCycle,
    /// Stop the array.
    Stop,
}

impl Plan {
    /// The image that a drive begins with.
    pub(crate) fn image(&self, drive: usize) -> Option<&DriveImage> {
        self.drives.get(drive).filter(|drive| drive.image)?;
        self.images.as_ref()?.get(self.names.drive(drive as u8))
    }

    /// True if the controller may lose what is in its memory.
    pub(crate) fn stops_controller(&self) -> bool {
        let mut steps = self.steps.iter();
        !self.cuts.is_empty()
            || self.finally.contains(&Finally::PowerCycle)
            || steps.any(
                |step| matches!(&step.action, Action::Fault(fault) if fault.stops_controller()),
            )
    }

    /// True if some of what was not flushed may survive a loss of power.
    pub(crate) fn may_spare_writes(&self) -> bool {
        let mut steps = self.steps.iter();
        !self.cuts.is_empty()
            || steps.any(
                |step| matches!(&step.action, Action::Fault(fault) if fault.may_spare_writes()),
            )
    }
}
