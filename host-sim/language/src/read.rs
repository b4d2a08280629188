//! From text to script.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use nom::Err;

use self::draft::Draft;
use crate::diagnostic::Diagnostic;
use crate::grammar::{self, Context, Flaw, Item};
use crate::limits;
use crate::lines::{self, RawLine};
use crate::scope::{Scope, SweepEntry};
use crate::script::{ActionRef, LoadName, Script};

mod checks;
mod draft;
mod images;
mod named;
#[cfg(test)]
mod tests;

/// Names that would be read as something else where a drive or a sweep may stand, besides the verbs of actions.
const RESERVED: &[&str] = &[
    "_", "all", "and", "any", "blank", "computed", "every", "fail", "flush", "for", "force", "if",
    "in", "lasting", "none", "not", "of", "once", "read", "slot", "step", "sticky", "until",
    "with", "within", "write",
];

/// Reads a vector.
///
/// # Errors
///
/// Every mistake in it, in the order of the text, up to [`limits::DIAGNOSTICS`].
pub fn parse(text: &str) -> Result<Script, Vec<Diagnostic>> {
    if text.len() > limits::FILE_BYTES {
        let message = format!("the file has {} bytes", text.len());
        let end = limits::FILE_BYTES;
        let label = format!("at most {end} bytes are read");
        return Err(alloc::vec![Diagnostic::new(text, end..end, message).explained(label, None)]);
    }
    let mut reader = Reader::default();
    let (lines, closing) = lines::split(text);
    for pass in 0..PASSES {
        for line in lines.iter().filter(|line| pass_of(line.code) == pass) {
            if reader.mistakes.len() <= limits::DIAGNOSTICS {
                reader.line(line);
            }
        }
    }
    reader.finish(closing).map_err(|mut mistakes| {
        mistakes.sort_by_key(|mistake| mistake.span.start);
        report(text, &mistakes)
    })
}

/// Reads a vector that may not even be text.
///
/// # Errors
///
/// As [`parse`], or the first byte that is no UTF-8: its line and column, with an empty span, are those of
/// the text before it.
pub fn parse_bytes(bytes: &[u8]) -> Result<Script, Vec<Diagnostic>> {
    match core::str::from_utf8(bytes) {
        Ok(text) => parse(text),
        Err(error) => {
            let valid = &bytes[..error.valid_up_to()];
            let text = core::str::from_utf8(valid).unwrap_or_default();
            let byte = bytes.get(valid.len()).copied().unwrap_or_default();
            let message = format!("byte 0x{byte:02x} is no UTF-8");
            let end = text.len();
            let help = Some("save the file as UTF-8 text".to_string());
            let label = "not a character".to_string();
            Err(alloc::vec![Diagnostic::new(text, end..end, message).explained(label, help)])
        }
    }
}

/// Later passes need what earlier ones declare.
const PASSES: usize = 5;

fn pass_of(code: &str) -> usize {
    match grammar::word(code) {
        Ok((_, "array")) => 0,
        Ok((_, "drive")) => 1,
        Ok((_, "sweep")) => 2,
        Ok((_, "load")) => 3,
        _ => PASSES - 1,
    }
}

/// A mistake and where it is.
struct Mistake {
    span: Range<usize>,
    flaw: Flaw,
}

fn report(text: &str, mistakes: &[Mistake]) -> Vec<Diagnostic> {
    let shown = mistakes.iter().take(limits::DIAGNOSTICS).map(|mistake| {
        let Mistake { span, flaw } = mistake;
        Diagnostic::new(text, span.clone(), flaw.message.clone())
            .explained(flaw.label.clone(), flaw.help.clone())
    });
    let mut diagnostics: Vec<Diagnostic> = shown.collect();
    if let Some(next) = mistakes.get(limits::DIAGNOSTICS) {
        let message = "there are more mistakes".to_string();
        let label = "and maybe others".to_string();
        let help = Some(format!("put the first {} right", limits::DIAGNOSTICS));
        diagnostics.push(Diagnostic::new(text, next.span.clone(), message).explained(label, help));
    }
    diagnostics
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    scope: Scope,
    draft: Draft,
    mistakes: Vec<Mistake>,
    references: Vec<(Range<usize>, ActionRef)>,
}

