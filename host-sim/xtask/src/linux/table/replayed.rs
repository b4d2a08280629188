//! What the engine left on its drives, in the hands of Linux: the vectors in `vectors/linux`.

use super::{Choice, Linux, Scenario, Source, Step};
use super::{linux, scenario};
use crate::linux::kernel_step;

/// An array that a replay left.
struct Left {
    /// The vector.
    vector: &'static str,
    /// The drives that Linux is shown, by their place among those of the vector.
    shown: &'static [usize],
    /// What Linux says of its slots at first.
    members: &'static str,
    /// What it says of the array.
    state: &'static str,
    /// Who reads the content besides Linux and us.
    grub: Grub,
    /// What Linux does after it has copied all that it copies by itself.
    then: Vec<Linux>,
    /// The drives in its slots at the end.
    finished: &'static [usize],
    /// What we say then of all drives.
    standings: &'static str,
}

/// What GRUB is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grub {
    /// All that is in sync.
    Yes,
    /// Nothing: it knows no bad blocks, or too many members are missing.
    No,
}

pub(super) fn scenarios() -> Vec<Scenario> {
    [clean(), degraded(), rebuilds(), replacements(), unclean(), bad_blocks()]
        .into_iter()
        .flatten()
        .map(Left::scenario)
        .chain([partner_lost()])
        .collect()
}

const ALL_2: &str = "d0:in_sync d1:in_sync";
const ALL_3: &str = "d0:in_sync d1:in_sync d2:in_sync";
const ALL_4: &str = "d0:in_sync d1:in_sync d2:in_sync d3:in_sync";
const ALL_5: &str = "d0:in_sync d1:in_sync d2:in_sync d3:in_sync d4:in_sync";
const ALL_6: &str = "d0:in_sync d1:in_sync d2:in_sync d3:in_sync d4:in_sync d5:in_sync";
const OURS_3: &str = "d0:in-sync d1:in-sync d2:in-sync";
const OURS_4: &str = "d0:in-sync d1:in-sync d2:in-sync d3:in-sync";
const OURS_5: &str = "d0:in-sync d1:in-sync d2:in-sync d3:in-sync d4:in-sync";
const OURS_6: &str = "d0:in-sync d1:in-sync d2:in-sync d3:in-sync d4:in-sync d5:in-sync";

impl Left {
    /// Looked at, read, made writable, finished, and given back to us.
    fn scenario(self) -> Scenario {
        let Self { vector, shown, members, state, grub, then, finished, standings } = self;
        let mut asleep = vec![Step::Logged, Step::Extract(Choice::Drives(shown.to_vec()))];
        let found = linux([
            Linux::Records(shown.to_vec()),
            Linux::Assemble { drives: shown.to_vec(), readonly: true },
            Linux::Members(Some(members)),
            Linux::State(state),
            Linux::Building(shown.to_vec()),
            Linux::Read,
            Linux::Lost,
        ]);
        let mut awake = vec![Linux::Writable, Linux::Settle];
        awake.extend(then);
        awake.extend([Linux::State("clean 0"), Linux::Read, Linux::Lost, Linux::Stop]);
        let finished = Choice::Drives(finished.to_vec());
        let mut back = vec![Step::Inspect(standings), Step::Extract(finished.clone())];
        if grub == Grub::Yes {
            asleep.push(Step::Grub(Choice::Drives(in_sync(members))));
            back.push(Step::Grub(finished));
        }
        let name = format!("the engine, {vector}");
        scenario(&name, Source::Replay(vector), &[&asleep, &found, &linux(awake), &back])
    }
}

/// The drives that are in sync in what Linux says of the slots.
fn in_sync(members: &str) -> Vec<usize> {
    kernel_step::in_sync(members).into_iter().flatten().flatten().collect()
}

/// Brings members back that were away.
fn re_add(drives: &[usize]) -> Vec<Linux> {
    let back = drives.iter().flat_map(|&drive| [Linux::Manage("--re-add", drive), Linux::Settle]);
    back.chain([Linux::Whole, Linux::Scrub]).collect()
}

/// An array of which nothing is missing, and which stays so.
fn whole(
    vector: &'static str,
    shown: &'static [usize],
    members: &'static str,
    standings: &'static str,
) -> Left {
    Left {
        vector,
        shown,
        members,
        state: "readonly 0",
        grub: Grub::Yes,
        then: vec![Linux::Whole, Linux::Scrub],
        finished: shown,
        standings,
    }
}

fn clean() -> Vec<Left> {
    vec![
        whole("clean-2-of-3", &[0, 1, 2], ALL_3, OURS_3),
        whole("clean-2-of-4", &[0, 1, 2, 3], ALL_4, OURS_4),
        whole("clean-3-of-5", &[0, 1, 2, 3, 4], ALL_5, OURS_5),
    ]
}

