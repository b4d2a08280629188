//! Sets that the program makes.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use raid10_metadata::{Minor, Superblock, badblocks};

use crate::golden::is_zero;
use crate::tools::{BITMAP, Folder, SUPERBLOCK};

const FIXED: &str = "--uuid 00000001:00000002:00000003:00000004 --time 2024-01-01T00:00:00Z";
const SHAPE: &str = "create --chunk 64KiB --bitmap-chunk 64KiB --name fw:volume0";

/// Bytes of a superblock that differ between any two members of any two sets, or that a run changes: set's identity,
/// name and time; member's number and identity; time of update, events, resync, checksum.
const OWN: [std::ops::Range<usize>; 4] = [0x10..0x48, 0xA0..0xA4, 0xA8..0xB8, 0xC0..0xDC];

fn names(count: usize) -> String {
    (0..count).map(|slot| format!("d{slot}.img ")).collect()
}

#[test]
fn a_set_is_made_as_it_is_inspected() {
    let folder = Folder::new("create-inspect");
    let line = format!("{SHAPE} --members 4 --size 16MiB {FIXED} {}", names(4));
    let mut text = folder.run(&line).all();
    text += &folder.run(&format!("inspect {}", names(4))).all();
    insta::assert_snapshot!(text);
}

#[test]
fn a_clean_set_of_three_copies() {
    let folder = Folder::new("create-clean");
    let line =
        format!("create --copies 3 --name x --size 1GiB --assume-clean {FIXED} {}", names(5));
    let mut text = folder.run(&line).all();
    text += &folder.run("inspect d0.img d1.img d2.img d3.img d4.img").findings();
    text += &folder.run("inspect d3.img").out;
    insta::assert_snapshot!(text);
}

/// All bytes of the superblock, but for those that must differ, and those of the bitmap's header that no run changes.
#[test]
fn members_have_the_bytes_that_mdadm_gives_them() {
    for (set, count) in [("a-small", 4), ("g5-near2", 5), ("g6-near2", 6)] {
        let (linux, files) = Folder::golden(&format!("create-like-{set}"), set);
        assert_eq!(files.len(), count);
        let said = linux.run(&format!("{SHAPE} --size 16MiB {}", names(count)));
        assert_eq!(said.exit, Some(0), "{}", said.err);
        for slot in 0..count {
            let ours = linux.read(&format!("d{slot}.img"));
            let theirs = linux.read(&format!("m{slot}.img"));
            assert_eq!(ours.len(), theirs.len());
            for at in (0..4096).filter(|at| !OWN.iter().any(|own| own.contains(at))) {
                let (ours, theirs) = (ours[SUPERBLOCK + at], theirs[SUPERBLOCK + at]);
                assert_eq!(ours, theirs, "{set}, slot {slot}: byte {at:#x}");
            }
            for at in [0..8, 40..64, 68..256].into_iter().flatten() {
                let (ours, theirs) = (ours[BITMAP + at], theirs[BITMAP + at]);
                assert_eq!(ours, theirs, "{set}, slot {slot}: byte {at} of the bitmap");
            }
        }
    }
}

#[test]
fn each_member_has_its_slot_its_bits_and_its_empty_log() {
    let folder = Folder::new("create-slots");
    assert_eq!(folder.run(&format!("{SHAPE} --size 16MiB {}", names(4))).exit, Some(0));
    let mut identities = Vec::new();
    for slot in 0..4 {
        let bytes = folder.read(&format!("d{slot}.img"));
        let block = bytes[SUPERBLOCK..SUPERBLOCK + 4096].try_into().expect("a block");
        let superblock = Superblock::parse(&block, Minor::V1_2, 32_768).expect("a superblock");
        assert_eq!(superblock.dev_number(), slot);
        assert_eq!(superblock.own_role(), raid10_metadata::Role::Slot(slot as u16));
        identities.push(superblock.device().uuid);
        assert!(bytes[BITMAP + 256..BITMAP + 4096].iter().all(|&byte| byte == 0xFF));
        let log = bytes[BITMAP + 4096..BITMAP + 8192].try_into().expect("a block");
        assert_eq!(badblocks::decode(&log, 8, 0).count(), 0);
        assert_eq!(log, [0xFF; 4096]);
        assert!(is_zero(&bytes[BITMAP + 8192..]), "data were written");
        assert!(bytes[..SUPERBLOCK].iter().all(|&byte| byte == 0), "the start was written");
    }
    identities.sort();
    identities.dedup();
    assert_eq!(identities.len(), 4, "two members with one identity");
}

