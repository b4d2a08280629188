//! The state table: one case a line of it.

use super::*;
use crate::superblock::{Recovery, Refusal, Unsupported};
use crate::units::{ArraySector, DataSector};

const WELL: [Option<u16>; 4] = [Some(0), Some(1), Some(2), Some(3)];
pub(super) const NO_0: [Option<u16>; 4] = [None, Some(1), Some(2), Some(3)];
const NO_1: [Option<u16>; 4] = [Some(0), None, Some(2), Some(3)];

pub(super) const fn current(slot: u16) -> Verdict {
    Verdict::Current { slot }
}

pub(super) const fn behind(slot: u16, catch_up: CatchUp) -> Verdict {
    Verdict::Behind { slot, catch_up }
}

/// Member 0 left at 20, the others went on to 24.
fn left_behind() -> [Facts; 4] {
    let on = |number| knowing(&NO_0, at(24, member(number)));
    [member(0), on(1), on(2), on(3)]
}

#[test]
fn a_whole_set_starts_clean() {
    let (verdicts, decision) = of_members(&[0, 1, 2, 3].map(member), SETTLED);
    assert_eq!(verdicts, [current(0), current(1), current(2), current(3)]);
    assert_eq!(decision, start(Slots::EMPTY));
    let unsettled = Request { settled: false, ..SETTLED };
    assert_eq!(of_members(&[0, 1, 2, 3].map(member), unsettled).1, decision);
}

#[test]
fn what_was_not_stopped_clean_is_made_equal() {
    let dirty = |facts| Facts { resync: Resync::From(ArraySector(512)), ..facts };
    let mut members = [0, 1, 2, 3].map(member).map(dirty);
    let resync = |equalise| Decision::Start { equalise, vacant: Slots::EMPTY };
    assert_eq!(of_members(&members, SETTLED).1, resync(Equalise::ByBitmap));
    for facts in &mut members {
        facts.bitmap = Some(BitmapFacts { events_cleared: 10, current: false });
    }
    assert_eq!(of_members(&members, SETTLED).1, resync(Equalise::From(ArraySector(512))));
    members[3].resync = Resync::From(ArraySector(128));
    assert_eq!(of_members(&members, SETTLED).1, resync(Equalise::From(ArraySector(128))));
}

#[test]
fn an_update_that_reached_some_members_only_ages_none() {
    let dirty = Facts { resync: Resync::From(ArraySector(0)), ..at(21, member(2)) };
    let members = [member(0), member(1), dirty, member(3)];
    let (verdicts, decision) = of_members(&members, SETTLED);
    assert_eq!(verdicts, [current(0), current(1), current(2), current(3)]);
    let equalise = Equalise::ByBitmap;
    assert_eq!(decision, Decision::Start { equalise, vacant: Slots::EMPTY });
}

#[test]
fn a_member_that_left_is_brought_up_to_date() {
    let (verdicts, decision) = of_members(&left_behind(), SETTLED);
    assert_eq!(verdicts[0], behind(0, CatchUp::ByBitmap));
    assert_eq!(decision, start(slots(&[0])));
}

#[test]
fn the_bitmap_is_used_only_if_it_goes_back_far_enough() {
    let with = |change: fn(&mut Facts)| {
        let mut members = left_behind();
        members.iter_mut().skip(1).for_each(change);
        of_members(&members, SETTLED).0[0]
    };
    let cleared = |facts: &mut Facts| {
        facts.bitmap = Some(BitmapFacts { events_cleared: 21, current: true });
    };
    let outdated = |facts: &mut Facts| {
        facts.bitmap = Some(BitmapFacts { events_cleared: 10, current: false });
    };
    assert_eq!(with(cleared), behind(0, CatchUp::Full));
    assert_eq!(with(outdated), behind(0, CatchUp::Full));
    assert_eq!(with(|facts| facts.bitmap = None), behind(0, CatchUp::Full));
    let mut members = left_behind();
    for (by_bitmap, catch_up) in [(false, CatchUp::Full), (true, CatchUp::ByBitmap)] {
        members[0].recovery = Some(Recovery { offset: DataSector(128), by_bitmap });
        assert_eq!(of_members(&members, SETTLED).0[0], behind(0, catch_up));
    }
}

