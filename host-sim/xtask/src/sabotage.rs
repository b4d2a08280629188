//! `cargo xtask sabotage`: shows that the vectors catch bugs, by building the engine with one.
//!
//! A deliberate bug is a place in the engine's source that asks for `raid10_bug = "NAME"`. The compiler is
//! wrapped so that only the packages of this workspace are built with that `--cfg`; all others are built
//! once for all bugs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::vectors::{self, Case};
use crate::{machine, shell, workspace};

mod sources;

/// `tests/sabotage.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    bug: BTreeMap<String, Bug>,
}

/// One bug.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Bug {
    /// What is wrong with the engine then.
    what: String,
    /// The vectors that are to catch it: `vectors/a.vec`, or with a point `vectors/a.vec p=37%,who=d0`. A
    /// vector with sweeps and no point is swept.
    caught_by: Vec<String>,
}

/// Builds each bug, or just those named, and runs its vectors; with `search`, runs all vectors there are.
pub(crate) fn run(names: &[String], search: bool) -> Result<()> {
    let text = fs::read_to_string("tests/sabotage.toml").context("tests/sabotage.toml")?;
    let mut table: Table = toml::from_str(&text).context("tests/sabotage.toml")?;
    if search {
        let all = all_vectors()?;
        table.bug.values_mut().for_each(|bug| bug.caught_by.clone_from(&all));
    }
    agree(&sources::bugs(Path::new("firmware"))?, &table)?;
    let chosen = chosen(names, table)?;
    healthy(&chosen)?;
    let width = chosen.keys().map(String::len).max().unwrap_or(0);
    let mut missed = Vec::new();
    for (name, bug) in &chosen {
        let catchers = catchers(name, bug)?;
        let by = if catchers.is_empty() { "NOT CAUGHT".to_string() } else { catchers.join(", ") };
        println!("{name:width$}  {by}");
        println!("{:width$}    {}", "", bug.what);
        if catchers.is_empty() {
            missed.push(name.as_str());
        }
    }
    if !missed.is_empty() {
        bail!("no vector caught: {}", missed.join(", "));
    }
    println!("{} deliberate bugs, all caught", chosen.len());
    Ok(())
}

/// Builds the bug and tells which of its vectors catch it.
fn catchers<'b>(name: &str, bug: &'b Bug) -> Result<Vec<&'b str>> {
    let program = build(Some(name))?;
    let mut catchers = Vec::new();
    for vector in &bug.caught_by {
        if verdict(&program, vector)? == Verdict::Broken {
            catchers.push(vector.as_str());
        }
    }
    Ok(catchers)
}

fn all_vectors() -> Result<Vec<String>> {
    let files = vectors::find(&[])?;
    Ok(files.iter().map(|file| file.display().to_string()).collect())
}

/// Demands that the sources and the table name the same bugs.
fn agree(sources: &BTreeSet<String>, table: &Table) -> Result<()> {
    let listed: BTreeSet<String> = table.bug.keys().cloned().collect();
    let list =
        |names: Vec<&String>| names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let unlisted = list(sources.difference(&listed).collect());
    if !unlisted.is_empty() {
        bail!("name the vectors that catch them in tests/sabotage.toml: {unlisted}");
    }
    let unknown = list(listed.difference(sources).collect());
    if !unknown.is_empty() {
        bail!("tests/sabotage.toml names bugs that no source has: {unknown}");
    }
    if listed.is_empty() {
        bail!("there is no deliberate bug: nothing shows that the vectors catch any");
    }
    match table.bug.iter().find(|(_, bug)| bug.caught_by.is_empty()) {
        Some((name, _)) => bail!("no vector is named for {name} in tests/sabotage.toml"),
        None => Ok(()),
    }
}

fn chosen(names: &[String], mut table: Table) -> Result<BTreeMap<String, Bug>> {
    if let Some(unknown) = names.iter().find(|name| !table.bug.contains_key(*name)) {
        bail!("there is no bug {unknown}");
    }
    table.bug.retain(|name, _| names.is_empty() || names.contains(name));
    Ok(table.bug)
}

/// Demands that all vectors pass without a bug: else they would catch anything.
fn healthy(bugs: &BTreeMap<String, Bug>) -> Result<()> {
    let program = build(None)?;
    let vectors: BTreeSet<&String> = bugs.values().flat_map(|bug| &bug.caught_by).collect();
    for vector in vectors {
        if verdict(&program, vector)? != Verdict::Held {
            bail!("{vector} fails without any bug, so it proves nothing");
        }
    }
    Ok(())
}

/// What a vector says of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Held,
    Broken,
}

fn verdict(program: &Path, vector: &str) -> Result<Verdict> {
    let mut command = command(program, &case(vector))?;
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

fn case(text: &str) -> Case {
    let (file, at) = match text.split_once(' ') {
        Some((file, at)) => (file, Some(at.trim().to_string())),
        None => (text, None),
    };
    Case { file: PathBuf::from(file), at }
}

/// Sweeps a vector that has sweeps, replays one that has none.
fn command(program: &Path, case: &Case) -> Result<Command> {
    let mut command = Command::new(program);
    if case.at.is_none() && !vectors::script(&case.file)?.sweeps.is_empty() {
        command.arg("sweep").arg(&case.file);
    } else {
        command.arg("replay").arg(&case.file).arg("--quiet");
        command.args(case.at.iter().flat_map(|point| ["--at", point]));
    }
    Ok(command)
}

/// Builds the program, with a bug if one is named.
fn build(bug: Option<&str>) -> Result<PathBuf> {
    let folder = workspace::target().join("sabotage");
    fs::create_dir_all(&folder)?;
    let mut command =
        shell::cargo(["build", "--release", "--quiet", "--package", "host-sim", "--target-dir"]);
    command.arg(&folder);
    if let Some(bug) = bug {
        let wrapper = folder.join(format!("rustc-with-{bug}"));
        write_wrapper(&wrapper, bug)?;
        command.env("RUSTC_WORKSPACE_WRAPPER", wrapper);
    }
    shell::run(&mut command)?;
    Ok(folder.join("release").join("raid10"))
}

/// Writes a program that calls the compiler with the bug's `--cfg`. Cargo knows builds apart by the
/// wrapper's path.
fn write_wrapper(path: &Path, bug: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, format!("#!/bin/sh\nexec \"$@\" --cfg 'raid10_bug=\"{bug}\"'\n"))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(test)]
mod tests;
