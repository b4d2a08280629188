//! A slot: who has it, who is to get it, and what the operator wants for it.

use crate::status::MemberState;
use crate::units::DriveId;

/// What an operator wants for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// From one on, so that nothing wished is zero.
pub(crate) enum Wish {
    /// To have it filled now.
    Fill = 1,
    /// To have its serving member copied to another drive.
    Replace,
}

/// Who has a slot, and who is to get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct SlotRecord {
    /// The drive that the operator named for it.
    pub(crate) named: Option<DriveId>,
    pub(crate) member: Option<DriveId>,
    pub(crate) target: Option<DriveId>,
    /// What the operator wants for it.
    pub(crate) wish: Option<Wish>,
    /// The lack of a spare was told.
    pub(crate) told_spare_missing: bool,
    /// The last word that was told about it, so that a change becomes one event.
    pub(crate) told: Option<MemberState>,
}

impl SlotRecord {
    /// Nobody has it. All zero, as far as the compiler can be brought to it: that is how arrays begin cheaply.
    pub(crate) const NOBODY: Self = Self {
        told_spare_missing: false,
        member: None,
        target: None,
        wish: None,
        told: None,
        named: None,
    };
}
