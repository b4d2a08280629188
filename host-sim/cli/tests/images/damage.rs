//! Images that are damaged, foreign, or no images at all.

use std::fmt::Write;
use std::fs;

use raid10_metadata::{Minor, Role, Superblock, format, private};

use crate::tools::{BITMAP, Folder, SUPERBLOCK, put};

/// What is said of the set `a-small` after a change, under the name of the case.
fn told(name: &str, line: &str, damage: impl FnOnce(&Folder)) -> String {
    let (folder, _) = Folder::golden_without_data(&format!("damage-{name}"), "a-small");
    damage(&folder);
    let said = folder.run(line);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    format!("{name}: {line}\n{}\n", said.findings())
}

const ALL: &str = "inspect m0.img m1.img m2.img m3.img";

#[test]
fn a_damaged_superblock_is_named_with_its_place() {
    let mut text = told("a bit", ALL, |folder| {
        folder.change("m1.img", |bytes| bytes[SUPERBLOCK + 0x50] ^= 1);
    });
    text += &told("the magic number", "inspect m0.img", |folder| {
        folder.change("m0.img", |bytes| bytes[SUPERBLOCK] = 0);
    });
    text += &told("all of it", "inspect m0.img", |folder| {
        folder.change("m0.img", |bytes| bytes[SUPERBLOCK..SUPERBLOCK + 4096].fill(0));
    });
    text += &told("the end of the table", "inspect m0.img", |folder| {
        folder.change("m0.img", |bytes| bytes[SUPERBLOCK + 0xDC..][..4].fill(0xFF));
    });
    text += &told("cut short", "inspect m0.img", |folder| {
        folder.change("m0.img", |bytes| bytes.truncate(8 << 20));
    });
    text += &told("not whole sectors", "inspect m0.img", |folder| {
        folder.change("m0.img", |bytes| bytes.extend([0; 100]));
    });
    insta::assert_snapshot!(text);
}

/// The superblock of version 1.2, as one of another version that was made at another time.
fn other_minor(bytes: &mut [u8], minor: Minor, seconds: u64) {
    let sectors = (bytes.len() / 512) as u64;
    let block = bytes[SUPERBLOCK..SUPERBLOCK + 4096].try_into().expect("a block");
    let found = Superblock::parse(&block, Minor::V1_2, sectors).expect("a superblock");
    let mut set = found.set();
    set.created.seconds = seconds;
    let start = minor.start(sectors).expect("a place");
    let mut device = found.device();
    device.bitmap_offset = None;
    device.log = None;
    device.data_size = 30_000;
    set.size = 29_952;
    let mut other = [0; 4096];
    format(&mut other, minor, sectors, &set, &device, &found.state()).expect("a superblock");
    bytes[start.0 as usize * 512..][..4096].copy_from_slice(&other);
}

