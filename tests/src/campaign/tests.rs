use std::path::{Path, PathBuf};

use sim_world::cuts::Search;

use super::{Extent, evenly, run};

const FEW: Extent = Extent { points: Some(1), writes: Some(2), search: Search::Linear };

fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors").join(name)
}

#[test]
fn a_choice_is_evenly_apart() {
    let chosen = |count, most| evenly(count, most).collect::<Vec<_>>();
    assert_eq!(chosen(7, Some(1)), [3]);
    assert_eq!(chosen(6, Some(2)), [1, 4]);
    assert_eq!(chosen(3, Some(9)), [0, 1, 2]);
    assert_eq!(chosen(3, None), [0, 1, 2]);
    assert_eq!(chosen(0, Some(2)), [0; 0]);
}

#[test]
fn a_vector_is_cut_at_as_many_writes_as_are_wanted() {
    let played = |name| run(&vector(name), FEW).expect("a vector");
    let rebuild = played("power/rebuild-goes-on.vec");
    let in_memory = played("engine/last-copy-in-cache.vec");
    let tried = rebuild.tried.as_ref().expect("it was cut");
    assert_eq!((rebuild.points, tried.points), (1, 2));
    assert!(tried.images > 2, "what survives is tried more than one way: {tried:?}");
    assert!(rebuild.broken.is_empty(), "{rebuild}");
    assert_eq!((in_memory.points, in_memory.tried.as_ref()), (0, None));
    assert!(in_memory.to_string().ends_with("no records on its drives"), "{in_memory}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let why = run(&vector("power/none-such.vec"), FEW).expect_err("no such file");
    assert!(why.contains("none-such.vec"), "{why}");
}
