use super::batch::{Job, jobs};
use super::{Likeness, Row, Summary, compare, difference, judge, row, table, thinned};
use crate::machine::Replayed;

fn replayed(code: i32, out: &str, err: &str) -> Replayed {
    Replayed { code, out: out.into(), err: err.into() }
}

fn with(line: &str, machines: [Likeness; 2]) -> Row {
    Row { machines: machines.into(), ..row(line).unwrap() }
}

fn differs(text: &str) -> Likeness {
    Likeness::Differs(text.to_string())
}

#[test]
fn the_list_of_this_computer_is_read() {
    let read = row("1 12 00112233aabbccdd vectors/a.vec p=1%,who=d0").unwrap();
    assert_eq!(read.case.to_string(), "vectors/a.vec --at p=1%,who=d0");
    assert_eq!(read.case.listed(), "vectors/a.vec p=1%,who=d0\n");
    assert_eq!(read.host.lines, 12);
    assert_eq!(row("0 3 00 b.vec").unwrap().case.listed(), "b.vec\n");
    assert!(row("0 3 00").is_err() && row("0 x 00 b.vec").is_err());
    assert!(row("0 3 00 my vectors/b.vec p=1%").is_err());
}

#[test]
fn exit_code_lines_and_digest_must_be_the_same() {
    let host = Summary::read("0 12 00112233aabbccdd").unwrap();
    assert_eq!(compare(&host, "0 12 00112233aabbccdd"), Likeness::Same);
    assert_eq!(compare(&host, "3"), Likeness::DoesNotFit);
    for other in ["1 12 00112233aabbccdd", "0 13 00112233aabbccdd", "0 12 00112233aabbccde", "2"] {
        assert_eq!(compare(&host, other), differs(&format!("`{other}`, not `{}`", host.text)));
    }
}

#[test]
fn the_first_line_that_differs_is_shown() {
    let host = replayed(0, "one\ntwo\nthree\n", "");
    let told = |other| difference(&host, &other);
    assert_eq!(told(replayed(0, "one\ntwo\nthree\n", "")), None);
    let line = told(replayed(0, "one\n2\nthree\n", ""));
    assert_eq!(line.as_deref(), Some("line 2 is `2`, not `two`"));
    let line = told(replayed(0, "one\ntwo", ""));
    assert_eq!(line.as_deref(), Some("line 3 is `(the end)`, not `three`"));
    let line = told(replayed(101, "one\ntwo\nthree\n", "panicked at x\nmore\n"));
    assert_eq!(line.as_deref(), Some("exit code 101, not 0: panicked at x"));
}

#[test]
fn a_difference_or_nothing_to_compare_is_a_failure() {
    let line = "0 1 00 a.vec";
    assert!(judge(&[with(line, [Likeness::Same, Likeness::DoesNotFit])]).is_ok());
    assert!(judge(&[with(line, [Likeness::Same, differs("line 1")])]).is_err());
    assert!(judge(&[with(line, [Likeness::DoesNotFit, Likeness::DoesNotFit])]).is_err());
    assert!(judge(&[]).is_err());
}

#[test]
fn a_sample_is_evenly_apart() {
    let rows =
        |count: u32| (0..count).map(|n| row(&format!("0 1 00 a.vec n={n}")).unwrap()).collect();
    let points = |rows: Vec<Row>| -> Vec<String> {
        rows.into_iter().filter_map(|row| row.case.at).collect()
    };
    assert_eq!(points(thinned(rows(9), 1)), ["n=4"]);
    assert_eq!(points(thinned(rows(9), 3)), ["n=1", "n=4", "n=7"]);
    assert_eq!(points(thinned(rows(2), 3)), ["n=0", "n=1"]);
}

#[test]
fn every_board_gets_every_row_once() {
    let long = |lines: u32| row(&format!("0 {lines} 00 a.vec")).unwrap();
    let rows = [long(1), long(500_000), long(2), long(3)];
    let job = |board, from, to| Job { board, from, to };
    assert_eq!(jobs(2, &rows), [job(0, 0, 2), job(0, 2, 4), job(1, 0, 2), job(1, 2, 4)]);
    assert_eq!(jobs(2, &[]), []);
}

#[test]
fn the_table_has_a_line_for_each_vector_and_some_differences() {
    let rows = [
        with("0 12 00 vectors/a.vec p=1%", [Likeness::Same, Likeness::Same]),
        with("0 30 00 vectors/a.vec p=2%", [Likeness::Same, differs("line 7 is `x`, not `y`")]),
        with("0 5 00 vectors/long.vec", [Likeness::DoesNotFit, Likeness::Same]),
    ];
    let expected = "\
vector            points      lines  mps2-an385    rv32-virt
vectors/a.vec          2         42  same          1 DIFFER
    rv32-virt: vectors/a.vec --at p=2%: line 7 is `x`, not `y`
vectors/long.vec       1          5  does not fit  same
";
    assert_eq!(table::text(&rows), expected);
}
