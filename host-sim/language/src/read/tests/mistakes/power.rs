//! Losses of power, what survives them, and what drives do to writes and flushes.

use super::check;

#[test]
fn what_survives() {
    check(
        r#"
at 1s power-off al
  `al` does not say what survives
    did you mean `all`?
at 1s power-off d1
  `d1` does not say what survives
    write `d1=all`, or what it keeps
at 1s power-off nothing
  `nothing` does not say what survives
    one of `none`, `all`, `first:N`, `only:N,N..N`, `torn:N`
at 1s power-off first
  `first` does not say what survives
    write `first:N`
at 1s power-off fist:3
  `fist` does not say what survives
    did you mean `first:N`?
at 1s power-off all:3
  `all` does not say what survives
    write `all`
at 1s power-off first:4294967296
  `4294967296` is out of range
at 1s power-off torn:3KiB
  `3KiB` has a unit where none is meant
    write `3`
at 1s power-off first:who
  `who` is a drive
    sweeps that fit here: `n`
at 1s power-off first:
  expected a number, found the end of the line
at 1s power-off all none
  `none` is given twice
    keep one of them
at 1s power-off d1=all d1=none
  a drive is named twice
    keep one of them
at 1s power-off d9=all
  no drive is named `d9`
    did you mean `d0`?
at 1s power-off d1=
  expected which writes survive, found the end of the line
"#,
    );
}

#[test]
fn lists_of_writes() {
    check(
        r#"
at 1s power-off only:
  expected a number, found the end of the line
at 1s power-off only:0,
  expected a number, found the end of the line
at 1s power-off only:3,3
  `3` is listed already
    name each write once
at 1s power-off only:3,1..5
  `1..5` is listed already
    name each write once
at 1s power-off only:n,n
  `n` is listed already
    name each write once
at 1s power-off only:5..5
  `5..5` is empty
at 1s power-off only:n..3
  `n..3` is empty
at 1s power-off only:0..4294967296
  `4294967296` is out of range
"#,
    );
}

#[test]
fn how_long_the_power_is_gone() {
    check(
        r#"
at 1s power-cut lasting
  expected a time, found the end of the line
at 1s power-cut lasting 0s
  `0s` is too short
at 1s power-cut all for 3s
  expected `lasting` and a time, found `for`
    write `lasting TIME`
at 1s power-off lasting 3s
  expected the end of the line, found `lasting`
    `power-on` ends it, or write `power-cut … lasting TIME`
at 1s power-on 3s
  expected the end of the line, found `3s`
at 1s reset d0
  expected the end of the line, found `d0`
at 1s reset lasting n
  `n` is a number
    sweeps that fit here: `t`
at 1s brown-out
  expected a drive, found the end of the line
at 1s brown-out all
  no drive is named `all`
    the drives are `d0`, `d1`, `d2`, `d3`, `s0`, `s1`
at 1s brown-out d0 d0
  a drive is named twice
    keep one of them
at 1s brown-out d0, d1
  expected a drive, found `,`
    put blanks between the drives
at 1s brown-out d0 d9 lasting 3s
  no drive is named `d9`
    did you mean `d0`?
at 1s brown-out d0 all none
  expected the end of the line, found `none`
at 1s brown-out d0 for 3s
  expected `lasting` and a time, found `for`
    write `lasting TIME`
"#,
    );
}

#[test]
fn writes_and_flushes() {
    check(
        r#"
at 1s tear d0
  expected a sector or a size, found the end of the line
at 1s tear d0 100B
  `100B` is no whole number of sectors
at 1s tear d0 4294967296
  `4294967296` is out of range
at 1s ignore-flush d0 times=0
  `0` is out of range
at 1s ignore-flush d0 times
  `times` needs a value
    write `times=…` without blanks
at 1s ignore-flush d0 once
  unknown property of `ignore-flush` `once`
    the only one is `times`
at 1s fail-flush d0 times=0
  `0` is out of range
at 1s fail-flush d0 once
  unknown property of `fail-flush` `once`
    one of `times`, `drop`
at 1s image
  expected a drive, found the end of the line
"#,
    );
}

#[test]
fn what_is_put_in() {
    check(
        r#"
at 1s insert s0 stael
  unknown property of `insert` `stael`
    did you mean `stale`?
at 1s insert stale s0
  expected a drive, found `stale`
    write `insert DRIVE stale`
at 1s insert s0 clone
  `clone` needs a value
    write `clone=…` without blanks
at 1s insert s0 dead=1
  `dead` takes no value
    write `dead`
at 1s insert s0 clone=d9
  no drive is named `d9`
    did you mean `d0`?
at 1s insert s0 clone=s0
  a drive is a clone of itself
    name the drive that is copied
at 1s insert s0 blank stale
  `blank` and `stale` contradict each other
    keep one of them
at 1s insert s0 dead dead
  `dead` is given twice
    keep one of them
at 1s insert s0 slot=1 slot=2
  `slot` is given twice
    keep one of them
"#,
    );
}
