//! From verdicts to roles: what each drive is to the array, and what it lacks.

use raid10_metadata::assembly::{CatchUp, Equalise, Verdict};
use raid10_metadata::{ArraySector, Role as MdRole};

use super::aside_of;
use crate::Engine;
use crate::bitmap::Bitmap;
use crate::event::{EventKind, SetAside};
use crate::fill::FillKind;
use crate::ranges::Kind;
use crate::status::Role;
use crate::units::{DriveId, MemberLba, Slot};

impl<const DRIVES: usize> Engine<DRIVES> {
    /// A drive becomes what the verdict says.
    pub(super) fn take_role(&mut self, id: DriveId, verdict: Verdict) {
        if !self.drive_ref(id).present {
            self.drive_mut(id).label = None;
            return;
        }
        let slot = |slot: u16| Slot(slot as u8);
        match verdict {
            Verdict::Current { slot: number } | Verdict::Accepted { slot: number } => {
                self.take_slot(id, slot(number));
                self.let_lead(slot(number));
                if matches!(verdict, Verdict::Current { .. }) {
                    self.trust_label(id, number);
                } else {
                    self.adopt(id);
                }
            }
            Verdict::Behind { slot: number, catch_up } => {
                self.take_slot(id, slot(number));
                self.fall_behind(id, catch_up);
            }
            Verdict::Building { slot: number, done } => {
                let kept = self.boot.framed && self.drive_ref(id).slot() == Some(slot(number));
                if !kept {
                    self.lack_from(id, done.offset.0, done.by_bitmap);
                }
                let stays = matches!(self.drive_ref(id).role, Role::Member(_)) || done.by_bitmap;
                if stays {
                    self.take_slot(id, slot(number));
                    if kept && !raid10_metadata::bug!("filled-never-leads") {
                        // It is known what it lacks: beside that it is as good as one that was away.
                        self.let_lead(slot(number));
                        self.have_left |= 1 << number;
                    }
                } else {
                    self.take_target(id, slot(number), FillKind::Rebuild);
                }
            }
            Verdict::Replacement { slot: number, done } => {
                let kept = self.boot.framed
                    && matches!(self.drive_ref(id).role, Role::Target(target) if target == slot(number));
                if !kept {
                    self.lack_from(id, done.map_or(0, |done| done.offset.0), false);
                }
                self.take_target(id, slot(number), FillKind::Replace);
            }
            Verdict::Spare => {
                let drive = self.drive_mut(id);
                if !matches!(drive.role, Role::Spare { .. }) {
                    drive.role = Role::Spare { dedicated: None };
                }
            }
            Verdict::Blank => self.drive_mut(id).label = None,
            Verdict::Foreign => self.set_aside(id, None),
            other => self.set_aside(id, Some(aside_of(&other))),
        }
    }

    /// The label of a drive tells of the array as it is: it is no newcomer, unless it missed more than an update.
    fn trust_label(&mut self, id: DriveId, slot: u16) {
        let newest = self.commit.generation;
        if let Some(label) = &mut self.drive_mut(id).label {
            label.told.role = MdRole::Slot(slot);
            if label.generation + 1 >= newest {
                label.sent = label.generation;
            }
        }
    }

    pub(crate) fn take_slot(&mut self, id: DriveId, slot: Slot) {
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.role = Role::Member(slot);
        drive.resync(now);
        self.slot_mut(slot).member = Some(id);
        self.resume_fill(id);
    }

    pub(crate) fn take_target(&mut self, id: DriveId, slot: Slot, kind: FillKind) {
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.role = Role::Target(slot);
        drive.begin_fill(kind, now);
        self.slot_mut(slot).target = Some(id);
        self.resume_fill(id);
    }

    /// A fill goes on where it was: everything before the first stale region is held.
    fn resume_fill(&mut self, id: DriveId) {
        let (size, drive) = (self.member_sectors(), self.drive_ref(id));
        let region = drive.stale.next(0, true);
        // The regions reach beyond the member's end.
        let start = self.region_start(region).min(size);
        let filled = drive.filled.0;
        let inside = filled > start && self.region_of(filled - 1) == region;
        let front = if inside { filled } else { start };
        if !inside {
            self.drive_mut(id).filled = MemberLba(0);
        }
        if let Some(fill) = self.fill_mut(id) {
            fill.front = front;
            fill.next = front;
            fill.durable = front;
        }
    }

    /// A member that was away lacks what the bits tell, or everything.
    pub(crate) fn fall_behind(&mut self, id: DriveId, catch_up: CatchUp) {
        match catch_up {
            CatchUp::Full => self.forget_content(id),
            CatchUp::ByBitmap => {
                let dirty = self.dirty.set;
                let drive = self.drive_mut(id);
                drive.stale.union(&dirty);
                drive.uneven = Bitmap::EMPTY;
                drive.filled = MemberLba(0);
                // What it was said to hold within them may be older now.
                self.ranges.clear_kind(id, Kind::Fresh);
            }
        }
        let now = self.now;
        let drive = self.drive_mut(id);
        drive.resync(now);
        self.resume_fill(id);
    }

    /// What a drive holds ends at a sector: of what lies above it lacks everything, or what the bits tell.
    fn lack_from(&mut self, id: DriveId, offset: u64, by_bitmap: bool) {
        let offset = offset.min(self.member_sectors());
        let mut stale = self.dirty.set;
        if !by_bitmap {
            stale = Bitmap::EMPTY;
            if offset < self.member_sectors() {
                stale.set_range(self.region_of(offset), self.last_region());
            }
        }
        let drive = self.drive_mut(id);
        drive.stale = stale;
        drive.filled = MemberLba(if by_bitmap { 0 } else { offset });
    }

    /// Copies may differ where writes were under way.
    pub(super) fn level(&mut self, equalise: Equalise) {
        let first = match equalise {
            Equalise::Nothing => return,
            _ if raid10_metadata::bug!("taken-for-equal") => return,
            Equalise::ByBitmap => 0,
            Equalise::From(ArraySector(sector)) => {
                self.region_of(self.geometry.member_span(sector, sector + 1).0)
            }
        };
        let mut from = first;
        while let Some(region) = self.dirty.set.first_from(from) {
            self.make_uneven(region);
            from = region + 1;
        }
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            self.doubt_fresh(id);
        }
        if !raid10_metadata::bug!("old-hole-kept") {
            self.share_leads();
        }
        (0..DRIVES).for_each(|index| self.resume_fill(DriveId(index as u8)));
    }

    /// A drive is left alone.
    pub(crate) fn set_aside(&mut self, id: DriveId, why: Option<SetAside>) {
        let drive = self.drive_mut(id);
        drive.label = None;
        drive.role = Role::Unassigned;
        drive.foreign = true;
        self.emit(match why {
            Some(why) => EventKind::DriveSetAside { drive: id, why },
            None => EventKind::DriveForeign { drive: id },
        });
    }
}
