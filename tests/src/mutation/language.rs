//! Mutated vectors: no input may panic, and what is accepted must print itself so that it is read as the same again.

use vector_language::{parse, parse_bytes};

use super::Random;

/// Mutations of one input at most.
const MUTATIONS: u64 = 8;

/// All vectors of the project.
///
/// # Panics
///
/// If one cannot be read.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let vectors = crate::run::vectors();
    vectors.iter().map(|path| std::fs::read(path).expect("a readable vector")).collect()
}

/// Tries one input.
///
/// # Panics
///
/// If it is accepted, but reads differently when it was printed.
pub fn try_one(seeds: &[Vec<u8>], random: &mut Random) -> bool {
    let mut input = random.pick(seeds).clone();
    for _ in 0..=random.number() % MUTATIONS {
        mutate(&mut input, seeds, random);
    }
    let Ok(script) = parse_bytes(&input) else {
        return false;
    };
    let text = script.to_string();
    let again = parse(&text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    assert_eq!(again, script, "{text}");
    true
}

/// One change: a byte, a cut, a piece of another vector, a line twice, a number grown out of all bounds.
fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(input.len() + 1);
    match random.below(6) {
        0 if at < input.len() => input[at] = random.number() as u8,
        1 if at < input.len() => input[at] ^= 1 << random.below(7),
        2 => {
            let end = (at + random.below(40)).min(input.len());
            input.drain(at..end);
        }
        3 => {
            let seed = random.pick(seeds);
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