/// Nobody writes the bitmap of a spare, and Linux not even its superblock each time.
#[test]
fn a_spare_has_no_say_on_the_bitmap() {
    let spare = Facts { role: Role::Spare, bitmap: None, ..knowing(&NO_0, at(24, member(4))) };
    let [away, one, two, three] = left_behind();
    let members = [away, one, two, three, spare];
    assert_eq!(of_members(&members, SETTLED).0[0], behind(0, CatchUp::ByBitmap));
    let linux = |facts| by_linux(24, facts);
    let members = [away, linux(one), linux(two), linux(three), spare];
    assert_eq!(of_members(&members, SETTLED).0[0], behind(0, CatchUp::ByBitmap));
    assert_eq!(of_members(&members, SETTLED).1, start(slots(&[0])));
}

/// Linux takes a lag of one for fresh, but looks up the role with the newest.
#[test]
fn a_lag_of_one_is_a_lag_if_the_newest_says_so() {
    let on = |number| knowing(&NO_0, at(21, member(number)));
    let (verdicts, decision) = of_members(&[member(0), on(1), on(2), on(3)], SETTLED);
    assert_eq!(verdicts[0], behind(0, CatchUp::ByBitmap));
    assert_eq!(decision, start(slots(&[0])));
}

#[test]
fn a_lag_of_two_is_a_lag_whatever_the_tables_say() {
    let members = [member(0), at(22, member(1)), at(22, member(2)), at(22, member(3))];
    assert_eq!(of_members(&members, SETTLED).0[0], behind(0, CatchUp::ByBitmap));
}

/// Linux counts back: the update counters are equal, the generations are not.
#[test]
fn equal_counters_do_not_hide_a_lower_generation() {
    let later = |number| Facts { generation: Ok(24), ..member(number) };
    let members = [member(0), later(1), later(2), later(3)];
    assert_eq!(of_members(&members, SETTLED).0[0], behind(0, CatchUp::Full));
    // Nor do they if there is a spare that Linux wrote, and the counters are what is compared.
    let spare = Facts { role: Role::Spare, ..by_linux(12, member(4)) };
    let members = [member(0), later(1), later(2), later(3), spare];
    assert_eq!(of_members(&members, SETTLED).0[0], behind(0, CatchUp::Full));
    // Nor the other way round.
    let members = [Facts { events: 15, ..member(0) }, member(1), member(2), member(3)];
    assert_eq!(of_members(&members, SETTLED).0[0], behind(0, CatchUp::ByBitmap));
}

/// A member that left while the counter was up, before the others counted back.
#[test]
fn a_higher_counter_does_not_hide_a_lower_generation() {
    let left = Facts { events: 21, ..member(0) };
    let later = |number| Facts { generation: Ok(24), ..knowing(&NO_0, member(number)) };
    let (verdicts, decision) = of_members(&[left, later(1), later(2), later(3)], SETTLED);
    assert_eq!(verdicts[0], behind(0, CatchUp::Full));
    assert_eq!(decision, start(slots(&[0])));
}

#[test]
fn a_stale_member_alone_does_not_start() {
    let pair = |facts: Facts| {
        let shape = Shape { slots: 2, ..facts.shape };
        Facts { shape, holders: held_by(&WELL[..2]), ..facts }
    };
    let stale = pair(member(0));
    assert_eq!(
        of_members(&[stale], SETTLED),
        (std::vec![current(0)], Decision::Refuse(Reason::MayBeStale(slots(&[1]))))
    );
    let unsettled = Request { settled: false, ..SETTLED };
    assert_eq!(of_members(&[stale], unsettled).1, Decision::Wait(slots(&[1])));
    assert_eq!(of_members(&[stale], ordered(Order::Degraded)).1, start(slots(&[1])));
    let alone = Facts { holders: held_by(&[Some(0), None]), ..stale };
    assert_eq!(of_members(&[alone], unsettled).1, start(slots(&[1])));
    let target = Facts { building: slots(&[1]), ..stale };
    assert_eq!(of_members(&[target], SETTLED).1, start(slots(&[1])));
    let untold = Facts { generation: Err(Void::Absent), ..target };
    assert_eq!(of_members(&[untold], SETTLED).1, Decision::Refuse(Reason::MayBeStale(slots(&[1]))));
}

