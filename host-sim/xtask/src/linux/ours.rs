//! The program `raid10`, as the scenarios use it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::slice;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::content::{self, Content, SECTOR};
use super::records::Records;
use super::scenario::{Choice, Facts, Filled, Ours};
use crate::machine::Machine;
use crate::shell;

/// Sectors of a MiB.
const MIB: u64 = 2048;

/// The program.
pub(crate) struct Program(PathBuf);

impl Program {
    /// Builds it.
    pub(crate) fn build() -> Result<Self> {
        Ok(Self(Machine::Host.build()?))
    }

    /// Makes a set in a folder.
    pub(crate) fn create(&self, set: &Ours, folder: &Path) -> Result<Facts> {
        let Ours { copies, members, spares, mib, chunk_kib, bit_kib, filled } = set;
        let images = images(folder, members + spares);
        // What is sure to fit: a set's metadata take less than a twentieth of a drive.
        let room = (mib - mib.div_ceil(20)) * MIB * *members as u64 / u64::from(*copies);
        let (disk, whole, ends) = (folder.join("content.img"), 0..room, [0..MIB, room - MIB..room]);
        let filled_ranges = if *filled == Filled::Ends { &ends } else { slice::from_ref(&whole) };
        content::make(&disk, room, filled_ranges)?;
        let mut command = Command::new(&self.0);
        command.arg("create").args(["--name", "raid10:volume0"]);
        command.args([format!("--copies={copies}"), format!("--size={mib}MiB")]);
        command.arg(format!("--chunk={chunk_kib}KiB"));
        if let Some(kib) = bit_kib {
            command.arg(format!("--bitmap-chunk={kib}KiB"));
        }
        if *filled != Filled::Nothing {
            command.arg("--from").arg(&disk);
        }
        run(command.args(&images[..*members]))?;
        blank(&images[*members..], *mib)?;
        let mut facts = Facts { images, ..Facts::default() };
        if *filled == Filled::Ends {
            facts.ranges = ends.to_vec();
        }
        let document = self.inspect(&facts.images[..*members])?;
        let sectors =
            document.pointer("/images/0/member/set/array_sectors").and_then(Value::as_u64);
        let sectors = sectors.context("`raid10 inspect` does not tell the size of the array")?;
        let holds = if *filled == Filled::Nothing { Path::new("/dev/null") } else { &disk };
        let sum = content::sum(holds, &facts.compared(sectors))?;
        facts.content = Some(Content { sum, sectors });
        Ok(facts)
    }

    /// Replays a vector, and saves what it leaves in a folder.
    pub(crate) fn replay(&self, vector: &Path, folder: &Path) -> Result<()> {
        let mut command = Command::new(&self.0);
        run(command.args(["replay", "--quiet", "--save-images"]).arg(folder).arg(vector))
    }

    /// Looks at the records of all drives, to be compared with what Linux finds.
    pub(crate) fn look(&self, facts: &mut Facts) -> Result<()> {
        let document = self.inspect(&facts.images)?;
        let records = |image: &Value| match &image["member"] {
            Value::Null => Ok(None),
            member => Records::of(member).map(Some),
        };
        let images = list(&document, "/images")?.iter();
        facts.records = images.map(records).collect::<Result<_>>()?;
        Ok(())
    }

    /// Whether each sector that a drive cannot read is in its log of bad blocks.
    pub(crate) fn logged(&self, facts: &mut Facts) -> Result<()> {
        self.look(facts)?;
        for (drive, unreadable) in facts.unreadable.iter().enumerate() {
            let bad = facts.records.get(drive).and_then(Option::as_ref).map(|records| &records.bad);
            let covers =
                |sector| bad.is_some_and(|bad| bad.iter().any(|range| range.contains(&sector)));
            let bare = unreadable.iter().cloned().flatten().find(|&sector| !covers(sector));
            ensure!(
                bare.is_none(),
                "drive {drive}: sector {bare:?} cannot be read and is not logged"
            );
        }
        Ok(())
    }

    /// What it finds on images.
    pub(crate) fn inspect(&self, images: &[PathBuf]) -> Result<Value> {
        let mut command = Command::new(&self.0);
        command.args(["inspect", "--format", "json"]).args(images);
        let output = command.output()?;
        // 1: something is wrong with an image, which is what may be expected.
        ensure!(matches!(output.status.code(), Some(0 | 1)), "{}", said(&command, &output));
        serde_json::from_slice(&output.stdout).with_context(|| shell::line(&command))
    }

