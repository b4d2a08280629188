//! `cargo xtask qemu replay`.

use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result};

use crate::cli::Replay;
use crate::{machine, shell};

/// Replays one vector on a machine; its exit code is ours.
pub(crate) fn replay(what: &Replay) -> Result<ExitCode> {
    let program = what.machine.build()?;
    let mut command = what.machine.command(&program, &what.file, what.at.as_deref())?;
    let mut child = command.stdin(Stdio::null()).spawn().with_context(|| {
        format!("cannot start: {}; see `cargo xtask setup`", shell::line(&command))
    })?;
    let code = machine::wait(&mut child, machine::PATIENCE)
        .with_context(|| format!("while it ran: {}", shell::line(&command)))?;
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX)))
}
