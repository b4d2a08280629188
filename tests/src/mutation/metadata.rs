//! Mutated metadata: what must hold of it is in [`crate::hostile`], [`crate::hostile_drives`] and
//! [`crate::hostile_images`].
//!
//! Most inputs get a checksum that fits, for otherwise hardly any would be looked at.

use raid10_metadata::badblocks::{BadRange, Encoder};
use raid10_metadata::bitmap::Header;
use raid10_metadata::private::{self, Tie};
use raid10_metadata::{
    BLOCK_BYTES, Block, Device, DriveSector, Editor, LogOffset, Minor, Name, Recovery, Resync,
    Role, Set, State, Timestamp, Uuid, format,
};

use super::Random;
use crate::hostile;
use crate::hostile_drives::{self, DRIVE_BYTES, REQUEST_BYTES};
use crate::hostile_images;

/// Mutations of one input at most.
const MUTATIONS: u64 = 6;
/// Bytes of the frames that are tried, and some to spare.
const FRAME_BYTES: usize = 320;
/// Numbers at which something may change.
const EDGES: [u64; 12] =
    [0, 1, 7, 8, 127, 512, 2048, 0xFFFE, 0x8000_0000, 0xFFFF_FFFF, 1 << 52, u64::MAX];

/// What a drive may return in place of metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A superblock.
    Superblock,
    /// The first block of a bitmap.
    Bitmap,
    /// A log of bad blocks.
    Log,
    /// A copy of the private area.
    Private,
    /// What was read from several drives.
    Drives,
    /// Images of drives, with which an engine starts.
    Images,
}

impl Kind {
    /// All of them, by name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("superblock", Self::Superblock),
        ("bitmap", Self::Bitmap),
        ("log", Self::Log),
        ("private", Self::Private),
        ("drives", Self::Drives),
        ("images", Self::Images),
    ];

    /// Good inputs to start from.
    #[must_use]
    pub fn seeds(self) -> Vec<Vec<u8>> {
        match self {
            Self::Superblock => superblocks(),
            Self::Bitmap => bitmaps(),
            Self::Log => logs(),
            Self::Private => frames(),
            Self::Drives => drives(),
            Self::Images => hostile_images::seeds(),
        }
    }

    /// Tries one input.
    ///
    /// # Panics
    ///
    /// If something does not hold of it that must.
    pub fn try_one(self, seeds: &[Vec<u8>], random: &mut Random) -> bool {
        let mut input = random.pick(seeds).clone();
        for _ in 0..=random.number() % MUTATIONS {
            mutate(&mut input, self.interesting(), seeds, random);
        }
        let repair = random.below(8) > 0;
        match self {
            Self::Superblock => {
                let mut block = hostile::block(&input);
                if repair {
                    hostile::repair_superblock(&mut block);
                }
                hostile::superblock(&block)
            }
            Self::Bitmap => hostile::bitmap(&input),
            Self::Log => {
                // The length of the input is what chooses the units of the entries.
                input.truncate(BLOCK_BYTES - random.below(20));
                hostile::log(&input)
            }
            Self::Private => {
                if repair {
                    hostile::repair_frame(&mut input);
                }
                hostile::frame(&input)
            }
            Self::Drives => hostile_drives::plan(&input),
            Self::Images => hostile_images::boot(&input),
        }
    }

    /// Bytes at the start in which most changes are made.
    const fn interesting(self) -> usize {
        match self {
            Self::Superblock => 0x120,
            Self::Bitmap => 72,
            Self::Log => 256,
            Self::Private => private::HEAD_BYTES + 8,
            Self::Drives | Self::Images => usize::MAX,
        }
    }
}

/// One change: a byte, a bit, a number at an edge, a piece of another input.
fn mutate(input: &mut [u8], interesting: usize, seeds: &[Vec<u8>], random: &mut Random) {
    let bound = if random.below(8) > 0 { interesting } else { input.len() };
    let at = random.below(bound.min(input.len()));
    match random.below(5) {
        0 => input[at] = random.number() as u8,
        1 => input[at] ^= 1 << random.below(8),
        2 => {
            let width = *random.pick(&[2, 4, 8]);
            let number = random.pick(&EDGES).wrapping_sub(random.below(2) as u64);
            put(input, at / width * width, &number.to_le_bytes()[..width]);
        }
        3 => {
            let seed = random.pick(seeds);
            let end = (at + random.below(16)).min(seed.len());
            put(input, at, seed.get(at..end).unwrap_or(&[]));
        }
        _ => {
            // A number that is one too large or too small.
            let byte = &mut input[at / 4 * 4];
            *byte = if random.below(2) == 0 { byte.wrapping_add(1) } else { byte.wrapping_sub(1) };
        }
    }
}

fn put(input: &mut [u8], at: usize, bytes: &[u8]) {
    for (place, byte) in input.iter_mut().skip(at).zip(bytes) {
        *place = *byte;
    }
}

