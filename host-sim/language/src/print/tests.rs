//! What is printed is read back, and nothing read makes the reader panic.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::format;

use proptest::prelude::*;

use crate::limits;
use crate::script::{Percent, Rate, Time};
use crate::{parse, parse_bytes};

mod fragments;
mod scripts;

const EXAMPLE: &str = "\
# What happened at Clicky.
vector clicky-2015 \"The mirror partner dies before the rebuild ends\"
source \"https://clicky.com/forums/?id=17769\"
tags incident rebuild double-failure
promise beyond
drive d0..d3 size=16MiB   # in slots 0..3
drive s0 size=16MiB shelf
array near=2 members=4 chunk=64KiB
policy rebuild-rate=100% command-timeout=7s salvage=read-only

at 0s write all pattern=1
at 2s limp d1 x40
at 20s pull d1
at 25s insert s0 slot=1
when rebuild(1) >= 37% fail d0  # the partner of slot 1

expect event rebuild-started(1) within 10s of insert s0
expect array failed within 2s of fail d0
expect never event rebuilt(1)
expect lost computed
finally quiesce ; read all
";

const POWER: &str = "\
vector power \"What survives\"
array near=2 members=4 chunk=64KiB metadata=off
drive d0..d3 size=16MiB
sweep n = 0..3
sweep who = d0 d2
at 1s image who
at 2s power-off torn:n d1=only:0,n..5,7..9 who=all
at 4s power-on
at 5s insert who stale
at 6s insert d3 slot=3 clone=d1
at 7s brown-out d0 who first:2 lasting 3s
at step superblock#3 d0 power-cut lasting 2s
at step bits-set stop
after power-on + 2s assemble accept who
at 9s tear d0 4KiB
at 9s ignore-flush d0 times=2
at 9s fail-flush d1 drop times=3
expect array refused within 2s of stop
expect event drive-set-aside(who, clone)
finally power-cycle ; stop
";

#[test]
fn the_canonical_form_of_an_incident() {
    let script = parse(EXAMPLE).expect("right");
    insta::assert_snapshot!(script.to_string(), @r#"
    # What happened at Clicky.
    vector clicky-2015 "The mirror partner dies before the rebuild ends"
    format 1
    source "https://clicky.com/forums/?id=17769"
    tags incident rebuild double-failure
    promise beyond

    array near=2 members=4 chunk=64KiB
    drive d0..d3 size=16MiB model=hdd  # in slots 0..3
    drive s0 size=16MiB model=hdd shelf
    policy rebuild-rate=100% command-timeout=7s salvage=read-only

    at 0s write all pattern=1
    at 2s limp d1 x40
    at 20s pull d1
    at 25s insert s0 slot=1
    when rebuild(1) >= 37% fail d0  # the partner of slot 1

    expect event rebuild-started(1) within 10s of insert s0
    expect array failed within 2s of fail d0
    expect never event rebuilt(1)
    expect lost computed

    finally quiesce ; read all
    "#);
}

#[test]
fn the_identity_is_of_what_is_said() {
    let script = parse(EXAMPLE).expect("right");
    let commented = format!("# hello\n{EXAMPLE}\n# bye\n").replace("x40", "x40  # slow");
    assert_eq!(parse(&commented).expect("right").identity(), script.identity());
    let other = EXAMPLE.replace("37%", "38%");
    assert_ne!(parse(&other).expect("right").identity(), script.identity());
    assert!(!script.canonical().contains('#'));
}

#[test]
fn units_come_out_even() {
    let shown = |value: &dyn core::fmt::Display| value.to_string();
    assert_eq!(shown(&Time(0)), "0s");
    assert_eq!(shown(&Time(1_500_000)), "1500ms");
    assert_eq!(shown(&Time(1)), "1us");
    assert_eq!(shown(&Percent(3705)), "37.05%");
    assert_eq!(shown(&Percent(3750)), "37.5%");
    assert_eq!(shown(&Percent::FULL), "100%");
    assert_eq!(shown(&Rate(180_000_000)), "180MB/s");
    assert_eq!(shown(&Rate(1 << 20)), "1MiB/s");
    assert_eq!(shown(&Rate(0)), "0B/s");
    assert_eq!(shown(&Rate::UNLIMITED), "unlimited");
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(script in scripts::script()) {
        let printed = script.to_string();
        let read = parse(&printed).map_err(|mistakes| {
            let shown: Vec<String> =
                mistakes.iter().map(|mistake| mistake.render("printed", &printed)).collect();
            TestCaseError::fail(shown.join("\n"))
        })?;
        prop_assert_eq!(&read, &script);
        prop_assert_eq!(read.to_string(), printed);
        let bare = parse(&script.canonical()).expect("canonical");
        prop_assert_eq!(bare.identity(), script.identity());
    }

    #[test]
    fn points_of_anything_can_be_bound(script in scripts::script()) {
        for point in script.points().take(3) {
            prop_assert_eq!(script.parse_point(&script.point_id(&point)), Ok(point.clone()));
            let bound = script.bind(&point);
            prop_assert!(bound.sweeps.is_empty());
            prop_assert_eq!(bound.bind(&point), bound);
        }
    }

    #[test]
    fn bytes_never_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_bytes(&bytes).map_err(|mistakes| show(&mistakes, "x"));
    }

    #[test]
    fn words_in_any_order_never_make_the_reader_panic(text in fragments::text()) {
        if let Err(mistakes) = parse(&text) {
            prop_assert!(!mistakes.is_empty());
            prop_assert!(mistakes.len() <= limits::DIAGNOSTICS + 1);
            for mistake in &mistakes {
                prop_assert!(text.get(mistake.span.clone()).is_some());
            }
            show(&mistakes, &text);
        }
    }

    #[test]
    fn a_damaged_vector_never_makes_the_reader_panic(
        text in prop::sample::select(&[EXAMPLE, POWER][..]),
        at in any::<prop::sample::Index>(),
        length in 0_usize..20,
        patch in fragments::patch(),
    ) {
        let mut bytes = text.as_bytes().to_vec();
        let at = at.index(bytes.len());
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, patch.bytes());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match parse(&text) {
            Ok(script) => prop_assert_eq!(parse(&script.to_string()), Ok(script)),
            Err(mistakes) => show(&mistakes, &text),
        }
    }
}

/// Renders mistakes, which must not panic either.
fn show(mistakes: &[crate::Diagnostic], text: &str) {
    for mistake in mistakes {
        assert!(mistake.render("x.vec", text).starts_with("error: "));
    }
}
