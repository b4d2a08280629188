//! Arbitrary members: whatever they say, the plan holds together, and does not depend on their order.

use proptest::prelude::*;

use super::*;
use crate::superblock::{Recovery, Refusal};
use crate::units::{ArraySector, DataSector};

fn holders() -> impl Strategy<Value = Holders> {
    proptest::collection::vec((0..5_u16, 0..6_u16), 0..8).prop_map(|pairs| {
        pairs.into_iter().fold(Holders::NOBODY, |holders, (slot, number)| {
            holders.with(slot, number).unwrap_or(holders)
        })
    })
}

/// Most members belong together.
fn facts() -> impl Strategy<Value = Facts> {
    let well = held_by(&[Some(0), Some(1), Some(2), Some(3)]);
    let holders = prop_oneof![3 => Just(well), 1 => holders()];
    let role = prop_oneof![
        8 => (0..4_u16).prop_map(|slot| Some(Role::Slot(slot))),
        2 => Just(None),
        1 => Just(Some(Role::Spare)),
        1 => Just(Some(Role::Faulty)),
    ];
    let counts = (18..23_u64, prop_oneof![3 => (18..23_u64).prop_map(Ok), 1 => void()]);
    let state = (0..8_u8, 15..22_u64, 0..16_u16, 0..64_u8);
    (0..6_u16, role, holders, counts, state, 0..40_u8).prop_map(
        |(number, role, holders, (events, generation), (flags, cleared, building, rare), odd)| {
            let base = member(number);
            let recovery = Recovery { offset: DataSector(64), by_bitmap: flags & 1 != 0 };
            let mut left = Left::NOBODY;
            if rare & 16 != 0 {
                let frame = generation.unwrap_or(events);
                let generations = [cleared, cleared + 1];
                let lacking = building % 5 == 0;
                left.note(frame, building & 3, building % 6, generations);
                if lacking {
                    left.lacking = left.lacking.with(building & 3);
                }
            }
            Facts {
                set: Uuid([if odd == 0 { 9 } else { 0x5E }; 16]),
                device: if odd == 1 { Uuid([1; 16]) } else { base.device },
                role: role.unwrap_or(Role::Slot(number.min(3))),
                holders,
                shape: Shape { copies: if odd == 2 { 3 } else { 2 }, ..base.shape },
                events,
                generation,
                building: Slots::below(building & 3),
                left,
                resync: if flags & 2 != 0 { Resync::Done } else { Resync::From(ArraySector(9)) },
                recovery: (rare < 6).then_some(recovery),
                replacement: rare % 16 == 0,
                bitmap: (flags & 4 != 0)
                    .then_some(BitmapFacts { events_cleared: cleared, current: rare != 9 }),
                ..base
            }
        },
    )
}

fn void() -> impl Strategy<Value = Result<u64, Void>> {
    (18..23_u64).prop_map(|events| {
        Err(Void::OtherState { events, updated: Timestamp { seconds: 5, micros: 1 } })
    })
}

fn candidate() -> impl Strategy<Value = Candidate> {
    prop_oneof![
        12 => facts().prop_map(Candidate::Member),
        1 => Just(Candidate::Blank),
        1 => Just(Candidate::Foreign),
        1 => Just(Candidate::Refused(Refusal::NotMd)),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let order = prop_oneof![
        4 => Just(Order::Nothing),
        1 => Just(Order::Degraded),
        2 => (0..7_usize).prop_map(Order::Accept),
        2 => (0..7_usize).prop_map(Order::Choose),
    ];
    (order, any::<bool>(), any::<bool>()).prop_map(|(order, settled, named)| Request {
        set: named.then_some(SET),
        order,
        settled,
    })
}

/// What must hold of a plan for any drives.
fn holds(found: &[Candidate], request: Request) {
    let order: Vec<usize> = (0..found.len()).collect();
    let (verdicts, decision) = plan_in_order(found, request, &order);
    let held = verdicts.iter().filter_map(|verdict| match *verdict {
        Verdict::Current { slot } | Verdict::Accepted { slot } => Some(slot),
        _ => None,
    });
    let held: Vec<u16> = held.collect();
    if let Decision::Start { vacant, .. } = decision {
        let mut once = held.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), held.len(), "two current members in a slot");
        assert!(held.iter().all(|&slot| !vacant.contains(slot)));
        let shape = found.iter().zip(&verdicts).find_map(|(found, verdict)| match verdict {
            Verdict::Current { .. } | Verdict::Accepted { .. } => found.member(),
            _ => None,
        });
        let shape = shape.expect("a current member").shape;
        for mirror in slots::mirrors(shape.slots, shape.copies) {
            assert!(held.iter().any(|&slot| mirror.contains(slot)), "a mirror set without a copy");
        }
    }
    for (found, verdict) in found.iter().zip(&verdicts) {
        let complete = found.member().is_some_and(|facts| facts.recovery.is_none());
        assert!(complete || !matches!(verdict, Verdict::Current { .. } | Verdict::Accepted { .. }));
    }
    let ordered = |verdict: &Verdict| matches!(verdict, Verdict::Accepted { .. } | Verdict::Newer);
    assert!(request.order != Order::Nothing || !verdicts.iter().any(ordered));
}

/// Only drives that can be told apart.
fn different(found: Vec<Candidate>) -> Vec<Candidate> {
    let identity =
        |candidate: &Candidate| candidate.member().map(|facts| (facts.device.0, facts.number));
    found.into_iter().fold(Vec::new(), |mut kept, next| {
        let twice =
            identity(&next).is_some() && kept.iter().map(identity).any(|it| it == identity(&next));
        kept.extend((!twice).then_some(next));
        kept
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_plan_holds_together(
        found in proptest::collection::vec(candidate(), 0..8),
        request in request(),
    ) {
        holds(&found, request);
    }

    #[test]
    fn the_order_does_not_matter(
        found in proptest::collection::vec(candidate(), 0..7),
        request in request(),
    ) {
        plan(&different(found), request);
    }
}
