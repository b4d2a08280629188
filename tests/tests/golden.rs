//! Members that a Linux kernel wrote: they must read as mdadm and the kernel read them.
//!
//! Each folder of `vectors/golden` holds the images of a set and a manifest. The manifest is what mdadm printed; here
//! the same words are made from what we read, and compared line by line.

mod assembly;
mod content;
mod images;
mod manifest;
mod mdadm;
mod places;

use std::collections::BTreeMap;

use assembly::Expected;
use images::Set;

/// Every set there is. Each is unpacked once, for all checks.
const SETS: [&str; 7] =
    ["a-small", "b-degraded", "c-rebuild", "d-unclean", "e-badblocks", "g5-near2", "g6-near2"];

/// All checks of a set, of which so many chunks have copies that differ.
fn check(name: &str, differing: usize, expected: &Expected) {
    assert!(SETS.contains(&name));
    let set = Set::load(name);
    reads_as_mdadm_read_it(&set);
    is_held_by_whom_the_kernel_took(&set);
    has_the_content_that_linux_read(&set);
    differs_only_where_the_bitmap_says_so(&set, differing);
    assembly::check(&set, expected);
    for member in &set.members {
        places::check(member);
        places::check_change(member);
    }
}

#[test]
fn no_set_is_left_out() {
    assert_eq!(images::folders(), SETS);
}

#[test]
fn a_clean_set() {
    check("a-small", 0, &assembly::WHOLE);
}

#[test]
fn a_degraded_set() {
    check("b-degraded", 0, &assembly::DEGRADED);
}

#[test]
fn a_set_in_mid_rebuild() {
    check("c-rebuild", 0, &assembly::REBUILDING);
}

#[test]
fn a_set_stopped_in_mid_write() {
    check("d-unclean", 24, &assembly::UNCLEAN);
}

#[test]
fn a_set_with_bad_blocks() {
    check("e-badblocks", 0, &assembly::REBUILT);
}

#[test]
fn a_set_of_five() {
    check("g5-near2", 0, &assembly::WHOLE);
}

#[test]
fn a_set_of_six() {
    check("g6-near2", 0, &assembly::WHOLE);
}

fn reads_as_mdadm_read_it(set: &Set) {
    for (index, member) in set.members.iter().enumerate() {
        let manifest = &set.manifest.members[index];
        same(index, &mdadm::examine(member), &manifest.examine);
        same(index, &mdadm::bitmap(member), &manifest.bitmap);
        assert_eq!(mdadm::bad_blocks(member), manifest.bad_blocks, "member {index}");
    }
}

/// Both tell the same, line by line; a line that only one of them has is a difference.
fn same(member: usize, ours: &BTreeMap<String, String>, mdadm: &BTreeMap<String, String>) {
    assert!(!mdadm.is_empty(), "member {member}: the manifest is empty");
    for (key, value) in mdadm {
        assert_eq!(ours.get(key), Some(value), "member {member}: {key}");
    }
    for key in ours.keys() {
        assert!(mdadm.contains_key(key), "member {member}: mdadm did not print {key}");
    }
}

fn is_held_by_whom_the_kernel_took(set: &Set) {
    assert_eq!(content::holders(set), set.manifest.kernel);
}

fn has_the_content_that_linux_read(set: &Set) {
    let found = content::read(set);
    assert_eq!(found.sectors, set.manifest.array_sectors);
    assert_eq!(found.unreadable, set.manifest.unreadable);
    assert_eq!(found.sha256, set.manifest.content);
}

/// Copies differ only where the set was stopped in mid-write, and there each difference has its bit.
fn differs_only_where_the_bitmap_says_so(set: &Set, expected: usize) {
    let differing = content::differing(set);
    assert_eq!(differing.len(), expected);
    for chunk in differing {
        assert!(content::is_marked(set, chunk), "chunk {chunk}");
    }
}
