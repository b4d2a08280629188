//! From script to text: the canonical form.
//!
//! One order of the parts, one blank between words, units as large as they come out even, every default
//! that a reader would have to look up written out. Reading what was printed gives an equal script.

use alloc::string::{String, ToString};
use core::fmt::{self, Display, Formatter, Write};

use crate::script::{Line, Promise, Script};

mod action;
mod expectation;
mod fault;
mod machine;
mod power;
mod sweep;
mod trigger;
mod value;

#[cfg(test)]
mod tests;

/// The canonical form with its comments: what a formatter writes.
impl Display for Script {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut page = Page { out: f, comments: true, started: false };
        page.script(self)
    }
}

impl Script {
    /// The canonical form without comments: what the vector says, and nothing else.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        let mut page = Page { out: &mut text, comments: false, started: false };
        // Writing to a `String` cannot fail.
        let _ = page.script(self);
        text
    }

    /// The vector's identity: CRC-64/XZ of [`canonical`](Self::canonical). Comments, spacing and the order of
    /// unrelated lines do not change it.
    #[must_use]
    pub fn identity(&self) -> u64 {
        const CRC: crc::Crc<u64> = crc::Crc::<u64>::new(&crc::CRC_64_XZ);
        CRC.checksum(self.canonical().as_bytes())
    }
}

struct Page<'w> {
    out: &'w mut dyn Write,
    comments: bool,
    started: bool,
}

impl Page<'_> {
    fn script(&mut self, script: &Script) -> fmt::Result {
        self.header(script)?;
        self.machine(script)?;
        self.part(&script.loads)?;
        self.part(&script.sweeps)?;
        self.part(&script.statements)?;
        self.part(&script.expectations)?;
        if let Some(line) = &script.finally {
            self.gap()?;
            self.line(line, &format_args!("finally {}", expectation::Steps(&line.value)))?;
        }
        if self.comments && !script.closing.is_empty() {
            self.gap()?;
            self.notes(&script.closing)?;
        }
        Ok(())
    }

    fn header(&mut self, script: &Script) -> fmt::Result {
        let heading = &script.vector.value;
        let title = value::Quoted(&heading.title);
        self.line(&script.vector, &format_args!("vector {} {title}", heading.name))?;
        self.line(&script.format, &format_args!("format {}", script.format.value))?;
        for source in &script.sources {
            self.line(source, &format_args!("source {}", value::Quoted(&source.value)))?;
        }
        if let Some(tags) = &script.tags {
            self.line(tags, &format_args!("tags {}", tags.value.join(" ")))?;
        }
        if let Some(promise) = &script.promise {
            let word = match promise.value {
                Promise::Survivable => "survivable",
                Promise::Beyond => "beyond",
            };
            self.line(promise, &format_args!("promise {word}"))?;
        }
        self.started = true;
        Ok(())
    }

    fn machine(&mut self, script: &Script) -> fmt::Result {
        self.gap()?;
        self.line(&script.array, &script.array.value)?;
        let mut rest = script.drives.as_slice();
        while let Some(first) = rest.first() {
            let alike = machine::run_length(rest);
            let (run, after) = rest.split_at(alike);
            let last = run.last().map_or(&first.value, |line| &line.value);
            self.line(first, &machine::Drives { first: &first.value, last })?;
            rest = after;
        }
        for line in &script.policy {
            self.line(line, &format_args!("policy {}", machine::Settings(&line.value)))?;
        }
        Ok(())
    }

    fn part<T: Display>(&mut self, lines: &[Line<T>]) -> fmt::Result {
        if !lines.is_empty() {
            self.gap()?;
        }
        for line in lines {
            self.line(line, &line.value)?;
        }
        Ok(())
    }

    fn gap(&mut self) -> fmt::Result {
        if self.started { self.out.write_char('\n') } else { Ok(()) }
    }

    fn line<T>(&mut self, line: &Line<T>, text: &dyn Display) -> fmt::Result {
        if self.comments {
            self.notes(&line.notes)?;
        }
        write!(self.out, "{text}")?;
        match &line.remark {
            Some(remark) if self.comments => writeln!(self.out, "  {}", comment(remark)),
            _ => self.out.write_char('\n'),
        }
    }

    fn notes(&mut self, notes: &[String]) -> fmt::Result {
        for note in notes {
            writeln!(self.out, "{}", comment(note))?;
        }
        Ok(())
    }
}

fn comment(text: &str) -> String {
    if text.is_empty() { "#".to_string() } else { alloc::format!("# {text}") }
}
