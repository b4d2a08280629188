//! The command line.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::machine::Machine;

/// Builds, tests and measures raid10.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// What there is to do.
#[derive(Subcommand)]
pub(crate) enum Task {
    /// Install what the tests need: Rust targets, QEMU, the fuzzer
    ///
    /// Asks for root only to install packages of the system, and only those that are missing. Does nothing
    /// when all is there.
    Setup,
    /// Set up, then run every check there is; stop at the first that fails
    Ci,
    /// Replay vectors on machines under QEMU
    #[command(subcommand)]
    Qemu(Qemu),
    /// Measure the engine on thumbv7m: code and RAM
    Size {
        /// Fail above the budget in firmware/budget.toml
        #[arg(long)]
        check: bool,
    },
    /// Build the engine with each of its deliberate bugs, and demand that a vector catches it
    ///
    /// Which vectors are to catch which bug stands in tests/sabotage.toml.
    Sabotage {
        /// Only these bugs
        names: Vec<String>,
        /// Try all vectors instead of those in the table, to find out which catch a bug
        #[arg(long)]
        search: bool,
    },
    /// Record the snapshots of all tests anew; look at the difference before committing it
    Bless,
    /// Run the benchmarks; fails if records on the drives make a mirrored write too dear
    Bench {
        /// Handed to `cargo bench`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Ask Linux and GRUB what they think of our drives, and read theirs
    ///
    /// A kernel of Debian runs with mdadm under QEMU. Needs apt-get; elsewhere it says so and does nothing. What failed
    /// is in target/linux: the drives, and the kernel's messages.
    Linux {
        /// Only scenarios with one of these words in their name
        names: Vec<String>,
        /// Instead of the scenarios, the images in this folder: NAME.img, content.img with what the array
        /// holds, and, if something of it is lost, lost.txt with a line START SECTORS for each range
        #[arg(long, value_name = "DIR", conflicts_with = "names")]
        images: Vec<PathBuf>,
    },
    /// Cut the power in vectors, at writes of their points, and demand that every promise holds
    ///
    /// Of what the drives had not flushed nothing survives, and all or half of the write that was under way. What did not
    /// hold is told with the line that plays it again.
    Cuts(Cuts),
    /// Feed the vector language and the engine with random inputs
    Fuzz(Fuzz),
}

/// What to do under QEMU.
#[derive(Subcommand)]
pub(crate) enum Qemu {
    /// Replay one vector; print its trace and the verdicts
    ///
    /// The exit code is that of the replay: 0 all held; 1 a promise or an expectation did not hold; 2 bad
    /// input; 3 the vector does not fit into the machine's memory.
    Replay(Replay),
    /// Replay vectors on this computer and on both machines, and compare the traces byte for byte
    ///
    /// Every point of every sweep is replayed. The traces are compared by their digests and the number of their lines;
    /// where they differ, the first line that does is shown.
    Compare {
        /// Vectors, or folders of them [default: vectors]
        files: Vec<PathBuf>,
        /// At most so many points of each vector
        #[arg(long, value_name = "POINTS", value_parser = clap::value_parser!(u16).range(1..))]
        sample: Option<u16>,
    },
}

/// What to replay, and where.
#[derive(Args)]
pub(crate) struct Replay {
    /// The vector
    pub(crate) file: PathBuf,
    /// The point of its sweeps, such as p=37%,who=d0
    #[arg(long, value_name = "POINT")]
    pub(crate) at: Option<String>,
    /// The machine
    #[arg(long, value_enum)]
    pub(crate) machine: Machine,
}

/// Where to cut the power.
#[derive(Args, Default)]
pub(crate) struct Cuts {
    /// Vectors, or folders of them [default: vectors]
    pub(crate) files: Vec<PathBuf>,
    /// At most so many points of each vector, evenly apart [default: 2]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) points: Option<u32>,
    /// At most so many writes of each point, evenly apart [default: 8]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) writes: Option<u32>,
    /// All points and all writes
    #[arg(long, conflicts_with_all = ["points", "writes"])]
    pub(crate) all: bool,
    /// Everything that may survive, or a choice of it, and so many cuts in a row
    #[arg(long, value_name = "DEPTH", num_args = 0..=1, default_missing_value = "1",
        value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(crate) exhaustive: Option<u8>,
}

/// What to feed, and for how long.
#[derive(Args)]
pub(crate) struct Fuzz {
    /// The fuzz target, such as language or engine [default: all]
    pub(crate) target: Option<String>,
    /// Seconds for each target [default: 60, or no limit with --runs]
    #[arg(long)]
    pub(crate) seconds: Option<u32>,
    /// Inputs for each target
    #[arg(long)]
    pub(crate) runs: Option<u64>,
}

impl Task {
    /// The same with its files named from the workspace's folder: they were named from `here`.
    pub(crate) fn seen_from(mut self, here: &Path, root: &Path) -> Self {
        let files: &mut [PathBuf] = match &mut self {
            Self::Qemu(Qemu::Replay(replay)) => std::slice::from_mut(&mut replay.file),
            Self::Qemu(Qemu::Compare { files, .. }) | Self::Linux { images: files, .. } => files,
            Self::Cuts(cuts) => &mut cuts.files,
            _ => &mut [],
        };
        for file in files {
            let whole = here.join(&*file);
            *file = whole.strip_prefix(root).map_or_else(|_| whole.clone(), Path::to_path_buf);
        }
        self
    }
}

#[cfg(test)]
mod tests;
