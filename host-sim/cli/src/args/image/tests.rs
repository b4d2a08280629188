use raid10_metadata::{Timestamp, Uuid};

use super::{time, uuid};

#[test]
fn an_identity_is_read_as_everyone_prints_it() {
    let expected = Uuid([0, 0, 0, 1, 0, 0, 0, 2, 0xAB, 0xCD, 0xEF, 0, 0, 0, 0, 4]);
    for text in [
        "00000001:00000002:abcdef00:00000004",
        "00000001-0000-0002-ABCD-EF0000000004",
        "0000000100000002abcdef0000000004",
    ] {
        assert_eq!(uuid(text), Ok(expected), "{text}");
    }
    for text in ["", "1", "0000000100000002abcdef00000000045", "0000000100000002abcdef000000000g"] {
        assert!(uuid(text).is_err(), "{text}");
    }
}

#[test]
fn a_time_has_an_offset_and_is_not_before_1970() {
    let expected = Timestamp { seconds: 1_704_067_200, micros: 0 };
    assert_eq!(time("2024-01-01T00:00:00Z"), Ok(expected));
    assert_eq!(time("2024-01-01T02:00:00+02:00"), Ok(expected));
    for text in ["now", "2024-01-01", "1969-12-31T23:59:59Z", "1704067200"] {
        assert!(time(text).is_err(), "{text}");
    }
}
