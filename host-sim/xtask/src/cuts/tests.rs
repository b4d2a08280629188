use super::numbers;
use crate::cli::Cuts;

const NOTHING: Cuts =
    Cuts { files: Vec::new(), points: None, writes: None, all: false, exhaustive: None };

#[test]
fn a_choice_is_made_where_nothing_is_said() {
    assert_eq!(numbers(&NOTHING), [2, 8, 0]);
    assert_eq!(numbers(&Cuts { points: Some(5), exhaustive: Some(2), ..NOTHING }), [5, 8, 2]);
}

#[test]
fn zero_stands_for_all() {
    assert_eq!(numbers(&Cuts { all: true, ..NOTHING }), [0, 0, 0]);
}
