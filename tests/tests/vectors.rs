//! Every vector of the project, at every point of its sweeps.

use std::path::{Path, PathBuf};

use raid10_tests::run::{complaint, read, run_point};

fn vectors_below(dir: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(dir).expect("the folder of vectors");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            vectors_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "vec") {
            found.push(path);
        }
    }
}

#[test]
fn every_vector_holds() {
    let mut files = Vec::new();
    vectors_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors"), &mut files);
    files.sort();
    assert!(!files.is_empty(), "no vectors");
    let mut complaints = String::new();
    for file in files {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).expect("a readable vector");
        let script = read(&name, &text).unwrap_or_else(|error| panic!("{error}"));
        for point in script.points() {
            let id = script.point_id(&point);
            match run_point(&script, &text, &point) {
                Ok(outcome) => {
                    if let Some(complaint) = complaint(&outcome) {
                        complaints += &format!("{id}\n{complaint}");
                    }
                }
                Err(error) => complaints += &format!("{id}: {error}\n"),
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}
