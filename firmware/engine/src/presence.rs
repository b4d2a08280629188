//! Drives come, go and die.

use crate::Engine;
use crate::config::SOLE_WRITES;
use crate::drive::Link;
use crate::event::{DriveEvent, SlotEvent, SpareObstacle};
use crate::io::{Content, DriveChange, DriveInfo};
use crate::ranges::Kind;
use crate::record::Fact;
use crate::slot::Wish;
use crate::sole::Stage;
use crate::status::{ArrayState, Health, Proof, Role};
use crate::units::{DriveId, Duration, Instant};
use crate::validity::up_to;

/// For how long a drive that left is expected back before a spare takes its place: time for a loose cable,
/// not for an operator.
pub(crate) const GRACE: Duration = Duration::secs(3);
/// A drive that stayed for so long has its departures forgotten.
const STEADY: Duration = Duration::secs(3600);

impl<const DRIVES: usize> Engine<DRIVES> {
    /// A drive came or went.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub fn handle_drive(&mut self, now: Instant, drive: DriveId, change: DriveChange) {
        self.advance(now);
        if drive.index() >= DRIVES {
            return;
        }
        if self.drive_ref(drive).present {
            self.leave(drive);
            // Before it may be back: what was sent to it is over in any case.
            self.void_commands();
        }
        if let DriveChange::Arrived(info) = &change {
            self.arrive(drive, info);
        }
        self.maintain();
    }

    fn leave(&mut self, id: DriveId) {
        self.commit.torn = true;
        self.emit_drive_cause(id, DriveEvent::DriveLeft);
        let now = self.now;
        let drive = self.drive_mut(id);
        if now.since(drive.departed_at) > STEADY {
            drive.departures = 0;
        }
        drive.departures = drive.departures.saturating_add(1);
        drive.departed_at = now;
        drive.present = false;
        drive.identified = true;
        drive.probing = false;
        drive.flushes = 0;
        drive.unflushed.union(&drive.flushing);
        drive.flushing = crate::bitmap::Bitmap::EMPTY;
        self.sole.change(id, Stage::Flushing, Stage::Cached);
        self.clean_soon();
        self.resets.remove(id);
        self.drop_link_command(id);
        self.abandon_windows(id);
        self.forget_written(id);
        if let Some(fill) = self.fill_mut(id) {
            fill.flushing = false;
            fill.unrecorded = false;
            // Whether it has a source is seen, and told, when it is back.
            fill.stalled = false;
        }
        self.voids.insert(id);
        self.work.topology = true;
        self.forget_label(id);
        if !matches!(self.drive_ref(id).role, Role::Unassigned) || !self.is_labelled() {
            self.record.commit(Fact::Degraded);
        }
    }

    /// A drive that is gone needs no reset any more.
    fn drop_link_command(&mut self, id: DriveId) {
        let link =
            |io: &crate::io_table::Io| io.drive == id && io.owner == crate::io_table::Owner::Link;
        if let Some(&io) = self.ios.find(&link) {
            self.retire(&io);
        }
        self.drive_mut(id).link = Link::Up;
    }

    fn arrive(&mut self, id: DriveId, info: &DriveInfo) {
        self.emit_drive_cause(id, DriveEvent::DriveArrived);
        let now = self.now;
        let drive = self.drive_mut(id);
        let lost_cache = info.power_cycled && drive.volatile_cache;
        drive.present = true;
        drive.link = Link::Up;
        drive.size = info.size;
        drive.physical = up_to(info.physical.0, 128).next_power_of_two() as u8;
        drive.volatile_cache = info.volatile_cache;
        let powerless = info.power_cycled || raid10_metadata::bug!("link-lost-is-power-lost");
        drive.cycled |= powerless && info.volatile_cache;
        drive.foreign = info.content == Content::Foreign;
        drive.bay = info.bay;
        drive.strikes = 0;
        drive.retry_at = Instant::NEVER;
        drive.retries = 0;
        drive.ejected = false;
        drive.latency = crate::health::Latency::new();
        drive.proof = Proof::None;
        if drive.health == Health::Failed {
            self.suspect(id).errors_decayed_at = now;
        }
        if raid10_metadata::bug!("bad-sectors-forgotten") {
            self.ranges.clear_kind(id, Kind::Suspect);
            self.ranges.clear_kind(id, Kind::Unreadable);
        }
        self.ranges.suspect_unreadable(id);
        // What no drive could fill, this one may.
        self.look_again();
        self.work.losses = true;
        if lost_cache {
            self.doubt_cache(id);
            self.drive_mut(id).unflushed = crate::bitmap::Bitmap::EMPTY;
        }
        if self.boot.assembling || self.is_labelled() && self.created {
            self.drive_mut(id).identified = false;
            self.boot.unread.insert(id);
            self.expect_members();
            self.run_boot();
        } else {
            self.place(id, info.content);
        }
    }

    /// Members are expected for some time after one has come or gone.
    pub(crate) fn expect_members(&mut self) {
        if self.boot.assembling && self.state != ArrayState::Waiting {
            self.state = ArrayState::Waiting;
            self.boot.settle_at = self.now + self.policy.settle_time;
            self.work.house = true;
        }
    }

    /// A drive lost power with writes in its cache: what they were, nobody knows.
    fn doubt_cache(&mut self, id: DriveId) {
        let unflushed = self.drive_ref(id).unflushed;
        let mut from = 0;
        while let Some(region) = unflushed.first_from(from) {
            self.mark_regions_stale(id, region, region);
            from = region + 1;
        }
        for index in 0..SOLE_WRITES {
            if let Some(stretch) = self.sole.at(index, id) {
                self.mark_not_held(id, stretch, Kind::Missed);
            }
        }
        self.sole.clear(id);
    }

    /// Decides what an arrived drive is to the array. Nothing is written before that.
    pub(crate) fn place(&mut self, id: DriveId, content: Content) {
        let role = self.drive_ref(id).role;
        match (content, role) {
            (Content::Foreign, _) => {
                self.vacate(id);
                self.emit_drive(id, DriveEvent::DriveForeign);
            }
            (Content::Blank, Role::Member(_) | Role::Target(_)) => {
                // The same drive, wiped: it holds nothing of ours any more.
                self.vacate(id);
                self.offer(id);
            }
            (Content::Blank, Role::Unassigned) => self.offer(id),
            (Content::Ours, Role::Member(_) | Role::Target(_)) => {
                self.doubt_dropped(id);
                self.quarantine_if_flapping(id);
            }
            (Content::Ours, Role::Unassigned) | (_, Role::Spare { .. }) => {}
        }
    }

    /// Takes its role from a drive that no longer holds what the role is for.
    pub(crate) fn vacate(&mut self, id: DriveId) {
        if let Some(slot) = self.drive_ref(id).slot() {
            let record = self.slot_mut(slot);
            if record.member == Some(id) {
                record.member = None;
            }
            if record.target == Some(id) {
                record.target = None;
            }
        }
        self.release(id);
    }

    /// A blank drive in the bay of a slot that needs one is a spare for that slot.
    fn offer(&mut self, id: DriveId) {
        let bay = self.drive_ref(id).bay;
        let Some(slot) = bay.filter(|slot| slot.index() < self.members()) else { return };
        let record = *self.slot_ref(slot);
        if self.created
            && self.policy.auto_rebuild
            && !self.is_served(record.member)
            && !self.is_served(record.target)
        {
            self.drive_mut(id).role = Role::Spare { dedicated: Some(slot) };
            self.give_label(id);
            // A drive put in its place: nobody waits for the old one any more.
            self.slot_mut(slot).wish = Some(Wish::Fill);
            self.emit_drive(id, DriveEvent::SpareAdded);
        }
    }

    fn quarantine_if_flapping(&mut self, id: DriveId) {
        let (now, limit, first) = (self.now, self.policy.flap_limit, self.policy.quarantine);
        let drive = self.drive_mut(id);
        let Some(excess) = drive.departures.checked_sub(limit) else { return };
        if limit == 0 {
            return;
        }
        let mut span = first;
        for _ in 0..excess.min(16) {
            span = span + span;
        }
        drive.quarantined_until = Some(now + span);
        self.emit_drive(id, DriveEvent::DriveQuarantined);
    }

    /// A drive may fill again what none could.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn look_again(&mut self) {
        self.ranges.retry_given_up();
        self.work.topology = true;
        self.work.repairs = true;
    }

    /// Ends quarantines that are over.
    pub(crate) fn end_quarantines(&mut self) {
        let now = self.now;
        for index in 0..DRIVES {
            let drive = self.drive_mut(DriveId(index as u8));
            if drive.quarantined_until.is_some_and(|until| until <= now) {
                drive.quarantined_until = None;
                self.look_again();
            }
        }
    }

    /// A drive was proven not to work.
    pub(crate) fn fail_drive(&mut self, id: DriveId) {
        let drive = self.drive_ref(id);
        // What is away can be neither proven nor cut off.
        if !drive.present || drive.health == Health::Failed {
            return self.cut(id);
        }
        self.drive_mut(id).health = Health::Failed;
        self.clean_soon();
        self.emit_drive_cause(id, DriveEvent::DriveFailed);
        self.schedule_retry(id);
        self.cut(id);
        self.abandon_windows(id);
        match self.drive_ref(id).role {
            Role::Target(slot) => {
                self.slot_mut(slot).target = None;
                self.release(id);
                self.drive_mut(id).proof = Proof::Refused(SpareObstacle::ProofFailed);
                self.emit_slot(slot, SlotEvent::RebuildFailed);
            }
            Role::Spare { .. } => self.refuse_spare(id, SpareObstacle::ProofFailed),
            Role::Member(_) => self.drive_mut(id).fill = None,
            Role::Unassigned => {}
        }
        self.work.topology = true;
        self.record.commit(Fact::Degraded);
    }

    /// Ends the commands of a drive that has failed, by force where it still has some.
    pub(crate) fn cut(&mut self, id: DriveId) {
        if !self.drive_ref(id).present {
            return;
        }
        self.voids.insert(id);
        let drive = self.drive_mut(id);
        if drive.outstanding > 0 {
            if drive.link != Link::Isolating || !self.has_link_command(id) {
                self.drive_mut(id).link = Link::Isolating;
                self.resets.insert(id);
            }
        } else {
            drive.link = Link::Cut;
        }
    }

    fn has_link_command(&self, id: DriveId) -> bool {
        let isolates = |io: &crate::io_table::Io| {
            io.drive == id
                && io.owner == crate::io_table::Owner::Link
                && io.verb == crate::io_table::Verb::Isolate
        };
        self.ios.find(&isolates).is_some()
    }

    /// A drive is nothing to the array any more.
    pub(crate) fn release(&mut self, id: DriveId) {
        self.abandon_windows(id);
        self.forget_written(id);
        self.forget_records(id);
        let drive = self.drive_mut(id);
        drive.flushing = crate::bitmap::Bitmap::EMPTY;
        drive.flushes = 0;
        drive.ejected = false;
        drive.quarantined_until = None;
        drive.proof = Proof::None;
        self.work.topology = true;
        self.work.losses = true;
    }

    /// When the place of a drive that left is given to a spare.
    pub(crate) fn grace_ends(&self, id: DriveId) -> Instant {
        let drive = self.drive_ref(id);
        let left = !drive.present && drive.health != Health::Failed;
        if left { drive.departed_at + GRACE } else { Instant(0) }
    }

    /// True if a drive that left is expected back.
    pub(crate) fn is_awaited(&self, id: DriveId) -> bool {
        self.grace_ends(id) > self.now
    }
}

#[cfg(test)]
mod tests;
