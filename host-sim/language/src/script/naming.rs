//! Actions named by a verb and a subject, such as `fail d0`.

use alloc::vec::Vec;

use super::action::{Action, Order};
use super::fault::Fault;
use super::trigger::ActionRef;
use super::value::{DriveName, LoadName, Value};

/// Whom an action is done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A drive.
    Drive(Value<DriveName>),
    /// A slot.
    Slot(Value<u8>),
    /// A load.
    Load(LoadName),
    /// The whole machine, which has no name: the verb says it all.
    Machine,
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// The verbs that a moment can be named by.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Verb {
            $($(#[$doc])* $variant,)*
        }

        impl Verb {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The verb as it is written.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

verbs! {
    /// [`Fault::Fail`] or [`Order::Fail`].
    Fail = "fail";
    /// [`Fault::Revive`].
    Revive = "revive";
    /// [`Fault::Timeout`].
    Timeout = "timeout";
    /// [`Fault::Unreadable`].
    Unreadable = "unreadable";
    /// [`Fault::WriteError`].
    WriteError = "write-error";
    /// [`Fault::Limp`].
    Limp = "limp";
    /// [`Fault::Recover`].
    Recover = "recover";
    /// [`Fault::Stall`].
    Stall = "stall";
    /// [`Fault::Pull`].
    Pull = "pull";
    /// [`Fault::Insert`].
    Insert = "insert";
    /// [`Fault::Swap`], with either slot.
    Swap = "swap";
    /// [`Fault::Glitch`], with any of the drives.
    Glitch = "glitch";
    /// [`Fault::Image`].
    Image = "image";
    /// [`Fault::Tear`].
    Tear = "tear";
    /// [`Fault::IgnoreFlush`].
    IgnoreFlush = "ignore-flush";
    /// [`Fault::FailFlush`].
    FailFlush = "fail-flush";
    /// [`Fault::PowerOff`].
    PowerOff = "power-off";
    /// [`Fault::PowerOn`].
    PowerOn = "power-on";
    /// [`Fault::PowerCut`].
    PowerCut = "power-cut";
    /// [`Fault::BrownOut`], with any of the drives.
    BrownOut = "brown-out";
    /// [`Fault::Reset`].
    Reset = "reset";
    /// [`Order::Remove`].
    Remove = "remove";
    /// [`Order::Replace`].
    Replace = "replace";
    /// [`Order::Rebuild`].
    Rebuild = "rebuild";
    /// [`Action::Start`].
    Start = "start";
    /// [`Action::Stop`], or [`Order::Stop`] without a load.
    Stop = "stop";
    /// [`Order::Assemble`].
    Assemble = "assemble";
}

impl Action {
    /// The verb and the subjects that the action can be named by, if any.
    #[must_use]
    pub fn named(&self) -> Option<(Verb, Vec<Subject>)> {
        let load = |verb, load: &LoadName| Some((verb, alloc::vec![Subject::Load(load.clone())]));
        match self {
            Self::Fault(fault) => Some(fault.named()),
            Self::Order(order) => order.named(),
            Self::Start(name) => load(Verb::Start, name),
            Self::Stop(name) => load(Verb::Stop, name),
            Self::Host(_) | Self::Hold { .. } => None,
        }
    }

    /// True if the action is the one that a moment is named by.
    ///
    /// A swept name is equal to itself only; bind the script to a point to compare what it stands for.
    #[must_use]
    pub fn is(&self, other: &ActionRef) -> bool {
        self.named()
            .is_some_and(|(verb, subjects)| verb == other.verb && subjects.contains(&other.subject))
    }

    /// True if there may be a point at which the action is the one that a moment is named by.
    pub(crate) fn may_be(&self, other: &ActionRef) -> bool {
        self.named().is_some_and(|(verb, subjects)| {
            verb == other.verb && subjects.iter().any(|subject| subject.may_be(&other.subject))
        })
    }
}

impl Subject {
    fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Drive(one), Self::Drive(other)) => {
                one == other || one.literal().is_none() || other.literal().is_none()
            }
            (Self::Slot(one), Self::Slot(other)) => {
                one == other || one.literal().is_none() || other.literal().is_none()
            }
            (one, other) => one == other,
        }
    }
}

fn each(drives: &[Value<DriveName>]) -> Vec<Subject> {
    drives.iter().cloned().map(Subject::Drive).collect()
}

fn machine(verb: Verb) -> (Verb, Vec<Subject>) {
    (verb, alloc::vec![Subject::Machine])
}

impl Fault {
    fn named(&self) -> (Verb, Vec<Subject>) {
        let (verb, drive) = match self {
            Self::Fail(drive) => (Verb::Fail, drive),
            Self::Revive(drive) => (Verb::Revive, drive),
            Self::Timeout { drive, .. } => (Verb::Timeout, drive),
            Self::Unreadable { drive, .. } => (Verb::Unreadable, drive),
            Self::WriteError { drive, .. } => (Verb::WriteError, drive),
            Self::Limp { drive, .. } => (Verb::Limp, drive),
            Self::Recover(drive) => (Verb::Recover, drive),
            Self::Stall { drive, .. } => (Verb::Stall, drive),
            Self::Pull(drive) => (Verb::Pull, drive),
            Self::Insert { drive, .. } => (Verb::Insert, drive),
            Self::Swap(one, other) => {
                let slots = [one, other].map(|slot| Subject::Slot(slot.clone()));
                return (Verb::Swap, slots.into());
            }
            Self::Image(drive) => (Verb::Image, drive),
            Self::Tear { drive, .. } => (Verb::Tear, drive),
            Self::IgnoreFlush { drive, .. } => (Verb::IgnoreFlush, drive),
            Self::FailFlush { drive, .. } => (Verb::FailFlush, drive),
            Self::Glitch { drives, .. } => return (Verb::Glitch, each(drives)),
            Self::BrownOut { drives, .. } => return (Verb::BrownOut, each(drives)),
            Self::PowerOff(_) => return machine(Verb::PowerOff),
            Self::PowerOn => return machine(Verb::PowerOn),
            Self::PowerCut { .. } => return machine(Verb::PowerCut),
            Self::Reset { .. } => return machine(Verb::Reset),
        };
        (verb, alloc::vec![Subject::Drive(drive.clone())])
    }
}

impl Order {
    fn named(&self) -> Option<(Verb, Vec<Subject>)> {
        let slot = |verb, slot: &Value<u8>| Some((verb, alloc::vec![Subject::Slot(slot.clone())]));
        match self {
            Self::Fail(it) => slot(Verb::Fail, it),
            Self::Remove(drive) => Some((Verb::Remove, alloc::vec![Subject::Drive(drive.clone())])),
            Self::Replace { slot: it, .. } => slot(Verb::Replace, it),
            Self::Rebuild { slot: it, .. } => slot(Verb::Rebuild, it),
            Self::Stop => Some(machine(Verb::Stop)),
            Self::Assemble(_) => Some(machine(Verb::Assemble)),
            Self::AddSpare { .. }
            | Self::RemoveSpare(_)
            | Self::CancelReplace(_)
            | Self::Pause(_)
            | Self::Resume(_)
            | Self::AcceptLosses
            | Self::Policy(_) => None,
        }
    }
}
