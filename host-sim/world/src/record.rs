//! The trace: what happened, one record each, and its stable text.
//!
//! A line is `TIME KIND SUBJECT…`: the time in seconds with six decimals, the kind in a field of seven, then
//!
//! | kind | subject |
//! | --- | --- |
//! | `host` | `rREQUEST OP LBA +COUNT`, or `OP LBA +COUNT refused WHY` |
//! | `reply` | `rREQUEST ok`, or `rREQUEST WHY` |
//! | `io` | `DRIVE #COMMAND OP LBA +COUNT CLASS` |
//! | `done` | `DRIVE #COMMAND OUTCOME` |
//! | `event` | `NAME(SUBJECTS) #SEQUENCE` and ` <- #CAUSE` where it is known |
//! | `fault` | the vector's statement in words: `pull d1` |
//! | `order` | an operator's command, ` refused WHY` if it was |
//! | `verdict` | a promise that did not hold: `P2 …` |
//!
//! LBAs of `host` are the array's, those of `io` the member's; counts are sectors.

use core::fmt::{self, Write};

use raid10_engine::{
    Event, HostError, HostOp, HostRequest, Instant, IoClass, IoCommand, IoFault, IoOp, Outcome,
    Refusal, RequestId,
};

use crate::digits::{write_decimal, write_hex, write_seconds};
use crate::drive::extent_of;
use crate::names::Names;
use crate::plan::Action;
use crate::subject::{Written, refusal_name};
use crate::verdict::Promise;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// When.
    pub at: Instant,
    /// What.
    pub what: What<'a>,
    /// The drives' names, for the text.
    pub names: &'a Names,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// The host submitted a request.
    Host(Result<RequestId, Refusal>, HostRequest),
    /// A request of the host ended.
    Reply(RequestId, Result<(), HostError>),
    /// The engine started a drive command.
    Io(IoCommand),
    /// A drive command ended.
    Done(IoCommand, Outcome),
    /// The engine logged an event.
    Event(Event),
    /// A fault of the vector fired.
    Fault(&'a Action),
    /// The operator gave a command.
    Order(&'a Action, Result<(), Refusal>),
    /// A promise did not hold.
    Verdict(Promise, &'a str),
}

/// Takes the records of a replay as they come.
pub trait Sink {
    /// Something happened.
    fn record(&mut self, record: &Record<'_>);
}

/// A sink that wants nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Discard;

impl Sink for Discard {
    fn record(&mut self, _: &Record<'_>) {}
}

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

impl Record<'_> {
    /// Writes the line, without its line feed. Nine of ten lines are of the first four kinds, and most of the time
    /// of a replay would be spent here: they are put together without the machinery of `format_args!`.
    pub(crate) fn write_to<W: Write>(&self, f: &mut W) -> fmt::Result {
        write_seconds(f, self.at)?;
        f.write_str(self.what.column())?;
        match &self.what {
            What::Host(Ok(id), request) => {
                write_request_id(f, *id)?;
                write_request(f, request)
            }
            What::Reply(id, result) => {
                write_request_id(f, *id)?;
                write_result(f, *result)
            }
            What::Io(command) => self.write_io(f, command),
            What::Done(command, outcome) => {
                self.write_command(f, command)?;
                f.write_str(" ")?;
                f.write_str(outcome_name(*outcome))
            }
            What::Host(Err(why), request) => {
                write_request(f, request)?;
                write!(f, " refused {}", refusal_name(*why))
            }
            What::Event(event) => self.write_event(f, event),
            What::Fault(action) | What::Order(action, Ok(())) => {
                write!(f, "{}", action.written(self.names))
            }
            What::Order(action, Err(why)) => {
                let action = action.written(self.names);
                write!(f, "{action} refused {}", refusal_name(*why))
            }
            What::Verdict(promise, detail) => write!(f, "{} {detail}", promise.number()),
        }
    }

    fn write_event<W: Write>(&self, f: &mut W, event: &Event) -> fmt::Result {
        write!(f, "{} #{}", Written(&event.kind, self.names), event.sequence)?;
        event.cause.map_or(Ok(()), |cause| write!(f, " <- #{cause}"))
    }

    fn write_command<W: Write>(&self, f: &mut W, command: &IoCommand) -> fmt::Result {
        f.write_str(self.names.drive(command.drive.0))?;
        f.write_str(" #")?;
        write_hex(f, command.id.0)
    }

    fn write_io<W: Write>(&self, f: &mut W, command: &IoCommand) -> fmt::Result {
        self.write_command(f, command)?;
        f.write_str(" ")?;
        f.write_str(op_name(&command.op))?;
        if let Some(extent) = extent_of(&command.op) {
            f.write_str(" ")?;
            write_extent(f, extent.start.0, extent.count.0)?;
        }
        if let IoOp::Abort(id) = command.op {
            f.write_str(" #")?;
            write_hex(f, id.0)?;
        }
        f.write_str(" ")?;
        f.write_str(class_name(command.class))
    }
}

impl What<'_> {
    /// The word for the kind of record.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Host(..) => "host",
            Self::Reply(..) => "reply",
            Self::Io(_) => "io",
            Self::Done(..) => "done",
            Self::Event(_) => "event",
            Self::Fault(_) => "fault",
            Self::Order(..) => "order",
            Self::Verdict(..) => "verdict",
        }
    }

    /// The kind's field of a line, with the blank before it.
    const fn column(&self) -> &'static str {
        match self {
            Self::Host(..) => " host    ",
            Self::Reply(..) => " reply   ",
            Self::Io(_) => " io      ",
            Self::Done(..) => " done    ",
            Self::Event(_) => " event   ",
            Self::Fault(_) => " fault   ",
            Self::Order(..) => " order   ",
            Self::Verdict(..) => " verdict ",
        }
    }
}

