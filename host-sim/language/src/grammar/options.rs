//! `key=value` pairs and flags at the end of a line, in any order.

use alloc::format;

use super::context::Context;
use super::flaw::Flaw;
use super::token::{Parsed, keyword, skip, word};

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

/// A word that may stand here; true if it does.
pub(crate) fn flag<'a>(word: &str, input: &'a str) -> (&'a str, bool) {
    keyword(word, input).map_or((input, false), |rest| (rest, true))
}

/// What may stand here behind a word, if the word does.
pub(crate) fn behind<'a, T>(
    word: &str,
    input: &'a str,
    value: impl FnOnce(&'a str) -> Parsed<'a, T>,
) -> Parsed<'a, Option<T>> {
    match keyword(word, input) {
        Some(rest) => value(rest).map(|(rest, it)| (rest, Some(it))),
        None => Ok((input, None)),
    }
}

/// One key and one flag, each at most once, in any order.
pub(crate) struct KeyAndFlag {
    /// What they are properties of, for messages.
    pub(crate) what: &'static str,
    pub(crate) key: &'static str,
    pub(crate) flag: &'static str,
}

impl KeyAndFlag {
    /// The key's value, if it is there, and whether the flag is.
    pub(crate) fn read<'a, T>(
        &'static self,
        context: &Context<'_>,
        input: &'a str,
        value: impl Fn(&'a str) -> Parsed<'a, T>,
    ) -> Parsed<'a, (Option<T>, bool)> {
        let (mut found, mut raised) = (None, false);
        let mut rest = input;
        while let Some((after, key)) = key(rest) {
            rest = match (key.name, key.valued) {
                (name, true) if name == self.key => {
                    let (after, value) = value(after)?;
                    set(context, key, &mut found, value);
                    after
                }
                (name, false) if name == self.flag => {
                    raise(context, key, &mut raised);
                    after
                }
                _ => {
                    return unknown(
                        key,
                        self.what,
                        core::slice::from_ref(&self.key),
                        core::slice::from_ref(&self.flag),
                    );
                }
            };
        }
        Ok((rest, (found, raised)))
    }
}
