//! Mistakes in a vector, each with its place and its remedy.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::Write;
use core::ops::Range;

/// The longest part of a line that is shown.
const SHOWN_CHARS: usize = 160;
/// The longest message.
const MESSAGE_CHARS: usize = 400;
/// Characters shown before a mistake that lies far into its line.
const LEAD_CHARS: usize = 40;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The bytes of the text that are wrong; empty where something is missing.
    pub span: Range<usize>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What is wrong with just the part under the caret.
    pub label: String,
    /// How to put it right.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake in `text` at `span`, which is clipped to the text.
    #[must_use]
    pub fn new(text: &str, span: Range<usize>, message: String) -> Self {
        let start = floor(text, span.start);
        let end = ceil(text, span.end).max(start);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            span: start..end,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: tidy(&message),
            label: String::new(),
            help: None,
        }
    }

    /// The same with a label and a remedy.
    #[must_use]
    pub fn explained(mut self, label: String, help: Option<String>) -> Self {
        self.label = tidy(&label);
        self.help = help.map(|help| tidy(&help));
        self
    }

    /// The mistake as plain text: message, place, the line with carets, remedy.
    ///
    /// Characters that would move a terminal's cursor are shown as `\u{fffd}`, and long lines are clipped.
    #[must_use]
    pub fn render(&self, file: &str, text: &str) -> String {
        let line = text.split('\n').nth(self.line - 1).unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let column = self.column - 1;
        let skipped = if column > SHOWN_CHARS - LEAD_CHARS { column - LEAD_CHARS } else { 0 };
        let shown: String = line.chars().skip(skipped).take(SHOWN_CHARS).map(printable).collect();
        let indent: String =
            shown.chars().take(column - skipped).map(|c| if c == '\t' { c } else { ' ' }).collect();
        let marked = text.get(self.span.clone()).unwrap_or_default();
        let marked = marked.split(['\r', '\n']).next().unwrap_or_default();
        let room = SHOWN_CHARS - (column - skipped);
        let carets = "^".repeat(marked.chars().count().clamp(1, room));
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());

        let mut out = format!("error: {}\n", self.message);
        let _ = writeln!(out, "{gutter}--> {file}:{}:{}", self.line, self.column);
        let _ = writeln!(out, "{gutter} |\n{number} | {shown}");
        let _ =
            writeln!(out, "{}", format!("{gutter} | {indent}{carets} {}", self.label).trim_end());
        if let Some(help) = &self.help {
            let _ = writeln!(out, "{gutter} = help: {help}");
        }
        out
    }
}

/// A message may quote the text, whatever that holds.
fn tidy(message: &str) -> String {
    let mut chars = message.chars();
    let mut tidied: String = chars.by_ref().take(MESSAGE_CHARS).map(printable).collect();
    if chars.next().is_some() {
        tidied.push('…');
    }
    tidied
}

fn printable(c: char) -> char {
    if c.is_control() && c != '\t' { '\u{fffd}' } else { c }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}
