//! The command line: the program's name, the vector's path, a point of its sweeps.

use alloc::string::{String, ToString};

/// Bytes of the longest command line.
const LINE: usize = 1024;

/// What is to be replayed.
pub(crate) struct Arguments {
    /// The vector's path on the machine that runs QEMU.
    pub(crate) path: String,
    /// The point of its sweeps.
    pub(crate) point: Option<String>,
}

impl Arguments {
    /// Asks QEMU.
    pub(crate) fn read() -> Result<Self, &'static str> {
        let line = semihosting::experimental::env::args::<LINE>()
            .map_err(|_| "the command line is longer than 1024 bytes")?;
        let mut words = (&line).skip(1).map(|word| word.map(ToString::to_string));
        let mut next = || words.next().transpose().map_err(|_| "the command line is not UTF-8");
        let path = next()?.ok_or("no vector is named: use `cargo xtask qemu replay FILE`")?;
        Ok(Self { path, point: next()? })
    }
}
