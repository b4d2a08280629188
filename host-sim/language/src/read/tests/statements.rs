//! One table for each part of the language: what is written, and its canonical form.

use alloc::string::{String, ToString};
use std::format;

use super::{MACHINE, canonical_of, parse, plain};

mod power;

fn check(table: &[(&str, &str)]) {
    for (written, canonical) in table {
        assert_eq!(canonical_of(written), *canonical, "from `{written}`");
    }
}

/// Lines that are canonical as they are.
fn check_same(lines: &[&str]) {
    for line in lines {
        assert_eq!(canonical_of(line), *line);
    }
}

#[test]
fn the_machine_prints_its_defaults() {
    assert_eq!(
        plain()[..10],
        [
            "vector small \"A small machine\"",
            "format 1",
            "",
            "array near=2 members=4 chunk=64KiB",
            "drive d0..d3 size=16MiB model=hdd",
            "drive s0 size=16MiB model=hdd shelf",
            "drive s1 size=16MiB model=hdd spare",
            "",
            "load w seed=7 read=50% size=4KiB span=all queue=1",
            "",
        ]
    );
}

#[test]
fn headers() {
    check(&[
        ("source \"https://a.example/?id=1#2\"", "source \"https://a.example/?id=1#2\""),
        ("source  \"a \\\"b\\\" \\\\ c\"  # why", "source \"a \\\"b\\\" \\\\ c\"  # why"),
        ("tags   a  b-c 2015", "tags a b-c 2015"),
        ("promise beyond", "promise beyond"),
        ("promise survivable", "promise survivable"),
    ]);
}

#[test]
fn drives() {
    check(&[
        ("drive x size=1024kB shelf", "drive x size=1000KiB model=hdd shelf"),
        ("drive x1..x2 size=1MiB shelf blank", "drive x1..x2 size=1MiB model=hdd shelf"),
        ("drive x foreign size=8KiB shelf model=sd", "drive x size=8KiB model=sd shelf foreign"),
        ("drive x size=8KiB spare=3 model=ram", "drive x size=8KiB model=ram spare=3"),
        (
            "drive x spare queue=32 cache=volatile access=8ms write=150MB/s read=180MB/s \
             physical=4KiB batch=lot-7 size=16MiB model=ssd",
            "drive x size=16MiB model=ssd physical=4KiB read=180MB/s write=150MB/s access=8ms \
             cache=volatile queue=32 batch=\"lot-7\" spare",
        ),
    ]);
}

#[test]
fn policies() {
    check(&[
        (
            "policy rebuild-rate=100% command-timeout=7000ms",
            "policy rebuild-rate=100% command-timeout=7s",
        ),
        (
            "policy rebuild-min=1024KiB/s rebuild-max=unlimited",
            "policy rebuild-min=1MiB/s rebuild-max=unlimited",
        ),
        (
            "policy rebuild-max=10MB/s salvage=read-write",
            "policy rebuild-max=10MB/s salvage=read-write",
        ),
        ("policy auto-rebuild=off auto-replace=on", "policy auto-rebuild=off auto-replace=on"),
        (
            "policy error-limit=n limp-time=t rebuild-rate=p",
            "policy error-limit=n limp-time=t rebuild-rate=p",
        ),
    ]);
    check_same(&[
        "policy settle-time=0s clean-delay=1ms",
        "policy settle-time=t clean-delay=t",
        "policy abort-timeout=2s error-half-life=3600s limp-ratio=8 flap-limit=3",
        "policy quarantine=60s clean-interval=1500ms limp-time=250us",
    ]);
}

#[test]
fn loads() {
    check(&[
        ("load x", "load x read=50% size=4KiB span=all queue=1"),
        (
            "load x seed=n trim=5% flush=64 queue=8 rate=200/s span=0..1MiB size=4KiB..64KiB read=70%",
            "load x seed=n read=70% trim=5% size=4KiB..64KiB span=0..2048 rate=200/s queue=8 flush=64",
        ),
    ]);
}

#[test]
fn sweeps() {
    check(&[
        ("sweep a = 10..12", "sweep a = 10..12 step 1"),
        ("sweep a = 0.5%..2% step 0.25%", "sweep a = 0.5%..2% step 0.25%"),
        ("sweep a = d0..d3 s0", "sweep a = d0 d1 d2 d3 s0"),
        ("sweep a = 1MiB 2MiB", "sweep a = 2048 4096"),
        ("sweep a = 500ms 1s", "sweep a = 500ms 1s"),
    ]);
    check_same(&["sweep a = every write d0", "sweep a = every read who"]);
}

