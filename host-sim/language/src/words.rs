//! The words that the engine and the language share.

/// What an argument of an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    /// A drive.
    Drive,
    /// A slot.
    Slot,
    /// A sector or a count.
    Number,
    /// One of these words.
    Word(&'static [&'static str]),
}

use ArgumentKind::{Drive, Number, Slot, Word};

/// Why a spare was not taken, or is none.
pub const OBSTACLES: &[&str] = &[
    "too-small",
    "sector-too-large",
    "dedicated-elsewhere",
    "not-proven",
    "proof-failed",
    "not-best",
];

/// Why a set of members does not start.
pub const REFUSALS: &[&str] = &[
    "no-members",
    "several-sets",
    "too-many-drives",
    "not-a-member",
    "split-brain",
    "clones",
    "contested",
    "no-current-copy",
    "may-be-stale",
];

/// Why a drive with records of an array has no part in it.
pub const SET_ASIDE: &[&str] = &[
    "former",
    "ejected",
    "clone",
    "diverged",
    "newer",
    "other-shape",
    "other-set",
    "undecided",
    "refused",
];

/// The events of the engine by name, with their arguments.
pub const EVENTS: &[(&str, &[ArgumentKind])] = &[
    ("drive-arrived", &[Drive]),
    ("drive-left", &[Drive]),
    ("drive-failed", &[Drive]),
    ("drive-suspect", &[Drive]),
    ("drive-limping", &[Drive]),
    ("drive-ailing", &[Drive]),
    ("drive-recovered", &[Drive]),
    ("drive-quarantined", &[Drive]),
    ("drive-foreign", &[Drive]),
    ("drive-set-aside", &[Drive, Word(SET_ASIDE)]),
    ("read-error", &[Drive]),
    ("write-error", &[Drive]),
    ("command-timeout", &[Drive]),
    ("drive-reset", &[Drive]),
    ("sector-repaired", &[Drive]),
    ("repair-failed", &[Drive]),
    ("distrusted", &[Drive, Number, Number]),
    ("unlisted", &[Drive, Number, Number]),
    ("flush-failed", &[Drive]),
    ("label-failed", &[Drive]),
    ("spare-added", &[Drive]),
    ("spare-proven", &[Drive]),
    ("spare-refused", &[Drive, Word(OBSTACLES)]),
    ("spare-chosen", &[Slot, Drive]),
    ("spare-passed-over", &[Slot, Drive, Word(OBSTACLES)]),
    ("spare-missing", &[Slot]),
    ("member-missing", &[Slot]),
    ("member-failed", &[Slot]),
    ("member-ejected", &[Slot]),
    ("member-online", &[Slot]),
    ("rebuild-started", &[Slot]),
    ("rebuild-paused", &[Slot]),
    ("rebuild-resumed", &[Slot]),
    ("rebuild-failed", &[Slot]),
    ("rebuild-stalled", &[Slot]),
    ("rebuilt", &[Slot]),
    ("rebuilt-with-losses", &[Slot, Number]),
    ("resync-started", &[Slot]),
    ("resynced", &[Slot]),
    ("replace-started", &[Slot]),
    ("replaced", &[Slot]),
    ("checkpoint", &[Slot, Number]),
    ("array-optimal", &[]),
    ("array-partially-degraded", &[]),
    ("array-degraded", &[]),
    ("array-failed", &[]),
    ("data-lost", &[Number, Number]),
    ("data-healed", &[Number, Number]),
    ("salvage-entered", &[]),
    ("salvage-left", &[]),
    ("array-assembled", &[]),
    ("array-waiting", &[]),
    ("array-stopped", &[]),
    ("assembly-refused", &[Word(REFUSALS)]),
    ("command-refused", &[]),
    ("invariant-broken", &[]),
    ("events-dropped", &[Number]),
];

/// The states of the array.
pub const ARRAY_STATES: &[&str] =
    &["optimal", "partially-degraded", "degraded", "failed", "waiting", "refused", "stopped"];

/// The states of a slot.
pub const MEMBER_STATES: &[&str] = &[
    "online",
    "replacing",
    "resyncing",
    "rebuilding",
    "missing",
    "failed",
    "ejected",
    "quarantined",
];

#[cfg(test)]
mod tests;
