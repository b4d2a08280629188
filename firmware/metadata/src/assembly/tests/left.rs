//! Members as they were last written.

use super::table::{NO_0, behind, current};
use super::*;
use crate::units::ArraySector;

/// What frames of generation 24 tell of member 0: it lacked nothing at 20, and 21 may have reached it.
fn kept() -> Left {
    let mut left = Left::NOBODY;
    left.note(24, 0, 0, [20, 21]);
    left
}

#[test]
fn who_left_with_everything_is_current_as_it_was_left() {
    let on = |number| Facts { left: kept(), ..knowing(&NO_0, at(24, member(number))) };
    for (left, verdict) in [
        (19, behind(0, CatchUp::ByBitmap)),
        (20, current(0)),
        (21, current(0)),
        (22, behind(0, CatchUp::ByBitmap)),
    ] {
        let (verdicts, decision) = of_members(&[at(left, member(0)), on(1), on(2), on(3)], SETTLED);
        assert_eq!(verdicts[0], verdict, "{left}");
        let vacant = if verdict == current(0) { Slots::EMPTY } else { slots(&[0]) };
        assert_eq!(decision, start(vacant), "{left}");
    }
    let other = Facts { left: kept(), ..knowing(&NO_0, at(24, member(1))) };
    let renamed = Facts { number: 5, ..member(0) };
    assert_ne!(of_members(&[renamed, other, on(2), on(3)], SETTLED).0[0], current(0));
}

#[test]
fn a_younger_frame_tells_the_same_of_who_left() {
    let mut left = kept();
    left.age(6);
    let on = |number| Facts { left, ..knowing(&NO_0, at(30, member(number))) };
    for (own, verdict) in [(20, current(0)), (21, current(0)), (26, behind(0, CatchUp::ByBitmap))] {
        let (verdicts, _) = of_members(&[at(own, member(0)), on(1), on(2), on(3)], SETTLED);
        assert_eq!(verdicts[0], verdict, "{own}");
    }
}

#[test]
fn who_left_with_everything_starts_a_mirror_that_has_nobody_else() {
    let table = [None, None, Some(2), Some(3)];
    let on = |number| Facts { left: kept(), ..knowing(&table, at(24, member(number))) };
    let (verdicts, decision) = of_members(&[member(0), on(2), on(3)], SETTLED);
    assert_eq!(verdicts[0], current(0));
    assert_eq!(decision, start(slots(&[1])));
    assert_eq!(
        of_members(&[on(2), on(3)], Request { settled: false, ..SETTLED }).1,
        Decision::Wait(slots(&[0, 1]))
    );
}

#[test]
fn all_who_speak_must_know_that_a_member_lacked_nothing() {
    let on = |number| Facts { left: kept(), ..knowing(&NO_0, at(24, member(number))) };
    let unaware = knowing(&NO_0, at(24, member(3)));
    let (verdicts, _) = of_members(&[member(0), on(1), on(2), unaware], SETTLED);
    assert_eq!(verdicts[0], behind(0, CatchUp::ByBitmap));
    let linux = Facts { generation: Err(Void::Absent), ..member(0) };
    assert_ne!(of_members(&[linux, on(1), on(2), on(3)], SETTLED).0[0], current(0));
}

#[test]
fn who_left_in_the_middle_of_writes_says_so_itself() {
    let on = |number| Facts { left: kept(), ..knowing(&NO_0, at(24, member(number))) };
    let dirty = Facts { resync: Resync::From(ArraySector(512)), ..member(0) };
    let (_, decision) = of_members(&[dirty, on(1), on(2), on(3)], SETTLED);
    assert_eq!(decision, Decision::Start { equalise: Equalise::ByBitmap, vacant: Slots::EMPTY });
}

#[test]
fn who_has_another_idea_of_the_array_is_not_kept() {
    let table = [None, None, Some(2), Some(3)];
    let on = |number| Facts { left: kept(), ..knowing(&table, at(24, member(number))) };
    let shape = Shape { chunk: 256, ..member(0).shape };
    let (verdicts, decision) = of_members(&[Facts { shape, ..member(0) }, on(2), on(3)], SETTLED);
    assert_eq!(verdicts[0], Verdict::OtherShape);
    assert!(matches!(decision, Decision::Refuse(Reason::NoCurrentCopy { .. })));
}

#[test]
fn a_partner_that_is_not_there_may_have_gone_on_without_who_left() {
    for count in [21, 24] {
        let mut left = Left::NOBODY;
        left.note(count, 0, 0, [20, 20]);
        let on = |number| Facts { left, ..knowing(&NO_0, at(count, member(number))) };
        let (verdicts, decision) = of_members(&[member(0), on(2), on(3)], SETTLED);
        assert_ne!(verdicts[0], current(0), "{count}");
        assert!(matches!(decision, Decision::Refuse(Reason::NoCurrentCopy { .. })), "{count}");
        assert_eq!(of_members(&[member(0), on(1), on(2), on(3)], SETTLED).0[0], current(0));
    }
}

#[test]
fn who_left_as_the_last_copy_and_was_not_written_since_has_no_history_of_its_own() {
    let alone = [Some(0), None, Some(2), Some(3)];
    for (own, apart) in [(19, true), (20, false), (21, false), (22, true)] {
        let mut left = kept();
        left.lacking = slots(&[0]);
        let on = |number| Facts { left, ..knowing(&NO_0, at(24, member(number))) };
        let gone = knowing(&alone, at(own, member(0)));
        let (verdicts, decision) = of_members(&[gone, on(1), on(2), on(3)], SETTLED);
        if apart {
            assert_eq!(verdicts[0], Verdict::Diverged, "{own}");
            assert!(matches!(decision, Decision::Refuse(Reason::SplitBrain(..))), "{own}");
        } else {
            assert_eq!(verdicts[0], behind(0, CatchUp::ByBitmap), "{own}");
            assert_eq!(decision, start(slots(&[0])), "{own}");
        }
    }
}