    /// Compares the standings of the drives.
    pub(crate) fn standings(&self, facts: &Facts, expected: &str) -> Result<()> {
        let document = self.inspect(&facts.images)?;
        let found = standings(&document, &facts.images)?;
        ensure!(found == expected, "`raid10 inspect`: `{found}`, not `{expected}`");
        let fine =
            |word: &str| [":in-sync", ":building", ":spare"].iter().any(|end| word.ends_with(end));
        let readable = facts.unreadable.iter().all(Vec::is_empty);
        if readable && found.split(' ').all(fine) {
            let wrong = list(&document, "/findings")?.iter().find(|one| one["severity"] == "wrong");
            ensure!(wrong.is_none(), "`raid10 inspect`: {}", wrong.unwrap_or(&Value::Null)["text"]);
        }
        Ok(())
    }

    /// Whether the members in sync say that they were not stopped, and what was being written.
    pub(crate) fn unclean(&self, facts: &Facts) -> Result<()> {
        let document = self.inspect(&facts.images)?;
        let members = list(&document, "/sets/0/members")?;
        let is_in_sync = |file: &Value| {
            members.iter().any(|one| one["file"] == *file && one["standing"] == "in-sync")
        };
        for image in list(&document, "/images")?.iter().filter(|image| is_in_sync(&image["file"])) {
            let (clean, file) = (&image["member"]["clean"], &image["file"]);
            ensure!(*clean == Value::Bool(false), "`raid10 inspect`: {file}: clean is {clean}");
            let marked = image["member"]["bitmap"]["set"].as_u64().unwrap_or(0);
            let bits = image["member"]["bitmap"]["bits"].as_u64().unwrap_or(0);
            ensure!(
                0 < marked && marked < bits,
                "`raid10 inspect`: {file}: {marked} of {bits} bits"
            );
        }
        Ok(())
    }

    /// Puts the content together and compares it.
    pub(crate) fn extract(&self, facts: &mut Facts, choice: &Choice, folder: &Path) -> Result<()> {
        let drives = facts.drives(choice);
        let out = folder.join("extracted.img");
        let mut command = Command::new(&self.0);
        command.arg("assemble").arg("--out").arg(&out);
        if drives.len() < facts.images.len() {
            command.arg("--degraded");
        }
        command.args(drives.iter().map(|&drive| &facts.images[drive]));
        let output = command.output()?;
        // 1: something is missing or differs.
        let fine = match output.status.code() {
            Some(0) => true,
            Some(1) => !facts.lost.is_empty() && out.exists(),
            _ => false,
        };
        ensure!(fine, "{}", said(&command, &output));
        let sectors = out.metadata()?.len() / SECTOR;
        let sum = content::sum(&out, &facts.compared(sectors))?;
        fs::remove_file(&out)?;
        let compared = facts.compare(Content { sum, sectors });
        compared.map_err(|why| anyhow::anyhow!("`raid10 assemble`, drives {drives:?}: {why}"))
    }
}

/// The names of drives in a folder.
pub(crate) fn images(folder: &Path, count: usize) -> Vec<PathBuf> {
    (0..count).map(|number| folder.join(format!("d{number}.img"))).collect()
}

/// Makes blank drives.
pub(crate) fn blank(images: &[PathBuf], mib: u64) -> Result<()> {
    for image in images {
        File::create(image)?.set_len(mib * MIB * SECTOR)?;
    }
    Ok(())
}

/// By drive: `d0:in-sync d1:stale`; what is no member is left out.
fn standings(document: &Value, images: &[PathBuf]) -> Result<String> {
    let sets = list(document, "/sets")?;
    ensure!(sets.len() == 1, "`raid10 inspect` sees {} sets", sets.len());
    let members = list(document, "/sets/0/members")?;
    let mut words = Vec::new();
    for (drive, image) in images.iter().enumerate() {
        let name = image.to_str();
        if let Some(member) = members.iter().find(|member| member["file"].as_str() == name) {
            words.push(format!("d{drive}:{}", member["standing"].as_str().unwrap_or("?")));
        }
    }
    Ok(words.join(" "))
}

fn list<'d>(document: &'d Value, pointer: &str) -> Result<&'d Vec<Value>> {
    let list = document.pointer(pointer).and_then(Value::as_array);
    list.with_context(|| format!("`raid10 inspect` has no {pointer}"))
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{}", said(command, &output));
    }
    Ok(())
}

fn said(command: &Command, output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    format!("{}: {}: {}", output.status, shell::line(command), text.trim_end())
}
