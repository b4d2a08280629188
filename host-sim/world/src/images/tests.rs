use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use std::format;

use super::*;

const FILLS: [Fill; 2] = [
    Fill { seed: 3, modulus: 5, in_flight: false },
    Fill { seed: 9, modulus: 40, in_flight: true },
];

fn packed(bytes: &[u8]) -> Packed {
    content_of(bytes.try_into().expect("a sector"), &FILLS)
}

#[test]
fn a_fill_writes_two_chunks_of_each_so_many() {
    let ranges: Vec<Range<u64>> = FILLS[0].ranges(128 * 10 + 5).collect();
    // 7c + 3 is 0 or 1 modulo 5 for c = 1, 4, 6, 9; the last chunk, 10, is none of them.
    assert_eq!(ranges, [128..256, 512..640, 768..896, 1152..1280]);
    let clipped: Vec<Range<u64>> = FILLS[0].ranges(130).collect();
    assert_eq!(clipped, [128..130]);
}

#[test]
fn a_sector_of_the_pattern_says_where_it_belongs_and_which_fill_it_is_of() {
    for (fill, version) in [(FILLS[0], 1), (FILLS[1], 2)] {
        let sector = pattern(61_439, fill.seed);
        assert!(sector.starts_with(b"lba=000000061439 seed=00000000"));
        assert_eq!(packed(&sector), content::data(ArrayLba(61_439), version));
    }
}

#[test]
fn whatever_else_a_sector_holds_is_none_of_the_array() {
    let good = pattern(7, 3);
    let mut spoiled = Vec::new();
    for at in [3, 4, 20, 31, 32, 511] {
        let mut sector = good;
        sector[at] ^= 1;
        spoiled.push(packed(&sector));
    }
    spoiled.push(packed(&pattern(7, 4)));
    spoiled.push(packed(&[0xFF; 512]));
    assert!(spoiled.iter().all(|&it| content::unpack(it) == content::Sector::Alien));
    // A digit of the place that is wrong in all lines is another place.
    let elsewhere = pattern(8, 3);
    assert_eq!(packed(&elsewhere), content::data(ArrayLba(8), 1));
}

#[test]
fn a_drive_has_bytes_in_front_and_contents_behind() {
    let mut bytes = vec![0; 6 * 512];
    bytes[512] = 7;
    bytes[3 * 512..4 * 512].copy_from_slice(&pattern(1, 3));
    let image = DriveImage::new("m0".to_string(), &bytes, SectorCount(2), &FILLS, None);
    assert_eq!((image.total, image.data_sectors()), (SectorCount(6), 4));
    assert_eq!(image.front.get(1).map(|sector| sector[0]), Some(7));
    assert_eq!(image.front.get(0), None);
    assert_eq!(image.store.get(1), content::data(ArrayLba(1), 1));
    assert_eq!((image.store.get(0), image.store.get(2)), (ZEROS, ZEROS));
}

/// What a plan says about images of two drives with 256 sectors of data.
fn said(array: &str, drives: &str) -> String {
    let text = format!("vector v \"\"\narray {array} from=\"x\"\ndrive {drives}\n");
    let script = vector_language::parse(&text).expect("a right vector");
    let drive = |name: &str| {
        DriveImage::new(name.to_string(), &[0; 258 * 512], SectorCount(2), &FILLS, None)
    };
    let shape =
        Shape { copies: 2, members: 2, chunk: SectorCount(128), member_size: SectorCount(256) };
    let images = Images { shape, fills: FILLS.to_vec(), drives: vec![drive("m0"), drive("m1")] };
    let mistake = crate::check(&script, &text, Some(&alloc::sync::Arc::new(images)));
    mistake.map(|mistake| mistake.render("v.vec", &text)).unwrap_or_default()
}

#[test]
fn a_vector_must_be_about_the_array_of_the_images() {
    let right = "near=2 members=2 chunk=64KiB";
    assert_eq!(said(right, "m0..m1 size=128KiB image"), "");
    let expect = |array: &str, drives: &str, parts: &[&str]| {
        let said = said(array, drives);
        parts.iter().for_each(|part| assert!(said.contains(part), "{part}:\n{said}"));
    };
    let array = "array near=2 members=2 chunk=65536B, of members with 131072 B of data";
    for wrong in ["near=2 members=2 chunk=32KiB", "near=2 members=3 chunk=64KiB"] {
        let drives = "m0..m1 size=128KiB image\ndrive x size=128KiB";
        let drives = if wrong.contains("members=3") { drives } else { "m0..m1 size=128KiB image" };
        expect(wrong, drives, &["the images are of another array", array, "v.vec:2:1"]);
    }
    expect(
        right,
        "m0..m1 size=64KiB image",
        &["the image of `m0` has another size", "write `size=131072B`", "v.vec:3:1"],
    );
    expect(
        right,
        "m1..m2 size=128KiB image",
        &["there is no image of `m2`", "there are `m0`, `m1`"],
    );
}

#[test]
fn images_that_were_not_read_are_no_array() {
    let text = "vector v \"\"\narray near=2 members=2 chunk=64KiB from=\"x\"\ndrive m0..m1 size=1MiB image\n";
    let script = vector_language::parse(text).expect("a right vector");
    let mistake = crate::check(&script, text, None).expect("no images");
    assert!(mistake.message.contains("were not read"), "{}", mistake.message);
}
