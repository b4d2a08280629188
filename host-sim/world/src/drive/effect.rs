//! What a command does to the drive and to its buffer, at the end of its service.

use raid10_engine::{Buffer, Extent, IoCommand, IoFault, IoOp, Outcome, SectorCount};

use super::faults::Spoilt;
use super::written::Written;
use super::{Drive, is_of_front, span};
use crate::buffers::Buffers;
use crate::content;
use crate::generations::Sealed;

const MEDIUM: Outcome = Outcome::Fault(IoFault::Medium);

impl Drive {
    pub(super) fn effect(
        &mut self,
        command: &IoCommand,
        sealed: Option<Sealed>,
        buffers: &mut Buffers,
    ) -> Outcome {
        match command.op {
            IoOp::Read(extent, buffer) if is_of_front(&command.op) => {
                self.bad.clear();
                self.front.read(extent.start.0, buffers.bytes_mut(buffer, extent.count));
                Outcome::Done
            }
            IoOp::Read(extent, buffer) => self.read(extent, buffer, buffers),
            IoOp::Compare(extent, buffer) if is_of_front(&command.op) => {
                self.bad.clear();
                let expected = buffers.bytes(buffer, extent.count);
                equal(self.front.holds(extent.start.0, expected))
            }
            IoOp::Compare(extent, buffer) => self.compare(extent, buffer, buffers),
            IoOp::Write(extent, _)
            | IoOp::WriteDurable(extent, _)
            | IoOp::WriteZeroes { extent, .. } => self.write(command, extent, buffers),
            IoOp::Flush => {
                let Some(sealed) = sealed else { return Outcome::Done };
                self.flush(sealed)
            }
            IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => Outcome::Done,
        }
    }

    fn flush(&mut self, sealed: Sealed) -> Outcome {
        match self.faults.spoil_flush() {
            None => self.cache.flush_ends(sealed),
            Some(Spoilt::Ignored) => {}
            Some(spoilt @ (Spoilt::Failed | Spoilt::Dropped)) => {
                if spoilt == Spoilt::Dropped && self.figures().volatile_cache {
                    self.dropped = self.cache.drop_sealed(sealed, &mut self.store, &mut self.front);
                }
                self.faults.failed_flushes += 1;
                return MEDIUM;
            }
        }
        self.faults.failed_flushes = 0;
        Outcome::Done
    }

    fn read(&mut self, extent: Extent, buffer: Buffer, buffers: &mut Buffers) -> Outcome {
        let into = buffers.slice_mut(buffer, extent.count);
        self.store.read(extent.start.0, into);
        self.faults.unreadable_in(&span(extent), &mut self.bad);
        match self.faults.read(&span(extent)) {
            Some(bad) => {
                into[(bad - extent.start.0) as usize..].fill(content::torn());
                MEDIUM
            }
            None => Outcome::Done,
        }
    }

    fn compare(&mut self, extent: Extent, buffer: Buffer, buffers: &Buffers) -> Outcome {
        self.faults.unreadable_in(&span(extent), &mut self.bad);
        if self.faults.read(&span(extent)).is_some() {
            return MEDIUM;
        }
        let expected = buffers.slice(buffer, extent.count);
        let mut at = extent.start.0..;
        equal(expected.iter().all(|&sector| at.next().map(|at| self.store.get(at)) == Some(sector)))
    }

    fn write(&mut self, command: &IoCommand, extent: Extent, buffers: &Buffers) -> Outcome {
        let torn = self.faults.tear(extent.count.0).map(|kept| extent.start.0 + kept);
        let of_front = is_of_front(&command.op);
        let bad = if of_front { None } else { self.faults.write(&span(extent)) };
        let end = bad.into_iter().chain(torn).min();
        let (start, count) = (extent.start.0, end.unwrap_or(extent.end().0) - extent.start.0);
        self.put(command, start, count, buffers);
        let durable = matches!(command.op, IoOp::WriteDurable(..)) && end.is_none();
        if !durable {
            self.note(command, count, buffers);
        }
        if end.is_some() {
            return MEDIUM;
        }
        if durable {
            if of_front {
                self.cache.durable_front(start, count);
            } else {
                self.cache.durable(start, count);
            }
        }
        Outcome::Done
    }

    /// Puts the first `count` sectors of a write on the drive.
    pub(super) fn put(&mut self, command: &IoCommand, start: u64, count: u64, buffers: &Buffers) {
        if count == 0 {
            return;
        }
        let part = SectorCount(count);
        match command.op {
            IoOp::Write(_, buffer) | IoOp::WriteDurable(_, buffer) if is_of_front(&command.op) => {
                self.cache.before_front(&self.front, start, count);
                self.front.write(start, buffers.bytes(buffer, part));
            }
            IoOp::Write(_, buffer) | IoOp::WriteDurable(_, buffer) => {
                self.cache.before_write(&self.store, start, count);
                self.store.write(start, buffers.slice(buffer, part));
                self.faults.healed_by_write(&(start..start + count));
            }
            _ => {
                self.cache.before_write(&self.store, start, count);
                self.store.zero(start, count);
                self.faults.healed_by_write(&(start..start + count));
            }
        }
    }

    /// Notes that the first `count` sectors of a write are in the cache.
    pub(super) fn note(&mut self, command: &IoCommand, count: u64, buffers: &Buffers) {
        let part = Some(SectorCount(count));
        if count > 0 {
            self.cache.wrote(|| written(command, part, buffers).unwrap_or_default());
        }
    }
}

/// What a write puts on a drive: its first `count` sectors, or all of them.
pub(super) fn written(
    command: &IoCommand,
    count: Option<SectorCount>,
    buffers: &Buffers,
) -> Option<Written> {
    Some(match command.op {
        IoOp::Write(extent, buffer) | IoOp::WriteDurable(extent, buffer) => {
            let count = count.unwrap_or(extent.count);
            if is_of_front(&command.op) {
                Written::front(extent.start.0, buffers.bytes(buffer, count))
            } else {
                Written::data(extent.start.0, buffers.slice(buffer, count))
            }
        }
        IoOp::WriteZeroes { extent, .. } => {
            Written::zeros(extent.start.0, count.unwrap_or(extent.count).0)
        }
        _ => return None,
    })
}

const fn equal(equal: bool) -> Outcome {
    if equal { Outcome::Done } else { Outcome::Mismatch }
}
