//! The array, its drives, its policies and its loads.

use alloc::string::String;

use super::action::Sectors;
use super::value::{DriveName, LoadName, Percent, Rate, Time, Value};

/// The shape of the array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    /// Copies of each chunk: 2 or 3.
    pub near: u8,
    /// Members: 2 to 32, and not fewer than the copies.
    pub members: u8,
    /// Bytes of a chunk: a power of two, 4 KiB to 4 MiB.
    pub chunk: u64,
    /// What the members hold at the start.
    pub sync: Sync,
    /// Whether the array's records are on the drives. If not, they are in the controller's memory and lost with its
    /// power.
    pub metadata: bool,
    /// The folder of images of drives that the array begins with, as seen from the vector's file. If there is none, the
    /// array is made anew.
    pub from: Option<String>,
}

impl Array {
    /// True if two slots are copies of each other for some chunk.
    #[must_use]
    pub fn same_mirror(&self, one: u8, other: u8) -> bool {
        let (near, members) = (u32::from(self.near), u32::from(self.members));
        let slots = [u32::from(one), u32::from(other)];
        if one == other || members == 0 || slots.iter().any(|slot| *slot >= members) {
            return false;
        }
        (0..members).any(|chunk| {
            let holds = |slot| (0..near).any(|copy| (chunk * near + copy) % members == slot);
            slots.into_iter().all(holds)
        })
    }
}

/// What the members hold at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// All copies are equal, as on blank drives: nothing is to be done.
    None,
    /// Copies may differ: the first copy is spread over the others.
    Initial,
}

/// One drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriveSpec {
    /// Its name.
    pub name: DriveName,
    /// Its bytes.
    pub size: u64,
    /// What it is, with the figures that go with it.
    pub model: Model,
    /// Bytes of a physical sector, 512 or 4096.
    pub physical: Option<u64>,
    /// Sequential reads, in place of the model's figure.
    pub read: Option<Rate>,
    /// Sequential writes, in place of the model's figure.
    pub write: Option<Rate>,
    /// The mean time to the first byte of a random access, in place of the model's figure.
    pub access: Option<Time>,
    /// Its write cache, in place of the model's.
    pub cache: Option<Cache>,
    /// Commands it takes at once, in place of the model's figure.
    pub queue: Option<u64>,
    /// The lot it was made in.
    pub batch: Option<String>,
    /// Where it is at the start.
    pub place: Place,
    /// What it holds at the start.
    pub content: Content,
}

/// The kinds of drives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Model {
    /// A hard disk.
    #[default]
    Hdd,
    /// A solid-state drive.
    Ssd,
    /// An SD card.
    Sd,
    /// Memory: no delays worth the name.
    Ram,
}

/// The write cache of a drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cache {
    /// It forgets what was not flushed when the power goes.
    Volatile,
    /// There is none: what is acknowledged is durable.
    None,
}

/// Where a drive is at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In the next slot, in order of declaration.
    Member,
    /// In nobody's slot; a statement may insert it.
    Shelf,
    /// A hot spare, for one slot or for all.
    Spare(Option<u8>),
}

/// What a drive holds at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// Nothing.
    #[default]
    Blank,
    /// Something that is not ours.
    Foreign,
    /// What the image of its name holds, of those that the array begins with.
    Image,
}

/// A policy and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The policy.
    pub knob: Knob,
    /// Its value, of the knob's kind.
    pub value: KnobValue,
}

/// The value of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnobValue {
    /// A time.
    Time(Value<Time>),
    /// A share.
    Percent(Value<Percent>),
    /// A rate.
    Rate(Rate),
    /// A number.
    Number(Value<u64>),
    /// `on` or `off`.
    Switch(bool),
    /// What a failed array still does.
    Salvage(Salvage),
}

/// What a failed array still does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Salvage {
    /// Nothing.
    None,
    /// It reads what it can.
    ReadOnly,
    /// It reads and writes what it can.
    ReadWrite,
}

