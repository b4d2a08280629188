//! Values, written out or swept.

use proptest::prelude::*;
use proptest::sample::select;

use crate::script::*;

pub(super) fn swept<T: Clone + core::fmt::Debug>(
    name: &'static str,
    literal: impl Strategy<Value = T>,
) -> impl Strategy<Value = Value<T>> {
    prop_oneof![
        3 => literal.prop_map(Value::Literal),
        1 => Just(Value::Swept(SweepName::from(name))),
    ]
}

/// More than zero.
pub(super) fn time() -> impl Strategy<Value = Time> {
    prop_oneof![
        1_u64..100,
        (1_u64..100).prop_map(|it| it * 1000),
        (1_u64..9).prop_map(|it| it * 1_000_000)
    ]
    .prop_map(Time)
}

pub(super) fn v_time() -> BoxedStrategy<Value<Time>> {
    swept("t", time()).boxed()
}

pub(super) fn v_percent() -> impl Strategy<Value = Value<Percent>> {
    swept("p", (0_u16..=10_000).prop_map(Percent))
}

pub(super) fn v_drive() -> BoxedStrategy<Value<DriveName>> {
    swept("who", select(&["d0", "d1", "d2", "d3", "s0", "s1"][..]).prop_map(DriveName::from))
        .boxed()
}

pub(super) fn v_slot() -> impl Strategy<Value = Value<u8>> {
    swept("n", 0_u8..4)
}

pub(super) fn v_count() -> impl Strategy<Value = Value<u64>> {
    swept("n", 1_u64..1000)
}

pub(super) fn sectors() -> BoxedStrategy<Sectors> {
    let both =
        (4_u64..100, 1_u64..100).prop_map(|(first, count)| Sectors::literal(first, first + count));
    let swept_first = (1_u64..9).prop_map(|count| Sectors::Range {
        first: Value::Swept("n".into()),
        end: SectorsEnd::Count(Value::Literal(count)),
    });
    let swept_end = Just(Sectors::Range {
        first: Value::Literal(0),
        end: SectorsEnd::Before(Value::Swept("n".into())),
    });
    prop_oneof![Just(Sectors::All), both, swept_first, swept_end].boxed()
}

pub(super) fn rate() -> impl Strategy<Value = Rate> {
    prop_oneof![(1_u64..1 << 40).prop_map(Rate), (1_u64..999).prop_map(|it| Rate(it * 1_000_000))]
}
