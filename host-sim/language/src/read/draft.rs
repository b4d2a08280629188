//! A script in the making.

use alloc::string::String;
use alloc::vec::Vec;

use crate::grammar::Item;
use crate::lines::RawLine;
use crate::script::{
    Array, DriveSpec, Expectation, FinalStep, Heading, Line, LoadSpec, Promise, Script, Setting,
    Statement, Sweep,
};

/// The parts found so far, in the order of the text.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) vector: Option<Line<Heading>>,
    format: Option<Line<u64>>,
    sources: Vec<Line<String>>,
    tags: Option<Line<Vec<String>>>,
    promise: Option<Line<Promise>>,
    pub(super) array: Option<Line<Array>>,
    pub(super) drives: Vec<Line<DriveSpec>>,
    pub(super) policy: Vec<Line<Vec<Setting>>>,
    pub(super) loads: Vec<Line<LoadSpec>>,
    pub(super) sweeps: Vec<Line<Sweep>>,
    pub(super) statements: Vec<Line<Statement>>,
    pub(super) expectations: Vec<Line<Expectation>>,
    finally: Option<Line<Vec<FinalStep>>>,
}

impl Draft {
    /// Adds what a line says; the word of the line if a vector can have only one of it.
    pub(super) fn add(&mut self, raw: &RawLine<'_>, item: Item) -> Result<(), &'static str> {
        match item {
            Item::Vector(it) => return once(&mut self.vector, line(raw, it), "vector"),
            Item::Format(it) => return once(&mut self.format, line(raw, it), "format"),
            Item::Tags(it) => return once(&mut self.tags, line(raw, it), "tags"),
            Item::Promise(it) => return once(&mut self.promise, line(raw, it), "promise"),
            Item::Array(it) => return once(&mut self.array, line(raw, it), "array"),
            Item::Finally(it) => return once(&mut self.finally, line(raw, it), "finally"),
            Item::Source(it) => self.sources.push(line(raw, it)),
            Item::Drives(it) => self.add_drives(raw, it),
            Item::Policy(it) => self.policy.push(line(raw, it)),
            Item::Load(it) => self.loads.push(line(raw, it)),
            Item::Sweep(it) => self.sweeps.push(line(raw, it)),
            Item::Statement(it) => self.statements.push(line(raw, it)),
            Item::Expectation(it) => self.expectations.push(line(raw, it)),
        }
        Ok(())
    }

    /// The comments of a line with several drives belong to the first.
    fn add_drives(&mut self, raw: &RawLine<'_>, drives: Vec<DriveSpec>) {
        let first = self.drives.len();
        for drive in drives {
            let mut drive = line(raw, drive);
            if self.drives.len() > first {
                drive.notes.clear();
                drive.remark = None;
            }
            self.drives.push(drive);
        }
    }

    /// The script; the words of the lines that are missing, with an example of each, if there are any.
    pub(super) fn finish(
        self,
        closing: Vec<String>,
    ) -> Result<Script, Vec<(&'static str, &'static str)>> {
        let (vector, array) = match (self.vector, self.array) {
            (Some(vector), Some(array)) => (vector, array),
            (vector, array) => {
                let missing = [
                    (vector.is_none(), "vector", "start with `vector NAME \"TITLE\"`"),
                    (array.is_none(), "array", "for instance `array near=2 members=4 chunk=64KiB`"),
                ];
                let missing = missing.into_iter().filter(|(missing, ..)| *missing);
                return Err(missing.map(|(_, word, help)| (word, help)).collect());
            }
        };
        Ok(Script {
            vector,
            format: self.format.unwrap_or_else(|| Line::new(1)),
            sources: self.sources,
            tags: self.tags,
            promise: self.promise,
            array,
            drives: self.drives,
            policy: self.policy,
            loads: self.loads,
            sweeps: self.sweeps,
            statements: self.statements,
            expectations: self.expectations,
            finally: self.finally,
            closing,
        })
    }
}

fn once<T>(place: &mut Option<T>, value: T, word: &'static str) -> Result<(), &'static str> {
    if place.is_some() {
        return Err(word);
    }
    *place = Some(value);
    Ok(())
}

fn line<T>(raw: &RawLine<'_>, value: T) -> Line<T> {
    Line {
        span: raw.start..raw.start + raw.code.len(),
        notes: raw.notes.clone(),
        remark: raw.remark.clone(),
        value,
    }
}
