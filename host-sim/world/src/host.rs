//! The host: the script's requests and the loads.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{ArrayLba, Duration, HostOp, HostRequest, Instant, RequestId, SectorCount};

use crate::plan::LoadPlan;
use crate::rng::{Rng, Stream};

/// The largest request of the script, in sectors: 1 MiB.
const REQUEST_MAX: u64 = 2048;
/// How long a load without a rate waits after a request that ended at once: an array that refuses everything would
/// otherwise stop the time.
const BACK_OFF: Duration = Duration::micros(100);
/// How many requests of the script are in flight at once.
const QUEUE: u8 = 8;

/// Who wants a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Script,
    Load(usize),
}

/// A request that was not accepted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) request: HostRequest,
    source: Source,
    /// The version it has; given once.
    pub(crate) version: Option<u32>,
}

/// A statement's range, in pieces.
#[derive(Clone, Debug)]
struct Span {
    op: HostOp,
    range: Range<u64>,
}

/// A request that was accepted and has not ended.
#[derive(Clone, Copy, Debug)]
struct Flight {
    id: RequestId,
    source: Source,
    since: Instant,
}

#[derive(Clone, Debug)]
struct Load {
    rng: Rng,
    running: bool,
    in_flight: u8,
    /// Requests whose time has come, but which found the queue full.
    owed: bool,
    writes: u32,
}

/// The host.
#[derive(Clone, Debug)]
pub(crate) struct Host<'a> {
    plans: &'a [LoadPlan],
    capacity: u64,
    streams: VecDeque<Span>,
    loads: Vec<Load>,
    /// The request that was refused as busy, or is to be submitted next.
    offer: Option<Offer>,
    script_in_flight: u8,
    in_flight: Vec<Flight>,
    /// Submitted and refused for another reason than busy.
    pub(crate) refused: u64,
}

impl<'a> Host<'a> {
    pub(crate) fn new(plans: &'a [LoadPlan], capacity: u64) -> Self {
        let load = |(index, plan): (usize, &LoadPlan)| Load {
            rng: Rng::new(plan.seed, Stream::Load(index as u16)),
            running: false,
            in_flight: 0,
            owed: false,
            writes: 0,
        };
        Self {
            plans,
            capacity,
            streams: VecDeque::new(),
            loads: plans.iter().enumerate().map(load).collect(),
            offer: None,
            script_in_flight: 0,
            in_flight: Vec::new(),
            refused: 0,
        }
    }

    /// A statement of the script wants I/O.
    pub(crate) fn want(&mut self, op: HostOp, range: Option<Range<u64>>) {
        let range = if op == HostOp::Flush { 0..0 } else { range.unwrap_or(0..self.capacity) };
        self.streams.push_back(Span { op, range });
    }

    /// A load starts. Returns when its first request is due.
    pub(crate) fn start(&mut self, load: usize, now: Instant) -> Instant {
        self.loads[load].running = true;
        now
    }

    pub(crate) fn stop(&mut self, load: usize) {
        self.loads[load].running = false;
        self.loads[load].owed = false;
    }

    pub(crate) fn stop_all(&mut self) {
        (0..self.loads.len()).for_each(|load| self.stop(load));
    }

    /// True if a load runs.
    pub(crate) fn is_loaded(&self) -> bool {
        self.loads.iter().any(|load| load.running)
    }

    /// The time of a load's next request has come. Returns when the one after it is due.
    pub(crate) fn load_due(&mut self, load: usize, now: Instant) -> Option<Instant> {
        if !self.loads[load].running {
            return None;
        }
        self.loads[load].owed = true;
        let interval = self.plans[load].interval;
        (interval.0 > 0).then(|| now + interval)
    }

    /// The next request to be submitted, if one may be.
    pub(crate) fn next(&mut self) -> Option<Offer> {
        if self.offer.is_none() {
            self.offer = self.next_of_script().or_else(|| self.next_of_loads());
        }
        self.offer
    }

    /// Keeps a request that was refused as busy, with its version.
    pub(crate) const fn keep(&mut self, offer: Offer) {
        self.offer = Some(offer);
    }

    /// The request was accepted.
    pub(crate) fn accepted(&mut self, id: RequestId, since: Instant) {
        let Some(offer) = self.offer.take() else {
            return;
        };
        self.in_flight.push(Flight { id, source: offer.source, since });
    }

    /// The request was refused for good. Returns which load is due next, and when.
    pub(crate) fn refused(&mut self, now: Instant) -> Option<(usize, Instant)> {
        let offer = self.offer.take()?;
        self.refused += 1;
        self.release(offer.source, now, now)
    }

