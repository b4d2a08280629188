//! Filling a drive: rebuild, resync and replacement are one machine.
//!
//! A drive with a fill holds everything below `front`, except recorded holes; windows are under way
//! between `front` and `next`. Only stale regions are visited, so a member that was away for a moment is soon
//! done.
//!
//! ```text
//!  running --(front reaches the end)--> ending: a last flush --> over: the drive has the slot
//!     |  ^
//!     v  | a source comes back
//!  stalled                                 paused, resumed: by command
//! ```
//!
//! Progress becomes durable in the order copy, flush, checkpoint: `durable` never runs ahead of what the
//! drive has flushed.

mod checkpoint;
mod speed;

use crate::Engine;
use crate::config::{SYNC_WINDOWS, WINDOWS_PER_TARGET};
use crate::event::{EventKind, SlotEvent};
use crate::geometry::SetId;
use crate::io::Stretch;
use crate::ranges::Kind;
use crate::record::Fact;
use crate::status::{Health, Progress, Role};
use crate::units::{DriveId, Duration, Instant, MemberLba, SectorCount, Slot, less, lower, raise};
use crate::window::{Purpose, Window};
use speed::{Speed, bytes_rate};

/// For how long after its last request the host counts as active.
const HOST_ACTIVE: Duration = Duration::millis(100);
/// How long a fill waits for a source that failed a command.
pub(crate) const RETRY: Duration = Duration::secs(1);
/// How often it waits at one place, before a sector counts as unreadable.
pub(crate) const DELAYS_MAX: u8 = 3;

/// What a fill is to the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// From one on, as frames have them, so that none is zero; wide, so that a fill is told apart from none by its kind.
#[repr(u16)]
pub(crate) enum FillKind {
    /// The slot has no drive: this one will be.
    Rebuild = 1,
    /// The slot's own drive missed something.
    Resync,
    /// The slot's drive serves until this one takes over.
    Replace,
}

/// The state of one fill.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Fill {
    pub(crate) kind: FillKind,
    /// Windows under way.
    pub(crate) windows: u8,
    pub(crate) paused: bool,
    /// No source had what comes next.
    pub(crate) stalled: bool,
    /// A flush is under way.
    pub(crate) flushing: bool,
    /// That flush is for somebody who reads, and no checkpoint.
    pub(crate) unrecorded: bool,
    pub(crate) unwritable: u8,
    /// How often it waited for a source since the front last moved.
    pub(crate) delays: u8,
    /// Everything below is held, or recorded as a hole.
    pub(crate) front: u64,
    /// Where the next window starts.
    pub(crate) next: u64,
    /// Not before this does the next window start.
    pub(crate) next_at: Instant,
    /// The last durable checkpoint.
    pub(crate) durable: u64,
    /// When it was made.
    durable_at: Instant,
    /// Everything below is durable when the flush under way has ended.
    flushed: u64,
    /// From here up to the front copies that differed were made equal, and that may not be durable. `u64::MAX` if nowhere.
    levelled: u64,
    speed: Speed,
}

