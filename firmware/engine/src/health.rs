//! Errors and latency of a drive, and what they say about it.
//!
//! ```text
//!           errors, or slower than its peers        too many, or for too long
//!   Good -----------------------------------> Suspect -----------------> Ailing
//!    ^  \                                        |                          |
//!    |   \--- strikes: proven not to work ---> Failed <---------------------+
//!    +--------- errors decayed, fast again ------+
//! ```
//!
//! A drive is called failed only with proof: [`STRIKES`] failures in a row that speak against the drive as a
//! whole, the last ones on commands sent for no other purpose; or a reset that it did not answer. Errors of the
//! medium make it ailing at most. A drive that has the last copy of something is given more chances, and when it has
//! failed all the same it is reset and tried again from time to time.
//!
//! A member that fails [`STRIKES`] flushes in a row makes nothing durable that it is given, however well the rest goes. It is
//! ejected, and not called failed: what it has may be read still.

use crate::Engine;
use crate::drive::{Drive, Link};
use crate::event::DriveEvent;
use crate::io::IoFault;
use crate::status::{Health, Role};
use crate::units::{DriveId, Duration, Instant};
use crate::validity::up_to;

/// Failures in a row that prove that a drive does not work.
pub(crate) const STRIKES: u8 = 3;
/// Failures in a row that prove it of a drive that has the last copy of something.
const STRIKES_LAST_COPY: u8 = 10;
/// When a failed drive with the last copy of something is tried again; each further time after twice as long.
const RETRY_FIRST: Duration = Duration::secs(5);
/// How often it is tried.
const RETRIES: u8 = 8;
/// Commands measured before a drive's latency counts.
const SAMPLES_MIN: u16 = 16;
/// Commands between two comparisons with the peers.
const COMPARE_EVERY: u16 = 8;
/// Below this a command is never called slow, in microseconds for 16 sectors.
const SLOW_MIN: u32 = 2_000;

/// How long a drive takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Latency {
    /// Moving average over about 8 commands, in microseconds for 16 sectors.
    average: u32,
    samples: u16,
    /// [`Instant::NEVER`] if it does not limp.
    limping_since: Instant,
}

impl Latency {
    /// All zero; [`new`](Self::new) is what a drive begins with.
    pub(crate) const NOTHING: Self = Self { average: 0, samples: 0, limping_since: Instant(0) };

    pub(crate) const fn new() -> Self {
        Self { average: 0, samples: 0, limping_since: Instant::NEVER }
    }

    fn measure(&mut self, micros: u64, sectors: u32) {
        let scaled = micros * 16 / u64::from((sectors + 15).max(16));
        let sample = up_to(scaled, u32::MAX / 16);
        self.average = if self.samples == 0 { sample } else { (self.average * 7 + sample) / 8 };
        self.samples = self.samples.saturating_add(1);
    }

    /// The average, once it means something.
    fn settled(&self) -> Option<u32> {
        (self.samples >= SAMPLES_MIN).then_some(self.average)
    }

    /// When a drive that limps on becomes ailing.
    pub(crate) fn judged_at(&self, limp_time: Duration) -> Instant {
        self.limping_since + limp_time
    }

    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn is_limping(&self) -> bool {
        self.limping_since < Instant::NEVER
    }
}

impl<const DRIVES: usize> Engine<DRIVES> {
    /// Counts an error of a drive, after halving the count for each half-life gone by.
    fn count_error(&mut self, id: DriveId) -> &mut Drive {
        let drive = self.decay_errors(id);
        drive.errors = drive.errors.saturating_add(1);
        drive
    }

    fn decay_errors(&mut self, id: DriveId) -> &mut Drive {
        let (now, half_life) = (self.now, self.policy.error_half_life.0.max(1));
        let drive = self.drive_mut(id);
        let halvings = now.since(drive.errors_decayed_at).0 / half_life;
        if halvings > 0 {
            drive.errors = (u32::from(drive.errors) >> up_to(halvings, 16)) as u16;
            drive.errors_decayed_at = now;
        }
        drive
    }

