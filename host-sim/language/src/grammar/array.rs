//! The array.

use alloc::format;
use alloc::string::String;

use super::context::Context;
use super::flaw::Flaw;
use super::machine::{SYNCS, ranged};
use super::options::{Key, key, set, unknown};
use super::policy::SWITCHES;
use super::token::{Parsed, at_end, choose, quoted, skip};
use super::unit;
use crate::limits;
use crate::script::{Array, Sync};

const KEYS: &[&str] = &["near", "members", "chunk", "sync", "metadata", "from"];
const LATER: &[&str] = &["bitmap", "checksums", "name"];

#[derive(Default)]
struct ArrayDraft {
    near: Option<u64>,
    members: Option<u64>,
    chunk: Option<u64>,
    sync: Option<Sync>,
    metadata: Option<bool>,
    from: Option<String>,
}

/// `near=2 members=4 chunk=64KiB [sync=none|initial] [metadata=on|off] [from="FOLDER"]`
pub(crate) fn array<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, Array> {
    let mut draft = ArrayDraft::default();
    let mut rest = input;
    while let Some((after, key)) = key(rest) {
        rest = array_option(context, key, after, &mut draft)?.0;
    }
    if !at_end(rest) {
        return Flaw::expected(rest, "a property of the array").fail();
    }
    let missing = |name| Flaw::expected(rest, &format!("`{name}=…`"));
    let (Some(near), Some(members), Some(chunk)) = (draft.near, draft.members, draft.chunk) else {
        let given = [draft.near.is_some(), draft.members.is_some(), draft.chunk.is_some()];
        let name = KEYS.iter().zip(given).find(|(_, given)| !given);
        let flaw = missing(name.map_or("chunk", |(name, _)| *name));
        return flaw.help("for instance `array near=2 members=4 chunk=64KiB`").fail();
    };
    if near > members {
        let message = format!("{near} copies do not fit on {members} members");
        let flaw = Flaw::part(skip(input), skip(input).len() - rest.len(), message);
        let flaw = flaw.label("more copies than members");
        return flaw.help(format!("write `members={near}` or more")).fail();
    }
    let narrow = |value| u8::try_from(value).unwrap_or(u8::MAX);
    let (near, members) = (narrow(near), narrow(members));
    let sync = draft.sync.unwrap_or(Sync::None);
    let metadata = draft.metadata.unwrap_or(true);
    let from = draft.from;
    if from.is_some() && (sync == Sync::Initial || !metadata) {
        let whole = skip(input).len() - rest.len();
        let flaw = Flaw::part(skip(input), whole, "an array that begins with images is not made");
        let flaw = flaw.label("its records are on the images, and say what is to be made equal");
        return flaw.help("leave out `sync=` and `metadata=`").fail();
    }
    Ok((rest, Array { near, members, chunk, sync, metadata, from }))
}

/// The folder of images.
fn folder(input: &str) -> Parsed<'_, String> {
    let (rest, folder) = quoted(input)?;
    if folder.is_empty() {
        let flaw = Flaw::part(input, input.len() - rest.len(), "there is no folder without a name");
        return flaw.help("for instance `from=\"../golden/a-small\"`").fail();
    }
    Ok((rest, folder))
}

fn array_option<'a>(
    context: &Context<'_>,
    key: Key<'_>,
    value: &'a str,
    draft: &mut ArrayDraft,
) -> Parsed<'a, ()> {
    let rest = match (key.name, key.valued) {
        ("near", true) => {
            let (rest, near) = ranged(context, 2, 3, value)?;
            set(context, key, &mut draft.near, near);
            rest
        }
        ("members", true) => {
            let (rest, members) = ranged(context, 2, limits::MEMBERS, value)?;
            set(context, key, &mut draft.members, members);
            rest
        }
        ("chunk", true) => {
            let (rest, chunk) = chunk(context, value)?;
            set(context, key, &mut draft.chunk, chunk);
            rest
        }
        ("sync", true) => {
            let (rest, sync) = choose(value, "state of a new array", SYNCS.into_iter())?;
            set(context, key, &mut draft.sync, sync);
            rest
        }
        ("metadata", true) => {
            let (rest, on) = choose(value, "switch", SWITCHES.into_iter())?;
            set(context, key, &mut draft.metadata, on);
            rest
        }
        ("from", true) => {
            let (rest, from) = folder(value)?;
            set(context, key, &mut draft.from, from);
            rest
        }
        (name, _) if LATER.contains(&name) => {
            let help = "leave it out: the array is made anew, with a bitmap and without checksums";
            return Flaw::not_yet(key.input, name, help).fail();
        }
        _ => return unknown(key, "property of the array", KEYS, &[]),
    };
    Ok((rest, ()))
}

fn chunk<'a>(context: &Context<'_>, input: &'a str) -> Parsed<'a, u64> {
    let (rest, chunk) = unit::size(context, input)?;
    if chunk.is_power_of_two() && (4096..=4 << 20).contains(&chunk) {
        return Ok((rest, chunk));
    }
    let text = &input[..input.len() - rest.len()];
    Flaw::part(input, text.len(), format!("there are no chunks of `{text}`"))
        .label("expected a power of two from 4KiB to 4MiB")
        .fail()
}