impl Fill {
    pub(crate) const fn new(kind: FillKind, now: Instant) -> Self {
        Self {
            kind,
            front: 0,
            next: 0,
            windows: 0,
            paused: false,
            stalled: false,
            next_at: Instant(0),
            durable: 0,
            durable_at: now,
            flushing: false,
            flushed: 0,
            unrecorded: false,
            levelled: u64::MAX,
            unwritable: 0,
            delays: 0,
            speed: Speed::new(now),
        }
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// How far a slot's rebuild, resync or replacement is; `None` if none runs.
    #[must_use]
    pub fn progress(&self, slot: Slot) -> Option<Progress> {
        let id = self.filling(slot)?;
        let fill = self.drive_ref(id).fill.as_ref()?;
        let size = self.geometry.member_sectors();
        let remaining = self.lacking(id);
        Some(Progress {
            checkpoint: MemberLba(fill.front),
            size,
            remaining: SectorCount(remaining),
            eta: fill.speed.eta(remaining),
            paused: fill.paused,
        })
    }

    /// The drive of a slot that is being filled.
    pub(crate) fn filling(&self, slot: Slot) -> Option<DriveId> {
        let record = self.slots.get(slot.index())?;
        let filling = |id: &DriveId| self.drive_ref(*id).fill.is_some();
        record.target.filter(filling).or(record.member.filter(filling))
    }

    /// Sectors in stale regions of a drive, less what is filled of them.
    pub(crate) fn lacking(&self, id: DriveId) -> u64 {
        let drive = self.drive_ref(id);
        let region = 1 << self.region_shift;
        let total = u64::from(drive.stale.count()) * region;
        let partly = if drive.filled.0 > 0 && drive.stale.get(self.region_of(drive.filled.0 - 1)) {
            ((drive.filled.0 - 1) & (region - 1)) + 1
        } else {
            0
        };
        less(total, partly).min(self.member_sectors())
    }

    /// Opens as many windows of a drive's fill as its rate allows, and ends the fill when nothing is left.
    pub(crate) fn run_fill(&mut self, id: DriveId) {
        for _ in 0..WINDOWS_PER_TARGET + 1 {
            if !self.may_open_window(id) {
                break;
            }
            if !self.has_place_for_copies() {
                self.work.blocked = true;
                break;
            }
            let Some((place, stretch)) = self.next_extent(id) else { break };
            // Counted first: a window may be over as soon as it is opened.
            self.note_opened(id, stretch);
            self.open_window(id, Purpose::Fill, place, stretch);
        }
        self.advance_front(id);
        self.end_fill_if_done(id);
    }

    fn may_open_window(&self, id: DriveId) -> bool {
        let drive = self.drive_ref(id);
        let Some(fill) = &drive.fill else { return false };
        let limit = if self.host_has_share() { 1 } else { WINDOWS_PER_TARGET };
        drive.in_service()
            && !self.commit.stopping
            && !fill.paused
            && !fill.stalled
            && fill.windows < limit
            && self.now >= fill.next_at
    }

    /// The host has sent a request, or has its answer.
    pub(crate) fn note_host_io(&mut self) {
        self.host_active_until = self.now + HOST_ACTIVE;
    }

    /// The host is active, and to have its share of the drives' time.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    fn host_has_share(&self) -> bool {
        self.now < self.host_active_until && self.policy.rebuild_rate < 100
    }

    /// The next stale extent within one chunk, and its place in a stream. Skips what holds no array sector.
    fn next_extent(&mut self, id: DriveId) -> Option<((SetId, u64), Stretch)> {
        let slot = self.drive_ref(id).slot()?;
        let size = self.member_sectors();
        let mut next = self.drive_ref(id).fill.as_ref()?.next;
        let mut found = None;
        // One chunk at most, at the very end of a member, holds no array sector.
        for _ in 0..2 {
            let stale = &self.drive_ref(id).stale;
            let region = stale.next(self.region_of(next), true);
            // The regions reach beyond the member's end: without a stale one there is nothing left.
            let start = next.max(self.region_start(region));
            let end = self.region_start(stale.next(region, false)).min(size);
            if start >= end {
                next = size;
                break;
            }
            let count = self.geometry.window_count(start, end);
            if let Some((set, at, _)) = self.geometry.stream_of_member(slot, MemberLba(start)) {
                next = start;
                found = Some(((set, at), Stretch { start: MemberLba(start), count }));
                break;
            }
            let step = start + u64::from(count);
            let chunk = if raid10_metadata::bug!("last-chunk-step-by-step") { step } else { size };
            next = chunk.min(self.geometry.chunk_end(start));
        }
        self.fill_mut(id)?.next = next;
        found
    }

    pub(crate) fn fill_mut(&mut self, id: DriveId) -> Option<&mut Fill> {
        self.drive_mut(id).fill.as_mut()
    }

    fn note_opened(&mut self, id: DriveId, stretch: Stretch) {
        let (now, max) = (self.now, self.policy.rebuild_max);
        let Some(fill) = self.fill_mut(id) else { return };
        fill.windows += 1;
        fill.next = stretch.end().0;
        raise(&mut fill.next_at.0, now.0);
        fill.next_at = fill.next_at + Duration(bytes_rate(u64::from(stretch.count), max));
    }

    /// A window of the fill is over: give the host its share of time.
    pub(crate) fn window_closed(&mut self, id: DriveId, window: &Window) {
        let (now, policy, shared) = (self.now, self.policy, self.host_has_share());
        let Some(fill) = self.fill_mut(id) else { return };
        fill.windows = fill.windows.saturating_sub(1);
        fill.speed.add(now, u64::from(window.count));
        if shared {
            let worked = now.since(window.started).0;
            let rate = u64::from(policy.rebuild_rate);
            let longest = bytes_rate(u64::from(window.count), policy.rebuild_min);
            let pause = (worked * (100 - rate)).checked_div(rate).unwrap_or(longest);
            let pause = pause.min(less(longest, worked));
            raise(&mut fill.next_at.0, (now + Duration(pause)).0);
        }
        self.advance_front(id);
    }

