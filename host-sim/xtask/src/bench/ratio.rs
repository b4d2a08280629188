//! What records on drives cost a mirrored write: its instructions, compared with those of a write without records.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::workspace;

/// What a write with records may take, in percent of one without.
const LIMIT: u64 = 125;
/// The write without records.
const PLAIN: &str = "mirrored_write.four_kib";
/// The same write with records, whose bit is set.
const RECORDED: &str = "recorded_write.four_kib";

/// Instructions of the two writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Costs {
    plain: u64,
    recorded: u64,
}

/// Removes the figures of earlier runs: only what the same run has measured is compared.
pub(super) fn forget() -> Result<()> {
    for name in [PLAIN, RECORDED] {
        let path = summary(name);
        if path.exists() {
            fs::remove_file(&path).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}

/// Prints the ratio of the run that has just ended and fails above the limit. A run that measured neither of the two
/// writes is well only if it was not `demanded` to.
pub(super) fn judge(demanded: bool) -> Result<()> {
    match (measured(PLAIN)?, measured(RECORDED)?) {
        (Some(plain), Some(recorded)) => {
            let costs = Costs { plain, recorded };
            println!("\n{}", line(costs));
            check(costs)
        }
        (None, None) if !demanded => Ok(()),
        _ => bail!("{PLAIN} and {RECORDED} are compared, and were not both measured"),
    }
}

/// The instructions of a benchmark of the run that has just ended; `None` if it was not part of it.
fn measured(name: &str) -> Result<Option<u64>> {
    let path = summary(name);
    if !path.exists() {
        return Ok(None);
    }
    let place = || path.display().to_string();
    let text = fs::read_to_string(&path).with_context(place)?;
    instructions(&text).map(Some).with_context(place)
}

/// Where the counter leaves the figures of a benchmark.
fn summary(name: &str) -> PathBuf {
    let folder = workspace::target().join("gungraun/raid10-tests/engine_cost/cost");
    folder.join(name).join("summary.json")
}

/// The instructions in a summary.
fn instructions(summary: &str) -> Result<u64> {
    let summary: Value = serde_json::from_str(summary)?;
    let profiles = summary["profiles"].as_array().context("it has no profiles")?;
    profiles
        .iter()
        .find(|profile| profile["tool"] == "Callgrind")
        .and_then(|profile| profile["data"]["total"]["metrics"]["Ir"]["values"]["new"].as_u64())
        .context("it counts no instructions")
}

fn check(costs: Costs) -> Result<()> {
    // Nothing measured would pass as nothing spent.
    ensure!(costs.plain > 0 && costs.recorded > 0, "a write took no instructions");
    ensure!(
        costs.recorded * 100 <= costs.plain * LIMIT,
        "a mirrored write with records takes more than {LIMIT} % of one without"
    );
    Ok(())
}

fn line(costs: Costs) -> String {
    let Costs { plain, recorded } = costs;
    let tenths = recorded * 1000 / plain.max(1);
    format!(
        "A mirrored write whose bit is set takes {recorded} instructions, {}.{} % of the {plain} without records; \
         the limit is {LIMIT} %",
        tenths / 10,
        tenths % 10
    )
}

#[cfg(test)]
mod tests;
