//! Finds vectors and points of their sweeps.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use vector_language::{Script, parse_bytes};

/// One replay: a vector, and a point if it has sweeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    /// The vector, from the workspace's folder.
    pub(crate) file: PathBuf,
    /// The point of its sweeps.
    pub(crate) at: Option<String>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        self.at.as_ref().map_or(Ok(()), |point| write!(f, " --at {point}"))
    }
}

impl Case {
    /// Its line in a list for a machine.
    pub(crate) fn listed(&self) -> String {
        let point = self.at.as_ref().map(|point| format!(" {point}")).unwrap_or_default();
        format!("{}{point}\n", self.file.display())
    }
}

/// All vectors in these files and folders, in the order of their names; in `vectors` if none are given.
pub(crate) fn find(given: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let all = [PathBuf::from("vectors")];
    let mut found = Vec::new();
    for path in if given.is_empty() { &all } else { given } {
        walk(path, &mut found)?;
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn walk(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        found.push(path.to_path_buf());
        return Ok(());
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() || path.extension().is_some_and(|ending| ending == "vec") {
            walk(&path, found)?;
        }
    }
    Ok(())
}

/// A vector's script.
pub(crate) fn script(file: &Path) -> Result<Script> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    parse_bytes(&bytes).or_else(|mistakes| {
        let text = String::from_utf8_lossy(&bytes);
        let name = file.display().to_string();
        let texts: Vec<String> = mistakes.iter().map(|one| one.render(&name, &text)).collect();
        bail!("{} is no vector:\n{}", file.display(), texts.concat())
    })
}

#[cfg(test)]
mod tests;
