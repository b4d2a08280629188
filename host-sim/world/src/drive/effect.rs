//! What a command does to the store and to its buffer, at the end of its service.

use raid10_engine::{Extent, IoCommand, IoFault, IoOp, Outcome, SectorCount};

use super::{Drive, span};
use crate::buffers::Buffers;
use crate::content;
use crate::generations::Sealed;

impl Drive {
    pub(super) fn effect(
        &mut self,
        command: &IoCommand,
        sealed: Option<Sealed>,
        buffers: &mut Buffers,
    ) -> Outcome {
        match command.op {
            IoOp::Read(extent, buffer) => {
                let into = buffers.slice_mut(buffer, extent.count);
                self.store.read(extent.start.0, into);
                self.faults.unreadable_in(&span(extent), &mut self.bad);
                match self.faults.read(&span(extent)) {
                    Some(bad) => {
                        into[(bad - extent.start.0) as usize..].fill(content::torn());
                        Outcome::Fault(IoFault::Medium)
                    }
                    None => Outcome::Done,
                }
            }
            IoOp::Compare(extent, buffer) => {
                self.faults.unreadable_in(&span(extent), &mut self.bad);
                if self.faults.read(&span(extent)).is_some() {
                    return Outcome::Fault(IoFault::Medium);
                }
                let expected = buffers.slice(buffer, extent.count);
                let mut at = extent.start.0..;
                let equal = expected
                    .iter()
                    .all(|&sector| at.next().map(|at| self.store.get(at)) == Some(sector));
                if equal { Outcome::Done } else { Outcome::Mismatch }
            }
            IoOp::Write(extent, _)
            | IoOp::WriteDurable(extent, _)
            | IoOp::WriteZeroes { extent, .. } => self.write(command, extent, buffers),
            IoOp::Flush => {
                if let Some(sealed) = sealed {
                    self.cache.flush_ends(sealed);
                }
                Outcome::Done
            }
            IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => Outcome::Done,
        }
    }

    fn write(&mut self, command: &IoCommand, extent: Extent, buffers: &Buffers) -> Outcome {
        let bad = self.faults.write(&span(extent));
        let end = bad.unwrap_or(extent.end().0);
        self.put(command, extent.start.0, end - extent.start.0, buffers);
        if matches!(command.op, IoOp::WriteDurable(..)) {
            self.cache.durable(extent.start.0, end - extent.start.0);
        }
        if bad.is_some() { Outcome::Fault(IoFault::Medium) } else { Outcome::Done }
    }

    /// Puts the first `count` sectors of a write into the store.
    pub(super) fn put(&mut self, command: &IoCommand, start: u64, count: u64, buffers: &Buffers) {
        if count == 0 {
            return;
        }
        self.cache.before_write(&self.store, start, count);
        match command.op {
            IoOp::Write(_, buffer) | IoOp::WriteDurable(_, buffer) => {
                self.store.write(start, buffers.slice(buffer, SectorCount(count)));
            }
            _ => self.store.zero(start, count),
        }
        self.faults.healed_by_write(&(start..start + count));
    }
}
