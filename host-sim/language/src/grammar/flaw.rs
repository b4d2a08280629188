//! What the grammar says when it does not understand.

use alloc::format;
use alloc::string::{String, ToString};

use nom::Err;
use nom::error::{ErrorKind, ParseError};

use super::token::Parsed;
use crate::nearest::nearest;

/// Something wrong at one place of a line. Places are counted from the end of the line, since a parser
/// knows only what is left of its input.
#[derive(Clone, Debug)]
pub(crate) struct Flaw {
    /// Bytes from the place to the end of the line.
    pub(crate) rest: usize,
    /// Bytes that are wrong.
    pub(crate) length: usize,
    /// What is wrong.
    pub(crate) message: String,
    /// What is wrong with just these bytes.
    pub(crate) label: String,
    /// How to put it right.
    pub(crate) help: Option<String>,
}

impl ParseError<&str> for Flaw {
    fn from_error_kind(input: &str, _: ErrorKind) -> Self {
        Self::expected(input, "something else")
    }

    fn append(_: &str, _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl Flaw {
    /// The next token is wrong.
    pub(crate) fn at(input: &str, message: impl Into<String>) -> Self {
        let input = input.trim_start_matches([' ', '\t']);
        Self::part(input, token_length(input), message)
    }

    /// So many bytes are wrong.
    pub(crate) fn part(input: &str, length: usize, message: impl Into<String>) -> Self {
        Self {
            rest: input.len(),
            length,
            message: message.into(),
            label: String::new(),
            help: None,
        }
    }

    /// Something else should stand here.
    pub(crate) fn expected(input: &str, what: &str) -> Self {
        let found = input.trim_start_matches([' ', '\t']);
        let token = &found[..token_length(found)];
        let message = if token.is_empty() {
            format!("expected {what}, found the end of the line")
        } else {
            format!("expected {what}, found `{token}`")
        };
        Self::at(input, message).label(format!("expected {what}"))
    }

    /// A word that is none of those that may stand here.
    pub(crate) fn unknown<'w>(
        input: &str,
        word: &str,
        what: &str,
        words: impl Iterator<Item = &'w str> + Clone,
    ) -> Self {
        let near = nearest(word, words.clone());
        let help = near.map_or_else(|| list(words), |near| format!("did you mean `{near}`?"));
        let input = input.trim_start_matches([' ', '\t']);
        Self::part(input, word.len(), format!("unknown {what} `{word}`"))
            .label("not known here")
            .help(help)
    }

    /// Something that the language has a word for and the machine cannot do yet.
    pub(crate) fn not_yet(input: &str, word: &str, help: &str) -> Self {
        let input = input.trim_start_matches([' ', '\t']);
        Self::part(input, word.len(), format!("not supported yet: `{word}`"))
            .label("not supported yet")
            .help(help)
    }

    /// The same with a label.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same with a remedy.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// As a failure that ends the line.
    pub(crate) fn fail<'a, T>(self) -> Parsed<'a, T> {
        Err(Err::Failure(self))
    }
}

/// The words in a sentence.
fn list<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let quoted: alloc::vec::Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match quoted.len() {
        0 => "there is none to choose from".to_string(),
        1 => format!("the only one is {}", quoted[0]),
        _ => format!("one of {}", quoted.join(", ")),
    }
}

/// The bytes up to the next blank.
fn token_length(input: &str) -> usize {
    input.find([' ', '\t']).unwrap_or(input.len())
}
