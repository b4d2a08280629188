//! Drives that come and go at random while copies are made equal after a loss of power.

use raid10_tests::run::play;
use raid10_tests::swarm::{Kind, vector};

/// How many seeds are played. The program `swarm` plays more.
const SEEDS: u64 = 500;

#[test]
fn whoever_comes_and_goes_every_promise_holds() {
    let mut complaints = String::new();
    let mut pulled = 0;
    for seed in 0..SEEDS {
        let text = vector(seed, Kind::Plain);
        pulled += text.matches(" pull ").count();
        if let Err(complaint) = play(&text) {
            complaints += &format!("{text}\n{complaint}\n");
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
    assert!(pulled > SEEDS as usize, "too few drives leave: {pulled}");
}

#[test]
fn a_seed_makes_one_vector() {
    assert_eq!(vector(7, Kind::Volatile), vector(7, Kind::Volatile));
    assert_ne!(vector(7, Kind::Volatile), vector(8, Kind::Volatile));
}
