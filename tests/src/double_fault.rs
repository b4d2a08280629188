//! The double-fault matrix: a rebuild runs, and something else goes wrong.
//!
//! Every cell is generated: a shape, a drive's part in the rebuild, a kind of fault, a moment of the
//! rebuild. The vector of a cell is text like any other, so a cell that fails can be stored and replayed.

/// Copies and members of the shapes in the matrix.
pub const SHAPES: [(u8, u8); 6] = [(2, 4), (2, 5), (2, 6), (3, 4), (3, 5), (3, 6)];

/// A drive's part in the rebuild of slot 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The drive that is read.
    Source,
    /// The drive that is filled.
    Target,
    /// Another member of the mirror set.
    SameSet,
    /// A member of another mirror set.
    OtherSet,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails every command from then on.
    Dies,
    /// It cannot read some sectors.
    ReadError,
    /// It cannot write some sectors, for a while.
    WriteError,
    /// It answers nothing for longer than a command may take.
    TimeOut,
    /// It becomes fifty times slower.
    Limps,
    /// It is pulled, and is back a second later.
    PulledAndBack,
    /// Some flushes fail, and what they were to make durable is gone.
    DropsCache,
    /// All flushes fail from then on, and make nothing durable.
    CannotFlush,
}

/// When it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before the first window is read.
    BeforeFirstWindow,
    /// While a window is being written.
    InWindow,
    /// When a window is over and the next has not begun.
    BetweenWindows,
    /// While the last window is being written.
    LastWindow,
    /// While the last flush runs, before the target takes the slot.
    Promotion,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 4] = [Self::Source, Self::Target, Self::SameSet, Self::OtherSet];

    /// The drive that has the part; `None` where the shape has no such drive: a mirror of two has no third
    /// member, and with 4 or 5 members and 3 copies every drive shares a set with slot 1.
    #[must_use]
    pub const fn drive(self, shape: (u8, u8)) -> Option<&'static str> {
        match (self, shape) {
            (Self::Source, _) => Some("d0"),
            (Self::Target, _) => Some("s0"),
            (Self::SameSet, (2, 4 | 6)) | (Self::OtherSet, (3, 4 | 5)) => None,
            (Self::SameSet, _) => Some("d2"),
            (Self::OtherSet, _) => Some("d3"),
        }
    }
}

impl Fault {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Dies,
        Self::ReadError,
        Self::WriteError,
        Self::TimeOut,
        Self::Limps,
        Self::PulledAndBack,
        Self::DropsCache,
        Self::CannotFlush,
    ];

    fn statements(self, moment: &str, drive: &str) -> String {
        let slot = if drive == "s0" { "1" } else { &drive[1..] };
        match self {
            Self::Dies => format!("{moment}  fail {drive}\n"),
            Self::ReadError => format!("{moment}  unreadable {drive} 1500..1504\n"),
            Self::WriteError => format!("{moment}  write-error {drive} 2000..2004 times=3\n"),
            Self::TimeOut => format!("{moment}  timeout {drive} for 3s\n"),
            Self::Limps => format!("{moment}  limp {drive} x50\n"),
            Self::DropsCache => format!("{moment}  fail-flush {drive} times=2 drop\n"),
            Self::CannotFlush => format!("{moment}  fail-flush {drive}\n"),
            Self::PulledAndBack => format!(
                "{moment}  pull {drive}\nafter pull {drive} + 1s  insert {drive} slot={slot}\n"
            ),
        }
    }
}

impl Moment {
    /// All moments.
    pub const ALL: [Self; 5] = [
        Self::BeforeFirstWindow,
        Self::InWindow,
        Self::BetweenWindows,
        Self::LastWindow,
        Self::Promotion,
    ];

    const fn trigger(self) -> &'static str {
        match self {
            Self::BeforeFirstWindow => "on event rebuild-started(1)",
            Self::InWindow => "on write#5 s0 class=rebuild",
            Self::BetweenWindows => "when rebuild(1) >= 40%",
            // 2 MiB in windows of 64 KiB.
            Self::LastWindow => "on write#32 s0 class=rebuild",
            Self::Promotion => "on flush#1 s0 class=rebuild",
        }
    }
}

/// The vector of a cell; `None` where the shape has no drive with that part.
#[must_use]
pub fn vector(shape: (u8, u8), part: Part, fault: Fault, moment: Moment) -> Option<String> {
    let drive = part.drive(shape)?;
    let (near, members) = shape;
    let last = members - 1;
    let name = format!("{part:?}-{fault:?}-{moment:?}").to_lowercase();
    let fault = fault.statements(moment.trigger(), drive);
    Some(format!(
        "vector near{near}-{members}-{name} \"Generated: a second fault in a rebuild\"
format 1
tags generated double-fault
array near={near} members={members} chunk=64KiB
drive d0..d{last} size=2MiB model=hdd
drive s0 size=2MiB model=hdd shelf
policy rebuild-rate=100% rebuild-max=4MB/s command-timeout=1s abort-timeout=500ms
load w seed=7 read=40% size=4KiB..16KiB span=all rate=300/s queue=4 flush=32
at 0s  write all pattern=1
at 1s  start w
at 2s  pull d1
at 3s  insert s0 slot=1 blank
{fault}at 12s  stop w
expect lost computed
finally quiesce ; read all
"
    ))
}