#[test]
fn triggers() {
    check(&[
        ("at 1.5s flush", "at 1500ms flush"),
        ("at t flush", "at t flush"),
        ("when rebuild(1)>=37% flush", "when rebuild(1) >= 37% flush"),
        ("when replace(n) >= p flush", "when replace(n) >= p flush"),
        ("when resync(0) >= 2MiB flush", "when resync(0) >= 4096 flush"),
        ("on write d1 flush", "on write#1 d1 flush"),
        ("on read#3 who in 8 +8 class=host fail who", "on read#3 who in 8..16 class=host fail who"),
        ("at step label#1 fail d0", "at step label fail d0"),
        ("at step superblock#3 d1 fail d0", "at step superblock#3 d1 fail d0"),
        ("at step bits-clear#n who stop w", "at step bits-clear#n who stop w"),
        ("at  step frame  stop", "at step frame stop"),
        ("on event rebuilt#1 flush", "on event rebuilt flush"),
        ("on event spare-chosen(_,s0)#2 flush", "on event spare-chosen(_, s0)#2 flush"),
        ("after on event rebuilt(1)#n + 2s flush", "after event rebuilt(1)#n + 2s flush"),
        ("hold write#3 d1 until on event rebuilt", "hold write#3 d1 until event rebuilt"),
    ]);
    check_same(&[
        "on flush#1 d0 flush",
        "on compare#2 d0 class=probe flush",
        "on any#n d0 class=metadata flush",
        "on event spare-refused(s1, too-small) flush",
        "on event data-lost(128, 8) flush",
        "on event assembly-refused(may-be-stale) flush",
        "on event drive-set-aside(who, clone) flush",
        "at step commit-flush flush",
        "at step log insert s0",
        "after fail d0 + 2s flush",
        "after start w + t flush",
        "after at 1s + 2s flush",
        "after when rebuild(1) >= 5% + 2s flush",
        "hold write#n who in 0..8 class=rebuild until after fail d0 + 1s",
        "hold write#1 d0 until at step log",
        "after at step bits-set d0 + t flush",
    ]);
}

#[test]
fn host_requests() {
    check(&[
        ("at 1s write all pattern=0", "at 1s write all"),
        ("at 1s write 0..1MiB fua pattern=3", "at 1s write 0..2048 pattern=3 fua"),
        ("at 1s read n +8", "at 1s read n +8"),
        ("at 1s trim 64KiB +4KiB", "at 1s trim 128..136"),
        ("at 1s zero 0..8", "at 1s zero 0..8"),
    ]);
    check_same(&["at 1s flush", "at 1s stop w", "at 1s start w"]);
}

#[test]
fn faults() {
    check(&[
        ("at 1s timeout d1 abort-fails", "at 1s timeout d1 abort-fails"),
        ("at 1s write-error d1 0..8 times=1", "at 1s write-error d1 0..8"),
        ("at 1s insert s0 blank slot=1", "at 1s insert s0 slot=1 blank"),
        ("at 1s limp d1 x040", "at 1s limp d1 x40"),
        ("at 1s insert s0 clone=d1 slot=n", "at 1s insert s0 slot=n clone=d1"),
        ("at 1s tear d0 4KiB", "at 1s tear d0 8"),
    ]);
    check_same(&[
        "at 1s fail who",
        "at 1s revive d0",
        "at 1s timeout d0 for 2s",
        "at 1s timeout d0 for t abort-fails",
        "at 1s timeout d0 for 2s reset-only",
        "at 1s unreadable d0 0..8",
        "at 1s unreadable who 0..8 sticky",
        "at 1s unreadable d0 n +8 once",
        "at 1s unreadable d0 all",
        "at 1s write-error d1 0..8 always",
        "at 1s write-error d1 0..8 times=n",
        "at 1s limp d1 n read",
        "at 1s limp d1 x2 write",
        "at 1s recover d1",
        "at 1s stall d1 2s",
        "at 1s stall d1 2s every 10s",
        "at 1s pull d1",
        "at 1s insert s0",
        "at 1s swap 0 n",
        "at 1s glitch d0 who d1 for t",
        "at 1s image who",
        "at 1s tear d0 0",
        "at 1s tear who n",
        "at 1s ignore-flush d0",
        "at 1s ignore-flush d0 times=n",
        "at 1s fail-flush d0",
        "at 1s fail-flush d0 times=n",
        "at 1s fail-flush d0 times=2 drop",
        "at 1s insert s0 foreign",
        "at 1s insert s0 slot=1 dead",
        "at 1s insert s0 clone=who",
        "at 1s image who\nat 1s insert who stale",
    ]);
}