    /// Moves the front to the first sector that a window still works on.
    fn advance_front(&mut self, id: DriveId) {
        let Some(fill) = &self.drive_ref(id).fill else { return };
        let (old, mut front) = (fill.front, fill.next);
        for window in (0..SYNC_WINDOWS).filter_map(|index| self.window_ref(index)) {
            let open = window.target == id && window.purpose == Purpose::Fill && !window.abandoned;
            if open && !raid10_metadata::bug!("front-ahead") {
                lower(&mut front, window.lba.0);
            }
        }
        if front > old {
            let levels = self.mark_filled(id, old, front);
            if let Some(fill) = self.fill_mut(id) {
                fill.front = front;
                fill.delays = 0;
                if levels {
                    lower(&mut fill.levelled, old);
                }
            }
            self.start_checkpoint(id);
        }
    }

    /// Something below the fill's next window became stale: go there again.
    pub(crate) fn restart_fill_from(&mut self, id: DriveId, lba: u64) {
        if let Some(fill) = self.fill_mut(id) {
            for place in [&mut fill.next, &mut fill.front, &mut fill.durable, &mut fill.flushed] {
                lower(place, lba);
            }
        }
    }

    /// No source had the sector at `lba`, and none is known to be without it.
    pub(crate) fn stall_fill(&mut self, id: DriveId, lba: u64) {
        let Some(fill) = self.fill_mut(id) else { return };
        lower(&mut fill.next, lba);
        let news = !core::mem::replace(&mut fill.stalled, true);
        if news && let Some(slot) = self.drive_ref(id).slot() {
            self.emit_slot(slot, SlotEvent::RebuildStalled);
        }
    }

    /// A source failed for a reason not in its medium: try again in a while. True if that was tried often
    /// enough.
    pub(crate) fn delay_fill(&mut self, id: DriveId, lba: u64) -> bool {
        let now = self.now;
        let Some(fill) = self.fill_mut(id) else { return false };
        lower(&mut fill.next, lba);
        raise(&mut fill.next_at.0, (now + RETRY).0);
        fill.delays = fill.delays.saturating_add(1);
        fill.delays > DELAYS_MAX
    }

    fn end_fill(&mut self, id: DriveId) {
        let drive = self.drive_mut(id);
        let Some(fill) = drive.fill.take() else { return };
        let slot = drive.slot();
        self.work.topology = true;
        self.record.commit(Fact::Roles);
        let Some(slot) = slot else { return };
        if fill.kind == FillKind::Resync {
            return self.emit_cause(EventKind::Resynced { slot });
        }
        let lost = self.lost_on(id);
        self.promote(id, slot);
        self.emit_cause(match fill.kind {
            _ if !lost.is_zero() => EventKind::RebuiltWithLosses { slot, lost },
            FillKind::Replace => EventKind::Replaced { slot },
            FillKind::Rebuild | FillKind::Resync => EventKind::Rebuilt { slot },
        });
    }

    /// Sectors of the array that are lost and have a copy on this drive.
    fn lost_on(&self, id: DriveId) -> SectorCount {
        let holes = self.ranges.of(id).iter().filter(|range| range.kind != Kind::Fresh);
        SectorCount(holes.map(|hole| self.loss_of(hole)).sum())
    }

    /// A drive that was filled takes the slot; the one that had it is released.
    pub(crate) fn promote(&mut self, id: DriveId, slot: Slot) {
        let record = self.slot_mut(slot);
        let former = record.member.replace(id);
        record.target = None;
        self.drive_mut(id).role = Role::Member(slot);
        if let Some(former) = former {
            self.release(former);
        }
    }

    /// True if what a drive's fill needs next has a source, or is known to have none.
    pub(crate) fn has_source(&mut self, id: DriveId) -> bool {
        let Some(((set, at), stretch)) = self.next_extent(id) else { return true };
        let own = self.run_at(id, stretch).belief.is_held();
        own || self.has_other(set, at, id) || self.is_nowhere(set, at, id)
    }

    /// True if a slot's drive should be copied to another while it serves.
    pub(crate) fn is_ailing(&self, id: DriveId) -> bool {
        self.drive_ref(id).health == Health::Ailing
    }
}

#[cfg(test)]
mod tests;
