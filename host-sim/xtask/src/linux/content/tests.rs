use std::fs;
use std::slice;

use super::{Sum, kept, make, sum};

#[test]
fn what_is_lost_is_left_out() {
    assert_eq!(kept(100, &[]), slice::from_ref(&(0..100)));
    assert_eq!(kept(100, &[0..10, 90..100]), slice::from_ref(&(10..90)));
    assert_eq!(kept(100, &[50..60, 10..20, 55..70]), [0..10, 20..50, 70..100]);
    assert_eq!(kept(100, &[20..30, 90..200, 120..130]), [0..20, 30..90]);
    assert!(kept(100, slice::from_ref(&(0..100))).is_empty());
    assert!(kept(0, &[]).is_empty());
}

#[test]
fn a_sum_is_that_of_the_pieces_in_a_row() {
    let path = std::env::temp_dir().join(format!("raid10-content-{}", std::process::id()));
    make(&path, 64, &[0..8, 60..64]).unwrap();
    let bytes = fs::read(&path).unwrap();
    let sums = (sum(&path, &[1..8, 32..66]), sum(&path, &[]));
    fs::remove_file(&path).unwrap();
    assert_eq!(bytes.len(), 64 * 512);
    assert_eq!(&bytes[..16], [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!((bytes[60 * 512], bytes[59 * 512]), (61, 0));
    let expected = [&bytes[512..8 * 512], &bytes[32 * 512..], &[0; 1024]].concat();
    let mut whole = Sum::default();
    whole.add(&expected[..]).unwrap();
    assert_eq!(sums.0.unwrap(), whole.finish());
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(sums.1.unwrap(), empty);
}
