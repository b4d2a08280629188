//! Scripts at points.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::script::{Action, Fault, Survival};
use crate::{Script, parse};

const SWEPT: &str = "\
vector v \"\"
array near=2 members=4 chunk=64KiB
drive d0..d3 size=1MiB
policy rebuild-rate=p command-timeout=t error-limit=n
load w seed=n span=n +8
sweep p = 10%..20%
sweep who = d0 d2 d3
sweep n = 1..3
sweep t = 1s..3s step 1s
at t fail who
at 1s fail n
when rebuild(n) >= p write n +8 pattern=n
when rebuild(n) >= n unreadable who n +8
on write#n who in n..2048 limp who n
on event rebuilt(n)#n timeout who for t
on event drive-failed(who) write-error who 0..8 times=n
after fail who + t stall who t every 10s
after fail n + 1s insert who slot=n
at 1s swap 0 n
at 1s glitch who d1 for t
hold read#n who until after fail who + t
at 1s spare add who slot=n
at 1s replace n with who
at 1s rebuild n with who
at 1s rebuild pause n
at 1s policy rebuild-rate=p
at 1s image who
at 1s insert d3 slot=n clone=who
at 1s insert who stale
at 1s tear who n
at 1s ignore-flush who times=n
at 1s fail-flush who times=n drop
at 1s power-off first:n who=torn:n
at 1s power-cut only:2,n..4,8 lasting t
at 1s brown-out who d1 only:n lasting t
at 1s reset lasting t
at 1s assemble accept who
at step superblock#n who assemble choose who
expect array failed within t of fail who
expect member n failed
expect event rebuilt(n) before drive-failed(who)
expect never event rebuilt(n)
expect lost n +8, 0..n
expect intact n..2048
expect duration rebuild(n) <= t
expect copied who <= n
expect pull n safe within t
";

fn at(text: &str, point: &str) -> Script {
    let script = parse(text).expect("a right vector");
    let point = script.parse_point(point).expect("a point");
    script.bind(&point)
}

#[test]
fn every_name_is_replaced() {
    let bound = at(SWEPT, "p=15%,who=d2,n=3,t=2s").to_string();
    insta::assert_snapshot!(bound, @r#"
    vector v ""
    format 1

    array near=2 members=4 chunk=64KiB
    drive d0..d3 size=1MiB model=hdd
    policy rebuild-rate=15% command-timeout=2s error-limit=3

    load w seed=3 read=50% size=4KiB span=3..11 queue=1

    at 2s fail d2
    at 1s fail 3
    when rebuild(3) >= 15% write 3..11 pattern=3
    when rebuild(3) >= 3 unreadable d2 3..11
    on write#3 d2 in 3..2048 limp d2 x3
    on event rebuilt(3)#3 timeout d2 for 2s
    on event drive-failed(d2) write-error d2 0..8 times=3
    after fail d2 + 2s stall d2 2s every 10s
    after fail 3 + 1s insert d2 slot=3
    at 1s swap 0 3
    at 1s glitch d2 d1 for 2s
    hold read#3 d2 until after fail d2 + 2s
    at 1s spare add d2 slot=3
    at 1s replace 3 with d2
    at 1s rebuild 3 with d2
    at 1s rebuild pause 3
    at 1s policy rebuild-rate=15%
    at 1s image d2
    at 1s insert d3 slot=3 clone=d2
    at 1s insert d2 stale
    at 1s tear d2 3
    at 1s ignore-flush d2 times=3
    at 1s fail-flush d2 times=3 drop
    at 1s power-off first:3 d2=torn:3
    at 1s power-cut only:2..4,8 lasting 2s
    at 1s brown-out d2 d1 only:3 lasting 2s
    at 1s reset lasting 2s
    at 1s assemble accept d2
    at step superblock#3 d2 assemble choose d2

    expect array failed within 2s of fail d2
    expect member 3 failed
    expect event rebuilt(3) before drive-failed(d2)
    expect never event rebuilt(3)
    expect lost 3..11, 0..3
    expect intact 3..2048
    expect duration rebuild(3) <= 2s
    expect copied d2 <= 3
    expect pull 3 safe within 2s
    "#);
    assert!(parse(&bound).is_ok(), "a bound script is a vector");
}

fn kept(conditions: &str, point: &str) -> bool {
    let text = SWEPT.to_string() + "expect lost none if " + conditions + "\n";
    let bound = at(&text, point);
    let lost = "expect lost none";
    bound.to_string().lines().any(|line| line == lost)
}

#[test]
fn expectations_stay_where_their_conditions_hold() {
    let point = "p=15%,who=d2,n=3,t=2s";
    let table = [
        ("same-mirror(who, 3)", true),
        ("same-mirror(d2, n)", true),
        ("same-mirror(who, 1)", false),
        ("same-mirror(who, d2)", false),
        ("not same-mirror(who, 1)", true),
        ("not same-mirror(who, 3)", false),
        ("p == 15%", true),
        ("p != 15%", false),
        ("p < 15%", false),
        ("p <= 15%", true),
        ("p > 14.5%", true),
        ("p >= 16%", false),
        ("who == d2", true),
        ("who != d2", false),
        ("t == 2000ms", true),
        ("n > 2 and n < 4", true),
        ("n > 2 and n < 3", false),
    ];
    for (conditions, holds) in table {
        assert_eq!(kept(conditions, point), holds, "{conditions}");
    }
}

#[test]
fn odd_counts_share_mirrors_with_both_neighbours() {
    let text = "vector v \"\"\narray near=2 members=5 chunk=4KiB\ndrive d0..d4 size=1MiB\n";
    let script = parse(text).expect("right");
    let partners =
        |slot| -> Vec<u8> { (0..5).filter(|other| script.same_mirror(slot, *other)).collect() };
    assert_eq!(partners(0), [1, 4]);
    assert_eq!(partners(2), [1, 3]);
    let text = text.replace("near=2 members=5", "near=3 members=4").replace("d0..d4", "d0..d3");
    let script = parse(&text).expect("right");
    assert_eq!((0..4).filter(|other| script.same_mirror(1, *other)).count(), 3);
}

#[test]
fn a_drive_keeps_what_is_said_last_of_it() {
    let text = SWEPT.to_string() + "at 2s power-off all d2=none who=first:n\n";
    let kept = |point, name: &str| {
        let bound = at(&text, point);
        let loss = bound.statements.iter().find_map(|line| match &line.value.action {
            Action::Fault(Fault::PowerOff(loss)) if loss.all == Survival::All => Some(loss),
            _ => None,
        });
        loss.expect("the statement").of(&name.into()).clone()
    };
    assert_eq!(kept("p=15%,who=d2,n=3,t=2s", "d2"), Survival::First(3.into()));
    assert_eq!(kept("p=15%,who=d0,n=3,t=2s", "d2"), Survival::None);
    assert_eq!(kept("p=15%,who=d0,n=3,t=2s", "d1"), Survival::All);
}

#[test]
fn names_that_the_point_lacks_stay() {
    let script = parse(SWEPT).expect("right");
    let bound = script.bind(&crate::Point::default());
    let first: String = bound.statements[0].value.to_string();
    assert_eq!(first, "at t fail who");
}
