//! From a bound script to a plan: names become numbers, bytes become sectors.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use raid10_engine::{DriveId, Duration, Policy, SectorCount, Shape, Slot};
use vector_language::script as text;

use crate::drive::Figures;
use crate::layout::Layout;
use crate::names::Names;
use crate::plan::{DrivePlan, Finally, LoadPlan, Place, Plan, Step};

mod action;
mod error;
mod expectation;
mod fault;
mod knobs;
mod trigger;

use error::Cause;
pub use error::PlanError;
use knobs::knobs;
use trigger::activity_of;

type Result<T> = core::result::Result<T, Cause>;

impl Plan {
    /// Makes the plan of a bound script. `source` is the text that it was read from, for messages.
    ///
    /// # Errors
    ///
    /// What the script leaves open or names wrongly.
    pub fn of(script: &text::Script, source: &str) -> core::result::Result<Self, PlanError> {
        Converter::new(script, source).plan()
    }
}

/// Converts lines; tells which one cannot be.
fn each<T, U>(
    lines: &[text::Line<T>],
    convert: impl Fn(&text::Line<T>) -> Result<U>,
) -> core::result::Result<Vec<U>, PlanError> {
    lines.iter().map(|line| convert(line).map_err(|cause| cause.at(&line.span))).collect()
}

/// A script, and what its names mean.
struct Converter<'a> {
    script: &'a text::Script,
    source: &'a str,
    names: Names,
    /// Sectors of the array.
    capacity: u64,
    shape: Shape,
}

impl<'a> Converter<'a> {
    fn new(script: &'a text::Script, source: &'a str) -> Self {
        let names = script.drives.iter().map(|line| line.value.name.0.clone()).collect();
        let array = &script.array.value;
        let smallest = script.members().map(|drive| drive.size).min().unwrap_or(0);
        let shape = Shape {
            copies: array.near,
            members: array.members,
            chunk: SectorCount::from_bytes(array.chunk),
            member_size: SectorCount::from_bytes(smallest),
        };
        let layout = Layout::new(
            shape.copies,
            shape.members.max(1),
            shape.chunk.0.max(1),
            shape.member_size.0,
        );
        Self { script, source, names: Names::new(names), capacity: layout.capacity(), shape }
    }

    fn plan(&self) -> core::result::Result<Plan, PlanError> {
        let script = self.script;
        let mut policy = Policy::default();
        for line in &script.policy {
            let knobs = knobs(&line.value).map_err(|cause| cause.at(&line.span))?;
            knobs.iter().for_each(|knob| knob.turn(&mut policy));
        }
        let mut slot = 0;
        let drives = script.drives.iter().map(|line| drive_plan(&line.value, &mut slot)).collect();
        Ok(Plan {
            shape: self.shape,
            differing: script.array.value.sync == text::Sync::Initial,
            metadata: script.array.value.metadata,
            drives,
            names: self.names.clone(),
            policy,
            loads: each(&script.loads, |line| self.load(&line.value))?,
            steps: each(&script.statements, |line| self.step(line))?,
            expectations: each(&script.expectations, |line| self.expectation(line))?,
            finally: self.finally()?,
            from_images: script.array.value.from.is_some(),
            images: None,
            cuts: Vec::new(),
        })
    }

    fn finally(&self) -> core::result::Result<Vec<Finally>, PlanError> {
        let steps: Vec<Finally> = self.script.final_steps().iter().map(finally).collect();
        match &self.script.finally {
            Some(line)
                if steps.contains(&Finally::PowerCycle) && !self.script.array.value.metadata =>
            {
                Err(Cause::Memory.at(&line.span))
            }
            _ => Ok(steps),
        }
    }

    fn step(&self, line: &text::Line<text::Statement>) -> Result<Step> {
        Ok(Step {
            trigger: self.trigger(&line.value.trigger)?,
            action: self.action(&line.value)?,
            text: line.value.action.to_string(),
            line: self.line_of(&line.span),
        })
    }

    /// The line of a place in the source, from 1.
    fn line_of(&self, span: &Range<usize>) -> u32 {
        let before = self.source.get(..span.start).unwrap_or_default();
        1 + before.bytes().filter(|&byte| byte == b'\n').count() as u32
    }

