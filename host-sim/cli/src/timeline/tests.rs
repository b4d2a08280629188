use anstream::adapter::strip_str;
use vector_language::Point;

use crate::render::{timeline, verdicts::Report};
use crate::run::{Run, Wanted};
use crate::vector::Vector;
use crate::vector::tests::small;

fn run(vector: &Vector) -> Run {
    Run::of(vector, Point::default(), Wanted::default()).expect("a good vector")
}

fn text(vector: &Vector) -> String {
    strip_str(&timeline::text(&run(vector).timeline).to_string()).to_string()
}

/// The words of one drive, without repeats.
fn words(vector: &Vector, drive: usize) -> Vec<String> {
    let run = run(vector);
    let mut words: Vec<String> =
        run.timeline.rows().iter().map(|row| row.drives[drive].to_string()).collect();
    words.dedup();
    words
}

/// The same without how far fills were.
fn kinds(vector: &Vector, drive: usize) -> Vec<String> {
    let kind = |word: String| word.split(' ').next().unwrap_or_default().to_string();
    let mut kinds: Vec<String> = words(vector, drive).into_iter().map(kind).collect();
    kinds.dedup();
    kinds
}

#[test]
fn a_replacement_and_a_second_failure() {
    let vector = small(
        "at 0s write all\nat 2s limp d1 x40\nat 20s pull d1\nat 25s insert s0 slot=1\n\
         when rebuild(1) >= 37% fail d0\nexpect lost computed\nexpect array failed\n",
    );
    insta::assert_snapshot!(text(&vector));
}

#[test]
fn the_report_tells_what_held_and_what_was_lost() {
    let vector = small(
        "promise survivable\nat 0s write all\nat 2s fail d0\nat 20s fail d1\nat 90s flush\n\
         expect array failed  within 5s of fail d1\nexpect member 2 failed\nexpect lost none\n",
    );
    let run = run(&vector);
    let full = Report { vector: &vector, run: &run, quiet: false }.to_string();
    // How many checks and commands there were changes with the engine, and is not what is shown here.
    let kept = |line: &&str| !line.contains(" check") && !line.contains("to drives");
    let full = strip_str(&full).to_string();
    let full: Vec<&str> = full.lines().filter(kept).collect();
    let end = full.iter().position(|line| line.starts_with("Time in")).unwrap_or(full.len());
    insta::assert_snapshot!(full[..end].join("\n"));
    let quiet = Report { vector: &vector, run: &run, quiet: true }.to_string();
    let quiet = strip_str(&quiet).to_string();
    assert!(quiet.contains("NOT MET") && !quiet.contains("Lost at the end"), "{quiet}");
}

#[test]
fn quiet_says_nothing_when_all_held() {
    let vector = small("at 0s write all\n");
    let run = run(&vector);
    assert_eq!(Report { vector: &vector, run: &run, quiet: true }.to_string(), "");
}

#[test]
fn a_drive_goes_and_comes_back() {
    let vector = small("at 0s write all\nat 2s pull d2\nat 3s write 0..1MiB\nat 4s insert d2\n");
    // It is there before its label is read, which says that it is behind.
    assert_eq!(kinds(&vector, 2), ["ok", "away", "ok", "rs", "ok"]);
}

#[test]
fn a_member_is_copied_while_it_serves() {
    let vector =
        small("at 0s write all\nat 2s insert s0\nat 3s spare add s0\nat 5s replace 1 with s0\n");
    assert_eq!(kinds(&vector, 4), ["shelf", "free", "spare", "cp", "ok"]);
    assert_eq!(kinds(&vector, 1), ["ok", "free"]);
}

#[test]
fn an_ejected_drive_is_out() {
    let vector = small("at 0s write all\nat 2s fail 2\n");
    assert_eq!(words(&vector, 2), ["ok", "out"]);
}

#[test]
fn hanging_ends_with_its_time() {
    let vector =
        small("at 0s write all\nat 2s stall d3 500ms\nat 4s limp d2 x2\nat 5s recover d2\n");
    assert_eq!(words(&vector, 3), ["ok", "hung", "ok"]);
    assert_eq!(words(&vector, 2), ["ok", "limp", "ok"]);
}

#[test]
fn what_the_host_did_stands_in_the_row_behind_it() {
    let vector = small("at 0s write 0..512KiB\nat 1s flush\nat 2s limp d0 x2\nat 3s limp d1 x2\n");
    let run = run(&vector);
    let hosts: Vec<String> = run.timeline.rows().iter().map(|row| row.host.to_string()).collect();
    assert_eq!(hosts.len(), 4, "{hosts:?}");
    assert!(hosts[1].starts_with("w ") && hosts[1].ends_with("f 1"), "{hosts:?}");
    assert_eq!([hosts[0].as_str(), hosts[2].as_str()], ["-", "-"]);
    assert!(hosts[3].starts_with("r "), "{hosts:?}");
}

#[test]
fn routine_is_folded_and_counted() {
    let mut lines = String::from("at 0s write all\n");
    for chunk in 0..12 {
        lines.push_str(&format!("at 1s unreadable d0 {}..{}\n", chunk * 128, chunk * 128 + 1));
    }
    lines.push_str("at 2s read all\nat 20s limp d3 x2\n");
    let run = run(&small(&lines));
    let rows = run.timeline.rows();
    assert!(rows.len() < 8, "{rows:#?}");
    let counted = rows.iter().flat_map(|row| &row.what);
    let most =
        counted.filter(|news| news.text == "sector-repaired(d0)").map(|news| news.count).max();
    assert!(most.is_some_and(|count| count > 3), "{rows:#?}");
    assert!(rows.iter().any(|row| row.folded > 3));
}
