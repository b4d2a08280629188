//! `cargo xtask linux`: Linux and GRUB as witnesses that our drives are what they take them for, and theirs what we do.
//!
//! A kernel of the distribution, with mdadm, runs under QEMU. It is given drives as images, and a plan; what it finds is
//! compared with what `raid10 inspect` and `raid10 assemble` find, and with what GRUB's reader does.

mod boot;
mod content;
mod cpio;
mod folder;
mod grub;
mod initramfs;
mod kernel_step;
mod modules;
mod ours;
mod packages;
mod plan;
mod protocol;
mod records;
mod run;
mod running;
mod scenario;
mod table;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, bail, ensure};

use crate::{shell, workspace};
use initramfs::Base;
use ours::Program;
use packages::Packages;
use run::Lab;
use running::Running;
use scenario::Scenario;

/// Runs the scenarios whose name has one of these words in it, or all; or those of folders of images.
pub(crate) fn run(names: &[String], folders: &[PathBuf]) -> Result<()> {
    if !is_possible()? {
        return Ok(());
    }
    let scenarios = if folders.is_empty() {
        chosen(table::scenarios(), names)
    } else {
        folders.iter().map(|folder| folder::scenario(folder)).collect::<Result<_>>()?
    };
    ensure!(!scenarios.is_empty(), "there is no such scenario, so nothing was run");
    let begin = Instant::now();
    let folder = workspace::target().join("linux");
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let base = Base::new(&Packages::unpacked(&folder)?)?;
    let lab = Lab { folder, base, program: Program::build()? };
    let running = lab.run(scenarios)?;
    let failed = running.iter().filter(|one| !report(one)).count();
    let passed = running.len() - failed;
    let seconds = begin.elapsed().as_secs_f32();
    println!("{passed} scenarios passed, {failed} failed, in {seconds:.0} s");
    ensure!(failed == 0, "Linux or GRUB disagree; the drives are in {}", lab.folder.display());
    Ok(())
}

/// Tells how a scenario ended; true if well.
fn report(running: &Running) -> bool {
    let name = running.name();
    match running.failure() {
        Some(why) => println!("FAILED  {name}: {why}"),
        None => println!("ok      {name}"),
    }
    for note in &running.facts.notes {
        println!("        note: {note}");
    }
    running.failure().is_none()
}

fn chosen(scenarios: Vec<Scenario>, names: &[String]) -> Vec<Scenario> {
    let fits = |scenario: &Scenario| names.iter().any(|name| scenario.name.contains(name));
    scenarios.into_iter().filter(|scenario| names.is_empty() || fits(scenario)).collect()
}

/// Whether all programs are there. Without apt-get there is no kernel to be had, and people are told so; but whoever can
/// have them, and whoever checks for others, must.
fn is_possible() -> Result<bool> {
    let wanted = ["apt-get", "apt-cache", "dpkg-deb", boot::PROGRAM, grub::PROGRAM];
    let missing: Vec<&str> = wanted.into_iter().filter(|program| !shell::has(program)).collect();
    if missing.is_empty() {
        return Ok(true);
    }
    let missing = missing.join(", ");
    let must = shell::has("apt-get") || std::env::var_os("CI").is_some_and(|value| value == "true");
    if must {
        bail!("{missing}: missing, see `cargo xtask setup`");
    }
    println!("SKIPPED: Linux and GRUB were NOT asked, for this system lacks {missing}");
    Ok(false)
}
