//! The verdicts as plain text, one line each.

use alloc::string::String;
use core::fmt::{self, Write};

use sim_world::{Judged, Outcome, Seconds, Verdict};

use crate::judge::Belief;

/// The report of a replay.
pub(crate) fn text(outcome: &Outcome, belief: Belief) -> String {
    let mut out = String::new();
    // Cannot fail: a string takes everything.
    let _ = write(&mut out, outcome, belief);
    out
}

fn write(out: &mut String, outcome: &Outcome, belief: Belief) -> fmt::Result {
    for verdict in &outcome.verdicts {
        write_verdict(out, verdict)?;
    }
    for judged in &outcome.expectations {
        write_judged(out, judged)?;
    }
    if !belief.met(outcome) {
        writeln!(out, "promise: {} sectors were lost", outcome.lost_sectors())?;
    }
    for line in &outcome.unfired {
        writeln!(out, "line {line}: was never executed")?;
    }
    for range in &outcome.lost {
        writeln!(out, "lost {}..{}", range.start, range.end)?;
    }
    writeln!(out, "array {} at {} s", outcome.state.name(), Seconds(outcome.end))?;
    match outcome.digest {
        Some(digest) => writeln!(out, "digest {digest:016x}"),
        None => Ok(()),
    }
}

fn write_verdict(out: &mut String, verdict: &Verdict) -> fmt::Result {
    write!(out, "{} {}: ", verdict.promise.number(), verdict.promise.name())?;
    match &verdict.detail {
        Some(detail) => writeln!(out, "broken {} times, first {detail}", verdict.violations),
        None if verdict.exercised() => writeln!(out, "held ({} checks)", verdict.checks),
        None => writeln!(out, "not exercised"),
    }
}

fn write_judged(out: &mut String, judged: &Judged) -> fmt::Result {
    let word = if judged.met { "met" } else { "not met" };
    write!(out, "line {}: {}: {word}", judged.line, judged.text)?;
    match &judged.seen {
        Some(seen) => writeln!(out, ", but {seen}"),
        None => writeln!(out),
    }
}
