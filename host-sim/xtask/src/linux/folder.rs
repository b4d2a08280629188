//! Folders with drives and with what the array on them holds: what a replay saved, or what somebody else made.

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::kernel_step::Linux;
use super::scenario::{Choice, Scenario, Set, Source, Step};

/// What the array holds.
const CONTENT: &str = "content.img";
/// What of it is lost, if there is such a file: lines of a first sector and a number of sectors.
const LOST: &str = "lost.txt";
/// What each file is, if there is such a file. Without it all images but the content are drives that are there.
const MANIFEST: &str = "manifest.txt";

/// Reads a folder.
pub(crate) fn set(folder: &Path) -> Result<Set> {
    let content = folder.join(CONTENT);
    ensure!(content.is_file(), "{}: has no {CONTENT}, what the array holds", folder.display());
    let lost = match text(folder, LOST)? {
        Some(text) => parse(&text).with_context(|| folder.join(LOST).display().to_string())?,
        None => Vec::new(),
    };
    let drives = match text(folder, MANIFEST)? {
        Some(text) => drives(&text).with_context(|| folder.join(MANIFEST).display().to_string())?,
        None => all_images(folder)?,
    };
    ensure!(!drives.is_empty(), "{}: has no images, named *.img", folder.display());
    let there = drives.iter().enumerate().filter(|(_, drive)| drive.is_there);
    Ok(Set {
        there: there.map(|(number, _)| number).collect(),
        images: drives.iter().map(|drive| folder.join(&drive.file)).collect(),
        unreadable: drives.into_iter().map(|drive| drive.unreadable).collect(),
        content,
        lost,
    })
}

/// The scenario of a folder: the drives in it that are there.
pub(crate) fn scenario(folder: &Path) -> Result<Scenario> {
    let set = set(folder)?;
    let steps = steps(&set.there, set.lost.is_empty());
    let name = format!("images in {}", folder.display());
    Ok(Scenario { name, source: Source::Files(set), steps })
}

/// Assembled as they are, then with all that Linux copies by itself. Where nothing is lost, no copies may differ.
fn steps(there: &[usize], whole: bool) -> Vec<Step> {
    let mut linux = vec![
        Linux::Assemble { drives: there.to_vec(), readonly: true },
        Linux::Members(None),
        Linux::Read,
        Linux::Lost,
        Linux::Writable,
        Linux::Settle,
        Linux::Read,
        Linux::Lost,
    ];
    if whole {
        linux.push(Linux::Scrub);
    }
    linux.push(Linux::Stop);
    let ours = [Step::Extract(Choice::InSync), Step::Grub(Choice::InSync)];
    [Step::Logged].into_iter().chain(linux.into_iter().map(Step::Linux)).chain(ours).collect()
}

/// One drive of a manifest.
#[derive(Debug, Default, PartialEq, Eq)]
struct Drive {
    file: String,
    is_there: bool,
    unreadable: Vec<Range<u64>>,
}

fn all_images(folder: &Path) -> Result<Vec<Drive>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".img") && name != CONTENT {
            files.push(name);
        }
    }
    files.sort();
    let drive = |file| Drive { file, is_there: true, unreadable: Vec::new() };
    Ok(files.into_iter().map(drive).collect())
}

/// The drives that a manifest lists: lines of `drive NAME` and what is known of it, as `key=value`.
fn drives(text: &str) -> Result<Vec<Drive>> {
    let lines = text.lines().filter(|line| line.starts_with("drive "));
    lines.map(|line| drive(line).with_context(|| format!("`{line}`"))).collect()
}

fn drive(line: &str) -> Result<Drive> {
    let mut drive = Drive::default();
    for word in line.split_whitespace().skip(2) {
        match word.split_once('=').context("expected key=value")? {
            ("file", file) => drive.file = file.to_owned(),
            ("place", place) => drive.is_there = place == "bay",
            ("unreadable", range) => drive.unreadable.push(self::range(&range.replace('+', " "))?),
            _ => {}
        }
    }
    ensure!(!drive.file.is_empty(), "no file");
    Ok(drive)
}

/// The text of a file, if there is one.
fn text(folder: &Path, name: &str) -> Result<Option<String>> {
    let path = folder.join(name);
    if !path.exists() {
        return Ok(None);
    }
    fs::read_to_string(&path).with_context(|| path.display().to_string()).map(Some)
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
        bail!(wanted());
    };
    let end = start.checked_add(sectors).filter(|_| sectors > 0).with_context(wanted)?;
    Ok(start..end)
}

#[cfg(test)]
mod tests;
