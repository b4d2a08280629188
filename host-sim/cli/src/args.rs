//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

mod cuts;
mod image;

pub(crate) use cuts::Cuts;
pub(crate) use image::{AssembleArgs, CreateArgs, InspectArgs};

const EXIT_STATUS: &str = "\
EXIT STATUS
  0  all promises held and all expectations were met; the vectors are good
  1  a promise or an expectation did not hold; with `fmt --check`, a file is not canonical;
     with `inspect` and `assemble`, something is wrong with the set of images
  2  bad input: a command line, a file or a vector that is wrong, a fault that never fired";

const EXAMPLES: &str = "\
EXAMPLES
  raid10 replay vectors/incidents/clicky-2015.vec
      Play an incident and see what the controller did, and what was lost.
  raid10 replay vectors/incidents/clicky-2015-any.vec --at p=37%,who=d0
      Play one point of a vector's sweeps.
  raid10 sweep vectors/incidents/clicky-2015-any.vec
      Play every point, and see which survive.
  raid10 check vectors && raid10 fmt --check vectors
      Look for mistakes in all vectors, and at their form.
  raid10 inspect m0.img m1.img m2.img m3.img
      See what is on the images of an array's members, and what an assembly would do.";

/// Replays drive failures, written down as failure vectors, against a RAID 10 engine.
///
/// A vector is a text file: an array and its drives, what the host does, which faults happen when, and what
/// must be seen. `raid10` plays it in virtual time, judges the engine's promises after every step, and tells
/// what survived, what was lost and where. The same vector has the same outcome on every machine.
///
/// `inspect`, `assemble` and `create` work on the images of an array's members, with the superblocks of Linux MD.
#[derive(Debug, Parser)]
#[command(name = "raid10", version, after_long_help = format!("{EXAMPLES}\n\n{EXIT_STATUS}"))]
#[command(after_help = "`raid10 help COMMAND` and `--help` tell more: examples, exit status.")]
#[command(propagate_version = true, infer_subcommands = true, arg_required_else_help = true)]
pub(crate) struct Args {
    /// When to use colour; `auto` means on a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
    /// What to do.
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Even into a file or a pipe.
    Always,
    /// Not at all.
    Never,
}

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON document.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    Replay(ReplayArgs),
    Sweep(SweepArgs),
    Check(CheckArgs),
    Fmt(FmtArgs),
    List(ListArgs),
    Inspect(InspectArgs),
    Create(CreateArgs),
    Assemble(AssembleArgs),
    /// Print the completions for a shell.
    ///
    /// For instance: raid10 completions bash > ~/.local/share/bash-completion/completions/raid10
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// Print the man page, or write one page for each command.
    Man {
        /// Write raid10.1, raid10-replay.1 and so on into this directory, which is made if need be.
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

/// Play vectors and show what happened, second by second, and the verdicts.
///
/// The timeline has one column a drive, one for the host (what it completed since the row
/// before) and one for the array. Rows in which nothing changed are folded into one with
/// counts. The words for a drive:
///
///   ok      a member that holds everything       away   pulled, or its link is down
///   rb 37%  being rebuilt, so far                shelf  not yet plugged in
///   rs 37%  being brought up to date             spare  a hot spare
///   cp 37%  being copied to, to replace another  free   plugged in and unused
///   limp    slower than it should be             fail   the engine has failed it
///   susp    suspected by the engine              out    ejected, or cannot flush
///   ail     to be replaced, says the engine      quar   in quarantine
///   bad     has sectors that cannot be used      dead   answers with errors only
///   hung    begins no command
///
/// Below it: each promise (held, BROKEN, not exercised), each expectation, what was lost, how
/// long each state of the array lasted, the commands to each drive, and the line that replays it.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_long_help = format!("\
EXAMPLES
  raid10 replay vectors/incidents/clicky-2015.vec
  raid10 replay --at p=37%,who=d0 vectors/incidents/clicky-2015-any.vec
  raid10 replay --trace - --quiet vector.vec | less
  raid10 replay --format json vectors | jq '.replays[] | select(.held | not)'
  raid10 replay --cuts linear vector.vec
  raid10 replay --cuts 17:none+d1=first:2 vector.vec
  raid10 replay --save-images images vector.vec && raid10 inspect images/d?.img

CUTS
  --cuts cuts the power of controller and drives, has it come back a second later, and plays on.
  What the vector expects does not count then, only the promises.
  linear        at the 1st, 2nd, 3rd … write command handed to any drive, one replay each with
                nothing surviving of what the drives had not flushed, and one with all of it, or
                with all of it and half of the write that each drive was at
  exhaustive    at each of them every set of unflushed writes survives once, and each of these
                is torn once; of more than 4096 sets some at the edges and 256 that are drawn
  exhaustive=2  then a second cut at each write while the array recovers from the first
  17:all        at the 17th write, and all survives: what is named by the report of a search.
                Survivals are none (which may be left out), all, first:N, torn:N, only:N,N..N;
                those of single drives follow: 17:none+d0=all+d1=torn:2. A / stands before a
                second cut, counted from the first: 17/3:all. Several such names are apart by ;

IMAGES
  --save-images makes a folder, or takes an empty one. The power goes at the end of the replay; with named
  cuts the replay ends at the last of them. Then these files are written:
  NAME.img      each drive, sparse, with its records: as it is without what it had not flushed. A
                sector of data holds its value 64 times, so that its place and its write can be seen
  content.img   what the array should hold, by what the host wrote; where copies may differ, the first
  lost.txt      what of it is lost: lines of a first sector and a number of sectors
  open.txt      where copies may differ, likewise
  manifest.txt  the line that replays it, the array, and of each drive: the file, whether it is in a bay,
                the slot whose data it has, the device UUID of its label, its size, where its data
                start, and its sectors that cannot be read, which an image cannot show

JSON
  {{\"format\": 1, \"replays\": [ … ]}}, one entry a vector; times in microseconds, LBAs in sectors
  of 512 bytes; \"status\" is held, broken or not-exercised:
    file, vector, title, point, held, replay, state, events, end_us, digest, unfired [line],
    promises [promise, name, status, checks, violations, detail],
    expectations [line, text, met, seen], belief {{text, met, seen}},
    lost {{sectors, bytes, ranges [start, end]}}, states [state, us],
    fills [activity, slot, from_us, to_us], commands {{drive: count}}, copied {{drive: sectors}},
    requests {{ended, failed, refused}},
    timeline [at_us, folded, drives {{drive: word}},
      host {{reads, writes, flushes, failed, refused}}, array, what [kind, text, count]]

{EXIT_STATUS}"))]
pub(crate) struct ReplayArgs {
    /// Vectors; a directory stands for all *.vec files below it, `-` for the standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The point of the vector's sweeps to play, such as p=37%,who=d0.
    #[arg(long, value_name = "POINT")]
    pub(crate) at: Option<String>,
    /// Write the trace, one line an event, to this file; `-` is the standard output, and the report then goes
    /// to the standard error output.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// Cut the power where the vector says nothing of it: `linear`, `exhaustive`, `exhaustive=DEPTH`, or named cuts.
    #[arg(long, value_name = "WHICH", default_value = "none", value_parser = cuts::parse)]
    pub(crate) cuts: Cuts,
    /// Save the drives as they are when the power is gone at the end, and what the array on them holds, into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) save_images: Option<PathBuf>,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Report only what did not hold.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Play every point of a vector's sweeps and show which survive.
///
/// The points are played in parallel. With one sweep the outcomes are a list, with two a table, with more a table
/// for each value of those before the last two. Then: the share that survived for each value of each sweep, and
/// the points at which something did not hold, each with the line that replays it.
///
/// A sweep over commands (`every write d0`) goes on until the drive has no command of that number.
#[derive(Debug, clap::Args)]
#[command(after_long_help = format!("\
OUTCOMES
  ok       all held, nothing lost
  lost     all held, and what was lost could not be helped; with the bytes
  UNMET    an expectation was not met, or the author's belief (`promise`) is wrong there
  BROKEN   a promise did not hold, named by its number
  ERROR    the vector is wrong at this point: a statement was never executed, no such array

EXAMPLES
  raid10 sweep vectors/incidents/clicky-2015-any.vec
  raid10 sweep --only-failed --jobs 4 vectors/matrix.vec

JSON
  {{\"format\": 1, file, vector, title, held, truncated, sweeps [name, values],
    points [at, outcome, lost_sectors, lost_bytes, detail, replay],
    totals {{ok, lost, unmet, broken, error}}, shares [name, values [value, points, ok]],
    belief {{text, met, seen}}}}

{EXIT_STATUS}"))]
pub(crate) struct SweepArgs {
    /// The vector; `-` is the standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How many points are played at once; as many as there are cores if not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    /// Show only the points at which something did not hold.
    #[arg(long)]
    pub(crate) only_failed: bool,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Look for mistakes in vectors: all of a file at once, each with its place and its remedy.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXIT_STATUS)]
pub(crate) struct CheckArgs {
    /// Vectors; a directory stands for all *.vec files below it, `-` for the standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Say nothing of the files that are good.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Write vectors in their canonical form.
///
/// Comments stay. Vectors with mistakes are left as they are.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXIT_STATUS)]
pub(crate) struct FmtArgs {
    /// Vectors; a directory stands for all *.vec files below it; `-` reads the standard input and prints.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Change nothing, and name the files that are not in their canonical form.
    #[arg(long, conflicts_with = "stdout")]
    pub(crate) check: bool,
    /// Print instead of changing the files.
    #[arg(long)]
    pub(crate) stdout: bool,
}

/// List vectors: name, tags, title and source of each.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXIT_STATUS)]
pub(crate) struct ListArgs {
    /// Directories or files.
    #[arg(value_name = "DIR", default_value = "vectors")]
    pub(crate) files: Vec<PathBuf>,
    /// Only vectors with all of these tags; may be given several times.
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// How the list is written; as JSON an array of {file, name, title, tags, sources, sweeps, identity}.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[cfg(test)]
mod tests;
