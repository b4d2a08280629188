//! Whether a replay is as it should be: promises, expectations, and the author's belief.

use serde::Serialize;
use sim_world::Outcome;
use vector_language::script::Promise as Belief;

use crate::exit::Exit;
use crate::render::quantity::Bytes;

/// Bytes of a sector.
pub(crate) const SECTOR_BYTES: u64 = vector_language::script::SECTOR_BYTES;

/// What the author believes of the faults, and whether it is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Believed {
    /// What is believed.
    pub(crate) text: &'static str,
    /// Whether it is so.
    pub(crate) met: bool,
    /// What was seen.
    pub(crate) seen: String,
}

/// Compares the belief with what one replay lost. With sweeps, `beyond` is believed of them all together: no
/// single point can refute it.
pub(crate) fn belief(belief: Option<Belief>, swept: bool, outcome: &Outcome) -> Option<Believed> {
    let lost = outcome.lost_sectors();
    let seen = if lost == 0 {
        "nothing was lost".to_string()
    } else {
        format!("{} were lost", Bytes(lost * SECTOR_BYTES))
    };
    match belief? {
        Belief::Survivable => {
            Some(Believed { text: "survivable: nothing is lost", met: lost == 0, seen })
        }
        Belief::Beyond if swept => None,
        Belief::Beyond => Some(Believed { text: "beyond: something is lost", met: lost > 0, seen }),
    }
}

/// The exit code of one replay.
pub(crate) fn exit(outcome: &Outcome, belief: Option<&Believed>) -> Exit {
    let believed = belief.is_none_or(|belief| belief.met);
    if !outcome.promises_held() || !outcome.expectations_met() || !believed {
        Exit::Broken
    } else if outcome.unfired.is_empty() {
        Exit::Held
    } else {
        Exit::BadInput
    }
}
