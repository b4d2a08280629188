//! What happens to the power.

use alloc::vec::Vec;

use proptest::prelude::*;

use super::values::*;
use crate::script::*;

fn survival() -> BoxedStrategy<Survival> {
    let number = || swept("n", 0_u64..99);
    prop_oneof![
        Just(Survival::None),
        Just(Survival::All),
        number().prop_map(Survival::First),
        number().prop_map(Survival::Torn),
        (prop::collection::vec(literal_writes(), 1..5), prop::option::of(swept_writes()))
            .prop_map(|(list, swept)| listed(list, swept)),
    ]
    .boxed()
}

/// Each write once: what overlaps is joined before what is swept comes in front.
fn listed(list: Vec<Writes>, swept: Option<Writes>) -> Survival {
    match (Survival::only(list), swept) {
        (Survival::Only(list), Some(swept)) => {
            Survival::Only([swept].into_iter().chain(list).collect())
        }
        (joined, _) => joined,
    }
}

fn literal_writes() -> impl Strategy<Value = Writes> {
    (0_u64..90, 1_u64..9).prop_map(|(first, count)| match count {
        1 => Writes::One(first.into()),
        _ => Writes::Range { first: first.into(), end: (first + count).into() },
    })
}

/// The sweep goes to 3.
fn swept_writes() -> impl Strategy<Value = Writes> {
    prop_oneof![
        Just(Writes::One(Value::Swept("n".into()))),
        (4_u64..90)
            .prop_map(|end| Writes::Range { first: Value::Swept("n".into()), end: end.into() }),
        Just(Writes::Range { first: 0.into(), end: Value::Swept("n".into()) }),
    ]
}

fn loss() -> impl Strategy<Value = PowerLoss> {
    let drives = || prop::sample::subsequence(alloc::vec!["d0", "d1", "s0"], 0..3);
    (survival(), drives(), survival(), any::<bool>()).prop_map(|(all, drives, own, who)| {
        let who = who.then(|| Value::Swept("who".into()));
        let drives = drives.into_iter().map(|name| Value::Literal(name.into())).chain(who);
        PowerLoss { all, but: drives.map(|drive| (drive, own.clone())).collect() }
    })
}

pub(super) fn power() -> BoxedStrategy<Fault> {
    let drives = prop::sample::subsequence(alloc::vec!["d0", "d1", "s0"], 1..=3);
    prop_oneof![
        loss().prop_map(Fault::PowerOff),
        Just(Fault::PowerOn),
        (loss(), v_time()).prop_map(|(loss, lasting)| Fault::PowerCut { loss, lasting }),
        (drives, survival(), v_time()).prop_map(|(drives, survival, lasting)| Fault::BrownOut {
            drives: drives.into_iter().map(|name| Value::Literal(name.into())).collect(),
            survival,
            lasting,
        }),
        v_time().prop_map(|lasting| Fault::Reset { lasting }),
    ]
    .boxed()
}
