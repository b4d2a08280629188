//! Drives.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::context::Context;
use super::flaw::Flaw;
use super::options::{Key, key, set, unknown};
use super::token::{Parsed, at_end, choose, mark, quoted, require, skip, word};
use super::unit;
use crate::limits;
use crate::script::{
    Cache, Content, DriveName, DriveSpec, Model, Place, Rate, SECTOR_BYTES, Sync, Time,
};

const DRIVE_KEYS: &[&str] =
    &["size", "model", "physical", "read", "write", "access", "cache", "queue", "batch"];
const DRIVE_FLAGS: &[&str] = &["shelf", "spare", "blank", "foreign", "image"];

/// The kinds of drives by name.
pub(crate) const MODELS: [(&str, Model); 4] =
    [("hdd", Model::Hdd), ("ssd", Model::Ssd), ("sd", Model::Sd), ("ram", Model::Ram)];
/// The caches by name.
pub(crate) const CACHES: [(&str, Cache); 2] =
    [("volatile", Cache::Volatile), ("none", Cache::None)];
/// The states of a new array by name.
pub(crate) const SYNCS: [(&str, Sync); 2] = [("none", Sync::None), ("initial", Sync::Initial)];

pub(super) fn ranged<'a>(
    context: &Context<'_>,
    least: u64,
    most: u64,
    input: &'a str,
) -> Parsed<'a, u64> {
    let (rest, number) = unit::number(context, input)?;
    if (least..=most).contains(&number) {
        return Ok((rest, number));
    }
    let flaw = Flaw::part(input, input.len() - rest.len(), format!("`{number}` is out of range"));
    flaw.label(format!("expected {least} to {most}")).fail()
}

/// The names that one `drive` line declares.
#[derive(Clone, Debug)]
pub(crate) struct NameRange {
    /// In order.
    pub(crate) names: Vec<String>,
}

/// `NAME` or `A..B`
pub(crate) fn drive_names(input: &str) -> Parsed<'_, NameRange> {
    let (rest, first) = require(word(input), input, "the name of a drive")?;
    let Ok((rest, _)) = mark("..", rest) else {
        let names = alloc::vec![first.to_string()];
        return Ok((rest, NameRange { names }));
    };
    let (rest, last) = require(word(rest), rest, "the name of the last drive")?;
    let start = skip(input);
    let text = &start[..start.len() - rest.len()];
    let Some((prefix, from, to)) = numbered(first, last) else {
        return Flaw::part(start, text.len(), format!("`{text}` is no range of names"))
            .label("the same letters, then numbers that go up")
            .help("for instance `d0..d3`")
            .fail();
    };
    if to - from >= limits::DRIVES {
        return Flaw::part(start, text.len(), format!("`{text}` is too many drives"))
            .label(format!("at most {} drives", limits::DRIVES))
            .fail();
    }
    let names = (from..=to).map(|number| format!("{prefix}{number}")).collect();
    Ok((rest, NameRange { names }))
}

/// The common letters and the two numbers of names such as `d0` and `d3`.
pub(crate) fn numbered<'n>(first: &'n str, last: &str) -> Option<(&'n str, u64, u64)> {
    let (prefix, from) = split_number(first)?;
    let (other, to) = split_number(last)?;
    (prefix == other && from <= to).then_some((prefix, from, to))
}

/// The letters and the number of a name; a number with leading zeros is not one.
pub(crate) fn split_number(name: &str) -> Option<(&str, u64)> {
    let prefix = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &name[prefix.len()..];
    let canonical = digits == "0" || !digits.starts_with('0');
    let number = digits.parse().ok().filter(|_| canonical)?;
    Some((prefix, number))
}

#[derive(Default)]
struct DriveDraft {
    size: Option<u64>,
    model: Option<Model>,
    physical: Option<u64>,
    read: Option<Rate>,
    write: Option<Rate>,
    access: Option<Time>,
    cache: Option<Cache>,
    queue: Option<u64>,
    batch: Option<String>,
    place: Option<Place>,
    content: Option<Content>,
}

/// `NAME|A..B size= [model=] …`
pub(crate) fn drives<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Vec<DriveSpec>> {
    let (mut rest, range) = drive_names(input)?;
    let mut draft = DriveDraft::default();
    while let Some((after, key)) = key(rest) {
        rest = drive_option(context, key, after, &mut draft)?.0;
    }
    if !at_end(rest) {
        return Flaw::expected(rest, "a property of the drive").fail();
    }
    let Some(size) = draft.size else {
        return Flaw::expected(rest, "`size=…`").help("for instance `size=16MiB`").fail();
    };
    let place = draft.place.unwrap_or(Place::Member);
    let content = draft.content.unwrap_or_default();
    let whole = skip(input).len() - rest.len();
    check_drive(context, Flaw::part(skip(input), whole, ""), &draft, size, content);
    let spec = |name: &String| DriveSpec {
        name: DriveName(name.clone()),
        size,
        model: draft.model.unwrap_or_default(),
        physical: draft.physical,
        read: draft.read,
        write: draft.write,
        access: draft.access,
        cache: draft.cache,
        queue: draft.queue,
        batch: draft.batch.clone(),
        place,
        content,
    };
    Ok((rest, range.names.iter().map(spec).collect()))
}

