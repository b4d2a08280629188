//! Arrays whose power was cut while they were written.

use super::{Linux, Scenario, Source, Step};
use super::{assemble, at_rest, drives, linux, scenario};
use crate::linux::scenario::{Filled, Ours};

const WELL: &str = "d0:in-sync d1:in-sync d2:in-sync d3:in-sync";

pub(super) fn scenarios() -> Vec<Scenario> {
    let set = Ours {
        copies: 2,
        members: 4,
        spares: 0,
        mib: 8,
        chunk_kib: 64,
        bit_kib: Some(64),
        filled: Filled::Whole,
    };
    let create = |copies| Linux::Create { copies, drives: (0..4).collect() };
    let blank = Source::Blank { drives: 4, mib: 8 };
    vec![
        cut("ours, power cut while written", Source::Ours(set), assemble(0..4)),
        cut("Linux, power cut while written", blank.clone(), create(2)),
        cut("Linux, power cut with 3 copies", blank.clone(), create(3)),
        degraded(blank, create(2)),
    ]
}

/// The first copy is what counts, for us as for Linux, which makes the others equal to it.
fn cut(name: &str, source: Source, start: Linux) -> Scenario {
    let before = [start, Linux::Whole, Linux::Fill, Linux::Calm, Linux::Storm];
    let found = [Step::Inspect(WELL), Step::Unclean, Step::Extract(drives(0..4))];
    let after = [
        Linux::Assemble { drives: (0..4).collect(), readonly: true },
        Linux::Read,
        Linux::Writable,
        Linux::Whole,
        Linux::Read,
        Linux::Scrub,
        Linux::Stop,
    ];
    scenario(name, source, &[&linux(before), &found, &linux(after), &at_rest(WELL, &[0, 1, 2, 3])])
}

/// With a member gone, of some chunks there is one copy.
fn degraded(source: Source, start: Linux) -> Scenario {
    let before = [
        start,
        Linux::Whole,
        Linux::Fill,
        Linux::Calm,
        Linux::Manage("--fail", 2),
        Linux::Manage("--remove", 2),
        Linux::Storm,
    ];
    let found = [
        Step::Inspect("d0:in-sync d1:in-sync d2:stale d3:in-sync"),
        Step::Unclean,
        Step::Extract(drives([0, 1, 3])),
        Step::Extract(drives(0..4)),
    ];
    let after = [
        Linux::Assemble { drives: vec![0, 1, 3], readonly: true },
        Linux::Members(Some("d0:in_sync d1:in_sync - d3:in_sync")),
        Linux::Read,
        Linux::Writable,
        Linux::Settle,
        Linux::Manage("--re-add", 2),
        Linux::Whole,
        Linux::Read,
        Linux::Scrub,
        Linux::Stop,
    ];
    scenario(
        "Linux, power cut while degraded",
        source,
        &[&linux(before), &found, &linux(after), &at_rest(WELL, &[0, 1, 2, 3])],
    )
}
