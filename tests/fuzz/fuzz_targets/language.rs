//! Any bytes are read without a panic; what is a vector prints itself so that it is read as the same vector
//! again, and each of its first points can be bound and found again by its name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vector_language::{Script, parse, parse_bytes};

/// Points of a vector that are tried.
const POINTS: usize = 4;
/// Mistakes of a text that are shown.
const MISTAKES: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    match parse_bytes(bytes) {
        Ok(script) => holds(&script),
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused without a reason");
            let text = String::from_utf8_lossy(bytes);
            for mistake in mistakes.iter().take(MISTAKES) {
                assert!(mistake.render("it.vec", &text).ends_with('\n'));
            }
        }
    }
});

fn holds(script: &Script) {
    let text = script.to_string();
    let again = parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"));
    assert_eq!(&again, script, "{text}");
    assert_eq!(again.identity(), script.identity());
    assert_eq!(again.to_string(), text);
    for point in script.points().take(POINTS) {
        let name = script.point_id(&point);
        assert_eq!(script.parse_point(&name).as_ref(), Ok(&point), "{name}\n{text}");
        assert!(script.bind(&point).sweeps.is_empty());
    }
}
