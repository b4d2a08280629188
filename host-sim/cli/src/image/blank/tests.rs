use super::{Search, search};
use crate::image::file::Image;

fn image(name: &str, bytes: u64) -> Image {
    let path = std::env::temp_dir().join(format!("raid10-blank-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let image = Image::create(&path, bytes).expect("a new image");
    // It lives on until it is closed.
    std::fs::remove_file(&path).expect("an image to unlink");
    image
}

#[test]
fn a_hole_of_any_size_costs_nothing() {
    let image = image("hole", 1 << 42);
    assert_eq!(search(&image, 0, 1 << 42, 0).expect("a good file"), Search::Zeros);
}

#[test]
fn a_byte_is_found_wherever_it_lies() {
    let image = image("byte", 64 << 20);
    image.write_at(40_000_000, &[7]).expect("room");
    let all = search(&image, 0, 64 << 20, u64::MAX).expect("a good file");
    assert_eq!(all, Search::Data(40_000_000));
    let before = search(&image, 0, 40_000_000, u64::MAX).expect("a good file");
    assert_eq!(before, Search::Zeros);
    let behind = search(&image, 40_000_001, 64 << 20, u64::MAX).expect("a good file");
    assert_eq!(behind, Search::Zeros);
}

#[test]
fn zeros_that_were_written_are_zeros_but_cost_reading() {
    let image = image("zeros", 4 << 20);
    image.write_at(0, &vec![0; 4 << 20]).expect("room");
    let all = search(&image, 0, 4 << 20, u64::MAX).expect("a good file");
    assert_eq!(all, Search::Zeros);
    let little = search(&image, 0, 4 << 20, 1 << 20).expect("a good file");
    assert_eq!(little, Search::GaveUp);
}
