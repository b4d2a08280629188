extern crate std;

use std::string::ToString;

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn every_raw_time_is_kept(raw: u64) {
        prop_assert_eq!(Timestamp::from_raw(raw).to_raw(), raw);
    }
}

#[test]
fn seconds_lie_below_and_microseconds_above() {
    let time = Timestamp { seconds: 1_704_067_203, micros: 999_999 };
    assert_eq!(time.to_raw(), 1_704_067_203 + (999_999 << 40));
}

#[test]
fn a_uuid_is_printed_in_stored_order() {
    let uuid = Uuid([0xA0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0x10]);
    assert_eq!(uuid.to_string(), "a0000000:01020304:05060708:00000010");
}
