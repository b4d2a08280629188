//! One pinned generator, so that a seed means the same draws everywhere and for ever.
//!
//! xoshiro256** (Blackman and Vigna, 2018), seeded by SplitMix64. Each purpose has its own stream: a
//! change in one does not shift the draws of another.

/// What random numbers are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// What an interrupted write left on a drive.
    Torn(u8),
    /// The requests of a load.
    Load(u16),
    /// What survives a cut of the power.
    Images,
}

impl Stream {
    const fn id(self) -> u64 {
        match self {
            Self::Torn(drive) => 0x0100_0000 | drive as u64,
            Self::Load(load) => 0x0200_0000 | load as u64,
            Self::Images => 0x0300_0000,
        }
    }
}

/// One stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Rng {
    state: [u64; 4],
}

impl Rng {
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        let mut mixer = seed ^ splitmix(&mut stream.id());
        Self { state: core::array::from_fn(|_| splitmix(&mut mixer)) }
    }

    /// 64 random bits.
    pub(crate) const fn next(&mut self) -> u64 {
        let state = &mut self.state;
        let result = state[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// A number below `bound`, which must not be 0.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        ((self.next() as u128 * bound as u128) >> 64) as u64
    }
}

const fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests;
