//! What an operator can order.

use crate::config::MEMBERS_MAX;
use crate::policy::Policy;
use crate::units::{DriveId, Slot};

/// An order of the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Command {
    /// Make the array of these drives, one a slot. At least one drive of each mirror set must be given.
    Create {
        /// The drive of each slot; the slots beyond the shape's members must be `None`.
        members: [Option<DriveId>; MEMBERS_MAX],
        /// What the drives hold now.
        initial: Initial,
    },
    /// Declare a member failed. It is not read or written any more.
    Fail(Slot),
    /// Release a drive that is a spare, a former or a failed member.
    Remove(DriveId),
    /// Make a drive a hot spare: for one slot, or for all.
    AddSpare {
        /// The drive.
        drive: DriveId,
        /// The only slot it is meant for, if any.
        dedicated: Option<Slot>,
        /// Take it even if it holds something that is not ours.
        force: bool,
    },
    /// Make a hot spare a drive like any other again.
    RemoveSpare(DriveId),
    /// Copy a serving member to another drive, which then takes its slot.
    Replace {
        /// The slot.
        slot: Slot,
        /// The drive to copy to; the best spare if none is named.
        with: Option<DriveId>,
    },
    /// Stop a replacement; the member stays.
    CancelReplace(Slot),
    /// Fill a drive for a slot that is missing or failed.
    Rebuild {
        /// The slot.
        slot: Slot,
        /// The drive to fill.
        with: DriveId,
        /// Take it even if it holds something that is not ours.
        force: bool,
    },
    /// Hold a slot's rebuild, resync or replacement.
    Pause(Slot),
    /// Let it go on.
    Resume(Slot),
    /// Leave the salvage state with the losses as they are: the array takes writes again wherever a
    /// member can take them. Drives that are away, and may go on without those that are there, must not be put together
    /// without these any more: they would be stale.
    AcceptLosses,
    /// Change the policies.
    SetPolicy(Policy),
    /// Put the array together although it does not start by itself. Not after [`Stop`](Self::Stop): make a new engine with
    /// [`Engine::assemble`](crate::Engine::assemble), which knows nothing but what is on the drives.
    Assemble(AssemblyOrder),
    /// Stop the array: its members are made clean, and requests are refused from now on. The engine is at its end then.
    Stop,
}

/// How an operator wants an array to be put together that does not start by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// From one on, so that no order is zero.
#[repr(u8)]
pub enum AssemblyOrder {
    /// By the rules, with the members that are there now: none is waited for any more.
    Now = 1,
    /// With the members that are there, as long as there is a copy of everything.
    Degraded,
    /// With the old data of this member wherever there is no current copy.
    Accept(DriveId),
    /// With the history of this member, of two.
    Choose(DriveId),
}

/// What the drives of a new array hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Initial {
    /// All copies are equal, as on blank drives.
    Equal,
    /// Copies may differ: the first copy is spread over the others.
    Differing,
}
