//! The checksum of what is ours alone.

/// CRC-32C (iSCSI, RFC 3720, section 12.1) of bytes that come piece by piece.
///
/// Bit by bit: what is digested is short and seldom, and a table has a kilobyte. For one polynomial without a table this
/// is a third of what a crate for all of them needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(u32);

impl Digest {
    /// The polynomial, with the bit of the lowest power first.
    const POLYNOMIAL: u32 = 0x82F6_3B78;

    /// Of no bytes.
    #[must_use]
    pub const fn new() -> Self {
        Self(u32::MAX)
    }

    /// Goes on with some bytes.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 ^= u32::from(byte);
            for _ in 0..u8::BITS {
                let subtrahend = if self.0 & 1 == 0 { 0 } else { Self::POLYNOMIAL };
                self.0 = self.0 >> 1 ^ subtrahend;
            }
        }
    }

    /// Goes on with a number, little-endian.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn update_number(&mut self, number: u64) {
        self.update(&number.to_le_bytes());
    }

    /// The checksum.
    #[must_use]
    pub const fn finalize(self) -> u32 {
        !self.0
    }
}

impl Default for Digest {
    fn default() -> Self {
        Self::new()
    }
}
