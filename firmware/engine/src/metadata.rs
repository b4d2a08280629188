//! The bytes of the engine's own records, on their way to a port's buffers.

use crate::Engine;
use crate::commit::{Part, Stage};
use crate::io::{IoCommand, IoOp, Step};
use crate::io_table::Owner;

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Puts the bytes of a write of the engine's own records into the port's buffer, which is as long as the command's
    /// buffer. To be called for such a command when it has been yielded, before it is started.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn fill_metadata(&self, command: &IoCommand, bytes: &mut [u8]) {
        let Some(io) = self.ios.get(command.id) else { return };
        if let (Owner::Commit(part, _), IoOp::Write(extent, _) | IoOp::WriteDurable(extent, _)) =
            (io.owner, command.op)
        {
            self.render(io.drive, part, extent.count.0 as usize, bytes);
        }
    }

    /// The step that a part of the commit is.
    pub(crate) fn step_of(&self, part: Part) -> Step {
        let clears = self.commit.stage == Stage::Bits && !self.commit.sets();
        match part {
            // With the header goes the new count: it belongs to the frame.
            Part::Bits if self.commit.stage == Stage::Frames => Step::Frame,
            part => part.step(clears),
        }
    }

    /// True if [`clean`](Self::clean) has bits to look at.
    pub(crate) fn sweeps(&self) -> bool {
        self.is_labelled() && !self.dirty.set.is_empty() && self.is_everyone_there()
    }
}
