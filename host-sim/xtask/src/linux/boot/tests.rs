use std::fs;
use std::path::{Path, PathBuf};

use super::{Boot, before, copy};

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("raid10-boot-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn has_hung(console: &Path) -> bool {
    let nowhere = Path::new("nowhere");
    Boot { kernel: nowhere, initramfs: nowhere, console, drives: &[], cut_after: None }.has_hung()
}

#[test]
fn a_kernel_that_hangs_is_seen_on_its_console() {
    let folder = folder("console");
    let console = folder.join("console.log");
    assert!(!has_hung(&console));
    fs::write(&console, b"\xffmd13: resync done.\n").unwrap();
    assert!(!has_hung(&console));
    fs::write(&console, b"\xff INFO: task md13_resync:71 blocked for more than 120 seconds.\n")
        .unwrap();
    assert!(has_hung(&console));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn images_are_put_back_as_they_were() {
    let folder = folder("images");
    let image = folder.join("m0.img");
    fs::write(&image, b"before").unwrap();
    copy(&image, &before(&image)).unwrap();
    fs::write(&image, b"written on").unwrap();
    copy(&before(&image), &image).unwrap();
    assert_eq!(fs::read(&image).unwrap(), b"before");
    fs::remove_dir_all(folder).unwrap();
}
