use super::{name, parse};
use crate::names::Names;

fn drives() -> Names {
    Names::new(["d0", "d1", "s0"].map(String::from).to_vec())
}

#[test]
fn a_name_means_the_same_cuts_again() {
    for text in
        ["17", "17:all", "17:torn:3", "17:none+d1=first:2+s0=only:0,3..5", "17:all/4/9:none+d0=all"]
    {
        let cuts = parse(text, &drives()).expect(text);
        assert_eq!(name(&cuts, &drives()), text);
    }
}

#[test]
fn what_means_nothing_is_named() {
    for (text, wrong) in [
        ("", "``: a cut begins with the number of a write, from 1"),
        ("0", "`0`: a cut begins with the number of a write, from 1"),
        ("3:most", "`most`: expected none, all, first:N, torn:N, or only:N,N..N"),
        ("3:only:5..5", "`only:5..5`: expected none, all, first:N, torn:N, or only:N,N..N"),
        ("3:all+d7=none", "`d7`: there is no such drive"),
        ("3:all+none", "`none`: expected DRIVE=SURVIVAL"),
    ] {
        let error = parse(text, &drives()).expect_err(text);
        assert_eq!(error.to_string(), wrong);
    }
}
