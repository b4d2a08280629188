//! Hands records to the sink, and makes the digest of the trace.

use core::fmt::{self, Write};

use crc::{CRC_64_XZ, Crc, Digest, Table};
use raid10_engine::Instant;

use crate::names::Names;
use crate::record::{Record, Sink, What};

static CRC: Crc<u64, Table<1>> = Crc::<u64, Table<1>>::new(&CRC_64_XZ);

/// The way from the world to the sink.
pub(crate) struct Tracer<'a> {
    sink: &'a mut dyn Sink,
    names: &'a Names,
    digest: Option<Digest<'static, u64, Table<1>>>,
}

impl<'a> Tracer<'a> {
    /// `digest` says whether a digest of the text is wanted.
    pub(crate) fn new(sink: &'a mut dyn Sink, names: &'a Names, digest: bool) -> Self {
        Self {
            sink,
            names,
            digest: digest.then(|| CRC.digest()),
        }
    }

    pub(crate) fn record(&mut self, at: Instant, what: What<'_>) {
        let record = Record {
            at,
            what,
            names: self.names,
        };
        self.sink.record(&record);
        if let Some(digest) = &mut self.digest {
            // Cannot fail: a digest takes everything.
            let _ = writeln!(Feed(digest), "{record}");
        }
    }

    /// CRC-64/XZ of all lines, each with its line feed.
    pub(crate) fn digest(&self) -> Option<u64> {
        self.digest.clone().map(|digest| digest.finalize())
    }
}

struct Feed<'d>(&'d mut Digest<'static, u64, Table<1>>);

impl Write for Feed<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
