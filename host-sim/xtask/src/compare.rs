//! `cargo xtask qemu compare`: the same vectors on the host and on both machines, byte for byte.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::machine::{self, DOES_NOT_FIT, Machine, Replayed};
use crate::vectors::{self, Case};

mod table;

/// How a machine's replay compares with the host's.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Likeness {
    /// Trace and exit code are the same.
    Same,
    /// The machine has too little memory.
    DoesNotFit,
    /// They differ, and how.
    Differs(String),
}

/// A vector on all machines.
struct Row {
    case: Case,
    /// Lines of the host's trace.
    lines: usize,
    /// The digest that a machine reported for the trace, `-` if none fitted.
    digest: String,
    /// One for each of [`Machine::EMULATED`].
    machines: Vec<Likeness>,
}

/// The built programs.
struct Programs {
    host: PathBuf,
    boards: Vec<(Machine, PathBuf)>,
}

/// Replays the vectors in these files and folders everywhere; fails if a trace differs, or if there was
/// nothing to compare.
pub(crate) fn run(files: &[PathBuf]) -> Result<()> {
    let mut cases = Vec::new();
    for file in vectors::find(files)? {
        cases.extend(vectors::sample(&file)?);
    }
    let mut boards = Vec::new();
    for board in Machine::EMULATED {
        boards.push((board, board.build()?));
    }
    let programs = Programs { host: Machine::Host.build()?, boards };
    let rows = all(&programs, &cases)?;
    print!("{}", table::text(&rows));
    judge(&rows)
}

fn judge(rows: &[Row]) -> Result<()> {
    let count = |what: fn(&Likeness) -> bool| {
        rows.iter().flat_map(|row| &row.machines).filter(|&likeness| what(likeness)).count()
    };
    let same = count(|likeness| *likeness == Likeness::Same);
    let differ = count(|likeness| matches!(likeness, Likeness::Differs(_)));
    let too_large = count(|likeness| *likeness == Likeness::DoesNotFit);
    println!("{same} traces equal to the host's, {differ} differ, {too_large} did not fit");
    if differ > 0 {
        bail!("{differ} traces differ from the host's");
    }
    if same == 0 {
        bail!("no trace was compared: there are no vectors, or none fits");
    }
    Ok(())
}

/// Replays everything on all cores.
fn all(programs: &Programs, cases: &[Case]) -> Result<Vec<Row>> {
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Vec::new());
    let work = || loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(case) = cases.get(index) else { return };
        let row = row(programs, case).with_context(|| case.to_string());
        if let Ok(mut rows) = rows.lock() {
            rows.push((index, row));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut rows = rows.into_inner().unwrap_or_default();
    rows.sort_by_key(|(index, _)| *index);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(programs: &Programs, case: &Case) -> Result<Row> {
    let at = case.at.as_deref();
    let host = machine::replay(&mut Machine::Host.command(&programs.host, &case.file, at)?)?;
    let mut machines = Vec::new();
    let mut digest = None;
    for (board, program) in &programs.boards {
        let replayed = machine::replay(&mut board.command(program, &case.file, at)?)?;
        if replayed.code != DOES_NOT_FIT {
            digest = digest.or_else(|| reported_digest(&replayed.err));
        }
        machines.push(compare(&host, &replayed));
    }
    let lines = host.out.iter().filter(|&&byte| byte == b'\n').count();
    let digest = digest.unwrap_or_else(|| "-".to_string());
    Ok(Row { case: case.clone(), lines, digest, machines })
}

/// The digest that a machine made of its own trace.
fn reported_digest(report: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(report);
    text.lines().find_map(|line| line.strip_prefix("digest ")).map(str::to_string)
}

fn compare(host: &Replayed, other: &Replayed) -> Likeness {
    if other.code == DOES_NOT_FIT {
        return Likeness::DoesNotFit;
    }
    if let Some(difference) = first_difference(&host.out, &other.out) {
        return Likeness::Differs(difference);
    }
    if host.code != other.code {
        let complaint = String::from_utf8_lossy(&other.err);
        let why = complaint.lines().next().unwrap_or("");
        return Likeness::Differs(format!("exit code {}, not {}: {why}", other.code, host.code));
    }
    Likeness::Same
}

/// The first line in which two traces differ.
fn first_difference(host: &[u8], other: &[u8]) -> Option<String> {
    if host == other {
        return None;
    }
    let mut ours = host.split(|&byte| byte == b'\n');
    let mut theirs = other.split(|&byte| byte == b'\n');
    for number in 1.. {
        match (ours.next(), theirs.next()) {
            (Some(one), Some(two)) if one == two => {}
            (None, None) => break,
            (one, two) => {
                let shown = |line: Option<&[u8]>| {
                    String::from_utf8_lossy(line.unwrap_or(b"(the end)")).into_owned()
                };
                return Some(format!("line {number} is `{}`, not `{}`", shown(two), shown(one)));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
