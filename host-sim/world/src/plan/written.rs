//! Statements as text, for the trace.

use core::fmt;

use raid10_engine::{Command, DriveId};

use super::{Action, Fault, Order};
use crate::names::Names;

impl Action {
    /// The action as text, drives by name.
    pub(crate) const fn written<'a>(&'a self, names: &'a Names) -> Written<'a> {
        Written(self, names)
    }
}

/// An action with the names to write it.
pub(crate) struct Written<'a>(&'a Action, &'a Names);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Action::Host(op, range) => match range {
                Some(range) => write!(f, "host {op:?} {}..{}", range.start, range.end),
                None => write!(f, "host {op:?} all"),
            },
            Action::Start(load) => write!(f, "start load {load}"),
            Action::Stop(load) => write!(f, "stop load {load}"),
            Action::Fault(fault) => write_fault(f, fault, self.1),
            Action::Order(order) => write_order(f, order, self.1),
        }
    }
}

fn write_fault(f: &mut fmt::Formatter<'_>, fault: &Fault, names: &Names) -> fmt::Result {
    let name = |drive: &u8| names.drive(*drive);
    match fault {
        Fault::Fail(drive) => write!(f, "fail {}", name(drive)),
        Fault::Revive(drive) => write!(f, "revive {}", name(drive)),
        Fault::Timeout { drive, .. } => write!(f, "timeout {}", name(drive)),
        Fault::Unreadable { drive, range, .. } => {
            write!(f, "unreadable {} {}..{}", name(drive), range.start, range.end)
        }
        Fault::WriteError { drive, range, .. } => {
            write!(f, "write-error {} {}..{}", name(drive), range.start, range.end)
        }
        Fault::Limp { drive, factor, .. } => write!(f, "limp {} x{factor}", name(drive)),
        Fault::Recover(drive) => write!(f, "recover {}", name(drive)),
        Fault::Stall { drive, span, .. } => write!(f, "stall {} {}us", name(drive), span.0),
        Fault::Pull(drive) => write!(f, "pull {}", name(drive)),
        Fault::Insert { drive, slot, blank } => {
            write!(f, "insert {}", name(drive))?;
            slot.map_or(Ok(()), |slot| write!(f, " slot={}", slot.0))?;
            if *blank { f.write_str(" blank") } else { Ok(()) }
        }
        Fault::Swap(a, b) => write!(f, "swap {} {}", a.0, b.0),
        Fault::Glitch(drives, span) => {
            f.write_str("glitch")?;
            drives.iter().try_for_each(|drive| write!(f, " {}", name(drive)))?;
            write!(f, " for {}us", span.0)
        }
        Fault::Hold(_) => f.write_str("hold"),
    }
}

fn write_order(f: &mut fmt::Formatter<'_>, order: &Order, names: &Names) -> fmt::Result {
    let name = |drive: &DriveId| names.drive(drive.0);
    let command = match order {
        Order::Command(command) => command,
        Order::Policy(knobs) => {
            f.write_str("policy")?;
            return knobs.iter().try_for_each(|knob| write!(f, " {}", knob.name()));
        }
    };
    match command {
        Command::Create { .. } => f.write_str("create"),
        Command::Fail(slot) => write!(f, "fail {}", slot.0),
        Command::Remove(drive) => write!(f, "remove {}", name(drive)),
        Command::RemoveSpare(drive) => write!(f, "spare remove {}", name(drive)),
        Command::AddSpare { drive, .. } => write!(f, "spare add {}", name(drive)),
        Command::Replace { slot, with: None } => write!(f, "replace {}", slot.0),
        Command::Replace { slot, with: Some(drive) } => {
            write!(f, "replace {} with {}", slot.0, name(drive))
        }
        Command::CancelReplace(slot) => write!(f, "replace cancel {}", slot.0),
        Command::Rebuild { slot, with, .. } => {
            write!(f, "rebuild {} with {}", slot.0, name(with))
        }
        Command::Pause(slot) => write!(f, "rebuild pause {}", slot.0),
        Command::Resume(slot) => write!(f, "rebuild resume {}", slot.0),
        Command::AcceptLosses => f.write_str("accept-losses"),
        Command::SetPolicy(_) => f.write_str("policy"),
    }
}
