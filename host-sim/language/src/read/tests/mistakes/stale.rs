//! What comes back stale must have been remembered.

use alloc::string::String;
use std::format;

use super::super::{mistakes_of, parse};

#[test]
fn a_stale_drive_needs_an_image_above() {
    for right in [
        "at 1s image d0\nat 2s insert d0 stale",
        "at 9s image d0\nat 2s insert d0 stale",
        "at 1s image who\nat 2s insert who stale",
        "at 1s image d2\nat 1s image d0\nat 2s insert who stale",
    ] {
        assert_eq!(mistakes_of(right), "none", "{right}");
    }
    let said = mistakes_of("at 1s image d1\nat 2s insert d0 stale\nat 3s image d0");
    insta::assert_snapshot!(said, @r"
    error: no image of `d0` is there to put back
      --> x.vec:14:1
       |
    14 | at 2s insert d0 stale
       | ^^^^^^^^^^^^^^^^^^^^^ nothing was remembered before
       = help: write `image d0` under a trigger in a line above
    ");
}

#[test]
fn it_needs_one_at_every_point() {
    let said = mistakes_of("at 1s image d0\nat 2s insert who stale");
    insta::assert_snapshot!(said, @r"
    error: at who=d2 no image of `d2` is there to put back
      --> x.vec:14:1
       |
    14 | at 2s insert who stale
       | ^^^^^^^^^^^^^^^^^^^^^^ nothing was remembered before
       = help: write `image who` under a trigger in a line above
    ");
    let said = mistakes_of("at 1s image who\nat 2s insert d2 stale");
    insta::assert_snapshot!(said, @r"
    error: at who=d0 no image of `d2` is there to put back
      --> x.vec:14:1
       |
    14 | at 2s insert d2 stale
       | ^^^^^^^^^^^^^^^^^^^^^ nothing was remembered before
       = help: write `image d2` under a trigger in a line above
    ");
}

/// At the points of the last value of `y`, which come last, there is none. There are too many points before them.
#[test]
fn the_reader_gives_up_looking_rather_than_hang() {
    let machine = "vector v \"\"\narray near=2 members=4 chunk=4KiB\ndrive d0..d3 size=1MiB\n";
    let written = |sweeps: u64| -> String {
        let swept = |number| format!("sweep x{number} = d0..d2\nat 1s image x{number}\n");
        let lines: String = (0..sweeps).map(swept).collect();
        let images = "at 1s image d0\nat 1s image d1\nat 1s image d2\n";
        format!("{machine}sweep y = d0..d3\n{lines}{images}at 2s insert y stale\n")
    };
    let mistakes = parse(&written(2)).expect_err("few points");
    assert_eq!(mistakes[0].message, "at y=d3,x0=d0,x1=d0 no image of `d3` is there to put back");
    assert!(parse(&written(10)).is_ok());
}
