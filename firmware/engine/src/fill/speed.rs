//! How fast a fill has been, and so how long it may take.

use crate::units::{Duration, Instant, SECTOR_BYTES, lower, raise};

/// Time over which one speed is measured.
const SPEED_MARK: Duration = Duration::millis(250);

/// Speeds measured, in bytes per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Speed {
    mark: Instant,
    copied: u64,
    fastest: u64,
    slowest: u64,
}

impl Speed {
    pub(super) const fn new(now: Instant) -> Self {
        Self { mark: now, copied: 0, fastest: 0, slowest: u64::MAX }
    }

    pub(super) fn add(&mut self, now: Instant, sectors: u64) {
        self.copied += sectors;
        let span = now.since(self.mark).0;
        if span < SPEED_MARK.0 {
            return;
        }
        let speed = bytes_rate(self.copied, span);
        raise(&mut self.fastest, speed);
        lower(&mut self.slowest, speed);
        self.mark = now;
        self.copied = 0;
    }

    pub(super) fn eta(&self, remaining: u64) -> Option<(Duration, Duration)> {
        (self.fastest > 0).then(|| {
            (
                Duration(bytes_rate(remaining, self.fastest)),
                Duration(bytes_rate(remaining, self.slowest)),
            )
        })
    }
}

/// The speed in bytes per second at which so many sectors take `by` microseconds; and the time in microseconds that they
/// take at `by` bytes per second.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub(super) fn bytes_rate(sectors: u64, by: u64) -> u64 {
    (sectors * SECTOR_BYTES).saturating_mul(1_000_000) / by.max(1)
}
