//! Every vector of the project, at every point of its sweeps.

use raid10_tests::run::{complaint, read, run_point, vectors};

#[test]
fn every_vector_holds() {
    let mut complaints = String::new();
    for file in vectors() {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).expect("a readable vector");
        let script = read(&name, &text).unwrap_or_else(|error| panic!("{error}"));
        let mut points = script.points();
        let mut ran = 0;
        // The first command of a sweep must happen, or nothing was swept.
        let mut first = true;
        while let Some(point) = points.next() {
            let id = script.point_id(&point);
            match run_point(&script, &text, &point) {
                // The end of a sweep over commands: there is no such command.
                Ok(outcome) if points.is_open() && !first && !outcome.unfired.is_empty() => {
                    points.command_did_not_happen();
                    first = true;
                    continue;
                }
                Ok(outcome) => {
                    if let Some(complaint) = complaint(&outcome) {
                        complaints += &format!("{id}\n{complaint}");
                    }
                }
                Err(error) => complaints += &format!("{id}: {error}\n"),
            }
            ran += 1;
            first = false;
        }
        assert!(ran > 0, "{name}: a sweep without points");
    }
    assert!(complaints.is_empty(), "{complaints}");
}
