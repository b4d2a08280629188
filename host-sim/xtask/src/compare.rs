//! `cargo xtask qemu compare`: the same vectors on this computer and on both machines, byte for byte.
//!
//! To start a machine takes longer than most replays. So each is handed a list, and tells of every replay its exit code,
//! the lines of its trace, and their digest. Where one differs from this computer's, both traces are made in full.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::machine::{self, DOES_NOT_FIT, Machine, Replayed};
use crate::vectors::{self, Case};
use crate::{shell, workspace};

mod batch;
mod table;

/// Differences that are looked at in full for one vector on one machine.
const SHOWN: usize = 2;

/// How a machine's replay compares with this computer's.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Likeness {
    /// Exit code, lines and digest are the same.
    Same,
    /// The machine has too little memory.
    DoesNotFit,
    /// They differ, and how.
    Differs(String),
}

/// What a replay came to, as it was printed: exit code, lines, digest.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Summary {
    text: String,
    lines: u64,
}

/// A replay on all machines.
struct Row {
    case: Case,
    /// On this computer.
    host: Summary,
    /// One for each of [`Machine::EMULATED`].
    machines: Vec<Likeness>,
}

/// A machine and its program.
type Board = (Machine, PathBuf);

/// Replays the vectors in these files and folders everywhere, each at `sample` points of its sweeps if that is given;
/// fails if a trace differs, or if there was nothing to compare.
pub(crate) fn run(files: &[PathBuf], sample: Option<usize>) -> Result<()> {
    let mut boards = Vec::new();
    for board in Machine::EMULATED {
        boards.push((board, board.build()?));
    }
    let mut rows = on_host(&vectors::find(files)?)?;
    if let Some(most) = sample {
        rows = thinned(rows, most);
    }
    batch::play(&boards, &mut rows)?;
    explain(&boards, &mut rows)?;
    print!("{}", table::text(&rows));
    judge(&rows)
}

/// Every point of the vectors on this computer.
fn on_host(files: &[PathBuf]) -> Result<Vec<Row>> {
    let mut command = shell::cargo(["run", "--release", "--quiet", "--package", "raid10-tests"]);
    let listed = shell::output(command.args(["--bin", "digests", "--"]).args(files))?;
    listed.lines().map(row).collect()
}

/// `EXIT LINES DIGEST FILE [POINT]`
fn row(line: &str) -> Result<Row> {
    let words: Vec<&str> = line.split(' ').collect();
    let (summary, case) = words.split_at_checked(3).with_context(|| line.to_string())?;
    let (file, at) = match *case {
        [file] => (file, None),
        [file, at] => (file, Some(at.to_string())),
        _ => bail!("{line}: a path with blanks in it cannot be handed to a machine"),
    };
    let host = Summary::read(&summary.join(" "))?;
    Ok(Row { case: Case { file: file.into(), at }, host, machines: Vec::new() })
}

impl Summary {
    fn read(text: &str) -> Result<Self> {
        let lines = text.split(' ').nth(1).and_then(|lines| lines.parse().ok());
        Ok(Self { text: text.to_string(), lines: lines.with_context(|| text.to_string())? })
    }
}

/// At most so many points of each vector, evenly apart; of one, that in the middle.
fn thinned(rows: Vec<Row>, most: usize) -> Vec<Row> {
    let mut kept = Vec::new();
    for points in rows.chunk_by(|one, other| one.case.file == other.case.file) {
        let most = most.min(points.len());
        kept.extend((0..most).map(|place| (2 * place + 1) * points.len() / (2 * most)).map(|at| {
            let row = &points[at];
            Row { case: row.case.clone(), host: row.host.clone(), machines: Vec::new() }
        }));
    }
    kept
}

/// Compares what a machine printed of a replay with what this computer did.
fn compare(host: &Summary, printed: &str) -> Likeness {
    if host.text == printed {
        Likeness::Same
    } else if printed.parse() == Ok(DOES_NOT_FIT) {
        Likeness::DoesNotFit
    } else {
        Likeness::Differs(format!("`{printed}`, not `{}`", host.text))
    }
}

/// Replays in full what differs, to tell from which line on.
fn explain(boards: &[Board], rows: &mut [Row]) -> Result<()> {
    for (index, (board, program)) in boards.iter().enumerate() {
        let differs = |row: &&mut Row| matches!(row.machines[index], Likeness::Differs(_));
        for row in rows.iter_mut().filter(differs).take(SHOWN) {
            let (file, at) = (&row.case.file, row.case.at.as_deref());
            let host = Machine::Host.build()?;
            let ours = machine::replay(&mut Machine::Host.command(&host, file, at)?)?;
            let theirs = machine::replay(&mut board.command(program, file, at)?)?;
            if let Some(difference) = difference(&ours, &theirs) {
                row.machines[index] = Likeness::Differs(difference);
            }
        }
    }
    Ok(())
}

/// What differs between two replays in full.
fn difference(host: &Replayed, other: &Replayed) -> Option<String> {
    if other.code == DOES_NOT_FIT {
        return Some("its trace does not fit".to_string());
    }
    first_difference(&host.out, &other.out).or_else(|| {
        let complaint = String::from_utf8_lossy(&other.err);
        let why = complaint.lines().next().unwrap_or("");
        (host.code != other.code)
            .then(|| format!("exit code {}, not {}: {why}", other.code, host.code))
    })
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

fn judge(rows: &[Row]) -> Result<()> {
    let count = |what: fn(&Likeness) -> bool| {
        rows.iter().flat_map(|row| &row.machines).filter(|&likeness| what(likeness)).count()
    };
    let same = count(|likeness| *likeness == Likeness::Same);
    let differ = count(|likeness| matches!(likeness, Likeness::Differs(_)));
    let too_large = count(|likeness| *likeness == Likeness::DoesNotFit);
    println!("{same} traces equal to this computer's, {differ} differ, {too_large} did not fit");
    ensure!(differ == 0, "{differ} traces differ from this computer's");
    ensure!(same > 0, "no trace was compared: there are no vectors, or none fits");
    Ok(())
}

/// The folder for the lists that are handed to machines.
fn lists() -> PathBuf {
    workspace::target().join("qemu-lists")
}

#[cfg(test)]
mod tests;
