//! Commands in flight, and which two may not be.

use core::ops::Range;

use raid10_engine::{Buffer, BufferId, IoCommand, IoId, IoOp, SectorCount};

use crate::buffers::Buffers;
use crate::drive::{buffer_of, extent_of, is_of_front, span};
use crate::trace::CRC;

/// One command in flight, as far as the rules care.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) id: IoId,
    pub(super) drive: u8,
    /// The sectors it touches, and whether it changes them.
    pub(super) sectors: Option<(Range<u64>, bool)>,
    /// They are sectors of the drive, not of its data area.
    pub(super) of_front: bool,
    /// Where it says that the data area begins.
    pub(super) origin: u64,
    /// It is the drive's isolation.
    pub(super) isolates: bool,
    /// The buffer sectors it uses, and whether it changes them.
    pub(super) buffer: Option<(BufferId, Range<u64>, bool)>,
    /// Of a write from a buffer with real bytes: a checksum of what it is to write.
    pub(super) bytes: Option<u64>,
}

pub(super) fn bytes_of(
    buffer: Option<&(BufferId, Range<u64>, bool)>,
    buffers: &Buffers,
) -> Option<u64> {
    let (id, range, into) = buffer?;
    let buffer = Buffer { id: *id, offset: range.start as u32 };
    let count = SectorCount(range.end - range.start);
    let real = matches!(id, BufferId::Metadata(_)) && !into;
    real.then(|| CRC.checksum(buffers.bytes(buffer, count)))
}

pub(super) fn flight_of(command: &IoCommand, buffers: &Buffers) -> Flight {
    let changes =
        matches!(command.op, IoOp::Write(..) | IoOp::WriteDurable(..) | IoOp::WriteZeroes { .. });
    let buffer = buffer_of(&command.op)
        .map(|(id, offset, count, into)| (id, u64::from(offset)..u64::from(offset) + count, into));
    Flight {
        id: command.id,
        drive: command.drive.0,
        isolates: command.op == IoOp::Isolate,
        sectors: extent_of(&command.op).map(|extent| (span(extent), changes)),
        of_front: is_of_front(&command.op),
        origin: command.origin.0,
        bytes: bytes_of(buffer.as_ref(), buffers),
        buffer,
    }
}

/// The rule that two commands break together.
pub(super) fn clash(a: &Flight, b: &Flight) -> Option<&'static str> {
    if a.id == b.id {
        return Some("name of a command in flight");
    }
    if let (Some((x, x_changes)), Some((y, y_changes))) = (&a.sectors, &b.sectors)
        && a.drive == b.drive
        && a.of_front == b.of_front
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
