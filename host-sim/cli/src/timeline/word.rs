//! The words for a drive; `raid10 replay --help` explains them.

use std::fmt;

use sim_world::plan::Activity;

/// A drive's state in a word; where several are true, the first in this order is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Never plugged in yet.
    Shelf,
    /// Pulled, or its link is down.
    Away,
    /// The engine has failed it.
    Failed,
    /// Ejected by the operator.
    Out,
    /// In quarantine.
    Quarantined,
    /// Answers with errors only.
    Dead,
    /// Begins no command.
    Hung,
    /// Being filled, and so far, in hundredths of a percent.
    Filling(Activity, u16),
    /// Has sectors that cannot be used.
    Bad,
    /// Slower than it should be.
    Limp,
    /// To be replaced, says the engine.
    Ailing,
    /// Suspected by the engine.
    Suspect,
    /// A hot spare.
    Spare,
    /// Plugged in and unused.
    Free,
    /// A member that holds everything.
    Ok,
}

impl Word {
    /// The same but for progress.
    pub(super) fn is_like(self, other: Self) -> bool {
        match (self, other) {
            (Self::Filling(one, _), Self::Filling(other, _)) => one == other,
            _ => self == other,
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Shelf => "shelf",
            Self::Away => "away",
            Self::Failed => "fail",
            Self::Out => "out",
            Self::Quarantined => "quar",
            Self::Dead => "dead",
            Self::Hung => "hung",
            Self::Filling(activity, hundredths) => {
                let letters = match activity {
                    Activity::Rebuild => "rb",
                    Activity::Resync => "rs",
                    Activity::Replace => "cp",
                };
                return f.pad(&format!("{letters} {}%", hundredths / 100));
            }
            Self::Bad => "bad",
            Self::Limp => "limp",
            Self::Ailing => "ail",
            Self::Suspect => "susp",
            Self::Spare => "spare",
            Self::Free => "free",
            Self::Ok => "ok",
        };
        f.pad(word)
    }
}
