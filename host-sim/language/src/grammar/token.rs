//! The smallest parts of a line.

use alloc::string::String;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, digit1, none_of, one_of, satisfy, space0};
use nom::combinator::{opt, recognize};
use nom::multi::fold_many0;
use nom::sequence::{delimited, preceded};
use nom::{Err, IResult, Parser};

use super::flaw::Flaw;

/// What a parser of the grammar returns.
pub(crate) type Parsed<'a, T> = IResult<&'a str, T, Flaw>;

/// The input without the blanks in front.
pub(crate) fn skip(input: &str) -> &str {
    input.trim_start_matches([' ', '\t'])
}

/// True at the end of the line.
pub(crate) fn at_end(input: &str) -> bool {
    skip(input).is_empty()
}

/// A word or a name: a letter or `_`, then letters, digits, `-` and `_`.
pub(crate) fn word(input: &str) -> Parsed<'_, &str> {
    let start = satisfy(|c| c.is_ascii_alphabetic() || c == '_');
    preceded(space0, recognize((start, take_while(is_name)))).parse(input)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Anything up to the next blank, such as a tag.
pub(crate) fn bare(input: &str) -> Parsed<'_, &str> {
    preceded(space0, take_while1(is_name)).parse(input)
}

/// A mark such as `=` or `..`, blanks in front allowed.
pub(crate) fn mark<'a>(mark: &'static str, input: &'a str) -> Parsed<'a, &'a str> {
    preceded(space0, tag(mark)).parse(input)
}

/// A mark that must be here.
pub(crate) fn need<'a>(sign: &'static str, what: &str, input: &'a str) -> Parsed<'a, ()> {
    require(mark(sign, input), input, what).map(|(rest, _)| (rest, ()))
}

/// The given word, if it is next.
pub(crate) fn keyword<'a>(expected: &str, input: &'a str) -> Option<&'a str> {
    match word(input) {
        Ok((rest, found)) if found == expected => Some(rest),
        _ => None,
    }
}

/// A text in quotes; `\"` and `\\` stand for `"` and `\`.
pub(crate) fn quoted(input: &str) -> Parsed<'_, String> {
    let escaped = preceded(char('\\'), one_of("\"\\"));
    let plain = none_of("\"\\\t");
    let inside = fold_many0(alt((escaped, plain)), String::new, |mut text, c| {
        text.push(c);
        text
    });
    let text = preceded(space0, delimited(char('"'), inside, char('"'))).parse(input);
    if text.is_err() && skip(input).starts_with('"') {
        return Flaw::part(skip(input), 1, "the text in double quotes does not end")
            .label("opened here")
            .help("close it with `\"`; within it, write `\\\"` for `\"` and `\\\\` for `\\`")
            .fail();
    }
    require(text, input, "a text in double quotes")
}

/// The parts of a number with a unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantity<'a> {
    /// All of it.
    pub(crate) text: &'a str,
    /// The digits before the point.
    pub(crate) whole: &'a str,
    /// The digits behind the point.
    pub(crate) fraction: &'a str,
    /// What follows the digits.
    pub(crate) unit: &'a str,
}

/// A number with whatever unit follows it.
pub(crate) fn quantity(input: &str) -> Parsed<'_, Quantity<'_>> {
    let start = skip(input);
    let (rest, whole) = digit1(start)?;
    let (rest, fraction) = opt(preceded(char('.'), digit1)).parse(rest)?;
    let (rest, unit) =
        take_while(|c: char| c.is_alphanumeric() || matches!(c, '%' | '/' | '_'))(rest)?;
    let quantity = Quantity {
        text: &start[..start.len() - rest.len()],
        whole,
        fraction: fraction.unwrap_or_default(),
        unit,
    };
    Ok((rest, quantity))
}

/// Turns "not here" into a mistake: `what` must be here.
pub(crate) fn require<'a, T>(parsed: Parsed<'a, T>, input: &str, what: &str) -> Parsed<'a, T> {
    parsed.map_err(|error| match error {
        Err::Error(_) | Err::Incomplete(_) => Err::Failure(Flaw::expected(input, what)),
        Err::Failure(flaw) => Err::Failure(flaw),
    })
}

/// A word of a table.
pub(crate) fn choose<'a, T: Clone>(
    input: &'a str,
    what: &str,
    table: impl Iterator<Item = (&'static str, T)> + Clone,
) -> Parsed<'a, T> {
    let (rest, found) = require(word(input), input, what)?;
    match table.clone().find(|(name, _)| *name == found) {
        Some((_, value)) => Ok((rest, value)),
        None => {
            let names = table.map(|(name, _)| name);
            Flaw::unknown(input, found, what, names).fail()
        }
    }
}
