//! Numbers with units.
//!
//! A number that is too large or too fine is reported, and 0 stands in its place, so that the rest of the
//! line is still read.

use alloc::format;
use alloc::string::String;

use nom::Err;

use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, Quantity, quantity, require, skip};
use crate::limits;
use crate::nearest::nearest;
use crate::script::{Percent, Rate, SECTOR_BYTES, Time};

/// Units and what they are worth.
type Units = &'static [(&'static str, u64)];

/// In microseconds.
const TIMES: Units = &[
    ("us", 1),
    ("µs", 1),
    ("ms", 1000),
    ("s", 1_000_000),
    ("min", 60_000_000),
    ("h", 3_600_000_000),
];

/// In bytes.
pub(crate) const SIZES: Units = &[
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

/// In bytes per second.
const RATES: Units = &[
    ("B/s", 1),
    ("KiB/s", 1 << 10),
    ("MiB/s", 1 << 20),
    ("GiB/s", 1 << 30),
    ("kB/s", 1000),
    ("MB/s", 1_000_000),
    ("GB/s", 1_000_000_000),
];

/// In hundredths of a percent.
const SHARES: Units = &[("%", 100)];

/// Per second.
const FREQUENCIES: Units = &[("/s", 1)];

/// No unit.
const NONE: Units = &[("", 1)];

/// What a number may be: its units, its name in messages, and an example.
struct Kind {
    units: Units,
    what: &'static str,
    example: &'static str,
}

fn scaled<'a>(context: &Context<'_>, kind: &Kind, input: &'a str) -> Parsed<'a, u64> {
    let (rest, number) = require(quantity(input), input, kind.what)?;
    let Some((_, factor)) = kind.units.iter().find(|(unit, _)| *unit == number.unit) else {
        return wrong_unit(kind, input, &number).fail();
    };
    match worth(&number, *factor) {
        Ok(value) => Ok((rest, value)),
        Err(message) => {
            context.report(Flaw::part(skip(input), number.text.len(), message).label(kind.what));
            Ok((rest, 0))
        }
    }
}

fn worth(number: &Quantity<'_>, factor: u64) -> Result<u64, String> {
    let text = number.text;
    let too_large = || format!("`{text}` is too large: more than 64 bits can count");
    let too_fine = || format!("`{text}` is finer than can be expressed");
    let fraction = number.fraction.trim_end_matches('0');
    let decimals = u32::try_from(fraction.len()).ok().filter(|count| *count <= 12);
    let unit = 10_u128.pow(decimals.ok_or_else(too_fine)?);
    let whole: u64 = number.whole.parse().map_err(|_| too_large())?;
    let fraction: u128 =
        if fraction.is_empty() { 0 } else { fraction.parse().map_err(|_| too_fine())? };
    let product = (u128::from(whole) * unit + fraction) * u128::from(factor);
    if !product.is_multiple_of(unit) {
        return Err(too_fine());
    }
    u64::try_from(product / unit).map_err(|_| too_large())
}

fn wrong_unit(kind: &Kind, input: &str, number: &Quantity<'_>) -> Flaw {
    let Quantity { text, unit, .. } = number;
    let digits = &text[..text.len() - unit.len()];
    let flaw = |message| {
        Flaw::part(skip(input), text.len(), message).label(format!("expected {}", kind.what))
    };
    if unit.is_empty() {
        return flaw(format!("`{text}` has no unit")).help(format!("write {}", kind.example));
    }
    let names = || kind.units.iter().map(|(name, _)| *name);
    if names().all(str::is_empty) {
        return flaw(format!("`{text}` has a unit where none is meant"))
            .help(format!("write `{digits}`"));
    }
    let near = nearest(unit, names().filter(|name| !name.is_empty()));
    let help = near.map_or_else(
        || format!("write {}", kind.example),
        |near| format!("did you mean `{digits}{near}`?"),
    );
    flaw(format!("unknown unit `{unit}` in `{text}`")).help(help)
}

/// A time.
pub(crate) fn time<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Time> {
    let kind = Kind {
        units: TIMES,
        what: "a time",
        example: "a time with `us`, `ms`, `s`, `min` or `h`, such as `2s`",
    };
    let (rest, micros) = scaled(context, &kind, input)?;
    if micros > limits::TIME_MICROS {
        let start = skip(input);
        let text = &start[..start.len() - rest.len()];
        let flaw = Flaw::part(start, text.len(), format!("`{text}` is too large"));
        context.report(flaw.label("expected 100 years at most"));
        return Ok((rest, Time(0)));
    }
    Ok((rest, Time(micros)))
}

/// A size in bytes.
pub(crate) fn size<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, u64> {
    let kind = Kind {
        units: SIZES,
        what: "a size",
        example: "a size with `B`, `KiB`, `MiB`, `GiB`, `TiB`, `kB`, `MB`, `GB` or `TB`, such as `16MiB`",
    };
    scaled(context, &kind, input)
}

/// A rate in bytes per second.
pub(crate) fn rate<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Rate> {
    let kind =
        Kind { units: RATES, what: "a rate", example: "a rate such as `180MB/s` or `1MiB/s`" };
    scaled(context, &kind, input).map(|(rest, bytes)| (rest, Rate(bytes)))
}

/// A share.
pub(crate) fn percent<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Percent> {
    let kind = Kind { units: SHARES, what: "a percentage", example: "a percentage such as `37%`" };
    let (rest, hundredths) = scaled(context, &kind, input)?;
    let percent = u16::try_from(hundredths).ok().map(Percent);
    let Some(percent) = percent.filter(|percent| *percent <= Percent::FULL) else {
        let start = skip(input);
        let text = &start[..start.len() - rest.len()];
        context.report(
            Flaw::part(start, text.len(), format!("`{text}` is more than all of it"))
                .label("expected 0% to 100%"),
        );
        return Ok((rest, Percent::FULL));
    };
    Ok((rest, percent))
}

/// A share that is a whole number of percent.
pub(crate) fn whole_percent<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Percent> {
    let (rest, percent) = percent(context, input)?;
    if !percent.is_whole() {
        let start = skip(input);
        let text = &start[..start.len() - rest.len()];
        let flaw = Flaw::part(start, text.len(), format!("`{text}` is no whole percentage"));
        context.report(flaw.label("expected a whole number of percent"));
    }
    Ok((rest, percent))
}

/// So many per second.
pub(crate) fn frequency<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, u64> {
    let kind = Kind {
        units: FREQUENCIES,
        what: "a number per second",
        example: "a number per second such as `200/s`",
    };
    scaled(context, &kind, input)
}

/// A number without a unit.
pub(crate) fn number<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, u64> {
    let kind = Kind { units: NONE, what: "a number", example: "a number" };
    scaled(context, &kind, input)
}

/// A sector number, or a size that is a whole number of sectors.
pub(crate) fn sector<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, u64> {
    let plain = match quantity(input) {
        Ok((_, quantity)) => quantity.unit.is_empty() && quantity.fraction.is_empty(),
        Err(_) => return Err(Err::Failure(Flaw::expected(input, "a sector or a size"))),
    };
    if plain {
        return number(context, input);
    }
    let (rest, bytes) = size(context, input)?;
    if !bytes.is_multiple_of(SECTOR_BYTES) {
        let start = skip(input);
        let text = &start[..start.len() - rest.len()];
        context.report(
            Flaw::part(start, text.len(), format!("`{text}` is no whole number of sectors"))
                .label("not a multiple of 512 B"),
        );
    }
    Ok((rest, bytes / SECTOR_BYTES))
}
