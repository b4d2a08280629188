use raid10_metadata::Timestamp;

use super::utc;

#[test]
fn a_time_is_shown_in_utc_as_far_as_calendars_go() {
    let times = [
        ((0, 0), "1970-01-01T00:00:00Z"),
        ((1_704_067_203, 0), "2024-01-01T00:00:03Z"),
        ((1_704_067_203, 7), "2024-01-01T00:00:03.000007Z"),
        ((1 << 39, 0), "549755813888 s after 1970"),
    ];
    for ((seconds, micros), text) in times {
        assert_eq!(utc(Timestamp { seconds, micros }), text);
    }
}
