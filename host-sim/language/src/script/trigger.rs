//! When something is done.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::action::Sectors;
use super::naming::{Subject, Verb};
use super::value::{DriveName, Percent, Time, Value};

/// A moment. Each fires once at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// So long after the start.
    At(Value<Time>),
    /// As soon as an activity has come so far.
    When {
        /// What is in progress.
        activity: Activity,
        /// For which slot.
        slot: Value<u8>,
        /// How far.
        mark: Mark,
    },
    /// As a drive is given a command, before it does anything with it.
    On(OpMatch),
    /// As the engine reports an event for the N-th time.
    Event {
        /// The event.
        pattern: EventPattern,
        /// The N, from 1.
        count: Value<u64>,
    },
    /// As a drive is given the N-th of the commands that make up a step of the engine.
    Step {
        /// The step.
        step: Step,
        /// The N, from 1.
        count: Value<u64>,
        /// Only commands of this drive.
        drive: Option<Value<DriveName>>,
    },
    /// As a statement's action is carried out; only within `after` and `within … of`.
    Action(ActionRef),
    /// So long after another moment.
    After {
        /// The other moment; not itself an `After`.
        base: Box<Self>,
        /// How long.
        delay: Value<Time>,
    },
}

/// What goes on in the background for one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// A drive that held nothing is filled.
    Rebuild,
    /// A drive that was away is brought up to date.
    Resync,
    /// A serving member is copied to another drive.
    Replace,
}

/// How far an activity has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// That share of the member is done.
    Percent(Value<Percent>),
    /// All below that sector of the member is done.
    Sector(Value<u64>),
}

/// The N-th command of a drive that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpMatch {
    /// The kind of command.
    pub op: OpKind,
    /// The N, from 1.
    pub count: Value<u64>,
    /// The drive.
    pub drive: Value<DriveName>,
    /// Only commands that touch these sectors of the drive.
    pub within: Option<Sectors>,
    /// Only commands that the engine gives for this purpose.
    pub class: Option<Class>,
}

/// The kinds of drive commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpKind {
    /// Read.
    Read,
    /// Write.
    Write,
    /// Flush the drive's cache.
    Flush,
    /// Compare with a buffer.
    Compare,
    /// Any of them.
    Any,
}

/// What the engine gives a drive command for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A host request.
    Host,
    /// The engine's own records.
    Metadata,
    /// A rebuild, resync or replacement.
    Rebuild,
    /// The repair of a bad sector.
    Repair,
    /// The proof of a spare.
    Probe,
}

/// The steps in which the engine brings its records to the drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A new member gets its label.
    Label,
    /// A private frame is written.
    Frame,
    /// The log of bad blocks is written.
    Log,
    /// What a superblock is to speak of is flushed.
    CommitFlush,
    /// A superblock is written.
    Superblock,
    /// Bits of the bitmap are set, before the writes that they announce.
    BitsSet,
    /// Bits of the bitmap are cleared, after the writes that they announced.
    BitsClear,
}

/// An event of the engine, with those arguments that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPattern {
    /// One of the names in [`EVENTS`](crate::words::EVENTS).
    pub name: &'static str,
    /// The first arguments; those left out match anything.
    pub arguments: Vec<EventArgument>,
}

/// One argument of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventArgument {
    /// `_`: matches anything.
    Any,
    /// A drive.
    Drive(Value<DriveName>),
    /// A slot.
    Slot(Value<u8>),
    /// A sector or a count of sectors.
    Number(Value<u64>),
    /// A word that says why.
    Word(&'static str),
}

/// An action named by its verb and its subject, such as `fail d0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionRef {
    /// The verb.
    pub verb: Verb,
    /// Whom it is done to.
    pub subject: Subject,
}
