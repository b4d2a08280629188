//! What is done.

use alloc::vec::Vec;

use super::machine::Setting;
use super::trigger::{ActionRef, Trigger};
use super::value::{DriveName, LoadName, Time, Value};

/// One action at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// When.
    pub trigger: Trigger,
    /// What.
    pub action: Action,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The host asks the array for something.
    Host(HostIo),
    /// A load begins.
    Start(LoadName),
    /// A load ends.
    Stop(LoadName),
    /// Something happens to drives.
    Fault(Fault),
    /// The operator gives an order.
    Order(Order),
    /// The completion of the command that triggered the statement, always a [`Trigger::On`], is held
    /// back until another moment.
    Hold {
        /// The other moment.
        until: Trigger,
    },
}

/// A request of the host. Ranges are array sectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostIo {
    /// Write.
    Write {
        /// Where.
        range: Sectors,
        /// Chooses the content; default 0.
        pattern: Value<u64>,
        /// Through all caches before it is acknowledged.
        fua: bool,
    },
    /// Read, and compare with what was written.
    Read(Sectors),
    /// Tell the array that the content is not needed any more.
    Trim(Sectors),
    /// Write zeroes.
    Zero(Sectors),
    /// Make durable what was acknowledged.
    Flush,
}

/// A range of sectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sectors {
    /// All there are.
    All,
    /// Some.
    Range {
        /// The first.
        first: Value<u64>,
        /// The end.
        end: SectorsEnd,
    },
}

/// Where a range of sectors ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SectorsEnd {
    /// Before this sector.
    Before(Value<u64>),
    /// After so many sectors. Only if the first sector or the count is swept: else the range is stored
    /// with its end.
    Count(Value<u64>),
}

impl Sectors {
    /// A range with both ends written out: the end is excluded.
    #[must_use]
    pub const fn literal(first: u64, end: u64) -> Self {
        Self::Range {
            first: Value::Literal(first),
            end: SectorsEnd::Before(Value::Literal(end)),
        }
    }

    /// The same range, with its end instead of its count if nothing in it is swept.
    pub(crate) fn settled(self) -> Self {
        match self {
            Self::Range {
                first: Value::Literal(first),
                end: SectorsEnd::Count(Value::Literal(count)),
            } => Self::literal(first, first.saturating_add(count)),
            other => other,
        }
    }

    /// First sector and excluded end on something with `size` sectors; `None` while something in it is
    /// swept. The end may lie beyond `size` only if it is written so.
    #[must_use]
    pub fn resolve(&self, size: u64) -> Option<(u64, u64)> {
        match self {
            Self::All => Some((0, size)),
            Self::Range { first, end } => {
                let first = *first.literal()?;
                let end = match end {
                    SectorsEnd::Before(end) => *end.literal()?,
                    SectorsEnd::Count(count) => first.saturating_add(*count.literal()?),
                };
                Some((first, end))
            }
        }
    }
}

/// What happens to drives. Ranges are member sectors: 0 is the first data sector of the drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The drive answers every command with an error, until it is revived.
    Fail(Value<DriveName>),
    /// A failed drive works again, with its content as it was.
    Revive(Value<DriveName>),
    /// The drive completes no command.
    Timeout {
        /// The drive.
        drive: Value<DriveName>,
        /// For how long; for good if not said.
        lasting: Option<Value<Time>>,
        /// Aborts are not answered either.
        abort_fails: bool,
    },
    /// Reads of these sectors fail.
    Unreadable {
        /// The drive.
        drive: Value<DriveName>,
        /// The sectors.
        range: Sectors,
        /// What ends it.
        healing: Healing,
    },
    /// Writes of these sectors fail.
    WriteError {
        /// The drive.
        drive: Value<DriveName>,
        /// The sectors.
        range: Sectors,
        /// How often.
        times: Repeats,
    },
    /// The drive is so many times slower, until it recovers.
    Limp {
        /// The drive.
        drive: Value<DriveName>,
        /// How many times; at least 1.
        factor: Value<u64>,
        /// At what.
        ops: LimpOps,
    },
    /// The drive no longer limps, stalls or lets commands time out.
    Recover(Value<DriveName>),
    /// The drive completes nothing for a while.
    Stall {
        /// The drive.
        drive: Value<DriveName>,
        /// For how long.
        lasting: Value<Time>,
        /// Again and again with this period, until it recovers.
        every: Option<Value<Time>>,
    },
    /// The drive is taken out of its bay.
    Pull(Value<DriveName>),
    /// A drive is put in.
    Insert {
        /// The drive.
        drive: Value<DriveName>,
        /// The bay of which slot; the one it was pulled from if not said, else a bay of its own.
        slot: Option<Value<u8>>,
        /// Wiped before.
        blank: bool,
    },
    /// The drives in the bays of two slots change places.
    Swap(Value<u8>, Value<u8>),
    /// Drives vanish together and come back together with their content.
    Glitch {
        /// The drives, at least one.
        drives: Vec<Value<DriveName>>,
        /// For how long.
        lasting: Value<Time>,
    },
}

/// What ends a read error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Healing {
    /// A write of the sector.
    Write,
    /// The first read of the sector, which fails.
    Once,
    /// Nothing: `sticky`.
    Never,
}

/// How often an error strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// So many commands fail; default 1.
    Times(Value<u64>),
    /// All commands fail.
    Always,
}

/// What a limping drive is slow at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimpOps {
    /// All commands.
    All,
    /// Reads.
    Read,
    /// Writes.
    Write,
}

/// An order of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Declare the member of a slot failed.
    Fail(Value<u8>),
    /// Release a drive.
    Remove(Value<DriveName>),
    /// Make a drive a hot spare.
    AddSpare {
        /// The drive.
        drive: Value<DriveName>,
        /// The only slot it is for.
        slot: Option<Value<u8>>,
        /// Whatever it holds.
        force: bool,
    },
    /// Release a hot spare.
    RemoveSpare(Value<DriveName>),
    /// Copy a serving member to another drive, which takes its slot.
    Replace {
        /// The slot.
        slot: Value<u8>,
        /// The other drive; the best spare if not said.
        with: Option<Value<DriveName>>,
    },
    /// Stop a replacement.
    CancelReplace(Value<u8>),
    /// Fill a drive for a slot.
    Rebuild {
        /// The slot.
        slot: Value<u8>,
        /// The drive.
        with: Value<DriveName>,
        /// Whatever it holds.
        force: bool,
    },
    /// Hold a slot's rebuild, resync or replacement.
    Pause(Value<u8>),
    /// Let it go on.
    Resume(Value<u8>),
    /// Leave the salvage state with the losses as they are.
    AcceptLosses,
    /// Change policies.
    Policy(Vec<Setting>),
}

/// Whom an action is done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A drive.
    Drive(Value<DriveName>),
    /// A slot.
    Slot(Value<u8>),
    /// A load.
    Load(LoadName),
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
    /// [`Order::Remove`].
    Remove = "remove";
    /// [`Order::Replace`].
    Replace = "replace";
    /// [`Order::Rebuild`].
    Rebuild = "rebuild";
    /// [`Action::Start`].
    Start = "start";
    /// [`Action::Stop`].
    Stop = "stop";
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
            verb == other.verb
                && subjects
                    .iter()
                    .any(|subject| subject.may_be(&other.subject))
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
            Self::Glitch { drives, .. } => {
                let drives = drives.iter().cloned().map(Subject::Drive);
                return (Verb::Glitch, drives.collect());
            }
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
