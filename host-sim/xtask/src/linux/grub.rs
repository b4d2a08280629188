//! GRUB's own reader of arrays.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};

use super::content::{Content, Sum};
use super::scenario::{Choice, Facts};
use crate::shell;

/// The program that runs GRUB's drivers on images.
pub(crate) const PROGRAM: &str = "grub-fstest";

/// Reads the content and compares it.
///
/// GRUB reads an array of which one member is missing, and none of which more are; such a one it is not shown.
pub(crate) fn compare(facts: &mut Facts, choice: &Choice) -> Result<()> {
    let missing = facts.in_sync.iter().filter(|drive| drive.is_none()).count();
    if matches!(choice, Choice::InSync) && missing > 1 {
        facts.notes.push(format!("GRUB reads no array of which {missing} members are missing"));
        return Ok(());
    }
    let drives = facts.drives(choice);
    let images: Vec<PathBuf> = drives.iter().map(|&drive| facts.images[drive].clone()).collect();
    let sectors = facts.content.as_ref().context("nobody knows what GRUB is to read")?.sectors;
    let array = array(&images)?;
    let mut sum = Sum::default();
    for range in facts.compared(sectors) {
        // One at a time: of a list of ranges GRUB 2.06 reads the second wrongly.
        let file = format!("({array}){}+{}", range.start, range.end - range.start);
        let mut command = fstest(&images);
        command.args(["cat", &file]).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| shell::line(&command))?;
        sum.add(child.stdout.take().context("the output was asked for")?)?;
        let status = child.wait()?;
        if !status.success() {
            bail!("{status}: {}", shell::line(&command));
        }
    }
    // GRUB was asked for these sectors; that there are no more it does not tell.
    let compared = facts.compare(Content { sum: sum.finish(), sectors });
    compared.map_err(|why| anyhow!("GRUB, drives {drives:?}: {why}"))
}

/// What GRUB calls the array on some images.
fn array(images: &[PathBuf]) -> Result<String> {
    let list = shell::output(fstest(images).arg("ls"))?;
    match arrays(&list)[..] {
        [array] => Ok(array.to_owned()),
        _ => bail!("GRUB sees not one array, but: {}", list.trim_end()),
    }
}

/// The arrays in GRUB's list of devices: `(proc) (loop0) (md/volume0)`. There may be blanks in a name.
fn arrays(list: &str) -> Vec<&str> {
    let names = list.split('(').filter_map(|rest| rest.trim_end().strip_suffix(')'));
    names.filter(|name| name.starts_with("md/")).collect()
}

fn fstest(images: &[PathBuf]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("-c").arg(images.len().to_string()).args(images);
    command
}

#[cfg(test)]
mod tests;
