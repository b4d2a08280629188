use std::path::PathBuf;

use vector_language::{Point, parse};

use super::{Vector, quoted};

impl Vector {
    /// A vector that stands in no file.
    pub(crate) fn of_text(text: &str) -> Self {
        let script = parse(text).expect("a good vector");
        Self {
            path: PathBuf::from("vectors/test.vec"),
            text: text.to_string(),
            script,
            images: None,
        }
    }
}

/// The machine of the tests, and then some lines.
pub(crate) fn small(lines: &str) -> Vector {
    Vector::of_text(&format!(
        "vector small \"A small machine\"\n\
         format 1\n\
         array near=2 members=4 chunk=64KiB\n\
         drive d0..d3 size=1MiB model=hdd\n\
         drive s0 size=1MiB model=hdd shelf\n\
         policy rebuild-rate=100%\n\
         {lines}"
    ))
}

#[test]
fn words_are_quoted_where_the_shell_needs_it() {
    assert_eq!(quoted("vectors/a-b.vec"), "vectors/a-b.vec");
    assert_eq!(quoted("my vectors/a.vec"), "'my vectors/a.vec'");
    assert_eq!(quoted("it's"), r"'it'\''s'");
    assert_eq!(quoted(""), "''");
}

#[test]
fn the_replay_line_names_the_point() {
    let vector = small("sweep p = 10% 20%\nat 0s write all\nwhen rebuild(1) >= p fail d0\n");
    assert_eq!(vector.replay_line(&Point::default()), "raid10 replay vectors/test.vec");
    let point = vector.script.parse_point("p=20%").expect("a point");
    assert_eq!(vector.replay_line(&point), "raid10 replay vectors/test.vec --at p=20%");
}

#[test]
fn lines_are_found_by_number() {
    let vector = small("at 0s write all  # first\n");
    assert_eq!(vector.line(7), "at 0s write all  # first");
    assert_eq!(vector.line(1), "vector small \"A small machine\"");
    assert_eq!(vector.line(99), "");
}
