//! Which writes survive a loss of power.

use alloc::format;

use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, mark, require, skip, word};
use super::value;
use crate::limits;
use crate::nearest::nearest;
use crate::script::{Survival, Writes};

/// What may stand for the writes that survive, as it is written.
const FORMS: [&str; 5] = ["none", "all", "first:N", "only:N,N..N", "torn:N"];

/// `none`, `all`, `first:N`, `only:LIST` or `torn:N`
pub(crate) fn survival<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Survival> {
    let (rest, name) = require(word(input), input, "which writes survive")?;
    let number = |rest| value::number(context, 0, limits::COUNT, rest);
    match (name, rest.strip_prefix(':')) {
        ("none", None) => Ok((rest, Survival::None)),
        ("all", None) => Ok((rest, Survival::All)),
        ("first", Some(rest)) => number(rest).map(|(rest, it)| (rest, Survival::First(it))),
        ("torn", Some(rest)) => number(rest).map(|(rest, it)| (rest, Survival::Torn(it))),
        ("only", Some(rest)) => list(context, rest),
        _ => unknown(context, input, name),
    }
}

/// True if such a word is next.
pub(crate) fn is_next(input: &str) -> bool {
    word(input).is_ok_and(|(rest, name)| match rest.strip_prefix(':') {
        Some(_) => true,
        None => matches!(name, "none" | "all"),
    })
}

fn unknown<'a, T>(context: &Context<'_>, input: &str, name: &str) -> Parsed<'a, T> {
    let names = FORMS.iter().map(|form| (form.split(':').next().unwrap_or(form), *form));
    let near = nearest(name, names.clone().map(|(name, _)| name));
    let form = names.clone().find(|(name, _)| Some(*name) == near).map(|(_, form)| form);
    let help = match form {
        Some(form) if near == Some(name) => format!("write `{form}`"),
        Some(form) => format!("did you mean `{form}`?"),
        None if context.scope.has_drive(name) => format!("write `{name}=all`, or what it keeps"),
        None => format!("one of {}", FORMS.map(|form| format!("`{form}`")).join(", ")),
    };
    let flaw = Flaw::part(skip(input), name.len(), format!("`{name}` does not say what survives"));
    flaw.label("expected which writes survive").help(help).fail()
}

/// Numbers and ranges, separated by commas.
fn list<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Survival> {
    let (mut rest, first) = writes(context, input)?;
    let mut list = alloc::vec![first];
    while let Ok((after, _)) = mark(",", rest) {
        let (end, writes) = writes(context, after)?;
        let start = skip(after);
        if list.iter().any(|other| overlap(other, &writes)) {
            let text = &start[..start.len() - end.len()];
            let flaw = Flaw::part(start, text.len(), format!("`{text}` is listed already"));
            context.report(flaw.label("again").help("name each write once"));
        }
        list.push(writes);
        rest = end;
    }
    Ok((rest, Survival::only(list)))
}

fn overlap(one: &Writes, other: &Writes) -> bool {
    let bounds = one.resolve().zip(other.resolve());
    one == other || bounds.is_some_and(|(one, other)| one.0 < other.1 && other.0 < one.1)
}

/// `N` or `N..N`
fn writes<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Writes> {
    let before = context.reported();
    let number = |rest| value::number(context, 0, limits::COUNT, rest);
    let (rest, first) = number(input)?;
    let Ok((rest, _)) = mark("..", rest) else {
        return Ok((rest, Writes::One(first)));
    };
    let (rest, end) = number(rest)?;
    let least_end = value::range_of(context, &end).0;
    let empty = value::range_of(context, &first).1.is_some_and(|first| first >= least_end);
    if empty && context.reported() == before {
        let start = skip(input);
        let text = &start[..start.len() - rest.len()];
        let flaw = Flaw::part(start, text.len(), format!("`{text}` is empty"));
        context.report(flaw.label("the end is the first write that is not meant"));
    }
    Ok((rest, Writes::Range { first, end }))
}