#[test]
fn arrays_without_records() {
    let array = |end| -> String {
        let text = MACHINE.replace("64KiB\n", &format!("64KiB{end}\n"));
        let script = parse(&text).expect("right");
        let printed = script.to_string();
        assert_eq!(parse(&printed), Ok(script));
        printed.lines().nth(3).map(ToString::to_string).unwrap_or_default()
    };
    assert_eq!(array(""), "array near=2 members=4 chunk=64KiB");
    assert_eq!(array(" metadata=on"), "array near=2 members=4 chunk=64KiB");
    assert_eq!(
        array(" metadata=off sync=initial"),
        "array near=2 members=4 chunk=64KiB sync=initial metadata=off"
    );
}

#[test]
fn orders() {
    check_same(&[
        "at 1s fail 2",
        "at 1s fail n",
        "at 1s remove d1",
        "at 1s spare add s0",
        "at 1s spare add s0 slot=1 force",
        "at 1s spare remove s1",
        "at 1s replace 1",
        "at 1s replace n with s0",
        "at 1s replace cancel 1",
        "at 1s rebuild 1 with s0 force",
        "at 1s rebuild pause 1",
        "at 1s rebuild resume n",
        "at 1s accept-losses",
        "at 1s policy rebuild-rate=p auto-rebuild=off",
        "at 1s stop",
        "at 1s assemble",
        "at 1s assemble degraded",
        "at 1s assemble accept who",
        "at 1s assemble choose d1",
    ]);
}

#[test]
fn expectations() {
    check(&[
        ("expect lost 0..8,16 +8", "expect lost 0..8, 16..24"),
        ("expect intact 0..1MiB", "expect intact 0..2048"),
        (
            "expect array failed within 2s of on event rebuilt",
            "expect array failed within 2s of event rebuilt",
        ),
    ]);
    check_same(&[
        "expect array partially-degraded",
        "expect array failed within 2s of fail d0",
        "expect array waiting",
        "at 1s stop\nexpect array stopped within 2s of stop if n > 1",
        "at 1s power-on\nexpect array refused within t of power-on",
        "at 1s assemble degraded\nexpect event array-assembled within 2s of assemble",
        "at 1s brown-out d0 d1 lasting 1s\nexpect event drive-left(d1) within 2s of brown-out d1",
        "expect array waiting within 2s of at step superblock#2 if n > 1",
        "expect event drive-set-aside(d0, former) after array-waiting",
        "expect never event label-failed",
        "expect member 1 rebuilding within 10s",
        "expect member n online",
        "expect event rebuild-started(1) within 10s",
        "expect event rebuilt(1) before drive-failed(d0)",
        "expect event rebuilt after rebuild-started(1)",
        "expect never event rebuilt(1)",
        "expect lost none",
        "expect lost computed",
        "expect intact all",
        "expect duration rebuild(1) <= 10s",
        "expect copied d1 <= 2048",
        "expect pull 1 safe",
        "expect pull 1 unsafe within 2s of at 5s",
        "expect lost none if not same-mirror(who, 1)",
        "expect lost none if same-mirror(d0, n) and p > 0% and who != d0 and t <= 2s",
    ]);
}

#[test]
fn the_end() {
    check(&[("finally quiesce 90s;flush ;read all", "finally quiesce 90s ; flush ; read all")]);
    check_same(&[
        "finally quiesce",
        "finally power-cycle ; quiesce ; read all",
        "finally quiesce ; stop ; power-cycle",
    ]);
}

#[test]
fn comments_stay_where_they_are() {
    check_same(&[
        "# above\n#\n#  indented\nat 1s flush  # behind",
        "at 1s flush\n# between\nat 2s flush\n# at the end",
    ]);
}
