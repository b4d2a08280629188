//! The drives that an operator's command names.

use raid10_engine::{Command, DriveId};

/// The drives that a command names.
pub(super) fn named(command: &Command) -> impl Iterator<Item = DriveId> + use<> {
    let drive = match *command {
        Command::AddSpare { drive, .. } => Some(drive),
        Command::Replace { with, .. } => with,
        Command::Rebuild { with, .. } => Some(with),
        Command::Create { .. }
        | Command::Fail(_)
        | Command::Remove(_)
        | Command::RemoveSpare(_)
        | Command::CancelReplace(_)
        | Command::Pause(_)
        | Command::Resume(_)
        | Command::AcceptLosses
        | Command::Assemble(_)
        | Command::Stop
        | Command::SetPolicy(_) => None,
    };
    drive.into_iter()
}
