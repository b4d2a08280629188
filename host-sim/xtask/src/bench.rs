//! `cargo xtask bench`: simulated speed, and the engine's cost in instructions.

mod ratio;

use std::fs;

use anyhow::{Context, Result, bail};
use toml::Table;

use crate::shell;

/// Runs the benchmarks of all packages, or those that the arguments choose. Fails if records make a write too dear.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if !shell::has("valgrind") {
        bail!("valgrind counts the instructions, and is missing: see `cargo xtask setup`");
    }
    counter()?;
    ratio::forget()?;
    let mut command = shell::cargo(["bench", "--package", "raid10-tests"]);
    shell::run(command.args(arguments).env("GUNGRAUN_SAVE_SUMMARY", "json"))?;
    // Arguments may have chosen others.
    ratio::judge(arguments.is_empty())
}

/// Installs the program that runs valgrind, in the version that the benchmarks were built for.
fn counter() -> Result<()> {
    let version = locked("gungraun-runner")?;
    let installed = shell::output(&mut shell::cargo(["install", "--list"]))?;
    if installed.contains(&format!("gungraun-runner v{version}:")) {
        return Ok(());
    }
    shell::run(&mut shell::cargo(["install", "gungraun-runner", "--version", &version, "--locked"]))
}

/// The version of a package in the lock file.
fn locked(package: &str) -> Result<String> {
    let lock: Table = fs::read_to_string("Cargo.lock")?.parse().context("Cargo.lock")?;
    let packages = lock.get("package").and_then(toml::Value::as_array).context("no packages")?;
    packages
        .iter()
        .filter_map(toml::Value::as_table)
        .find(|one| one.get("name").and_then(toml::Value::as_str) == Some(package))
        .and_then(|one| one.get("version")?.as_str())
        .map(str::to_string)
        .with_context(|| format!("Cargo.lock knows no {package}"))
}
