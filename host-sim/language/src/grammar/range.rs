//! Ranges of sectors.

use alloc::format;

use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, keyword, mark, need, skip};
use super::value::{range_of, sector};
use crate::script::{Sectors, SectorsEnd, Value};

/// `all`, `A..B` or `A +COUNT`, on something of `size` sectors, if that is known.
pub(crate) fn sectors<'a>(
    context: &Context<'_>,
    size: Option<u64>,
    input: &'a str,
) -> Parsed<'a, Sectors> {
    if let Some(rest) = keyword("all", input) {
        return Ok((rest, Sectors::All));
    }
    let before = context.reported();
    let (rest, first) = sector(context, input)?;
    let (rest, end) = if let Ok((rest, _)) = mark("+", rest) {
        let (rest, count) = sector(context, rest)?;
        (rest, SectorsEnd::Count(count))
    } else {
        let (rest, ()) = need("..", "`..` and an end, or `+` and a count", rest)?;
        let (rest, end) = sector(context, rest)?;
        (rest, SectorsEnd::Before(end))
    };
    if context.reported() == before {
        check_sectors(context, size, input, rest, &first, &end);
    }
    Ok((rest, Sectors::Range { first, end }.settled()))
}

fn check_sectors(
    context: &Context<'_>,
    size: Option<u64>,
    input: &str,
    rest: &str,
    first: &Value<u64>,
    end: &SectorsEnd,
) {
    let (low, high) = range_of(context, first);
    let (least, most) = match end {
        SectorsEnd::Before(end) => range_of(context, end),
        SectorsEnd::Count(count) => {
            let (least, most) = range_of(context, count);
            let most = most.zip(high).map(|(count, high)| high.saturating_add(count));
            (high.unwrap_or(low).saturating_add(least), most)
        }
    };
    let start = skip(input);
    let text = &start[..start.len() - rest.len()];
    let report = |message, label: &str| {
        context.report(Flaw::part(start, text.len(), message).label(label));
    };
    match (high, most) {
        (None, _) | (_, None) => {
            report(format!("`{text}` has no bound"), "a sweep over commands cannot be a sector");
        }
        (Some(high), _) if high >= least => {
            report(format!("`{text}` is empty"), "the end is the first sector that is not meant");
        }
        (_, Some(most)) => {
            if let Some(size) = size.filter(|size| most > *size) {
                report(
                    format!("`{text}` goes beyond the end"),
                    &format!("there are {size} sectors of 512 B"),
                );
            }
        }
    }
}
