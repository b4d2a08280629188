//! Repairs: single holes of a drive that otherwise holds everything, filled from another copy and read back.

use crate::Engine;
use crate::config::SYNC_WINDOWS;
use crate::drive_set::DriveSet;
use crate::fill::{DELAYS_MAX, RETRY};
use crate::geometry::SetId;
use crate::io::Stretch;
use crate::ranges::Kind;
use crate::units::{DriveId, MemberLba};
use crate::validity::up_to;
use crate::window::{Purpose, Window};

impl<const DRIVES: usize> Engine<DRIVES> {
    /// The first hole of a drive that another copy can fill now.
    pub(crate) fn next_repair(&self, id: DriveId) -> Option<((SetId, u64), Stretch)> {
        let drive = self.drive_ref(id);
        let slot = drive.slot()?;
        for range in self.ranges.of(id) {
            if matches!(range.kind, Kind::Fresh | Kind::GivenUp) {
                continue;
            }
            let start = range.start;
            let Some((set, at, _)) = self.geometry.stream_of_member(slot, MemberLba(start)) else {
                continue;
            };
            // A stale region is the fill's business.
            if drive.stale.get(self.region_of(start)) && drive.filled.0 <= start {
                continue;
            }
            let mut target = DriveSet::EMPTY;
            if range.kind != Kind::Suspect {
                target.insert(id);
            }
            if self.choose_source(set, at, 1, &target).is_some() {
                let count = self.geometry.window_count(start, range.end);
                return Some(((set, at), Stretch { start: MemberLba(start), count }));
            }
        }
        None
    }

    pub(crate) fn is_repairable(&self, id: DriveId) -> bool {
        self.next_repair(id).is_some()
    }

    /// Repairs a hole of each drive that has one, one window a drive at a time.
    pub(crate) fn run_repairs(&mut self) {
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            let drive = self.drive_ref(id);
            let repairs =
                |window: &Window| window.target == id && window.purpose == Purpose::Repair;
            if drive.in_service()
                && self.now >= drive.repair_at
                && self.has_place_for_copies()
                && !(0..SYNC_WINDOWS).filter_map(|index| self.window_ref(index)).any(repairs)
                && let Some((place, stretch)) = self.next_repair(id)
            {
                self.open_window(id, Purpose::Repair, place, stretch);
            }
        }
    }

    /// A repair is over. What it left, although another drive has it, it would leave again: that is given up.
    pub(crate) fn repair_closed(&mut self, window: &Window) {
        let drive = self.drive_ref(window.target);
        let (start, end) = match drive.repair_at > self.now {
            false => (window.lba.0, window.lba.0 + u64::from(window.count)),
            true if drive.repair_delays > DELAYS_MAX => {
                let piece = window.piece();
                (piece.start.0, piece.end().0)
            }
            // It is tried again in a while.
            true => return,
        };
        while let Some((_, hole)) = self.next_repair(window.target)
            && (start..end).contains(&hole.start.0)
        {
            let count = up_to(end - hole.start.0, hole.count);
            self.give_up_hole(window.target, Stretch { count, ..hole });
        }
    }

    /// As [`delay_fill`](Self::delay_fill), for the repairs of a drive.
    pub(crate) fn delay_repair(&mut self, id: DriveId) -> bool {
        let again = self.now + RETRY;
        let drive = self.drive_mut(id);
        drive.repair_at = again;
        drive.repair_delays = drive.repair_delays.saturating_add(1);
        self.work.house = true;
        self.drive_ref(id).repair_delays > DELAYS_MAX
    }
}
