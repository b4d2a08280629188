//! `cargo xtask ci`: every check there is, in the order in which they are likely to fail.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cli::{Cuts, Fuzz};
use crate::machine::Machine;
use crate::totals::Totals;
use crate::workspace::NO_STD;
use crate::{compare, cuts, fuzz, linux, sabotage, setup, shell, size};

/// Cores without an operating system that the engine and its port must build for, beyond those of the
/// machines under QEMU.
const CORES: [&str; 3] = ["thumbv6m-none-eabi", "thumbv7em-none-eabi", "thumbv8m.main-none-eabi"];
/// Points of each vector that are replayed on every machine; `cargo xtask qemu compare` replays all.
const POINTS: usize = 2;
/// How long each fuzz target is fed.
const FUZZ_SECONDS: u32 = 20;

/// A step: its name, and what it does.
type Step<'t> = (&'static str, Box<dyn FnMut() -> Result<()> + 't>);

/// Runs all steps, stops at the first that fails, and prints the totals.
pub(crate) fn run() -> Result<()> {
    let mut totals = Totals::default();
    let begin = Instant::now();
    let mut times = Vec::new();
    for (name, mut step) in steps(&mut totals) {
        println!("\n==== {name}");
        let begin = Instant::now();
        step().with_context(|| format!("step `{name}` failed"))?;
        let seconds = begin.elapsed().as_secs_f32();
        println!("==== {name}: ok, {seconds:.1} s");
        times.push((name, seconds));
    }
    println!("\nAll {} steps passed in {:.0} s:", times.len(), begin.elapsed().as_secs_f32());
    for (name, seconds) in times {
        println!("{seconds:>8.1} s  {name}");
    }
    println!("{totals}");
    Ok(())
}

fn steps(totals: &mut Totals) -> Vec<Step<'_>> {
    vec![
        ("set-up", Box::new(setup::run)),
        ("formatting", Box::new(format)),
        ("lints on the host", Box::new(lint_host)),
        ("lints on the targets", Box::new(lint_targets)),
        ("documentation", Box::new(document)),
        ("tests", Box::new(move || test(totals))),
        ("engine, metadata and port on further cores", Box::new(build_cores)),
        ("size of the engine", Box::new(|| size::run(true))),
        ("same traces on every machine", Box::new(|| compare::run(&[], Some(POINTS)))),
        ("Linux and GRUB read our drives", Box::new(|| linux::run(&[], &[]))),
        ("power cuts in every vector", Box::new(|| cuts::run(&Cuts::default()))),
        ("deliberate bugs are caught", Box::new(|| sabotage::run(&[], false))),
        ("fuzzing", Box::new(fuzz_all)),
    ]
}

fn format() -> Result<()> {
    shell::run(&mut shell::cargo(["fmt", "--all", "--check"]))?;
    shell::run(&mut shell::cargo(["fmt", "--manifest-path", "tests/fuzz/Cargo.toml", "--check"]))
}

fn lint_host() -> Result<()> {
    deny_warnings(shell::cargo(["clippy", "--workspace", "--all-targets", "--all-features"]))
}

/// The packages without `std` on both cores under QEMU, and the boards each on its own.
fn lint_targets() -> Result<()> {
    for machine in Machine::EMULATED {
        let Some((board, core)) = machine.board() else {
            continue;
        };
        let mut libraries = shell::cargo(["clippy", "--lib", "--target", core]);
        libraries.args(NO_STD.iter().flat_map(|package| ["--package", package]));
        deny_warnings(libraries)?;
        deny_warnings(shell::cargo([
            "clippy",
            "--target",
            core,
            "--package",
            board,
            "--package",
            "raid10-semihost",
        ]))?;
    }
    let core = "thumbv7m-none-eabi";
    deny_warnings(shell::cargo(["clippy", "--target", core, "--package", "size-probe"]))
}

fn deny_warnings(mut clippy: Command) -> Result<()> {
    shell::run(clippy.args(["--", "-D", "warnings"]))
}

fn document() -> Result<()> {
    let mut command = shell::cargo(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    shell::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn test(totals: &mut Totals) -> Result<()> {
    shell::tee(&mut shell::cargo(["test", "--workspace"]), |line| {
        totals.count(line);
    })?;
    println!("{totals}");
    Ok(())
}

fn build_cores() -> Result<()> {
    let mut command = shell::cargo(["build", "--release"]);
    let packages = ["raid10-engine", "raid10-metadata", "raid10-port"];
    command.args(packages.iter().flat_map(|package| ["--package", package]));
    command.args(CORES.iter().flat_map(|core| ["--target", core]));
    shell::run(&mut command)
}

fn fuzz_all() -> Result<()> {
    fuzz::run(&Fuzz { target: None, seconds: Some(FUZZ_SECONDS), runs: None })
}
