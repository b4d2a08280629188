//! The rules between engine and port, checked at every command and completion.

use alloc::format;
use alloc::vec::Vec;

use raid10_engine::config::{IOS, QUEUE_DEPTH};
use raid10_engine::{BufferId, Instant, IoClass, IoCommand, IoId, IoOp, RequestId};

mod flight;

use crate::buffers::Buffers;
use crate::verdict::{Promise, Verdicts};
use flight::{Flight, bytes_of, clash, flight_of};

/// What the port was told about one drive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Standing {
    /// The engine was told that it is there.
    present: bool,
    /// The engine said that it has failed.
    failed: bool,
    /// Sectors of the drive.
    size: u64,
    /// Those in front of its data area.
    front: u64,
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
    /// A command to a drive that has failed, as far as the engine has said by now. What it says of the same input comes after it.
    early: Option<IoCommand>,
}

impl Contract {
    pub(crate) fn new(drives: usize) -> Self {
        Self {
            flights: Vec::with_capacity(IOS),
            drives: alloc::vec![Standing::default(); drives],
            requests: Vec::new(),
            early: None,
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

    /// Records of the array fit into so many sectors in front of the drive's data.
    pub(crate) fn laid_out(&mut self, drive: u8, front: u64) {
        self.drives[usize::from(drive)].front = front;
    }

    /// The controller lost its power: nothing is in flight, and it knows of no drive.
    pub(crate) fn power_lost(&mut self) {
        self.flights.clear();
        self.requests.clear();
        self.early = None;
        for standing in &mut self.drives {
            *standing = Standing { front: standing.front, ..Standing::default() };
        }
    }

    /// A command of the operator names the drive, or it became what may be written.
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
        self.early = self.early.filter(|early| early.drive.0 != drive);
    }

    /// The engine has said all that there is to be said of an input.
    pub(crate) fn heard(&mut self, now: Instant, verdicts: &mut Verdicts) {
        if let Some(command) = self.early.take() {
            let fault = format_args!("command to a failed drive: {command:?}");
            verdicts.broken(Promise::Contract, now, fault);
        }
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
        let flight = flight_of(command, buffers);
        let link = matches!(command.op, IoOp::Reset | IoOp::Isolate);
        if standing.failed && !link && command.class != IoClass::Probe {
            self.early.get_or_insert(*command);
        }
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
        if !link && standing.in_flight >= QUEUE_DEPTH {
            return Some("more commands than the queue is deep");
        }
        if let Some(fault) = fault_of_sectors(standing, flight) {
            return Some(fault);
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
        let changed = |other: &Flight| {
            other.bytes.is_some() && other.bytes != bytes_of(other.buffer.as_ref(), buffers)
        };
        if flight.bytes.is_some() && self.flights.iter().any(changed) {
            return Some("bytes of a command in flight");
        }
        self.flights.iter().find_map(|other| clash(other, flight))
    }
}

fn fault_of_sectors(standing: &Standing, flight: &Flight) -> Option<&'static str> {
    let (sectors, changes) = flight.sectors.as_ref()?;
    let end =
        if flight.of_front { standing.size } else { standing.size.saturating_sub(standing.front) };
    if sectors.is_empty() || sectors.end > end {
        return Some("sectors outside of the drive");
    }
    if flight.of_front && *changes && sectors.end > standing.front {
        return Some("records outside of the space in front of the data");
    }
    let origin = if flight.of_front { 0 } else { standing.front };
    (flight.origin != origin).then_some("sectors outside of the data area")
}

#[cfg(test)]
mod tests;
