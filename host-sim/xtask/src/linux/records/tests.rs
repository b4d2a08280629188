use serde_json::json;

use super::Records;

#[test]
fn both_sides_are_told_in_the_same_words() {
    let member = json!({
        "events": 263,
        "recovery": {"below_data_sector": 16384, "by_bitmap": false},
        "bitmap": {"set": 3, "bits": 256},
        "bad_blocks": {"ranges": [{"sector": 2560, "sectors": 16}, {"sector": 4096, "sectors": 1}]},
    });
    let records = Records::of(&member).unwrap();
    assert_eq!(records.to_string(), "263,3,16384,2560+16/4096+1");
    assert_eq!(records.in_use(), "16384,2560+16/4096+1");
}

#[test]
fn a_member_in_sync_without_bad_blocks_has_neither() {
    let member = json!({
        "events": 5, "recovery": null, "bitmap": {"set": 0}, "bad_blocks": {"ranges": []},
    });
    let records = Records::of(&member).unwrap();
    assert_eq!(
        (records.to_string().as_str(), records.in_use().as_str()),
        ("5,0,none,none", "none,none")
    );
    assert!(Records::of(&json!({"events": 5})).is_err());
}