/// Whether the array begins with images, if the array is known.
fn begins_with_images(context: &Context<'_>) -> Option<bool> {
    context.scope.array.as_ref().map(|array| array.from.is_some())
}

fn check_drive(
    context: &Context<'_>,
    mut flaw: Flaw,
    draft: &DriveDraft,
    size: u64,
    content: Content,
) {
    let sector = draft.physical.unwrap_or(SECTOR_BYTES);
    if size == 0 || size > limits::DRIVE_BYTES {
        flaw.message = format!("there are no drives of {size} B");
        flaw.label = "size out of range".into();
        flaw.help = Some("choose a size from 4KiB to 1024TiB".into());
    } else if !size.is_multiple_of(sector) {
        flaw.message = format!("{size} B is no whole number of sectors of {sector} B");
        flaw.label = "size does not fit the sectors".into();
        flaw.help = Some(format!("write `size={}B`", size.next_multiple_of(sector)));
    } else if draft.place.is_none() && content == Content::Foreign {
        flaw.message = "a member cannot be foreign at the start".into();
        flaw.label = "in a slot by order of declaration".into();
        flaw.help = Some("add `shelf`, and `insert` it later".into());
    } else if content == Content::Image && begins_with_images(context) == Some(false) {
        flaw.message = "there are no images that the array begins with".into();
        flaw.label = "no image to be had".into();
        flaw.help = Some("write `from=\"FOLDER\"` behind `array`, or leave out `image`".into());
    } else if matches!(draft.place, Some(Place::Spare(_)))
        && content != Content::Image
        && begins_with_images(context) == Some(true)
    {
        flaw.message = "nobody adds a spare to an array that begins with images".into();
        flaw.label = "not in its records".into();
        flaw.help = Some("write `shelf`, `insert` it, and add it with `spare add`".into());
    } else if draft.place.is_none() && context.scope.chunk().is_some_and(|chunk| size < chunk) {
        flaw.message = format!("a member of {size} B is smaller than a chunk");
        flaw.label = "too small".into();
        flaw.help = Some("write a larger `size=` or a smaller `chunk=`".into());
    } else {
        return;
    }
    context.report(flaw);
}

fn drive_option<'a>(
    context: &Context<'_>,
    key: Key<'_>,
    value: &'a str,
    draft: &mut DriveDraft,
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
        ("size", true) => take!(size, unit::size(context, value)),
        ("model", true) => take!(model, choose(value, "model", MODELS.into_iter())),
        ("physical", true) => take!(physical, physical(context, value)),
        ("read", true) => take!(read, drive_rate(context, value)),
        ("write", true) => take!(write, drive_rate(context, value)),
        ("access", true) => take!(access, unit::time(context, value)),
        ("cache", true) => take!(cache, choose(value, "cache", CACHES.into_iter())),
        ("queue", true) => take!(queue, ranged(context, 1, limits::QUEUE, value)),
        ("batch", true) => take!(batch, quoted_or_word(value)),
        ("spare", true) => take!(place, spare_slot(context, value)),
        ("spare", false) => take!(place, Ok((value, Place::Spare(None)))),
        ("shelf", false) => take!(place, Ok((value, Place::Shelf))),
        ("blank", false) => take!(content, Ok((value, Content::Blank))),
        ("foreign", false) => take!(content, Ok((value, Content::Foreign))),
        ("image", false) => take!(content, Ok((value, Content::Image))),
        _ => return unknown(key, "property of a drive", DRIVE_KEYS, DRIVE_FLAGS),
    };
    Ok((rest, ()))
}

fn physical<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, u64> {
    let (rest, bytes) = unit::size(context, input)?;
    if matches!(bytes, 512 | 4096) {
        return Ok((rest, bytes));
    }
    let text = &input[..input.len() - rest.len()];
    Flaw::part(input, text.len(), format!("there are no physical sectors of `{text}`"))
        .label("expected 512B or 4KiB")
        .fail()
}

fn drive_rate<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Rate> {
    let (rest, rate) = unit::rate(context, input)?;
    if rate.0 == 0 {
        let flaw = Flaw::part(input, input.len() - rest.len(), "a drive cannot be that slow");
        context.report(flaw.label("expected at least 1B/s"));
    }
    Ok((rest, rate))
}

fn quoted_or_word(input: &str) -> Parsed<'_, String> {
    match word(input) {
        Ok((rest, batch)) => Ok((rest, batch.to_string())),
        Err(_) => quoted(input),
    }
}

fn spare_slot<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Place> {
    let (rest, slot) = unit::number(context, input)?;
    let members = context.scope.members();
    if slot >= members {
        let flaw =
            Flaw::part(input, input.len() - rest.len(), format!("there is no slot `{slot}`"));
        let flaw = flaw.label("no such slot");
        context.report(flaw.help(format!("the array has the slots 0 to {}", members - 1)));
    }
    let slot = u8::try_from(slot).unwrap_or(0);
    Ok((rest, Place::Spare(Some(slot))))
}
