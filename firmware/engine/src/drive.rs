//! What the engine knows of one drive.

use crate::bitmap::Bitmap;
use crate::fill::{Fill, FillKind};
use crate::health::Latency;
use crate::label::Label;
use crate::status::{Health, Proof, Role};
use crate::units::{Instant, MemberLba, SectorCount, Slot, whole};

/// Whether commands can be sent to a drive.
///
/// ```text
///      time-out of an abort          time-out of a reset
///  Up ----------------------> Resetting -------------> Isolating --> Cut
///  ^                           |   ^                                |  |
///  +---------- done -----------+   +--- tried again after failing --+  |
///  +------------------------- arrives again ---------------------------+
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Link {
    /// Commands are sent.
    Up,
    /// A reset runs; commands wait.
    Resetting,
    /// The port cuts the drive off; nothing is sent any more.
    Isolating,
    /// The drive is cut off until it arrives again.
    Cut,
}

/// The facts about one drive. Words for them are derived, never stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// In this order: what is used most has the shortest offsets, and so the smallest code.
#[repr(C)]
pub(crate) struct Drive {
    /// Failures since a command last succeeded that speak against the drive as a whole.
    pub(crate) strikes: u8,
    /// Commands yielded and not completed.
    pub(crate) outstanding: u8,
    /// It is plugged in.
    pub(crate) present: bool,
    /// Its label was read since it came, or nobody wants to know it.
    pub(crate) identified: bool,
    /// It loses unflushed writes when it loses power.
    pub(crate) volatile_cache: bool,
    /// It was taken out of service by command; what it holds may be read as a last resort.
    pub(crate) ejected: bool,
    /// It had lost its power when it came, now or before, and with it what was in its cache.
    pub(crate) cycled: bool,
    /// A command is under way that shows whether it still works.
    pub(crate) probing: bool,
    pub(crate) link: Link,
    pub(crate) health: Health,
    /// Something on it is not ours.
    pub(crate) foreign: bool,
    pub(crate) role: Role,
    pub(crate) proof: Proof,
    /// How often it was tried again.
    pub(crate) retries: u8,
    /// The slot of the bay that it is plugged into.
    pub(crate) bay: Option<Slot>,
    /// How often in a row it failed to take its part in a commit.
    pub(crate) label_faults: u8,
    /// How many of its flushes failed in a row.
    pub(crate) flush_faults: u8,
    /// Sectors of a physical sector.
    pub(crate) physical: u8,
    /// Flushes under way.
    pub(crate) flushes: u8,
    /// How often a repair found no source since one last succeeded.
    pub(crate) repair_delays: u8,
    pub(crate) departures: u8,
    pub(crate) errors: u16,
    /// Its label, if it bears one of the array, or is to.
    pub(crate) label: Option<Label>,
    /// When a flush of it last failed.
    pub(crate) unsure_at: Option<Instant>,
    /// Within the stale region that contains it (or that it ends), everything below this is held all the same.
    pub(crate) filled: MemberLba,
    pub(crate) size: SectorCount,
    /// The sector after the last command's: where the head is.
    pub(crate) head: MemberLba,
    /// Not before this is the next repair tried.
    pub(crate) repair_at: Instant,
    /// When the last of them was.
    pub(crate) struck_at: Instant,
    pub(crate) errors_decayed_at: Instant,
    pub(crate) departed_at: Instant,
    /// When its proof as a spare runs out.
    pub(crate) proof_expires: Instant,
    pub(crate) latency: Latency,
    pub(crate) quarantined_until: Option<Instant>,
    /// When it is tried again after it has failed.
    pub(crate) retry_at: Instant,
    pub(crate) fill: Option<Fill>,
    /// Regions that hold something older than the array, in whole or in part.
    pub(crate) stale: Bitmap,
    /// Regions among the stale ones in which it is as good as any other copy, but may differ from them.
    pub(crate) uneven: Bitmap,
    /// Regions written since the last flush began.
    pub(crate) unflushed: Bitmap,
    /// Regions that the flush under way covers.
    pub(crate) flushing: Bitmap,
}

impl Drive {
    /// All zero; [`begin`](Self::begin) sets what is not.
    pub(crate) const NOTHING: Self = Self {
        present: false,
        ejected: false,
        uneven: Bitmap::EMPTY,
        identified: false,
        bay: None,
        label: None,
        label_faults: 0,
        unsure_at: None,
        flush_faults: 0,
        volatile_cache: false,
        cycled: false,
        foreign: false,
        probing: false,
        link: Link::Up,
        role: Role::Unassigned,
        health: Health::Good,
        proof: Proof::None,
        size: SectorCount::ZERO,
        physical: 0,
        stale: Bitmap::EMPTY,
        filled: MemberLba(0),
        unflushed: Bitmap::EMPTY,
        flushing: Bitmap::EMPTY,
        flushes: 0,
        fill: None,
        repair_at: Instant(0),
        repair_delays: 0,
        outstanding: 0,
        head: MemberLba(0),
        latency: Latency::NOTHING,
        strikes: 0,
        struck_at: Instant(0),
        errors: 0,
        errors_decayed_at: Instant(0),
        departures: 0,
        departed_at: Instant(0),
        quarantined_until: None,
        retry_at: Instant(0),
        retries: 0,
        proof_expires: Instant(0),
    };

    /// What a drive begins with: nothing was seen of it yet.
    pub(crate) fn begin(&mut self) {
        self.identified = true;
        self.physical = 1;
        self.latency = Latency::new();
        self.retry_at = Instant::NEVER;
    }

    /// The slot whose data it holds, or is to hold.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn slot(&self) -> Option<Slot> {
        match whole(self).role {
            Role::Member(slot) | Role::Target(slot) => Some(slot),
            Role::Unassigned | Role::Spare { .. } => None,
        }
    }

    /// It is to be filled from the start.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn begin_fill(&mut self, kind: FillKind, now: Instant) {
        self.fill = Some(Fill::new(kind, now));
    }

    /// A member is to be filled if it lacks anything.
    pub(crate) fn resync(&mut self, now: Instant) {
        self.fill = None;
        if !self.stale.is_empty() {
            self.begin_fill(FillKind::Resync, now);
        }
    }

    /// When its proof as a spare runs out.
    pub(crate) fn proof_runs_out(&self) -> Instant {
        let proven = matches!(self.role, Role::Spare { .. }) && self.proof == Proof::Proven;
        if proven && self.present { self.proof_expires } else { Instant::NEVER }
    }

    /// It is there and answers: it can be read.
    pub(crate) fn answers(&self) -> bool {
        self.present
            && self.identified
            && self.health != Health::Failed
            && matches!(self.link, Link::Up | Link::Resetting)
    }

    /// It takes part in the array's writes.
    pub(crate) fn in_service(&self) -> bool {
        self.answers() && !self.ejected && self.quarantined_until.is_none()
    }
}
