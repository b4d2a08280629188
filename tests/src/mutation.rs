//! Inputs that were good once, and were changed here and there: as many as are asked for, on all cores.
//!
//! The coverage-guided fuzzer finds more per input; this tries a hundred times as many.

pub mod language;
pub mod metadata;

use std::thread;

/// `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
pub struct Random(u64);

impl Random {
    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.number() % bound.max(1) as u64) as usize
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Tries `count` inputs, each core its share, and returns how many were accepted. Another `seed` makes other inputs.
///
/// # Panics
///
/// If an input breaks what must hold of it.
pub fn on_all_cores(count: u64, seed: u64, try_one: impl Fn(&mut Random) -> bool + Sync) -> u64 {
    let cores = thread::available_parallelism().map_or(1, usize::from) as u64;
    let share = |core| count / cores + u64::from(core < count % cores);
    let run = |core| {
        let mut random = Random(seed << 16 | core);
        (0..share(core)).map(|_| u64::from(try_one(&mut random))).sum::<u64>()
    };
    thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..cores).map(|core| scope.spawn(move || run(core))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no input panics")).sum()
    })
}
