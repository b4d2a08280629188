//! Drives that come and go at random while copies are made equal after a loss of power.

use raid10_tests::run::play;
use raid10_tests::swarm::{Kind, vector};

/// How many seeds are played. The program `swarm` plays more.
const SEEDS: u64 = 500;
/// How many of those with orders.
const ORDERS: u64 = 300;
/// How many of those with caches, and outages beside the orders.
const OUTAGES: u64 = 300;

/// Plays the first seeds of a kind. Returns their texts.
fn play_all(seeds: u64, kind: Kind) -> String {
    let (mut texts, mut complaints) = (String::new(), String::new());
    for seed in 0..seeds {
        let text = vector(seed, kind);
        if let Err(complaint) = play(&text) {
            complaints += &format!("{text}\n{complaint}\n");
        }
        texts += &text;
    }
    assert!(complaints.is_empty(), "{complaints}");
    texts
}

#[test]
fn whoever_comes_and_goes_every_promise_holds() {
    let texts = play_all(SEEDS, Kind::Plain);
    let pulled = texts.matches(" pull ").count();
    assert!(pulled > SEEDS as usize, "too few drives leave: {pulled}");
}

#[test]
fn whatever_is_ordered_meanwhile_every_promise_holds() {
    let texts = play_all(ORDERS, Kind::Orders);
    for what in
        [" pull ", " insert s0", " with s0", " cancel ", " pause ", " unreadable ", " d1=none"]
    {
        let count = texts.matches(what).count();
        assert!(count > ORDERS as usize / 10, "{what}: only {count} times");
    }
    let cuts = texts.matches(" power-cut ").count();
    assert!(cuts > ORDERS as usize * 5 / 4, "too few second losses of power: {cuts}");
}

#[test]
fn whatever_fails_for_a_while_every_promise_holds() {
    let texts = play_all(OUTAGES, Kind::Outages);
    for what in [" reset ", " glitch ", " brown-out ", " stall ", " with s0", " unreadable "] {
        let count = texts.matches(what).count();
        assert!(count > OUTAGES as usize / 10, "{what}: only {count} times");
    }
    assert!(!texts.contains("cache=none"), "the drives have no caches");
}

#[test]
fn a_seed_makes_one_vector() {
    assert_eq!(vector(7, Kind::Volatile), vector(7, Kind::Volatile));
    assert_ne!(vector(7, Kind::Volatile), vector(8, Kind::Volatile));
    assert_ne!(vector(7, Kind::Orders), vector(8, Kind::Orders));
    assert_ne!(vector(7, Kind::Orders), vector(7, Kind::Outages));
}
