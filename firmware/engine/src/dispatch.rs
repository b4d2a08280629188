//! Commands out, completions in, and what becomes of a command that takes too long.
//!
//! ```text
//!  Queued --> Sent --(completes)-------------------------------------------> over
//!               \--(command time-out)--> abort --(completes)---------------> over
//!                                          \--(abort time-out)--> reset --> over
//!                                                    \--(reset time-out)--> isolate --> over, drive failed
//! ```
//!
//! A command that timed out still owns its buffer; only its completion, or the drive's isolation, gives the buffer
//! back. So whoever waits for it waits on, and goes to another copy when it is over.

use crate::Engine;
use crate::config::QUEUE_DEPTH;
use crate::drive::Link;
use crate::event::{DriveEvent, Invariant};
use crate::host::RequestId;
use crate::io::{
    Buffer, BufferId, Extent, IoClass, IoCommand, IoFault, IoId, IoOp, Outcome, Step, Stretch,
};
use crate::io_table::{Io, Owner, Stage, Verb};
use crate::request::SegmentState;
use crate::status::{Health, Role};
use crate::units::{DriveId, Instant, SectorCount};
use crate::window::Purpose;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// The next command to a drive; `None` when none can be sent now.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn poll_io(&mut self) -> Option<IoCommand> {
        if self.ios.aborts_due > 0 {
            return self.next_abort();
        }
        let id = self.ios.queued().find(|io| self.may_send(io))?.id;
        self.ios.dequeue(id);
        let (now, io) = (self.now, self.ios.get_mut(id)?);
        io.stage = Stage::Sent;
        io.since = now;
        let io = *io;
        self.note_deadline(&io);
        let drive = self.drive_mut(io.drive);
        drive.outstanding += 1;
        if io.stretch.count > 0 && !matches!(io.owner, Owner::Commit(..) | Owner::Label(_)) {
            drive.head = io.stretch.end();
        }
        Some(self.command_of(&io))
    }

    fn may_send(&self, io: &Io) -> bool {
        let drive = &self.drive_ref(io.drive);
        match io.verb {
            Verb::Reset | Verb::Isolate => true,
            _ => drive.link == Link::Up && drive.outstanding < QUEUE_DEPTH,
        }
    }

    fn next_abort(&mut self) -> Option<IoCommand> {
        let target = self.ios.find(&|io| io.stage == Stage::AbortDue)?.id;
        let now = self.now;
        self.ios.aborts_due -= 1;
        let id = self.ios.name_abort();
        let io = self.ios.get_mut(target)?;
        io.stage = Stage::Aborting;
        io.since = now;
        let (drive, io) = (io.drive, *io);
        self.note_deadline(&io);
        let class = self.class_of(&io);
        let (origin, step) = (SectorCount::ZERO, None);
        Some(IoCommand { id, drive, op: IoOp::Abort(target), class, origin, step })
    }

    fn command_of(&self, io: &Io) -> IoCommand {
        let (id, step) = self.buffer_of(io);
        let buffer = Buffer { id, offset: io.offset };
        let extent = Extent { start: io.stretch.start, count: io.stretch.sectors() };
        let op = match io.verb {
            Verb::Read => IoOp::Read(extent, buffer),
            Verb::Write => IoOp::Write(extent, buffer),
            Verb::WriteDurable => IoOp::WriteDurable(extent, buffer),
            Verb::Compare => IoOp::Compare(extent, buffer),
            Verb::WriteZeroes => IoOp::WriteZeroes { extent, unmap: false },
            Verb::Unmap => IoOp::WriteZeroes { extent, unmap: true },
            Verb::Flush => IoOp::Flush,
            Verb::Reset => IoOp::Reset,
            Verb::Isolate => IoOp::Isolate,
        };
        let class = self.class_of(io);
        let origin = if step.is_none() { self.origin(io.drive) } else { SectorCount::ZERO };
        IoCommand { id: io.id, drive: io.drive, op, class, origin, step }
    }

    /// Where what a command moves is kept, and which step of the engine's own records it is.
    fn buffer_of(&self, io: &Io) -> (BufferId, Option<Step>) {
        match io.owner {
            Owner::Segment(index) => {
                let segment = self.segment_ref(usize::from(index));
                let request =
                    segment.and_then(|segment| self.request_ref(usize::from(segment.request)));
                (BufferId::Host(request.map_or(RequestId(0), |request| request.id)), None)
            }
            Owner::Window(index) => (BufferId::Sync(index), None),
            Owner::Commit(part, buffer) => (BufferId::Metadata(buffer), Some(self.step_of(part))),
            Owner::Label(buffer) => (BufferId::Metadata(buffer), Some(Step::Label)),
            Owner::Flush(_)
            | Owner::Clean
            | Owner::Checkpoint
            | Owner::Proof
            | Owner::Probe
            | Owner::Link => (BufferId::Proof, None),
        }
    }

    fn class_of(&self, io: &Io) -> IoClass {
        match io.owner {
            Owner::Segment(_) | Owner::Flush(_) => IoClass::Host,
            Owner::Window(index) => match self.window_ref(usize::from(index)) {
                Some(window) if window.purpose == Purpose::Repair => IoClass::Repair,
                Some(_) | None => IoClass::Rebuild,
            },
            Owner::Clean | Owner::Commit(..) | Owner::Label(_) => IoClass::Metadata,
            Owner::Checkpoint => IoClass::Rebuild,
            Owner::Proof | Owner::Probe | Owner::Link => IoClass::Probe,
        }
    }

    /// Queues a command. `None` if the table has no place for it.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn queue(
        &mut self,
        drive: DriveId,
        owner: Owner,
        verb: Verb,
        stretch: Stretch,
        offset: u32,
    ) -> Option<IoId> {
        self.ios.queue(drive, owner, verb, stretch, offset)
    }

    /// A command is over. Commands that the engine does not know (any more) are ignored.
    pub fn handle_completion(&mut self, now: Instant, id: IoId, outcome: Outcome) {
        self.advance(now);
        if let Some(&io) = self.ios.get(id) {
            self.complete(&io, outcome);
        }
        self.maintain();
    }

    /// Takes a command, of which the caller has a copy, out of the table and off its drive.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn retire(&mut self, io: &Io) {
        self.ios.remove(io);
        if io.stage != Stage::Queued {
            let drive = self.drive_mut(io.drive);
            drive.outstanding = drive.outstanding.saturating_sub(1);
        }
    }

    /// A command is over: tells its owner, and the drive's record, how it ended.
    pub(crate) fn complete(&mut self, io: &Io, outcome: Outcome) {
        let id = io.drive;
        self.retire(io);
        self.work.freed = true;
        if io.owner == Owner::Link {
            self.link_done(io, outcome);
            return;
        }
        let gone = match outcome {
            // Not its own time-out: it fell to the reset of the drive, and says nothing of its sectors.
            Outcome::Fault(fault) => fault == IoFault::Aborted && io.stage == Stage::Sent,
            // What was under way when a flush failed may have come to nothing with it, or was read before that was known.
            Outcome::Done | Outcome::Mismatch => self.is_unsure(io),
        };
        let written = outcome == Outcome::Done && io.verb != Verb::Read;
        if gone && written && matches!(io.owner, Owner::Segment(_)) && self.sent_again(io) {
            return;
        }
        let outcome = if gone { Outcome::Fault(IoFault::Gone) } else { outcome };
        let fault = match outcome {
            Outcome::Done | Outcome::Mismatch => None,
            Outcome::Fault(fault) => Some(fault),
        };
        match fault {
            None => {
                let micros = self.now.since(io.since).0;
                self.note_success(id, micros, io.stretch.count);
                let data = !matches!(io.owner, Owner::Commit(..));
                if data && matches!(io.verb, Verb::Write | Verb::WriteZeroes | Verb::Unmap) {
                    let alone = self.is_alone(io);
                    self.note_cached(id, io.stretch, alone);
                }
            }
            Some(IoFault::Hardware) if self.answers(id) => {
                self.note_strike(id, io.since);
            }
            // A probe has no sectors to blame.
            Some(IoFault::Medium) if io.owner == Owner::Probe => self.note_strike(id, io.since),
            Some(_) => {}
        }
        self.tell_owner(io, outcome, fault);
    }

    /// Sends a write once more that a flush may have dropped, if its drive still takes writes.
    fn sent_again(&mut self, io: &Io) -> bool {
        // When one was sent that is being aborted is not known: it could be sent again for ever.
        io.stage == Stage::Sent
            && self.serves(io.drive)
            && !raid10_metadata::bug!("dropped-write-missed")
            && self.queue(io.drive, io.owner, io.verb, io.stretch, io.offset).is_some()
    }

    /// True if a flush of the drive failed while a command was under way that needs the drive's cache.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn is_unsure(&self, io: &Io) -> bool {
        let cached = matches!(
            io.verb,
            Verb::Read | Verb::Compare | Verb::Write | Verb::WriteZeroes | Verb::Unmap
        );
        // When one was sent that is being aborted is not known any more.
        let aborting = io.stage == Stage::Aborting && !raid10_metadata::bug!("sending-forgotten");
        let unsure_at = self.drive_ref(io.drive).unsure_at;
        cached
            && unsure_at.is_some_and(|at| aborting || io.since <= at)
            && !raid10_metadata::bug!("dropped-cache-counts")
    }

    /// True if a write of the host went to one drive only.
    fn is_alone(&self, io: &Io) -> bool {
        let Owner::Segment(index) = io.owner else { return false };
        let Some(segment) = self.segment_ref(usize::from(index)) else { return false };
        matches!(segment.state, SegmentState::Writing { pending: 1, written, touched, .. }
            if written.is_empty() && touched.is_empty())
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn tell_owner(&mut self, io: &Io, outcome: Outcome, fault: Option<IoFault>) {
        let drive = io.drive;
        match io.owner {
            Owner::Segment(index) if io.verb == Verb::Read => {
                self.read_done(usize::from(index), drive, fault);
            }
            Owner::Segment(index) => self.write_done(usize::from(index), drive, fault),
            Owner::Window(index) => self.window_done(usize::from(index), drive, outcome),
            Owner::Flush(index) => {
                self.flushed(drive, fault);
                self.host_flush_done(usize::from(index), fault.is_some());
            }
            Owner::Clean => {
                self.flushed(drive, fault);
            }
            Owner::Checkpoint => {
                self.flushed(drive, fault);
                self.checkpoint_flushed(drive, fault);
            }
            Owner::Proof => self.proof_done(drive, io.verb, outcome),
            Owner::Probe => {
                self.flushed(drive, fault);
                self.probe_done(drive, fault);
            }
            Owner::Commit(part, buffer) => self.part_done(drive, part, buffer, fault),
            Owner::Label(buffer) => self.label_unread(drive, buffer, fault),
            Owner::Link => {}
        }
        // The proof of a spare waits until nothing from its former life is under way.
        self.work.topology |= matches!(self.drive_ref(drive).role, Role::Spare { .. });
    }

    fn probe_done(&mut self, id: DriveId, fault: Option<IoFault>) {
        let drive = self.drive_mut(id);
        drive.probing = false;
        match (fault, drive.health) {
            // Only a probe that was sent after a reset speaks for a failed drive; others end with its isolation.
            (_, Health::Failed) if drive.link != Link::Up => {}
            (None, Health::Failed) => self.readmit(id),
            (None, _) => {}
            (Some(_), Health::Failed) => {
                self.schedule_retry(id);
                self.cut(id);
            }
            (Some(fault), _) => {
                self.probes.insert(id);
                // One that fell to a reset, or to the drive's leaving, says nothing of what was flushed.
                if matches!(fault, IoFault::Medium | IoFault::Hardware) {
                    self.fill_unflushed(id);
                }
            }
        }
    }

    /// The next time at which [`handle_timeout`](Self::handle_timeout) has something to do.
    #[must_use]
    pub fn poll_deadline(&self) -> Option<Instant> {
        if self.work_is_left() {
            return Some(self.now);
        }
        let expiry = if self.ios.is_empty() { Instant::NEVER } else { self.ios.expiry };
        Some(expiry.or_sooner(self.house_at)).filter(|&at| at < Instant::NEVER)
    }

    /// Time has gone on: aborts what takes too long and does what was due by now. Spurious calls do nothing.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn handle_timeout(&mut self, now: Instant) {
        self.advance(now);
        self.expire_commands();
        self.keep_house();
        self.maintain();
    }

    /// When a command's present stage has taken too long.
    fn deadline(&self, io: &Io) -> Instant {
        match (io.verb, io.stage) {
            (Verb::Isolate, _) | (_, Stage::Queued | Stage::AbortDue | Stage::Abandoned) => {
                Instant::NEVER
            }
            (Verb::Reset, _) | (_, Stage::Aborting) => io.since + self.policy.abort_timeout,
            (_, Stage::Sent) => io.since + self.policy.command_timeout,
        }
    }

    fn note_deadline(&mut self, io: &Io) {
        self.ios.expiry = self.ios.expiry.or_sooner(self.deadline(io));
    }

    fn expire_commands(&mut self) {
        let now = self.now;
        if self.ios.expiry > now {
            return;
        }
        // Each turn moves one command to a stage that does not expire by now.
        loop {
            let (mut expired, mut expiry) = (None, Instant::NEVER);
            for io in self.ios.iter() {
                let deadline = self.deadline(io);
                if deadline <= now {
                    expired = Some(*io);
                    break;
                }
                expiry = expiry.or_sooner(deadline);
            }
            let Some(io) = expired else {
                self.ios.expiry = expiry;
                return;
            };
            match (io.verb, io.stage) {
                (Verb::Reset, _) => {
                    self.retire(&io);
                    self.reset_failed(io.drive);
                }
                (_, Stage::Sent) => self.abort(&io),
                _ => self.abandon(&io),
            }
        }
    }

    fn abort(&mut self, io: &Io) {
        if raid10_metadata::bug!("forget-timed-out") {
            self.complete(io, Outcome::Fault(IoFault::Aborted));
        } else if let Some(io) = self.ios.get_mut(io.id) {
            io.stage = Stage::AbortDue;
            self.ios.aborts_due += 1;
        }
        self.emit_drive_cause(io.drive, DriveEvent::CommandTimeout);
        self.note_strike(io.drive, io.since);
    }

    /// An abort was not answered in time: reset the drive.
    fn abandon(&mut self, io: &Io) {
        if let Some(io) = self.ios.get_mut(io.id) {
            io.stage = Stage::Abandoned;
        }
        let drive = self.drive_mut(io.drive);
        if drive.link == Link::Up {
            drive.link = Link::Resetting;
            self.resets.insert(io.drive);
            self.emit_drive(io.drive, DriveEvent::DriveReset);
        }
    }

    /// A drive did not answer its reset.
    fn reset_failed(&mut self, id: DriveId) {
        let drive = self.drive_mut(id);
        drive.link = Link::Isolating;
        if drive.health == Health::Failed {
            self.schedule_retry(id);
        }
        self.fail_drive(id);
    }

    /// Sends the resets and isolations that are due.
    pub(crate) fn queue_links(&mut self) {
        for id in self.resets.iter() {
            let verb = match self.drive_ref(id).link {
                Link::Resetting => Verb::Reset,
                Link::Isolating => Verb::Isolate,
                Link::Up | Link::Cut => {
                    self.resets.remove(id);
                    continue;
                }
            };
            if self.queue(id, Owner::Link, verb, Stretch::NONE, 0).is_some() {
                self.resets.remove(id);
            }
        }
    }

    /// A reset or an isolation is over.
    fn link_done(&mut self, io: &Io, outcome: Outcome) {
        let id = io.drive;
        let drive = self.drive_mut(id);
        match (io.verb, drive.link, outcome) {
            (Verb::Reset, Link::Resetting, Outcome::Done) => {
                drive.link = Link::Up;
                self.probes.insert(id);
            }
            (Verb::Reset, Link::Resetting, _) => self.reset_failed(id),
            (Verb::Isolate, Link::Isolating, _) => {
                drive.link = Link::Cut;
                self.voids.insert(id);
            }
            // The drive was given up while its reset ran.
            (Verb::Reset, Link::Isolating | Link::Cut, _) => {}
            _ => self.broken(Invariant::IllegalTransition),
        }
    }

    /// Ends commands of drives that will not answer them: all that were not sent, and the others as soon as
    /// the drive cannot touch their buffers any more.
    pub(crate) fn void_commands(&mut self) {
        for id in self.voids.iter() {
            self.voids.remove(id);
            let drive = self.drive_ref(id);
            let cut = !drive.present || drive.link == Link::Cut;
            let over = |io: &Io| {
                io.drive == id && (cut || io.stage == Stage::Queued) && io.owner != Owner::Link
            };
            while let Some(&io) = self.ios.find(&over) {
                self.complete(&io, Outcome::Fault(IoFault::Gone));
            }
        }
    }

    /// Looks whether drives that failed a command still work.
    pub(crate) fn queue_probes(&mut self) {
        for id in self.probes.iter() {
            let drive = self.drive_ref(id);
            let works = drive.present && drive.link == Link::Up;
            let wanted = works && drive.strikes > 0 && !drive.probing;
            if wanted && !self.queue_flush(id, Owner::Probe) {
                continue;
            }
            self.probes.remove(id);
            self.drive_mut(id).probing |= wanted;
        }
    }
}
