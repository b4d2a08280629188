//! Units as types: only the operators that mean something exist.
//!
//! A sector is 512 bytes throughout, whatever the physical sector of a drive is.

use core::ops::{Add, AddAssign, Sub, SubAssign};

/// Bytes in one sector.
pub const SECTOR_BYTES: u64 = 512;

/// Lowers a number to another one, if that is lower.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(crate) fn lower(number: &mut u64, to: u64) {
    *number = to.min(*number);
}

/// What is left of a number; none if that is more.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(crate) const fn less(number: u64, by: u64) -> u64 {
    number.saturating_sub(by)
}

/// Raises a number to another one, if that is higher.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(crate) fn raise(number: &mut u64, to: u64) {
    *number = to.max(*number);
}

/// What a function was given, to be looked at by itself: else all that call it are made to read the parts that it needs, and hand
/// over those.
#[inline(always)]
pub(crate) const fn whole<T>(given: &T) -> &T {
    if cfg!(target_pointer_width = "32") { core::hint::black_box(given) } else { given }
}

macro_rules! lba {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name(pub u64);

        impl Add<SectorCount> for $name {
            type Output = Self;
            fn add(self, count: SectorCount) -> Self {
                Self(self.0 + count.0)
            }
        }

        impl AddAssign<SectorCount> for $name {
            fn add_assign(&mut self, count: SectorCount) {
                self.0 += count.0;
            }
        }

        impl Sub for $name {
            type Output = SectorCount;
            fn sub(self, start: Self) -> SectorCount {
                SectorCount(self.0 - start.0)
            }
        }
    };
}

lba! {
    /// A sector's address in the array, as the host sees it.
    ArrayLba
}
lba! {
    /// A sector's address in the data area of a member: 0 is the first data sector of the drive.
    MemberLba
}

/// A number of sectors of 512 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SectorCount(pub u64);

impl SectorCount {
    /// No sectors.
    pub const ZERO: Self = Self(0);

    /// The count in bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0 * SECTOR_BYTES
    }

    /// The sectors that fit into `bytes`; a remainder is dropped.
    #[must_use]
    pub const fn from_bytes(bytes: u64) -> Self {
        Self(bytes / SECTOR_BYTES)
    }

    /// True for zero sectors.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for SectorCount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for SectorCount {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for SectorCount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl SubAssign for SectorCount {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

/// A place in the array's table of members: 0 to 31. Not the bay a drive is plugged into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Slot(pub u8);

impl Slot {
    /// The slot as an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One physical drive. The port hands out the numbers and keeps a drive's number as long as the engine
/// lives, also while the drive is away; numbers lie below the engine's `DRIVES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DriveId(pub u8);

impl DriveId {
    /// No drive: no table has so many.
    pub(crate) const NOBODY: Self = Self(u8::MAX);

    /// The drive's number as an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A point of the caller's monotonic clock, in microseconds since some start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Instant(pub u64);

impl Instant {
    /// When that is due which is not due at all. No clock comes so far.
    pub(crate) const NEVER: Self = Self(u64::MAX);

    /// The earlier of two.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn or_sooner(self, other: Self) -> Self {
        self.min(other)
    }

    /// The time since `earlier`; zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(less(self.0, earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

/// A span of time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Duration(pub u64);

impl Duration {
    /// No time.
    pub const ZERO: Self = Self(0);

    /// A span of whole microseconds.
    #[must_use]
    pub const fn micros(micros: u64) -> Self {
        Self(micros)
    }

    /// A span of whole milliseconds.
    #[must_use]
    pub const fn millis(millis: u64) -> Self {
        Self(millis * 1_000)
    }

    /// A span of whole seconds.
    #[must_use]
    pub const fn secs(secs: u64) -> Self {
        Self(secs * 1_000_000)
    }
}

impl Add for Duration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}