    /// The array lost its power: what was under way has no end, and what was not accepted is submitted again later.
    pub(crate) fn power_lost(&mut self) {
        self.in_flight.clear();
        self.script_in_flight = 0;
        for (load, plan) in self.loads.iter_mut().zip(self.plans) {
            load.in_flight = 0;
            load.owed |= load.running && plan.interval.0 == 0;
        }
        if let Some(offer) = &mut self.offer {
            // A write that comes later has a later version.
            offer.version = None;
            match offer.source {
                Source::Script => self.script_in_flight = 1,
                Source::Load(load) => self.loads[load].in_flight = 1,
            }
        }
    }

    /// What the script still wants is refused.
    pub(crate) fn refuse_script(&mut self) {
        if self.offer.is_some_and(|offer| offer.source == Source::Script) {
            self.offer = None;
            self.script_in_flight -= 1;
            self.refused += 1;
        }
        self.refused += self.streams.len() as u64;
        self.streams.clear();
    }

    /// True if nothing is in flight.
    pub(crate) const fn is_calm(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// A request ended. Returns which load is due next, and when, if that is not at once.
    pub(crate) fn replied(&mut self, id: RequestId, now: Instant) -> Option<(usize, Instant)> {
        let index = self.in_flight.iter().position(|flight| flight.id == id)?;
        let flight = self.in_flight.swap_remove(index);
        self.release(flight.source, flight.since, now)
    }

    /// True if the script wants nothing more and nothing is in flight.
    pub(crate) fn is_idle(&self) -> bool {
        self.streams.is_empty() && self.offer.is_none() && self.in_flight.is_empty()
    }

    /// True if the script's own requests have all ended.
    pub(crate) fn script_is_done(&self) -> bool {
        self.streams.is_empty() && self.script_in_flight == 0
    }

    fn release(
        &mut self,
        source: Source,
        since: Instant,
        now: Instant,
    ) -> Option<(usize, Instant)> {
        let Source::Load(load) = source else {
            self.script_in_flight -= 1;
            return None;
        };
        self.loads[load].in_flight -= 1;
        if self.plans[load].interval.0 > 0 || !self.loads[load].running {
            return None;
        }
        if since == now {
            self.loads[load].owed = false;
            return Some((load, now + BACK_OFF));
        }
        self.loads[load].owed = true;
        None
    }

    /// The script's requests come in order; a flush waits for those before it.
    fn next_of_script(&mut self) -> Option<Offer> {
        let stream = self.streams.front_mut()?;
        let flush = stream.op == HostOp::Flush;
        if self.script_in_flight >= QUEUE || (flush && self.script_in_flight > 0) {
            return None;
        }
        let count = (stream.range.end - stream.range.start).min(REQUEST_MAX);
        let request = request(stream.op, stream.range.start, count);
        stream.range.start += count;
        if stream.range.is_empty() {
            self.streams.pop_front();
        }
        self.script_in_flight += 1;
        Some(Offer { request, source: Source::Script, version: None })
    }

    fn next_of_loads(&mut self) -> Option<Offer> {
        let ready = |&index: &usize| {
            let load = &self.loads[index];
            load.running && load.owed && load.in_flight < self.plans[index].queue
        };
        let index = (0..self.loads.len()).find(ready)?;
        let (plan, load) = (&self.plans[index], &mut self.loads[index]);
        load.in_flight += 1;
        load.owed = plan.interval.0 == 0 && load.in_flight < plan.queue;
        let request = draw(plan, load, self.capacity);
        Some(Offer { request, source: Source::Load(index), version: None })
    }
}

fn request(op: HostOp, lba: u64, count: u64) -> HostRequest {
    HostRequest { op, lba: ArrayLba(lba), count: SectorCount(count) }
}

/// Draws a load's next request.
fn draw(plan: &LoadPlan, load: &mut Load, capacity: u64) -> HostRequest {
    if plan.flush > 0 && load.writes >= plan.flush {
        load.writes = 0;
        return request(HostOp::Flush, 0, 0);
    }
    let span = plan.span.clone().unwrap_or(0..capacity);
    let (least, most) = plan.size;
    let step = least.max(1);
    let steps = (most.max(least) - least) / step;
    let len = span.end - span.start;
    let count = (least + step * load.rng.below(steps + 1)).clamp(1, len.max(1));
    let places = (len - count.min(len)) / step + 1;
    let lba = span.start + load.rng.below(places) * step;
    let dice = load.rng.below(100);
    let (read, trim) = (u64::from(plan.read), u64::from(plan.trim));
    let op = if dice < read {
        HostOp::Read
    } else if dice < read + trim {
        HostOp::Trim
    } else {
        HostOp::Write
    };
    load.writes += u32::from(op.is_write());
    request(op, lba, count)
}
