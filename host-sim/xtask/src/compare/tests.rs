use std::path::PathBuf;

use super::{Likeness, Row, compare, judge, reported_digest, table};
use crate::machine::Replayed;
use crate::vectors::Case;

fn replayed(code: i32, out: &str, err: &str) -> Replayed {
    Replayed { code, out: out.into(), err: err.into() }
}

fn row(machines: [Likeness; 2]) -> Row {
    let case = Case { file: PathBuf::from("vectors/a.vec"), at: Some("p=1%".to_string()) };
    Row { case, lines: 12, digest: "00112233aabbccdd".to_string(), machines: machines.into() }
}

#[test]
fn the_digest_is_found_in_the_report() {
    let report = b"P1 durable: held\ndigest 0011223344556677\n";
    assert_eq!(reported_digest(report).as_deref(), Some("0011223344556677"));
    assert_eq!(reported_digest(b"error: a.vec: no such file\n"), None);
}

#[test]
fn the_first_line_that_differs_is_shown() {
    let host = replayed(0, "one\ntwo\nthree\n", "");
    let differs = |text: &str| Likeness::Differs(text.to_string());
    assert_eq!(compare(&host, &replayed(0, "one\ntwo\nthree\n", "")), Likeness::Same);
    let likeness = compare(&host, &replayed(0, "one\n2\nthree\n", ""));
    assert_eq!(likeness, differs("line 2 is `2`, not `two`"));
    let likeness = compare(&host, &replayed(0, "one\ntwo", ""));
    assert_eq!(likeness, differs("line 3 is `(the end)`, not `three`"));
}

#[test]
fn the_exit_code_must_be_the_same_too() {
    let host = replayed(0, "one\n", "");
    let likeness = compare(&host, &replayed(101, "one\n", "panicked at x\nmore\n"));
    let text = "exit code 101, not 0: panicked at x".to_string();
    assert_eq!(likeness, Likeness::Differs(text));
    assert_eq!(compare(&host, &replayed(3, "on", "")), Likeness::DoesNotFit);
}

#[test]
fn a_difference_or_nothing_to_compare_is_a_failure() {
    let different = Likeness::Differs("line 1".to_string());
    assert!(judge(&[row([Likeness::Same, Likeness::DoesNotFit])]).is_ok());
    assert!(judge(&[row([Likeness::Same, different])]).is_err());
    assert!(judge(&[row([Likeness::DoesNotFit, Likeness::DoesNotFit])]).is_err());
    assert!(judge(&[]).is_err());
}

#[test]
fn the_table_has_a_line_for_each_vector_and_each_difference() {
    let rows = [
        row([Likeness::Same, Likeness::DoesNotFit]),
        row([Likeness::Same, Likeness::Differs("line 7 is `x`, not `y`".to_string())]),
    ];
    let expected = "\
vector                      lines  digest            mps2-an385    rv32-virt
vectors/a.vec --at p=1%        12  00112233aabbccdd  same          does not fit
vectors/a.vec --at p=1%        12  00112233aabbccdd  same          DIFFERS
    qemu-rv32-virt: line 7 is `x`, not `y`
";
    assert_eq!(table::text(&rows), expected);
}
