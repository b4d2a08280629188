//! Capacities: every table of the engine has its size from here.
//!
//! The number of drives is the engine's one generic parameter, since boards differ in it most. The rest is
//! the same on every machine, so that a vector runs the same everywhere.

/// Host requests that may be in flight at once; one more is refused as busy.
pub const REQUESTS: usize = 32;
/// Host request segments (a part of a request within one chunk) in flight at once, over all requests.
pub const SEGMENTS: usize = 24;
/// Drive commands in flight at once, over all drives.
pub const IOS: usize = 48;
/// Drive commands in flight at once on one drive.
pub const QUEUE_DEPTH: u8 = 16;
/// Copy windows in flight at once, over all rebuilds; each has a buffer at the port.
pub const SYNC_WINDOWS: usize = 8;
/// Copy windows in flight at once for one target.
pub const WINDOWS_PER_TARGET: u8 = 4;
/// Sectors of one copy window, and so of a buffer of the port.
pub const WINDOW_SECTORS: u64 = 128;
/// Sectors of the pattern with which spares are proven, and of the largest physical sector of a new member: 4 KiB, so that
/// no record shares one with another.
pub const PROOF_SECTORS: u64 = 8;
/// Buffers for the engine's own records; each is the port's.
pub const METADATA_BUFFERS: usize = 4;
/// Sectors of one such buffer.
pub const METADATA_SECTORS: u64 = 16;
/// Sectors that one drive command of a host request moves at most.
pub const MAX_IO_SECTORS: u64 = 1024;
/// Regions into which a member's data area is divided to record what is dirty or stale.
pub const REGIONS: usize = 512;
/// Exact ranges, over all drives, that differ from what their region's record says.
pub const RANGES: usize = 64;
/// Extents, over all drives, that one drive alone has and may have in its cache only.
pub const SOLE_WRITES: usize = 16;
/// Events kept until the caller drains them; the oldest are dropped and counted beyond.
pub const EVENTS: usize = 20;
/// The largest number of copies.
pub const COPIES_MAX: usize = 3;
/// The largest number of members.
pub const MEMBERS_MAX: usize = 32;