fn degraded() -> Vec<Left> {
    vec![
        Left {
            members: "d0:in_sync - d2:in_sync d3:in_sync",
            state: "readonly 1",
            then: re_add(&[1]),
            finished: &[0, 1, 2, 3],
            ..whole("degraded-2-of-4", &[0, 2, 3], ALL_4, OURS_4)
        },
        Left {
            members: "- d1:in_sync - d3:in_sync d4:in_sync",
            state: "readonly 2",
            grub: Grub::No,
            then: re_add(&[0, 2]),
            finished: &[0, 1, 2, 3, 4],
            ..whole("degraded-2-of-5", &[1, 3, 4], ALL_5, OURS_5)
        },
        Left {
            members: "d0:in_sync - - d3:in_sync",
            state: "readonly 2",
            grub: Grub::No,
            then: re_add(&[1, 2]),
            finished: &[0, 1, 2, 3],
            ..whole("degraded-3-of-4", &[0, 3], ALL_4, OURS_4)
        },
    ]
}

/// Linux goes on where the engine was.
fn rebuilds() -> Vec<Left> {
    vec![
        Left {
            members: "d0:in_sync d4:spare d2:in_sync d3:in_sync",
            state: "readonly 1",
            ..whole(
                "rebuild-stopped-2-of-4",
                &[0, 2, 3, 4],
                ALL_4,
                "d0:in-sync d1:stale d2:in-sync d3:in-sync d4:in-sync",
            )
        },
        Left {
            members: "d0:in_sync d1:in_sync d3:spare",
            state: "readonly 1",
            ..whole(
                "rebuild-stopped-2-of-3",
                &[0, 1, 3],
                ALL_3,
                "d0:in-sync d1:in-sync d2:stale d3:in-sync",
            )
        },
        Left {
            members: "d2:spare d1:in_sync",
            state: "readonly 1",
            ..whole("rebuild-cut-2-of-2", &[1, 2], ALL_2, "d0:stale d1:in-sync d2:in-sync")
        },
        Left {
            members: "d0:in_sync d3:spare -",
            state: "readonly 2",
            grub: Grub::No,
            then: re_add(&[2]),
            finished: &[0, 2, 3],
            ..whole(
                "rebuild-cut-3-of-3",
                &[0, 3],
                ALL_3,
                "d0:in-sync d1:stale d2:in-sync d3:in-sync",
            )
        },
        Left {
            members: "d0:in_sync d1:in_sync d2:in_sync d3:spare",
            state: "readonly 1",
            ..whole("return-stopped-2-of-4", &[0, 1, 2, 3], ALL_4, OURS_4)
        },
    ]
}

/// The member that was replaced is out of it.
fn replacements() -> Vec<Left> {
    vec![
        Left {
            finished: &[0, 1, 3, 4],
            ..whole(
                "replace-stopped-2-of-4",
                &[0, 1, 2, 3, 4],
                ALL_4,
                "d0:in-sync d1:in-sync d2:stale d3:in-sync d4:in-sync",
            )
        },
        Left {
            finished: &[0, 2, 3],
            ..whole(
                "replace-cut-2-of-3",
                &[0, 1, 2, 3],
                ALL_3,
                "d0:in-sync d1:stale d2:in-sync d3:in-sync",
            )
        },
    ]
}

/// Linux makes the copies equal where the bits say so.
fn unclean() -> Vec<Left> {
    vec![
        whole("unclean-2-of-4", &[0, 1, 2, 3], ALL_4, OURS_4),
        whole("unclean-2-of-5", &[0, 1, 2, 3, 4], ALL_5, OURS_5),
        whole("unclean-3-of-6", &[0, 1, 2, 3, 4, 5], ALL_6, OURS_6),
        Left {
            members: "d0:in_sync d1:in_sync d2:in_sync - d4:in_sync d5:in_sync",
            state: "readonly 1",
            then: re_add(&[3]),
            finished: &[0, 1, 2, 3, 4, 5],
            ..whole("unclean-degraded-2-of-6", &[0, 1, 2, 4, 5], ALL_6, OURS_6)
        },
        whole("first-sync-cut-2-of-4", &[0, 1, 2, 3], ALL_4, OURS_4),
    ]
}

/// GRUB knows no bad blocks, and would read what is there.
fn bad_blocks() -> Vec<Left> {
    let without_grub = |left: Left| Left { grub: Grub::No, ..left };
    vec![
        without_grub(whole("bad-blocks-2-of-4", &[0, 1, 2, 3], ALL_4, OURS_4)),
        without_grub(whole("bad-blocks-3-of-6", &[0, 1, 2, 3, 4, 5], ALL_6, OURS_6)),
        without_grub(whole("lost-2-of-4", &[0, 1, 2, 3], ALL_4, OURS_4)),
        without_grub(whole(
            "lost-in-rebuild-2-of-3",
            &[0, 2, 3],
            "d0:in_sync d3:in_sync d2:in_sync",
            "d0:in-sync d1:stale d2:in-sync d3:in-sync",
        )),
    ]
}

/// Neither Linux nor the engine starts by itself what has no copy of everything.
fn partner_lost() -> Scenario {
    let shown = vec![2, 3, 4];
    let refused = linux([Linux::Records(shown.clone()), Linux::Refuse(shown)]);
    let vector = "lost-partner-2-of-4";
    let found = Step::Inspect("d0:stale d1:stale d2:in-sync d3:in-sync d4:building");
    let name = format!("the engine, {vector}");
    let steps: [&[Step]; 3] = [&[Step::Logged, found.clone()], &refused, &[found]];
    scenario(&name, Source::Replay(vector), &steps)
}
