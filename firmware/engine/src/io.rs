//! What the engine asks of drives, and what drives answer.
//!
//! The contract between the engine and a port:
//!
//! * Commands to one drive are started in the order in which [`Engine::poll_io`](crate::Engine::poll_io) yields them; they may complete
//!   in any order.
//! * From the moment a command is yielded until its completion is handed in, the command owns the
//!   sectors of the buffer it names. Several writes may share one buffer.
//! * A command that was aborted still owns its buffer until it completes, as a rule with
//!   [`IoFault::Aborted`], sometimes with the outcome it had reached.
//! * [`IoOp::Reset`] ends every other command of the drive: the port completes them with
//!   [`IoFault::Aborted`] before it completes the reset.
//! * [`IoOp::Isolate`] always completes, with [`Outcome::Done`]. It is the port's word that the drive
//!   will touch no buffer any more (its power is off, its DMA channel is shut).
//! * When a drive leaves, the port reports [`DriveChange::Left`]; commands to it are over by that word
//!   alone and never complete.

use crate::units::{DriveId, MemberLba, SectorCount};
use crate::{RequestId, Slot};

/// Names one command from the time it is yielded until it completes. Never used twice in the life of
/// an engine until 2^24 further commands have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IoId(pub u32);

/// A buffer that the port keeps. The engine never sees the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum BufferId {
    /// The data buffer of a host request.
    Host(RequestId),
    /// One of the port's [`SYNC_WINDOWS`](crate::config::SYNC_WINDOWS) copy buffers of
    /// [`WINDOW_SECTORS`](crate::config::WINDOW_SECTORS) each.
    Sync(u8),
    /// [`PROOF_SECTORS`](crate::config::PROOF_SECTORS) of a pattern of the port's choice that is not all zeros; the engine
    /// has a physical sector of it written to a spare and compared. It is never written to.
    Proof,
    /// One of the port's [`METADATA_BUFFERS`](crate::config::METADATA_BUFFERS) buffers of
    /// [`METADATA_SECTORS`](crate::config::METADATA_SECTORS) each, for the engine's own records. The engine fills it with
    /// [`Engine::fill_metadata`](crate::Engine::fill_metadata) before a write, and is given what was read with
    /// [`Engine::handle_metadata`](crate::Engine::handle_metadata).
    Metadata(u8),
}

/// A place in a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Buffer {
    /// Which buffer.
    pub id: BufferId,
    /// Sectors from the buffer's start.
    pub offset: u32,
}

/// One command to one drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IoCommand {
    /// The command's name, to be given back with its completion.
    pub id: IoId,
    /// The drive it goes to.
    pub drive: DriveId,
    /// What to do.
    pub op: IoOp,
    /// On whose behalf.
    pub class: IoClass,
    /// Sectors of the drive before sector 0 of the command's extent: where the data area starts. Zero for the engine's own
    /// records, which lie in front of it.
    pub origin: SectorCount,
    /// Which step of the engine's own records it is, if it is one.
    pub step: Option<Step>,
}

/// The steps by which the engine's own records reach the drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Step {
    /// A drive's label is read.
    Label,
    /// A frame, or the header of the bitmap that goes with it, is written.
    Frame,
    /// A log of bad blocks is written.
    Log,
    /// A drive makes durable what the superblock will vouch for.
    CommitFlush,
    /// A superblock is written.
    Superblock,
    /// Bits of the write-intent bitmap are set.
    BitsSet,
    /// Bits of the write-intent bitmap are cleared.
    BitsClear,
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 7] = [
        Self::Label,
        Self::Frame,
        Self::Log,
        Self::CommitFlush,
        Self::Superblock,
        Self::BitsSet,
        Self::BitsClear,
    ];

    /// The word in vectors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Frame => "frame",
            Self::Log => "log",
            Self::CommitFlush => "commit-flush",
            Self::Superblock => "superblock",
            Self::BitsSet => "bits-set",
            Self::BitsClear => "bits-clear",
        }
    }
}

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum IoOp {
    /// Read sectors into a buffer.
    Read(Extent, Buffer),
    /// Write sectors from a buffer. Durable only after a flush.
    Write(Extent, Buffer),
    /// Write sectors from a buffer; complete only when they are durable (FUA).
    WriteDurable(Extent, Buffer),
    /// Read sectors and compare them with a buffer, which stays as it is. Completes with
    /// [`Outcome::Done`] when they are equal, with [`Outcome::Mismatch`] when not.
    Compare(Extent, Buffer),
    /// Make sectors read as zeros. With `unmap` the drive may release them, if they then read as zeros.
    WriteZeroes {
        /// The sectors.
        extent: Extent,
        /// Whether the drive may release the sectors.
        unmap: bool,
    },
    /// Make everything durable that completed before this command was yielded.
    Flush,
    /// Ask the drive to give up an earlier command. Has no completion of its own: the earlier command
    /// completes.
    Abort(IoId),
    /// Reset the drive or its link.
    Reset,
    /// Cut the drive off from all buffers, for good.
    Isolate,
}

