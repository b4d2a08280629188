//! Scenarios from folders of images that somebody else made.

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::kernel_step::Linux;
use super::scenario::{Choice, Scenario, Source, Step};

/// What the array holds.
const CONTENT: &str = "content.img";
/// What of it is lost, if there is such a file: lines of a first sector and a number of sectors.
const LOST: &str = "lost.txt";

/// The scenario of a folder: its images but for the content are the drives.
pub(crate) fn scenario(folder: &Path) -> Result<Scenario> {
    let mut images = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "img") && !path.ends_with(CONTENT) {
            images.push(path);
        }
    }
    images.sort();
    ensure!(!images.is_empty(), "{}: has no images, named *.img", folder.display());
    let content = folder.join(CONTENT);
    ensure!(content.is_file(), "{}: has no {CONTENT}, what the array holds", folder.display());
    let lost = match fs::read_to_string(folder.join(LOST)) {
        Ok(text) => parse(&text).with_context(|| folder.join(LOST).display().to_string())?,
        Err(_) => Vec::new(),
    };
    let steps = steps(images.len(), lost.is_empty());
    let name = format!("images in {}", folder.display());
    Ok(Scenario { name, source: Source::Files { images, content, lost }, steps })
}

/// Assembled as they are, then with all that Linux copies by itself. Where nothing is lost, no copies may differ.
fn steps(drives: usize, whole: bool) -> Vec<Step> {
    let drives = (0..drives).collect();
    let mut linux = vec![
        Linux::Assemble { drives, readonly: true },
        Linux::Members(None),
        Linux::Read,
        Linux::Writable,
        Linux::Settle,
        Linux::Read,
    ];
    if whole {
        linux.push(Linux::Scrub);
    }
    linux.push(Linux::Stop);
    let ours = [Step::Extract(Choice::InSync), Step::Grub(Choice::InSync)];
    linux.into_iter().map(Step::Linux).chain(ours).collect()
}

fn parse(text: &str) -> Result<Vec<Range<u64>>> {
    text.lines().filter(|line| !line.trim().is_empty()).map(range).collect()
}

fn range(line: &str) -> Result<Range<u64>> {
    let wanted = || format!("`{line}`: expected a first sector and a number of sectors");
    let mut numbers = line.split_whitespace().map(str::parse::<u64>);
    let (Some(Ok(start)), Some(Ok(sectors)), None) =
        (numbers.next(), numbers.next(), numbers.next())
    else {
        anyhow::bail!(wanted());
    };
    let end = start.checked_add(sectors).filter(|_| sectors > 0).with_context(wanted)?;
    Ok(start..end)
}

#[cfg(test)]
mod tests;
