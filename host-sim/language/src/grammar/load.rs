//! Loads.

use alloc::format;

use super::context::Context;
use super::flaw::Flaw;
use super::options::{Key, key, set, unknown};
use super::token::{Parsed, at_end, mark, require, skip, word};
use super::{range, unit, value};
use crate::limits;
use crate::script::{LoadName, LoadSpec, Percent, SECTOR_BYTES, Sectors, Value};

const KEYS: &[&str] = &["seed", "read", "trim", "size", "span", "rate", "queue", "flush"];
/// The largest request of a load.
const REQUEST_BYTES: u64 = 64 << 20;

#[derive(Default)]
struct Draft {
    seed: Option<Value<u64>>,
    read: Option<Percent>,
    trim: Option<Percent>,
    size: Option<(u64, u64)>,
    span: Option<Sectors>,
    rate: Option<u64>,
    queue: Option<u64>,
    flush: Option<u64>,
}

/// `NAME [seed=] [read=] …`
pub(crate) fn load<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, LoadSpec> {
    let (mut rest, name) = require(word(input), input, "the name of the load")?;
    let mut draft = Draft::default();
    while let Some((after, key)) = key(rest) {
        rest = option(context, key, after, &mut draft)?.0;
    }
    if !at_end(rest) {
        return Flaw::expected(rest, "a property of the load").fail();
    }
    let read = draft.read.unwrap_or(Percent::whole(50));
    let trim = draft.trim.unwrap_or_default();
    if read.0 + trim.0 > Percent::FULL.0 {
        let start = skip(input);
        let flaw = Flaw::part(start, start.len() - rest.len(), "reads and trims are more than all");
        context.report(flaw.label("`read=` and `trim=` add up to more than 100%"));
    }
    let (smallest, largest) = draft.size.unwrap_or((4096, 4096));
    let spec = LoadSpec {
        name: LoadName(name.into()),
        seed: draft.seed.unwrap_or(Value::Literal(0)),
        read,
        trim,
        smallest,
        largest,
        span: draft.span.unwrap_or(Sectors::All),
        rate: draft.rate,
        queue: draft.queue.unwrap_or(1),
        flush: draft.flush,
    };
    Ok((rest, spec))
}

fn option<'a>(
    context: &Context<'_>,
    key: Key<'_>,
    value: &'a str,
    draft: &mut Draft,
) -> Parsed<'a, ()> {
    /// Reads with a parser and stores the result.
    macro_rules! take {
        ($field:ident, $parsed:expr) => {{
            let (rest, value) = $parsed?;
            set(context, key, &mut draft.$field, value);
            rest
        }};
    }
    let rest = match (key.name, key.valued) {
        ("seed", true) => take!(seed, value::number(context, 0, u64::MAX, value)),
        ("read", true) => take!(read, unit::whole_percent(context, value)),
        ("trim", true) => take!(trim, unit::whole_percent(context, value)),
        ("size", true) => take!(size, sizes(context, value)),
        ("span", true) => {
            take!(span, range::sectors(context, context.scope.array_sectors(), value))
        }
        ("rate", true) => take!(rate, upto(context, limits::RATE, value, unit::frequency)),
        ("queue", true) => take!(queue, upto(context, limits::QUEUE, value, unit::number)),
        ("flush", true) => take!(flush, upto(context, limits::COUNT, value, unit::number)),
        _ => return unknown(key, "property of a load", KEYS, &[]),
    };
    Ok((rest, ()))
}

/// A number from 1.
fn upto<'a>(
    context: &Context<'_>,
    most: u64,
    input: &'a str,
    parser: impl Fn(&Context<'_>, &'a str) -> Parsed<'a, u64>,
) -> Parsed<'a, u64> {
    let before = context.reported();
    let (rest, number) = parser(context, input)?;
    if !(1..=most).contains(&number) && context.reported() == before {
        let text = &input[..input.len() - rest.len()];
        let flaw = Flaw::part(input, text.len(), format!("`{text}` is out of range"));
        context.report(flaw.label(format!("expected 1 to {most}")));
    }
    Ok((rest, number))
}

/// `SIZE` or `SIZE..SIZE`, both included.
fn sizes<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, (u64, u64)> {
    let (rest, smallest) = unit::size(context, input)?;
    let (rest, largest) = match mark("..", rest) {
        Ok((rest, _)) => unit::size(context, rest)?,
        Err(_) => (rest, smallest),
    };
    let whole = [smallest, largest].iter().all(|size| size.is_multiple_of(SECTOR_BYTES));
    if !whole || smallest == 0 || smallest > largest || largest > REQUEST_BYTES {
        let text = &input[..input.len() - rest.len()];
        let flaw = Flaw::part(input, text.len(), format!("there are no requests of `{text}`"));
        context
            .report(flaw.label("expected multiples of 512B from 512B to 64MiB, the smaller first"));
    }
    Ok((rest, (smallest, largest)))
}
