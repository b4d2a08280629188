use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{Machine, wait};
use crate::shell;

#[test]
fn points_reach_the_machine_with_their_commas() {
    let command = Machine::Mps2An385
        .command(Path::new("elf"), Path::new("a.vec"), Some("p=37%,who=d0"))
        .unwrap();
    let line = shell::line(&command);
    assert!(line.contains(",arg=a.vec,arg=p=37%,,who=d0 "), "{line}");
}

#[test]
fn blanks_are_refused() {
    for machine in Machine::EMULATED {
        let error = machine.command(Path::new("elf"), Path::new("a b.vec"), None).unwrap_err();
        assert!(error.to_string().contains("`a b.vec` contains a blank"), "{error}");
    }
}

#[test]
fn a_program_that_does_not_end_is_ended() {
    let mut child = Command::new("sleep").arg("60").spawn().unwrap();
    let error = wait(&mut child, Duration::from_millis(20)).unwrap_err();
    assert_eq!(error.to_string(), "no end after 0 s");
    assert!(child.try_wait().unwrap().is_some());
}
