//! A machine of two memory drives that answers everything at once.

extern crate std;

use std::collections::VecDeque;
use std::vec;
use std::vec::Vec;

use embedded_hal::delay::DelayNs;
use raid10_engine::config::{MEMBERS_MAX, REQUESTS, SYNC_WINDOWS, WINDOW_SECTORS};
use raid10_engine::{
    ArrayLba, Buffer, BufferId, Command, Content, DriveChange, DriveId, DriveInfo, Engine, Event,
    Extent, HostError, HostRequest, Initial, Instant, IoCommand, IoOp, Outcome, Policy, Refusal,
    Reply, RequestId, SECTOR_BYTES, SectorCount, Shape,
};

use super::{Blocking, BlockingError, HostBuffers};
use crate::{Input, Machine, command, deliver};

const SECTORS: u64 = 64;
const SECTOR: usize = SECTOR_BYTES as usize;

struct Memory {
    drives: [Vec<u8>; 2],
    host: Vec<Vec<u8>>,
    sync: Vec<Vec<u8>>,
    staged: Vec<u8>,
    inputs: VecDeque<Input>,
    replies: Vec<Reply>,
    micros: u64,
}

impl Memory {
    fn new() -> Self {
        let drive = || vec![0; SECTORS as usize * SECTOR];
        Self {
            drives: [drive(), drive()],
            host: vec![Vec::new(); REQUESTS],
            sync: vec![vec![0; WINDOW_SECTORS as usize * SECTOR]; SYNC_WINDOWS],
            staged: Vec::new(),
            inputs: VecDeque::new(),
            replies: Vec::new(),
            micros: 0,
        }
    }

    fn bytes(&mut self, buffer: Buffer, extent: Extent) -> &mut [u8] {
        let from = buffer.offset as usize * SECTOR;
        let all = match buffer.id {
            BufferId::Host(id) => &mut self.host[id.index()],
            BufferId::Sync(window) => &mut self.sync[usize::from(window)],
            BufferId::Proof | BufferId::Metadata(_) => {
                panic!("there are neither spares nor labels")
            }
        };
        &mut all[from..from + extent.count.0 as usize * SECTOR]
    }
}

impl Machine for Memory {
    fn now(&self) -> Instant {
        Instant(self.micros)
    }

    fn start(&mut self, command: IoCommand) {
        let drive = command.drive.index();
        let place = |extent: Extent| {
            let from = extent.start.0 as usize * SECTOR;
            from..from + extent.count.0 as usize * SECTOR
        };
        match command.op {
            IoOp::Read(extent, buffer) => {
                let data = self.drives[drive][place(extent)].to_vec();
                self.bytes(buffer, extent).copy_from_slice(&data);
            }
            IoOp::Write(extent, buffer) | IoOp::WriteDurable(extent, buffer) => {
                let data = self.bytes(buffer, extent).to_vec();
                self.drives[drive][place(extent)].copy_from_slice(&data);
            }
            _ => {}
        }
        self.inputs.push_back(Input::Completion(command.id, Outcome::Done));
    }

    fn accepted(&mut self, id: RequestId, request: &HostRequest) {
        let mut buffer = core::mem::take(&mut self.staged);
        buffer.resize(request.count.bytes() as usize, 0);
        self.host[id.index()] = buffer;
    }

    fn reply(&mut self, reply: Reply) {
        self.replies.push(reply);
    }

    fn event(&mut self, _: Event) {}

    fn metadata(&mut self, _: u8) -> &mut [u8] {
        panic!("there are no labels here")
    }

    fn arm(&mut self, _: Option<Instant>) {}

    fn next_input(&mut self) -> Option<Input> {
        self.inputs.pop_front()
    }
}

impl HostBuffers for Memory {
    fn stage(&mut self, bytes: &[u8]) {
        self.staged = bytes.to_vec();
    }

    fn fetch(&mut self, id: RequestId, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.host[id.index()]);
    }

    fn ended(&mut self, id: RequestId) -> Option<Result<(), HostError>> {
        let index = self.replies.iter().position(|reply| reply.request == id)?;
        Some(self.replies.swap_remove(index).result)
    }
}

struct NoDelay;

impl DelayNs for NoDelay {
    fn delay_ns(&mut self, _: u32) {}
}

fn array() -> Blocking<2, Memory, NoDelay> {
    let size = SectorCount(SECTORS);
    let shape = Shape { copies: 2, members: 2, chunk: SectorCount(8), member_size: size };
    let mut engine = Engine::<2>::new(shape, Policy::default()).expect("a good shape");
    let mut machine = Memory::new();
    let mut members = [None; MEMBERS_MAX];
    for index in 0..2 {
        let info = DriveInfo {
            size,
            physical: SectorCount(1),
            volatile_cache: false,
            power_cycled: false,
            bay: None,
            content: Content::Blank,
        };
        let arrived = Input::Drive(DriveId(index), DriveChange::Arrived(info));
        deliver(&mut engine, &mut machine, arrived);
        members[usize::from(index)] = Some(DriveId(index));
    }
    let create = Command::Create { members, initial: Initial::Equal };
    let (created, _) = command(&mut engine, &mut machine, create);
    created.expect("two good drives");
    Blocking::new(engine, machine, NoDelay)
}

#[test]
fn what_is_written_is_on_both_drives_and_is_read() {
    let mut array = array();
    let data: Vec<u8> = (0..12 * SECTOR).map(|at| (at % 251) as u8).collect();
    array.write(ArrayLba(3), &data).expect("written");
    array.flush().expect("flushed");
    let mut back = vec![0; data.len()];
    array.read(ArrayLba(3), &mut back).expect("read");
    assert_eq!(back, data);
    let place = 3 * SECTOR..15 * SECTOR;
    assert!(array.machine().drives.iter().all(|drive| drive[place.clone()] == data));
}

#[test]
fn a_part_of_a_sector_and_a_range_outside_are_refused() {
    let mut array = array();
    assert_eq!(array.read(ArrayLba(0), &mut [0; 100]), Err(BlockingError::Length));
    let outside = array.write(ArrayLba(SECTORS), &[0; SECTOR]);
    assert_eq!(outside, Err(BlockingError::Refused(Refusal::OutOfRange)));
}

#[test]
fn a_loss_is_told() {
    let mut array = array();
    for drive in 0..2 {
        let left = Input::Drive(DriveId(drive), DriveChange::Left);
        array.machine().inputs.push_back(left);
    }
    array.poll();
    let lost = array.read(ArrayLba(5), &mut [0; SECTOR]);
    assert_eq!(lost, Err(BlockingError::Failed(HostError::Lost(ArrayLba(5)))));
}
