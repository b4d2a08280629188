//! Units as types: three ways to count sectors, which must not be mixed.

use core::fmt;

/// A sector of a drive, counted from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DriveSector(pub u64);

impl DriveSector {
    /// The sector at an offset from this one. What would lie before the start of a drive lies behind the end of every one.
    #[must_use]
    pub const fn at_offset(self, offset: i32) -> Self {
        Self(self.0.wrapping_add_signed(offset as i64))
    }
}

/// A sector of a member's data area: 0 lies at the member's `data_offset`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DataSector(pub u64);

/// A sector of the array, as the host sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ArraySector(pub u64);

/// The name of a set or of a member: 16 bytes in the order in which they are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Uuid(pub [u8; 16]);

/// As mdadm prints it: four groups of eight digits.
impl fmt::Display for Uuid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if index > 0 && index.is_multiple_of(4) {
                out.write_str(":")?;
            }
            write!(out, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// A point of civil time.
///
/// Linux writes whole seconds when it updates a superblock, whatever was there before. So microseconds other than
/// zero prove that Linux has not written since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Timestamp {
    /// Seconds since 1970 without leap seconds, below 2^40.
    pub seconds: u64,
    /// Microseconds, or zero; below 2^24.
    pub micros: u32,
}

impl Timestamp {
    const SECONDS_BITS: u32 = 40;

    /// From the stored form: seconds in the lower 40 bits, microseconds above.
    #[must_use]
    pub const fn from_raw(raw: u64) -> Self {
        let seconds = raw & ((1 << Self::SECONDS_BITS) - 1);
        Self { seconds, micros: (raw >> Self::SECONDS_BITS) as u32 }
    }

    /// The stored form. Seconds of 2^40 and more lose their upper bits.
    #[must_use]
    pub const fn to_raw(self) -> u64 {
        let seconds = self.seconds & ((1 << Self::SECONDS_BITS) - 1);
        ((self.micros as u64) << Self::SECONDS_BITS) | seconds
    }
}

#[cfg(test)]
mod tests;
