//! Statements and expectations.

use std::format;

use super::check;

#[test]
fn actions() {
    check(
        r#"
at 1s fial d0
  unknown action `fial`
    did you mean `fail`?
pull d0
  `pull` does not say when
    put a trigger in front, such as `at 0s pull`
at 1s pull
  expected a drive, found the end of the line
at 1s limp d1 40
  expected a factor, found `40`
    for instance `x40`
at 1s limp d1 x0
  `x0` is out of range
at 1s limp d1
  expected a factor, found the end of the line
    for instance `x40`
at 1s swap 1 1
  a slot is swapped with itself
at 1s glitch d0 d0 for 1s
  a drive is named twice
    keep one of them
at 1s glitch d0 d1
  expected a drive, or `for` and a time, found the end of the line
at 1s stall d0 2s every 1s
  the stalls would overlap
    write a longer period
at 1s timeout d0 for 0s
  `0s` is too short
at 1s glitch d0, d1 for 1s
  expected a drive, found `,`
    put blanks between the drives
at 1s stop v
  unknown load `v`
    the only one is `w`
at 1s assemble acept d0
  unknown way to assemble `acept`
    did you mean `accept`?
at 1s assemble accept
  expected a drive, found the end of the line
at 1s assemble choose d9
  no drive is named `d9`
    did you mean `d0`?
at 1s assemble degraded d0
  expected the end of the line, found `d0`
"#,
    );
}

#[test]
fn options() {
    check(
        r#"
at 1s unreadable d0 0..8 once sticky
  `once` and `sticky` contradict each other
    keep one of them
at 1s unreadable d0 0..8 stiky
  unknown property of `unreadable` `stiky`
    did you mean `sticky`?
at 1s write all pattern
  `pattern` needs a value
    write `pattern=…` without blanks
at 1s write all patern=3
  unknown property of a write `patern`
    did you mean `pattern`?
at 1s write all fua=1
  `fua` takes no value
    write `fua`
at 1s write all fua fua
  `fua` is given twice
    keep one of them
"#,
    );
}

#[test]
fn moments() {
    check(
        r#"
when rebuild(1) > 1% flush
  expected `>=`, found `>`
on event rebuild-startd(1) flush
  unknown event `rebuild-startd`
    did you mean `rebuild-started`?
on event xyz flush
  unknown event `xyz`
    the events are listed in the language reference
on event rebuilt(1, 2) flush
  expected `)`, found `,`
    the arguments are `rebuilt(SLOT)`
on event array-failed(1) flush
  expected `)`, found `1)`
    write `array-failed` without arguments
on event rebuilt#0 flush
  `0` is out of range
on event spare-refused(s0, too-smal) flush
  unknown reason `too-smal`
    did you mean `too-small`?
on event assembly-refused(clone) flush
  unknown reason `clone`
    did you mean `clones`?
on event drive-set-aside(d0, no-members) flush
  unknown reason `no-members`
    one of `former`, `ejected`, `clone`, `diverged`, `newer`, `other-shape`, `other-set`, `undecided`, `refused`
on event label-failed(0) flush
  expected a drive, found `0)`
at step labl flush
  unknown step of the engine `labl`
    did you mean `label`?
at step flush
  unknown step of the engine `flush`
    one of `label`, `frame`, `log`, `commit-flush`, `superblock`, `bits-set`, `bits-clear`
at step superblock#0 flush
  `0` is out of range
at step superblock d9 flush
  no drive is named `d9`
    did you mean `d0`?
at step superblock fial d0
  unknown action `fial`
    did you mean `fail`?
at step superblock scrub start
  not supported yet: `scrub`
    use `read all` under a trigger, which reads one copy of everything
at step superblock d0
  expected an action, found the end of the line
after after fail d0 + 1s + 2s flush
  `after` behind `after`
    add the times up
after fail d1 + 2s flush
  no statement does `fail d1`
    name the action of a statement: its verb, and the same drive or slot
after fial d0 + 2s flush
  unknown moment `fial`
    did you mean `fail`?
after fail d0 flush
  expected `+` and a time, found `flush`
hold write#1 d0 flush
  expected `until` and a trigger, found `flush`
"#,
    );
}

