use sim_world::LostRange;

use super::runs;

fn text(ranges: &[(u64, u64)]) -> Vec<String> {
    let ranges: Vec<LostRange> =
        ranges.iter().map(|&(start, end)| LostRange { start, end }).collect();
    runs(&ranges).iter().map(ToString::to_string).collect()
}

#[test]
fn single_ranges_stay_single() {
    assert_eq!(text(&[]), [""; 0]);
    assert_eq!(text(&[(8, 16)]), ["LBA 8..16 (4 KiB)"]);
    assert_eq!(text(&[(8, 16), (24, 32)]), ["LBA 8..16 (4 KiB)", "LBA 24..32 (4 KiB)"]);
}

#[test]
fn chunks_at_one_distance_are_one_line() {
    assert_eq!(
        text(&[(0, 128), (256, 384), (512, 640)]),
        ["LBA 0..640: 64 KiB in every 128 KiB (3 ranges, 0..128 to 512..640)"]
    );
}

#[test]
fn what_is_cut_at_the_edges_is_told_apart() {
    assert_eq!(
        text(&[(100, 128), (256, 384), (512, 640), (768, 896), (1024, 1030)]),
        [
            "LBA 100..128 (14 KiB)",
            "LBA 256..896: 64 KiB in every 128 KiB (3 ranges, 256..384 to 768..896)",
            "LBA 1024..1030 (3 KiB)",
        ]
    );
}
