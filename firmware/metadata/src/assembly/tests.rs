extern crate std;

mod histories;
mod left;
mod model;
mod properties;
mod table;
mod walk;

use std::vec::Vec;

use super::*;
use crate::superblock::{Resync, Role};
use crate::units::Timestamp;

const SET: Uuid = Uuid([0x5E; 16]);

const SETTLED: Request = Request { set: None, order: Order::Nothing, settled: true };

const fn ordered(order: Order) -> Request {
    Request { order, ..SETTLED }
}

/// Holders of the slots, from slot 0.
fn held_by(numbers: &[Option<u16>]) -> Holders {
    let slots = (0..).zip(numbers.iter().copied());
    slots.fold(Holders::NOBODY, |holders, (slot, number)| match number {
        Some(number) => holders.with(slot, number).expect("room"),
        None => holders,
    })
}

/// The member with this number and slot of four members that are well.
fn member(number: u16) -> Facts {
    Facts {
        set: SET,
        device: Uuid([number as u8 + 1; 16]),
        number,
        role: Role::Slot(number),
        holders: held_by(&[Some(0), Some(1), Some(2), Some(3)]),
        shape: Shape {
            created: Timestamp { seconds: 1_704_067_203, micros: 17 },
            slots: 4,
            copies: 2,
            chunk: 128,
            chunks: 240,
        },
        events: 20,
        generation: Ok(20),
        building: Slots::EMPTY,
        left: Left::NOBODY,
        resync: Resync::Done,
        recovery: None,
        replacement: false,
        bitmap: Some(BitmapFacts { events_cleared: 10, current: true }),
        bad_blocks: false,
    }
}

/// The same member at other counts, which agree.
fn at(count: u64, facts: Facts) -> Facts {
    Facts { events: count, generation: Ok(count), ..facts }
}

/// The same member as Linux leaves it.
fn by_linux(events: u64, facts: Facts) -> Facts {
    let updated = Timestamp { seconds: 1_704_067_212, micros: 1 };
    let was = Void::OtherState { events: facts.events, updated };
    Facts { events, generation: Err(was), ..facts }
}

/// The same member with other holders in its table.
fn knowing(numbers: &[Option<u16>], facts: Facts) -> Facts {
    Facts { holders: held_by(numbers), ..facts }
}

/// The plan, after making sure that it is the same in every order of the drives.
fn plan(found: &[Candidate], request: Request) -> (Vec<Verdict>, Decision) {
    let expected = plan_in_order(found, request, &(0..found.len()).collect::<Vec<_>>());
    for order in orders(found.len()) {
        assert_eq!(plan_in_order(found, request, &order), expected, "order {order:?}");
    }
    expected
}

fn of_members(members: &[Facts], request: Request) -> (Vec<Verdict>, Decision) {
    plan(&members.iter().copied().map(Candidate::Member).collect::<Vec<_>>(), request)
}

/// The plan for drives that are shown in another order, told in the terms of the first.
fn plan_in_order(
    found: &[Candidate],
    request: Request,
    order: &[usize],
) -> (Vec<Verdict>, Decision) {
    let shown: Vec<Candidate> = order.iter().map(|&index| found[index]).collect();
    let place = |index: usize| order.iter().position(|&at| at == index).unwrap_or(index);
    let asked = match request.order {
        Order::Accept(index) => Order::Accept(place(index)),
        Order::Choose(index) => Order::Choose(place(index)),
        other => other,
    };
    let assembly = Assembly::new(&shown, Request { order: asked, ..request });
    let back = |index: usize| order.get(index).copied().unwrap_or(index);
    let verdicts = (0..found.len()).map(|index| match assembly.verdict(place(index)) {
        Verdict::Clone { of, older } => Verdict::Clone { of: back(of), older },
        other => other,
    });
    let decision = match assembly.decision() {
        Decision::Refuse(Reason::SplitBrain(one, other)) => {
            let (one, other) = sorted(back(one), back(other));
            Decision::Refuse(Reason::SplitBrain(one, other))
        }
        Decision::Refuse(Reason::Clones(one, other)) => {
            let (one, other) = sorted(back(one), back(other));
            Decision::Refuse(Reason::Clones(one, other))
        }
        Decision::Refuse(Reason::NotAMember(index)) => {
            Decision::Refuse(Reason::NotAMember(back(index)))
        }
        Decision::Refuse(Reason::NoCurrentCopy { slots, behind }) => {
            Decision::Refuse(Reason::NoCurrentCopy { slots, behind: behind.map(back) })
        }
        other => other,
    };
    (verdicts.collect(), decision)
}

/// Which of two is named first means nothing.
fn sorted(one: usize, other: usize) -> (usize, usize) {
    (one.min(other), one.max(other))
}

/// Every order of so many things (Heap 1963).
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut orders = std::vec![order.clone()];
    let mut turns = std::vec![0; count];
    let mut at = 0;
    while at < count {
        if turns[at] < at {
            order.swap(if at % 2 == 0 { 0 } else { turns[at] }, at);
            orders.push(order.clone());
            turns[at] += 1;
            at = 0;
        } else {
            turns[at] = 0;
            at += 1;
        }
    }
    orders
}

fn slots(slots: &[u16]) -> Slots {
    slots.iter().copied().fold(Slots::EMPTY, Slots::with)
}

const fn start(vacant: Slots) -> Decision {
    Decision::Start { equalise: Equalise::Nothing, vacant }
}
