use super::parse;

#[test]
fn sizes_have_binary_units() {
    let sizes = [
        ("0", 0),
        ("512", 512),
        ("512B", 512),
        ("64KiB", 65_536),
        ("64 kib", 65_536),
        ("16MiB", 16 << 20),
        ("1GiB", 1 << 30),
        ("1TiB", 1 << 40),
    ];
    for (text, bytes) in sizes {
        assert_eq!(parse(text), Ok(bytes), "{text}");
    }
}

#[test]
fn what_is_no_size_is_told_so() {
    for text in
        ["", "KiB", "-1", "1.5GiB", "64KB", "64 K", "1e3", "999999999999999999999", "9999999TiB"]
    {
        assert!(parse(text).is_err(), "{text}");
    }
}
