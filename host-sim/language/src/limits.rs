//! How large a vector may be.

/// Bytes of a file.
pub const FILE_BYTES: usize = 1 << 20;
/// Bytes of a line.
pub const LINE_BYTES: usize = 4096;
/// Statements, and as many expectations.
pub const STATEMENTS: usize = 10_000;
/// Drives.
pub const DRIVES: u64 = 64;
/// Slots of an array.
pub const MEMBERS: u64 = 32;
/// Bytes of a drive.
pub const DRIVE_BYTES: u64 = 1 << 50;
/// Commands that a drive takes at once, and requests of a load in flight.
pub const QUEUE: u64 = 255;
/// Loads.
pub const LOADS: usize = 64;
/// Requests of a load in a second.
pub const RATE: u64 = 1_000_000;
/// The N of the N-th, and the times that something happens.
pub const COUNT: u64 = u32::MAX as u64;
/// Sweeps.
pub const SWEEPS: usize = 16;
/// Points of all sweeps together.
pub const POINTS: u64 = 10_000_000;
/// The largest time, in microseconds: 100 years of 365 days.
pub const TIME_MICROS: u64 = 100 * 365 * 24 * 3600 * 1_000_000;
/// Mistakes that are listed.
pub const DIAGNOSTICS: usize = 100;
