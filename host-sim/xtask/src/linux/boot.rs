//! One run of the machine under QEMU.
//!
//! The kernel's own RAID 10 now and then waits for itself for ever, most often in a check (seen with Debian's 6.1). Such a machine says
//! so on its console. It is run once more, from the images as they were; if it hangs again that is a result.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::protocol::{Line, Report};
use crate::shell;

/// The program that is the machine.
pub(crate) const PROGRAM: &str = "qemu-system-x86_64";

/// How long a machine may run.
const PATIENCE: Duration = Duration::from_secs(480);
/// How often the kernel's messages are looked at while the machine says nothing.
const GLANCE: Duration = Duration::from_secs(5);
/// What the kernel says of a task that waits for ever.
const HUNG: &str = "blocked for more than";

/// A drive of the machine, behind a SCSI target.
#[derive(Clone, Debug)]
pub(crate) struct Drive {
    /// The target.
    pub(crate) target: usize,
    /// Its number there.
    pub(crate) lun: usize,
    /// The file.
    pub(crate) image: PathBuf,
    /// Whether what is written goes into the file, or is forgotten.
    pub(crate) keep: bool,
}

/// What to run.
pub(crate) struct Boot<'b> {
    /// The kernel.
    pub(crate) kernel: &'b Path,
    /// The first file system.
    pub(crate) initramfs: &'b Path,
    /// Where the kernel's messages go.
    pub(crate) console: &'b Path,
    /// The drives.
    pub(crate) drives: &'b [Drive],
    /// Cut the power as soon as that many scenarios have come to their end.
    pub(crate) cut_after: Option<usize>,
}

impl Boot<'_> {
    /// Runs the machine to the end of its plan, or until its power is cut; once more if its kernel hangs.
    pub(crate) fn run(&self) -> Result<Report> {
        let kept = || self.drives.iter().filter(|drive| drive.keep).map(|drive| &drive.image);
        for image in kept() {
            copy(image, &before(image))?;
        }
        let mut report = self.run_once()?;
        if self.has_hung() && !self.is_over(&report) {
            println!(
                "The kernel hung: {}. The machine is started once more.",
                self.console.display()
            );
            for image in kept() {
                copy(&before(image), image)?;
            }
            report = self.run_once()?;
        }
        for image in kept() {
            fs::remove_file(before(image))?;
        }
        Ok(report)
    }

    /// True if a task of the kernel waits for ever.
    fn has_hung(&self) -> bool {
        fs::read(self.console).is_ok_and(|text| String::from_utf8_lossy(&text).contains(HUNG))
    }

    /// True if the machine came to the end of its plan, or to where its power is cut.
    fn is_over(&self, report: &Report) -> bool {
        report.done || self.cut_after.is_some_and(|count| report.ended.len() >= count)
    }

    fn run_once(&self) -> Result<Report> {
        let mut command = self.command()?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start: {}", shell::line(&command)))?;
        let listened = self.listen(&mut child);
        // It may have ended by itself.
        let _ = child.kill();
        child.wait()?;
        listened.with_context(|| format!("the kernel's messages: {}", self.console.display()))
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(PROGRAM);
        command.args(["-M", "pc", "-accel", "tcg", "-m", "512", "-nodefaults", "-no-reboot"]);
        command.args(["-display", "none", "-append", "console=ttyS0 loglevel=5 panic=-1"]);
        command.arg("-kernel").arg(self.kernel).arg("-initrd").arg(self.initramfs);
        command.arg("-serial").arg(format!("file:{}", option(self.console)?));
        // One adapter for all drives: each further one would cost the kernel a fifth of a second.
        command.args(["-serial", "stdio", "-device", "virtio-scsi-pci"]);
        for (number, drive) in self.drives.iter().enumerate() {
            let Drive { target, lun, image, keep } = drive;
            let (file, snapshot) = (option(image)?, if *keep { "off" } else { "on" });
            command.arg("-drive").arg(format!(
                "if=none,id=d{number},format=raw,cache=unsafe,snapshot={snapshot},file={file}"
            ));
            let device = format!("scsi-hd,drive=d{number},scsi-id={target},lun={lun}");
            command.arg("-device").arg(device);
        }
        Ok(command)
    }

    fn listen(&self, child: &mut Child) -> Result<Report> {
        let out = child.stdout.take().context("the output was asked for")?;
        let lines = lines(BufReader::new(out));
        let end = Instant::now() + PATIENCE;
        let mut report = Report::default();
        loop {
            if self.is_over(&report) {
                return Ok(report);
            }
            let left = end.saturating_duration_since(Instant::now());
            match lines.recv_timeout(left.min(GLANCE)) {
                Ok(line) => report.add(Line::parse(&line)?)?,
                Err(RecvTimeoutError::Timeout) if left > GLANCE && !self.has_hung() => {}
                Err(_) if report.kernel.is_empty() => bail!("the machine did not start"),
                // It ended early, or takes too long. What it did not come to is missing in its report.
                Err(_) => return Ok(report),
            }
        }
    }
}

/// Where an image is kept as it was before the machine ran.
fn before(image: &Path) -> PathBuf {
    image.with_extension("before")
}

/// Copies an image; holes stay holes.
fn copy(from: &Path, to: &Path) -> Result<()> {
    shell::run(Command::new("cp").arg("--sparse=always").arg(from).arg(to))
}

/// The lines of a pipe, as they come.
fn lines(mut pipe: impl BufRead + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        while pipe.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned();
            bytes.clear();
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// A file's name as a part of an option of QEMU, in which a comma ends a value.
fn option(file: &Path) -> Result<String> {
    let name = file.to_str().with_context(|| format!("{}: not UTF-8", file.display()))?;
    Ok(name.replace(',', ",,"))
}

#[cfg(test)]
mod tests;
