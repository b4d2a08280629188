//! What must hold of any set of drive images: an engine that starts with them does not panic, comes to rest, and writes
//! to no drive that is not decided to be ours.
//!
//! An input is a list of edits of the records of good sets. Which drives may be written is found out here from their
//! bytes, with the parsers and the decision of `raid10-metadata`, and then checked at every command of the engine.
//! The fuzzer shares this file.

use std::sync::OnceLock;

use raid10_engine::config::METADATA_SECTORS;
use raid10_engine::{AssemblyOrder, Command, Duration};
use raid10_metadata::assembly::{Assembly, Candidate, Facts, FrameFacts, Order, Request, Verdict};
use raid10_metadata::bitmap::Header;
use raid10_metadata::private::{self, Area, Frame, Tie, Void};
use raid10_metadata::{BLOCK_SECTORS, Block, Minor, Refusal, Superblock};

use crate::hostile;
use crate::hostile_bench::{Bench, DRIVES, Front, SIZE, bytes_at, put_at};

/// Bytes of an edit. The first byte of an input chooses the set, and the second what is done with it.
pub const EDIT_BYTES: usize = 8;
/// Edits of one input at most.
const EDITS: usize = 24;
/// Numbers at which something may change.
const EDGES: [u64; 8] = [0, 1, 8, 2048, 0xFFFE, 0xFFFF_FFFF, 1 << 52, u64::MAX];

/// Starts an array from the images that the bytes make; says whether it runs.
///
/// # Panics
///
/// If the engine writes before it has decided, or to a drive that is not ours, or does not come to rest.
#[must_use]
pub fn boot(bytes: &[u8]) -> bool {
    let Some(([base, plan], edits)) = bytes.split_first_chunk() else { return false };
    let sets = sets();
    let mut fronts = sets[usize::from(*base) % sets.len()].clone();
    for edit in edits.chunks_exact(EDIT_BYTES).take(EDITS) {
        apply(edit, &mut fronts);
    }
    let late = (plan & 1 != 0).then(|| usize::from(plan >> 4) % fronts.len());
    let first: Vec<usize> = (0..fronts.len()).filter(|drive| Some(*drive) != late).collect();
    let mut bench = Bench::assemble(fronts.clone());
    if plan & 4 == 0 {
        bench.plug_at_once(&first, ours(&fronts, &first));
    } else {
        one_by_one(&mut bench, &fronts, &first);
    }
    bench.pass(Duration::secs(11));
    if !bench.assembled && plan & 2 != 0 {
        bench.order(Command::Assemble(AssemblyOrder::Degraded));
    }
    (0..4).for_each(|chunk| bench.write(chunk * 64));
    bench.pass(Duration::secs(8));
    if let Some(late) = late {
        plug_late(&mut bench, &fronts, late);
        bench.pass(Duration::secs(8));
    }
    bench.assembled
}

/// Drives come one after the other: the array may start when some of them are there.
fn one_by_one(bench: &mut Bench, fronts: &[Front], drives: &[usize]) {
    for (count, &drive) in (1..).zip(drives) {
        if bench.assembled {
            plug_late(bench, fronts, drive);
        } else {
            bench.plug_at_once(&[drive], ours(fronts, &drives[..count]));
        }
    }
}

/// A drive comes when the array may be running. What it is depends on what the array has become; what bears no label of
/// any set is nothing to it, and what the engine says that it leaves alone it must leave alone.
fn plug_late(bench: &mut Bench, fronts: &[Front], drive: usize) {
    if !bench.assembled {
        let all: Vec<usize> = (0..fronts.len()).collect();
        return bench.plug_at_once(&[drive], ours(fronts, &all));
    }
    let mut ours = bench.ours.unwrap_or_default();
    ours[drive] = matches!(candidate(&fronts[drive]), Candidate::Member(_));
    bench.plug_at_once(&[drive], ours);
}

/// Good sets: whole with a spare; with a member that left, and its old image; in mid-rebuild; with three copies.
#[must_use]
pub fn sets() -> &'static [Vec<Front>] {
    static SETS: OnceLock<Vec<Vec<Front>>> = OnceLock::new();
    SETS.get_or_init(make_sets)
}

