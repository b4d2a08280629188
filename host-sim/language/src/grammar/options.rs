//! `key=value` pairs and flags at the end of a line, in any order.

use alloc::format;

use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, skip, word};

/// A key or a flag.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    /// The word.
    pub(crate) name: &'a str,
    /// True if `=` follows.
    pub(crate) valued: bool,
    /// Where it starts.
    pub(crate) input: &'a str,
}

/// The next key or flag, if there is one.
pub(crate) fn key(input: &str) -> Option<(&str, Key<'_>)> {
    let (rest, name) = word(input).ok()?;
    let input = skip(input);
    Some(match rest.strip_prefix('=') {
        Some(rest) => (rest, Key { name, valued: true, input }),
        None => (rest, Key { name, valued: false, input }),
    })
}

/// Refuses a key that nothing is known about.
pub(crate) fn unknown<'a, T>(
    key: Key<'_>,
    what: &str,
    keys: &'static [&'static str],
    flags: &'static [&'static str],
) -> Parsed<'a, T> {
    let Key { name, valued, input } = key;
    let flaw = |message| Flaw::part(input, name.len(), message);
    if valued && flags.contains(&name) {
        return flaw(format!("`{name}` takes no value")).help(format!("write `{name}`")).fail();
    }
    if !valued && keys.contains(&name) {
        let flaw = flaw(format!("`{name}` needs a value"));
        return flaw.help(format!("write `{name}=…` without blanks")).fail();
    }
    Flaw::unknown(input, name, what, keys.iter().chain(flags).copied()).fail()
}

/// Stores what a key says, and reports a key that is given twice.
pub(crate) fn set<T>(context: &Context<'_>, key: Key<'_>, place: &mut Option<T>, value: T) {
    if place.is_some() {
        context.report(
            Flaw::part(key.input, key.name.len(), format!("`{}` is given twice", key.name))
                .label("again")
                .help("keep one of them"),
        );
    }
    *place = Some(value);
}

/// Sets a flag, and reports one that is given twice.
pub(crate) fn raise(context: &Context<'_>, key: Key<'_>, flag: &mut bool) {
    let mut place = flag.then_some(());
    set(context, key, &mut place, ());
    *flag = true;
}
