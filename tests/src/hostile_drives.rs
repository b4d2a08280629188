//! What must hold of the plan for any drives: no panic, the same in every order, and a start only with a copy of
//! everything.
//!
//! The fuzzer shares this file, so it depends on nothing but `raid10-metadata`.

use raid10_metadata::assembly::{
    Assembly, BitmapFacts, Candidate, Decision, Facts, Holders, Left, Order, Request, Shape, Slots,
    Verdict,
};
use raid10_metadata::private::Void;
use raid10_metadata::{ArraySector, DataSector, Recovery, Refusal, Resync, Role, Timestamp, Uuid};

/// Bytes that make a drive.
pub const DRIVE_BYTES: usize = 24;
/// Bytes before the first drive: the request.
pub const REQUEST_BYTES: usize = 3;
/// Drives that are read from an input at most.
const DRIVES: usize = 12;

const SET: Uuid = Uuid([0x5E; 16]);

/// Plans for the drives that the bytes make; says whether they start.
///
/// # Panics
///
/// If the plan depends on the order of the drives, or starts without a copy of everything.
#[must_use]
pub fn plan(bytes: &[u8]) -> bool {
    let Some((request, drives)) = bytes.split_at_checked(REQUEST_BYTES) else {
        return false;
    };
    let found: Vec<Candidate> =
        drives.chunks_exact(DRIVE_BYTES).take(DRIVES).map(candidate).collect();
    let request = self::request(request);
    let assembly = Assembly::new(&found, request);
    let verdicts: Vec<Verdict> = (0..found.len()).map(|index| assembly.verdict(index)).collect();
    let decision = assembly.decision();
    if let Decision::Start { vacant, .. } = decision {
        holds_everything(&found, &verdicts, vacant);
    }
    let turned: Vec<usize> = (1..found.len()).chain(0..found.len().min(1)).collect();
    let reversed: Vec<usize> = (0..found.len()).rev().collect();
    for order in [turned, reversed] {
        is_the_same(&found, request, &order, &verdicts, decision);
    }
    matches!(decision, Decision::Start { .. })
}

/// Each chunk has a copy, no slot has two members, and the degraded slots are named.
fn holds_everything(found: &[Candidate], verdicts: &[Verdict], vacant: Slots) {
    let held: Vec<(u16, Shape)> = found
        .iter()
        .zip(verdicts)
        .filter_map(|(found, verdict)| match (found, verdict) {
            (Candidate::Member(facts), Verdict::Current { slot } | Verdict::Accepted { slot }) => {
                assert_eq!(facts.recovery, None, "half a member is current");
                Some((*slot, facts.shape))
            }
            _ => None,
        })
        .collect();
    let count = |slot: u16| held.iter().filter(|&&(held, _)| held == slot).count();
    let shape = held.first().expect("a current member").1;
    for slot in 0..shape.slots {
        assert_eq!(count(slot), usize::from(!vacant.contains(slot)), "slot {slot}");
    }
    for chunk in 0..u32::from(shape.slots) {
        let place = |copy: u32| (chunk * u32::from(shape.copies) + copy) % u32::from(shape.slots);
        let copied = (0..u32::from(shape.copies)).any(|copy| count(place(copy) as u16) > 0);
        assert!(copied, "chunk {chunk} has no copy");
    }
}

/// The plan for the drives in another order. Which of several twins is named is left open.
fn is_the_same(
    found: &[Candidate],
    request: Request,
    order: &[usize],
    verdicts: &[Verdict],
    decision: Decision,
) {
    let shown: Vec<Candidate> = order.iter().map(|&index| found[index]).collect();
    let place = |index: usize| order.iter().position(|&at| at == index).unwrap_or(index);
    let order = match request.order {
        Order::Accept(index) => Order::Accept(place(index)),
        Order::Choose(index) => Order::Choose(place(index)),
        other => other,
    };
    let assembly = Assembly::new(&shown, Request { order, ..request });
    for (index, &verdict) in verdicts.iter().enumerate() {
        assert_eq!(nameless(assembly.verdict(place(index))), nameless(verdict), "drive {index}");
    }
    let again = assembly.decision();
    match (again, decision) {
        (Decision::Refuse(again), Decision::Refuse(before)) => {
            assert_eq!(std::mem::discriminant(&again), std::mem::discriminant(&before));
        }
        _ => assert_eq!(again, decision),
    }
}

