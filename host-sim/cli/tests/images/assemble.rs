//! The content of arrays, extracted.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::tools::Folder;

/// The bytes of a piece that counts as a whole in a manifest.
const PIECE: usize = 65_536;

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of the content as Linux read it.
fn sum_of_linux(set: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/golden").join(set);
    let manifest = fs::read_to_string(path.join("MANIFEST")).expect("a manifest");
    let line = manifest.lines().find_map(|line| line.strip_prefix("content-sha256: "));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.expect("a sum").to_owned()
}

#[test]
fn the_content_is_that_which_linux_read() {
    for set in ["a-small", "b-degraded", "c-rebuild", "g5-near2", "g6-near2"] {
        let (folder, mut files) = Folder::golden(&format!("assemble-{set}"), set);
        let before: Vec<Vec<u8>> = files.iter().map(|file| folder.read(file)).collect();
        let said = folder.run(&format!("assemble {} --out disk.img", files.join(" ")));
        assert_eq!(said.exit, Some(0), "{set}: {}", said.all());
        assert!(said.out.ends_with("nothing is missing\n"), "{set}: {}", said.out);
        assert_eq!(sum(&folder.read("disk.img")), sum_of_linux(set), "{set}");
        for (file, before) in files.iter().zip(before) {
            assert!(folder.read(file) == before, "{set}: {file} was written");
        }
        files.reverse();
        let said = folder.run(&format!("assemble {} --out again.img", files.join(" ")));
        assert_eq!(said.exit, Some(0));
        assert!(folder.read("again.img") == folder.read("disk.img"), "{set}: the order counts");
    }
}

#[test]
fn after_a_reset_the_first_copy_is_taken() {
    let (folder, files) = Folder::golden("assemble-unclean", "d-unclean");
    let said = folder.run(&format!("assemble {} --out disk.img", files.join(" ")));
    insta::assert_snapshot!(said.all());
    assert_eq!(sum(&folder.read("disk.img")), sum_of_linux("d-unclean"));
}

#[test]
fn bad_blocks_of_all_copies_are_lost_and_nothing_else() {
    let (folder, files) = Folder::golden("assemble-badblocks", "e-badblocks");
    let line = format!("assemble {} --out disk.img --map map.json", files.join(" "));
    let mut text = folder.run(&line).all();
    text += &String::from_utf8(folder.read("map.json")).expect("text");
    insta::assert_snapshot!(text);
    // Linux could not read the whole pieces, which count as zeros.
    let map: serde_json::Value = serde_json::from_slice(&folder.read("map.json")).expect("JSON");
    let mut content = folder.read("disk.img");
    for hole in map["holes"].as_array().expect("a list") {
        let start = hole["start"].as_u64().expect("a sector") as usize * 512;
        content[start / PIECE * PIECE..][..PIECE].fill(0);
    }
    assert_eq!(sum(&content), sum_of_linux("e-badblocks"));
}

#[test]
fn with_a_copy_of_everything_an_order_is_enough() {
    let (folder, _) = Folder::golden("assemble-degraded", "a-small");
    let refused = folder.run("assemble m0.img m3.img --out disk.img");
    assert_eq!(refused.exit, Some(1));
    assert!(!folder.path("disk.img").exists());
    let lost = folder.run("assemble m0.img m1.img --degraded --out disk.img");
    assert_eq!(lost.exit, Some(1));
    assert!(!folder.path("disk.img").exists());
    insta::assert_snapshot!(refused.all() + &lost.all());
    let said = folder.run("assemble m3.img m0.img --degraded --out disk.img");
    assert_eq!(said.exit, Some(0), "{}", said.all());
    assert_eq!(sum(&folder.read("disk.img")), sum_of_linux("a-small"));
}

#[test]
fn old_data_are_taken_on_demand_only_and_listed() {
    let (folder, _) = Folder::golden("assemble-stale", "b-degraded");
    let images = "assemble m1.img m2.img m3.img --out disk.img";
    let refused = folder.run(images);
    assert_eq!(refused.exit, Some(1));
    assert!(!folder.path("disk.img").exists());
    let said = folder.run(&format!("{images} --accept-stale m1.img"));
    assert_eq!(said.exit, Some(1));
    let old: usize = said.out.lines().filter(|line| line.starts_with("  ")).count();
    // Every second chunk of the array lies on the pair of which only the old copy is there.
    assert_eq!(old, 240);
    let head: Vec<&str> = said.out.lines().take(4).collect();
    insta::assert_snapshot!(format!("{}{}", refused.all(), head.join("\n")));
}

#[test]
fn copies_that_differ_though_the_array_was_clean_are_told() {
    let (folder, _) = Folder::golden("assemble-differ", "a-small");
    folder.change("m1.img", |bytes| bytes[(2048 + 5) * 512] ^= 1);
    folder.change("m3.img", |bytes| bytes[(2048 + 300) * 512] ^= 1);
    let said = folder.run("assemble m0.img m1.img m2.img m3.img --out disk.img");
    insta::assert_snapshot!(said.all());
    assert_eq!(sum(&folder.read("disk.img")), sum_of_linux("a-small"));
}

#[test]
fn nothing_is_overwritten_and_no_guess_is_made() {
    let (folder, _) = Folder::golden_without_data("assemble-usage", "a-small");
    folder.write("disk.img", b"mine");
    let all = "assemble m0.img m1.img m2.img m3.img";
    let mut text = String::new();
    for line in [
        format!("{all} --out disk.img"),
        format!("{all} --out new.img --map disk.img"),
        format!("{all} --out new.img --accept-stale m9.img"),
        format!("{all} absent.img --out new.img"),
    ] {
        let said = folder.run(&line);
        assert_eq!(said.exit, Some(2), "{line}");
        text += &said.err;
    }
    let other = "--set 00000000:00000000:00000000:00000001";
    let said = folder.run(&format!("{all} --out new.img {other}"));
    assert_eq!(said.exit, Some(1));
    text += &said.err;
    insta::assert_snapshot!(text);
    assert_eq!(folder.read("disk.img"), b"mine");
    assert!(!folder.path("new.img").exists());
}

#[test]
fn what_is_sparse_stays_sparse() {
    let folder = Folder::new("assemble-large");
    let shape = "create --chunk 4MiB --name fw:large --size 256GiB --assume-clean";
    assert_eq!(folder.run(&format!("{shape} a.img b.img c.img")).exit, Some(0));
    let said = folder.run("assemble a.img b.img c.img --out disk.img");
    assert_eq!(said.exit, Some(0), "{}", said.all());
    let metadata = folder.path("disk.img").metadata().expect("the content");
    assert!(metadata.len() > 300 << 30);
    assert_eq!(metadata.blocks(), 0);
}