#[test]
fn of_several_superblocks_the_one_counts_that_was_made_last() {
    let mut text = String::new();
    for (name, minor, seconds) in [
        ("an older 1.0", Minor::V1_0, 1_600_000_000),
        ("a newer 1.0", Minor::V1_0, 1_800_000_000),
        ("an older 1.1", Minor::V1_1, 1_600_000_000),
    ] {
        let (folder, _) = Folder::golden_without_data(&format!("damage-{name}"), "a-small");
        folder.change("m0.img", |bytes| other_minor(bytes, minor, seconds));
        let said = folder.run("inspect m0.img").all();
        writeln!(text, "{name}\n{said}").expect("room");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_not_supported_is_named() {
    let mut text = String::new();
    for (name, at, value) in [
        ("an unknown feature", 0x08, 0x2001),
        ("a reshape", 0x08, 0x5),
        ("another level", 0x48, 5),
        ("the far layout", 0x4C, 0x201),
        ("a newer format", 0xE4, 1),
    ] {
        text += &told(name, "inspect m2.img", |folder| {
            folder.change("m2.img", |bytes| put(bytes, at, value));
        });
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_damaged_bitmap_or_log_is_named_with_its_place() {
    let mut text = told("no bitmap", ALL, |folder| {
        folder.change("m0.img", |bytes| bytes[BITMAP] = 0);
    });
    text += &told("another set's bitmap", ALL, |folder| {
        folder.change("m3.img", |bytes| bytes[BITMAP + 8] ^= 1);
    });
    text += &told("an old bitmap", ALL, |folder| {
        folder.change("m3.img", |bytes| bytes[BITMAP + 24] -= 1);
    });
    text += &told("a bitmap too fine", ALL, |folder| {
        folder.change("m2.img", |bytes| {
            bytes[BITMAP + 52..][..4].copy_from_slice(&512_u32.to_le_bytes());
        });
    });
    text += &told("a bitmap with another bit", ALL, |folder| {
        folder.change("m2.img", |bytes| bytes[BITMAP + 256] |= 4);
    });
    text += &told("a log of zeros in use", ALL, |folder| {
        folder.edit("m1.img", |editor| editor.set_log_in_use(true));
    });
    insta::assert_snapshot!(text);
}

#[test]
fn members_that_do_not_fit_together_are_named() {
    let mut text = told("a clone", "inspect m0.img m1.img m2.img m3.img copy.img", |folder| {
        fs::copy(folder.path("m1.img"), folder.path("copy.img")).expect("a copy");
    });
    text += &told("another name", ALL, |folder| {
        folder.change("m1.img", |bytes| put(bytes, 0x28, u32::from_le_bytes(*b"-\x1b[1")));
    });
    text += &told("stale", ALL, |folder| {
        folder.edit("m1.img", |editor| editor.set_events(15));
    });
    text += &told("one behind", ALL, |folder| {
        folder.edit("m1.img", |editor| editor.set_events(16));
    });
    text += &told("ejected", ALL, |folder| {
        for file in ["m0.img", "m2.img", "m3.img"] {
            folder.edit(file, |editor| {
                editor.set_role(1, Role::Faulty).expect("a good role");
                editor.set_events(18);
            });
        }
    });
    text += &told("two halves", ALL, |folder| {
        for (file, others) in
            [("m0.img", [1, 3]), ("m2.img", [1, 3]), ("m1.img", [0, 2]), ("m3.img", [0, 2])]
        {
            folder.edit(file, |editor| {
                for other in others {
                    editor.set_role(other, Role::Faulty).expect("a good role");
                }
                editor.set_events(30);
            });
        }
    });
    text += &told("a pair away", "inspect m0.img m1.img", |_| ());
    text += &told("one of each pair away", "inspect m0.img m3.img", |_| ());
    text += &told("foreign", "inspect m0.img m1.img m2.img m3.img foreign/m0.img", |folder| {
        let (other, _) = Folder::golden_without_data("damage-foreign/foreign", "b-degraded");
        assert!(other.path("m0.img").starts_with(folder.path("foreign")));
    });
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_no_member_is_named_by_its_mark() {
    let folder = Folder::new("damage-marks");
    let marks: [(&str, usize, &[u8]); 7] = [
        ("zeros", 0, b""),
        ("gpt", 0x200, b"EFI PART"),
        ("ext", 0x438, &[0x53, 0xEF]),
        ("mbr", 0x1FE, &[0x55, 0xAA]),
        ("old-md", (1 << 20) - 65_536, &[0xFC, 0x4E, 0x2B, 0xA9]),
        ("ddf", (1 << 20) - 512, &[0xDE, 0x11, 0xDE, 0x11]),
        ("data", 700_000, b"something"),
    ];
    let mut text = String::new();
    for (name, at, mark) in marks {
        let mut bytes = vec![0; 1 << 20];
        bytes[at..at + mark.len()].copy_from_slice(mark);
        folder.write(name, &bytes);
        text += &folder.run(&format!("inspect {name}")).findings();
    }
    folder.write("empty", b"");
    folder.write("tiny", &[1; 100]);
    text += &folder.run("inspect empty tiny").findings();
    insta::assert_snapshot!(text);
}

#[test]
fn what_cannot_be_read_is_exit_2() {
    let (folder, _) = Folder::golden_without_data("damage-unreadable", "a-small");
    fs::create_dir(folder.path("dir")).expect("a folder");
    let mut text = String::new();
    for line in ["inspect absent.img", "inspect dir", "inspect m0.img absent.img"] {
        let said = folder.run(line);
        assert_eq!(said.exit, Some(2), "{line}");
        writeln!(text, "{line}\n{}", said.findings()).expect("room");
    }
    assert_eq!(folder.run("inspect").exit, Some(2));
    insta::assert_snapshot!(text);
}

/// Both copies of the private area, the second one newer, and then what voids them.
#[test]
fn the_private_area_counts_until_something_else_writes() {
    let (folder, _) = Folder::golden_without_data("damage-private", "a-small");
    folder.change("m0.img", |bytes| {
        let sectors = (bytes.len() / 512) as u64;
        let block = bytes[SUPERBLOCK..SUPERBLOCK + 4096].try_into().expect("a block");
        let superblock = Superblock::parse(&block, Minor::V1_2, sectors).expect("a superblock");
        let area = private::Area::of(&superblock, 8).expect("room");
        let tie = private::Tie::of(&superblock);
        for (copy, generation) in area.copies.into_iter().zip([41, 42]) {
            let place = &mut bytes[copy.0 as usize * 512..][..private::COPY_BYTES];
            private::seal(place, &tie, generation, 24).expect("room");
        }
    });
    let private = |name: &str| {
        let said = folder.run("inspect m0.img");
        let line = said.out.lines().find(|line| line.contains("private")).expect("a line");
        format!("{name}\n{line}\n{}\n", said.findings())
    };
    let mut text = private("two copies");
    folder.change("m0.img", |bytes| bytes[1920 * 512 + 130] ^= 1);
    text += &private("the newer one damaged");
    folder.edit("m0.img", |editor| editor.set_events(19));
    text += &private("Linux wrote");
    insta::assert_snapshot!(text);
}
