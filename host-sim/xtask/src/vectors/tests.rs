use std::fs;
use std::path::PathBuf;

use super::{find, script};

const HEAD: &str = r#"vector  it  "Something"
format  1
array   near=2 members=4 chunk=64KiB
drive   d0..d3  size=1MiB  model=ram
"#;

/// A folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("raid10-xtask-{}-{name}", std::process::id()));
    fs::create_dir_all(folder.join("deep")).unwrap();
    folder
}

#[test]
fn vectors_are_found_in_folders_in_the_order_of_their_names() {
    let folder = folder("found");
    for name in ["b.vec", "deep/a.vec", "README.md", "a.vec"] {
        fs::write(folder.join(name), "").unwrap();
    }
    let found = find(std::slice::from_ref(&folder)).unwrap();
    let names: Vec<_> = found.iter().map(|path| path.strip_prefix(&folder).unwrap()).collect();
    assert_eq!(names, ["a.vec", "b.vec", "deep/a.vec"].map(std::path::Path::new));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_no_vector_is_shown_with_its_mistakes() {
    let folder = folder("wrong");
    let file = folder.join("it.vec");
    fs::write(&file, format!("{HEAD}at 1s explode d0\n")).unwrap();
    let error = script(&file).unwrap_err().to_string();
    fs::remove_dir_all(folder).unwrap();
    assert!(error.contains("it.vec:5:"), "{error}");
}
