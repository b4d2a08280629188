//! Hands records to the sink, and makes the digest of the trace.

use crc::{CRC_64_XZ, Crc, Digest, Table};
use raid10_engine::Instant;

use crate::line::Line;
use crate::names::Names;
use crate::record::{Record, Sink, What};

/// Sixteen bytes a step; the tables take 32 KiB.
type Wide = Table<16>;

/// For bytes of which only equality counts.
pub(crate) static CRC: Crc<u64, Wide> = Crc::<u64, Wide>::new(&CRC_64_XZ);

/// Bytes that go into the digest at once.
const BATCH: usize = 4096;

/// The way from the world to the sink.
pub(crate) struct Tracer<'a> {
    sink: &'a mut dyn Sink,
    names: &'a Names,
    digest: Option<Digest<'static, u64, Wide>>,
    /// Lines that are not in the digest yet.
    lines: Line,
}

impl<'a> Tracer<'a> {
    /// `digest` says whether a digest of the text is wanted.
    pub(crate) fn new(sink: &'a mut dyn Sink, names: &'a Names, digest: bool) -> Self {
        Self { sink, names, digest: digest.then(|| CRC.digest()), lines: Line::new() }
    }

    pub(crate) fn record(&mut self, at: Instant, what: What<'_>) {
        let record = Record { at, what, names: self.names };
        self.sink.record(&record);
        if let Some(digest) = &mut self.digest {
            // Cannot fail: a line takes everything.
            let _ = record.write_to(&mut self.lines);
            self.lines.word("\n");
            if self.lines.as_bytes().len() >= BATCH {
                digest.update(self.lines.as_bytes());
                self.lines.clear();
            }
        }
    }

    /// CRC-64/XZ of all lines, each with its line feed.
    pub(crate) fn digest(&self) -> Option<u64> {
        let mut digest = self.digest.clone()?;
        digest.update(self.lines.as_bytes());
        Some(digest.finalize())
    }
}
