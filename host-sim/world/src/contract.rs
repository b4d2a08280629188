//! The rules between engine and port, checked at every command and completion.

use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::config::{IOS, QUEUE_DEPTH};
use raid10_engine::{BufferId, Instant, IoClass, IoCommand, IoId, IoOp, RequestId};

use crate::buffers::Buffers;
use crate::drive::{buffer_of, extent_of, span};
use crate::verdict::{Promise, Verdicts};

/// One command in flight, as far as the rules care.
#[derive(Clone, Debug)]
struct Flight {
    id: IoId,
    drive: u8,
    /// The sectors it touches, and whether it changes them.
    sectors: Option<(Range<u64>, bool)>,
    /// It is the drive's isolation.
    isolates: bool,
    /// The buffer sectors it uses, and whether it changes them.
    buffer: Option<(BufferId, Range<u64>, bool)>,
}

/// What the port was told about one drive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Standing {
    /// The engine was told that it is there.
    present: bool,
    /// The engine said that it has failed.
    failed: bool,
    /// Sectors of its data area.
    size: u64,
    /// It may be written: it is ours, was given by command, or is blank and in a bay of the array.
    writable: bool,
    /// It was written and read back well since it arrived.
    proven: bool,
    in_flight: u8,
}

/// All commands in flight and what the rules say about them.
#[derive(Clone, Debug)]
pub(crate) struct Contract {
    flights: Vec<Flight>,
    drives: Vec<Standing>,
    /// Requests accepted and not replied to.
    requests: Vec<RequestId>,
}

impl Contract {
    pub(crate) fn new(drives: usize) -> Self {
        Self {
            flights: Vec::with_capacity(IOS),
            drives: alloc::vec![Standing::default(); drives],
            requests: Vec::new(),
        }
    }

    /// The engine was told that a drive is there. One that had failed may be tried again.
    pub(crate) fn arrived(&mut self, drive: u8, size: u64, writable: bool) {
        let standing = &mut self.drives[usize::from(drive)];
        standing.present = true;
        standing.failed = false;
        standing.proven = false;
        standing.size = size;
        standing.writable |= writable;
    }

    /// A command of the operator names the drive.
    pub(crate) fn given(&mut self, drive: u8) {
        if let Some(standing) = self.drives.get_mut(usize::from(drive)) {
            standing.writable = true;
        }
    }

    /// The engine was told that a drive is gone: its commands are over.
    pub(crate) fn left(&mut self, drive: u8) {
        self.flights.retain(|flight| flight.drive != drive);
        let standing = &mut self.drives[usize::from(drive)];
        standing.present = false;
        standing.in_flight = 0;
    }

    /// The engine said that a drive has failed.
    pub(crate) fn failed(&mut self, drive: u8) {
        self.drives[usize::from(drive)].failed = true;
    }

    /// The engine said that a drive works again.
    pub(crate) fn recovered(&mut self, drive: u8) {
        self.drives[usize::from(drive)].failed = false;
    }

    /// The engine said that a drive was proven as a spare.
    pub(crate) fn proven(&mut self, drive: u8) {
        self.drives[usize::from(drive)].proven = true;
    }

    /// The engine takes a drive as a spare for a slot.
    pub(crate) fn chosen(&self, now: Instant, drive: u8, verdicts: &mut Verdicts) {
        verdicts.check(
            Promise::HandsOff,
            now,
            self.drives[usize::from(drive)].proven,
            format_args!("drive {drive} is taken as a spare without a proof"),
        );
    }

    pub(crate) fn accepted(&mut self, id: RequestId) {
        self.requests.push(id);
    }

    pub(crate) fn replied(&mut self, now: Instant, id: RequestId, verdicts: &mut Verdicts) {
        let known = self.requests.iter().position(|&request| request == id);
        let known = known.map(|index| self.requests.swap_remove(index)).is_some();
        verdicts.check(Promise::Contract, now, known, format_args!("reply to no request: {id:?}"));
        let uses = |flight: &&Flight| {
            flight.buffer.as_ref().is_some_and(|(buffer, ..)| *buffer == BufferId::Host(id))
        };
        let user = self.flights.iter().find(uses);
        verdicts.check_none(Promise::Contract, now, user, |user| {
            format!("reply to {id:?} while a command uses its buffer: {user:?}")
        });
    }