impl Reader {
    fn line(&mut self, line: &RawLine<'_>) {
        if line.code.len() > limits::LINE_BYTES {
            let flaw = Flaw::part(line.code, 0, format!("the line has {} bytes", line.code.len()));
            let label = format!("at most {} bytes are read", limits::LINE_BYTES);
            self.mistake(line, flaw.label(label));
            return;
        }
        self.declare_name(line);
        let context = Context::new(&self.scope);
        let result = grammar::line(&context, line.code);
        let (flaws, references) = context.finish();
        for flaw in flaws {
            self.mistake(line, flaw);
        }
        for reference in references {
            let span = place(line, reference.rest, reference.length);
            self.references.push((span, reference.action));
        }
        match result {
            Ok((_, item)) => self.item(line, item),
            Err(Err::Error(flaw) | Err::Failure(flaw)) => self.mistake(line, flaw),
            Err(Err::Incomplete(_)) => {
                self.mistake(line, Flaw::expected("", "more"));
            }
        }
    }

    fn mistake(&mut self, line: &RawLine<'_>, flaw: Flaw) {
        let span = place(line, flaw.rest, flaw.length);
        self.mistakes.push(Mistake { span, flaw });
    }

    /// Makes the names of a line known, so that a mistake further on in it does not lead to others.
    fn declare_name(&mut self, line: &RawLine<'_>) {
        match grammar::word(line.code) {
            Ok((rest, "drive")) => match grammar::drive_names(rest) {
                Ok((_, range)) => {
                    for name in range.names {
                        self.claim(line, rest, &name);
                        self.scope.drive_names.push(name);
                    }
                }
                Err(_) => self.scope.drives_unclear = true,
            },
            Ok((rest, "sweep")) => {
                if let Ok((_, name)) = grammar::declared_sweep_name(rest) {
                    self.claim(line, rest, name);
                    self.scope.sweeps.push(SweepEntry { name: name.to_string(), sweep: None });
                }
            }
            Ok((rest, "load")) => {
                if let Ok((_, name)) = grammar::word(rest) {
                    self.claim(line, rest, name);
                    self.scope.loads.push(LoadName(name.to_string()));
                }
            }
            _ => {}
        }
    }

    /// Reports a name that cannot be given.
    fn claim(&mut self, line: &RawLine<'_>, at: &str, name: &str) {
        let flaw = |message: String| Flaw::at(at, message);
        if RESERVED.contains(&name) || grammar::VERBS.contains(&name) {
            let flaw = flaw(format!("`{name}` is a word of the language"));
            self.mistake(line, flaw.label("cannot be a name").help("choose another name"));
        } else if let Some(owner) = self.scope.taken(name) {
            let flaw = flaw(format!("the name `{name}` is taken"));
            self.mistake(line, flaw.label(format!("already {owner}")).help("choose another name"));
        }
    }

    fn item(&mut self, line: &RawLine<'_>, item: Item) {
        match &item {
            Item::Array(array) => {
                self.scope.array.get_or_insert_with(|| array.clone());
            }
            Item::Drives(drives) => self.scope.drives.extend(drives.iter().cloned()),
            Item::Sweep(sweep) => {
                let entry = self.scope.sweeps.iter_mut().rev();
                let entry = entry.into_iter().find(|entry| entry.name == sweep.name.as_str());
                if let Some(entry) = entry {
                    entry.sweep = Some(sweep.clone());
                }
            }
            _ => {}
        }
        if let Err(word) = self.draft.add(line, item) {
            let flaw = Flaw::part(line.code, word.len(), format!("`{word}` is given twice"));
            self.mistake(line, flaw.label("again").help("keep one of them"));
        }
    }

    fn finish(mut self, closing: Vec<String>) -> Result<Script, Vec<Mistake>> {
        self.check();
        if !self.mistakes.is_empty() {
            return Err(self.mistakes);
        }
        let references = self.references;
        let script = self.draft.finish(closing).map_err(|missing| {
            let missing = missing.into_iter().map(|(word, help)| Mistake {
                span: 0..0,
                flaw: Flaw::part("", 0, format!("there is no `{word}` line"))
                    .label("missing")
                    .help(help),
            });
            missing.collect::<Vec<_>>()
        })?;
        let mut mistakes = named::check(&script, &references);
        mistakes.extend(images::check(&script));
        if mistakes.is_empty() { Ok(script) } else { Err(mistakes) }
    }
}

/// The bytes of the text, from a place counted from the end of the line.
const fn place(line: &RawLine<'_>, rest: usize, length: usize) -> Range<usize> {
    let start = line.start + line.code.len().saturating_sub(rest);
    start..start + length
}
