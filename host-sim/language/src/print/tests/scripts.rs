//! Scripts that say anything the language can say, on one machine.

use alloc::string::String;
use alloc::vec::Vec;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use self::actions::action;
use self::expectations::expectation;
use self::moments::{command, moment, trigger};
use self::values::*;
use crate::parse;
use crate::script::*;

mod actions;
mod expectations;
mod moments;
mod power;
mod values;

/// All drives and sweeps that a generated line may name. The statements make every moment named by `fail DRIVE` or by
/// the machine one that happens, and every drive one that can come back stale.
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
at 0s image who
at 0s image d0
at 0s image d1
at 0s image d2
at 0s image d3
at 0s image s0
at 0s image s1
at 0s power-off
at 0s power-on
at 0s power-cut
at 0s reset
at 0s stop
at 0s stop w
at 0s assemble
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
    let array = (2_u8..=3, select(&[Sync::None, Sync::Initial][..]), 12_u32..=22, any::<bool>());
    let array = (array, option::of("[ -~]{1,12}"));
    (header, array, lines)
        .prop_map(|(header, array, lines)| {
            let mut script = parse(MACHINE).expect("a right machine");
            let (title, sources, tags, promise, policy, closing) = header;
            script.vector.value.title = title;
            (script.sources, script.tags, script.promise) = (sources, tags, promise);
            script.policy = alloc::vec![Line::new(policy)];
            script.closing = closing;
            let ((near, sync, chunk, metadata), from) = array;
            let (sync, metadata) =
                if from.is_some() { (Sync::None, true) } else { (sync, metadata) };
            let images = from.is_some();
            script.array.value =
                Array { near, members: 4, chunk: 1 << chunk, sync, metadata, from };
            let (statements, expectations, finally, drives) = lines;
            if images {
                script.drives.iter_mut().for_each(|drive| drive.value.content = Content::Image);
            }
            script.statements.extend(statements);
            script.expectations = expectations;
            script.finally = finally;
            for (number, mut drive) in drives.into_iter().enumerate() {
                drive.value.name = DriveName(alloc::format!("x{number}"));
                if images && matches!(drive.value.place, Place::Spare(_)) {
                    drive.value.content = Content::Image;
                }
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

fn statement() -> BoxedStrategy<Statement> {
    let plain = (trigger(), action()).prop_map(|(trigger, action)| Statement { trigger, action });
    let hold = (command(), moment()).prop_map(|(command, until)| Statement {
        trigger: Trigger::On(command),
        action: Action::Hold { until },
    });
    prop_oneof![5 => plain, 1 => hold].boxed()
}

fn final_step() -> impl Strategy<Value = FinalStep> {
    prop_oneof![
        option::of(time()).prop_map(FinalStep::Quiesce),
        Just(FinalStep::Flush),
        Just(FinalStep::ReadAll),
        Just(FinalStep::PowerCycle),
        Just(FinalStep::Stop),
    ]
}
