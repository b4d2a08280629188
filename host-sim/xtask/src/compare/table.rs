//! The table of a comparison.

use super::{Likeness, Row, SHOWN};
use crate::machine::Machine;

/// One line for each vector, and some of its differences.
pub(super) fn text(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.case.file.display().to_string().len()).max();
    let width = width.unwrap_or(0).max(6);
    let mut out = format!("{:width$}  {:>6}  {:>9}", "vector", "points", "lines");
    for machine in Machine::EMULATED {
        out.push_str(&format!("  {:12}", name(machine)));
    }
    out = out.trim_end().to_string();
    out.push('\n');
    for points in rows.chunk_by(|one, other| one.case.file == other.case.file) {
        out.push_str(&lines(points, width));
    }
    out
}

fn name(machine: Machine) -> &'static str {
    machine.board().map_or("", |(package, _)| package.trim_start_matches("qemu-"))
}

fn lines(points: &[Row], width: usize) -> String {
    let file = points[0].case.file.display().to_string();
    let total: u64 = points.iter().map(|row| row.host.lines).sum();
    let mut out = format!("{file:width$}  {:>6}  {total:>9}", points.len());
    for index in 0..Machine::EMULATED.len() {
        out.push_str(&format!("  {:12}", word(points, index)));
    }
    out = out.trim_end().to_string();
    out.push('\n');
    for (index, machine) in Machine::EMULATED.into_iter().enumerate() {
        let differences = points.iter().filter_map(|row| match &row.machines[index] {
            Likeness::Differs(how) => Some((row, how)),
            Likeness::Same | Likeness::DoesNotFit => None,
        });
        for (row, how) in differences.take(SHOWN) {
            out.push_str(&format!("    {}: {}: {how}\n", name(machine), row.case));
        }
    }
    out
}

/// What came of all points on one machine.
fn word(points: &[Row], index: usize) -> String {
    let count = |what: fn(&Likeness) -> bool| {
        points.iter().filter(|row| what(&row.machines[index])).count()
    };
    let differ = count(|likeness| matches!(likeness, Likeness::Differs(_)));
    let too_large = count(|likeness| *likeness == Likeness::DoesNotFit);
    match (differ, too_large) {
        (0, 0) => "same".to_string(),
        (0, 1) if points.len() == 1 => "does not fit".to_string(),
        (0, too_large) => format!("{too_large} do not fit"),
        (differ, _) => format!("{differ} DIFFER"),
    }
}