fn write_request_id<W: Write>(f: &mut W, id: RequestId) -> fmt::Result {
    f.write_str("r")?;
    write_decimal(f, u64::from(id.0 >> 8))?;
    f.write_str(".")?;
    write_decimal(f, id.index() as u64)?;
    f.write_str(" ")
}

fn write_extent<W: Write>(f: &mut W, start: u64, count: u64) -> fmt::Result {
    write_decimal(f, start)?;
    f.write_str(" +")?;
    write_decimal(f, count)
}

fn write_request<W: Write>(f: &mut W, request: &HostRequest) -> fmt::Result {
    let word = match request.op {
        HostOp::Read => "read",
        HostOp::Write => "write",
        HostOp::WriteDurable => "write-durable",
        HostOp::Flush => return f.write_str("flush"),
        HostOp::Trim => "trim",
        HostOp::WriteZeroes => "zero",
    };
    f.write_str(word)?;
    f.write_str(" ")?;
    write_extent(f, request.lba.0, request.count.0)
}

fn write_result<W: Write>(f: &mut W, result: Result<(), HostError>) -> fmt::Result {
    match result {
        Ok(()) => f.write_str("ok"),
        Err(HostError::Lost(lba)) => write!(f, "lost {}", lba.0),
        Err(HostError::NotRead(lba)) => write!(f, "not-read {}", lba.0),
        Err(HostError::NotWritten(lba)) => write!(f, "not-written {}", lba.0),
        Err(HostError::NotFlushed) => f.write_str("not-flushed"),
        Err(HostError::ReadOnly) => f.write_str("read-only"),
        Err(HostError::Offline) => f.write_str("offline"),
    }
}

/// The word for what a command does.
#[must_use]
pub const fn op_name(op: &IoOp) -> &'static str {
    match op {
        IoOp::Read(..) => "read",
        IoOp::Write(..) => "write",
        IoOp::WriteDurable(..) => "write-durable",
        IoOp::Compare(..) => "compare",
        IoOp::WriteZeroes { unmap: false, .. } => "zero",
        IoOp::WriteZeroes { unmap: true, .. } => "unmap",
        IoOp::Flush => "flush",
        IoOp::Abort(_) => "abort",
        IoOp::Reset => "reset",
        IoOp::Isolate => "isolate",
    }
}

/// The word for whom a command runs for.
#[must_use]
pub const fn class_name(class: IoClass) -> &'static str {
    match class {
        IoClass::Host => "host",
        IoClass::Rebuild => "rebuild",
        IoClass::Repair => "repair",
        IoClass::Probe => "probe",
        IoClass::Metadata => "metadata",
    }
}

/// The word for how a command ended.
#[must_use]
pub const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "ok",
        Outcome::Mismatch => "mismatch",
        Outcome::Fault(IoFault::Medium) => "medium",
        Outcome::Fault(IoFault::Hardware) => "hardware",
        Outcome::Fault(IoFault::Aborted) => "aborted",
        Outcome::Fault(IoFault::Gone) => "gone",
    }
}

#[cfg(test)]
mod tests;
