//! Many replays, each in a line: its exit code, the lines of its trace, and their digest.

use alloc::format;
use alloc::string::String;
use core::fmt;

use sim_world::{Options, Record, Sink, replay};

use crate::{Console, Exit, Failure, complaint, judge, prepare};

/// What a replay came to, and what its trace was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The exit code that it asks for.
    pub exit: Exit,
    /// Lines of the trace.
    pub lines: u64,
    /// CRC-64/XZ of the trace.
    pub digest: u64,
    /// Every statement was executed.
    pub executed: bool,
}

/// `EXIT LINES DIGEST`
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:016x}", self.exit.code(), self.lines, self.digest)
    }
}

/// Replays the vector at `path` at a point of its sweeps, and keeps nothing of the trace but its digest.
///
/// # Errors
///
/// What is wrong with the vector.
pub fn summary(
    path: &str,
    point: Option<&str>,
    console: &mut dyn Console,
) -> Result<Summary, Failure> {
    let (plan, belief) = prepare(path, point, console)?;
    let mut counter = Counter { lines: 0 };
    let outcome = replay(&plan, &Options::default(), &mut counter);
    let outcome = outcome.map_err(|why| complaint(path, &why))?;
    Ok(Summary {
        exit: judge::exit(&outcome, belief),
        lines: counter.lines,
        digest: outcome.digest.unwrap_or_default(),
        executed: outcome.unfired.is_empty(),
    })
}

/// Replays what is listed in the file at `path`: `FILE` or `FILE POINT` in each line. Prints a [`Summary`] in a line
/// for each to the standard output, or `2` where the vector is wrong, or `3` where it does not fit.
pub fn run_list(path: &str, console: &mut dyn Console) -> Exit {
    let list = console.read(path).and_then(|bytes| {
        String::from_utf8(bytes).map_err(|_| String::from("the list is not UTF-8"))
    });
    let list = match list {
        Ok(list) => list,
        Err(why) => {
            console.report(&format!("error: {path}: {why}\n"));
            return Exit::BadInput;
        }
    };
    for line in list.lines() {
        let (file, point) =
            line.split_once(' ').map_or((line, None), |(file, at)| (file, Some(at)));
        match summary(file, point, console) {
            Ok(summary) => console.trace(&format!("{summary}\n")),
            Err(Failure { exit, message }) => {
                console.report(&message);
                console.trace(&format!("{}\n", exit.code()));
            }
        }
    }
    Exit::Held
}

/// Counts the lines of a trace.
struct Counter {
    lines: u64,
}

impl Sink for Counter {
    fn record(&mut self, _: &Record<'_>) {
        self.lines += 1;
    }
}
