//! The words of a plan: what is asked for, what becomes of each drive, and what becomes of the set.

use super::slots::Slots;
use crate::superblock::{Recovery, Refusal};
use crate::units::{ArraySector, Uuid};

/// What is to be put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The set; `None` if there is only one.
    pub set: Option<Uuid>,
    /// What the operator ordered.
    pub order: Order,
    /// Whether no more drives are to be expected.
    pub settled: bool,
}

/// What an operator ordered. Any order also says: do not wait, and never mind that absent members may hold newer data.
/// Drives are meant by their index among the candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Order {
    /// Nothing.
    Nothing,
    /// Start with the members that are there, as long as there is a copy of everything.
    Degraded,
    /// Take the old data of a member that is behind wherever there is no current copy.
    Accept(usize),
    /// Of two histories, go on with that of this member.
    Choose(usize),
}

/// How a member that is behind is brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum CatchUp {
    /// Everything is copied.
    Full,
    /// Only what the bitmap marks is copied.
    ByBitmap,
}

/// What a drive is to the array. Only drives of the first six kinds are ever written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Verdict {
    /// It holds this slot and all of its data.
    Current {
        /// The slot.
        slot: u16,
    },
    /// It holds this slot, and its old data are taken wherever there is no current copy, as the operator ordered.
    Accepted {
        /// The slot.
        slot: u16,
    },
    /// It held this slot once, which is free: its data are out of date.
    Behind {
        /// The slot.
        slot: u16,
        /// What has to be copied.
        catch_up: CatchUp,
    },
    /// It holds this slot, and its data up to a point.
    Building {
        /// The slot.
        slot: u16,
        /// How far it has got.
        done: Recovery,
    },
    /// It is to replace the member that holds this slot.
    Replacement {
        /// The slot.
        slot: u16,
        /// How far it has got; `None` if it has all data.
        done: Option<Recovery>,
    },
    /// A spare of the set.
    Spare,
    /// Its slot is in better hands: it is of no use any more.
    Former,
    /// It says of itself that it failed.
    Ejected,
    /// The same member as this other drive, or one with the same number.
    Clone {
        /// The other drive.
        of: usize,
        /// Whether it certainly is the older of the two; if not, neither is used.
        older: bool,
    },
    /// It has gone on by itself, apart from the others.
    Diverged,
    /// It is newer than the member whose history was chosen.
    Newer,
    /// A member of the set when the array had another shape.
    OtherShape,
    /// A member of another set.
    OtherSet,
    /// A member of the set, of which nothing can be said until the operator has decided.
    Undecided,
    /// Its superblock is damaged, contradicts itself, or is of a newer or unknown format.
    Refused(Refusal),
    /// Something else's.
    Foreign,
    /// Nothing was found on it.
    Blank,
}

/// What has to be made equal before it may be read from more than one copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// A tag of a byte: that of the 64 bits beside it would have as many.
#[repr(u8)]
pub enum Equalise {
    /// Nothing: the array was stopped clean.
    Nothing,
    /// What the bits mark. A bit that is set in any current member's bitmap counts.
    ByBitmap,
    /// Everything from this sector on.
    From(ArraySector),
}

/// What becomes of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Decision {
    /// It starts.
    Start {
        /// What has to be made equal.
        equalise: Equalise,
        /// Slots without a current or accepted member: the array is degraded if there are any.
        vacant: Slots,
    },
    /// These slots are still to be expected; if there are none, any member of the set.
    Wait(Slots),
    /// It does not start.
    Refuse(Reason),
}

/// Why a set does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// A tag of a byte, whatever it lies in; from one on, so that no reason is zero.
#[repr(u8)]
pub enum Reason {
    /// No drive is a member of the set.
    NoMembers = 1,
    /// There are members of more than one set, and none was named.
    SeveralSets,
    /// More drives than can be told apart.
    TooManyDrives,
    /// The order means a drive that is no member to which it could apply.
    NotAMember(usize),
    /// Two members have each gone on without the other.
    SplitBrain(usize, usize),
    /// Two drives are the same member, and neither is certainly the older.
    Clones(usize, usize),
    /// Two members hold this slot, and neither is to replace the other.
    Contested(u16),
    /// Of some data there is no current copy.
    NoCurrentCopy {
        /// The slots of which one would be needed.
        slots: Slots,
        /// A member that is behind, with such a slot.
        behind: Option<usize>,
    },
    /// The absent members hold a copy of everything: they may have gone on by themselves.
    MayBeStale(Slots),
}
