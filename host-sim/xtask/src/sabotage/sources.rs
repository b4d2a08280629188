//! Finds the deliberate bugs in the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// What stands before a bug's name.
const MARK: &str = "bug!(\"";

/// The names of all bugs in the Rust files of a folder.
pub(super) fn bugs(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    collect(folder, &mut found)?;
    Ok(found)
}

fn collect(folder: &Path, found: &mut BTreeSet<String>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.extend(names(&fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// The names in a source text.
pub(super) fn names(text: &str) -> impl Iterator<Item = String> {
    text.split(MARK).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_string()))
}
