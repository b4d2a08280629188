//! A file, cut into statements and comments.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

/// A line that says something, with its comments.
pub(crate) struct RawLine<'t> {
    /// The byte of the text where `code` starts.
    pub(crate) start: usize,
    /// What is before the comment.
    pub(crate) code: &'t str,
    /// The comment lines right above.
    pub(crate) notes: Vec<String>,
    /// The comment behind it.
    pub(crate) remark: Option<String>,
}

/// The lines of `text` that say something, and the comments after the last of them.
pub(crate) fn split(text: &str) -> (Vec<RawLine<'_>>, Vec<String>) {
    let mut lines = Vec::new();
    let mut notes = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let (code, comment) = cut_comment(line);
        let trimmed = code.trim_ascii();
        if !trimmed.is_empty() {
            lines.push(RawLine {
                start: start + (code.len() - code.trim_ascii_start().len()),
                code: trimmed,
                notes: mem::take(&mut notes),
                remark: comment.map(tidy),
            });
        } else if let Some(comment) = comment {
            notes.push(tidy(comment));
        }
        start += line.len() + 1;
    }
    (lines, notes)
}

/// What is before the comment, and the comment without its `#`.
///
/// A `#` starts a comment where a word could start: `write#3` has none.
fn cut_comment(line: &str) -> (&str, Option<&str>) {
    let mut quoted = false;
    let mut previous = ' ';
    for (at, c) in line.char_indices() {
        match c {
            '"' if previous != '\\' || !quoted => quoted = !quoted,
            '#' if !quoted && previous.is_ascii_whitespace() => {
                return (&line[..at], Some(&line[at + 1..]));
            }
            _ => {}
        }
        // A backslash that is itself escaped escapes nothing.
        previous = if c == '\\' && previous == '\\' { ' ' } else { c };
    }
    (line, None)
}

fn tidy(comment: &str) -> String {
    comment.strip_prefix(' ').unwrap_or(comment).trim_end().to_string()
}
