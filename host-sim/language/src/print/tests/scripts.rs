//! Scripts that say anything the language can say, on one machine.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use self::expectations::expectation;
use self::values::*;
use crate::parse;
use crate::script::*;
use crate::words::{ArgumentKind, EVENTS};

mod expectations;
mod values;

/// All drives and sweeps that a generated line may name. The statements make every moment named by
/// `fail DRIVE` one that happens.
const MACHINE: &str = "\
vector v \"\"
array near=2 members=4 chunk=64KiB
drive d0..d3 size=16MiB
drive s0..s1 size=16MiB shelf
load w seed=1
sweep p = 0%..100%
sweep who = d0 d2
sweep n = 1..3
sweep t = 1s..3s step 1s
at 0s fail who
at 0s fail d0
at 0s fail d1
at 0s fail d2
at 0s fail d3
at 0s fail s0
at 0s fail s1
";

/// A whole script.
pub(super) fn script() -> BoxedStrategy<Script> {
    let lines = (
        prop::collection::vec(line(statement()), 0..6),
        prop::collection::vec(line(expectation()), 0..6),
        option::of(line(prop::collection::vec(final_step(), 1..4))),
        prop::collection::vec(line(drive()), 0..3),
    );
    let header = (
        "[ -!#-\\[\\]-~é\"\\\\]{0,20}",
        prop::collection::vec(line("[ -~]{0,20}"), 0..3),
        option::of(line(prop::collection::vec("[a-z0-9][a-z0-9_-]{0,8}", 1..4))),
        option::of(line(select(&[Promise::Survivable, Promise::Beyond][..]))),
        settings(),
        prop::collection::vec(comment(), 0..3),
    );
    let array = (2_u8..=3, select(&[Sync::None, Sync::Initial][..]), 12_u32..=22);
    (header, array, lines)
        .prop_map(|(header, array, lines)| {
            let mut script = parse(MACHINE).expect("a right machine");
            let (title, sources, tags, promise, policy, closing) = header;
            script.vector.value.title = title;
            (script.sources, script.tags, script.promise) = (sources, tags, promise);
            script.policy = alloc::vec![Line::new(policy)];
            script.closing = closing;
            let (near, sync, chunk) = array;
            script.array.value = Array { near, members: 4, chunk: 1 << chunk, sync };
            let (statements, expectations, finally, drives) = lines;
            script.statements.extend(statements);
            script.expectations = expectations;
            script.finally = finally;
            for (number, mut drive) in drives.into_iter().enumerate() {
                drive.value.name = DriveName(alloc::format!("x{number}"));
                script.drives.push(drive);
            }
            script
        })
        .boxed()
}

fn comment() -> impl Strategy<Value = String> {
    "([ -~é]{0,10}[!-~])?"
}

fn line<T: core::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Line<T>> {
    let notes = prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(comment(), 1..3)];
    let remark = prop_oneof![4 => Just(None), 1 => comment().prop_map(Some)];
    (value, notes, remark).prop_map(|(value, notes, remark)| Line {
        notes,
        remark,
        ..Line::new(value)
    })
}

fn drive() -> BoxedStrategy<DriveSpec> {
    let figures = (
        select(&[Model::Hdd, Model::Ssd, Model::Sd, Model::Ram][..]),
        option::of(select(&[512_u64, 4096][..])),
        option::of(rate()),
        option::of(rate()),
        option::of(time()),
        option::of(select(&[Cache::Volatile, Cache::None][..])),
        option::of(1_u64..=255),
    );
    let rest = (
        1_u64..1 << 30,
        option::of("[ -~]{0,9}"),
        select(&[Place::Shelf, Place::Spare(None), Place::Spare(Some(3))][..]),
        select(&[Content::Blank, Content::Foreign][..]),
    );
    (figures, rest)
        .prop_map(|(figures, (blocks, batch, place, content))| {
            let (model, physical, read, write, access, cache, queue) = figures;
            let name = DriveName::from("x");
            let size = blocks * 4096;
            DriveSpec {
                name,
                size,
                model,
                physical,
                read,
                write,
                access,
                cache,
                queue,
                batch,
                place,
                content,
            }
        })
        .boxed()
}

/// At least one policy, none twice.
fn settings() -> BoxedStrategy<Vec<Setting>> {
    prop::sample::subsequence(Knob::ALL, 1..=Knob::ALL.len())
        .prop_flat_map(|knobs| {
            let settings: Vec<_> = knobs
                .into_iter()
                .map(|knob| knob_value(knob).prop_map(move |value| Setting { knob, value }))
                .collect();
            settings
        })
        .boxed()
}