#[test]
fn absent_members_are_waited_for_and_missed() {
    let unsettled = Request { settled: false, ..SETTLED };
    let three = [0, 1, 2].map(member);
    assert_eq!(of_members(&three, unsettled).1, Decision::Wait(slots(&[3])));
    assert_eq!(of_members(&three, SETTLED).1, start(slots(&[3])));
    let halves = [member(0), member(2)];
    assert_eq!(
        of_members(&halves, SETTLED).1,
        Decision::Refuse(Reason::MayBeStale(slots(&[1, 3])))
    );
    assert_eq!(of_members(&halves, ordered(Order::Degraded)).1, start(slots(&[1, 3])));
    let no_copy = Reason::NoCurrentCopy { slots: slots(&[2, 3]), behind: None };
    assert_eq!(of_members(&[member(0), member(1)], SETTLED).1, Decision::Refuse(no_copy));
    let none = ordered(Order::Degraded);
    assert_eq!(of_members(&[member(0), member(1)], none).1, Decision::Refuse(no_copy));
    assert_eq!(of_members(&[], unsettled).1, Decision::Wait(Slots::EMPTY));
    assert_eq!(of_members(&[], SETTLED).1, Decision::Refuse(Reason::NoMembers));
}

#[test]
fn the_last_copy_that_fell_behind_is_accepted_on_order_only() {
    let members = &left_behind()[..];
    let three = [members[0], members[2], members[3]];
    let reason = Reason::NoCurrentCopy { slots: slots(&[0, 1]), behind: Some(0) };
    assert_eq!(of_members(&three, SETTLED).1, Decision::Refuse(reason));
    let (verdicts, decision) = of_members(&three, ordered(Order::Accept(0)));
    assert_eq!(verdicts, [Verdict::Accepted { slot: 0 }, current(2), current(3)]);
    assert_eq!(decision, start(slots(&[1])));
    let current = ordered(Order::Accept(1));
    assert_eq!(of_members(&three, current).1, Decision::Refuse(reason));
}

/// The others went on without a copy of the first pair: nothing took the place of the last one.
#[test]
fn the_last_copy_did_not_diverge_from_those_that_failed_without_it() {
    let last = knowing(&NO_0, at(21, member(1)));
    let on = |number| knowing(&[None, None, Some(2), Some(3)], at(24, member(number)));
    let (verdicts, decision) = of_members(&[last, on(2), on(3)], SETTLED);
    assert_eq!(verdicts[0], behind(1, CatchUp::ByBitmap));
    let reason = Reason::NoCurrentCopy { slots: slots(&[0, 1]), behind: Some(0) };
    assert_eq!(decision, Decision::Refuse(reason));
}

#[test]
fn three_copies_and_odd_counts() {
    let shaped = |slots: u16, copies: u16, number: u16| {
        let facts = member(number);
        let holders: Vec<_> = (0..slots).map(Some).collect();
        Facts { shape: Shape { slots, copies, ..facts.shape }, ..knowing(&holders, facts) }
    };
    let plan = |slots, copies, numbers: &[u16]| {
        let members: Vec<_> = numbers.iter().map(|&number| shaped(slots, copies, number)).collect();
        of_members(&members, SETTLED).1
    };
    assert_eq!(plan(3, 3, &[0, 1]), Decision::Refuse(Reason::MayBeStale(slots(&[2]))));
    assert_eq!(plan(6, 3, &[0, 1, 2, 3]), start(slots(&[4, 5])));
    assert_eq!(plan(5, 2, &[0, 1, 3]), start(slots(&[2, 4])));
    assert_eq!(plan(5, 2, &[1, 3]), {
        let slots = slots(&[0, 4]);
        Decision::Refuse(Reason::NoCurrentCopy { slots, behind: None })
    });
    assert_eq!(plan(3, 2, &[0, 1]), start(slots(&[2])));
    assert_eq!(plan(5, 3, &[0, 3]), Decision::Refuse(Reason::MayBeStale(slots(&[1, 2, 4]))));
}

#[test]
fn a_rebuild_goes_on_where_it_was() {
    let done = Recovery { offset: DataSector(12_288), by_bitmap: false };
    let target = Facts { recovery: Some(done), role: Role::Slot(1), ..member(4) };
    let table = [Some(0), Some(4), Some(2), Some(3)];
    let set = |old: Facts| {
        [member(0), old, member(2), member(3), target].map(|facts| match facts.number {
            1 => facts,
            _ => knowing(&table, facts),
        })
    };
    let plan = |old: Facts| {
        let members = set(old);
        let (verdicts, decision) = of_members(&members, SETTLED);
        assert_eq!(verdicts[4], Verdict::Building { slot: 1, done });
        assert_eq!(decision, start(slots(&[1])));
        verdicts[1]
    };
    let catch_up = CatchUp::ByBitmap;
    assert_eq!(plan(at(17, member(1))), Verdict::Behind { slot: 1, catch_up }, "less to copy");
    assert_eq!(plan(at(2, member(1))), Verdict::Former, "it would have to be filled as well");
    // Linux clears bits while it fills another drive, whether that is there now or not.
    let linux = set(at(17, member(1))).map(|facts| by_linux(facts.events, facts));
    let verdict = |members: &[Facts]| of_members(members, SETTLED).0[1];
    assert_eq!(verdict(&linux), Verdict::Former);
    let catch_up = CatchUp::Full;
    assert_eq!(verdict(&linux[..4]), Verdict::Behind { slot: 1, catch_up });
}

