//! The world as the engine's machine.

use raid10_engine::{
    ArrayLba, DriveChange, DriveId, Event, EventKind, HostOp, HostRequest, Instant, IoCommand,
    Reply, RequestId,
};
use raid10_port::{Input, Machine};

use super::World;
use crate::content;
use crate::oracle::WriteKind;
use crate::record::What;

impl Machine for World<'_> {
    fn now(&self) -> Instant {
        self.now
    }

    fn start(&mut self, command: IoCommand) {
        if !self.power.is_on() {
            return;
        }
        self.tracer.record(self.now, What::Io(command));
        self.contract.started(self.now, &command, &self.buffers, &mut self.verdicts);
        let Some(index) = self.drives.get(command.drive.index()).map(|_| command.drive.index())
        else {
            return;
        };
        self.statistics.command(index, &command);
        self.oracle.judge_bits(self.now, &command, &self.drives, &mut self.verdicts);
        self.oracle.io_started(&command);
        let hold = self.on_op(&command);
        self.cut_at_write(&command);
        if !self.power.is_on() || self.has_left(command.drive) {
            return;
        }
        if let Some(due) = self.drives[index].start(self.now, command, hold) {
            self.enter(command.drive.0, due);
        }
        self.dispatch(command.drive.0);
    }

    fn accepted(&mut self, id: RequestId, request: &HostRequest) {
        self.contract.accepted(id);
        let (start, count) = (request.lba.0, request.count.0);
        let version = self.staged.version;
        match request.op {
            HostOp::Flush => self.oracle.flush_accepted(id),
            HostOp::Read => {
                self.buffers.prepare(id, request.count);
                self.oracle.read_accepted(id, start, count);
            }
            HostOp::Write | HostOp::WriteDurable => {
                let buffer = self.buffers.prepare(id, request.count);
                for (sector, at) in buffer.iter_mut().zip(start..) {
                    *sector = content::data(ArrayLba(at), version);
                }
            }
            HostOp::Trim | HostOp::WriteZeroes => {}
        }
        if let Some(kind) = write_kind(request.op) {
            self.oracle.write_accepted(self.now, id, start..start + count, version, kind);
        }
        self.tracer.record(self.now, What::Host(Ok(id), *request));
    }

    fn reply(&mut self, reply: Reply) {
        if !self.power.is_on() {
            return;
        }
        self.tracer.record(self.now, What::Reply(reply.request, reply.result));
        self.contract.replied(self.now, reply.request, &mut self.verdicts);
        let data = self.buffers.of_request(reply.request);
        let (now, result) = (self.now, reply.result);
        self.oracle.replied(now, reply.request, result, data, &self.drives, &mut self.verdicts);
        self.statistics.reply(result);
        self.replies.push_back(reply);
    }

    fn event(&mut self, event: Event) {
        if !self.power.is_on() {
            return;
        }
        self.tracer.record(self.now, What::Event(event));
        self.news = true;
        self.statistics.event(self.now, &event.kind);
        self.oracle.event(self.now, &event.kind, &self.drives, &mut self.verdicts);
        match event.kind {
            EventKind::DriveFailed { drive } => self.contract.failed(drive.0),
            EventKind::DriveRecovered { drive } => self.contract.recovered(drive.0),
            EventKind::SpareAdded { drive } => self.label(drive.0),
            EventKind::ArrayAssembled => self.assembled(),
            EventKind::SpareProven { drive } => self.contract.proven(drive.0),
            EventKind::SpareChosen { drive, .. } => {
                self.label(drive.0);
                self.contract.chosen(self.now, drive.0, &mut self.verdicts);
            }
            _ => {}
        }
        let mut fired = core::mem::take(&mut self.fired);
        self.watches.on_event(&event.kind, &mut fired);
        fired.drain(..).for_each(|watch| self.fire(watch));
        self.fired = fired;
    }

    fn metadata(&mut self, buffer: u8) -> &mut [u8] {
        self.buffers.metadata(buffer)
    }

    fn arm(&mut self, deadline: Option<Instant>) {
        if !self.power.is_on() {
            return;
        }
        self.judge_early_write();
        self.oracle.heard(&self.drives, &mut self.verdicts);
        self.contract.heard(self.now, &mut self.verdicts);
        self.deadline = deadline;
    }

    fn next_input(&mut self) -> Option<Input> {
        loop {
            let input = self.inputs.pop_front()?;
            if self.handing_in(&input) {
                return Some(input);
            }
        }
    }
}

impl World<'_> {
    /// True if the engine is about to be told that a drive left: what it sends meanwhile reaches none, and is over by that word.
    fn has_left(&self, drive: DriveId) -> bool {
        self.inputs.contains(&Input::Drive(drive, DriveChange::Left))
    }

    /// Called before an input is handed in: what the engine is told changes what it may do.
    pub(crate) fn handing_in(&mut self, input: &Input) -> bool {
        match *input {
            Input::Drive(drive, DriveChange::Arrived(info)) => {
                let plugged = &mut self.plugged[drive.index()];
                plugged.told = true;
                plugged.power_cycled = false;
                if core::mem::replace(&mut plugged.wiped, false) {
                    self.oracle.wiped(drive.0);
                }
                let writable = self.is_writable(drive.0, &info);
                self.oracle.arrived(drive.0, info.power_cycled && info.volatile_cache);
                self.contract.arrived(drive.0, info.size.0, writable);
                true
            }
            Input::Drive(drive, DriveChange::Left) => {
                let plugged = &mut self.plugged[drive.index()];
                let told = core::mem::replace(&mut plugged.told, false);
                let powerless = plugged.power_cycled;
                let volatile = self.drives[drive.index()].figures().volatile_cache;
                self.oracle.left(self.now, drive.0, powerless, volatile);
                self.contract.left(drive.0);
                self.release_copies_of(drive.0);
                told
            }
            Input::Completion(id, _) => self.contract.ended(id),
            Input::Timeout => true,
        }
    }
}

const fn write_kind(op: HostOp) -> Option<WriteKind> {
    match op {
        HostOp::Write => Some(WriteKind::Data),
        HostOp::WriteDurable => Some(WriteKind::Durable),
        HostOp::Trim | HostOp::WriteZeroes => Some(WriteKind::Zeros),
        HostOp::Read | HostOp::Flush => None,
    }
}
