use std::sync::atomic::{AtomicUsize, Ordering};

use super::{BATCH, Class, Swept, run};
use crate::exit::Exit;
use crate::vector::Vector;
use crate::vector::tests::small;

fn sweep(vector: &Vector) -> Swept {
    run(vector, &|| {})
}

fn classes(swept: &Swept) -> Vec<&'static str> {
    swept.points.iter().map(|played| played.class.name()).collect()
}

const REBUILD: &str = "at 0s write all\nat 2s pull d1\nat 3s insert s0 slot=1\n";

#[test]
fn points_come_in_the_order_of_the_sweeps() {
    let vector = small(&format!(
        "{REBUILD}sweep p = 20% 40%\nsweep who = d0 d2 d3\nwhen rebuild(1) >= p fail who\n\
         expect lost computed\n"
    ));
    let ticks = AtomicUsize::new(0);
    let swept = run(&vector, &|| _ = ticks.fetch_add(1, Ordering::Relaxed));
    let points: Vec<String> = swept.points.iter().map(|played| played.point.to_string()).collect();
    assert_eq!(
        points,
        [
            "p=20%,who=d0",
            "p=20%,who=d2",
            "p=20%,who=d3",
            "p=40%,who=d0",
            "p=40%,who=d2",
            "p=40%,who=d3"
        ]
    );
    assert_eq!(ticks.into_inner(), 6);
    assert_eq!(classes(&swept)[1..3], ["ok", "ok"]);
    assert_eq!(swept.exit(), Exit::Held);
}

#[test]
fn a_sweep_over_commands_ends_with_the_last_command() {
    let vector = small("sweep n = every write d0\nat 0s write all\non write#n d0 fail d2\n");
    let swept = sweep(&vector);
    assert_eq!(swept.exit(), Exit::Held, "{:?}", swept.points.last());
    assert!(!swept.truncated);
    let numbers: Vec<String> = swept.points.iter().map(|played| played.point.to_string()).collect();
    let expected: Vec<String> = (1..=numbers.len()).map(|n| format!("n={n}")).collect();
    assert_eq!(numbers, expected);
    assert!((1..BATCH).contains(&numbers.len()));
}

#[test]
fn a_sweep_over_commands_that_never_come_is_an_error() {
    let vector = small("sweep n = every write s0\nat 0s write all\non write#n s0 fail d2\n");
    let swept = sweep(&vector);
    assert_eq!(classes(&swept), ["error"]);
    assert_eq!(swept.exit(), Exit::BadInput);
}

#[test]
fn another_statement_that_never_fires_is_an_error_and_no_end() {
    let vector = small(
        "sweep n = every write d0\nat 0s write all\non write#n d0 fail d2\n\
         when rebuild(3) >= 50% fail d1\n",
    );
    let swept = sweep(&vector);
    assert_eq!(classes(&swept), ["error"]);
    let detail = swept.points[0].detail.as_deref().unwrap_or_default();
    assert!(detail.contains("line 10") && detail.contains("rebuild(3)"), "{detail}");
}

#[test]
fn what_was_not_met_is_told_with_its_line() {
    let vector =
        small("sweep who = d0 d1\nat 0s write all\nat 1s fail who\nexpect array optimal\n");
    let swept = sweep(&vector);
    assert_eq!(classes(&swept), ["unmet", "unmet"]);
    assert!(swept.points.iter().all(super::Played::failed));
    let detail = swept.points[0].detail.as_deref().unwrap_or_default();
    assert!(detail.starts_with("line 10: expect array optimal"), "{detail}");
    assert_eq!(swept.exit(), Exit::Broken);
}

#[test]
fn what_the_author_believes_is_compared() {
    let lines =
        "sweep who = d1 d2\nat 0s write all\nat 1s fail d0\nat 20s fail who\nat 40s flush\n";
    let survivable = sweep(&small(&format!("promise survivable\n{lines}")));
    assert_eq!(classes(&survivable), ["unmet", "ok"]);
    let beyond = sweep(&small(&format!("promise beyond\n{lines}")));
    assert_eq!(classes(&beyond), ["lost", "ok"]);
    assert_eq!(beyond.exit(), Exit::Held);
    let harmless = small("promise beyond\nsweep who = d1 d2\nat 0s write all\nat 1s fail who\n");
    let harmless = sweep(&harmless);
    assert_eq!(harmless.exit(), Exit::Broken);
    assert!(harmless.belief.is_some_and(|belief| !belief.met));
}

#[test]
fn the_worst_class_decides_the_exit() {
    let exits = [Class::Ok, Class::Lost, Class::Unmet, Class::Broken("P1"), Class::Error];
    let codes: Vec<u8> = exits.iter().map(|class| class.exit() as u8).collect();
    assert_eq!(codes, [0, 0, 1, 1, 2]);
}
