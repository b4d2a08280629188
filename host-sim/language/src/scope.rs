//! What a vector declares, known before its statements are read.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::limits;
use crate::script::{
    Array, DriveSpec, LoadName, Place, SECTOR_BYTES, Sweep, SweepKind, SweepValue, SweepValues,
    Time,
};

/// A sweep by name; what could not be read of it matches everything.
#[derive(Debug)]
pub(crate) struct SweepEntry {
    pub(crate) name: String,
    pub(crate) sweep: Option<Sweep>,
}

/// What a vector declares. What was declared with a mistake is known by name only, so that the mistake
/// is reported once.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    pub(crate) array: Option<Array>,
    pub(crate) drive_names: Vec<String>,
    pub(crate) drives: Vec<DriveSpec>,
    pub(crate) loads: Vec<LoadName>,
    pub(crate) sweeps: Vec<SweepEntry>,
    /// A drive line whose names could not even be read: any drive may exist.
    pub(crate) drives_unclear: bool,
}

impl Scope {
    /// The sweep of that name.
    pub(crate) fn sweep(&self, name: &str) -> Option<&SweepEntry> {
        self.sweeps.iter().find(|entry| entry.name == name)
    }

    /// True if there may be a drive of that name.
    pub(crate) fn has_drive(&self, name: &str) -> bool {
        self.drives_unclear || self.drive_names.iter().any(|drive| drive == name)
    }

    /// What already has that name.
    pub(crate) fn taken(&self, name: &str) -> Option<&'static str> {
        if self.drive_names.iter().any(|drive| drive == name) {
            Some("a drive")
        } else if self.loads.iter().any(|load| load.as_str() == name) {
            Some("a load")
        } else if self.sweep(name).is_some() {
            Some("a sweep")
        } else {
            None
        }
    }

    /// Sectors of the drive of that name.
    pub(crate) fn drive_sectors(&self, name: &str) -> Option<u64> {
        let drive = self.drives.iter().find(|drive| drive.name.as_str() == name)?;
        Some(drive.size / SECTOR_BYTES)
    }

    /// Bytes of a chunk, if the array is known.
    pub(crate) fn chunk(&self) -> Option<u64> {
        self.array.as_ref().map(|array| array.chunk)
    }

    /// Slots that there may be.
    pub(crate) fn members(&self) -> u64 {
        self.array.as_ref().map_or(limits::MEMBERS, |array| u64::from(array.members))
    }

    /// Sectors of the array, if enough is known to tell.
    pub(crate) fn array_sectors(&self) -> Option<u64> {
        let array = self.array.as_ref()?;
        if self.drives_unclear || self.drives.len() != self.drive_names.len() {
            return None;
        }
        let members = self.drives.iter().filter(|drive| drive.place == Place::Member);
        let smallest = members.map(|drive| drive.size).min()?;
        let chunks = smallest / array.chunk * u64::from(array.members) / u64::from(array.near);
        Some(chunks * (array.chunk / SECTOR_BYTES))
    }

    /// Sectors of the smallest drive that a drive name or a sweep of drives may stand for.
    pub(crate) fn smallest_of(&self, name: &str) -> Option<u64> {
        match self.sweep(name).map(|entry| &entry.sweep) {
            None => self.drive_sectors(name),
            Some(None) => None,
            Some(Some(sweep)) => match &sweep.values {
                SweepValues::List(values) => values
                    .iter()
                    .filter_map(|value| match value {
                        SweepValue::Drive(drive) => self.drive_sectors(drive.as_str()),
                        _ => None,
                    })
                    .min(),
                SweepValues::Steps { .. } | SweepValues::Every { .. } => None,
            },
        }
    }
}

/// The smallest and the largest number of a sweep; no largest if it is open.
pub(crate) fn bounds(sweep: &Sweep) -> (u64, Option<u64>) {
    let number = |value: &SweepValue| match value {
        SweepValue::Number(number) => *number,
        _ => 0,
    };
    match &sweep.values {
        SweepValues::List(values) => {
            (values.iter().map(number).min().unwrap_or(0), values.iter().map(number).max())
        }
        SweepValues::Steps { first, last, .. } => (number(first), Some(number(last))),
        SweepValues::Every { .. } => (1, None),
    }
}

/// The shortest time of a sweep of times.
pub(crate) fn shortest(sweep: &Sweep) -> Option<Time> {
    let time = |value: &SweepValue| match value {
        SweepValue::Time(time) => Some(*time),
        SweepValue::Drive(_) | SweepValue::Number(_) | SweepValue::Percent(_) => None,
    };
    match &sweep.values {
        SweepValues::List(values) => values.iter().filter_map(time).min(),
        SweepValues::Steps { first, .. } => time(first),
        SweepValues::Every { .. } => None,
    }
}

/// True if every value of a sweep of shares is a whole number of percent.
pub(crate) fn whole_shares(sweep: &Sweep) -> bool {
    let whole = |value: &SweepValue| match value {
        SweepValue::Percent(percent) => percent.is_whole(),
        SweepValue::Drive(_) | SweepValue::Number(_) | SweepValue::Time(_) => true,
    };
    match &sweep.values {
        SweepValues::List(values) => values.iter().all(whole),
        SweepValues::Steps { first, step, .. } => whole(first) && whole(step),
        SweepValues::Every { .. } => true,
    }
}

/// A list of names for a remedy.
pub(crate) fn name_list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.take(12).map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none is declared".to_string() } else { names.join(", ") }
}

/// The sweeps of one kind, or of any.
pub(crate) fn sweeps_of(scope: &Scope, kind: SweepKind) -> impl Iterator<Item = &str> {
    scope
        .sweeps
        .iter()
        .filter(move |entry| entry.sweep.as_ref().is_some_and(|sweep| sweep.kind() == kind))
        .map(|entry| entry.name.as_str())
}
