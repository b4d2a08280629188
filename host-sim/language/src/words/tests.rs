//! The words are those of the engine.

use alloc::vec::Vec;

use raid10_engine as engine;

use super::{ARRAY_STATES, ArgumentKind, EVENTS, MEMBER_STATES};
use crate::script::{Knob, KnobKind};

const ENGINE_EVENTS: &str = include_str!("../../../../firmware/engine/src/event.rs");
const ENGINE_POLICY: &str = include_str!("../../../../firmware/engine/src/policy.rs");

#[test]
fn events_have_the_engines_names_in_its_order() {
    let names: Vec<&str> = EVENTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, engine::EventKind::NAMES);
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
    for (name, arguments) in EVENTS {
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
                _ => ArgumentKind::Number,
            })
            .collect();
        assert_eq!(kinds, *arguments, "{name}");
    }
}

#[test]
fn obstacles_are_the_engines() {
    let declared = ENGINE_EVENTS.split_once("pub enum SpareObstacle {").expect("the enum").1;
    let declared = declared.split_once("\n}").expect("its end").0;
    let variants = declared.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let variants = variants.filter_map(|line| line.strip_suffix(','));
    let words: Vec<_> = variants.map(kebab).collect();
    assert_eq!(words, super::OBSTACLES);
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
    let words: Vec<&str> = all.iter().map(|state| state.name()).collect();
    assert_eq!(words, ARRAY_STATES);
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
    let own: Vec<&str> = Knob::ALL.iter().map(|knob| knob.name()).collect();
    assert_eq!(names, own);
    for (knob, (_, kind)) in Knob::ALL.iter().zip(&fields) {
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
