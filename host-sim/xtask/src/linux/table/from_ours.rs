//! Sets that `raid10 create` made, in the hands of Linux.

use super::{Choice, Linux, Scenario, Source, Step};
use super::{assemble, at_rest, drives, linux, put, scenario, without};
use crate::linux::scenario::{Filled, Ours};

const SMALL: Ours = Ours {
    copies: 2,
    members: 4,
    spares: 0,
    mib: 4,
    chunk_kib: 64,
    bit_kib: Some(64),
    filled: Filled::Whole,
};

/// By members: what Linux says of them, and what we say, when all is well.
const WELL: [(&str, &str); 5] = [
    ("d0:in_sync d1:in_sync", "d0:in-sync d1:in-sync"),
    ("d0:in_sync d1:in_sync d2:in_sync", "d0:in-sync d1:in-sync d2:in-sync"),
    ("d0:in_sync d1:in_sync d2:in_sync d3:in_sync", "d0:in-sync d1:in-sync d2:in-sync d3:in-sync"),
    (
        "d0:in_sync d1:in_sync d2:in_sync d3:in_sync d4:in_sync",
        "d0:in-sync d1:in-sync d2:in-sync d3:in-sync d4:in-sync",
    ),
    (
        "d0:in_sync d1:in_sync d2:in_sync d3:in_sync d4:in_sync d5:in_sync",
        "d0:in-sync d1:in-sync d2:in-sync d3:in-sync d4:in-sync d5:in-sync",
    ),
];

pub(super) fn scenarios() -> Vec<Scenario> {
    let shapes = [(2, 2), (2, 3), (2, 4), (2, 5), (2, 6), (3, 3), (3, 4), (3, 5), (3, 6)];
    let whole = shapes.into_iter().map(|(copies, members)| whole(copies, members));
    whole.chain([degraded(), two_missing(), resync(), large_chunks(), large_drives()]).collect()
}

/// Assembled, scrubbed, written, a member failed and added again, stopped.
fn whole(copies: u8, members: usize) -> Scenario {
    let (theirs, ours) = WELL[members - 2];
    let all: Vec<usize> = (0..members).collect();
    let asleep = [
        Step::Grub(Choice::Drives(all.clone())),
        Step::Grub(drives(without(members, 1))),
        Step::Extract(drives(without(members, 0))),
    ];
    let awake = [
        assemble(all.clone()),
        Linux::Members(Some(theirs)),
        Linux::State("clean 0"),
        Linux::Read,
        Linux::Scrub,
        put(100),
        Linux::Read,
        Linux::Manage("--fail", 1),
        put(217),
        Linux::Read,
        Linux::Manage("--remove", 1),
        Linux::Manage("--re-add", 1),
        Linux::Whole,
        Linux::Members(Some(theirs)),
        Linux::Read,
        Linux::Scrub,
        Linux::Stop,
    ];
    let source = Source::Ours(Ours { copies, members, ..SMALL });
    let name = format!("ours, {copies} copies on {members} members");
    scenario(&name, source, &[&asleep, &linux(awake), &at_rest(ours, &all)])
}

/// A member is left out, comes back stale, and is brought up by the bitmap.
fn degraded() -> Scenario {
    let left_out = [
        assemble([0, 2, 3]),
        Linux::Members(Some("d0:in_sync - d2:in_sync d3:in_sync")),
        Linux::State("clean 1"),
        Linux::Read,
        put(300),
        Linux::Read,
        Linux::Stop,
    ];
    let stale = "d0:in-sync d1:stale d2:in-sync d3:in-sync";
    let back = [
        assemble(0..4),
        Linux::Members(Some("d0:in_sync - d2:in_sync d3:in_sync")),
        Linux::Read,
        Linux::Manage("--re-add", 1),
        Linux::Whole,
        Linux::Members(Some(WELL[2].0)),
        Linux::Read,
        Linux::Scrub,
        Linux::Stop,
    ];
    let all_shown = [Step::Extract(drives(0..4))];
    scenario(
        "ours, a member left out comes back stale",
        Source::Ours(SMALL),
        &[
            &linux(left_out),
            &at_rest(stale, &[0, 2, 3]),
            &all_shown,
            &linux(back),
            &at_rest(WELL[2].1, &[0, 1, 2, 3]),
        ],
    )
}

/// Three copies live on when two are gone.
fn two_missing() -> Scenario {
    let steps = [
        assemble([1, 3]),
        Linux::Members(Some("- d1:in_sync - d3:in_sync")),
        Linux::State("clean 2"),
        Linux::Read,
        put(400),
        Linux::Read,
        Linux::Stop,
    ];
    let stale = "d0:stale d1:in-sync d2:stale d3:in-sync";
    let ours = [Step::Inspect(stale), Step::Extract(drives([1, 3])), Step::Extract(drives(0..4))];
    scenario(
        "ours, two of four members with three copies",
        Source::Ours(Ours { copies: 3, ..SMALL }),
        &[&[Step::Extract(drives([1, 3]))], &linux(steps), &ours],
    )
}

/// A set whose copies do not count as equal is resynced.
fn resync() -> Scenario {
    let steps = [
        assemble(0..4),
        Linux::Whole,
        Linux::Members(Some(WELL[2].0)),
        Linux::Read,
        Linux::Scrub,
        Linux::Stop,
    ];
    scenario(
        "ours, copies not known to be equal",
        Source::Ours(Ours { filled: Filled::Nothing, ..SMALL }),
        &[&linux(steps), &at_rest(WELL[2].1, &[0, 1, 2, 3])],
    )
}

/// The usual chunk, and drives on which the data start further behind.
fn large_chunks() -> Scenario {
    let steps = [
        assemble(0..2),
        Linux::Members(Some(WELL[0].0)),
        Linux::State("clean 0"),
        Linux::Read,
        Linux::Scrub,
        Linux::Stop,
    ];
    scenario(
        "ours, chunks of 512 KiB",
        Source::Ours(Ours { members: 2, mib: 32, chunk_kib: 512, bit_kib: None, ..SMALL }),
        &[&linux(steps), &at_rest(WELL[0].1, &[0, 1])],
    )
}

/// Drives on which data start elsewhere and a bit of the bitmap stands for more.
fn large_drives() -> Scenario {
    let steps = [
        assemble(0..4),
        Linux::Members(Some(WELL[2].0)),
        Linux::State("clean 0"),
        Linux::Read,
        Linux::Manage("--fail", 3),
        put(500),
        Linux::Read,
        Linux::Manage("--remove", 3),
        Linux::Manage("--re-add", 3),
        Linux::Whole,
        Linux::Read,
        Linux::Stop,
    ];
    let set = Ours { mib: 220 << 10, chunk_kib: 512, bit_kib: None, filled: Filled::Ends, ..SMALL };
    scenario(
        "ours, drives of 220 GiB",
        Source::Ours(set),
        &[&linux(steps), &at_rest(WELL[2].1, &[0, 1, 2, 3])],
    )
}