#[test]
fn a_replacement_stands_in_for_its_original() {
    let done = Recovery { offset: DataSector(128), by_bitmap: false };
    let target =
        Facts { recovery: Some(done), replacement: true, role: Role::Slot(1), ..member(4) };
    let both = member(0).holders.with(1, 4).expect("room");
    let members = [member(0), member(1), member(2), member(3), target]
        .map(|facts| Facts { holders: both, ..facts });
    let (verdicts, decision) = of_members(&members, SETTLED);
    assert_eq!(verdicts[4], Verdict::Replacement { slot: 1, done: Some(done) });
    assert_eq!(decision, start(Slots::EMPTY));
    let unsettled = Request { settled: false, ..SETTLED };
    assert_eq!(of_members(&members[..4], unsettled).1, start(Slots::EMPTY));
    let without = [members[0], members[2], members[3], members[4]];
    assert_eq!(of_members(&without, SETTLED).0[3], Verdict::Building { slot: 1, done });
    let finished = Facts { recovery: None, ..members[4] };
    let without = [members[0], members[2], members[3], finished];
    assert_eq!(of_members(&without, SETTLED).0[3], current(1));
    let claims = Facts { replacement: false, ..finished };
    let members = [members[0], members[1], members[2], members[3], claims];
    assert_eq!(of_members(&members, SETTLED).1, Decision::Refuse(Reason::Contested(1)));
}

#[test]
fn a_spare_knows_who_failed() {
    let spare = Facts { role: Role::Spare, ..knowing(&NO_0, at(21, member(4))) };
    let (verdicts, decision) = of_members(&[member(0), member(2), member(3), spare], SETTLED);
    assert_eq!(verdicts[0], behind(0, CatchUp::Full));
    assert_eq!(verdicts[3], Verdict::Spare);
    let reason = Reason::NoCurrentCopy { slots: slots(&[0, 1]), behind: Some(0) };
    assert_eq!(decision, Decision::Refuse(reason));
    let ejected = Facts { role: Role::Faulty, ..at(10, member(5)) };
    assert_eq!(of_members(&[member(1), ejected], SETTLED).0[1], Verdict::Ejected);
}

/// Linux ran without member 0, which still has the frame of before.
#[test]
fn linux_has_written_since() {
    let on = |number| by_linux(24, knowing(&NO_0, member(number)));
    let (verdicts, decision) = of_members(&[member(0), on(1), on(2), on(3)], SETTLED);
    assert_eq!(verdicts[0], behind(0, CatchUp::ByBitmap));
    assert_eq!(decision, start(slots(&[0])));
    let all = [0, 1, 2, 3].map(|number| by_linux(17, member(number)));
    assert_eq!(of_members(&all, SETTLED).1, start(Slots::EMPTY));
    let dirty = Facts { resync: Resync::From(ArraySector(0)), ..by_linux(18, member(0)) };
    let cut = [dirty, all[1], all[2], all[3]];
    assert_eq!(of_members(&cut, SETTLED).0, [current(0), current(1), current(2), current(3)]);
}

/// `mdadm --force` gives the stale member the newest update counter; to Linux, all four then look clean.
#[test]
fn a_forced_member_is_never_current() {
    let mut members = left_behind();
    members[0] = by_linux(24, members[0]);
    let (verdicts, decision) = of_members(&members, SETTLED);
    assert_eq!(verdicts[0], behind(0, CatchUp::Full));
    assert_eq!(decision, start(slots(&[0])));
    // Even if nobody denies it: its superblock was written, and nobody else's.
    for facts in &mut members {
        facts.holders = held_by(&WELL);
    }
    assert_eq!(of_members(&members, SETTLED).0[0], behind(0, CatchUp::Full));
    // It left at another count than it says, which its frame still tells.
    let mut members = left_behind().map(|facts| by_linux(30, facts));
    members[0] = Facts { events: 28, ..by_linux(28, Facts { events: 5, ..members[0] }) };
    assert_eq!(of_members(&members, SETTLED).0[0], behind(0, CatchUp::Full));
    // A set that never was ours.
    let mut members = left_behind();
    for facts in &mut members {
        *facts = Facts { events: 24, generation: Err(Void::Absent), ..*facts };
    }
    assert_eq!(of_members(&members, SETTLED).0[0], behind(0, CatchUp::Full));
}

