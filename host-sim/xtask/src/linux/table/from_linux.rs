//! Sets that mdadm made, in our hands.

use super::{Linux, Scenario, Source, Step};
use super::{assemble, at_rest, drives, linux, put, scenario};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        clean("Linux, 2 copies on 4 members", 2, 4, "d0:in-sync d1:in-sync d2:in-sync d3:in-sync"),
        clean(
            "Linux, 2 copies on 5 members",
            2,
            5,
            "d0:in-sync d1:in-sync d2:in-sync d3:in-sync d4:in-sync",
        ),
        clean(
            "Linux, 3 copies on 5 members",
            3,
            5,
            "d0:in-sync d1:in-sync d2:in-sync d3:in-sync d4:in-sync",
        ),
        degraded(),
        rebuild(),
        replacement(),
    ]
}

fn make(copies: u8, members: usize) -> Vec<Step> {
    linux([
        Linux::Create { copies, drives: (0..members).collect() },
        Linux::Whole,
        Linux::Fill,
        Linux::Read,
    ])
}

fn blank(count: usize) -> Source {
    Source::Blank { drives: count, mib: 4 }
}

fn clean(name: &str, copies: u8, members: usize, standings: &'static str) -> Scenario {
    let all: Vec<usize> = (0..members).collect();
    let steps = [make(copies, members), linux([Linux::Stop])].concat();
    scenario(name, blank(members), &[&steps, &at_rest(standings, &all)])
}

/// Written after a member had failed and gone.
fn degraded() -> Scenario {
    let fail = [
        Linux::Manage("--fail", 1),
        Linux::Manage("--remove", 1),
        put(200),
        Linux::Read,
        Linux::Members(Some("d0:in_sync - d2:in_sync d3:in_sync")),
        Linux::Stop,
    ];
    scenario(
        "Linux, a member failed and was removed",
        blank(4),
        &[
            &make(2, 4),
            &linux(fail),
            &at_rest("d0:in-sync d1:stale d2:in-sync d3:in-sync", &[0, 2, 3]),
            &[Step::Extract(drives(0..4))],
        ],
    )
}

/// Stopped when a spare was built up in part; it is built up to the end later.
fn rebuild() -> Scenario {
    let half = [
        Linux::Manage("--fail", 1),
        Linux::Manage("--remove", 1),
        put(200),
        Linux::Throttle(1000),
        Linux::Manage("--add", 4),
        Linux::Part(2048),
        Linux::Members(Some("d0:in_sync d4:spare d2:in_sync d3:in_sync")),
        Linux::Read,
        Linux::Stop,
    ];
    let rest = [
        assemble([0, 2, 3, 4]),
        Linux::Read,
        Linux::Whole,
        Linux::Members(Some("d0:in_sync d4:in_sync d2:in_sync d3:in_sync")),
        Linux::Read,
        Linux::Scrub,
        Linux::Stop,
    ];
    scenario(
        "Linux, a rebuild stopped part way",
        Source::Blank { drives: 5, mib: 16 },
        &[
            &make(2, 4),
            &linux(half),
            &at_rest("d0:in-sync d1:stale d2:in-sync d3:in-sync d4:building", &[0, 2, 3]),
            &[Step::Extract(drives([0, 2, 3, 4])), Step::Extract(drives(0..5))],
            &linux(rest),
            &at_rest("d0:in-sync d1:stale d2:in-sync d3:in-sync d4:in-sync", &[0, 2, 3, 4]),
        ],
    )
}

/// Stopped when a member that is still there was replaced in part.
fn replacement() -> Scenario {
    let half = [
        Linux::Throttle(1000),
        Linux::Manage("--add", 4),
        Linux::Replace(1, 4),
        Linux::Part(2048),
        Linux::Read,
        Linux::Stop,
    ];
    let rest = [assemble(0..5), Linux::Whole, Linux::Read, Linux::Scrub, Linux::Stop];
    scenario(
        "Linux, a replacement stopped part way",
        Source::Blank { drives: 5, mib: 16 },
        &[
            &make(2, 4),
            &linux(half),
            &at_rest("d0:in-sync d1:in-sync d2:in-sync d3:in-sync d4:building", &[0, 1, 2, 3]),
            &[Step::Extract(drives(0..5)), Step::Extract(drives([0, 2, 3, 4]))],
            &linux(rest),
            &[Step::Extract(drives(0..5))],
        ],
    )
}
