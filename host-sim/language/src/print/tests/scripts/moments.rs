//! Moments.

use alloc::boxed::Box;
use alloc::vec::Vec;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::values::*;
use crate::script::*;
use crate::words::{ArgumentKind, EVENTS};

/// The steps of the engine.
const STEPS: &[Step] = &[
    Step::Label,
    Step::Frame,
    Step::Log,
    Step::CommitFlush,
    Step::Superblock,
    Step::BitsSet,
    Step::BitsClear,
];

pub(super) fn activity() -> impl Strategy<Value = Activity> {
    select(&[Activity::Rebuild, Activity::Resync, Activity::Replace][..])
}

pub(super) fn pattern() -> BoxedStrategy<EventPattern> {
    select(EVENTS)
        .prop_flat_map(|(name, kinds)| {
            (0..=kinds.len()).prop_flat_map(move |count| {
                let arguments: Vec<_> = kinds[..count].iter().map(|kind| argument(*kind)).collect();
                arguments.prop_map(move |arguments| EventPattern { name, arguments })
            })
        })
        .boxed()
}

fn argument(kind: ArgumentKind) -> BoxedStrategy<EventArgument> {
    let named = match kind {
        ArgumentKind::Drive => v_drive().prop_map(EventArgument::Drive).boxed(),
        ArgumentKind::Slot => v_slot().prop_map(EventArgument::Slot).boxed(),
        ArgumentKind::Number => v_count().prop_map(EventArgument::Number).boxed(),
        ArgumentKind::Word(words) => select(words).prop_map(EventArgument::Word).boxed(),
    };
    prop_oneof![3 => named, 1 => Just(EventArgument::Any)].boxed()
}

pub(super) fn command() -> BoxedStrategy<OpMatch> {
    let ops = &[OpKind::Read, OpKind::Write, OpKind::Flush, OpKind::Compare, OpKind::Any][..];
    let classes = &[Class::Host, Class::Metadata, Class::Rebuild, Class::Repair, Class::Probe][..];
    (select(ops), v_count(), v_drive(), option::of(sectors()), option::of(select(classes)))
        .prop_map(|(op, count, drive, within, class)| OpMatch { op, count, drive, within, class })
        .boxed()
}

pub(super) fn trigger() -> BoxedStrategy<Trigger> {
    prop_oneof![
        4 => simple_trigger(),
        1 => (moment(), v_time())
            .prop_map(|(base, delay)| Trigger::After { base: Box::new(base), delay }),
    ]
    .boxed()
}

fn simple_trigger() -> BoxedStrategy<Trigger> {
    let sector = swept("n", 0_u64..9999);
    let mark = prop_oneof![v_percent().prop_map(Mark::Percent), sector.prop_map(Mark::Sector)];
    prop_oneof![
        v_time().prop_map(Trigger::At),
        (activity(), v_slot(), mark).prop_map(|(activity, slot, mark)| Trigger::When {
            activity,
            slot,
            mark
        }),
        command().prop_map(Trigger::On),
        (pattern(), v_count()).prop_map(|(pattern, count)| Trigger::Event { pattern, count }),
        (select(STEPS), v_count(), option::of(v_drive()))
            .prop_map(|(step, count, drive)| Trigger::Step { step, count, drive }),
    ]
    .boxed()
}

/// What may stand behind `after`, `of` and `until`.
pub(super) fn moment() -> BoxedStrategy<Trigger> {
    let failed = v_drive().prop_map(|drive| (Verb::Fail, Subject::Drive(drive)));
    let machine = [Verb::PowerOff, Verb::PowerOn, Verb::PowerCut, Verb::Reset, Verb::Assemble];
    let machine = select(machine.to_vec()).prop_map(|verb| (verb, Subject::Machine));
    let stopped = select(alloc::vec![Subject::Machine, Subject::Load("w".into())]);
    let stopped = stopped.prop_map(|subject| (Verb::Stop, subject));
    let action = prop_oneof![failed, machine, stopped]
        .prop_map(|(verb, subject)| Trigger::Action(ActionRef { verb, subject }));
    prop_oneof![3 => simple_trigger(), 1 => action].boxed()
}
