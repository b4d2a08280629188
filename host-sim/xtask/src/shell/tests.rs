use std::process::Command;

use super::{has, line, output, run};

#[test]
fn a_command_is_shown_as_one_would_type_it() {
    let mut command = Command::new("cargo");
    command.args(["doc", "--no-deps", "two words", "it's"]).env("RUSTDOCFLAGS", "-D warnings");
    assert_eq!(
        line(&command),
        r"RUSTDOCFLAGS='-D warnings' cargo doc --no-deps 'two words' 'it'\''s'"
    );
}

#[test]
fn a_failure_names_the_command() {
    let error = run(Command::new("cargo").args(["--version", "--no-such-option"])).unwrap_err();
    assert!(error.to_string().ends_with("cargo --version --no-such-option"), "{error}");
}

#[test]
fn a_program_that_is_missing_is_named() {
    let error = output(&mut Command::new("no-such-program-here")).unwrap_err();
    assert_eq!(error.to_string(), "cannot start: no-such-program-here");
    assert!(!has("no-such-program-here"));
    assert!(has("cargo"));
}
