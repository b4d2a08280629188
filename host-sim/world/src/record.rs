//! The trace: what happened, one record each, and its stable text.
//!
//! A line is `TIME KIND SUBJECT…`: the time in seconds with six decimals, the kind in a field of seven, then
//!
//! | kind | subject |
//! | --- | --- |
//! | `host` | `rREQUEST OP LBA +COUNT`, or `OP LBA +COUNT refused WHY` |
//! | `reply` | `rREQUEST ok`, or `rREQUEST WHY` |
//! | `io` | `DRIVE #COMMAND OP LBA +COUNT CLASS`, and the step of the engine's own records if it is one |
//! | `done` | `DRIVE #COMMAND OUTCOME` |
//! | `event` | `NAME(SUBJECTS) #SEQUENCE` and ` <- #CAUSE` where it is known |
//! | `fault` | the action of the vector's statement: `pull d1` |
//! | `order` | an operator's command likewise, ` refused WHY` if it was |
//! | `power` | `off` and `on`, or `reset` and `on`: the controller's |
//! | `verdict` | a promise that did not hold: `P2 …` |
//!
//! LBAs of `host` are the array's, those of `io` the member's, of class `metadata` the drive's; counts are sectors.

use core::fmt::{self, Write};

use raid10_engine::{
    Event, HostError, HostOp, HostRequest, Instant, IoClass, IoCommand, IoFault, IoOp, Outcome,
    Refusal, RequestId,
};

use crate::drive::extent_of;
use crate::line::Line;
use crate::names::Names;
use crate::plan::Step;
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
    Fault(&'a Step),
    /// The operator gave a command.
    Order(&'a Step, Result<(), Refusal>),
    /// The controller's power went or came back.
    Power(&'static str),
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
        let mut line = Line::new();
        self.write_to(&mut line)?;
        f.write_str(line.as_str())
    }
}

impl Record<'_> {
    /// Writes the text, without a line feed. Nine of ten lines are of the first four kinds.
    pub(crate) fn write_to(&self, line: &mut Line) -> fmt::Result {
        line.seconds(self.at).word(self.what.column());
        match &self.what {
            What::Host(Ok(id), request) => put_request(put_request_id(line, *id), request),
            What::Reply(id, result) => put_result(put_request_id(line, *id), *result),
            What::Io(command) => self.put_io(line, command),
            What::Done(command, outcome) => {
                self.put_command(line, command).word(" ").word(outcome_name(*outcome));
            }
            What::Host(Err(why), request) => {
                put_request(line, request);
                line.word(" refused ").word(refusal_name(*why));
            }
            What::Event(event) => {
                write!(line, "{} #{}", Written(&event.kind, self.names), event.sequence)?;
                if let Some(cause) = event.cause {
                    write!(line, " <- #{cause}")?;
                }
            }
            What::Power(word) => _ = line.word(word),
            What::Fault(step) => _ = line.word(&step.text),
            What::Order(step, result) => {
                line.word(&step.text);
                if let Err(why) = result {
                    line.word(" refused ").word(refusal_name(*why));
                }
            }
            What::Verdict(promise, detail) => write!(line, "{} {detail}", promise.number())?,
        }
        Ok(())
    }

    fn put_command<'l>(&self, line: &'l mut Line, command: &IoCommand) -> &'l mut Line {
        line.word(self.names.drive(command.drive.0)).word(" #").hex(command.id.0)
    }

    fn put_io(&self, line: &mut Line, command: &IoCommand) {
        self.put_command(line, command).word(" ").word(op_name(&command.op));
        if let Some(extent) = extent_of(&command.op) {
            put_extent(line.word(" "), extent.start.0, extent.count.0);
        }
        if let IoOp::Abort(id) = command.op {
            line.word(" #").hex(id.0);
        }
        line.word(" ").word(class_name(command.class));
        if let Some(step) = command.step {
            line.word(" ").word(step.name());
        }
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
            Self::Power(_) => "power",
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
            Self::Power(_) => " power   ",
            Self::Verdict(..) => " verdict ",
        }
    }
}

fn put_request_id(line: &mut Line, id: RequestId) -> &mut Line {
    let number = u64::from(id.0 >> 8);
    line.word("r").decimal(number).word(".").decimal(id.index() as u64).word(" ")
}

fn put_extent(line: &mut Line, start: u64, count: u64) {
    line.decimal(start).word(" +").decimal(count);
}

fn put_request(line: &mut Line, request: &HostRequest) {
    let word = match request.op {
        HostOp::Read => "read ",
        HostOp::Write => "write ",
        HostOp::WriteDurable => "write-durable ",
        HostOp::Flush => {
            line.word("flush");
            return;
        }
        HostOp::Trim => "trim ",
        HostOp::WriteZeroes => "zero ",
    };
    put_extent(line.word(word), request.lba.0, request.count.0);
}

fn put_result(line: &mut Line, result: Result<(), HostError>) {
    let (word, lba) = match result {
        Ok(()) => ("ok", None),
        Err(HostError::Lost(lba)) => ("lost ", Some(lba)),
        Err(HostError::NotRead(lba)) => ("not-read ", Some(lba)),
        Err(HostError::NotWritten(lba)) => ("not-written ", Some(lba)),
        Err(HostError::NotFlushed) => ("not-flushed", None),
        Err(HostError::ReadOnly) => ("read-only", None),
        Err(HostError::Offline) => ("offline", None),
    };
    line.word(word);
    if let Some(lba) = lba {
        line.decimal(lba.0);
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
