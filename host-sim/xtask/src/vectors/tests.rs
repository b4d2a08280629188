use std::fs;
use std::path::PathBuf;

use super::{find, sample};

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

fn points(name: &str, rest: &str) -> Vec<Option<String>> {
    let folder = folder(name);
    let file = folder.join("it.vec");
    fs::write(&file, format!("{HEAD}{rest}\n")).unwrap();
    let cases = sample(&file).unwrap();
    fs::remove_dir_all(folder).unwrap();
    cases.into_iter().map(|case| case.at).collect()
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|text| Some((*text).to_string())).collect()
}

#[test]
fn a_vector_without_sweeps_stands_for_itself() {
    assert_eq!(points("plain", "at 1s fail d0"), [None]);
}

#[test]
fn a_sweep_is_sampled_in_the_middle() {
    let swept = "sweep who = d0 d1 d2 d3\nsweep t = 1s..3s step 1s\nat t fail who";
    assert_eq!(points("swept", swept), some(&["who=d2,t=1s"]));
    assert_eq!(points("short", "sweep who = d0 d1\nat 1s fail who"), some(&["who=d1"]));
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
    let error = sample(&file).unwrap_err().to_string();
    fs::remove_dir_all(folder).unwrap();
    assert!(error.contains("it.vec:5:"), "{error}");
}
