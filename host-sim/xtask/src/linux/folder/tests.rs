use super::parse;

#[test]
fn what_is_lost_is_a_list_of_starts_and_lengths() {
    assert_eq!(parse("").unwrap(), []);
    assert_eq!(parse("0 8\n\n 128  64 \n").unwrap(), [0..8, 128..192]);
}

#[test]
fn a_line_that_is_not_understood_is_shown() {
    for line in ["8", "0 8 9", "a 8", "0 -8", "0 0", "18446744073709551615 1"] {
        let error = parse(line).unwrap_err();
        let text = format!("`{line}`: expected a first sector and a number of sectors");
        assert_eq!(error.to_string(), text);
    }
}