    fn load(&self, load: &text::LoadSpec) -> Result<LoadPlan> {
        let whole = |percent: text::Percent| (percent.0 / 100) as u8;
        let interval = load.rate.map_or(0, |rate| 1_000_000 / rate.max(1));
        Ok(LoadPlan {
            name: load.name.0.clone(),
            seed: value(&load.seed)?,
            read: whole(load.read),
            trim: whole(load.trim),
            size: (sectors(load.smallest), sectors(load.largest)),
            span: self.range(&load.span, self.capacity)?,
            interval: Duration(if load.rate.is_some() { interval.max(1) } else { 0 }),
            queue: u8::try_from(load.queue).unwrap_or(u8::MAX).max(1),
            flush: load.flush.map_or(0, |flush| u32::try_from(flush).unwrap_or(u32::MAX)),
        })
    }

    /// A range; `None` for all there is.
    fn range(&self, range: &text::Sectors, size: u64) -> Result<Option<Range<u64>>> {
        if *range == text::Sectors::All {
            return Ok(None);
        }
        self.range_in(range, size).map(Some)
    }

    fn range_in(&self, range: &text::Sectors, size: u64) -> Result<Range<u64>> {
        let (start, end) =
            range.resolve(size).ok_or_else(|| Cause::Swept(String::from("a bound of a range")))?;
        if start > end {
            return Err(Cause::Range(start, end));
        }
        Ok(start..end)
    }

    fn drive(&self, name: &text::Value<text::DriveName>) -> Result<u8> {
        let name = value(name)?;
        self.names.index(name.as_str()).ok_or(Cause::Drive(name.0))
    }

    fn drive_id(&self, name: &text::Value<text::DriveName>) -> Result<DriveId> {
        self.drive(name).map(DriveId)
    }

    fn load_index(&self, name: &text::LoadName) -> Result<usize> {
        let found = self.script.loads.iter().position(|line| line.value.name == *name);
        found.ok_or_else(|| Cause::Load(name.0.clone()))
    }
}

fn drive_plan(spec: &text::DriveSpec, next_slot: &mut u8) -> DrivePlan {
    let mut figures = match spec.model {
        text::Model::Hdd => Figures::HDD,
        text::Model::Ssd => Figures::SSD,
        text::Model::Sd => Figures::SD,
        text::Model::Ram => Figures::RAM,
    };
    let rate = |rate: text::Rate| rate.0.max(1);
    figures.read_rate = spec.read.map_or(figures.read_rate, rate);
    figures.write_rate = spec.write.map_or(figures.write_rate, rate);
    figures.access = spec.access.map_or(figures.access, |time| Duration(time.0));
    figures.volatile_cache =
        spec.cache.map_or(figures.volatile_cache, |cache| cache == text::Cache::Volatile);
    figures.lanes =
        spec.queue.map_or(figures.lanes, |queue| u8::try_from(queue).unwrap_or(u8::MAX).max(1));
    let place = match spec.place {
        text::Place::Member => {
            *next_slot += 1;
            Place::Member(Slot(*next_slot - 1))
        }
        text::Place::Shelf => Place::Shelf,
        text::Place::Spare(slot) => Place::Spare(slot.map(Slot)),
    };
    DrivePlan {
        size: SectorCount::from_bytes(spec.size),
        physical: SectorCount::from_bytes(spec.physical.unwrap_or(512)),
        figures,
        place,
        foreign: spec.content == text::Content::Foreign,
        image: spec.content == text::Content::Image,
    }
}

fn value<T: Clone>(value: &text::Value<T>) -> Result<T> {
    value.get().cloned().map_err(|swept| Cause::Swept(swept.0.0))
}

fn duration(time: &text::Value<text::Time>) -> Result<Duration> {
    Ok(Duration(value(time)?.0))
}

fn slot_of(slot: &text::Value<u8>) -> Result<Slot> {
    value(slot).map(Slot)
}

const fn sectors(bytes: u64) -> u64 {
    bytes / raid10_engine::SECTOR_BYTES
}

const fn finally(step: &text::FinalStep) -> Finally {
    match step {
        text::FinalStep::Quiesce(None) => Finally::Quiesce(None),
        text::FinalStep::Quiesce(Some(time)) => Finally::Quiesce(Some(Duration(time.0))),
        text::FinalStep::Flush => Finally::Flush,
        text::FinalStep::ReadAll => Finally::ReadAll,
        text::FinalStep::PowerCycle => Finally::PowerCycle,
        text::FinalStep::Stop => Finally::Stop,
    }
}

#[cfg(test)]
mod tests;
