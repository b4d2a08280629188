//! Why a block is not taken for the header of a bitmap.

use core::error::Error;
use core::fmt;

use crate::units::Uuid;

/// Why a bitmap is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Refusal {
    /// No magic number.
    NotBitmap,
    /// Version 3: bits in the order of the host that wrote them.
    HostEndian,
    /// Version 5: a bitmap for each node of a cluster.
    Clustered,
    /// Version 6: several bits with other meanings for each region.
    Lockless,
    /// A version that is not known.
    Version(u32),
    /// It belongs to this other set.
    Foreign(Uuid),
    /// So many bytes for a bit: no power of two, or below 512.
    Chunk(u32),
    /// No time between two passes.
    DaemonSleep,
    /// More writes behind than Linux can count.
    WriteBehind(u32),
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotBitmap => out.write_str("there is no bitmap"),
            Self::HostEndian => out.write_str("a bitmap of version 3 is not supported"),
            Self::Clustered => out.write_str("a bitmap of a cluster (version 5) is not supported"),
            Self::Lockless => out.write_str("a lockless bitmap (version 6) is not supported"),
            Self::Version(version) => write!(out, "a bitmap of version {version} is not known"),
            Self::Foreign(set) => write!(out, "the bitmap belongs to the set {set}"),
            Self::Chunk(bytes) => write!(out, "a bit of the bitmap stands for {bytes} bytes"),
            Self::DaemonSleep => out.write_str("the bitmap has no time between two passes"),
            Self::WriteBehind(writes) => write!(out, "the bitmap allows {writes} writes behind"),
        }
    }
}

impl Error for Refusal {}
