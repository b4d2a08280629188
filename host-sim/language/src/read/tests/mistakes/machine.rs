//! Lines about the machine, and the values in all lines.

use super::check;

#[test]
fn declarations() {
    check(
        r#"
sweep a = 5..1
  the first value is behind the last
sweep b = 1..5 step 0
  a step of 0 never comes to the end
sweep c = 1s..5s
  expected `step` and a time, found the end of the line
sweep d0 = 1 2
  the name `d0` is taken
    choose another name
sweep all = 1 2
  `all` is a word of the language
    choose another name
sweep lasting = 1 2
  `lasting` is a word of the language
    choose another name
sweep brown-out = 1 2
  `brown-out` is a word of the language
    choose another name
sweep e = d0 d0
  a value is listed twice
    keep one of them
sweep f = every flush d0
  only `every read` and `every write` can be swept
sweep g = 1 2%
  unknown unit `%` in `2%`
    write a size with `B`, `KiB`, `MiB`, `GiB`, `TiB`, `kB`, `MB`, `GB` or `TB`, such as `16MiB`
sweep h = d2 who
  `who` is a sweep
    write the value itself: a sweep cannot stand for another's
"#,
    );
}

#[test]
fn drives_and_loads() {
    check(
        r#"
drive e0..e99 size=1MiB shelf
  `e0..e99` is too many drives
drive e size=1000B shelf
  1000 B is no whole number of sectors of 512 B
    write `size=1024B`
drive f1 shelf
  expected `size=…`, found the end of the line
    for instance `size=16MiB`
drive g size=1MiB colour=red
  unknown property of a drive `colour`
    one of `size`, `model`, `physical`, `read`, `write`, `access`, `cache`, `queue`, `batch`, `shelf`, `spare`, `blank`, `foreign`, `image`
drive h size=1MiB model=hhd shelf
  unknown model `hhd`
    did you mean `hdd`?
drive i size=1MiB shelf spare
  `spare` is given twice
    keep one of them
drive j size=1MiB foreign
  a member cannot be foreign at the start
    add `shelf`, and `insert` it later
drive k size=1MiB image shelf
  there are no images that the array begins with
    write `from="FOLDER"` behind `array`, or leave out `image`
load w
  the name `w` is taken
    choose another name
load x read=90% trim=20%
  reads and trims are more than all
load y size=100B
  there are no requests of `100B`
load z rate=0/s
  `0/s` is out of range
load z queue=256
  `256` is out of range
load z flush=99999999999999999999
  `99999999999999999999` is too large: more than 64 bits can count
load z read=0.5%
  `0.5%` is no whole percentage
load z span=0..999999
  `0..999999` goes beyond the end
vector small "twice"
  `vector` is given twice
    keep one of them
format 2
  there is no format `2`
    write `format 1`
source unquoted
  expected a text in double quotes, found `unquoted`
source "open
  the text in double quotes does not end
    close it with `"`; within it, write `\"` for `"` and `\\` for `\`
tags
  expected a tag, found the end of the line
promise maybe
  unknown promise `maybe`
    one of `survivable`, `beyond`
finally quiesce ; sleep
  unknown step `sleep`
    one of `quiesce`, `flush`, `read`, `power-cycle`, `stop`
finally power-cicle
  unknown step `power-cicle`
    did you mean `power-cycle`?
bogus
  unknown statement `bogus`
    one of `vector`, `format`, `source`, `tags`, `promise`, `array`, `drive`, `policy`, `load`, `sweep`, `at`, `when`, `on`, `after`, `hold`, `expect`, `finally`
"#,
    );
}

#[test]
fn policies() {
    check(
        r#"
policy rebuild-rat=3%
  unknown policy `rebuild-rat`
    did you mean `rebuild-rate`?
policy zzz=3
  unknown policy `zzz`
    the policies are listed in the language reference
policy rebuild-rate
  `rebuild-rate` needs a value
    write `rebuild-rate=…` without blanks
policy rebuild-rate=37.5%
  `37.5%` is no whole percentage
policy rebuild-max=10MB
  unknown unit `MB` in `10MB`
    write a rate such as `180MB/s` or `1MiB/s`
policy auto-rebuild=yes
  unknown switch `yes`
    one of `on`, `off`
policy error-limit=70000
  `70000` is out of range
policy error-limit=0
  `0` is out of range
policy rebuild-rate=101%
  `101%` is more than all of it
policy rebuild-max=0MB/s
  `0MB/s` is out of range
policy command-timeout=0s
  `0s` is too short
policy abort-timeout=999us
  `999us` is too short
policy clean-interval=0s
  `0s` is too short
policy error-half-life=0s
  `0s` is too short
policy proof-interval=999ms
  `999ms` is too short
policy settle-tme=5s
  unknown policy `settle-tme`
    did you mean `settle-time`?
policy clean-delay=0s
  `0s` is too short
"#,
    );
}

#[test]
fn a_zero_with_a_meaning_is_no_mistake() {
    let zeros = "policy rebuild-rate=0% rebuild-min=0B/s limp-ratio=0 limp-time=0s flap-limit=0 quarantine=0s settle-time=0s";
    assert_eq!(super::super::mistakes_of(zeros), "none");
}

#[test]
fn what_a_policy_may_be_is_shown_at_its_place() {
    let said = super::super::mistakes_of("at 1s policy salvage=none command-timeout=0s");
    insta::assert_snapshot!(said, @r"
    error: `0s` is too short
      --> x.vec:13:43
       |
    13 | at 1s policy salvage=none command-timeout=0s
       |                                           ^^ expected 1ms to 100 years
    ");
}

#[test]
fn a_sweep_must_be_long_enough_everywhere() {
    let said = super::super::mistakes_of("sweep gap = 0s 1s\nat 1s policy command-timeout=gap");
    insta::assert_snapshot!(said, @r"
    error: `gap` takes values that are too short
      --> x.vec:14:30
       |
    14 | at 1s policy command-timeout=gap
       |                              ^^^ expected 1ms to 100 years
    ");
    let said = super::super::mistakes_of("sweep gap = 0s..1s step 1s\nat 1s stall d0 gap");
    insta::assert_snapshot!(said, @r"
    error: `gap` takes values that are too short
      --> x.vec:14:16
       |
    14 | at 1s stall d0 gap
       |                ^^^ expected 1us to 100 years
    ");
}

#[test]
fn numbers_and_units() {
    check(
        r#"
at 1 flush
  `1` has no unit
    write a time with `us`, `ms`, `s`, `min` or `h`, such as `2s`
at 1sec flush
  unknown unit `sec` in `1sec`
    write a time with `us`, `ms`, `s`, `min` or `h`, such as `2s`
at 99999999999999999999s flush
  `99999999999999999999s` is too large: more than 64 bits can count
at 200y flush
  unknown unit `y` in `200y`
    write a time with `us`, `ms`, `s`, `min` or `h`, such as `2s`
at 876001h flush
  `876001h` is too large
at 0.0000001s flush
  `0.0000001s` is finer than can be expressed
when rebuild(1) >= 101% flush
  `101%` is more than all of it
"#,
    );
}

#[test]
fn names() {
    check(
        r#"
when rebuild(4) >= 37% flush
  there is no slot `4`
    the array has the slots 0 to 3
when rebuild(who) >= 1% flush
  `who` is a drive
    sweeps that fit here: `n`
when rebuild(m) >= 1% flush
  no sweep is named `m`
    write a number or declare `sweep m = …`
at 1s pull d9
  no drive is named `d9`
    did you mean `d0`?
at 1s pull p
  `p` is a percentage
    sweeps that fit here: `who`
at 1s start v
  unknown load `v`
    the only one is `w`
"#,
    );
}

#[test]
fn ranges() {
    check(
        r#"
at 1s unreadable d0 0..32769
  `0..32769` goes beyond the end
at 1s unreadable d0 8..8
  `8..8` is empty
at 1s unreadable d0 0..100B
  `100B` is no whole number of sectors
at 1s unreadable d0 5
  expected `..` and an end, or `+` and a count, found the end of the line
at 1s write 0..65537
  `0..65537` goes beyond the end
"#,
    );
}