/// Consecutive sectors of a member's data area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Extent {
    /// The first sector.
    pub start: MemberLba,
    /// How many; at least 1.
    pub count: SectorCount,
}

impl Extent {
    /// The extent from `start` to just before `end`.
    #[must_use]
    pub fn new(start: MemberLba, end: MemberLba) -> Self {
        Self { start, count: end - start }
    }

    /// The first sector after the extent.
    #[must_use]
    pub fn end(self) -> MemberLba {
        self.start + self.count
    }

    /// True if the two have a sector in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end() && other.start < self.end()
    }
}

/// As [`Extent`], for what one command moves: that is little, so a short number tells how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Stretch {
    pub(crate) start: MemberLba,
    pub(crate) count: u32,
}

impl Stretch {
    /// That of commands that move nothing.
    pub(crate) const NONE: Self = Self { start: MemberLba(0), count: 0 };

    pub(crate) fn sectors(self) -> SectorCount {
        SectorCount(u64::from(self.count))
    }

    pub(crate) fn end(self) -> MemberLba {
        self.start + self.sectors()
    }

    /// Takes so many sectors off its beginning.
    pub(crate) fn skip(&mut self, count: u32) {
        self.start.0 += u64::from(count);
        self.count -= count;
    }
}

/// On whose behalf a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum IoClass {
    /// A request of the host.
    Host,
    /// Rebuild, resync, replacement: a window of the copy machine.
    Rebuild,
    /// The repair of single sectors, with its read-back.
    Repair,
    /// The proof of a spare, a probe of a drive.
    Probe,
    /// The engine's own records.
    Metadata,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Outcome {
    /// As asked.
    Done,
    /// A compare found a difference.
    Mismatch,
    /// It failed. What a failed write left on the drive is unknown.
    Fault(IoFault),
}

/// Why a command failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// From two on: below is how else a command ends.
pub enum IoFault {
    /// At least one of the sectors cannot be read or written. The drive as a whole works.
    Medium = 2,
    /// The drive says that it is broken, or cannot do the command for a reason not in its medium.
    Hardware,
    /// The command was given up after an abort or a reset.
    Aborted,
    /// There is no drive, or it no longer answers on its link.
    Gone,
}

/// A drive came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum DriveChange {
    /// The drive is there and answers.
    Arrived(DriveInfo),
    /// The drive is gone; its commands are over and touch no buffer.
    Left,
}

/// What a port knows of a drive that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DriveInfo {
    /// Its sectors. An array whose records are kept in memory uses them from the first on.
    pub size: SectorCount,
    /// Its physical sector, a power of two of sectors: 1, or 8 on a 4Kn drive.
    pub physical: SectorCount,
    /// Whether it keeps completed writes in a volatile cache until a flush.
    pub volatile_cache: bool,
    /// Whether it lost power since it was last seen, and with it what its cache held (SPC-4 additional
    /// sense 29h/01h, ATA power-cycle count). False after a mere loss of the link.
    pub power_cycled: bool,
    /// The array slot that belongs to the bay it is plugged into, where the enclosure has such an order.
    pub bay: Option<Slot>,
    /// What is on it.
    pub content: Content,
}

/// What is on a drive that arrives, as far as a look at its first sectors tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Content {
    /// Nothing: no label of any kind.
    Blank,
    /// A label of this array. The engine knows the drive by its [`DriveId`].
    Ours,
    /// A label of something else. Never written without a command.
    Foreign,
}
