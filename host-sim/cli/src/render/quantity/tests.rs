use raid10_engine::Instant;

use super::{Bytes, Count, Millis, Share, plural};

#[test]
fn bytes_have_the_unit_that_fits() {
    let cases = [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (65_536, "64 KiB"),
        (10_354_688, "9.8 MiB"),
        (1 << 30, "1 GiB"),
        (u64::MAX, "15.9 EiB"),
    ];
    for (bytes, text) in cases {
        assert_eq!(Bytes(bytes).to_string(), text);
    }
}

#[test]
fn times_are_cut_to_milliseconds() {
    assert_eq!(Millis(Instant(25_059_999)).to_string(), "25.059");
    assert_eq!(Millis(Instant(1000)).to_string(), "0.001");
}

#[test]
fn thousands_stand_apart() {
    let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (10_616_832, "10,616,832")];
    for (count, text) in cases {
        assert_eq!(Count(count).to_string(), text);
    }
}

#[test]
fn shares_are_rounded() {
    assert_eq!(Share { part: 2, whole: 3 }.to_string(), "66.7 %");
    assert_eq!(Share { part: 3, whole: 3 }.to_string(), "100.0 %");
    assert_eq!(Share { part: 0, whole: 0 }.to_string(), "0.0 %");
    assert_eq!(Share { part: u64::MAX, whole: u64::MAX }.to_string(), "100.0 %");
}

#[test]
fn one_is_not_many() {
    assert_eq!(plural(1, "point"), "1 point");
    assert_eq!(plural(1200, "point"), "1,200 points");
}
