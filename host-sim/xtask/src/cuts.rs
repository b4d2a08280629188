//! `cargo xtask cuts`: the power is cut in every vector.

use anyhow::Result;

use crate::cli::Cuts;
use crate::{shell, vectors};

/// Points of each vector if there is no wish.
const POINTS: u32 = 2;
/// Writes of each point likewise.
const WRITES: u32 = 8;

/// Cuts the power in these vectors, or in all; fails if a promise did not hold.
pub(crate) fn run(what: &Cuts) -> Result<()> {
    let mut command = shell::cargo(["run", "--release", "--quiet", "--package", "raid10-tests"]);
    command.args(["--bin", "cuts", "--"]);
    command.args(numbers(what).map(|number| number.to_string()));
    command.args(vectors::find(&what.files)?);
    shell::run(&mut command)
}

/// Points, writes and depth, as the program wants them.
fn numbers(what: &Cuts) -> [u32; 3] {
    let usual = |wish: Option<u32>, usual| if what.all { 0 } else { wish.unwrap_or(usual) };
    [usual(what.points, POINTS), usual(what.writes, WRITES), what.exhaustive.unwrap_or(0).into()]
}

#[cfg(test)]
mod tests;