/// After `--force` Linux ran the stale member with two others, and the one that it was stale to comes back.
#[test]
fn what_ran_with_a_forced_member_is_another_history() {
    let old = left_behind()[1];
    let on = |number| by_linux(25, knowing(&NO_1, member(number)));
    let members = [on(0), old, on(2), on(3)];
    let (verdicts, decision) = of_members(&members, SETTLED);
    assert_eq!(verdicts, [current(0), Verdict::Diverged, current(2), current(3)]);
    assert_eq!(decision, Decision::Refuse(Reason::SplitBrain(0, 1)));
    assert_eq!(of_members(&members, ordered(Order::Choose(0))).1, start(slots(&[1])));
    let (verdicts, decision) = of_members(&members, ordered(Order::Choose(1)));
    assert_eq!(verdicts[2..], [Verdict::Newer, Verdict::Newer]);
    let reason = Reason::NoCurrentCopy { slots: slots(&[2, 3]), behind: Some(3) };
    assert_eq!(decision, Decision::Refuse(reason));
}

#[test]
fn halves_that_went_on_apart_are_not_merged() {
    let even = |count, number| knowing(&[Some(0), None, Some(2), None], at(count, member(number)));
    let odd = |number| knowing(&[None, Some(1), None, Some(3)], at(30, member(number)));
    for count in [24, 29, 30, 31, 40] {
        let members = [even(count, 0), odd(1), even(count, 2), odd(3)];
        let (verdicts, decision) = of_members(&members, SETTLED);
        assert!(matches!(decision, Decision::Refuse(Reason::SplitBrain(..))), "{decision:?}");
        assert!(verdicts.contains(&Verdict::Diverged));
        for (chosen, vacant) in [(0, [1, 3]), (1, [0, 2]), (2, [1, 3]), (3, [0, 2])] {
            let (verdicts, decision) = of_members(&members, ordered(Order::Choose(chosen)));
            assert_eq!(decision, start(slots(&vacant)));
            assert_eq!(verdicts[chosen], current(chosen as u16));
            for slot in vacant {
                let left = verdicts[usize::from(slot)];
                assert!(matches!(left, Verdict::Diverged | Verdict::Newer), "{left:?}");
            }
        }
        let half = of_members(&[members[1], members[3]], SETTLED);
        assert_eq!(half, (std::vec![current(1), current(3)], start(slots(&[0, 2]))));
    }
}

/// A generation that starts anew is lower, though the update counter is higher.
#[test]
fn measures_that_contradict_each_other_decide_nothing() {
    let on = |number| Facts { events: 31, generation: Ok(2), ..knowing(&NO_0, member(number)) };
    let members = [member(0), on(1), on(2), on(3)];
    assert!(matches!(of_members(&members, SETTLED).1, Decision::Refuse(Reason::SplitBrain(..))));
    // Even if nobody denies anybody.
    let agreed = members.map(|facts| knowing(&WELL, facts));
    assert!(matches!(of_members(&agreed, SETTLED).1, Decision::Refuse(Reason::SplitBrain(..))));
    let candidates = members.map(Candidate::Member);
    let next = Assembly::new(&candidates, SETTLED).next();
    assert_eq!(next, Counts { events: 32, generation: 32 });
}

#[test]
fn clones_are_not_used_unless_one_is_older() {
    let image = at(15, member(0));
    let (verdicts, decision) =
        of_members(&[member(0), member(1), member(2), member(3), image], SETTLED);
    assert_eq!(verdicts[4], Verdict::Clone { of: 0, older: true });
    assert_eq!(decision, start(Slots::EMPTY));
    let (verdicts, decision) =
        of_members(&[member(0), member(1), member(2), member(3), member(0)], SETTLED);
    assert_eq!(verdicts[0], Verdict::Clone { of: 4, older: false });
    assert_eq!(verdicts[4], Verdict::Clone { of: 0, older: false });
    assert!(matches!(decision, Decision::Refuse(Reason::Clones(..))));
    let without = of_members(
        &[member(0), member(1), member(2), member(3), member(0)],
        ordered(Order::Degraded),
    );
    assert_eq!(without.1, start(slots(&[0])));
    let renumbered = Facts { device: Uuid([0x77; 16]), ..at(15, member(3)) };
    let (verdicts, _) = of_members(&[member(3), renumbered], SETTLED);
    assert_eq!(verdicts[1], Verdict::Clone { of: 0, older: true });
}

