//! `cargo xtask fuzz`: random inputs, guided by coverage. The targets are in `tests/fuzz`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cli::Fuzz;
use crate::{setup, shell};

/// Where the targets are.
const FOLDER: &str = "tests/fuzz";
/// Seconds for each target if there is no limit.
const DEFAULT_SECONDS: u32 = 60;

/// Runs one target or all.
pub(crate) fn run(what: &Fuzz) -> Result<()> {
    if !setup::has_nightly()? {
        bail!("the fuzzer needs a nightly compiler: rustup toolchain install nightly");
    }
    if !shell::has("cargo-fuzz") {
        bail!("the fuzzer is missing: cargo xtask setup");
    }
    let targets = targets()?;
    if let Some(name) = &what.target
        && !targets.contains(name)
    {
        bail!("there is no fuzz target {name}, only {}", targets.join(", "));
    }
    let wanted = |name: &&String| what.target.as_ref().is_none_or(|target| target == *name);
    for name in targets.iter().filter(wanted) {
        feed(name, what)?;
    }
    Ok(())
}

/// The names of all targets.
fn targets() -> Result<Vec<String>> {
    let folder = Path::new(FOLDER).join("fuzz_targets");
    let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

fn feed(name: &str, what: &Fuzz) -> Result<()> {
    let corpus = Path::new(FOLDER).join("corpus").join(name);
    fs::create_dir_all(&corpus)?;
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo", "fuzz", "run", "--fuzz-dir", FOLDER, name]);
    command.arg(&corpus).args(seeds(name)).arg("--").args(limits(what));
    shell::run(&mut command)
        .with_context(|| format!("{name} found an input; it is in {FOLDER}/artifacts/{name}"))
}

/// Folders of good inputs to start from.
fn seeds(name: &str) -> Vec<String> {
    let seeds = format!("{FOLDER}/seeds/{name}");
    let vectors = (name == "language").then(|| ["vectors".to_string()]);
    let seeds = Path::new(&seeds).is_dir().then_some(seeds);
    seeds.into_iter().chain(vectors.into_iter().flatten()).collect()
}

fn limits(what: &Fuzz) -> Vec<String> {
    let mut limits = ["-max_len=1024", "-timeout=10", "-verbosity=0", "-print_final_stats=1"]
        .map(str::to_string)
        .to_vec();
    limits.extend(what.runs.map(|runs| format!("-runs={runs}")));
    let seconds = what.seconds.or(what.runs.is_none().then_some(DEFAULT_SECONDS));
    limits.extend(seconds.map(|seconds| format!("-max_total_time={seconds}")));
    limits
}
