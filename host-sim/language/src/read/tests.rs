//! Reading: statements one by one, then whole files with mistakes.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::format;

use super::{parse, parse_bytes};
use crate::limits;

mod images;
mod mistakes;
mod reference;
mod statements;

/// A small machine, with a sweep of each kind.
const MACHINE: &str = "\
vector small \"A small machine\"
array near=2 members=4 chunk=64KiB
drive d0..d3 size=16MiB
drive s0 size=16MiB shelf
drive s1 size=16MiB spare
load w seed=7
sweep p = 0%..100%
sweep who = d0 d2
sweep n = 1..3
sweep t = 1s..3s step 1s
at 0s fail d0
at 0s start w
";

/// The mistakes of the machine with these lines behind it, one per paragraph.
fn mistakes_of(lines: &str) -> String {
    let text = format!("{MACHINE}{lines}\n");
    match parse(&text) {
        Ok(_) => "none".to_string(),
        Err(mistakes) => {
            let shown: Vec<String> =
                mistakes.iter().map(|mistake| mistake.render("x.vec", &text)).collect();
            shown.join("\n")
        }
    }
}

/// The canonical form of one line of the machine.
fn canonical_of(line: &str) -> String {
    let text = format!("{MACHINE}{line}\n");
    let script = parse(&text).unwrap_or_else(|_| panic!("{}", mistakes_of(line)));
    let printed = script.to_string();
    assert_eq!(parse(&printed).as_ref(), Ok(&script), "{printed}");
    let own = |kept: &&str| !plain().contains(&(*kept).to_string());
    let lines: Vec<&str> = printed.lines().filter(own).collect();
    lines.join("\n")
}

/// The lines of the machine alone.
fn plain() -> Vec<String> {
    let script = parse(MACHINE).expect("the machine is right");
    script.to_string().lines().map(ToString::to_string).collect()
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let text = "#".repeat(limits::FILE_BYTES + 1);
    let mistakes = parse(&text).expect_err("too large");
    assert_eq!(mistakes.len(), 1);
    assert!(mistakes[0].message.contains("1048577 bytes"));
}

#[test]
fn a_line_that_is_too_long_is_refused() {
    let line = format!("tags {}", "a ".repeat(limits::LINE_BYTES));
    let shown = mistakes_of(&line);
    assert!(shown.contains("at most 4096 bytes are read"), "{shown}");
    assert!(shown.len() < 600, "a long line is clipped");
}

#[test]
fn too_many_statements_are_refused() {
    let lines = "at 1s flush\n".repeat(limits::STATEMENTS);
    assert!(mistakes_of(&lines).contains("too many statements"));
}

#[test]
fn at_most_so_many_mistakes_are_listed() {
    let text = "bogus\n".repeat(1000);
    let mistakes = parse(&text).expect_err("all wrong");
    assert_eq!(mistakes.len(), limits::DIAGNOSTICS + 1);
    assert_eq!(mistakes[limits::DIAGNOSTICS].message, "there are more mistakes");
}

#[test]
fn bytes_that_are_no_text_have_a_place() {
    let mistakes = parse_bytes(b"vector x \"y\"\nsource \"\xff\"").expect_err("no UTF-8");
    assert_eq!((mistakes[0].line, mistakes[0].column), (2, 9));
    assert_eq!(mistakes[0].message, "byte 0xff is no UTF-8");
}

#[test]
fn carriage_returns_at_line_ends_do_no_harm() {
    let text = MACHINE.replace('\n', "\r\n");
    assert_eq!(parse(&text), parse(MACHINE));
}
