//! Hands records to the sink, and makes the digest of the trace.

use alloc::string::String;

use crc::{CRC_64_XZ, Crc, Digest, Table};
use raid10_engine::Instant;

use crate::names::Names;
use crate::record::{Record, Sink, What};

/// Sixteen bytes a step; the tables take 32 KiB.
type Wide = Table<16>;

static CRC: Crc<u64, Wide> = Crc::<u64, Wide>::new(&CRC_64_XZ);

/// The way from the world to the sink.
pub(crate) struct Tracer<'a> {
    sink: &'a mut dyn Sink,
    names: &'a Names,
    digest: Option<Digest<'static, u64, Wide>>,
    /// The line that is being made.
    line: String,
}

impl<'a> Tracer<'a> {
    /// `digest` says whether a digest of the text is wanted.
    pub(crate) fn new(sink: &'a mut dyn Sink, names: &'a Names, digest: bool) -> Self {
        Self { sink, names, digest: digest.then(|| CRC.digest()), line: String::new() }
    }

    pub(crate) fn record(&mut self, at: Instant, what: What<'_>) {
        let record = Record { at, what, names: self.names };
        self.sink.record(&record);
        if let Some(digest) = &mut self.digest {
            self.line.clear();
            // Cannot fail: a string takes everything.
            let _ = record.write_to(&mut self.line);
            self.line.push('\n');
            digest.update(self.line.as_bytes());
        }
    }

    /// CRC-64/XZ of all lines, each with its line feed.
    pub(crate) fn digest(&self) -> Option<u64> {
        self.digest.clone().map(|digest| digest.finalize())
    }
}
