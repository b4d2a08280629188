//! The program that has every deliberate bug, and what its replays say.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::vectors::{self, Case};
use crate::{machine, shell, workspace};

/// Names the bug that a process is to have: see `firmware/metadata/src/bugs.rs`.
const WANTED: &str = "RAID10_BUG";

/// What a vector says of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Held,
    Broken,
}

/// The program `raid10` with all bugs in it.
pub(super) struct Program(PathBuf);

impl Program {
    /// Builds it. The compiler is wrapped, so that only the packages of this workspace get the `--cfg`.
    pub(super) fn build() -> Result<Self> {
        let folder = workspace::target().join("sabotage");
        fs::create_dir_all(&folder)?;
        let wrapper = folder.join("rustc-with-bugs");
        write_wrapper(&wrapper)?;
        let mut command = shell::cargo([
            "build",
            "--release",
            "--quiet",
            "--package",
            "host-sim",
            "--target-dir",
        ]);
        shell::run(command.arg(&folder).env("RUSTC_WORKSPACE_WRAPPER", wrapper))?;
        Ok(Self(folder.join("release").join("raid10")))
    }

    /// What a vector says of the engine with a bug, or with none.
    pub(super) fn verdict(&self, bug: Option<&str>, vector: &str) -> Result<Verdict> {
        let mut command = Command::new(&self.0);
        command.args(words(&played(vector))?);
        command.env_remove(WANTED).envs(bug.map(|bug| (WANTED, bug)));
        let replayed = machine::replay(&mut command)?;
        match replayed.code {
            0 => Ok(Verdict::Held),
            // 101: the harness found a broken invariant and stopped.
            1 | 101 => Ok(Verdict::Broken),
            code => bail!(
                "exit code {code}: {}\n{}",
                shell::line(&command),
                String::from_utf8_lossy(&replayed.err)
            ),
        }
    }
}

/// How a vector is played: as a whole or at a point, and with which cuts of the power.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Played {
    pub(super) case: Case,
    pub(super) cuts: Option<String>,
}

/// Reads an entry of the table: `FILE [POINT] [--cuts WHICH]`.
pub(super) fn played(text: &str) -> Played {
    let (text, cuts) = match text.split_once(" --cuts ") {
        Some((text, cuts)) => (text, Some(cuts.trim().to_string())),
        None => (text, None),
    };
    let (file, at) = match text.split_once(' ') {
        Some((file, at)) => (file, Some(at.trim().to_string())),
        None => (text, None),
    };
    Played { case: Case { file: PathBuf::from(file), at }, cuts }
}

/// Sweeps a vector that has sweeps, replays one that has none.
fn words(played: &Played) -> Result<Vec<String>> {
    let Played { case, cuts } = played;
    let file = case.file.display().to_string();
    let whole = case.at.is_none() && cuts.is_none();
    if whole && !vectors::script(&case.file)?.sweeps.is_empty() {
        return Ok(vec!["sweep".to_string(), file]);
    }
    let mut words = vec!["replay".to_string(), file, "--quiet".to_string()];
    let options = [("--at", &case.at), ("--cuts", cuts)];
    for (option, value) in options {
        words.extend(value.iter().flat_map(|value| [option.to_string(), value.clone()]));
    }
    Ok(words)
}

/// Writes a program that calls the compiler with the `--cfg`. Cargo knows builds apart by the wrapper's path.
fn write_wrapper(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, "#!/bin/sh\nexec \"$@\" --cfg raid10_bugs\n")?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}
