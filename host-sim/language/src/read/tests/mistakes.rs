//! What is said about mistakes: line by line, then in whole files.

use alloc::string::String;
use alloc::vec::Vec;
use std::format;

use super::{MACHINE, mistakes_of, parse};

mod machine;
mod power;
mod schedule;
mod stale;

/// Takes blocks of a line, what is said about it, and the remedy, and compares them with what is said.
fn check(table: &str) {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with(' '));
    let said: Vec<String> = lines.map(said).collect();
    assert_eq!(format!("\n{}", said.concat()), table);
}

/// The block of a line.
fn said(line: &str) -> String {
    let text = format!("{MACHINE}{line}\n");
    let mistakes = parse(&text).expect_err(line);
    assert_eq!(mistakes.len(), 1, "one mistake in `{line}`");
    let mistake = &mistakes[0];
    assert!(mistake.span.start >= MACHINE.len(), "`{line}` is to blame");
    let help = mistake.help.as_ref().map(|help| format!("    {help}\n")).unwrap_or_default();
    format!("{line}\n  {}\n{help}", mistake.message)
}

/// Ten mistakes of different kinds.
const NASTY: &str = "\
vector nasty \"Everything at once
arrray near=2 members=4 chunk=64KiB
drive d0..d2 size=16MiB model=hhd
drive d3 size=16MiB spare=9 shelf
policy rebuild-rate=150%
at 99999999999999999999s write all
at 2s\tlimp d9 x40  # a tab, and no such drive
at 3 pull d1
at 4s misdirect d0
when rebuild(7) >= 37% fail d0 now
expect array borken within 2s of fail d0
";

#[test]
fn a_nasty_file_is_told_everything() {
    let mistakes = parse(NASTY).expect_err("nasty");
    let shown: Vec<String> =
        mistakes.iter().map(|mistake| mistake.render("nasty.vec", NASTY)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    error: the text in double quotes does not end
     --> nasty.vec:1:14
      |
    1 | vector nasty "Everything at once
      |              ^ opened here
      = help: close it with `"`; within it, write `\"` for `"` and `\\` for `\`

    error: unknown statement `arrray`
     --> nasty.vec:2:1
      |
    2 | arrray near=2 members=4 chunk=64KiB
      | ^^^^^^ not known here
      = help: did you mean `array`?

    error: unknown model `hhd`
     --> nasty.vec:3:31
      |
    3 | drive d0..d2 size=16MiB model=hhd
      |                               ^^^ not known here
      = help: did you mean `hdd`?

    error: `shelf` is given twice
     --> nasty.vec:4:29
      |
    4 | drive d3 size=16MiB spare=9 shelf
      |                             ^^^^^ again
      = help: keep one of them

    error: `150%` is more than all of it
     --> nasty.vec:5:21
      |
    5 | policy rebuild-rate=150%
      |                     ^^^^ expected 0% to 100%

    error: `99999999999999999999s` is too large: more than 64 bits can count
     --> nasty.vec:6:4
      |
    6 | at 99999999999999999999s write all
      |    ^^^^^^^^^^^^^^^^^^^^^ a time

    error: no drive is named `d9`
     --> nasty.vec:7:12
      |
    7 | at 2s	limp d9 x40  # a tab, and no such drive
      |      	     ^^ unknown drive
      = help: did you mean `d0`?

    error: `3` has no unit
     --> nasty.vec:8:4
      |
    8 | at 3 pull d1
      |    ^ expected a time
      = help: write a time with `us`, `ms`, `s`, `min` or `h`, such as `2s`

    error: not supported yet: `misdirect`
     --> nasty.vec:9:7
      |
    9 | at 4s misdirect d0
      |       ^^^^^^^^^ not supported yet
      = help: use `write-error D LBA..LBA`: a misdirected write is seen with checksums only

    error: expected the end of the line, found `now`
      --> nasty.vec:10:32
       |
    10 | when rebuild(7) >= 37% fail d0 now
       |                                ^^^ expected the end of the line

    error: unknown state of the array `borken`
      --> nasty.vec:11:14
       |
    11 | expect array borken within 2s of fail d0
       |              ^^^^^^ not known here
       = help: one of `optimal`, `partially-degraded`, `degraded`, `failed`, `waiting`, `refused`, `stopped`
    "#);
}

#[test]
fn an_empty_file_misses_its_first_lines() {
    let shown: Vec<String> = parse("")
        .expect_err("empty")
        .iter()
        .map(|mistake| mistake.render("empty.vec", ""))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    error: there is no `vector` line
     --> empty.vec:1:1
      |
    1 | 
      | ^ missing
      = help: start with `vector NAME "TITLE"`

    error: there is no `array` line
     --> empty.vec:1:1
      |
    1 | 
      | ^ missing
      = help: for instance `array near=2 members=4 chunk=64KiB`
    "#);
}

#[test]
fn what_only_the_whole_file_shows() {
    let shown = mistakes_of(
        "policy flap-limit=3\npolicy flap-limit=4\nsweep big = 1..1000000\n\
         sweep a = every write d0\nsweep b = every read d1",
    );
    insta::assert_snapshot!(shown, @r#"
    error: `flap-limit` is given twice
      --> x.vec:14:1
       |
    14 | policy flap-limit=4
       | ^^^^^^^^^^^^^^^^^^^ again
       = help: keep one of them, or change it under a trigger

    error: the sweeps have 1818000000 points
      --> x.vec:15:1
       |
    15 | sweep big = 1..1000000
       | ^^^^^^^^^^^^^^^^^^^^^^ too many points
       = help: at most 10000000 points: write a larger `step`, or split the vector

    error: a second sweep over commands
      --> x.vec:17:1
       |
    17 | sweep b = every read d1
       | ^^^^^^^^^^^^^^^^^^^^^^^ how many points there are shows only when the vector runs
       = help: make two vectors of it
    "#);
}

#[test]
fn drives_must_fill_the_slots() {
    let few = "vector v \"\"\narray near=2 members=4 chunk=64KiB\ndrive d0..d2 size=1MiB\n";
    let many = "vector v \"\"\narray near=2 members=2 chunk=64KiB\ndrive d0..d2 size=1MiB\n";
    let message = |text| parse(text).expect_err("wrong count")[0].message.clone();
    assert_eq!(message(few), "3 drives for 4 slots");
    assert_eq!(message(many), "no slot is left for `d2`");
}

#[test]
fn a_terminal_is_not_driven_by_a_vector() {
    let shown = mistakes_of("\u{1b}[2J\u{7}");
    assert!(!shown.contains(['\u{1b}', '\u{7}']), "{shown:?}");
}