#[test]
fn the_same_identity_and_time_make_the_same_bytes() {
    let (a, b) = (Folder::new("create-same-a"), Folder::new("create-same-b"));
    for folder in [&a, &b] {
        assert_eq!(folder.run(&format!("{SHAPE} --size 4MiB {FIXED} {}", names(2))).exit, Some(0));
    }
    for file in ["d0.img", "d1.img"] {
        assert!(a.read(file) == b.read(file), "{file}");
    }
    let random = Folder::new("create-same-random");
    let line = format!("{SHAPE} --size 4MiB --time 2024-01-01T00:00:00Z {}", names(2));
    assert_eq!(random.run(&line).exit, Some(0));
    assert!(random.read("d0.img") != a.read("d0.img"));
}

#[test]
fn what_is_not_blank_is_not_overwritten() {
    let (folder, _) = Folder::golden("create-occupied", "a-small");
    File::create(folder.path("blank.img")).and_then(|file| file.set_len(16 << 20)).expect("room");
    File::create(folder.path("other.img")).and_then(|file| file.set_len(16 << 20)).expect("room");
    let mut ext = vec![0; 16 << 20];
    ext[0x438..0x43A].copy_from_slice(&[0x53, 0xEF]);
    folder.write("ext.img", &ext);
    let mut late = vec![0; 16 << 20];
    late[15 << 20] = 1;
    folder.write("late.img", &late);
    folder.change("m2.img", |bytes| bytes[SUPERBLOCK + 0x50] ^= 1);
    let mut text = String::new();
    for line in [
        "blank.img m0.img",
        "blank.img m2.img",
        "blank.img ext.img",
        "blank.img late.img",
        "blank.img ./blank.img",
        "blank.img absent.img",
        "--size 16MiB new.img m0.img",
        "--members 3 blank.img m0.img",
        "--copies 3 blank.img other.img",
        "--bitmap-chunk 4KiB --size 2GiB a.img b.img",
    ] {
        let said = folder.run(&format!("create --chunk 64KiB --name fw:volume0 {line}"));
        assert_eq!(said.exit, Some(2), "{line}");
        text += &said.err;
    }
    for name in ["fw/volume0", "a-name-that-is-longer-than-31-bytes"] {
        let said = folder.run(&format!("create --name {name} blank.img other.img"));
        assert_eq!(said.exit, Some(2), "{name}");
        text += &said.err;
    }
    insta::assert_snapshot!(text);
    assert!(is_zero(&folder.read("blank.img")), "something was written");
    assert!(folder.read("ext.img") == ext);
    for file in ["new.img", "a.img", "b.img"] {
        assert!(!folder.path(file).exists(), "{file} was left");
    }
}

#[test]
fn by_force_the_old_superblocks_go_and_the_data_stay() {
    let (folder, _) = Folder::golden("create-force", "a-small");
    let data = folder.read("m0.img")[1 << 20..].to_vec();
    folder.change("m0.img", |bytes| bytes[0x200..0x208].copy_from_slice(b"EFI PART"));
    folder.change("m1.img", |bytes| {
        let old = bytes.len() - 65_536;
        bytes[old..old + 4].copy_from_slice(&[0xFC, 0x4E, 0x2B, 0xA9]);
    });
    let said = folder.run(&format!("{SHAPE} --force {FIXED} m0.img m1.img"));
    assert_eq!(said.exit, Some(0), "{}", said.err);
    insta::assert_snapshot!(folder.run("inspect m0.img m1.img").all());
    let after = folder.read("m0.img");
    assert!(after[1 << 20..] == data, "data were changed");
    assert!(after[..SUPERBLOCK].iter().all(|&byte| byte == 0), "the partition table is there");
    let after = folder.read("m1.img");
    let old = after.len() - 65_536;
    assert!(after[old..old + 4].iter().all(|&byte| byte == 0), "the old superblock is there");
}

#[test]
fn a_tebibyte_costs_a_few_blocks_and_no_time() {
    let folder = Folder::new("create-large");
    let start = Instant::now();
    let said = folder.run(&format!("create --name fw:large --size 1TiB {}", names(4)));
    assert_eq!(said.exit, Some(0), "{}", said.err);
    let said = folder.run(&format!("inspect {}", names(4)));
    assert_eq!(said.exit, Some(0), "{}", said.all());
    // Both take milliseconds; reading a thousandth of one image would take longer than this.
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    for slot in 0..4 {
        let metadata = folder.path(&format!("d{slot}.img")).metadata().expect("an image");
        assert_eq!(metadata.len(), 1 << 40);
        assert!(metadata.blocks() * 512 < 1 << 20, "the image is not sparse");
    }
}
