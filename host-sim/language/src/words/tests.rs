//! The words are those of the engine.

use alloc::vec::Vec;

use raid10_engine as engine;

use super::{ARRAY_STATES, ArgumentKind, EVENTS, MEMBER_STATES, REFUSALS, SET_ASIDE};
use crate::script::{Knob, KnobKind};

const ENGINE_EVENTS: &str = include_str!("../../../../firmware/engine/src/event.rs");
const ENGINE_POLICY: &str = include_str!("../../../../firmware/engine/src/policy.rs");
const PLAN: &str = include_str!("../../../../firmware/metadata/src/assembly/plan.rs");

/// The events of assembly and of records on drives, which need not be the engine's own.
const OF_THE_SET: [&str; 6] = [
    "drive-set-aside",
    "label-failed",
    "array-assembled",
    "array-waiting",
    "array-stopped",
    "assembly-refused",
];
/// The policies of assembly and of records on drives, likewise.
const SET_POLICIES: [&str; 2] = ["settle-time", "clean-delay"];
/// The states of an array that is not assembled.
const NOT_ASSEMBLED: [&str; 3] = ["waiting", "refused", "stopped"];

/// All words but those of a list that the engine does not have.
fn less<'w>(words: impl Iterator<Item = &'w str>, list: &[&str], engine: &[&str]) -> Vec<&'w str> {
    words.filter(|word| engine.contains(word) || !list.contains(word)).collect()
}

#[test]
fn events_have_the_engines_names_in_its_order() {
    let engine = engine::EventKind::NAMES;
    assert_eq!(less(EVENTS.iter().map(|(name, _)| *name), &OF_THE_SET, engine), engine);
}

/// The types of an event's fields, as the engine declares them.
fn engine_fields(name: &str) -> Vec<&'static str> {
    let ending = alloc::format!("= \"{name}\",");
    let declared = ENGINE_EVENTS.lines().find(|line| line.contains(&ending));
    let declared = declared.unwrap_or_else(|| panic!("{name} is declared on one line"));
    let fields = declared.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
    let Some((fields, _)) = fields else {
        return Vec::new();
    };
    let types = fields.split(',').filter_map(|field| field.split_once(": "));
    types.map(|(_, kind)| kind.trim()).collect()
}

#[test]
fn events_have_the_engines_arguments() {
    let engine = |(name, _): &&(&str, _)| engine::EventKind::NAMES.contains(name);
    for (name, arguments) in EVENTS.iter().filter(engine) {
        let fields = engine_fields(name);
        if matches!(*name, "command-refused" | "invariant-broken") {
            assert!(arguments.is_empty(), "{name} takes its reason nowhere");
            continue;
        }
        let kinds: Vec<ArgumentKind> = fields
            .into_iter()
            .map(|kind| match kind {
                "DriveId" => ArgumentKind::Drive,
                "Slot" => ArgumentKind::Slot,
                "SpareObstacle" => ArgumentKind::Word(super::OBSTACLES),
                "AssemblyObstacle" => ArgumentKind::Word(REFUSALS),
                "SetAside" => ArgumentKind::Word(SET_ASIDE),
                _ => ArgumentKind::Number,
            })
            .collect();
        assert_eq!(kinds, *arguments, "{name}");
    }
}

#[test]
fn obstacles_are_the_engines() {
    assert_eq!(variants(ENGINE_EVENTS, "SpareObstacle"), super::OBSTACLES);
}

#[test]
fn refusals_are_those_of_the_assembly() {
    assert_eq!(variants(PLAN, "Reason"), REFUSALS);
}

/// Neither those that have a part in the array, which come first, nor those that carry no records of one.
#[test]
fn what_is_set_aside_is_what_the_assembly_leaves_alone() {
    let verdicts = variants(PLAN, "Verdict");
    let aside = |word: &&alloc::string::String| !matches!(word.as_str(), "foreign" | "blank");
    let rest = verdicts.iter().skip_while(|word| *word != "spare").skip(1).filter(aside);
    assert_eq!(rest.collect::<Vec<_>>(), SET_ASIDE);
}

/// The variants of a public enum, as words.
fn variants(source: &str, name: &str) -> Vec<alloc::string::String> {
    let start = alloc::format!("pub enum {name} {{");
    let declared = source.split_once(&start).expect("the enum").1;
    let declared = declared.split_once("\n}").expect("its end").0;
    let lines = declared.lines().filter_map(|line| line.strip_prefix("    "));
    let lines = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    lines.map(|line| kebab(line.split([',', ' ', '(']).next().unwrap_or(line))).collect()
}

fn kebab(camel: &str) -> alloc::string::String {
    let mut word = alloc::string::String::new();
    for c in camel.chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}

#[test]
fn array_states_are_the_engines() {
    use engine::ArrayState as State;
    let all = [State::Optimal, State::PartiallyDegraded, State::Degraded, State::Failed];
    let engine: Vec<&str> = all.iter().map(|state| state.name()).collect();
    assert_eq!(less(ARRAY_STATES.iter().copied(), &NOT_ASSEMBLED, &engine), engine);
}

#[test]
fn member_states_are_the_engines() {
    use engine::MemberState as State;
    let all = [
        State::Online,
        State::Replacing,
        State::Resyncing,
        State::Rebuilding,
        State::Missing,
        State::Failed,
        State::Ejected,
        State::Quarantined,
    ];
    let words: Vec<&str> = all.iter().map(|state| state.name()).collect();
    assert_eq!(words, MEMBER_STATES);
}

#[test]
fn policies_are_the_engines_fields() {
    let declared = ENGINE_POLICY.split_once("pub struct Policy {").expect("the struct").1;
    let declared = declared.split_once("\n}").expect("its end").0;
    let fields = declared.lines().filter_map(|line| line.trim().strip_prefix("pub "));
    let fields: Vec<_> = fields.filter_map(|field| field.split_once(": ")).collect();
    let names: Vec<_> = fields.iter().map(|(name, _)| name.replace('_', "-")).collect();
    let names: Vec<&str> = names.iter().map(alloc::string::String::as_str).collect();
    let own = less(Knob::ALL.iter().map(|knob| knob.name()), &SET_POLICIES, &names);
    assert_eq!(names, own);
    let knobs = Knob::ALL.iter().filter(|knob| own.contains(&knob.name()));
    for (knob, (_, kind)) in knobs.zip(&fields) {
        let fits = match knob.kind() {
            KnobKind::Time(_) => *kind == "Duration,",
            KnobKind::Percent => *kind == "u8,",
            KnobKind::Rate(_) => *kind == "u64,",
            KnobKind::Number(_, most) if most == u64::from(u8::MAX) => *kind == "u8,",
            KnobKind::Number(..) => *kind == "u16,",
            KnobKind::Switch => *kind == "bool,",
            KnobKind::Salvage => *kind == "Salvage,",
        };
        assert!(fits, "{} is a {kind}", knob.name());
    }
}
