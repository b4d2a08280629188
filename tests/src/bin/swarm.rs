//! Plays vectors of the swarm: `swarm FROM COUNT [volatile|orders|outages]`, so many seeds from one on; with `volatile` the drives have caches, with
//! `orders` there are spares, orders, unreadable sectors and a second loss of power; with `outages` all of that, resets of the controller and
//! outages of links and of single drives. `swarm show SEED [volatile|orders|outages]` prints one.
//!
//! What does not hold is printed as a vector, to be stored and replayed.

use std::process::ExitCode;

use raid10_tests::run::play;
use raid10_tests::swarm::{Kind, vector};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let ["show", seed, kind @ ..] = words.as_slice()
        && let (Ok(seed), Some(kind)) = (seed.parse(), kind_of(kind))
    {
        print!("{}", vector(seed, kind));
        return ExitCode::SUCCESS;
    }
    let Some((from, count, kind)) = asked(&words) else {
        eprintln!(
            "error: swarm FROM COUNT [volatile|orders|outages]: the first seed, and how many seeds; swarm show SEED [volatile|orders|outages]"
        );
        return ExitCode::from(2);
    };
    let mut broken = 0;
    for seed in from..from.saturating_add(count) {
        let text = vector(seed, kind);
        if let Err(why) = play(&text) {
            broken += 1;
            println!("{text}\n{why}");
        }
    }
    println!("{count} vectors, {broken} do not hold");
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn kind_of(words: &[&str]) -> Option<Kind> {
    match *words {
        [] => Some(Kind::Plain),
        ["volatile"] => Some(Kind::Volatile),
        ["orders"] => Some(Kind::Orders),
        ["outages"] => Some(Kind::Outages),
        _ => None,
    }
}

fn asked(words: &[&str]) -> Option<(u64, u64, Kind)> {
    let [from, count, kind @ ..] = words else { return None };
    let count = count.parse().ok().filter(|&count| count > 0)?;
    Some((from.parse().ok()?, count, kind_of(kind)?))
}
