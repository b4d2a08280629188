//! What a command touches.

use core::ops::Range;

use raid10_engine::{BufferId, Extent, IoOp};

/// The sectors that a command touches.
pub(crate) const fn extent_of(op: &IoOp) -> Option<Extent> {
    match *op {
        IoOp::Read(extent, _)
        | IoOp::Write(extent, _)
        | IoOp::WriteDurable(extent, _)
        | IoOp::Compare(extent, _)
        | IoOp::WriteZeroes { extent, .. } => Some(extent),
        IoOp::Flush | IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => None,
    }
}

/// True if a command is of the array's records, in front of the data area: its sectors are the drive's.
pub(crate) const fn is_of_front(op: &IoOp) -> bool {
    matches!(buffer_of(op), Some((BufferId::Metadata(_), ..)))
}

/// The buffer that a command names, and whether it writes into it.
pub(crate) const fn buffer_of(op: &IoOp) -> Option<(BufferId, u32, u64, bool)> {
    match *op {
        IoOp::Read(extent, buffer) => Some((buffer.id, buffer.offset, extent.count.0, true)),
        IoOp::Write(extent, buffer)
        | IoOp::WriteDurable(extent, buffer)
        | IoOp::Compare(extent, buffer) => Some((buffer.id, buffer.offset, extent.count.0, false)),
        IoOp::WriteZeroes { .. } | IoOp::Flush | IoOp::Abort(_) | IoOp::Reset | IoOp::Isolate => {
            None
        }
    }
}

pub(crate) const fn span(extent: Extent) -> Range<u64> {
    extent.start.0..extent.start.0 + extent.count.0
}
