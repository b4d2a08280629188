//! Actions at a point.

use super::Bind;
use crate::script::{Action, Arrival, Assemble, Fault, HostIo, Order, Point, Repeats};

impl Bind for Action {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::Host(io) => Self::Host(io.bind(point)),
            Self::Fault(fault) => Self::Fault(fault.bind(point)),
            Self::Order(order) => Self::Order(order.bind(point)),
            Self::Hold { until } => Self::Hold { until: until.bind(point) },
            Self::Start(_) | Self::Stop(_) => self.clone(),
        }
    }
}

impl Bind for HostIo {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::Write { range, pattern, fua } => {
                Self::Write { range: range.bind(point), pattern: pattern.bind(point), fua: *fua }
            }
            Self::Read(range) => Self::Read(range.bind(point)),
            Self::Trim(range) => Self::Trim(range.bind(point)),
            Self::Zero(range) => Self::Zero(range.bind(point)),
            Self::Flush => Self::Flush,
        }
    }
}

impl Bind for Fault {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::Fail(drive) => Self::Fail(drive.bind(point)),
            Self::Revive(drive) => Self::Revive(drive.bind(point)),
            Self::Timeout { drive, lasting, heeds } => Self::Timeout {
                drive: drive.bind(point),
                lasting: lasting.bind(point),
                heeds: *heeds,
            },
            Self::Unreadable { drive, range, healing } => Self::Unreadable {
                drive: drive.bind(point),
                range: range.bind(point),
                healing: *healing,
            },
            Self::WriteError { drive, range, times } => Self::WriteError {
                drive: drive.bind(point),
                range: range.bind(point),
                times: match times {
                    Repeats::Times(times) => Repeats::Times(times.bind(point)),
                    Repeats::Always => Repeats::Always,
                },
            },
            Self::Limp { drive, factor, ops } => {
                Self::Limp { drive: drive.bind(point), factor: factor.bind(point), ops: *ops }
            }
            Self::Recover(drive) => Self::Recover(drive.bind(point)),
            Self::Stall { drive, lasting, every } => Self::Stall {
                drive: drive.bind(point),
                lasting: lasting.bind(point),
                every: every.bind(point),
            },
            Self::Pull(drive) => Self::Pull(drive.bind(point)),
            Self::Insert { drive, slot, arrival } => Self::Insert {
                drive: drive.bind(point),
                slot: slot.bind(point),
                arrival: arrival.bind(point),
            },
            Self::Swap(one, other) => Self::Swap(one.bind(point), other.bind(point)),
            Self::Glitch { drives, lasting } => {
                Self::Glitch { drives: drives.bind(point), lasting: lasting.bind(point) }
            }
            Self::Image(drive) => Self::Image(drive.bind(point)),
            Self::Tear { drive, sectors } => {
                Self::Tear { drive: drive.bind(point), sectors: sectors.bind(point) }
            }
            Self::IgnoreFlush { drive, times } => {
                Self::IgnoreFlush { drive: drive.bind(point), times: times.bind(point) }
            }
            Self::FailFlush { drive, times, drops } => Self::FailFlush {
                drive: drive.bind(point),
                times: times.bind(point),
                drops: *drops,
            },
            Self::PowerOff(loss) => Self::PowerOff(loss.bind(point)),
            Self::PowerOn => Self::PowerOn,
            Self::PowerCut { loss, lasting } => {
                Self::PowerCut { loss: loss.bind(point), lasting: lasting.bind(point) }
            }
            Self::BrownOut { drives, survival, lasting } => Self::BrownOut {
                drives: drives.bind(point),
                survival: survival.bind(point),
                lasting: lasting.bind(point),
            },
            Self::Reset { lasting } => Self::Reset { lasting: lasting.bind(point) },
        }
    }
}

impl Bind for Arrival {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::Clone(of) => Self::Clone(of.bind(point)),
            Self::AsItWas | Self::Blank | Self::Stale | Self::Foreign | Self::Dead => self.clone(),
        }
    }
}

impl Bind for Order {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::Fail(slot) => Self::Fail(slot.bind(point)),
            Self::Remove(drive) => Self::Remove(drive.bind(point)),
            Self::AddSpare { drive, slot, force } => {
                Self::AddSpare { drive: drive.bind(point), slot: slot.bind(point), force: *force }
            }
            Self::RemoveSpare(drive) => Self::RemoveSpare(drive.bind(point)),
            Self::Replace { slot, with } => {
                Self::Replace { slot: slot.bind(point), with: with.bind(point) }
            }
            Self::CancelReplace(slot) => Self::CancelReplace(slot.bind(point)),
            Self::Rebuild { slot, with, force } => {
                Self::Rebuild { slot: slot.bind(point), with: with.bind(point), force: *force }
            }
            Self::Pause(slot) => Self::Pause(slot.bind(point)),
            Self::Resume(slot) => Self::Resume(slot.bind(point)),
            Self::AcceptLosses => Self::AcceptLosses,
            Self::Policy(settings) => Self::Policy(settings.bind(point)),
            Self::Stop => Self::Stop,
            Self::Assemble(way) => Self::Assemble(way.bind(point)),
        }
    }
}

impl Bind for Assemble {
    fn bind(&self, point: &Point) -> Self {
        match self {
            Self::Plain => Self::Plain,
            Self::Degraded => Self::Degraded,
            Self::Accept(drive) => Self::Accept(drive.bind(point)),
            Self::Choose(drive) => Self::Choose(drive.bind(point)),
        }
    }
}
