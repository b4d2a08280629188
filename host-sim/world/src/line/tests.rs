use raid10_engine::Instant;

use super::Line;

#[track_caller]
fn expect(put: impl FnOnce(&mut Line), text: &str) {
    let mut line = Line::new();
    put(&mut line);
    assert_eq!(line.as_str(), text);
}

#[test]
fn numbers_are_written_as_the_standard_library_does() {
    let values =
        [0, 1, 9, 10, 11, 99, 100, 101, 999, 4095, 4096, 1_000_000, u64::MAX - 1, u64::MAX];
    for value in values {
        expect(|line| _ = line.decimal(value), &format!("{value}"));
        let low = value as u32;
        expect(|line| _ = line.hex(low), &format!("{low:x}"));
    }
}

#[test]
fn seconds_have_six_decimals() {
    for (micros, text) in [(0, "0.000000"), (7, "0.000007"), (12_345_678, "12.345678")] {
        expect(|line| _ = line.seconds(Instant(micros)), text);
    }
}

#[test]
fn words_follow_one_another() {
    expect(|line| _ = line.word("read ").decimal(8).word(" +").decimal(16), "read 8 +16");
}
