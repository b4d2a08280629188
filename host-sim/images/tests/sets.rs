//! Sets in folders: those that Linux made are read, and what is wrong with one is told.

use std::fs;
use std::path::{Path, PathBuf};

use drive_images::{SetError, load};
use raid10_engine::{SectorCount, Slot};
use ruzstd::decoding::StreamingDecoder;
use sha2::{Digest, Sha256};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/golden").join(name)
}

/// A copy of the set of a rebuild that can be spoiled.
fn copy(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for entry in fs::read_dir(golden("a-small")).expect("the set") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), folder.join(entry.file_name())).expect("a copy");
    }
    folder
}

fn refused(folder: &Path) -> SetError {
    load(folder).expect_err("a spoiled set")
}

#[track_caller]
fn tells(error: &SetError, message: &[&str], remedy: &str) {
    message.iter().for_each(|part| assert!(error.message.contains(part), "{part}: {error}"));
    assert!(error.remedy.contains(remedy), "{remedy}: {error}");
}

fn change(path: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(path).expect("a text");
    assert!(text.contains(old), "{old}");
    fs::write(path, text.replacen(old, new, 1)).expect("written");
}

#[test]
fn a_rebuild_of_linux_is_read() {
    let images = load(&golden("c-rebuild")).expect("a right set");
    assert_eq!((images.shape.copies, images.shape.members), (2, 4));
    assert_eq!(images.shape.chunk, SectorCount(128));
    assert_eq!(images.shape.member_size, SectorCount(30_720));
    let held: Vec<_> = ["m0", "m1", "m4"]
        .map(|name| images.get(name).and_then(|image| image.held.clone()).expect("a member"))
        .into_iter()
        .map(|held| (held.slot, held.below, held.in_sync))
        .collect();
    assert_eq!(held, [(Slot(0), 30_720, true), (Slot(1), 0, false), (Slot(1), 12_288, false)]);
}

#[test]
fn bad_blocks_are_counted_in_the_data() {
    let images = load(&golden("e-badblocks")).expect("a right set");
    let bad = |name| images.get(name).and_then(|image| image.held.clone()).expect("a member").bad;
    assert_eq!(bad("m0"), [8192..8200, 8320..8328]);
    assert_eq!(bad("m4"), bad("m0"));
    assert!(bad("m2").is_empty());
}

#[test]
fn a_folder_that_is_not_there_or_has_no_manifest_is_told() {
    let absent = golden("no-such-set");
    tells(&refused(&absent), &["no-such-set", "no such folder"], "as seen from the vector's file");
    let folder = copy("no-manifest");
    fs::remove_file(folder.join("MANIFEST")).expect("removed");
    tells(&refused(&folder), &["MANIFEST", "cannot be read"], "vectors/golden/README.md");
}

#[test]
fn a_manifest_without_members_or_with_a_mistake_is_told() {
    let folder = copy("no-members");
    let manifest = folder.join("MANIFEST");
    for member in 0..4 {
        change(&manifest, &format!("\nmember {member}: "), "\nwas: ");
    }
    tells(&refused(&folder), &["MANIFEST", "lists no members"], "add a line `member 0:");
    let folder = copy("wrong-manifest");
    change(&folder.join("MANIFEST"), "array-sectors", "sectors");
    tells(&refused(&folder), &["MANIFEST", "no line `array-sectors"], "put the manifest right");
}

#[test]
fn content_that_the_pattern_does_not_make_is_told() {
    let folder = copy("wrong-content");
    change(&folder.join("MANIFEST"), "seed=3 M=5", "seed=4 M=5");
    tells(&refused(&folder), &["MANIFEST", "do not make what was read"], "`content:`");
}

#[test]
fn an_image_that_is_absent_or_another_is_told() {
    let folder = copy("no-image");
    fs::remove_file(folder.join("m2.img.zst")).expect("removed");
    tells(&refused(&folder), &["m2.img.zst", "cannot be read"], "put the image there");
    let folder = copy("other-image");
    fs::copy(folder.join("m1.img.zst"), folder.join("m2.img.zst")).expect("copied");
    tells(&refused(&folder), &["m2.img.zst", "not what the manifest says"], "fetch the set anew");
    let folder = copy("no-zstd");
    fs::write(folder.join("m2.img.zst"), b"nothing").expect("written");
    tells(&refused(&folder), &["m2.img.zst", "cannot be read"], "make the image anew");
}

/// Changes the superblock of the first member of a copy, with its checksum and the manifest.
fn superblock_with(name: &str, at: usize, value: u32) -> PathBuf {
    const START: usize = 4096;
    const SUM: usize = 216;
    let folder = copy(name);
    let packed = fs::File::open(folder.join("m0.img.zst")).expect("an image");
    let mut bytes = Vec::new();
    let mut decoder = StreamingDecoder::new(packed).expect("a compressed image");
    std::io::Read::read_to_end(&mut decoder, &mut bytes).expect("a whole image");
    let before = digits(&Sha256::digest(&bytes));
    let block = &mut bytes[START..START + 4096];
    block[at..at + 4].copy_from_slice(&value.to_le_bytes());
    block[SUM..SUM + 4].fill(0);
    let roles = u32::from_le_bytes(block[220..224].try_into().expect("four bytes"));
    let words = block[..256 + 2 * roles as usize].as_chunks::<4>().0;
    let sum: u64 = words.iter().map(|&word| u64::from(u32::from_le_bytes(word))).sum();
    let sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
    block[SUM..SUM + 4].copy_from_slice(&(sum as u32).to_le_bytes());
    let after = digits(&Sha256::digest(&bytes));
    fs::write(folder.join("m0.img"), bytes).expect("written");
    change(&folder.join("MANIFEST"), "m0.img.zst", "m0.img");
    change(&folder.join("MANIFEST"), &before, &after);
    folder
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_shape_or_a_format_that_is_not_supported_is_told() {
    // Far copies in place of near ones; a feature that nobody knows.
    for (name, at, value) in [("far", 76, 0x201), ("newer", 8, 0x8000_0001)] {
        let error = refused(&superblock_with(name, at, value));
        tells(&error, &["m0.img"], "of a newer format that is not supported here");
    }
    let error = refused(&superblock_with("no-member", 0, 0));
    tells(&error, &["m0.img"], "declared without `image`");
}

#[test]
fn a_raw_image_is_as_good() {
    let folder = superblock_with("raw", 76, 0x102);
    assert_eq!(load(&folder).expect("a right set").drives.len(), 4);
}