fn make_sets() -> Vec<Vec<Front>> {
    let whole = Bench::create(2, 2, 1);
    let mut left = Bench::create(2, 4, 0);
    left.pull(1);
    left.write(0);
    left.pass(Duration::secs(3));
    let mut rebuilt = Bench::create(2, 2, 1);
    rebuilt.holds_rebuilds = true;
    rebuilt.pull(0);
    rebuilt.pass(Duration::secs(6));
    let mut three = Bench::create(3, 5, 1);
    three.write(70);
    [whole, left, rebuilt, three].into_iter().map(|bench| bench.fronts).collect()
}

/// Where the records of a new member of the sets lie: superblock, bitmap, log and the two frames, with their sectors.
fn areas(front: &Front) -> Option<[(u64, u64); 5]> {
    let block = block_at(front, 8);
    let superblock = Superblock::parse(&block, Minor::V1_2, SIZE).ok()?;
    let frames = Area::of(&superblock, superblock.bitmap_room(SIZE))?.copies;
    Some([
        (8, BLOCK_SECTORS),
        (superblock.bitmap_start()?.0, BLOCK_SECTORS),
        (superblock.log_area()?.start.0, BLOCK_SECTORS),
        (frames[0].0, METADATA_SECTORS),
        (frames[1].0, METADATA_SECTORS),
    ])
}

fn block_at(front: &Front, start: u64) -> Block {
    hostile::block(&bytes_at(front, start, BLOCK_SECTORS))
}

/// Changes something: a byte, a bit, a number at an edge, noise, a piece of another drive, or a whole drive.
fn apply(edit: &[u8], fronts: &mut Vec<Front>) {
    let [what, drive, other, place, high, low, value, more] = edit else { return };
    let (drive, other) = (usize::from(*drive) % fronts.len(), usize::from(*other) % fronts.len());
    match what & 0x0F {
        0 => return fronts[drive] = fronts[other].clone(),
        1 => return fronts[drive].clear(),
        2 => return fronts.swap(drive, other),
        3 if fronts.len() < DRIVES => return fronts.push(fronts[drive].clone()),
        _ => {}
    }
    // The places are those of the set, even if the drive's own superblock is broken by now.
    let Some(areas) = fronts.iter().find_map(areas) else { return };
    let (start, sectors) = areas[usize::from(*place) % areas.len()];
    let mut bytes = bytes_at(&fronts[drive], start, sectors);
    // Most of what means something stands at the beginning.
    let bound = if what & 0x40 == 0 { 0x120 } else { bytes.len() };
    let at = usize::from(u16::from_be_bytes([*high, *low])) % bound;
    match what & 0x0F {
        4 | 5 => bytes[at] = *value,
        6 | 7 => bytes[at] ^= 1 << (value & 7),
        8 | 9 => bytes[at] = bytes[at].wrapping_add(if value & 1 == 0 { 1 } else { 0xFF }),
        10 | 11 => {
            let width = [2, 4, 8][usize::from(*more) % 3];
            let number = EDGES[usize::from(*value) % EDGES.len()].to_le_bytes();
            let at = at / width * width;
            bytes[at..at + width].copy_from_slice(&number[..width]);
        }
        12 | 13 => bytes = bytes_at(&fronts[other], start, sectors),
        _ => noise(&mut bytes, u64::from_be_bytes(edit.try_into().unwrap_or_default())),
    }
    if what & 0x80 != 0 && sectors == METADATA_SECTORS {
        hostile::repair_frame(&mut bytes);
    } else if what & 0x80 != 0 && start == 8 {
        let mut block = hostile::block(&bytes);
        hostile::repair_superblock(&mut block);
        bytes.copy_from_slice(&block);
    }
    put_at(&mut fronts[drive], start, &bytes);
}

fn noise(bytes: &mut [u8], seed: u64) {
    let mut state = seed | 1;
    for byte in bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *byte = (state >> 32) as u8;
    }
}

