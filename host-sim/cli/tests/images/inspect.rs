//! Sets that Linux made, as they are.

use crate::tools::Folder;

fn inspect(set: &str, options: &str) -> String {
    let (folder, files) = Folder::golden(&format!("inspect-{set}{options}"), set);
    let before: Vec<Vec<u8>> = files.iter().map(|file| folder.read(file)).collect();
    let said = folder.run(&format!("inspect {options} {}", files.join(" "))).all();
    for (file, before) in files.iter().zip(before) {
        assert!(folder.read(file) == before, "{file} was written");
    }
    said
}

#[test]
fn a_clean_set() {
    insta::assert_snapshot!(inspect("a-small", ""));
}

#[test]
fn a_degraded_set() {
    insta::assert_snapshot!(inspect("b-degraded", ""));
}

#[test]
fn a_set_in_mid_rebuild() {
    insta::assert_snapshot!(inspect("c-rebuild", ""));
}

#[test]
fn a_set_in_mid_rebuild_as_json() {
    insta::assert_snapshot!(inspect("c-rebuild", "--format=json"));
}

#[test]
fn a_set_stopped_in_mid_write() {
    insta::assert_snapshot!(inspect("d-unclean", ""));
}

#[test]
fn a_set_with_bad_blocks() {
    insta::assert_snapshot!(inspect("e-badblocks", ""));
}

#[test]
fn a_set_of_five() {
    insta::assert_snapshot!(inspect("g5-near2", ""));
}

#[test]
fn a_set_of_six() {
    insta::assert_snapshot!(inspect("g6-near2", ""));
}

#[test]
fn one_image_lacks_nothing() {
    let (folder, _) = Folder::golden("inspect-one", "b-degraded");
    insta::assert_snapshot!(folder.run("inspect m0.img").all());
}

#[test]
fn the_order_of_the_images_changes_no_standing() {
    let (folder, mut files) = Folder::golden("inspect-order", "c-rebuild");
    let told = |files: &[String]| {
        let said = folder.run(&format!("inspect {}", files.join(" ")));
        let table = said.out.lines().filter(|line| line.contains("slot ") && line.starts_with('m'));
        let mut lines: Vec<String> = table.map(str::to_owned).collect();
        lines.sort();
        (lines, said.exit)
    };
    let forward = told(&files);
    assert_eq!(forward.0.len(), 5);
    files.reverse();
    assert_eq!(told(&files), forward);
}

#[test]
fn colour_comes_only_where_it_is_asked_for() {
    let (folder, _) = Folder::golden("inspect-colour", "a-small");
    assert!(!folder.run("inspect m0.img").out.contains('\x1b'));
    assert!(folder.run("--color always inspect m0.img").out.contains('\x1b'));
}