fn set(raid_disks: u32) -> Set {
    Set {
        uuid: Uuid([0x5E; 16]),
        name: Name::new("fw:volume0").expect("a short name"),
        created: Timestamp { seconds: 1_704_067_203, micros: 0 },
        near_copies: 2,
        raid_disks,
        chunk: 128,
        size: 30_720,
        logical_block_size: 0,
    }
}

fn device(number: u32, minor: Minor) -> Device {
    let (data, bitmap, log) = if minor == Minor::V1_0 { (0, -16, -8) } else { (2048, 8, 16) };
    Device {
        uuid: Uuid([number as u8; 16]),
        number,
        data_offset: DriveSector(data),
        data_size: 30_720,
        bitmap_offset: Some(bitmap),
        log: Some(LogOffset { offset: log, sectors: 8, shift: 0 }),
        flags: 0,
        roles: 128,
    }
}

const STATE: State = State {
    events: 17,
    updated: Timestamp { seconds: 1_704_067_212, micros: 1 },
    resync: Resync::Done,
};

/// All minor versions; in sync, half built, a replacement, a spare.
fn superblocks() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for minor in Minor::ALL {
        for number in 0..4 {
            let mut block: Block = [0; BLOCK_BYTES];
            let (set, device) = (set(4), device(number, minor));
            format(&mut block, minor, hostile::DRIVE, &set, &device, &STATE).expect("good values");
            let mut editor = Editor::new(&mut block, minor, hostile::DRIVE).expect("a good one");
            for slot in 0..number {
                editor.set_role(slot + 1, Role::Slot(slot as u16)).expect("a slot");
            }
            let half = Recovery { offset: raid10_metadata::DataSector(128), by_bitmap: false };
            editor.set_recovery((number > 1).then_some(half));
            editor.set_replacement(number > 2);
            editor.set_log_in_use(number == 1);
            editor.seal().expect("a good one");
            seeds.push(block.to_vec());
        }
    }
    seeds
}

fn bitmaps() -> Vec<Vec<u8>> {
    let header = |(shift, sync_size)| Header {
        events: 17,
        events_cleared: 16,
        sync_size,
        state: 0,
        shift,
        daemon_sleep: 5,
        write_behind: 0,
        sectors_reserved: 0,
    };
    [(7, 61_440), (17, 1 << 34), (3, 1 << 20)]
        .map(header)
        .into_iter()
        .flat_map(|header| {
            [0xFF, 0x00, 0x10].map(|fill| {
                let mut block: Block = [0; BLOCK_BYTES];
                block[256..].fill(fill);
                header.emit(Uuid([0x5E; 16]), &mut block).expect("a good header");
                block.to_vec()
            })
        })
        .collect()
}

fn logs() -> Vec<Vec<u8>> {
    [0, 2, 30, 512]
        .map(|count| {
            let mut block: Block = [0; BLOCK_BYTES];
            let mut encoder = Encoder::new(&mut block, 8, 0);
            for index in 0..count {
                let range = BadRange { start: DriveSector(2048 + index * 40), sectors: 8 };
                encoder.push(range).expect("room");
            }
            block.to_vec()
        })
        .to_vec()
}

fn frames() -> Vec<Vec<u8>> {
    let (set, device) = (Uuid([0x5E; 16]), Uuid([0xDE; 16]));
    let tie = Tie { set, device, events: STATE.events, updated: STATE.updated };
    [0, 1, 100]
        .map(|length| {
            let mut copy = vec![0xA5; FRAME_BYTES];
            private::seal(&mut copy, &tie, length as u64, length).expect("room");
            copy
        })
        .to_vec()
}

/// Two, four and five members that are well; with one that left, a spare, a clone; ordered this and that.
fn drives() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for slots in [2, 4, 5] {
        for (order, away) in [(0, 0), (1, 1), (2, 2), (3, 1)] {
            let mut input = vec![order, 0, 0];
            for number in 0..slots + 2 {
                input.extend(drive(slots, number, number < away));
            }
            assert_eq!((input.len() - REQUEST_BYTES) % DRIVE_BYTES, 0);
            seeds.push(input);
        }
    }
    seeds
}

/// The member with a number; behind all slots a spare and an older image of member 0.
fn drive(slots: u8, number: u8, away: bool) -> [u8; DRIVE_BYTES] {
    let mut bytes = [0; DRIVE_BYTES];
    let image = number > slots;
    let (number, count) = if image { (0, 12) } else { (number, if away { 15 } else { 20 }) };
    let role = if number < slots { number } else { 0xFF };
    bytes[1..4].copy_from_slice(&[number, number, role]);
    bytes[5] = 0x50;
    bytes[6..10].copy_from_slice(&[10, count, count, count]);
    bytes[10] = slots - 2;
    bytes[12..].fill(0xFF);
    for slot in 0..slots {
        bytes[12 + usize::from(slot)] = slot;
    }
    bytes
}
