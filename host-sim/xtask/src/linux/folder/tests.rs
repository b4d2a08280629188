use super::{Drive, drives, parse};

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

#[test]
fn a_manifest_tells_the_drives_that_are_there() {
    let text = "# a replay\narray near=2 members=2\n\
                drive d0 file=d0.img place=bay slot=0 unreadable=9+1 unreadable=2048+16\n\
                drive s0 file=s0.img place=out slot=-\n";
    let bad = vec![9..10, 2048..2064];
    let d0 = Drive { file: "d0.img".into(), is_there: true, unreadable: bad };
    let s0 = Drive { file: "s0.img".into(), ..Drive::default() };
    assert_eq!(drives(text).unwrap(), [d0, s0]);
    for line in ["drive d0 place=bay", "drive d0 file", "drive d0 file=a unreadable=1"] {
        assert!(drives(line).is_err(), "{line}");
    }
}