    /// The engine yielded a command.
    pub(crate) fn started(
        &mut self,
        now: Instant,
        command: &IoCommand,
        buffers: &Buffers,
        verdicts: &mut Verdicts,
    ) {
        verdicts.held(Promise::Contract, 1);
        let Some(standing) = self.drives.get(command.drive.index()).copied() else {
            verdicts.broken(Promise::Contract, now, format_args!("no such drive: {command:?}"));
            return;
        };
        if let IoOp::Abort(_) = command.op {
            return;
        }
        let flight = flight_of(command);
        let fault = self.fault_of(&standing, command, &flight, buffers);
        if let Some(fault) = fault {
            verdicts.broken(Promise::Contract, now, format_args!("{fault}: {command:?}"));
        }
        if flight.sectors.as_ref().is_some_and(|sectors| sectors.1) {
            verdicts.check(
                Promise::HandsOff,
                now,
                standing.writable,
                format_args!("write to a drive that is not ours: {command:?}"),
            );
        }
        self.drives[command.drive.index()].in_flight += 1;
        self.flights.push(flight);
    }

    /// A command's completion is handed in; that of an isolation ends all others of its drive. Returns false
    /// if the engine was told before that it is over.
    pub(crate) fn ended(&mut self, id: IoId) -> bool {
        let Some(index) = self.flights.iter().position(|flight| flight.id == id) else {
            return false;
        };
        let flight = self.flights.swap_remove(index);
        let standing = &mut self.drives[usize::from(flight.drive)];
        standing.in_flight = standing.in_flight.saturating_sub(1);
        if flight.isolates {
            standing.in_flight = 0;
            self.flights.retain(|other| other.drive != flight.drive);
        }
        true
    }

    /// Requests that have no reply yet.
    pub(crate) fn open_requests(&self) -> usize {
        self.requests.len()
    }

    /// Commands that have not ended.
    pub(crate) fn in_flight(&self) -> usize {
        self.flights.len()
    }

    fn fault_of(
        &self,
        standing: &Standing,
        command: &IoCommand,
        flight: &Flight,
        buffers: &Buffers,
    ) -> Option<&'static str> {
        let link = matches!(command.op, IoOp::Reset | IoOp::Isolate);
        if !standing.present && command.op != IoOp::Isolate {
            return Some("command to a drive that is away");
        }
        if standing.failed && !link && command.class != IoClass::Probe {
            return Some("command to a failed drive");
        }
        if !link && standing.in_flight >= QUEUE_DEPTH {
            return Some("more commands than the queue is deep");
        }
        if let Some((sectors, _)) = &flight.sectors
            && (sectors.is_empty() || sectors.end > standing.size)
        {
            return Some("sectors outside of the drive");
        }
        if let Some((id, range, _)) = &flight.buffer
            && !buffers.holds(*id, range.start as u32, range.end - range.start)
        {
            return Some("sectors outside of the buffer");
        }
        if let Some((BufferId::Host(request), ..)) = flight.buffer
            && !self.requests.contains(&request)
        {
            return Some("buffer of a request that is over");
        }
        self.flights.iter().find_map(|other| clash(other, flight))
    }
}

fn flight_of(command: &IoCommand) -> Flight {
    let changes =
        matches!(command.op, IoOp::Write(..) | IoOp::WriteDurable(..) | IoOp::WriteZeroes { .. });
    Flight {
        id: command.id,
        drive: command.drive.0,
        isolates: command.op == IoOp::Isolate,
        sectors: extent_of(&command.op).map(|extent| (span(extent), changes)),
        buffer: buffer_of(&command.op).map(|(id, offset, count, into)| {
            (id, u64::from(offset)..u64::from(offset) + count, into)
        }),
    }
}

/// The rule that two commands break together.
fn clash(a: &Flight, b: &Flight) -> Option<&'static str> {
    if a.id == b.id {
        return Some("name of a command in flight");
    }
    if let (Some((x, x_changes)), Some((y, y_changes))) = (&a.sectors, &b.sectors)
        && a.drive == b.drive
        && (*x_changes || *y_changes)
        && overlap(x, y)
    {
        return Some("sectors of a command in flight");
    }
    if let (Some((x_id, x, x_changes)), Some((y_id, y, y_changes))) = (&a.buffer, &b.buffer)
        && x_id == y_id
        && (*x_changes || *y_changes)
        && overlap(x, y)
    {
        return Some("buffer sectors of a command in flight");
    }
    None
}

const fn overlap(a: &Range<u64>, b: &Range<u64>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests;
