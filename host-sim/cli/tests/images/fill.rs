//! Sets that are made with the content of a disk.

use std::os::unix::fs::MetadataExt;

use crate::golden::is_zero;
use crate::tools::Folder;

const CHUNK: usize = 4096;

/// Every sector holds its own number.
fn content(bytes: usize) -> Vec<u8> {
    let mut content = vec![0; bytes];
    for (number, sector) in content.chunks_mut(512).enumerate() {
        for word in sector.chunks_exact_mut(8) {
            word.copy_from_slice(&(number as u64 + 1).to_le_bytes());
        }
    }
    content
}

fn names(members: usize) -> String {
    (0..members).map(|slot| format!("d{slot}.img ")).collect()
}

#[test]
fn what_is_laid_out_is_put_together_again() {
    for (copies, members) in [(2, 2), (2, 3), (2, 4), (2, 5), (3, 3), (3, 4), (3, 5)] {
        let folder = Folder::new(&format!("fill-{copies}-{members}"));
        // Not a whole number of chunks, nor of sectors.
        let disk = content(3 * CHUNK * members + 700);
        folder.write("disk.img", &disk);
        let names = names(members);
        let said = folder.run(&format!(
            "create --copies {copies} --chunk 4KiB --size 2MiB --name x --from disk.img {names}"
        ));
        assert_eq!(said.exit, Some(0), "{}", said.all());
        let said = folder.run(&format!("assemble --out again.img {names}"));
        assert_eq!(said.exit, Some(0), "copies differ: {}", said.all());
        let again = folder.read("again.img");
        assert!(again[..disk.len()] == disk, "{copies} copies on {members} members");
        assert!(is_zero(&again[disk.len()..]));
    }
}

#[test]
fn holes_stay_holes() {
    let folder = Folder::new("fill-sparse");
    let disk = std::fs::File::create(folder.path("disk.img")).expect("room");
    disk.set_len(64 << 30).expect("a sparse file");
    std::os::unix::fs::FileExt::write_all_at(&disk, b"far", 50 << 30).expect("room");
    let names = names(4);
    let said = folder.run(&format!("create --size 40GiB --name x --from disk.img {names}"));
    assert_eq!(said.exit, Some(0), "{}", said.all());
    for slot in 0..4 {
        let metadata = folder.path(&format!("d{slot}.img")).metadata().expect("an image");
        assert!(metadata.blocks() * 512 < 4 << 20, "the image is not sparse");
    }
}

#[test]
fn images_in_use_are_filled_to_the_last_chunk() {
    let folder = Folder::new("fill-force");
    let names = names(2);
    let make = |disk: &str| {
        folder.run(&format!("create --chunk 4KiB --name x --force --from {disk} {names}"))
    };
    for slot in 0..2 {
        folder.write(&format!("d{slot}.img"), &vec![0xA5 ^ slot; 2 << 20]);
    }
    folder.write("disk.img", &content(3 * CHUNK));
    let said = make("disk.img");
    assert_eq!(said.exit, Some(0), "{}", said.all());
    let said = folder.run(&format!("assemble --out again.img {names}"));
    assert_eq!(said.exit, Some(0), "copies differ: {}", said.all());
    let again = folder.read("again.img");
    assert!(again[..3 * CHUNK] == content(3 * CHUNK) && is_zero(&again[3 * CHUNK..]));
}

#[test]
fn a_disk_that_cannot_be_taken_leaves_all_as_it_was() {
    let folder = Folder::new("fill-refused");
    folder.write("disk.img", &content(2 << 20));
    folder.write("d0.img", &vec![0; 2 << 20]);
    folder.write("d1.img", &vec![0; 2 << 20]);
    let mut text = String::new();
    for line in [
        "--size 2MiB --from disk.img a.img b.img",
        "--size 2MiB --from absent.img a.img b.img",
        "--from d0.img d0.img d1.img",
        "--from disk.img d0.img d1.img",
    ] {
        let said = folder.run(&format!("create --chunk 4KiB --name x {line}"));
        assert_eq!(said.exit, Some(2), "{line}");
        text += &said.err;
    }
    insta::assert_snapshot!(text);
    assert!(!folder.path("a.img").exists() && is_zero(&folder.read("d0.img")));
}
