//! Points: their order, their names.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::format;

use crate::{Script, parse};

fn script(sweeps: &str) -> Script {
    let text = format!(
        "vector v \"\"\narray near=2 members=4 chunk=64KiB\ndrive d0..d3 size=1MiB\n{sweeps}\n"
    );
    parse(&text).expect("a right vector")
}

fn points(script: &Script) -> Vec<String> {
    script.points().map(|point| point.to_string()).collect()
}

#[test]
fn without_sweeps_there_is_one_point() {
    let script = script("");
    assert_eq!(points(&script), [""]);
    let point = script.points().next().expect("one");
    assert_eq!(script.point_id(&point), "v");
    assert_eq!(script.parse_point("v"), Ok(point.clone()));
    assert_eq!(script.parse_point(""), Ok(point));
}

#[test]
fn the_last_sweep_is_the_fastest() {
    let script = script("sweep who = d0 d2\nsweep p = 0%..50% step 25%");
    assert_eq!(
        points(&script),
        [
            "who=d0,p=0%",
            "who=d0,p=25%",
            "who=d0,p=50%",
            "who=d2,p=0%",
            "who=d2,p=25%",
            "who=d2,p=50%",
        ]
    );
    assert_eq!(script.points().rows(), 6);
}

#[test]
fn steps_stop_before_they_go_beyond() {
    assert_eq!(points(&script("sweep t = 1s..2s step 400ms")), ["t=1s", "t=1400ms", "t=1800ms"]);
    assert_eq!(points(&script("sweep n = 7..7")), ["n=7"]);
    let top = script("sweep n = 18446744073709551614..18446744073709551615");
    assert_eq!(points(&top).len(), 2);
}

#[test]
fn a_sweep_over_commands_ends_when_one_did_not_happen() {
    let script = script("sweep n = every write d0\nsweep who = d0 d1");
    let mut points = script.points();
    assert!(points.is_open());
    let mut seen = Vec::new();
    while let Some(point) = points.next() {
        seen.push(point.to_string());
        let commands = if point.to_string().contains("d0") { 2 } else { 1 };
        if point.to_string().starts_with(&format!("n={}", commands + 1)) {
            points.command_did_not_happen();
        }
    }
    assert_eq!(seen, ["n=1,who=d0", "n=2,who=d0", "n=3,who=d0", "n=1,who=d1", "n=2,who=d1"]);
}

#[test]
fn a_row_has_the_points_of_one_combination() {
    let script = script("sweep who = d0 d1\nsweep n = every write d0");
    let points = script.points();
    let row = points.row(1).expect("two rows");
    let first: Vec<String> = row.take(2).map(|point| point.to_string()).collect();
    assert_eq!(first, ["who=d1,n=1", "who=d1,n=2"]);
    assert!(points.row(2).is_none());
}

#[test]
fn names_lead_back_to_their_points() {
    let script = script("sweep p = 0%..2% step 0.5%\nsweep who = d0 d2\nsweep t = 1s 250ms");
    for point in script.points() {
        assert_eq!(script.parse_point(&script.point_id(&point)), Ok(point.clone()));
        assert_eq!(script.parse_point(&point.to_string()), Ok(point));
    }
    let swapped = script.parse_point("who=d2, t=1s ,p=1.5%").expect("any order");
    assert_eq!(script.point_id(&swapped), "v:p=1.5%,who=d2,t=1s");
}

#[test]
fn what_is_no_point_is_refused() {
    let script = script("sweep p = 10%..20%\nsweep who = d0 d2");
    let refusal = |text| script.parse_point(text).expect_err(text).to_string();
    assert_eq!(refusal("p=10%"), "`who` has no value: the sweeps are `p`, `who`");
    assert_eq!(refusal("p=10%,who=d1"), "`d1` is no value of `sweep who = d0 d2`");
    assert_eq!(refusal("p=9%,who=d0"), "`9%` is no value of `sweep p = 10%..20% step 1%`");
    assert_eq!(refusal("p=1000%,who=d0"), "`1000%` is no value of `sweep p = 10%..20% step 1%`");
    assert_eq!(refusal("p=11,who=d0"), "`11` is no value of `sweep p = 10%..20% step 1%`");
    assert_eq!(refusal("p=11%,p=12%,who=d0"), "`p` has two values");
    assert_eq!(refusal("q=11%"), "no sweep is named `q`: the sweeps are `p`, `who`");
    assert_eq!(refusal("p"), "`p` is no `NAME=VALUE`");
    assert_eq!(refusal("other:p=11%"), "`other` is another vector: this is `v`");
}
