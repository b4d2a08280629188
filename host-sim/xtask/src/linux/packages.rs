//! The packages of the distribution that the machine is made of. They are unpacked, not installed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{setup, shell};

/// A package that always depends on the newest kernel.
const KERNEL: &str = "linux-image-cloud-amd64";
/// What runs on it, and the libraries that mdadm needs.
const PROGRAMS: [&str; 4] = ["busybox-static", "mdadm", "libc6", "libudev1"];

/// The unpacked packages.
pub(crate) struct Packages {
    files: Vec<PathBuf>,
}

impl Packages {
    /// Unpacks the packages into a folder, unless they are there.
    pub(crate) fn unpacked(folder: &Path) -> Result<Self> {
        let root = folder.join("packages");
        if !root.is_dir() {
            fetch(folder, &root)?;
        }
        let mut files = Vec::new();
        list(&root, &mut files)?;
        files.sort();
        Ok(Self { files })
    }

    /// The file whose path ends like this: where a distribution has `/bin`, another has `/usr/bin`.
    pub(crate) fn file(&self, end: &str) -> Result<&Path> {
        let file = self.files.iter().find(|file| file.ends_with(end));
        file.map(PathBuf::as_path).with_context(|| format!("no package has {end}"))
    }

    /// The kernel.
    pub(crate) fn kernel(&self) -> Result<&Path> {
        let is_kernel = |name: &OsStr| name.to_string_lossy().starts_with("vmlinuz-");
        let file = self.files.iter().find(|file| file.file_name().is_some_and(is_kernel));
        file.map(PathBuf::as_path).context("no package has a kernel")
    }

    /// All files.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }
}

/// Downloads and unpacks; the folder gets its name when all is in it.
fn fetch(folder: &Path, root: &Path) -> Result<()> {
    let kernel = match newest_kernel() {
        Ok(kernel) => kernel,
        Err(_) => {
            shell::run(setup::as_root("apt-get")?.arg("update"))?;
            newest_kernel()?
        }
    };
    let (new, archives) = (folder.join("packages.new"), folder.join("archives"));
    for folder in [&new, &archives] {
        if folder.is_dir() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
    }
    println!("fetching {kernel}, {}", PROGRAMS.join(", "));
    let mut command = Command::new("apt-get");
    // Root would otherwise be told that the folder is not that of apt's own user.
    command.args(["download", "-qq", "-o", "APT::Sandbox::User=root", &kernel]).args(PROGRAMS);
    shell::run(command.current_dir(&archives))?;
    for archive in fs::read_dir(&archives)? {
        shell::run(Command::new("dpkg-deb").arg("-x").arg(archive?.path()).arg(&new))?;
    }
    fs::remove_dir_all(&archives)?;
    fs::rename(&new, root).with_context(|| root.display().to_string())
}

/// The package of the newest kernel.
fn newest_kernel() -> Result<String> {
    let about =
        shell::output(Command::new("apt-cache").args(["show", "--no-all-versions", KERNEL]))?;
    match about.lines().find_map(|line| line.strip_prefix("Depends: ")) {
        Some(depends) => {
            let name = depends.split([' ', ',', '(']).next().unwrap_or_default();
            Ok(name.to_owned())
        }
        None => bail!("apt-cache knows no kernel {KERNEL}"),
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}