fn knob_value(knob: Knob) -> BoxedStrategy<KnobValue> {
    match knob.kind() {
        KnobKind::Time(least) => {
            let long = time().prop_map(move |time| Time(time.0.max(least)));
            swept("t", long).prop_map(KnobValue::Time).boxed()
        }
        KnobKind::Percent => {
            let whole = (0_u8..=100).prop_map(Percent::whole);
            swept("p", whole).prop_map(KnobValue::Percent).boxed()
        }
        KnobKind::Rate(_) => {
            prop_oneof![rate(), Just(Rate::UNLIMITED)].prop_map(KnobValue::Rate).boxed()
        }
        KnobKind::Number(least, most) => {
            swept("n", least..=most).prop_map(KnobValue::Number).boxed()
        }
        KnobKind::Switch => any::<bool>().prop_map(KnobValue::Switch).boxed(),
        KnobKind::Salvage => {
            let words = &[Salvage::None, Salvage::ReadOnly, Salvage::ReadWrite][..];
            select(words).prop_map(KnobValue::Salvage).boxed()
        }
    }
}

fn activity() -> impl Strategy<Value = Activity> {
    select(&[Activity::Rebuild, Activity::Resync, Activity::Replace][..])
}

fn pattern() -> BoxedStrategy<EventPattern> {
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

fn command() -> BoxedStrategy<OpMatch> {
    let ops = &[OpKind::Read, OpKind::Write, OpKind::Flush, OpKind::Compare, OpKind::Any][..];
    let classes = &[Class::Host, Class::Metadata, Class::Rebuild, Class::Repair, Class::Probe][..];
    (select(ops), v_count(), v_drive(), option::of(sectors()), option::of(select(classes)))
        .prop_map(|(op, count, drive, within, class)| OpMatch { op, count, drive, within, class })
        .boxed()
}

fn trigger() -> BoxedStrategy<Trigger> {
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
    ]
    .boxed()
}

/// What may stand behind `after`, `of` and `until`.
fn moment() -> BoxedStrategy<Trigger> {
    let failed = v_drive().prop_map(|drive| {
        Trigger::Action(ActionRef { verb: Verb::Fail, subject: Subject::Drive(drive) })
    });
    prop_oneof![3 => simple_trigger(), 1 => failed].boxed()
}

fn statement() -> BoxedStrategy<Statement> {
    let plain = (trigger(), action()).prop_map(|(trigger, action)| Statement { trigger, action });
    let hold = (command(), moment()).prop_map(|(command, until)| Statement {
        trigger: Trigger::On(command),
        action: Action::Hold { until },
    });
    prop_oneof![5 => plain, 1 => hold].boxed()
}

fn action() -> BoxedStrategy<Action> {
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
    let ops = select(&[LimpOps::All, LimpOps::Read, LimpOps::Write][..]);
    let period = (10_u64..60).prop_map(|seconds| Value::Literal(Time::secs(seconds)));
    let all = select(&["d0", "d1", "s0"][..]).prop_map(|name| Value::Literal(name.into()));
    prop_oneof![
        v_drive().prop_map(Fault::Fail),
        v_drive().prop_map(Fault::Revive),
        v_drive().prop_map(Fault::Recover),
        v_drive().prop_map(Fault::Pull),
        (v_drive(), option::of(v_time()), any::<bool>()).prop_map(
            |(drive, lasting, abort_fails)| Fault::Timeout { drive, lasting, abort_fails }
        ),
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
        (v_drive(), option::of(v_slot()), any::<bool>())
            .prop_map(|(drive, slot, blank)| Fault::Insert { drive, slot, blank }),
        (0_u8..2, 2_u8..4).prop_map(|(one, other)| Fault::Swap(one.into(), other.into())),
        (all, v_time()).prop_map(|(drive, lasting)| Fault::Glitch {
            drives: alloc::vec![drive, Value::Swept("who".into())],
            lasting,
        }),
    ]
    .boxed()
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
    ]
    .boxed()
}

fn final_step() -> impl Strategy<Value = FinalStep> {
    prop_oneof![
        option::of(time()).prop_map(FinalStep::Quiesce),
        Just(FinalStep::Flush),
        Just(FinalStep::ReadAll),
    ]
}
