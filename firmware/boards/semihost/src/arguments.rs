//! The command line: the program's name; a vector's path and a point of its sweeps, or `--list` and a list's path.

use alloc::string::{String, ToString};

/// Bytes of the longest command line.
const LINE: usize = 1024;

/// What comes before the path of a list.
const LIST: &str = "--list";

/// What is to be replayed: paths are those of the machine that runs QEMU.
pub(crate) enum Arguments {
    /// A vector, with its trace.
    Replay {
        /// Its path.
        path: String,
        /// The point of its sweeps.
        point: Option<String>,
    },
    /// What a file lists, with a line for each.
    List {
        /// Its path.
        path: String,
    },
}

impl Arguments {
    /// Asks QEMU.
    pub(crate) fn read() -> Result<Self, &'static str> {
        let line = semihosting::experimental::env::args::<LINE>()
            .map_err(|_| "the command line is longer than 1024 bytes")?;
        let mut words = (&line).skip(1).map(|word| word.map(ToString::to_string));
        let mut next = || words.next().transpose().map_err(|_| "the command line is not UTF-8");
        let path = next()?.ok_or("no vector is named: use `cargo xtask qemu replay FILE`")?;
        if path == LIST {
            let path = next()?.ok_or("no list is named: write `--list FILE`")?;
            return Ok(Self::List { path });
        }
        Ok(Self::Replay { path, point: next()? })
    }
}
