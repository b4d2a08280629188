//! What is done.

use alloc::vec;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::power::power;
use super::settings;
use super::values::*;
use crate::script::*;

pub(super) fn action() -> BoxedStrategy<Action> {
    prop_oneof![
        host().prop_map(Action::Host),
        Just(Action::Start("w".into())),
        Just(Action::Stop("w".into())),
        fault().prop_map(Action::Fault),
        order().prop_map(Action::Order),
    ]
    .boxed()
}

fn host() -> BoxedStrategy<HostIo> {
    prop_oneof![
        (sectors(), swept("n", any::<u64>()), any::<bool>())
            .prop_map(|(range, pattern, fua)| { HostIo::Write { range, pattern, fua } }),
        sectors().prop_map(HostIo::Read),
        sectors().prop_map(HostIo::Trim),
        sectors().prop_map(HostIo::Zero),
        Just(HostIo::Flush),
    ]
    .boxed()
}

fn fault() -> BoxedStrategy<Fault> {
    let healing = select(&[Healing::Write, Healing::Once, Healing::Never][..]);
    let times = prop_oneof![v_count().prop_map(Repeats::Times), Just(Repeats::Always)];
    let heeds = select(&[Heeds::Aborts, Heeds::Resets, Heeds::Nothing][..]);
    let ops = select(&[LimpOps::All, LimpOps::Read, LimpOps::Write][..]);
    let period = (10_u64..60).prop_map(|seconds| Value::Literal(Time::secs(seconds)));
    let all = select(&["d0", "d1", "s0"][..]).prop_map(|name| Value::Literal(name.into()));
    prop_oneof![
        v_drive().prop_map(Fault::Fail),
        v_drive().prop_map(Fault::Revive),
        v_drive().prop_map(Fault::Recover),
        v_drive().prop_map(Fault::Pull),
        (v_drive(), option::of(v_time()), heeds)
            .prop_map(|(drive, lasting, heeds)| Fault::Timeout { drive, lasting, heeds }),
        (v_drive(), sectors(), healing).prop_map(|(drive, range, healing)| Fault::Unreadable {
            drive,
            range,
            healing
        }),
        (v_drive(), sectors(), times).prop_map(|(drive, range, times)| Fault::WriteError {
            drive,
            range,
            times
        }),
        (v_drive(), v_count(), ops).prop_map(|(drive, factor, ops)| Fault::Limp {
            drive,
            factor,
            ops
        }),
        (v_drive(), v_time(), option::of(period))
            .prop_map(|(drive, lasting, every)| { Fault::Stall { drive, lasting, every } }),
        (v_drive(), option::of(v_slot()), arrival())
            .prop_filter("a clone of itself", |(drive, _, arrival)| {
                *arrival != Arrival::Clone(drive.clone())
            })
            .prop_map(|(drive, slot, arrival)| Fault::Insert { drive, slot, arrival }),
        (0_u8..2, 2_u8..4).prop_map(|(one, other)| Fault::Swap(one.into(), other.into())),
        (all, v_time()).prop_map(|(drive, lasting)| Fault::Glitch {
            drives: alloc::vec![drive, Value::Swept("who".into())],
            lasting,
        }),
        v_drive().prop_map(Fault::Image),
        (v_drive(), v_count()).prop_map(|(drive, sectors)| Fault::Tear { drive, sectors }),
        (v_drive(), option::of(v_count()))
            .prop_map(|(drive, times)| Fault::IgnoreFlush { drive, times }),
        (v_drive(), option::of(v_count()), any::<bool>())
            .prop_map(|(drive, times, drops)| Fault::FailFlush { drive, times, drops }),
        power(),
    ]
    .boxed()
}

fn arrival() -> impl Strategy<Value = Arrival> {
    prop_oneof![
        Just(Arrival::AsItWas),
        Just(Arrival::Blank),
        Just(Arrival::Stale),
        Just(Arrival::Foreign),
        Just(Arrival::Dead),
        v_drive().prop_map(Arrival::Clone),
    ]
}

fn order() -> BoxedStrategy<Order> {
    prop_oneof![
        v_slot().prop_map(Order::Fail),
        v_drive().prop_map(Order::Remove),
        (v_drive(), option::of(v_slot()), any::<bool>())
            .prop_map(|(drive, slot, force)| Order::AddSpare { drive, slot, force }),
        v_drive().prop_map(Order::RemoveSpare),
        (v_slot(), option::of(v_drive())).prop_map(|(slot, with)| Order::Replace { slot, with }),
        v_slot().prop_map(Order::CancelReplace),
        (v_slot(), v_drive(), any::<bool>()).prop_map(|(slot, with, force)| Order::Rebuild {
            slot,
            with,
            force
        }),
        v_slot().prop_map(Order::Pause),
        v_slot().prop_map(Order::Resume),
        Just(Order::AcceptLosses),
        settings().prop_map(Order::Policy),
        Just(Order::Stop),
        prop_oneof![
            Just(Assemble::Plain),
            Just(Assemble::Degraded),
            v_drive().prop_map(Assemble::Accept),
            v_drive().prop_map(Assemble::Choose),
        ]
        .prop_map(Order::Assemble),
    ]
    .boxed()
}
