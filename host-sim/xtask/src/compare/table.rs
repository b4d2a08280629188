//! The table of a comparison.

use super::{Likeness, Row};
use crate::machine::Machine;

/// One line for each vector, and one for each difference.
pub(super) fn text(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.case.to_string().len()).max().unwrap_or(0).max(6);
    let mut out = format!("{:width$}  {:>8}  {:16}", "vector", "lines", "digest");
    for machine in Machine::EMULATED {
        out.push_str(&format!("  {:12}", machine.board().map_or("", |(package, _)| &package[5..])));
    }
    out = out.trim_end().to_string();
    out.push('\n');
    for row in rows {
        out.push_str(&line(row, width));
    }
    out
}

fn line(row: &Row, width: usize) -> String {
    let case = row.case.to_string();
    let mut out = format!("{case:width$}  {:>8}  {:16}", row.lines, row.digest);
    for likeness in &row.machines {
        out.push_str(&format!("  {:12}", word(likeness)));
    }
    out = out.trim_end().to_string();
    out.push('\n');
    for (machine, likeness) in Machine::EMULATED.iter().zip(&row.machines) {
        if let (Some((package, _)), Likeness::Differs(how)) = (machine.board(), likeness) {
            out.push_str(&format!("    {package}: {how}\n"));
        }
    }
    out
}

const fn word(likeness: &Likeness) -> &'static str {
    match likeness {
        Likeness::Same => "same",
        Likeness::DoesNotFit => "does not fit",
        Likeness::Differs(_) => "DIFFERS",
    }
}
