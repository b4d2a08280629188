//! The language reference speaks of everything, and its examples are right.

use alloc::string::ToString;
use alloc::vec::Vec;
use std::format;

use crate::grammar::tables::STEPS;
use crate::limits;
use crate::parse;
use crate::script::Knob;
use crate::words::{ARRAY_STATES, EVENTS, MEMBER_STATES, OBSTACLES, REFUSALS, SET_ASIDE};

const REFERENCE: &str = include_str!("../../../../../vectors/README.md");

/// The vectors in the reference.
fn examples() -> Vec<&'static str> {
    let blocks = REFERENCE.split("```vector\n").skip(1);
    blocks.filter_map(|block| block.split_once("```").map(|(text, _)| text)).collect()
}

#[test]
fn its_examples_are_right() {
    assert_eq!(examples().len(), 4);
    for text in examples() {
        let script = parse(text).unwrap_or_else(|mistakes| {
            let shown = mistakes.iter().map(|mistake| mistake.render("example", text));
            panic!("{}", shown.collect::<Vec<_>>().join("\n"))
        });
        assert_eq!(parse(&script.to_string()), Ok(script));
    }
}

#[test]
fn it_counts_the_points_of_its_example() {
    let swept = parse(examples()[1]).expect("right");
    assert!(REFERENCE.contains(&format!("It has {} points.", swept.points().count())));
}

#[test]
fn it_has_every_word() {
    let knobs = Knob::ALL.iter().map(|knob| knob.name());
    let events = EVENTS.iter().map(|(name, _)| *name);
    let states = ARRAY_STATES.iter().chain(MEMBER_STATES).copied();
    let reserved = super::super::RESERVED.iter().copied();
    let reasons = OBSTACLES.iter().chain(REFUSALS).chain(SET_ASIDE).copied();
    let steps = STEPS.iter().map(|(name, _)| *name);
    let words = knobs.chain(events).chain(states).chain(reasons).chain(reserved).chain(steps);
    for word in words {
        assert!(REFERENCE.contains(&format!("`{word}`")), "`{word}` is missing");
    }
    for word in crate::grammar::VERBS {
        assert!(REFERENCE.contains(&format!("`{word}")), "`{word}` is missing");
    }
}

#[test]
fn it_gives_the_limits() {
    assert!(REFERENCE.contains("1,048,576, 4096"));
    assert_eq!((limits::FILE_BYTES, limits::LINE_BYTES), (1_048_576, 4096));
    assert_eq!((limits::DRIVES, limits::LOADS, limits::SWEEPS), (64, 64, 16));
    assert!(REFERENCE.contains("| drives, loads, sweeps | 64, 64, 16 |"));
    assert_eq!((limits::STATEMENTS, limits::POINTS), (10_000, 10_000_000));
}
