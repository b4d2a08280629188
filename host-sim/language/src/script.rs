//! The typed script: what a vector says, with every word resolved and every unit converted.
//!
//! Two scripts are equal when they say the same, wherever in their files they say it: spans take no part
//! in comparisons. Sectors have 512 bytes throughout.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

pub use self::action::{Action, Assemble, HostIo, Order, Sectors, SectorsEnd, Statement};
pub use self::expectation::{
    Claim, Comparison, Condition, Expectation, FinalStep, LostClaim, Operand, When, Within,
};
pub use self::fault::{Arrival, Fault, Healing, Heeds, LimpOps, Repeats};
pub use self::machine::{
    Array, Cache, Content, DriveSpec, Knob, KnobKind, KnobValue, LoadSpec, Model, Place, Salvage,
    Setting, Sync,
};
pub use self::naming::{Subject, Verb};
pub use self::power::{PowerLoss, Survival, Writes};
pub use self::sweep::{Point, Sweep, SweepKind, SweepValue, SweepValues};
pub use self::trigger::{
    ActionRef, Activity, Class, EventArgument, EventPattern, Mark, OpKind, OpMatch, Step, Trigger,
};
pub(crate) use self::value::FromSweep;
pub use self::value::{DriveName, LoadName, Percent, Rate, SweepName, Swept, Time, Value};

mod action;
mod expectation;
mod fault;
mod machine;
mod naming;
mod power;
mod sweep;
mod trigger;
mod value;

/// Bytes in one sector.
pub const SECTOR_BYTES: u64 = 512;

/// One line of a file: what it says, where it stands, and the comments that belong to it.
#[derive(Clone, Debug, Default)]
pub struct Line<T> {
    /// The bytes of the file that say it; empty for what no file says.
    pub span: Range<usize>,
    /// The comment lines right above, without the `#` and the blank that may follow it.
    pub notes: Vec<String>,
    /// The comment behind it on the same line.
    pub remark: Option<String>,
    /// What it says.
    pub value: T,
}

impl<T> Line<T> {
    /// A line that stands in no file and has no comments.
    pub const fn new(value: T) -> Self {
        Self { span: 0..0, notes: Vec::new(), remark: None, value }
    }

    /// The same line saying something else.
    pub(crate) fn with<U>(&self, value: U) -> Line<U> {
        Line {
            span: self.span.clone(),
            notes: self.notes.clone(),
            remark: self.remark.clone(),
            value,
        }
    }
}

impl<T: PartialEq> PartialEq for Line<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.notes == other.notes && self.remark == other.remark
    }
}

/// A whole vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Its name and title.
    pub vector: Line<Heading>,
    /// The version of the language, 1.
    pub format: Line<u64>,
    /// Where the incident or the scenario is told.
    pub sources: Vec<Line<String>>,
    /// Words to find the vector by.
    pub tags: Option<Line<Vec<String>>>,
    /// What the author believes of the faults.
    pub promise: Option<Line<Promise>>,
    /// The array under test.
    pub array: Line<Array>,
    /// The drives, in order of declaration.
    pub drives: Vec<Line<DriveSpec>>,
    /// The policies at the start; what is not named has the engine's default.
    pub policy: Vec<Line<Vec<Setting>>>,
    /// The loads that statements may start.
    pub loads: Vec<Line<LoadSpec>>,
    /// The sweeps: the first changes slowest.
    pub sweeps: Vec<Line<Sweep>>,
    /// What is done, and when.
    pub statements: Vec<Line<Statement>>,
    /// What must be seen.
    pub expectations: Vec<Line<Expectation>>,
    /// What is done when all statements are through; see [`final_steps`](Self::final_steps).
    pub finally: Option<Line<Vec<FinalStep>>>,
    /// The comment lines at the end of the file.
    pub closing: Vec<String>,
}

/// The first line of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The name: letters, digits, `-` and `_`.
    pub name: String,
    /// One sentence.
    pub title: String,
}

/// What the author believes: the harness computes the truth and compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Nothing may be lost.
    Survivable,
    /// Something must be lost.
    Beyond,
}

impl Script {
    /// The drive of that name.
    #[must_use]
    pub fn drive(&self, name: &DriveName) -> Option<&DriveSpec> {
        self.drives.iter().map(|line| &line.value).find(|drive| drive.name == *name)
    }

    /// The place of a drive in [`drives`](Self::drives).
    #[must_use]
    pub fn drive_index(&self, name: &DriveName) -> Option<usize> {
        self.drives.iter().position(|line| line.value.name == *name)
    }

    /// The load of that name.
    #[must_use]
    pub fn load(&self, name: &LoadName) -> Option<&LoadSpec> {
        self.loads.iter().map(|line| &line.value).find(|load| load.name == *name)
    }

    /// The drives that fill the slots at the start: slot 0 first.
    pub fn members(&self) -> impl Iterator<Item = &DriveSpec> {
        self.drives.iter().map(|line| &line.value).filter(|drive| drive.place == Place::Member)
    }

    /// The slot that a drive has at the start.
    #[must_use]
    pub fn slot_of(&self, name: &DriveName) -> Option<u8> {
        let position = self.members().position(|drive| drive.name == *name)?;
        u8::try_from(position).ok()
    }

    /// True if two slots are copies of each other for some chunk.
    #[must_use]
    pub fn same_mirror(&self, one: u8, other: u8) -> bool {
        self.array.value.same_mirror(one, other)
    }

    /// What is done at the end: what `finally` says, else `quiesce ; read all`.
    #[must_use]
    pub fn final_steps(&self) -> &[FinalStep] {
        const DEFAULT: &[FinalStep] = &[FinalStep::Quiesce(None), FinalStep::ReadAll];
        self.finally.as_ref().map_or(DEFAULT, |line| &line.value)
    }
}
