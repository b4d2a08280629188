//! Who an array is, for the labels on its drives.

/// What a caller gives to an array whose records are kept on its drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Identity {
    /// The array's UUID, drawn at random by the caller.
    pub set: [u8; 16],
    /// Its name, filled up with zeros: 31 bytes at most. `host:name` is the form that Linux knows.
    pub name: [u8; 32],
    /// The time of the caller's clock in microseconds since 1970 at [`Instant(0)`](crate::Instant).
    pub epoch: u64,
}
