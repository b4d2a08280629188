//! Texts made of the language's words, in any order.

use alloc::string::String;

use proptest::prelude::*;

const WORDS: &[&str] = &[
    "vector",
    "v",
    "\"t\"",
    "\"",
    "\\",
    "array",
    "near=2",
    "members=4",
    "chunk=64KiB",
    "drive",
    "d0..d3",
    "d0",
    "size=16MiB",
    "size=",
    "=",
    "shelf",
    "spare",
    "spare=1",
    "policy",
    "rebuild-rate=",
    "100%",
    "101%",
    "load",
    "w",
    "sweep",
    "p",
    "n",
    "0%..100%",
    "step",
    "1",
    "every",
    "write",
    "at",
    "1s",
    "1.5s",
    "0.",
    "..",
    "18446744073709551615",
    "99999999999999999999s",
    "when",
    "rebuild(1)",
    ">=",
    "on",
    "#1",
    "write#1",
    "event",
    "rebuilt",
    "(",
    ")",
    ",",
    "_",
    "after",
    "+",
    "hold",
    "until",
    "all",
    "0..8",
    "8 +8",
    "+8",
    "pattern=1",
    "fua",
    "fail",
    "limp",
    "x40",
    "x",
    "glitch",
    "for",
    "insert",
    "slot=1",
    "stale",
    "clone=d0",
    "image",
    "power-cut",
    "brown-out",
    "lasting",
    "first:2",
    "only:0,3,5..7",
    "torn:",
    "d0=all",
    "tear",
    "assemble",
    "stop",
    "step",
    "superblock#3",
    "expect",
    "lost",
    "none",
    "within",
    "of",
    "if",
    "same-mirror(d0, 1)",
    "not",
    "and",
    "==",
    "<",
    "finally",
    "power-cycle",
    "quiesce",
    ";",
    "read",
    "#",
    "# note",
    "\t",
    "\r",
    "µs",
    "é",
    "\u{1f4a5}",
];

/// A few bytes to put anywhere.
pub(super) fn patch() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(WORDS).prop_map(String::from),
        "[ -~\n]{0,6}",
        any::<char>().prop_map(String::from),
    ]
}

/// Lines of words.
pub(super) fn text() -> impl Strategy<Value = String> {
    let separator = prop_oneof![6 => Just(" "), 2 => Just("\n"), 1 => Just("")];
    let part = (prop::sample::select(WORDS), separator);
    prop::collection::vec(part, 0..120).prop_map(|parts| {
        let mut text = String::new();
        for (word, separator) in parts {
            text.push_str(word);
            text.push_str(separator);
        }
        text
    })
}
