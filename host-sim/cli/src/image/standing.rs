//! Where a member stands in its set, by what the newest member says.

use std::fmt;

use raid10_metadata::{DataSector, Role};

use super::member::Md;

/// Where a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It holds all that its slot must hold.
    InSync,
    /// It has a slot, and holds its data below this sector.
    Building(DataSector),
    /// A spare.
    Spare,
    /// It was marked as failed.
    Faulty,
    /// It was away while the array was used: so many events are missing.
    Stale(u64),
    /// It is as new as the others, but they count it as failed or gone.
    Ejected,
    /// The newest member gives it this other slot.
    Moved(u16),
}

impl Standing {
    /// The standing of a member in a set of which `newest` is the newest member.
    pub(crate) fn of(md: &Md, newest: &Md) -> Self {
        // Linux takes a member that is one event behind for current: a cut in an update leaves it so.
        let behind = newest.state.events.saturating_sub(md.state.events);
        let said = newest.role_of(md.device.number);
        match (md.role, said) {
            (Role::Spare, _) => Self::Spare,
            (Role::Slot(_), _) if behind > 1 => Self::Stale(behind),
            (Role::Slot(own), Role::Slot(said)) if own == said => {
                md.recovery.map_or(Self::InSync, |recovery| Self::Building(recovery.offset))
            }
            (Role::Slot(_), Role::Slot(said)) => Self::Moved(said),
            (Role::Slot(_), _) => Self::Ejected,
            _ => Self::Faulty,
        }
    }

    /// Its name in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::InSync => "in-sync",
            Self::Building(_) => "building",
            Self::Spare => "spare",
            Self::Faulty => "faulty",
            Self::Stale(_) => "stale",
            Self::Ejected => "ejected",
            Self::Moved(_) => "moved",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InSync => f.write_str("in sync"),
            Self::Building(DataSector(sector)) => write!(f, "built below data sector {sector}"),
            Self::Spare => f.write_str("spare"),
            Self::Faulty => f.write_str("failed"),
            Self::Stale(behind) => write!(f, "stale, {behind} events behind"),
            Self::Ejected => f.write_str("ejected by the others"),
            Self::Moved(slot) => write!(f, "the others give it slot {slot}"),
        }
    }
}