/// The newest knows number 3 as the holder; an old image of it does not prove that it is there.
#[test]
fn an_old_image_does_not_stand_for_its_original() {
    let pair = |facts: Facts| {
        let shape = Shape { slots: 2, ..facts.shape };
        Facts { shape, holders: held_by(&WELL[..2]), ..facts }
    };
    let members = [pair(member(0)), pair(at(15, member(1)))];
    let (verdicts, decision) = of_members(&members, SETTLED);
    assert_eq!(verdicts, [current(0), behind(1, CatchUp::ByBitmap)]);
    assert_eq!(decision, Decision::Refuse(Reason::MayBeStale(slots(&[1]))));
}

#[test]
fn of_two_that_left_the_better_one_returns() {
    let table = [None, Some(1), Some(2), Some(3)];
    let on = |number| knowing(&table, at(40, member(number)));
    let second =
        Facts { role: Role::Slot(0), ..knowing(&[Some(4), Some(1), Some(2), Some(3)], member(4)) };
    let members = [at(15, member(0)), on(1), on(2), on(3), at(30, second)];
    let (verdicts, _) = of_members(&members, SETTLED);
    assert_eq!((verdicts[0], verdicts[4]), (Verdict::Former, behind(0, CatchUp::ByBitmap)));
}

#[test]
fn what_is_no_member_is_left_alone() {
    let newer = Refusal::Unsupported(Unsupported::Padding);
    let damaged = Refusal::Damaged { stored: 1, computed: Some(2) };
    let other = Facts { set: Uuid([9; 16]), ..member(0) };
    let found = [
        Candidate::Blank,
        Candidate::Foreign,
        Candidate::Refused(newer),
        Candidate::Refused(damaged),
        Candidate::Member(other),
        Candidate::Member(member(1)),
    ];
    let (verdicts, _) = plan(&found, Request { set: Some(SET), ..SETTLED });
    assert_eq!(
        verdicts,
        [
            Verdict::Blank,
            Verdict::Foreign,
            Verdict::Refused(newer),
            Verdict::Refused(damaged),
            Verdict::OtherSet,
            current(1)
        ]
    );
    let (verdicts, decision) = plan(&found, SETTLED);
    assert_eq!(verdicts[5], Verdict::Undecided);
    assert_eq!(decision, Decision::Refuse(Reason::SeveralSets));
    let shape = Shape { chunk: 64, ..member(0).shape };
    let old = Facts { shape, ..at(10, member(0)) };
    assert_eq!(of_members(&[old, member(1)], SETTLED).0[0], Verdict::OtherShape);
}

#[test]
fn an_order_must_mean_a_member() {
    let members = [0, 1, 2, 3].map(member);
    for index in [4, usize::MAX] {
        for order in [Order::Accept(index), Order::Choose(index)] {
            let refused = Decision::Refuse(Reason::NotAMember(index));
            assert_eq!(of_members(&members, ordered(order)).1, refused);
        }
    }
    let many = [Candidate::Blank; 65];
    let assembly = Assembly::new(&many, SETTLED);
    assert_eq!(assembly.decision(), Decision::Refuse(Reason::TooManyDrives));
}

#[test]
fn every_refusal_names_a_remedy() {
    let reasons = [
        Reason::NoMembers,
        Reason::SeveralSets,
        Reason::TooManyDrives,
        Reason::NotAMember(1),
        Reason::SplitBrain(0, 1),
        Reason::Clones(0, 1),
        Reason::Contested(2),
        Reason::NoCurrentCopy { slots: slots(&[0, 1]), behind: Some(4) },
        Reason::MayBeStale(slots(&[1, 3])),
    ];
    let remedies = ["connect", "name", "give", "choose", "order"];
    for reason in reasons {
        let words = std::format!("{reason}");
        assert!(remedies.iter().any(|remedy| words.contains(remedy)), "{words}");
    }
    let words =
        std::format!("{}", Reason::NoCurrentCopy { slots: slots(&[0, 1]), behind: Some(4) });
    assert!(words.contains("slot 0, 1") && words.contains("drive 4"), "{words}");
}
