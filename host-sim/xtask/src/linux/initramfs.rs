//! The first file system of the machine: its programs, its modules, and a plan.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::cpio::Archive;
use super::modules;
use super::packages::Packages;

const PROGRAMS: [&str; 4] = [
    "bin/busybox",
    "sbin/mdadm",
    "lib/x86_64-linux-gnu/libc.so.6",
    "lib/x86_64-linux-gnu/libudev.so.1",
];
const LOADER: &str = "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";

/// The same for every plan.
pub(crate) struct Base {
    /// The kernel.
    pub(crate) kernel: PathBuf,
    archive: Vec<u8>,
}

impl Base {
    /// Packs what the packages have.
    pub(crate) fn new(packages: &Packages) -> Result<Self> {
        let mut archive = Archive::default();
        archive.file("init", include_bytes!("guest/init.sh"));
        archive.file("steps.sh", include_bytes!("guest/steps.sh"));
        for path in PROGRAMS {
            archive.file(path, &read(packages.file(path)?)?);
        }
        // Programs name the loader by this path, which the package has as a link.
        archive.file("lib64/ld-linux-x86-64.so.2", &read(packages.file(LOADER)?)?);
        let known = modules::below(packages.files());
        let builtin = fs::read_to_string(packages.file("modules.builtin")?)?;
        let order = modules::order(&modules::WANTED, &known, &builtin, read)?;
        for (number, module) in order.into_iter().enumerate() {
            let name = module.file_name().unwrap_or_default().display();
            archive.file(&format!("modules/{number:02}-{name}"), &read(module)?);
        }
        Ok(Self { kernel: packages.kernel()?.to_path_buf(), archive: archive.finish() })
    }

    /// Writes the file system with a plan, and the number of drives for which it waits. Behind one of the targets is the
    /// pattern.
    pub(crate) fn write(&self, to: &Path, plan: &str, drives: usize, pattern: usize) -> Result<()> {
        let mut archive = Archive::default();
        archive.file("plan.sh", plan.as_bytes());
        archive
            .file("drives.sh", format!("drives={drives}\npattern_target={pattern}\n").as_bytes());
        let whole = [self.archive.as_slice(), &archive.finish()].concat();
        fs::write(to, whole).with_context(|| to.display().to_string())
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| file.display().to_string())
}