    /// A command succeeded.
    pub(crate) fn note_success(&mut self, id: DriveId, micros: u64, sectors: u32) {
        let drive = self.drive_mut(id);
        drive.strikes = 0;
        drive.latency.measure(micros, sectors);
        if drive.latency.samples.is_multiple_of(COMPARE_EVERY) {
            self.compare_with_peers(id);
        }
    }

    /// An error that speaks against some sectors.
    pub(crate) fn note_medium_error(&mut self, id: DriveId) {
        self.count_error(id);
        if raid10_metadata::bug!("evict-without-proof") {
            self.fail_drive(id);
        }
        self.judge(id);
    }

    /// A failure that speaks against the drive as a whole, of a command sent at `sent`. Commands that were on their way
    /// when the drive last failed one say nothing new.
    pub(crate) fn note_strike(&mut self, id: DriveId, sent: Instant) {
        let drive = self.drive_ref(id);
        let known = drive.strikes > 0 && sent < drive.struck_at;
        if known || !drive.present {
            return;
        }
        let now = self.now;
        let drive = self.count_error(id);
        drive.struck_at = now;
        drive.strikes = drive.strikes.saturating_add(1);
        let strikes = drive.strikes;
        let proven = strikes >= STRIKES_LAST_COPY || (strikes >= STRIKES && self.is_needless(id));
        if proven {
            self.fail_drive(id);
        } else {
            self.judge(id);
            self.probes.insert(id);
        }
    }

    /// A drive failed a flush. It may have lost what it was written before, however well everything else goes: after
    /// some in a row it is written no more.
    pub(crate) fn note_unflushed(&mut self, id: DriveId, fault: IoFault) {
        // What speaks against the drive as a whole was counted as such.
        let of_cache = fault == IoFault::Medium;
        if of_cache {
            self.emit_drive_cause(id, DriveEvent::FlushFailed);
        }
        let alone = self.is_needed(id);
        let most = if alone { STRIKES_LAST_COPY } else { STRIKES };
        let drive = self.drive_mut(id);
        drive.flush_faults += 1;
        // What a member has can be read still, unless it fails as a whole.
        let holds = alone || matches!(drive.role, Role::Member(_));
        if drive.flush_faults >= most {
            drive.flush_faults = 0;
            self.write_no_more(id, of_cache && holds);
        } else if of_cache {
            self.note_medium_error(id);
        }
    }

    /// A drive cannot be written, or not so that it lasts. It may be read still if it `holds` what nobody else may have.
    pub(crate) fn write_no_more(&mut self, id: DriveId, holds: bool) {
        if holds {
            self.take_out_of_service(id);
        } else {
            self.fail_drive(id);
        }
    }

    /// Sets the time at which a drive that has just failed is tried again.
    pub(crate) fn schedule_retry(&mut self, id: DriveId) {
        let now = self.now;
        let drive = self.drive_mut(id);
        // Minutes at most: one word has them.
        let span = u64::from((RETRY_FIRST.0 as u32) << drive.retries.min(RETRIES));
        let again = drive.retries < RETRIES;
        drive.retry_at = if again { now + Duration(span) } else { Instant::NEVER };
        drive.retries = drive.retries.saturating_add(1);
    }

