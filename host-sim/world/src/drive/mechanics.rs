//! How long a drive takes.
//!
//! | model | read, write | access | flush | commands at once | cache |
//! | --- | --- | --- | --- | --- | --- |
//! | `hdd` | 180, 180 MB/s | 12 ms | 6 ms | 1 | volatile |
//! | `ssd` | 500, 450 MB/s | 80 µs | 40 µs | 8 | volatile |
//! | `sd` | 20, 10 MB/s | 1 ms | 500 µs | 1 | none |
//! | `ram` | 1000, 1000 MB/s | 1 µs | 1 µs | 1 | none |
//!
//! A command of a disk that begins where the last one ended runs at the media rate. Any other needs
//! `access · (8 + 45·√(distance / size)) / 32` before its transfer, which is `access` on average over
//! random pairs of places; a short way forward costs no more than passing over the sectors between; a
//! write into a volatile cache is ordered by the drive and costs a quarter. The other models need `access`
//! always; several commands wait for it side by side, and share the rate.

use raid10_engine::{Duration, Instant, SECTOR_BYTES};

/// The figures of a drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Bytes per second of long sequential reads.
    pub read_rate: u64,
    /// Bytes per second of long sequential writes.
    pub write_rate: u64,
    /// Time before a transfer at a random place.
    pub access: Duration,
    /// Commands that are served at once.
    pub lanes: u8,
    /// Whether the distance between places matters.
    pub rotating: bool,
    /// Whether writes complete before they are durable.
    pub volatile_cache: bool,
}

impl Figures {
    /// A disk of 7200 turns a minute.
    pub const HDD: Self = Self {
        read_rate: 180_000_000,
        write_rate: 180_000_000,
        access: Duration::millis(12),
        lanes: 1,
        rotating: true,
        volatile_cache: true,
    };
    /// A flash drive on SATA.
    pub const SSD: Self = Self {
        read_rate: 500_000_000,
        write_rate: 450_000_000,
        access: Duration::micros(80),
        lanes: 8,
        rotating: false,
        volatile_cache: true,
    };
    /// A memory card on a microcontroller's SPI or 4-bit bus.
    pub const SD: Self = Self {
        read_rate: 20_000_000,
        write_rate: 10_000_000,
        access: Duration::millis(1),
        lanes: 1,
        rotating: false,
        volatile_cache: false,
    };
    /// Memory.
    pub const RAM: Self = Self {
        read_rate: 1_000_000_000,
        write_rate: 1_000_000_000,
        access: Duration::micros(1),
        lanes: 1,
        rotating: false,
        volatile_cache: false,
    };
}

/// What a command is to the mechanics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Read { start: u64, count: u64 },
    Write { start: u64, count: u64, cached: bool },
    Zero { start: u64 },
    Flush { dirty: bool },
}

/// The state of the mechanics.
#[derive(Clone, Debug)]
pub(crate) struct Mechanics {
    pub(crate) figures: Figures,
    /// Sectors of the drive.
    pub(crate) size: u64,
    /// Where the last command ended.
    pub(crate) head: u64,
    /// When the transfers begun so far are over.
    bus_free: Instant,
    /// Nanoseconds of transfer not yet charged.
    carry: u64,
}

impl Mechanics {
    pub(crate) const fn new(figures: Figures, size: u64) -> Self {
        Self { figures, size, head: 0, bus_free: Instant(0), carry: 0 }
    }

    /// When a command that begins now is done.
    pub(crate) fn serve(&mut self, now: Instant, work: Work, limp: u32) -> Instant {
        let (access, transfer) = match work {
            Work::Read { start, count } => {
                let access = self.position(start, self.figures.read_rate);
                self.head = start + count;
                (access, self.transfer(count, self.figures.read_rate))
            }
            Work::Write { start, count, cached } => {
                let access = self.position(start, self.figures.write_rate);
                self.head = start + count;
                let access = if cached && self.figures.rotating { access / 4 } else { access };
                (access, self.transfer(count, self.figures.write_rate))
            }
            Work::Zero { start } => (self.position(start, self.figures.write_rate), 1),
            Work::Flush { dirty: true } => ((self.figures.access.0 / 2).max(1), 0),
            Work::Flush { dirty: false } => ((self.figures.access.0 / 2).clamp(1, 50), 0),
        };
        let limp = u64::from(limp);
        let ready = now + Duration(access * limp);
        let begin = if self.figures.lanes > 1 { ready.max(self.bus_free) } else { ready };
        let done = begin + Duration(transfer * limp);
        self.bus_free = done;
        done.max(now + Duration(1))
    }

    /// The longest that one command of so many sectors can take, so many times slower.
    pub(crate) fn longest(&self, sectors: u64, limp: u32) -> Duration {
        let rate = u128::from(self.figures.read_rate.min(self.figures.write_rate).max(1));
        let transfer = u128::from(sectors) * u128::from(SECTOR_BYTES) * 1_000_000 / rate;
        let access = u128::from(self.figures.access.0) * 53 / 32 + 1;
        let longest = (access + transfer + 1) * u128::from(limp);
        Duration(u64::try_from(longest).unwrap_or(u64::MAX))
    }

    /// Microseconds until the transfer at `start` can begin.
    fn position(&self, start: u64, rate: u64) -> u64 {
        let access = self.figures.access.0;
        if !self.figures.rotating {
            return access;
        }
        if start == self.head {
            return 0;
        }
        let distance = start.abs_diff(self.head);
        let share = (u128::from(distance) << 20) / u128::from(self.size.max(1));
        let root = (share as u64).isqrt();
        let seek = access * (8 * 1024 + 45 * root) / (32 * 1024);
        if start < self.head {
            return seek;
        }
        let pass = u128::from(distance) * u128::from(SECTOR_BYTES) * 1_000_000 / u128::from(rate);
        u64::try_from(pass).map_or(seek, |pass| seek.min(pass))
    }

    /// Microseconds of a transfer; what rounding drops is charged later.
    fn transfer(&mut self, count: u64, rate: u64) -> u64 {
        let nanos = u128::from(count) * u128::from(SECTOR_BYTES) * 1_000_000_000 / u128::from(rate);
        self.carry += nanos as u64;
        let micros = self.carry / 1000;
        self.carry %= 1000;
        micros
    }
}

#[cfg(test)]
mod tests;
