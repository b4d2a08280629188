//! What happens to the power.

use super::{check, check_same};

#[test]
fn losses_of_power() {
    check(&[
        ("at 1s power-off none", "at 1s power-off"),
        ("at 1s power-off d1=all first:3 d2=none", "at 1s power-off first:3 d1=all d2=none"),
        ("at 1s power-cut", "at 1s power-cut lasting 1s"),
        ("at 1s power-cut all lasting 1500000us", "at 1s power-cut all lasting 1500ms"),
        ("at 1s brown-out d0", "at 1s brown-out d0 lasting 1s"),
        ("at 1s brown-out d0 d1 none", "at 1s brown-out d0 d1 lasting 1s"),
        ("at 1s reset", "at 1s reset lasting 1s"),
        ("at 1s power-off only:3,0,1,5..7,2", "at 1s power-off only:0..4,5..7"),
        ("at 1s power-off only:4..5", "at 1s power-off only:4"),
        ("at 1s power-off only:7,n,4..5", "at 1s power-off only:7,n,4"),
        ("at 1s power-off only: 1 , 3", "at 1s power-off only:1,3"),
    ]);
    check_same(&[
        "at 1s power-on",
        "at 1s power-off all",
        "at 1s power-off first:0",
        "at 1s power-off torn:n who=only:n,n..9",
        "at 1s power-cut torn:2 d0=none lasting t",
        "at 1s brown-out d0 who all lasting t",
        "at 1s brown-out d0 first:n lasting 2s",
        "at 1s reset lasting 250us",
    ]);
}

/// A sweep may have the name of a survival; the sign behind it tells which is meant.
#[test]
fn the_words_of_survivals_may_be_names() {
    check(&[(
        "sweep first = d0 d1\nat 1s brown-out first first:2\nat 1s power-off first=first:3",
        "sweep first = d0 d1\nat 1s brown-out first first:2 lasting 1s\nat 1s power-off first=first:3",
    )]);
}