    /// Resets failed drives that have the last copy of something, or alone may go on with the array, to see whether they work again.
    pub(crate) fn retry_failed(&mut self) {
        let now = self.now;
        let outdone = || self.is_outdone() && !raid10_metadata::bug!("rival-not-retried");
        let wanted = !self.lost.is_zero() || outdone();
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            let drive = self.drive_mut(id);
            let due = drive.retry_at <= now;
            if !due || !drive.present || drive.health != Health::Failed || drive.link != Link::Cut {
                continue;
            }
            drive.retry_at = Instant::NEVER;
            if matches!(drive.role, Role::Member(_)) && wanted {
                drive.link = Link::Resetting;
                self.resets.insert(id);
            }
        }
    }

    /// A drive that had failed works again, but must prove itself.
    #[cfg_attr(target_pointer_width = "32", inline(never))]
    pub(crate) fn suspect(&mut self, id: DriveId) -> &mut Drive {
        let limit = self.policy.error_limit;
        let drive = self.drive_mut(id);
        drive.health = Health::Suspect;
        drive.errors = drive.errors.max(limit.div_ceil(4));
        drive
    }

    /// A drive that had failed has answered a command again.
    pub(crate) fn readmit(&mut self, id: DriveId) {
        self.suspect(id).strikes = 0;
        self.look_again();
        self.emit_drive_cause(id, DriveEvent::DriveRecovered);
    }

    /// Moves a drive between good, suspect and ailing.
    fn judge(&mut self, id: DriveId) {
        let limit = self.policy.error_limit.max(1);
        let limp_time = self.policy.limp_time;
        let now = self.now;
        let drive = self.decay_errors(id);
        let limps = drive.latency.is_limping();
        let ailing = drive.errors >= limit || drive.latency.judged_at(limp_time) <= now;
        let suspect = drive.errors >= limit.div_ceil(4) || limps;
        let next = match drive.health {
            Health::Failed => return,
            // Only a new start clears it: a drive that was bad enough to be replaced stays so.
            Health::Ailing => Health::Ailing,
            Health::Good | Health::Suspect if ailing => Health::Ailing,
            Health::Good | Health::Suspect if suspect => Health::Suspect,
            Health::Good | Health::Suspect => Health::Good,
        };
        if next == drive.health {
            return;
        }
        drive.health = next;
        self.work.topology = true;
        let event = match next {
            Health::Good => DriveEvent::DriveRecovered,
            Health::Suspect if limps => DriveEvent::DriveLimping,
            Health::Suspect => DriveEvent::DriveSuspect,
            Health::Ailing | Health::Failed => DriveEvent::DriveAiling,
        };
        self.emit_drive(id, event);
    }

    /// Judges drives that limp or gave errors, which may have got no command since.
    pub(crate) fn judge_suspects(&mut self) {
        for index in 0..DRIVES {
            let id = DriveId(index as u8);
            let drive = self.drive_ref(id);
            if drive.latency.is_limping() || drive.health == Health::Suspect {
                self.judge(id);
            }
        }
    }

    /// Blames a drive for being slow only when its peers are not.
    fn compare_with_peers(&mut self, id: DriveId) {
        let ratio = u32::from(self.policy.limp_ratio);
        let latency = self.drive_ref(id).latency;
        let Some(own) = latency.settled() else { return };
        // Who limps must come nearer to its peers than the ratio that it is blamed for.
        let limps = latency.is_limping();
        // A ratio of zero blames nobody.
        let ratio = if limps { ratio.div_ceil(2) } else { ratio };
        let Some(limit) = own.checked_div(ratio) else { return };
        let Some(peers_are_fast) = self.is_median_within(id, limit) else { return };
        let slow = own > SLOW_MIN && limit > 0 && peers_are_fast;
        let limping_since = match (limps, slow) {
            (false, true) => self.now,
            (true, false) => Instant::NEVER,
            (true, true) => latency.limping_since,
            (false, false) => return,
        };
        self.drive_mut(id).latency.limping_since = limping_since;
        self.work.house = true;
        self.judge(id);
    }

    /// True if the latency in the middle of those of the other members is no larger than a limit.
    fn is_median_within(&self, id: DriveId, limit: u32) -> Option<bool> {
        let (mut peers, mut within) = (0, 0);
        for index in 0..DRIVES {
            let drive = self.drive_ref(DriveId(index as u8));
            if index != id.index()
                && matches!(drive.role, Role::Member(_))
                && drive.in_service()
                && let Some(average) = drive.latency.settled()
            {
                peers += 1;
                within += u32::from(average <= limit);
            }
        }
        (peers > 0).then_some(within > peers / 2)
    }
}
