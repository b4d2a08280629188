//! Replays against a console that keeps what is printed.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::{Console, Exit, run, run_list};

/// A machine with two files, `it.vec` and `all.list`.
struct Kept {
    file: &'static str,
    list: &'static str,
    trace: String,
    report: String,
}

impl Console for Kept {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "it.vec" => Ok(self.file.into()),
            "all.list" => Ok(self.list.into()),
            _ => Err("no such file".to_string()),
        }
    }

    fn trace(&mut self, text: &str) {
        self.trace.push_str(text);
    }

    fn report(&mut self, text: &str) {
        self.report.push_str(text);
    }
}

const GOOD: &str = r#"vector  good  "A member dies and is replaced by a spare"
format  1
array   near=2 members=4 chunk=64KiB
drive   d0..d3  size=1MiB  model=ram
drive   s0      size=1MiB  model=ram  spare
sweep   who = d0 d1

at 0s   write all pattern=1
at 1s   fail who

expect  array optimal
expect  lost none
"#;

const WRONG: &str = r#"vector  wrong  "Expects what does not happen"
format  1
array   near=2 members=4 chunk=64KiB
drive   d0..d3  size=1MiB  model=ram

at 0s   write all pattern=1
at 1s   fail d0

expect  array optimal
"#;

const PESSIMIST: &str = r#"vector  pessimist  "One failure loses nothing"
format  1
promise beyond
array   near=2 members=4 chunk=64KiB
drive   d0..d3  size=1MiB  model=ram

at 0s   write all pattern=1
at 1s   fail d0
"#;

fn replayed(file: &'static str, path: &str, point: Option<&str>) -> (Exit, Kept) {
    let mut console = Kept { file, list: "", trace: String::new(), report: String::new() };
    let exit = run(path, point, &mut console);
    (exit, console)
}

#[test]
fn a_point_that_holds_prints_trace_and_verdicts() {
    let (exit, console) = replayed(GOOD, "it.vec", Some("who=d1"));
    assert_eq!(exit, Exit::Held, "{}", console.report);
    assert!(
        console.trace.lines().any(|line| line.contains("fault   fail d1")),
        "{}",
        console.trace
    );
    assert!(console.report.contains("P6 least loss: held"), "{}", console.report);
}

#[test]
fn the_digest_is_that_of_the_printed_trace() {
    let digest = |who| {
        let (_, console) = replayed(GOOD, "it.vec", Some(who));
        let crc = crc64(console.trace.as_bytes());
        assert!(
            console.report.contains(&alloc::format!("digest {crc:016x}")),
            "{}",
            console.report
        );
        crc
    };
    assert_ne!(digest("who=d0"), digest("who=d1"));
}

#[test]
fn an_expectation_that_is_not_met_is_exit_1() {
    let (exit, console) = replayed(WRONG, "it.vec", None);
    assert_eq!(exit, Exit::Broken);
    assert!(console.report.contains("not met"), "{}", console.report);
}

#[test]
fn a_belief_that_is_wrong_is_exit_1() {
    let (exit, console) = replayed(PESSIMIST, "it.vec", None);
    assert_eq!(exit, Exit::Broken);
    assert!(console.report.contains("promise: 0 sectors were lost"), "{}", console.report);
}

#[test]
fn bad_input_is_exit_2_and_says_why() {
    let cases = [
        (GOOD, "other.vec", None, "error: other.vec: no such file"),
        (GOOD, "it.vec", None, "the vector has sweeps"),
        (GOOD, "it.vec", Some("who=d3"), "no value of"),
        ("vectr x \"y\"\n", "it.vec", None, "it.vec:1:1"),
    ];
    for (file, path, point, message) in cases {
        let (exit, console) = replayed(file, path, point);
        assert_eq!(exit, Exit::BadInput, "{message}");
        assert!(console.report.contains(message), "{}", console.report);
        assert!(console.trace.is_empty(), "{}", console.trace);
    }
}

#[test]
fn a_list_has_a_line_for_each_replay() {
    let list = "it.vec who=d0\nit.vec who=d9\nit.vec who=d1\n";
    let mut console = Kept { file: GOOD, list, trace: String::new(), report: String::new() };
    assert_eq!(run_list("all.list", &mut console), Exit::Held);
    let lines: Vec<&str> = console.trace.lines().collect();
    assert_eq!(lines.len(), 3, "{}", console.trace);
    assert_eq!(lines[1], "2");
    for (line, who) in [(lines[0], "who=d0"), (lines[2], "who=d1")] {
        let (_, alone) = replayed(GOOD, "it.vec", Some(who));
        let digest = crc64(alone.trace.as_bytes());
        assert_eq!(line, alloc::format!("0 {} {digest:016x}", alone.trace.lines().count()));
    }
    assert!(console.report.contains("no value of"), "{}", console.report);
}

/// An array that begins with images.
const IMAGES: &str = r#"vector  images  "Images"
array   near=2 members=2 chunk=64KiB from="x"
drive   m0..m1  size=1MiB  image
"#;

#[test]
fn images_do_not_fit_into_a_machine_that_says_nothing_else() {
    let (exit, console) = replayed(IMAGES, "it.vec", None);
    assert_eq!(exit, Exit::DoesNotFit);
    assert!(console.report.starts_with("error: it.vec: images of drives"), "{}", console.report);
    let list = "it.vec\n";
    let mut console = Kept { file: IMAGES, list, trace: String::new(), report: String::new() };
    assert_eq!(run_list("all.list", &mut console), Exit::Held);
    assert_eq!(console.trace, "3\n");
}

#[test]
fn a_list_that_cannot_be_read_is_exit_2() {
    let mut console = Kept { file: GOOD, list: "", trace: String::new(), report: String::new() };
    assert_eq!(run_list("absent.list", &mut console), Exit::BadInput);
    assert!(console.report.contains("error: absent.list: no such file"), "{}", console.report);
}

/// CRC-64/XZ bit by bit: a second opinion on the digest.
fn crc64(bytes: &[u8]) -> u64 {
    const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;
    !bytes.iter().fold(u64::MAX, |crc, byte| {
        (0..8).fold(crc ^ u64::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 }
        })
    })
}
