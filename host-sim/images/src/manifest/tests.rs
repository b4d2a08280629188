use super::*;

const GOOD: &str = "\
name: x
content: pat_fill seed=8 M=5 (192 chunks)
content: then 24 chunks of pat_fill seed=9 M=40 in flight at the reset
array-sectors: 61440
content-sha256: 00ff   (read from /dev/md0)
member 0: m0.img size=1024 sha256=ab
member 1: m1.img.zst size=2048 sha256=cd
member 2: m2.img size=512 sha256=ef
--- member 0: mdadm --examine
    Data Offset : 2048 sectors
   Device Role : Active device 1
--- member 0: mdadm --examine-badblocks
Bad-blocks on /dev/vda:
               10240 for 8 sectors
--- member 1: mdadm --examine
    Data Offset : 4096 sectors
   Device Role : spare
--- member 1: mdadm --examine-badblocks
Bad-blocks list is empty in /dev/vdb
--- member 2: mdadm --examine
    Data Offset : 2048 sectors
   Device Role : Active device 0
--- member 2: mdadm --examine-badblocks
--- assembled --readonly
[1] array_state=readonly vda:slot=1,in_sync,rec=none vdb:slot=0,spare,rec=12288
   read 480 chunks: 2 fail: 128 130
";

#[test]
fn it_tells_content_and_members() {
    let manifest = Manifest::parse(GOOD).expect("a right manifest");
    assert_eq!(manifest.array_sectors, 61_440);
    assert_eq!(manifest.content, "00ff");
    assert_eq!(manifest.unread, [128, 130]);
    let fill = |seed, modulus, in_flight| Fill { seed, modulus, in_flight };
    assert_eq!(manifest.fills, [fill(8, 5, false), fill(9, 40, true)]);
    let [first, second, third] = &manifest.members[..] else { panic!("three members") };
    assert_eq!((first.file.as_str(), first.bytes, first.data_offset), ("m0.img", 1024, 2048));
    assert_eq!((first.slot, first.taken), (Some(1), Some(Taken::InSync(1))));
    assert_eq!(first.bad, [(10240, 8)]);
    assert_eq!((second.slot, second.taken), (None, Some(Taken::Building(0, 12288))));
    assert_eq!((third.slot, third.taken), (Some(0), None));
    assert!(second.bad.is_empty() && third.bad.is_empty());
}

#[test]
fn what_is_wrong_is_named() {
    let cases = [
        ("array-sectors: 61440\n", "", "no line `array-sectors: …`"),
        ("61440", "99999999999", "too large"),
        ("61440", "many", "`many` is no number"),
        ("content-sha256", "sum", "no line `content-sha256: …`"),
        ("seed=8", "no seed", "has no `pat_fill seed=… M=…`"),
        ("M=5", "M=0", "`M` is not 0"),
        ("seed=9", "seed=8", "no seed comes twice"),
        ("member 1: m1", "member 7: m1", "expected `member 1: FILE"),
        ("m0.img size", "../m0.img size", "not the name of a file in the same folder"),
        ("size=1024", "1024", "expected `member 0: FILE"),
        ("Data Offset", "Offset", "no line `Data Offset : …`"),
        (
            "--- member 1: mdadm --examine\n",
            "--- x\n",
            "no section `--- member 1: mdadm --examine`",
        ),
        ("for 8 sectors", "for ever", "is no range of bad blocks"),
        ("--- assembled --readonly", "--- assembled", "no section `--- assembled --readonly`"),
        ("array_state=", "state=", "no line with `array_state=`"),
        ("slot=0,spare,rec=12288", "slot=0,spare", "expected a slot, a state"),
        ("slot=0,spare,rec=12288", "slot=0,spare,rec=none", "in sync, or how far"),
        ("read 480 chunks", "looked", "no line `read N chunks: …`"),
    ];
    for (old, new, expected) in cases {
        assert!(GOOD.contains(old), "{old}");
        let told = Manifest::parse(&GOOD.replacen(old, new, 1)).expect_err(old);
        assert!(told.contains(expected), "{old}: {told}");
    }
}
