//! The machines that can replay a vector.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{shell, workspace};

/// How long a replay under QEMU may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// The exit code of a replay that the machine has too little memory for.
pub(crate) const DOES_NOT_FIT: i32 = 3;
/// The exit code of a program that panicked on a machine.
pub(crate) const PANICKED: i32 = 101;
/// The exit code of a program whose core took an exception.
pub(crate) const EXCEPTION: i32 = 102;

/// A machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Machine {
    /// Cortex-M3, 4 MiB for the program, 4 MiB RAM, 16 MiB heap
    #[value(name = "mps2-an385")]
    Mps2An385,
    /// RISC-V, 32 bits, 16 MiB RAM, 48 MiB heap
    #[value(name = "rv32-virt")]
    Rv32Virt,
    /// This computer
    Host,
}

impl Machine {
    /// Those under QEMU.
    pub(crate) const EMULATED: [Self; 2] = [Self::Mps2An385, Self::Rv32Virt];

    /// The package of the board, and the compiler's name of its core.
    pub(crate) const fn board(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Mps2An385 => Some(("qemu-mps2-an385", "thumbv7m-none-eabi")),
            Self::Rv32Virt => Some(("qemu-rv32-virt", "riscv32imac-unknown-none-elf")),
            Self::Host => None,
        }
    }

    /// Builds the program and tells where it is.
    pub(crate) fn build(self) -> Result<PathBuf> {
        match self.board() {
            Some((package, core)) => {
                shell::run(&mut shell::cargo([
                    "build",
                    "--release",
                    "--quiet",
                    "--package",
                    package,
                    "--target",
                    core,
                ]))?;
                Ok(workspace::target().join(core).join("release").join(package))
            }
            None => {
                shell::run(&mut shell::cargo([
                    "build",
                    "--release",
                    "--quiet",
                    "--package",
                    "host-sim",
                ]))?;
                Ok(workspace::target().join("release").join("raid10"))
            }
        }
    }

    /// The command that replays a vector and prints its trace.
    pub(crate) fn command(self, program: &Path, file: &Path, at: Option<&str>) -> Result<Command> {
        let Some(emulator) = self.emulator() else {
            let mut command = Command::new(program);
            command.arg("replay").arg(file).args(["--trace", "-"]);
            command.args(at.iter().flat_map(|point| ["--at", point]));
            return Ok(command);
        };
        let file = file.to_str().with_context(|| format!("{}: not UTF-8", file.display()))?;
        finish(emulator, program, [file].into_iter().chain(at))
    }

    /// The command that replays what a file lists and prints a line for each.
    pub(crate) fn list(self, program: &Path, list: &Path) -> Result<Command> {
        let emulator = self.emulator().context("lists are for machines under QEMU")?;
        let list = list.to_str().with_context(|| format!("{}: not UTF-8", list.display()))?;
        finish(emulator, program, ["--list", list])
    }

    /// QEMU with the machine chosen.
    fn emulator(self) -> Option<Command> {
        let (program, arguments): (_, &[&str]) = match self {
            Self::Host => return None,
            Self::Mps2An385 => ("qemu-system-arm", &["-M", "mps2-an385"]),
            Self::Rv32Virt => {
                ("qemu-system-riscv32", &["-M", "virt", "-m", "64M", "-bios", "none"])
            }
        };
        let mut command = Command::new(program);
        command.args(arguments);
        Some(command)
    }
}

/// Adds what both emulators understand.
fn finish<'w>(
    mut command: Command,
    program: &Path,
    words: impl IntoIterator<Item = &'w str>,
) -> Result<Command> {
    let mut config = String::from("enable=on,target=native,arg=raid10");
    for word in words {
        if word.contains(char::is_whitespace) {
            bail!(
                "`{word}` contains a blank, which would split the machine's command line: rename it"
            );
        }
        config.push_str(",arg=");
        config.push_str(&word.replace(',', ",,"));
    }
    command.args(["-nographic", "-monitor", "none", "-serial", "none", "-semihosting-config"]);
    command.arg(config).arg("-kernel").arg(program);
    Ok(command)
}

/// What a replay printed, and its exit code.
pub(crate) struct Replayed {
    /// The exit code.
    pub(crate) code: i32,
    /// The standard output.
    pub(crate) out: Vec<u8>,
    /// The standard error output.
    pub(crate) err: Vec<u8>,
}

/// Runs a replay to its end, or kills it when it takes too long.
pub(crate) fn replay(command: &mut Command) -> Result<Replayed> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| {
            format!("cannot start: {}; see `cargo xtask setup`", shell::line(command))
        })?;
    let out = drain(child.stdout.take().context("the output was asked for")?);
    let err = drain(child.stderr.take().context("the output was asked for")?);
    let code = wait(&mut child, PATIENCE)
        .with_context(|| format!("while it ran: {}", shell::line(command)))?;
    let join = |thread: JoinHandle<_>| thread.join().unwrap_or_default();
    Ok(Replayed { code, out: join(out), err: join(err) })
}

/// The exit code of a child that ends in time.
pub(crate) fn wait(child: &mut Child, patience: Duration) -> Result<i32> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return status.code().with_context(|| format!("ended by itself: {status}"));
        }
        if begin.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            bail!("no end after {} s", patience.as_secs());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn drain(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is all there is.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

#[cfg(test)]
mod tests;
