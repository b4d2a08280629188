use raid10_engine::Instant;

use super::{write_decimal, write_hex, write_seconds};

fn text(write: impl FnOnce(&mut String) -> std::fmt::Result) -> String {
    let mut text = String::new();
    write(&mut text).expect("a string takes everything");
    text
}

#[test]
fn numbers_are_written_as_the_standard_library_does() {
    for value in [0, 1, 9, 10, 4095, 4096, 1_000_000, u64::from(u32::MAX), u64::MAX] {
        assert_eq!(text(|f| write_decimal(f, value)), format!("{value}"));
        let low = value as u32;
        assert_eq!(text(|f| write_hex(f, low)), format!("{low:x}"));
    }
}

#[test]
fn seconds_have_six_decimals() {
    for (micros, expected) in [(0, "0.000000"), (7, "0.000007"), (12_345_678, "12.345678")] {
        assert_eq!(text(|f| write_seconds(f, Instant(micros))), expected);
    }
}
