//! All cells of the double-fault matrix.

use raid10_tests::double_fault::{Fault, Moment, Part, SHAPES, vector};
use raid10_tests::run::{complaint, read, run_point};
use vector_language::Point;

/// What came of the cells of one row.
#[derive(Default)]
struct Row {
    survived: u32,
    lost: u32,
}

fn run_cell(text: &str) -> u64 {
    let script = read("generated", text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    let outcome = run_point(&script, text, &Point::default())
        .unwrap_or_else(|error| panic!("{text}\n{error}"));
    if let Some(complaint) = complaint(&outcome) {
        panic!("{text}\n{complaint}");
    }
    outcome.lost_sectors()
}

/// Runs a shape's part of the matrix and returns its table.
fn run_shape(shape: (u8, u8)) -> String {
    let mut table = format!("near {} of {}\n", shape.0, shape.1);
    for part in Part::ALL {
        if part.drive(shape).is_none() {
            table += &format!("  {part:?}: no such drive\n");
            continue;
        }
        for fault in Fault::ALL {
            let mut row = Row::default();
            for moment in Moment::ALL {
                let text = vector(shape, part, fault, moment).expect("the drive exists");
                match run_cell(&text) {
                    0 => row.survived += 1,
                    _ => row.lost += 1,
                }
            }
            table += &format!("  {part:?} {fault:?}: {} survived, {} lost\n", row.survived, row.lost);
        }
    }
    table
}

#[test]
fn every_cell_keeps_every_promise() {
    let tables: String = SHAPES.into_iter().map(run_shape).collect();
    insta::assert_snapshot!(tables);
}
