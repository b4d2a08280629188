use std::path::Path;

use clap::Parser;

use super::{Cli, Qemu, Task};

fn replayed(file: &str, here: &str) -> String {
    let line = ["xtask", "qemu", "replay", file, "--machine", "host"];
    let task = Cli::try_parse_from(line).unwrap().task;
    match task.seen_from(Path::new(here), Path::new("/home/raid10")) {
        Task::Qemu(Qemu::Replay(replay)) => replay.file.display().to_string(),
        _ => panic!("another task"),
    }
}

#[test]
fn files_are_named_from_where_the_command_was_typed() {
    assert_eq!(replayed("vectors/a.vec", "/home/raid10"), "vectors/a.vec");
    assert_eq!(replayed("a.vec", "/home/raid10/vectors"), "vectors/a.vec");
    assert_eq!(replayed("/home/raid10/b.vec", "/tmp"), "b.vec");
    assert_eq!(replayed("c.vec", "/tmp"), "/tmp/c.vec");
}

#[test]
fn a_comparison_takes_files_and_a_sample() {
    let line = ["xtask", "qemu", "compare", "a.vec", "b", "--sample", "1"];
    let task = Cli::try_parse_from(line).unwrap().task;
    let Task::Qemu(Qemu::Compare { files, sample }) =
        task.seen_from(Path::new("/x"), Path::new("/x"))
    else {
        panic!("another task");
    };
    assert_eq!((files.len(), sample), (2, Some(1)));
    assert!(Cli::try_parse_from(["xtask", "qemu", "compare", "--sample", "0"]).is_err());
}
