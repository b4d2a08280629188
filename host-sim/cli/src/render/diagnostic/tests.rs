use anstream::adapter::strip_str;
use vector_language::parse_bytes;

use super::text;

fn rendered(bytes: &[u8]) -> String {
    let source = String::from_utf8_lossy(bytes);
    let mistakes = parse_bytes(bytes).expect_err("a wrong vector");
    let all: String = mistakes.iter().map(|mistake| text(mistake, "wrong.vec", &source)).collect();
    strip_str(&all).to_string()
}

#[test]
fn every_mistake_has_its_line_a_caret_and_a_remedy() {
    let wrong = "vector wrong \"Five kinds of mistake\"\n\
                 format 1\n\
                 array near=2 members=4 chunck=64KiB\n\
                 drive d0..d3 size=16MiB model=hdd\n\
                 at 2 pull d1\n\
                 at 3s frobnicate d0\n\
                 at 4s pull d9\n\
                 expect array optimall\n";
    insta::assert_snapshot!(rendered(wrong.as_bytes()));
}

#[test]
fn tabs_and_wide_letters_do_not_move_the_caret_off() {
    let wrong = "vector wrong \"Größe 容量\"\nformat 1\n\tarray near=2 members=4 chunk=63KiB\n";
    insta::assert_snapshot!(rendered(wrong.as_bytes()));
}

#[test]
fn what_is_no_text_is_shown_too() {
    let shown = rendered(b"vector \xff\n");
    assert!(shown.contains("wrong.vec:1:8"), "{shown}");
}

#[test]
fn the_end_of_the_file_is_a_place() {
    for wrong in ["", "\n\n", "vector", "vector x \"y\"\r\n"] {
        assert!(rendered(wrong.as_bytes()).contains("wrong.vec:"), "{wrong:?}");
    }
}

#[test]
fn control_characters_are_not_passed_on() {
    let shown = rendered(b"vector x \"y\"\n\x1b[31mboo\n");
    assert!(!shown.contains('\x1b'), "{shown:?}");
}