const fn nameless(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Clone { older, .. } => Verdict::Clone { of: 0, older },
        other => other,
    }
}

fn request(bytes: &[u8]) -> Request {
    let index = usize::from(bytes[1]);
    let order = match bytes[0] & 3 {
        0 => Order::Nothing,
        1 => Order::Degraded,
        2 => Order::Accept(index),
        _ => Order::Choose(index),
    };
    Request { set: (bytes[2] & 1 != 0).then_some(SET), order, settled: bytes[2] & 2 == 0 }
}

fn candidate(bytes: &[u8]) -> Candidate {
    match bytes[0] & 15 {
        1 => Candidate::Blank,
        2 => Candidate::Foreign,
        3 => Candidate::Refused(Refusal::Damaged { stored: 0, computed: None }),
        _ => Candidate::Member(facts(bytes)),
    }
}

/// Small numbers, so that members have something to do with each other; the widest ones at the edge.
fn facts(bytes: &[u8]) -> Facts {
    let count = |byte: u8| if byte == u8::MAX { u64::MAX } else { u64::from(byte) };
    let is = |bit: u8| bytes[5] & 1 << bit != 0;
    let recovery = Recovery { offset: DataSector(64), by_bitmap: is(0) };
    let updated = Timestamp { seconds: 5, micros: 1 };
    let voided = Void::OtherState { events: count(bytes[7]), updated };
    let cleared = BitmapFacts { events_cleared: count(bytes[6]), current: is(4) };
    let created = Timestamp { seconds: 3, micros: 0 };
    let (slots, copies) = (2 + u16::from(bytes[10] % 31), 2 + u16::from(bytes[11] & 1));
    Facts {
        set: if bytes[0] & 0x10 == 0 { SET } else { Uuid([9; 16]) },
        device: Uuid([bytes[1]; 16]),
        number: u16::from(bytes[2]),
        role: role(bytes[3], slots),
        holders: holders(&bytes[12..DRIVE_BYTES]),
        shape: Shape { created, slots, copies: copies.min(slots), chunk: 128, chunks: 240 },
        events: count(bytes[8]),
        generation: if is(3) { Err(voided) } else { Ok(count(bytes[9])) },
        building: (0..8).filter(|bit| bytes[4] & 1 << bit != 0).fold(Slots::EMPTY, Slots::with),
        left: left(bytes),
        resync: if is(1) { Resync::From(ArraySector(9)) } else { Resync::Done },
        recovery: is(2).then_some(recovery),
        replacement: is(5),
        bitmap: is(6).then_some(cleared),
        bad_blocks: is(7),
    }
}

/// The member of the first slot that some byte names, written at a generation that another does.
fn left(bytes: &[u8]) -> Left {
    let (number, generation) = (u16::from(bytes[1]), u64::from(bytes[9]));
    let mut left = Left::NOBODY;
    left.note(u64::from(bytes[8]), u16::from(bytes[3]), number, [generation; 2]);
    if bytes[8] & 1 != 0 {
        left.lacking = left.lacking.with(u16::from(bytes[3]));
    }
    left
}

/// A role that the parser lets through: a slot of the array, faulty or spare.
fn role(byte: u8, slots: u16) -> Role {
    match byte {
        0xFE => Role::Faulty,
        0xFF => Role::Spare,
        slot => Role::Slot(u16::from(slot) % slots),
    }
}

/// The holders of the first eight slots, and second holders of two more of them.
fn holders(bytes: &[u8]) -> Holders {
    let known = |&(_, number): &(u16, u8)| number != u8::MAX;
    let first = (0..8).zip(bytes.iter().copied());
    let second = [(u16::from(bytes[8] % 8), bytes[9]), (u16::from(bytes[10] % 8), bytes[11])];
    first.chain(second).filter(known).fold(Holders::NOBODY, |holders, (slot, number)| {
        holders.with(slot, u16::from(number)).unwrap_or(holders)
    })
}
