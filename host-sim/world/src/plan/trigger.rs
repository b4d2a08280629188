//! Triggers: when a statement is executed.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{Duration, IoClass, Slot, Step};

use crate::subject::Subject;

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
    /// When a drive is given the n-th of the commands that make up a step of the engine's own records.
    Records {
        /// The step.
        step: Step,
        /// The drive; any if `None`.
        drive: Option<u8>,
        /// The n, from 1.
        count: u32,
    },
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

/// Which drive command. Those of the engine's own records are meant only where their class is named.
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