/// What the value of a policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnobKind {
    /// A time of at least so many microseconds.
    Time(u64),
    /// A whole number of percent.
    Percent,
    /// At least so many bytes per second, or `unlimited`.
    Rate(u64),
    /// A number from the first to the second.
    Number(u64, u64),
    /// `on` or `off`.
    Switch,
    /// One of the words of [`Salvage`].
    Salvage,
}

/// A millisecond, in microseconds: what waits for less than that never does anything else.
const MILLISECOND: u64 = 1000;
/// A second, in microseconds.
const SECOND: u64 = 1_000_000;

macro_rules! knobs {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $kind:expr;)*) => {
        /// The policies of the engine, by the names of its fields.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Knob {
            $($(#[$doc])* $variant,)*
        }

        impl Knob {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name as it is written.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What its value is.
            #[must_use]
            pub const fn kind(self) -> KnobKind {
                match self {
                    $(Self::$variant => $kind,)*
                }
            }
        }
    };
}

knobs! {
    /// How long a drive may take over one command.
    CommandTimeout = "command-timeout", KnobKind::Time(MILLISECOND);
    /// How long a drive may take over an abort.
    AbortTimeout = "abort-timeout", KnobKind::Time(MILLISECOND);
    /// The share of a target's time that a rebuild gets while the host is active.
    RebuildRate = "rebuild-rate", KnobKind::Percent;
    /// What a rebuild makes at least.
    RebuildMin = "rebuild-min", KnobKind::Rate(0);
    /// What a rebuild makes at most.
    RebuildMax = "rebuild-max", KnobKind::Rate(1);
    /// What a failed array still does.
    Salvage = "salvage", KnobKind::Salvage;
    /// Whether spares are taken without an order.
    AutoRebuild = "auto-rebuild", KnobKind::Switch;
    /// Whether ailing members are copied without an order.
    AutoReplace = "auto-replace", KnobKind::Switch;
    /// Errors after which a drive is ailing.
    ErrorLimit = "error-limit", KnobKind::Number(1, u16::MAX as u64);
    /// The time in which an error count halves.
    ErrorHalfLife = "error-half-life", KnobKind::Time(MILLISECOND);
    /// How many times slower than its peers a limping drive is; 0: nobody looks.
    LimpRatio = "limp-ratio", KnobKind::Number(0, u16::MAX as u64);
    /// For how long a drive limps before it is ailing.
    LimpTime = "limp-time", KnobKind::Time(0);
    /// How often a drive may leave before it is quarantined; 0: it never is.
    FlapLimit = "flap-limit", KnobKind::Number(0, u8::MAX as u64);
    /// How long the first quarantine lasts.
    Quarantine = "quarantine", KnobKind::Time(0);
    /// How often the members are flushed in the background.
    CleanInterval = "clean-interval", KnobKind::Time(MILLISECOND);
    /// How often an idle spare is proven again: a proof takes a moment.
    ProofInterval = "proof-interval", KnobKind::Time(SECOND);
    /// For how long assembly waits for members that are absent.
    SettleTime = "settle-time", KnobKind::Time(0);
    /// After how long without a write the array is marked clean.
    CleanDelay = "clean-delay", KnobKind::Time(MILLISECOND);
}

/// Host I/O that goes on for a while, drawn from a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadSpec {
    /// Its name.
    pub name: LoadName,
    /// What it is drawn from.
    pub seed: Value<u64>,
    /// The share of reads.
    pub read: Percent,
    /// The share of trims; the rest are writes.
    pub trim: Percent,
    /// The smallest request in bytes.
    pub smallest: u64,
    /// The largest request in bytes.
    pub largest: u64,
    /// The array sectors it touches.
    pub span: Sectors,
    /// Requests per second; as many as the queue lets through if not said.
    pub rate: Option<u64>,
    /// Requests in flight at most.
    pub queue: u64,
    /// A flush after so many writes; none if not said.
    pub flush: Option<u64>,
}
