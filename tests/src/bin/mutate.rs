//! Feeds a reader with mutated inputs, as many as are asked for, on all cores:
//! `cargo run --release -p raid10-tests --bin mutate -- 10000000 superblock`. Without a kind it is the vector language. A number behind the
//! kind is a seed: another one makes other inputs.

use std::process::ExitCode;

use raid10_tests::mutation::metadata::Kind;
use raid10_tests::mutation::{language, on_all_cores};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().and_then(|count| count.parse::<u64>().ok());
    let name = arguments.next().unwrap_or_else(|| "language".to_owned());
    let kind = Kind::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind);
    let Some(count) = count.filter(|&count| count > 0 && (kind.is_some() || name == "language"))
    else {
        eprintln!(
            "say how many inputs, and of what kind (language, superblock, bitmap, log, private, drives or images):\n\
             cargo run --release -p raid10-tests --bin mutate -- 10000000 superblock"
        );
        return ExitCode::from(2);
    };
    let seeds = kind.map_or_else(language::seeds, Kind::seeds);
    let seed = arguments.next().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let accepted = on_all_cores(count, seed, |random| match kind {
        Some(kind) => kind.try_one(&seeds, random),
        None => language::try_one(&seeds, random),
    });
    println!(
        "{name}: {count} inputs from {} good ones, {accepted} accepted, no panic",
        seeds.len()
    );
    ExitCode::SUCCESS
}
