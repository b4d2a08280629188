//! `cargo xtask sabotage`: shows that the vectors catch bugs, by replaying them on an engine that has one.
//!
//! A deliberate bug is a place in the engine's source that asks `bug!` by its name. One build of the program
//! has them all; which of them a process has is said by its environment, and without that it has none. See
//! `firmware/metadata/src/bugs.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::vectors;

mod program;
mod sources;

use program::{Program, Verdict};

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
    /// The vectors that are to catch it: `vectors/a.vec`, or with a point `vectors/a.vec p=37%,who=d0`, or with
    /// cuts of the power `vectors/a.vec --cuts linear`. A vector with sweeps and no point is swept.
    caught_by: Vec<String>,
}

/// Runs the vectors of each bug, or of just those named; with `search`, runs all vectors there are.
pub(crate) fn run(names: &[String], search: bool) -> Result<()> {
    let text = fs::read_to_string("tests/sabotage.toml").context("tests/sabotage.toml")?;
    let mut table: Table = toml::from_str(&text).context("tests/sabotage.toml")?;
    if search {
        let all = all_vectors()?;
        table.bug.values_mut().for_each(|bug| bug.caught_by.clone_from(&all));
    }
    agree(&sources::bugs(Path::new("firmware"))?, &table)?;
    let chosen = chosen(names, table)?;
    let program = Program::build()?;
    healthy(&program, &chosen)?;
    let width = chosen.keys().map(String::len).max().unwrap_or(0);
    let mut missed = Vec::new();
    for (name, bug) in &chosen {
        let catchers = catchers(&program, name, bug)?;
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

/// Tells which of a bug's vectors catch it.
fn catchers<'b>(program: &Program, name: &str, bug: &'b Bug) -> Result<Vec<&'b str>> {
    let mut catchers = Vec::new();
    for vector in &bug.caught_by {
        if program.verdict(Some(name), vector)? == Verdict::Broken {
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
fn healthy(program: &Program, bugs: &BTreeMap<String, Bug>) -> Result<()> {
    let vectors: BTreeSet<&String> = bugs.values().flat_map(|bug| &bug.caught_by).collect();
    for vector in vectors {
        if program.verdict(None, vector)? != Verdict::Held {
            bail!("{vector} fails without any bug, so it proves nothing");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
