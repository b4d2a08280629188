//! A front for machines that do one thing at a time: each call returns when its request has ended.

use embedded_hal::delay::DelayNs;
use raid10_engine::{
    ArrayLba, Engine, HostError, HostOp, HostRequest, Instant, Refusal, RequestId, SECTOR_BYTES,
    SectorCount,
};

use crate::machine::Machine;
use crate::pump;

/// How long the front sleeps at most before it looks for inputs again, in microseconds.
const NAP_MICROS: u64 = 100;

/// The bytes of host requests, for a caller that has them in a slice.
pub trait HostBuffers {
    /// The bytes of the next request to be accepted. Called before the request is submitted; the machine
    /// puts them into the request's buffer in [`Machine::accepted`].
    fn stage(&mut self, bytes: &[u8]);

    /// Copies what a read brought into `bytes`.
    fn fetch(&mut self, id: RequestId, bytes: &mut [u8]);

    /// The result of a request, once it has ended, and only once.
    fn ended(&mut self, id: RequestId) -> Option<Result<(), HostError>>;
}

/// Why a blocking call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockingError {
    /// The length of the buffer is no multiple of a sector.
    Length,
    /// The request was not accepted.
    Refused(Refusal),
    /// The request was accepted and failed.
    Failed(HostError),
}

/// The engine and its machine, as a block device that blocks.
#[derive(Debug)]
pub struct Blocking<const DRIVES: usize, M, D> {
    engine: Engine<DRIVES>,
    machine: M,
    delay: D,
}

impl<const DRIVES: usize, M: Machine + HostBuffers, D: DelayNs> Blocking<DRIVES, M, D> {
    /// Takes an engine and its machine. The `delay` passes the time while nothing happens.
    pub const fn new(engine: Engine<DRIVES>, machine: M, delay: D) -> Self {
        Self { engine, machine, delay }
    }

    /// The engine, for questions.
    pub const fn engine(&self) -> &Engine<DRIVES> {
        &self.engine
    }

    /// The machine.
    pub const fn machine(&mut self) -> &mut M {
        &mut self.machine
    }

    /// Reads whole sectors from `lba` on.
    ///
    /// # Errors
    ///
    /// A refusal, or the first sector that could not be read. The content of `bytes` is undefined then.
    pub fn read(&mut self, lba: ArrayLba, bytes: &mut [u8]) -> Result<(), BlockingError> {
        let count = sectors(bytes.len())?;
        let id = self.run(HostRequest { op: HostOp::Read, lba, count })?;
        self.machine.fetch(id, bytes);
        Ok(())
    }

    /// Writes whole sectors from `lba` on; durable after the next [`flush`](Self::flush).
    ///
    /// # Errors
    ///
    /// A refusal, or why it could not be written. A failed write may be on the array in part.
    pub fn write(&mut self, lba: ArrayLba, bytes: &[u8]) -> Result<(), BlockingError> {
        let count = sectors(bytes.len())?;
        self.machine.stage(bytes);
        self.run(HostRequest { op: HostOp::Write, lba, count }).map(drop)
    }

    /// Makes all writes durable that returned before.
    ///
    /// # Errors
    ///
    /// Why nothing could be made durable.
    pub fn flush(&mut self) -> Result<(), BlockingError> {
        let lba = ArrayLba::default();
        self.run(HostRequest { op: HostOp::Flush, lba, count: SectorCount::ZERO }).map(drop)
    }

    /// Does what is to be done now, without waiting. Called when the host has no request, so that rebuilds
    /// go on.
    pub fn poll(&mut self) {
        while let Some(input) = self.machine.next_input() {
            pump::deliver(&mut self.engine, &mut self.machine, input);
        }
    }

    fn run(&mut self, request: HostRequest) -> Result<RequestId, BlockingError> {
        let (accepted, _) = pump::submit(&mut self.engine, &mut self.machine, request);
        let id = accepted.map_err(BlockingError::Refused)?;
        loop {
            if let Some(result) = self.machine.ended(id) {
                return result.map(|()| id).map_err(BlockingError::Failed);
            }
            match self.machine.next_input() {
                Some(input) => {
                    pump::deliver(&mut self.engine, &mut self.machine, input);
                }
                None => self.nap(),
            }
        }
    }

    fn nap(&mut self) {
        let now = self.machine.now();
        let wake = self.engine.poll_deadline().map_or(NAP_MICROS, |at: Instant| at.since(now).0);
        self.delay.delay_us(wake.clamp(1, NAP_MICROS) as u32);
    }
}

const fn sectors(bytes: usize) -> Result<SectorCount, BlockingError> {
    let bytes = bytes as u64;
    if bytes.is_multiple_of(SECTOR_BYTES) {
        Ok(SectorCount::from_bytes(bytes))
    } else {
        Err(BlockingError::Length)
    }
}

#[cfg(test)]
mod tests;
