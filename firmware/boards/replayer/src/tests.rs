//! Replays against a console that keeps what is printed.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::{Console, Exit, run};

/// A machine with one file, `it.vec`.
struct Kept {
    file: &'static str,
    out: String,
    err: String,
}

impl Console for Kept {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        if path == "it.vec" { Ok(self.file.into()) } else { Err("no such file".to_string()) }
    }

    fn print(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn complain(&mut self, text: &str) {
        self.err.push_str(text);
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

fn replayed(file: &'static str, path: &str, point: Option<&str>) -> (Exit, Kept) {
    let mut console = Kept { file, out: String::new(), err: String::new() };
    let exit = run(path, point, &mut console);
    (exit, console)
}

#[test]
fn a_point_that_holds_prints_trace_and_verdicts() {
    let (exit, console) = replayed(GOOD, "it.vec", Some("who=d1"));
    assert_eq!(exit, Exit::Held, "{}{}", console.out, console.err);
    let (trace, report) = console.out.split_once("\n\n").expect("an empty line ends the trace");
    assert!(trace.lines().any(|line| line.contains("fault   fail d1")), "{trace}");
    assert!(report.contains("P6 least loss: held"), "{report}");
    assert!(report.contains("digest "), "{report}");
}

#[test]
fn the_digest_is_that_of_the_printed_trace() {
    let digest = |who| {
        let (_, console) = replayed(GOOD, "it.vec", Some(who));
        let (trace, report) = console.out.split_once("\n\n").expect("an empty line ends the trace");
        let crc = crc64(trace.as_bytes().iter().chain(b"\n"));
        assert!(report.contains(&alloc::format!("digest {crc:016x}")), "{report}");
        crc
    };
    assert_ne!(digest("who=d0"), digest("who=d1"));
}

#[test]
fn an_expectation_that_is_not_met_is_exit_1() {
    let (exit, console) = replayed(WRONG, "it.vec", None);
    assert_eq!(exit, Exit::Broken);
    assert!(console.out.contains("expect"), "{}", console.out);
    assert!(console.out.contains("not met"), "{}", console.out);
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
        assert!(console.err.contains(message), "{}", console.err);
        assert!(console.out.is_empty(), "{}", console.out);
    }
}

/// CRC-64/XZ bit by bit: a second opinion on the digest.
fn crc64<'b>(bytes: impl Iterator<Item = &'b u8>) -> u64 {
    const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;
    !bytes.fold(u64::MAX, |crc, byte| {
        (0..8).fold(crc ^ u64::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 }
        })
    })
}
