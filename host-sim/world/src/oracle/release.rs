//! Whom the engine lets go, and whether anybody else holds what it held.
//!
//! A drive that loses its place takes along what it holds: when it is read again, that is nothing to the array. So
//! none is let go that holds the only legal version of a sector:
//!
//! * a drive in service: never, unless an operator accepts the losses;
//! * a drive that is away or out of service: unless an operator orders it, or another drive has taken its slot. What
//!   could not be read for so long is lost, and its slot is whole again without it.
//!
//! Until something was acknowledged a drive that has no label yet may be no member after a loss of power: nobody knows of it.

use alloc::format;

use raid10_engine::{DriveId, Instant, Role, Slot};

use super::linux::has_label;
use super::roles::serves;
use super::scan::{range_mask, readable_mask};
use super::{Oracle, View};
use crate::drive::Drive;
use crate::drive::faults::Behaviour;
use crate::verdict::{Promise, Verdicts};

/// What an operator consents to while the engine carries out an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Consent {
    /// No order is carried out.
    #[default]
    None,
    /// Drives that do not serve may go.
    Release,
    /// What is lost may be lost for good.
    Losses,
}

impl Oracle {
    /// What is carried out from now on is done with this consent.
    pub(crate) const fn consent(&mut self, consent: Consent) {
        self.consent = consent;
    }

    /// Judges the drives that lose their places with what the engine says now.
    pub(crate) fn judge_releases(
        &self,
        now: Instant,
        view: &View,
        drives: &[Drive],
        verdicts: &mut Verdicts,
    ) {
        for (index, drive) in view.drives.iter().enumerate() {
            let Some(slot) = self.beliefs[index].slot else { continue };
            let has_place = matches!(drive.role, Role::Member(_) | Role::Target(_));
            if has_place || self.is_unheard_of(index, drive) || self.may_go(index, slot, view) {
                continue;
            }
            if self.is_unborn(&drives[index]) {
                continue;
            }
            let only = self.held_by_none_but(index, drives);
            verdicts.check_none(Promise::LeastLoss, now, only, |sector| {
                format!(
                    "released without need: drive {index} loses its place and is the only one that holds array \
                     sector {sector}"
                )
            });
        }
    }

    /// A drive that is to have a label has none yet, and nothing was acknowledged.
    fn is_unborn(&self, drive: &Drive) -> bool {
        !self.has_acknowledged && drive.front() > 0 && !has_label(drive)
    }

    fn may_go(&self, index: usize, slot: Slot, view: &View) -> bool {
        if self.consent == Consent::Losses {
            return true;
        }
        let served = self.view.drives.get(index).is_some_and(serves) && self.in_service(index);
        let heir = view.slots.get(slot.index()).and_then(|view| view.member);
        let replaced = heir.is_some_and(|heir| heir != DriveId(index as u8));
        !served && (replaced || self.consent == Consent::Release)
    }

    /// An array sector of which only this drive holds a legal version, plugged in or not.
    fn held_by_none_but(&self, index: usize, drives: &[Drive]) -> Option<u64> {
        let scope = self.scope();
        let mut pieces = scope.iter().flat_map(|range| self.pieces(range));
        pieces.find_map(|(start, count)| {
            let (mut own, mut others) = (0, 0);
            for (_, copy) in self.copies_of(start, count) {
                let (belief, drive) = (&self.beliefs[copy.index], &drives[copy.index]);
                if drive.faults.behaviour == Behaviour::Failed {
                    continue;
                }
                let spoiled = range_mask(&belief.bad, &copy) | range_mask(&belief.holes, &copy);
                let held = self.legal_mask(&copy, drive) & readable_mask(&copy, drive);
                if copy.index == index {
                    own = held & range_mask(&belief.sectors, &copy) & !spoiled;
                } else {
                    others |= held;
                }
            }
            let only = own & !others;
            (only != 0).then(|| start + u64::from(only.trailing_zeros()))
        })
    }
}
