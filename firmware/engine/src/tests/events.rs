//! The event log: numbered, with causes, and never in the way.

extern crate std;

use std::collections::BTreeSet;
use std::vec::Vec;

use crate::config::EVENTS;
use crate::rig::Rig;
use crate::{Content, Duration, Event, EventKind, Severity};

#[test]
fn events_are_numbered_without_gaps() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.add_spare(4);
    rig.pull(1);
    rig.pass(Duration::secs(60));
    let numbers: Vec<u32> = rig.events.iter().map(|event| event.sequence).collect();
    assert_eq!(numbers, (1..=rig.events.len() as u32).collect::<Vec<u32>>());
    assert!(rig.events.is_sorted_by_key(|event| event.at));
}

/// What follows from a departure names it as its cause.
#[test]
fn what_follows_names_its_cause() {
    let mut rig = Rig::new(2, 4, 0);
    rig.events.clear();
    rig.pull(1);
    let left = &rig.events[0];
    assert!(matches!(left.kind, EventKind::DriveLeft { .. }));
    assert_eq!(left.cause, None);
    for event in &rig.events[1..] {
        assert_eq!(event.cause, Some(left.sequence), "{event:?}");
    }
    assert!(rig.events.iter().any(|event| event.kind == EventKind::ArrayDegraded));
}

/// More events than there is room for: the oldest go, and how many is said.
#[test]
fn dropped_events_are_counted() {
    let mut rig = Rig::new(2, 4, 0);
    rig.events.clear();
    let first = rig.engine.poll_event();
    assert_eq!(first, None);
    let mut made = 0;
    for _ in 0..40 {
        let before = rig.engine.clone();
        rig.engine.handle_drive(rig.now, crate::DriveId(1), crate::DriveChange::Left);
        let info = rig.info(1, Content::Ours);
        rig.engine.handle_drive(rig.now, crate::DriveId(1), crate::DriveChange::Arrived(info));
        assert_ne!(before, rig.engine);
    }
    let mut drained: Vec<Event> = Vec::new();
    while let Some(event) = rig.engine.poll_event() {
        drained.push(event);
    }
    let mut dropped = 0;
    for event in &drained {
        match event.kind {
            EventKind::EventsDropped { count } => dropped += count,
            _ => made += 1,
        }
    }
    assert_eq!(made, EVENTS);
    assert!(dropped > 40);
    let numbers: BTreeSet<u32> = drained.iter().map(|event| event.sequence).collect();
    assert_eq!(numbers.len(), drained.len(), "no number twice");
}

#[test]
fn names_are_unique_and_severities_fit() {
    let names: BTreeSet<&str> = EventKind::NAMES.iter().copied().collect();
    assert_eq!(names.len(), EventKind::NAMES.len());
    assert_eq!(EventKind::ArrayFailed.severity(), Severity::Fatal);
    assert_eq!(EventKind::ArrayDegraded.severity(), Severity::Critical);
    assert_eq!(EventKind::ArrayOptimal.name(), "array-optimal");
}
