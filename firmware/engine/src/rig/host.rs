//! The host of the rig: requests, and what they gave.

extern crate std;

use std::vec::Vec;

use super::Rig;
use crate::{
    ArrayLba, BufferId, Duration, HostError, HostOp, HostRequest, Refusal, RequestId, SectorCount,
};

impl Rig {
    pub(crate) fn submit(
        &mut self,
        op: HostOp,
        lba: u64,
        count: u64,
    ) -> Result<RequestId, Refusal> {
        let request = HostRequest { op, lba: ArrayLba(lba), count: SectorCount(count) };
        self.engine.submit(self.now, request)
    }

    /// Starts a request without waiting for it. What it writes is `value` in each sector.
    pub(crate) fn start(&mut self, op: HostOp, lba: u64, count: u64, value: u64) -> RequestId {
        let id = self.submit(op, lba, count).unwrap();
        let data = (0..count as u32).map(|at| (at, value)).collect();
        self.buffers.insert(BufferId::Host(id), data);
        self.drain();
        id
    }

    pub(crate) fn start_write(&mut self, lba: u64, count: u64, value: u64) -> RequestId {
        self.start(HostOp::Write, lba, count, value)
    }

    pub(crate) fn start_read(&mut self, lba: u64, count: u64) -> RequestId {
        self.start(HostOp::Read, lba, count, u64::MAX - 1)
    }

    pub(crate) fn result(&self, id: RequestId) -> Option<Result<(), HostError>> {
        self.replies.get(&id).map(|reply| reply.result)
    }

    /// What a read that ended well brought.
    pub(crate) fn data(&self, id: RequestId) -> Vec<u64> {
        self.buffers[&BufferId::Host(id)].values().copied().collect()
    }

    /// Waits for a request, as long as it may take with drives that do not answer.
    pub(crate) fn end(&mut self, id: RequestId) -> Result<(), HostError> {
        self.run();
        if self.result(id).is_none() {
            self.pass(Duration::secs(120));
        }
        self.result(id).expect("the request has ended")
    }

    pub(crate) fn write(&mut self, lba: u64, count: u64, value: u64) -> Result<(), HostError> {
        let id = self.start_write(lba, count, value);
        self.end(id)
    }

    pub(crate) fn read(&mut self, lba: u64, count: u64) -> Result<Vec<u64>, HostError> {
        let id = self.start_read(lba, count);
        self.end(id)?;
        Ok(self.data(id))
    }

    pub(crate) fn flush(&mut self) -> Result<(), HostError> {
        let id = self.start(HostOp::Flush, 0, 0, 0);
        self.end(id)
    }

    /// Fills the array, each sector with its address plus `base`, 32 sectors a request.
    pub(crate) fn fill(&mut self, base: u64) {
        let capacity = self.engine.capacity().0;
        for lba in (0..capacity).step_by(32) {
            let count = (capacity - lba).min(32);
            let id = self.submit(HostOp::Write, lba, count).unwrap();
            let data = (0..count as u32).map(|at| (at, base + lba + u64::from(at))).collect();
            self.buffers.insert(BufferId::Host(id), data);
            self.drain();
            assert_eq!(self.end(id), Ok(()));
        }
    }

    /// Array sectors that do not read as their address plus `base`: wrong ones fail the test, lost ones are
    /// returned.
    pub(crate) fn lost(&mut self, base: u64) -> Vec<u64> {
        let mut lost = Vec::new();
        for lba in 0..self.engine.capacity().0 {
            match self.read(lba, 1) {
                Ok(value) => assert_eq!(value[0], base + lba, "sector {lba}"),
                Err(HostError::Lost(at)) => {
                    assert_eq!(at, ArrayLba(lba));
                    lost.push(lba);
                }
                Err(error) => panic!("sector {lba}: {error:?}"),
            }
        }
        lost
    }
}
