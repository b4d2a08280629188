//! What happens to drives, and to the power.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use vector_language::script as text;

use super::{Cause, Converter, Result, duration, sectors, slot_of, value};
use crate::drive::Survival;
use crate::plan::{Arrival, Fault, Heeds};

impl Converter<'_> {
    /// What happens to the power of all; the other faults are none of it.
    fn power(&self, fault: &text::Fault) -> Result<Fault> {
        Ok(match fault {
            text::Fault::PowerOff(loss) => Fault::PowerOff(self.loss(loss)?),
            text::Fault::PowerCut { loss, lasting } => {
                Fault::PowerCut(self.loss(loss)?, duration(lasting)?)
            }
            text::Fault::Reset { lasting } => Fault::Reset(duration(lasting)?),
            _ => Fault::PowerOn,
        })
    }

    pub(super) fn fault(&self, fault: &text::Fault) -> Result<Fault> {
        Ok(match fault {
            text::Fault::Fail(drive) => Fault::Fail(self.drive(drive)?),
            text::Fault::Revive(drive) => Fault::Revive(self.drive(drive)?),
            text::Fault::Timeout { drive, lasting, heeds } => Fault::Timeout {
                drive: self.drive(drive)?,
                span: lasting.as_ref().map(duration).transpose()?,
                heeds: match heeds {
                    text::Heeds::Aborts => Heeds::Aborts,
                    text::Heeds::Resets => Heeds::Resets,
                    text::Heeds::Nothing => Heeds::Nothing,
                },
            },
            text::Fault::Unreadable { drive, range, healing } => {
                let drive = self.drive(drive)?;
                Fault::Unreadable {
                    drive,
                    range: self.range_in(range, self.size(drive))?,
                    once: *healing == text::Healing::Once,
                    sticky: *healing == text::Healing::Never,
                }
            }
            text::Fault::WriteError { drive, range, times } => {
                let drive = self.drive(drive)?;
                let range = self.range_in(range, self.size(drive))?;
                Fault::WriteError { drive, range, times: repeats(times)? }
            }
            text::Fault::Limp { drive, factor, ops } => Fault::Limp {
                drive: self.drive(drive)?,
                factor: u32::try_from(value(factor)?).unwrap_or(u32::MAX).clamp(1, 1_000_000),
                read: *ops != text::LimpOps::Write,
                write: *ops != text::LimpOps::Read,
            },
            text::Fault::Recover(drive) => Fault::Recover(self.drive(drive)?),
            text::Fault::Stall { drive, lasting, every } => Fault::Stall {
                drive: self.drive(drive)?,
                span: duration(lasting)?,
                every: every.as_ref().map(duration).transpose()?,
            },
            text::Fault::Pull(drive) => Fault::Pull(self.drive(drive)?),
            text::Fault::Insert { drive, slot, arrival } => Fault::Insert {
                drive: self.drive(drive)?,
                slot: slot.as_ref().map(slot_of).transpose()?,
                arrival: self.arrival(arrival)?,
            },
            text::Fault::Swap(one, other) => Fault::Swap(slot_of(one)?, slot_of(other)?),
            text::Fault::Glitch { drives, lasting } => {
                Fault::Glitch(self.drives(drives)?, duration(lasting)?)
            }
            text::Fault::Image(drive) => Fault::Image(self.drive(drive)?),
            text::Fault::Tear { drive, sectors } => {
                Fault::Tear { drive: self.drive(drive)?, sectors: value(sectors)? }
            }
            text::Fault::IgnoreFlush { drive, times } => {
                Fault::IgnoreFlush { drive: self.drive(drive)?, times: times_of(times)? }
            }
            text::Fault::FailFlush { drive, times, drops } => {
                let (drive, times) = (self.drive(drive)?, times_of(times)?);
                Fault::FailFlush { drive, times, drops: *drops }
            }
            text::Fault::PowerOn
            | text::Fault::PowerOff(_)
            | text::Fault::PowerCut { .. }
            | text::Fault::Reset { .. } => self.needs_records(self.power(fault)?)?,
            text::Fault::BrownOut { drives, survival: kept, lasting } => Fault::BrownOut {
                drives: self.drives(drives)?,
                survival: survival(kept)?,
                span: duration(lasting)?,
            },
        })
    }

    fn arrival(&self, arrival: &text::Arrival) -> Result<Arrival> {
        Ok(match arrival {
            text::Arrival::AsItWas => Arrival::AsItWas,
            text::Arrival::Blank => Arrival::Blank,
            text::Arrival::Stale => Arrival::Stale,
            text::Arrival::Foreign => Arrival::Foreign,
            text::Arrival::Dead => Arrival::Dead,
            text::Arrival::Clone(drive) => Arrival::Clone(self.drive(drive)?),
        })
    }

    /// Of an array that is only in the controller's memory nothing is left without power.
    fn needs_records(&self, fault: Fault) -> Result<Fault> {
        if self.script.array.value.metadata { Ok(fault) } else { Err(Cause::Memory) }
    }

    fn drives(&self, names: &[text::Value<text::DriveName>]) -> Result<Vec<u8>> {
        names.iter().map(|name| self.drive(name)).collect()
    }

    /// What each drive keeps.
    fn loss(&self, loss: &text::PowerLoss) -> Result<Vec<Survival>> {
        let drives = self.script.drives.iter();
        drives.map(|line| survival(loss.of(&line.value.name))).collect()
    }

    fn size(&self, drive: u8) -> u64 {
        sectors(self.script.drives[usize::from(drive)].value.size)
    }
}

/// How many writes fail; all if `None`.
fn repeats(times: &text::Repeats) -> Result<Option<u32>> {
    Ok(match times {
        text::Repeats::Times(times) => {
            Some(u32::try_from(value(times)?).unwrap_or(u32::MAX).max(1))
        }
        text::Repeats::Always => None,
    })
}

/// How many flushes are not what they should be; all if `None`.
fn times_of(times: &Option<text::Value<u64>>) -> Result<Option<u64>> {
    times.as_ref().map(value).transpose()
}

fn survival(survival: &text::Survival) -> Result<Survival> {
    Ok(match survival {
        text::Survival::None => Survival::None,
        text::Survival::All => Survival::All,
        text::Survival::First(count) => Survival::First(value(count)?),
        text::Survival::Torn(count) => Survival::Torn(value(count)?),
        text::Survival::Only(writes) => {
            let ranges: Result<Vec<Range<u64>>> = writes
                .iter()
                .map(|writes| {
                    let (first, end) = writes
                        .resolve()
                        .ok_or_else(|| Cause::Swept(String::from("the number of a write")))?;
                    Ok(first..end)
                })
                .collect();
            Survival::Only(ranges?)
        }
    })
}
