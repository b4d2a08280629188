use std::format;
use std::string::String;

use vector_language::parse;

use super::check;

/// What is said about a machine; nothing if it can be replayed.
fn said(machine: &str) -> String {
    let text = format!("vector v \"t\"\n{machine}at 0s write all\n");
    let script = parse(&text).expect("a vector that is well written");
    check(&script, &text, None).map(|mistake| mistake.render("v.vec", &text)).unwrap_or_default()
}

#[test]
fn what_can_be_replayed_is_no_mistake() {
    let machine = "array near=2 members=4 chunk=64KiB\ndrive d0..d39 size=16TiB shelf\n";
    assert_eq!(said(&machine.replace("d39 size=16TiB shelf", "d3 size=16TiB")), "");
    let forty = machine.replace("d0..d39", "e0..e35").replace("16TiB", "1MiB");
    assert_eq!(said(&format!("{forty}drive d0..d3 size=1MiB\n")), "");
    let odd = "array near=2 members=3 chunk=64KiB\ndrive d0..d2 size=1MiB\n";
    assert_eq!(said(odd), "");
}

/// What is said about a machine that cannot be replayed: message, place and line, remedy.
#[track_caller]
fn expect(machine: &str, expected: [&str; 4]) {
    let said = said(machine);
    expected.iter().for_each(|part| assert!(said.contains(part), "{part}:\n{said}"));
}

#[test]
fn too_many_drives_are_pointed_at() {
    expect(
        "array near=2 members=4 chunk=64KiB\ndrive d0..d3 size=1MiB\n\
         drive e0..e35 size=1MiB shelf\ndrive e36 size=1MiB shelf\n",
        [
            "more than 40 drives cannot be replayed",
            "v.vec:5:1",
            "drive e36 size=1MiB shelf",
            "help: leave out this drive",
        ],
    );
}

#[test]
fn an_array_that_is_too_large_is_pointed_at() {
    expect(
        "array near=2 members=4 chunk=64KiB\ndrive d0..d2 size=20TiB\ndrive d3 size=17TiB\n",
        [
            "an array larger than 32 TiB cannot be replayed",
            "v.vec:4:1",
            "drive d3 size=17TiB",
            "help: make the drives smaller",
        ],
    );
}

#[test]
fn an_initial_sync_that_the_engine_cannot_make_is_pointed_at() {
    expect(
        "array near=2 members=3 chunk=64KiB sync=initial\ndrive d0..d2 size=1MiB\n",
        [
            "the engine makes no such array: wrong-state",
            "v.vec:2:1",
            "array near=2",
            "help: write `sync=none`",
        ],
    );
}