#[test]
fn expectations() {
    check(
        r#"
expect array broken
  unknown state of the array `broken`
    one of `optimal`, `partially-degraded`, `degraded`, `failed`, `waiting`, `refused`, `stopped`
expect array waitng
  unknown state of the array `waitng`
    did you mean `waiting`?
expect aray failed
  unknown expectation `aray`
    did you mean `array`?
expect array failed within
  expected a time, found the end of the line
expect never rebuilt(1)
  expected `event` and its name, found `rebuilt(1)`
expect lost
  expected `none`, `computed` or ranges of sectors, found the end of the line
expect lost none if p > 200%
  `200%` is more than all of it
expect lost none if who > d0
  drives have no order
expect lost none if same-mirror(who)
  expected `,` and a drive or a slot, found `)`
expect lost none if who == who
  `who` is a sweep
    write the value itself: a sweep cannot stand for another's
expect lost none if p != t
  `t` is a sweep
    write the value itself: a sweep cannot stand for another's
expect lost none if q == 3
  unknown sweep `q`
    one of `p`, `who`, `n`, `t`
expect lost none if 3 == p
  expected a condition, found `3`
    for instance `same-mirror(d0, 1)` or `p > 0%`
expect pull 1 maybe
  unknown answer `maybe`
    one of `safe`, `unsafe`
expect array waiting within 2s of power-onn
  unknown moment `power-onn`
    did you mean `power-on`?
expect array waiting within 2s of power-off
  no statement does `power-off`
    name the action of a statement: its verb, and the same drive or slot
expect array waiting within 2s of power-on d0
  expected the end of the line, found `d0`
expect array stopped within 2s of stop v
  unknown load `v`
    the only one is `w`
expect duration rebuild(1) >= 10s
  expected `<=` and a time, found `>=`
"#,
    );
}

#[test]
fn a_named_action_must_happen_at_every_point() {
    let statements = "at 1s pull who\nat 2s insert who\nat 3s pull d1\n";
    let told = |line: &str| super::super::mistakes_of(&format!("{statements}{line}"));
    for good in [
        "expect array failed within 2s of pull who",
        "expect array failed within 2s of pull d1",
        "expect array failed within 2s of pull d2 if who == d2",
        "after insert who + 2s flush",
    ] {
        assert_eq!(told(good), "none", "{good}");
    }
    insta::assert_snapshot!(told("after insert d2 + 2s flush"), @r"
    error: at who=d0 no statement does `insert d2`
      --> x.vec:16:7
       |
    16 | after insert d2 + 2s flush
       |       ^^^^^^^^^ never happens at this point
       = help: name an action that happens at every point, or restrict an expectation with `if …`
    ");
    let restricted =
        "expect array failed within 2s of pull d2 if p > 50% and not same-mirror(who, 3)";
    let said = told(restricted);
    assert!(said.contains("at p=51%,who=d0 no statement does `pull d2`"), "{said}");
}

#[test]
fn what_is_not_supported_yet() {
    check(
        r#"
at 1s scrub start
  not supported yet: `scrub`
    use `read all` under a trigger, which reads one copy of everything
at 1s locate 3 on
  not supported yet: `locate`
    leave it out: there are no LEDs yet
when scrub(1) >= 3% flush
  not supported yet: `scrub`
    use `rebuild`, `resync` or `replace`: there is no scrub yet
on write#1 d0 class=scrub flush
  not supported yet: `scrub`
    there is no scrub yet
expect leds 1 fast
  not supported yet: `leds`
    use `expect member SLOT STATE`: there are no LEDs yet
array near=2 members=4 chunk=64KiB bitmap=on
  not supported yet: `bitmap`
    leave it out: the array is made anew, with a bitmap and without checksums
"#,
    );
}

#[test]
fn faults_that_are_not_supported_yet() {
    check(
        r#"
at 1s lose d0
  not supported yet: `lose`
    use `write-error D LBA..LBA`: a lost write is seen with checksums only
at 1s misdirect d0
  not supported yet: `misdirect`
    use `write-error D LBA..LBA`: a misdirected write is seen with checksums only
at 1s rot d0
  not supported yet: `rot`
    use `unreadable D LBA..LBA`: rot is seen with checksums only
at 1s clock-jump 1s
  not supported yet: `clock-jump`
    use `stall D T` to let commands take longer than the engine's clock allows
at 1s insert small d0
  not supported yet: `small`
    declare a smaller drive on the `shelf` and `insert` it
at 1s insert d0 small
  not supported yet: `small`
    declare a smaller drive on the `shelf` and `insert` it
"#,
    );
}
