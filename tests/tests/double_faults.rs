//! All cells of the double-fault matrix.

use raid10_tests::double_fault::{Fault, Moment, Part, SHAPES, vector};
use raid10_tests::run::play;

/// What came of the cells of one row.
#[derive(Default)]
struct Row {
    survived: u32,
    lost: u32,
}

/// Runs a shape's part of the matrix and returns its table.
fn run_shape(shape: (u8, u8), complaints: &mut String) -> String {
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
                match play(&text).map(|outcome| outcome.lost_sectors()) {
                    Ok(0) => row.survived += 1,
                    Ok(_) => row.lost += 1,
                    Err(complaint) => *complaints += &format!("{text}\n{complaint}\n"),
                }
            }
            table +=
                &format!("  {part:?} {fault:?}: {} survived, {} lost\n", row.survived, row.lost);
        }
    }
    table
}

#[test]
fn every_cell_keeps_every_promise() {
    let mut complaints = String::new();
    let shapes = SHAPES.into_iter();
    let tables: String = shapes.map(|shape| run_shape(shape, &mut complaints)).collect();
    assert!(complaints.is_empty(), "{complaints}");
    insta::assert_snapshot!(tables);
}
