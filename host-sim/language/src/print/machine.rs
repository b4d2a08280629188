//! The array, its drives, its policies and its loads.

use core::fmt::{self, Display, Formatter, Write};

use super::value::{Quoted, Size, word};
use crate::grammar::{split_number, tables};
use crate::script::{
    Array, Content, DriveSpec, KnobValue, Line, LoadSpec, Percent, Place, Setting, Sync, Value,
};

impl Display for Array {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { near, members, chunk, sync, metadata, from } = self;
        write!(f, "array near={near} members={members} chunk={}", Size(*chunk))?;
        match sync {
            Sync::None => {}
            Sync::Initial => write!(f, " sync={}", word(&tables::SYNCS, sync))?,
        }
        if !*metadata {
            write!(f, " metadata={}", word(&tables::SWITCHES, metadata))?;
        }
        match from {
            Some(folder) => write!(f, " from={}", Quoted(folder)),
            None => Ok(()),
        }
    }
}

/// How many of the first drives one line can declare: names that count up, all else the same, no comment
/// but before the first.
pub(super) fn run_length(drives: &[Line<DriveSpec>]) -> usize {
    let follows = |pair: &[Line<DriveSpec>]| {
        let (one, next) = (&pair[0].value, &pair[1].value);
        let renamed = DriveSpec { name: next.name.clone(), ..one.clone() };
        pair[1].notes.is_empty()
            && pair[1].remark.is_none()
            && renamed == *next
            && counts_up(one.name.as_str(), next.name.as_str())
    };
    if drives.is_empty() {
        return 0;
    }
    1 + drives.windows(2).take_while(|pair| follows(pair)).count()
}

fn counts_up(one: &str, next: &str) -> bool {
    match (split_number(one), split_number(next)) {
        (Some((prefix, one)), Some((other, next))) => {
            prefix == other && one.checked_add(1) == Some(next)
        }
        _ => false,
    }
}

/// Drives that one line declares.
pub(super) struct Drives<'s> {
    pub(super) first: &'s DriveSpec,
    pub(super) last: &'s DriveSpec,
}

impl Display for Drives<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let drive = self.first;
        write!(f, "drive {}", drive.name)?;
        if self.first.name != self.last.name {
            write!(f, "..{}", self.last.name)?;
        }
        write!(f, " size={} model={}", Size(drive.size), word(&tables::MODELS, &drive.model))?;
        if let Some(bytes) = drive.physical {
            write!(f, " physical={}", Size(bytes))?;
        }
        if let Some(rate) = drive.read {
            write!(f, " read={rate}")?;
        }
        if let Some(rate) = drive.write {
            write!(f, " write={rate}")?;
        }
        if let Some(time) = drive.access {
            write!(f, " access={time}")?;
        }
        if let Some(cache) = drive.cache {
            write!(f, " cache={}", word(&tables::CACHES, &cache))?;
        }
        if let Some(queue) = drive.queue {
            write!(f, " queue={queue}")?;
        }
        if let Some(batch) = &drive.batch {
            write!(f, " batch={}", Quoted(batch))?;
        }
        place(f, drive.place)?;
        match drive.content {
            Content::Blank => Ok(()),
            Content::Foreign => f.write_str(" foreign"),
            Content::Image => f.write_str(" image"),
        }
    }
}

fn place(f: &mut Formatter<'_>, place: Place) -> fmt::Result {
    match place {
        Place::Member => Ok(()),
        Place::Shelf => f.write_str(" shelf"),
        Place::Spare(None) => f.write_str(" spare"),
        Place::Spare(Some(slot)) => write!(f, " spare={slot}"),
    }
}

/// Policies behind each other.
pub(super) struct Settings<'s>(pub(super) &'s [Setting]);

impl Display for Settings<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, setting) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_char(' ')?;
            }
            write!(f, "{}=", setting.knob.name())?;
            match &setting.value {
                KnobValue::Time(time) => time.fmt(f)?,
                KnobValue::Percent(percent) => percent.fmt(f)?,
                KnobValue::Rate(rate) => rate.fmt(f)?,
                KnobValue::Number(number) => number.fmt(f)?,
                KnobValue::Switch(on) => f.write_str(word(&tables::SWITCHES, on))?,
                KnobValue::Salvage(salvage) => f.write_str(word(&tables::SALVAGES, salvage))?,
            }
        }
        Ok(())
    }
}

impl Display for LoadSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "load {}", self.name)?;
        if self.seed != Value::Literal(0) {
            write!(f, " seed={}", self.seed)?;
        }
        write!(f, " read={}", self.read)?;
        if self.trim != Percent(0) {
            write!(f, " trim={}", self.trim)?;
        }
        write!(f, " size={}", Size(self.smallest))?;
        if self.largest != self.smallest {
            write!(f, "..{}", Size(self.largest))?;
        }
        write!(f, " span={}", self.span)?;
        if let Some(rate) = self.rate {
            write!(f, " rate={rate}/s")?;
        }
        write!(f, " queue={}", self.queue)?;
        match self.flush {
            Some(writes) => write!(f, " flush={writes}"),
            None => Ok(()),
        }
    }
}
