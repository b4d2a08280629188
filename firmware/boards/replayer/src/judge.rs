//! Whether a replay is as it should be. The rules are those of the program `raid10`.

use sim_world::Outcome;
use vector_language::Script;
use vector_language::script::Promise;

use crate::Exit;

/// What the author of a vector believes that its faults do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Belief {
    /// Nothing was said that one replay could refute.
    None,
    /// Nothing is lost.
    Survivable,
    /// Something is lost.
    Beyond,
}

impl Belief {
    /// The belief of a script that is not bound yet: with sweeps, `beyond` is believed of all points
    /// together, and no single one can refute it.
    pub(crate) fn of(script: &Script) -> Self {
        match script.promise.as_ref().map(|line| line.value) {
            Some(Promise::Survivable) => Self::Survivable,
            Some(Promise::Beyond) if script.sweeps.is_empty() => Self::Beyond,
            Some(Promise::Beyond) | None => Self::None,
        }
    }

    /// True unless the replay refutes it.
    pub(crate) fn met(self, outcome: &Outcome) -> bool {
        match self {
            Self::None => true,
            Self::Survivable => outcome.lost_sectors() == 0,
            Self::Beyond => outcome.lost_sectors() > 0,
        }
    }
}

/// The exit code of a replay.
pub(crate) fn exit(outcome: &Outcome, belief: Belief) -> Exit {
    if !outcome.promises_held() || !outcome.expectations_met() || !belief.met(outcome) {
        Exit::Broken
    } else if outcome.unfired.is_empty() {
        Exit::Held
    } else {
        Exit::BadInput
    }
}
