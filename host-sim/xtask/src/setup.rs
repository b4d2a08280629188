//! `cargo xtask setup`: installs what the tests need. Does nothing, and quickly, when all is there.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::shell;

/// A program of the system, and the packages that have it.
struct Tool {
    program: &'static str,
    /// The package's name for apt-get.
    debian: &'static str,
    /// The package's name for dnf.
    fedora: &'static str,
    /// The package's name for Homebrew, if it has it.
    brew: Option<&'static str>,
}

const TOOLS: [Tool; 3] = [
    Tool {
        program: "qemu-system-arm",
        debian: "qemu-system-arm",
        fedora: "qemu-system-arm",
        brew: Some("qemu"),
    },
    Tool {
        program: "qemu-system-riscv32",
        debian: "qemu-system-misc",
        fedora: "qemu-system-riscv",
        brew: Some("qemu"),
    },
    Tool { program: "valgrind", debian: "valgrind", fedora: "valgrind", brew: None },
];

/// What Linux and GRUB are asked with, where their packages are to be had.
const WITNESSES: [Tool; 2] = [
    Tool {
        program: "qemu-system-x86_64",
        debian: "qemu-system-x86",
        fedora: "qemu-system-x86",
        brew: Some("qemu"),
    },
    Tool { program: "grub-fstest", debian: "grub-common", fedora: "grub2-tools-extra", brew: None },
];

/// `rust-toolchain.toml`.
#[derive(Deserialize)]
struct ToolchainFile {
    toolchain: Toolchain,
}

#[derive(Deserialize)]
struct Toolchain {
    components: Vec<String>,
    targets: Vec<String>,
}

/// Installs what is missing.
pub(crate) fn run() -> Result<()> {
    rust()?;
    system()?;
    fuzzer()
}

/// The targets and components that the toolchain file names. Rustup does this by itself, unless it was told
/// not to.
fn rust() -> Result<()> {
    let text = fs::read_to_string("rust-toolchain.toml").context("rust-toolchain.toml")?;
    let file: ToolchainFile = toml::from_str(&text).context("rust-toolchain.toml")?;
    for (kind, wanted) in
        [("target", &file.toolchain.targets), ("component", &file.toolchain.components)]
    {
        let installed = shell::output(Command::new("rustup").args([kind, "list", "--installed"]))?;
        let missing = missing(wanted, &installed);
        if !missing.is_empty() {
            shell::run(Command::new("rustup").args([kind, "add"]).args(missing))?;
        }
    }
    Ok(())
}

/// What is wanted and not installed. A component is listed with its platform behind it.
fn missing<'w>(wanted: &'w [String], installed: &str) -> Vec<&'w str> {
    let there = |name: &str| {
        installed.lines().any(|line| {
            line.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    };
    wanted.iter().map(String::as_str).filter(|name| !there(name)).collect()
}

/// QEMU, valgrind and GRUB's reader, from the system's packages.
fn system() -> Result<()> {
    let witnesses: &[Tool] = if shell::has("apt-get") { &WITNESSES } else { &[] };
    let wanted = TOOLS.iter().chain(witnesses);
    let missing: Vec<&Tool> = wanted.filter(|tool| !shell::has(tool.program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !shell::has("apt-get") {
        bail!("install what is missing, then try again: {}", advice(&missing));
    }
    let packages = missing.iter().map(|tool| tool.debian);
    shell::run(as_root("apt-get")?.arg("update"))?;
    shell::run(
        as_root("apt-get")?.args(["install", "--yes", "--no-install-recommends"]).args(packages),
    )
}

/// A command that runs as root.
pub(crate) fn as_root(program: &str) -> Result<Command> {
    if shell::output(Command::new("id").arg("-u"))?.trim() == "0" {
        return Ok(Command::new(program));
    }
    if !shell::has("sudo") {
        bail!(
            "{program} must be run as root, and there is no sudo: run `cargo xtask setup` as root"
        );
    }
    let mut command = Command::new("sudo");
    command.arg(program);
    Ok(command)
}

/// The line to type where there is no apt-get.
fn advice(missing: &[&Tool]) -> String {
    let list = |names: Vec<&str>| {
        let mut names = names;
        names.dedup();
        names.join(" ")
    };
    if shell::has("dnf") {
        format!("sudo dnf install {}", list(missing.iter().map(|tool| tool.fedora).collect()))
    } else if shell::has("brew") {
        format!("brew install {}", list(missing.iter().filter_map(|tool| tool.brew).collect()))
    } else {
        list(missing.iter().map(|tool| tool.program).collect())
    }
}

/// The fuzzer, and the nightly compiler that it needs.
fn fuzzer() -> Result<()> {
    if !has_nightly()? {
        shell::run(Command::new("rustup").args([
            "toolchain",
            "install",
            "nightly",
            "--profile",
            "minimal",
        ]))?;
    }
    if !shell::has("cargo-fuzz") {
        shell::run(Command::new("cargo").args(["install", "cargo-fuzz", "--locked"]))?;
    }
    Ok(())
}

/// True if there is a nightly compiler.
pub(crate) fn has_nightly() -> Result<bool> {
    let list = shell::output(Command::new("rustup").args(["toolchain", "list"]))?;
    Ok(list.lines().any(|line| line.starts_with("nightly-")))
}

#[cfg(test)]
mod tests;
