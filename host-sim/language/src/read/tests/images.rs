//! Arrays that begin with images.

use alloc::string::{String, ToString};
use std::format;

use crate::parse;
use crate::script::Content;

const ARRAY: &str = "array near=2 members=2 chunk=64KiB from=\"../golden/a \\\"set\\\"\"";
const DRIVES: &str = "drive m0 size=15MiB model=hdd image\ndrive m1 size=15MiB model=hdd shelf image\n\
                      drive m2 size=15MiB model=hdd\n";

fn vector(array: &str, drives: &str) -> String {
    format!("vector v \"\"\nformat 1\n\n{array}\n{drives}")
}

#[test]
fn they_are_read_and_printed() {
    let text = vector(ARRAY, DRIVES);
    let script = parse(&text).expect("a right vector");
    assert_eq!(script.array.value.from.as_deref(), Some("../golden/a \"set\""));
    let contents: alloc::vec::Vec<Content> =
        script.drives.iter().map(|line| line.value.content).collect();
    assert_eq!(contents, [Content::Image, Content::Image, Content::Blank]);
    assert_eq!(script.to_string(), text);
}

#[test]
fn what_cannot_be_is_told() {
    let told = |array: &str, drives: &str, expected: &[&str]| {
        let text = vector(array, drives);
        let mistakes = parse(&text).expect_err("a wrong vector");
        let shown: String = mistakes.iter().map(|one| one.render("v.vec", &text)).collect();
        expected.iter().for_each(|part| assert!(shown.contains(part), "{part}:\n{shown}"));
    };
    for key in ["sync=initial", "metadata=off"] {
        told(
            &format!("{ARRAY} {key}"),
            DRIVES,
            &["an array that begins with images is not made", "v.vec:4:7", "leave out `sync=`"],
        );
    }
    told(
        ARRAY,
        &DRIVES.replace(" image", ""),
        &["no drive begins with an image", "v.vec:4:1", "add `image` to the drives"],
    );
    told(
        ARRAY,
        &format!("{DRIVES}drive s0 size=15MiB spare\n"),
        &["nobody adds a spare", "v.vec:8:7", "add it with `spare add`"],
    );
    let near = "array near=2 members=2 chunk=64KiB";
    told(
        &format!("{near} from=golden"),
        DRIVES,
        &["expected a text in double quotes", "v.vec:4:41"],
    );
    told(&format!("{near} from=\"\""), DRIVES, &["no folder without a name"]);
    told(&format!("{near} from"), DRIVES, &["`from` needs a value"]);
}
