//! Every vector of the project, at every point of its sweeps.

use raid10_tests::run::{Happened, complaint, each_point, images, read, run_point, vectors};
use vector_language::Point;

#[test]
fn every_vector_holds() {
    let mut complaints = String::new();
    for file in vectors() {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).expect("a readable vector");
        let script = read(&name, &text).unwrap_or_else(|error| panic!("{error}"));
        let images = images(&file, &script).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut ran = 0;
        let play = |point: &Point| {
            let outcome = run_point(&script, &text, images.as_ref(), point);
            let whole = outcome.as_ref().is_ok_and(|outcome| outcome.unfired.is_empty());
            (outcome, if whole { Happened::Yes } else { Happened::NotAll })
        };
        each_point(&script, play, |point, outcome| {
            let wrong = outcome.map_or_else(Some, |outcome| complaint(&outcome));
            if let Some(wrong) = wrong {
                complaints += &format!("{}\n{wrong}", script.point_id(&point));
            }
            ran += 1;
        });
        assert!(ran > 0, "{name}: a sweep without points");
    }
    assert!(complaints.is_empty(), "{complaints}");
}

/// Each folder has its table in the reference, with a row for each vector: its name, and its title.
#[test]
fn every_vector_is_in_the_reference() {
    let reference = include_str!("../../vectors/README.md");
    let mut missing = Vec::new();
    for file in vectors() {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).expect("a readable vector");
        let script = read(&name, &text).unwrap_or_else(|error| panic!("{error}"));
        let folder = file.parent().and_then(|folder| folder.file_name()).expect("a folder");
        let table = reference
            .split("\n### ")
            .find(|section| section.starts_with(&format!("`{}/`", folder.to_string_lossy())));
        let row = format!("| `{}` | {} |", script.vector.value.name, script.vector.value.title);
        if !table.is_some_and(|table| table.contains(&row)) {
            missing.push(row);
        }
    }
    assert!(missing.is_empty(), "rows that are missing or differ:\n{}", missing.join("\n"));
}
