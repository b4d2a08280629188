//! Hands lists of replays to machines, on all cores.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};

use super::{Board, Likeness, Row, compare, lists};
use crate::machine::{self, DOES_NOT_FIT, EXCEPTION, PANICKED};

/// Lines of traces that one list makes, so that all cores have work until the end.
const LINES: u64 = 400_000;
/// What a replay costs besides its lines, in lines.
const REPLAY_LINES: u64 = 1000;

/// What one machine is to replay: the place of the first row, and of that behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) board: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Replays all rows on all boards.
pub(super) fn play(boards: &[Board], rows: &mut [Row]) -> Result<()> {
    fs::create_dir_all(lists()).with_context(|| lists().display().to_string())?;
    let jobs = jobs(boards.len(), rows);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let shared: &[Row] = rows;
    let work = || loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(job) = jobs.get(index) else { return };
        let found = run(&boards[job.board], index, &shared[job.from..job.to]);
        if let Ok(mut done) = done.lock() {
            done.push((index, found));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    // Of each row the boards in their order: that of the jobs.
    done.sort_by_key(|(index, _)| *index);
    for (index, found) in done {
        let job = jobs[index];
        for (row, likeness) in rows[job.from..job.to].iter_mut().zip(found?) {
            row.machines.push(likeness);
        }
    }
    Ok(())
}

/// All rows for each board, in pieces of about the same work.
pub(super) fn jobs(boards: usize, rows: &[Row]) -> Vec<Job> {
    let mut jobs = Vec::new();
    for board in 0..boards {
        let (mut from, mut lines) = (0, 0);
        for (index, row) in rows.iter().enumerate() {
            lines += row.host.lines + REPLAY_LINES;
            if lines >= LINES || index + 1 == rows.len() {
                jobs.push(Job { board, from, to: index + 1 });
                (from, lines) = (index + 1, 0);
            }
        }
    }
    jobs
}

/// Replays a list. A replay that ends the machine is the last of its list: the machine is started again for the rest.
fn run((board, program): &Board, number: usize, rows: &[Row]) -> Result<Vec<Likeness>> {
    let list = lists().join(format!("{number}.list"));
    let mut found = Vec::new();
    while let Some(rest) = rows.get(found.len()..).filter(|rest| !rest.is_empty()) {
        let text: String = rest.iter().map(|row| row.case.listed()).collect();
        fs::write(&list, text).with_context(|| list.display().to_string())?;
        let replayed = machine::replay(&mut board.list(program, &list)?)?;
        let printed = String::from_utf8_lossy(&replayed.out);
        found.extend(rest.iter().zip(printed.lines()).map(|(row, line)| compare(&row.host, line)));
        if found.len() < rows.len() {
            found.push(fatal(&replayed)?);
        }
    }
    Ok(found)
}

/// What became of the replay that ended its machine.
fn fatal(replayed: &machine::Replayed) -> Result<Likeness> {
    let complaint = String::from_utf8_lossy(&replayed.err);
    let why = complaint.lines().last().unwrap_or("no word");
    match replayed.code {
        DOES_NOT_FIT => Ok(Likeness::DoesNotFit),
        PANICKED | EXCEPTION => {
            Ok(Likeness::Differs(format!("exit code {}: {why}", replayed.code)))
        }
        code => bail!("a list was not replayed to its end: exit code {code}: {why}"),
    }
}
