//! The buffers that commands name: one for each host request, the copy windows, the proof's, and those for the engine's
//! own records, which alone have real bytes.

use alloc::vec::Vec;

use raid10_engine::config::{
    METADATA_BUFFERS, METADATA_SECTORS, PROOF_SECTORS, REQUESTS, SYNC_WINDOWS, WINDOW_SECTORS,
};
use raid10_engine::{Buffer, BufferId, RequestId, SECTOR_BYTES, SectorCount};

use crate::content::{self, Packed, ZEROS};

/// All buffers.
#[derive(Clone, Debug)]
pub(crate) struct Buffers {
    host: Vec<Vec<Packed>>,
    sync: Vec<Packed>,
    proof: [Packed; PROOF_SECTORS as usize],
    metadata: Vec<u8>,
    /// Where a command goes that names sectors outside of its buffer.
    stray: Vec<Packed>,
    stray_bytes: Vec<u8>,
}

/// Bytes of a buffer for the engine's own records.
const METADATA_BYTES: usize = (METADATA_SECTORS * SECTOR_BYTES) as usize;

impl Buffers {
    pub(crate) fn new() -> Self {
        Self {
            host: alloc::vec![Vec::new(); REQUESTS],
            sync: alloc::vec![ZEROS; SYNC_WINDOWS * WINDOW_SECTORS as usize],
            proof: [content::proof(); PROOF_SECTORS as usize],
            metadata: alloc::vec![0; METADATA_BUFFERS * METADATA_BYTES],
            stray: Vec::new(),
            stray_bytes: Vec::new(),
        }
    }

    /// Makes a request's buffer as long as needed, and hands it out to be filled.
    pub(crate) fn prepare(&mut self, id: RequestId, count: SectorCount) -> &mut [Packed] {
        let buffer = &mut self.host[id.index() % REQUESTS];
        buffer.clear();
        buffer.resize(count.0 as usize, content::torn());
        buffer
    }

    /// What is in a request's buffer.
    pub(crate) fn of_request(&self, id: RequestId) -> &[Packed] {
        &self.host[id.index() % REQUESTS]
    }

    /// True if the sectors lie in the buffer.
    pub(crate) fn holds(&self, id: BufferId, offset: u32, count: u64) -> bool {
        let len = match id {
            BufferId::Host(request) => self.host[request.index() % REQUESTS].len() as u64,
            BufferId::Sync(window) if usize::from(window) < SYNC_WINDOWS => WINDOW_SECTORS,
            BufferId::Sync(_) => 0,
            BufferId::Proof => PROOF_SECTORS,
            BufferId::Metadata(index) if usize::from(index) < METADATA_BUFFERS => METADATA_SECTORS,
            BufferId::Metadata(_) => 0,
        };
        u64::from(offset) + count <= len
    }

    /// A whole buffer for the engine's own records.
    pub(crate) fn metadata(&mut self, index: u8) -> &mut [u8] {
        let from = usize::from(index) % METADATA_BUFFERS * METADATA_BYTES;
        &mut self.metadata[from..from + METADATA_BYTES]
    }

    /// Sectors of such a buffer.
    pub(crate) fn bytes(&self, buffer: Buffer, count: SectorCount) -> &[u8] {
        let len = count.bytes() as usize;
        let stray = || &self.stray_bytes[..len.min(self.stray_bytes.len())];
        match bytes_at(buffer) {
            Some(from) if self.holds(buffer.id, buffer.offset, count.0) => {
                &self.metadata[from..from + len]
            }
            _ => stray(),
        }
    }

    /// Sectors of such a buffer.
    pub(crate) fn bytes_mut(&mut self, buffer: Buffer, count: SectorCount) -> &mut [u8] {
        let len = count.bytes() as usize;
        match bytes_at(buffer) {
            Some(from) if self.holds(buffer.id, buffer.offset, count.0) => {
                &mut self.metadata[from..from + len]
            }
            _ => {
                self.stray_bytes.resize(len, 0);
                &mut self.stray_bytes
            }
        }
    }

    pub(crate) fn slice(&self, buffer: Buffer, count: SectorCount) -> &[Packed] {
        let (at, count) = (buffer.offset as usize, count.0 as usize);
        let all: &[Packed] = match buffer.id {
            BufferId::Host(request) => &self.host[request.index() % REQUESTS],
            BufferId::Sync(window) => {
                self.sync.get(usize::from(window) * WINDOW_SECTORS as usize..).unwrap_or(&[])
            }
            BufferId::Proof => &self.proof,
            BufferId::Metadata(_) => &[],
        };
        all.get(at..at + count).unwrap_or_else(|| &self.stray[..count.min(self.stray.len())])
    }

    pub(crate) fn slice_mut(&mut self, buffer: Buffer, count: SectorCount) -> &mut [Packed] {
        let (at, count) = (buffer.offset as usize, count.0 as usize);
        if !self.holds(buffer.id, buffer.offset, count as u64) {
            self.stray.resize(count, ZEROS);
            return &mut self.stray[..count];
        }
        match buffer.id {
            BufferId::Host(request) => &mut self.host[request.index() % REQUESTS][at..at + count],
            BufferId::Sync(window) => {
                let base = usize::from(window) * WINDOW_SECTORS as usize + at;
                &mut self.sync[base..base + count]
            }
            BufferId::Proof | BufferId::Metadata(_) => &mut self.stray,
        }
    }
}

/// Where a place in a buffer for the engine's own records lies among all of them.
fn bytes_at(buffer: Buffer) -> Option<usize> {
    let BufferId::Metadata(index) = buffer.id else { return None };
    Some(usize::from(index) * METADATA_BYTES + buffer.offset as usize * SECTOR_BYTES as usize)
}