/// The drives that may be written if those are there: which the decision takes as members or spares.
fn ours(fronts: &[Front], there: &[usize]) -> [bool; DRIVES] {
    let mut found = [Candidate::Blank; DRIVES];
    for &index in there {
        found[index] = candidate(&fronts[index]);
    }
    let request = Request { set: None, order: Order::Nothing, settled: true };
    let assembly = Assembly::new(&found, request);
    let taken = |index: usize| {
        matches!(
            assembly.verdict(index),
            Verdict::Current { .. }
                | Verdict::Accepted { .. }
                | Verdict::Behind { .. }
                | Verdict::Building { .. }
                | Verdict::Replacement { .. }
                | Verdict::Spare
        )
    };
    core::array::from_fn(taken)
}

/// What is on a drive, as the decision needs it.
fn candidate(front: &Front) -> Candidate {
    for minor in [Minor::V1_2, Minor::V1_1, Minor::V1_0] {
        let Some(start) = minor.start(SIZE) else { continue };
        let block = block_at(front, start.0);
        match Superblock::parse(&block, minor, SIZE) {
            Ok(superblock) => return member(front, &superblock),
            Err(Refusal::NotMd) => {}
            Err(refusal) => return Candidate::Refused(refusal),
        }
    }
    Candidate::Blank
}

fn member(front: &Front, superblock: &Superblock<'_>) -> Candidate {
    let header = superblock
        .bitmap_start()
        .and_then(|start| Header::parse(&block_at(front, start.0), superblock.set().uuid).ok());
    let tie = Tie::of(superblock);
    let mut told: Result<FrameFacts, Void> = Err(Void::Absent);
    if let Some(area) = Area::of(superblock, superblock.bitmap_room(SIZE)) {
        for copy in area.copies {
            let bytes = bytes_at(front, copy.0, METADATA_SECTORS);
            match (private::parse(&bytes, &tie), &told) {
                // Whoever reads the content of a frame knows its version.
                (Ok(frame), _) if frame.payload.len() < 24 || frame.payload[0] != 3 => {}
                (Ok(frame), Ok(known)) if known.generation >= frame.generation => {}
                (Ok(frame), _) => told = Ok(told_by(&frame)),
                (Err(why), Err(_)) => told = Err(why),
                (Err(_), Ok(_)) => {}
            }
        }
    }
    Facts::of(superblock, header.as_ref(), told).map_or_else(Candidate::Refused, Candidate::Member)
}

/// What a frame tells of members as they were last written, read from the bytes of its content as `payload.rs` of the engine
/// lays them out.
/// Slots under construction are not looked at: the decision is the more careful one.
fn told_by(frame: &Frame<'_>) -> FrameFacts {
    let mut told = FrameFacts::of(frame.generation);
    let (head, mut rest) = frame.payload.split_at(24);
    for _ in 0..head[2] {
        let Some((entry, behind)) = rest.split_first_chunk::<8>() else { break };
        rest = behind;
        let [low, high, role, slot, flags, health, ..] = *entry;
        let Some((pair, behind)) = rest.split_first_chunk::<16>() else { break };
        rest = behind;
        let (first, sent) = pair.split_at(8);
        let count = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        if flags & 1 != 0 {
            let Some(behind) = rest.get(72..) else { break };
            rest = behind;
        }
        if flags & 8 != 0 {
            let Some(behind) = rest.get(64..) else { break };
            rest = behind;
        }
        if !(1..=4).contains(&role) || flags >> 4 > 3 || health > 3 {
            break;
        }
        if role == 3 {
            let number = u16::from_le_bytes([low, high]);
            let slot = u16::from(slot);
            told.left.note(frame.generation, slot, number, [count(first), count(sent)]);
            if flags & 4 != 0 {
                told.left.lacking = told.left.lacking.with(slot);
            }
        }
    }
    told
}

/// Good inputs to start from: each set as it is, whole and with a drive that comes late.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let plans = [0x00, 0x02, 0x05, 0x13, 0x26];
    let head = |base: u8| plans.into_iter().map(move |plan| vec![base, plan]);
    let mut seeds: Vec<Vec<u8>> = (0..4).flat_map(head).collect();
    for (index, seed) in seeds.iter_mut().enumerate() {
        // Room for edits, most of which leave the checksums right.
        for edit in 0..(index % 5 + 1) as u8 {
            seed.extend([0x84 + edit, edit, index as u8, edit, 0, edit * 37, edit, index as u8]);
        }
    }
    seeds
}
