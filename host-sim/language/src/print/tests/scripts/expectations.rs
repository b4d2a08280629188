//! Expectations.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::moments::{activity, moment, pattern};
use super::values::*;
use crate::script::*;
use crate::words::{ARRAY_STATES, MEMBER_STATES};

fn within() -> BoxedStrategy<Within> {
    (v_time(), option::of(moment())).prop_map(|(time, of)| Within { time, of }).boxed()
}

fn claim() -> BoxedStrategy<Claim> {
    let ranges = || prop::collection::vec(sectors(), 1..4);
    let lost = prop_oneof![
        Just(LostClaim::None),
        Just(LostClaim::Computed),
        ranges().prop_map(LostClaim::Ranges),
    ];
    let when = prop_oneof![
        Just(When::Anytime),
        within().prop_map(When::Within),
        pattern().prop_map(When::Before),
        pattern().prop_map(When::After),
    ];
    prop_oneof![
        (select(ARRAY_STATES), option::of(within()))
            .prop_map(|(state, within)| Claim::Array { state, within }),
        (v_slot(), select(MEMBER_STATES), option::of(within()))
            .prop_map(|(slot, state, within)| Claim::Member { slot, state, within }),
        (pattern(), when).prop_map(|(pattern, when)| Claim::Event { pattern, when }),
        pattern().prop_map(Claim::Never),
        lost.prop_map(Claim::Lost),
        ranges().prop_map(Claim::Intact),
        (activity(), v_slot(), v_time()).prop_map(|(activity, slot, limit)| Claim::Duration {
            activity,
            slot,
            limit
        }),
        (v_drive(), v_count()).prop_map(|(drive, limit)| Claim::Copied { drive, limit }),
        (v_slot(), any::<bool>(), option::of(within()))
            .prop_map(|(slot, safe, within)| Claim::Pull { slot, safe, within }),
    ]
    .boxed()
}

fn condition() -> BoxedStrategy<Condition> {
    let operand = || {
        prop_oneof![
            Just(Operand::Drive("d1".into())),
            (0_u8..4).prop_map(Operand::Slot),
            select(&["n", "who"][..]).prop_map(|name| Operand::Swept(name.into())),
        ]
    };
    let signs = select(
        &[
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::AtMost,
            Comparison::Greater,
            Comparison::AtLeast,
        ][..],
    );
    let ordered = prop_oneof![
        (0_u16..=10_000).prop_map(|it| ("p", SweepValue::Percent(Percent(it)))),
        any::<u64>().prop_map(|it| ("n", SweepValue::Number(it))),
        time().prop_map(|it| ("t", SweepValue::Time(it))),
    ];
    let compare = (ordered, signs).prop_map(|((name, value), comparison)| Condition::Compare {
        name: name.into(),
        comparison,
        value,
    });
    let drive = select(&[Comparison::Equal, Comparison::NotEqual][..]).prop_map(|comparison| {
        let value = SweepValue::Drive("d2".into());
        Condition::Compare { name: "who".into(), comparison, value }
    });
    let mirror = (any::<bool>(), operand(), operand())
        .prop_map(|(negated, one, other)| Condition::SameMirror { negated, one, other });
    prop_oneof![compare, drive, mirror].boxed()
}

pub(super) fn expectation() -> BoxedStrategy<Expectation> {
    (claim(), prop::collection::vec(condition(), 0..3))
        .prop_map(|(claim, conditions)| Expectation { claim, conditions })
        .boxed()
}
