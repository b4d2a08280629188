//! Feeds the vector language with mutated vectors, as many as are asked for, on all cores:
//! `cargo run --release -p raid10-tests --bin mutate -- 10000000`.
//!
//! The coverage-guided fuzzer finds more per input; this one tries a hundred times as many. No input may
//! panic, and what is accepted must print itself so that it is read as the same again.

use std::process::ExitCode;
use std::thread;

use vector_language::{parse, parse_bytes};

/// Mutations of one input at most.
const MUTATIONS: u64 = 8;

/// `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// One change: a byte, a cut, a piece of another vector, a line twice, a number grown out of all bounds.
fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(input.len() + 1);
    match random.below(6) {
        0 if at < input.len() => input[at] = random.next() as u8,
        1 if at < input.len() => input[at] ^= 1 << random.below(7),
        2 => {
            let end = (at + random.below(40)).min(input.len());
            input.drain(at..end);
        }
        3 => {
            let seed = &seeds[random.below(seeds.len())];
            let from = random.below(seed.len());
            let to = (from + random.below(60)).min(seed.len());
            input.splice(at..at, seed[from..to].iter().copied());
        }
        4 => {
            let lines: Vec<&[u8]> = input.split(|&byte| byte == b'\n').collect();
            let mut line = lines[random.below(lines.len())].to_vec();
            line.push(b'\n');
            input.splice(at..at, line);
        }
        _ => {
            let digits = b"99999999999999999999"[..random.below(20)].to_vec();
            input.splice(at..at, digits);
        }
    }
}

fn run(seeds: &[Vec<u8>], count: u64, seed: u64) -> u64 {
    let mut random = Random(seed);
    let mut accepted = 0;
    for _ in 0..count {
        let mut input = seeds[random.below(seeds.len())].clone();
        for _ in 0..=random.next() % MUTATIONS {
            mutate(&mut input, seeds, &mut random);
        }
        if let Ok(script) = parse_bytes(&input) {
            let text = script.to_string();
            let again = parse(&text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
            assert_eq!(again, script, "{text}");
            accepted += 1;
        }
    }
    accepted
}

fn main() -> ExitCode {
    let count = std::env::args().nth(1).and_then(|count| count.parse::<u64>().ok());
    let Some(count) = count.filter(|&count| count > 0) else {
        eprintln!(
            "say how many inputs: cargo run --release -p raid10-tests --bin mutate -- 10000000"
        );
        return ExitCode::from(2);
    };
    let seeds: Vec<Vec<u8>> = raid10_tests::run::vectors()
        .iter()
        .map(|path| std::fs::read(path).expect("a readable vector"))
        .collect();
    let cores = thread::available_parallelism().map_or(1, usize::from) as u64;
    let accepted: u64 = thread::scope(|scope| {
        let seeds = &seeds;
        let share = |core| count / cores + u64::from(core < count % cores);
        let threads: Vec<_> =
            (0..cores).map(|core| scope.spawn(move || run(seeds, share(core), core))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no input panics")).sum()
    });
    println!("{count} inputs from {} vectors, {accepted} accepted, no panic", seeds.len());
    ExitCode::SUCCESS
}
