use super::arrays;

#[test]
fn arrays_are_found_among_the_other_devices() {
    let list = "(proc) (loop1) (loop0) (host) (md/volume0) \n";
    assert_eq!(arrays(list), ["md/volume0"]);
    assert_eq!(arrays("(md/a b) (loop0) (md/c)"), ["md/a b", "md/c"]);
    assert!(arrays("(proc) (loop0) (host) ").is_empty());
    assert!(arrays("").is_empty());
}
