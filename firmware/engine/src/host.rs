//! What a host asks of the array, and what it is told.

use crate::units::{ArrayLba, SectorCount};

/// Names one accepted request until its reply is drained. The low 8 bits are the request's place in the
/// engine's table, below [`REQUESTS`](crate::config::REQUESTS), so a port can keep buffers in an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RequestId(pub u32);

impl RequestId {
    /// The request's place in the engine's table.
    #[must_use]
    pub const fn index(self) -> usize {
        (self.0 & 0xFF) as usize
    }
}

/// A host request. A flush has no range: `lba` and `count` are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HostRequest {
    /// What to do.
    pub op: HostOp,
    /// The first sector.
    pub lba: ArrayLba,
    /// How many sectors.
    pub count: SectorCount,
}

/// What a host request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum HostOp {
    /// Read the range into the request's buffer.
    Read,
    /// Write the range from the request's buffer.
    Write,
    /// Write the range; reply only when it is durable.
    WriteDurable,
    /// Make everything durable that was acknowledged before.
    Flush,
    /// Release the range; it reads as zeros afterwards.
    Trim,
    /// Make the range read as zeros.
    WriteZeroes,
}

impl HostOp {
    /// True for what changes the array's content.
    #[must_use]
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub const fn is_write(self) -> bool {
        matches!(self, Self::Write | Self::WriteDurable | Self::Trim | Self::WriteZeroes)
    }
}

/// The end of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Reply {
    /// Which request.
    pub request: RequestId,
    /// How it ended.
    pub result: Result<(), HostError>,
}

/// Why a request failed after it was accepted. A failed write may be on the array in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum HostError {
    /// No valid copy of this sector can be reached, now. A read names the first such sector of its range.
    Lost(ArrayLba),
    /// A valid copy of this sector exists, and its drive failed the read for a reason not in its medium. It
    /// may succeed later.
    NotRead(ArrayLba),
    /// No copy of this sector could be written.
    NotWritten(ArrayLba),
    /// No member could make its part durable.
    NotFlushed,
    /// The array is failed and its salvage policy allows no writes.
    ReadOnly,
    /// The array is failed and its salvage policy allows no I/O.
    Offline,
}

/// Why a request or a command was not accepted. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// From one on, so that what is not refused is zero.
pub enum Refusal {
    /// All request slots are taken: submit again after a reply.
    Busy = 1,
    /// The range does not lie in the array.
    OutOfRange,
    /// A read or write of no sectors.
    Empty,
    /// The range does not start and end on the array's physical sectors.
    Misaligned,
    /// No such slot in this array.
    NoSuchSlot,
    /// No such drive, or it is not there.
    NoSuchDrive,
    /// The drive is no spare and free for none: it is a member, a target, or foreign.
    DriveInUse,
    /// The drive holds something that is not ours; add it by name with `force`.
    DriveForeign,
    /// The drive has fewer sectors than a member needs.
    DriveTooSmall,
    /// The drive's physical sectors are larger than 4 KiB, or than those that the array was made with.
    SectorTooLarge,
    /// The drive failed its proof or has failed before.
    DriveNotProven,
    /// What would have to be recorded is in more pieces than there is room for: overwrite or restore some.
    TooFragmented,
    /// There is no spare to take.
    NoSpare,
    /// The slot is already being rebuilt or replaced.
    AlreadyRunning,
    /// Nothing of the kind is running.
    NotRunning,
    /// The drive holds the last valid copy of something.
    LastCopy,
    /// The array is not in a state in which the command makes sense.
    WrongState,
}
