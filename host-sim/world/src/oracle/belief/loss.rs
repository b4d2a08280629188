//! What a loss of the controller's power leaves of what may be believed of a drive.

use core::ops::Range;

use raid10_engine::{Duration, Instant, IoClass};

use super::Belief;
use crate::generations::Sealed;
use crate::ranges::Ranges;

/// For how long a repair may not have reached the records.
const REPAIRED: Duration = Duration::secs(60);

/// How a drive fares when the controller loses its power.
#[derive(Clone, Debug)]
pub(crate) struct Loss {
    /// It is in service.
    pub(crate) serves: bool,
    /// It is being filled.
    pub(crate) filling: bool,
    /// The drives lose their power too.
    pub(crate) powerless: bool,
    /// It has a volatile cache.
    pub(crate) volatile: bool,
    /// What it alone has of what the host wrote to it.
    pub(crate) sole: Ranges,
}

impl Belief {
    /// A write ends well: remembers what the engine learns by it.
    pub(super) fn note_gain(&mut self, now: Instant, range: Range<u64>, class: IoClass) {
        let knew = self.sectors.contains_all(&range)
            && !self.bad.intersects(&range)
            && !self.holes.intersects(&range)
            // What this engine may believe or not is not what it knows, even if it was filled before.
            && !self.perhaps.intersects(&range);
        match class {
            _ if knew => {}
            IoClass::Rebuild => self.filled.insert(range),
            IoClass::Repair => self.repaired.push_back((now, range)),
            IoClass::Host | IoClass::Probe | IoClass::Metadata => {
                self.taken.insert(range.clone());
                self.healed.open().insert(range);
            }
        }
    }

    /// The host submits a flush.
    pub(crate) fn host_flush_begins(&mut self) -> Sealed {
        self.healed.seal()
    }

    /// The host's flush ended well.
    pub(crate) fn host_flush_ends(&mut self, sealed: Sealed) {
        self.healed.settle(sealed);
    }

    /// The controller that knew all this lost its power.
    pub(crate) fn controller_lost(&mut self, now: Instant, loss: &Loss, region: u64) {
        // That a repair was still to be read back is known to nobody any more: the next read of it tells.
        self.unverified = Ranges::new();
        let bad = core::mem::take(&mut self.bad);
        self.doubt(&bad);
        for healed in self.healed.take() {
            self.doubt(&healed);
        }
        for (at, range) in core::mem::take(&mut self.repaired) {
            if at + REPAIRED >= now {
                self.perhaps.insert(range);
            }
        }
        let (filled, mut taken) =
            (core::mem::take(&mut self.filled), core::mem::take(&mut self.taken));
        if loss.filling {
            self.doubt(&filled);
            loss.sole.iter().for_each(|range| taken.remove(range));
            self.doubt(&taken);
        }
        if !loss.serves {
            self.behind();
        }
        if loss.powerless {
            // What a drive in service did not flush may be old again, and is legal again.
            self.lost_power(loss.volatile && !loss.serves, region);
        } else {
            self.lost_link();
        }
        self.checkpoint_due = false;
        self.restart();
    }

    /// It is away: it may miss what was written shortly before.
    pub(crate) fn behind(&mut self) {
        let recent = core::mem::take(&mut self.recent);
        self.doubt(&recent);
    }

    /// It lost its cache while no controller ran: the one that comes next knows of the writes of the last one where they were, and
    /// not what they were.
    pub(crate) fn lost_cache_unseen(&mut self) {
        let uneven = self.uneven.clone();
        self.doubt(&uneven);
    }

    /// The engine that comes next may believe it here, or not.
    pub(super) fn doubt(&mut self, sectors: &Ranges) {
        sectors.iter().for_each(|range| self.perhaps.insert(range));
    }
}
