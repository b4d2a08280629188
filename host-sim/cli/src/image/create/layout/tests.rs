use raid10_metadata::{DriveSector, LogOffset, Name, Timestamp, Uuid};

use super::{Layout, Plan};

const MIB: u64 = 1 << 20;
const GIB_SECTORS: u64 = 1 << 21;

fn plan(chunk: u64, bitmap_chunk: Option<u64>) -> Plan {
    Plan {
        name: Name::new("fw:test").expect("a short name"),
        uuid: Uuid([7; 16]),
        time: Timestamp { seconds: 1_704_067_200, micros: 0 },
        copies: 2,
        chunk,
        bitmap_chunk,
        clean: false,
    }
}

fn layout(chunk: u64, bitmap_chunk: Option<u64>, drives: &[u64]) -> Result<Layout, String> {
    Layout::new(&plan(chunk, bitmap_chunk), drives)
}

/// Measured with mdadm 4.2: the start of the data, and the log behind the bitmap.
#[test]
fn places_are_those_that_mdadm_chooses() {
    let drives = [
        (GIB_SECTORS / 4, 4096, 16),
        (GIB_SECTORS, 4096, 16),
        (9 * GIB_SECTORS, 18_432, 16),
        (50 * GIB_SECTORS, 67_584, 16),
        (300 * GIB_SECTORS, 264_192, 16),
        (8192 * GIB_SECTORS, 264_192, 48),
    ];
    for (sectors, data, log) in drives {
        let layout = layout(MIB / 2, None, &[sectors; 2]).expect("a good layout");
        assert_eq!(layout.data_offset, DriveSector(data), "{sectors}");
        assert_eq!(layout.log, Some(LogOffset { offset: log, sectors: 8, shift: 0 }), "{sectors}");
    }
}

#[test]
fn the_smallest_member_decides_how_much_is_used() {
    let layout = layout(64 << 10, None, &[40_000, 32_768, 50_000]).expect("a good layout");
    assert_eq!(layout.set.size, 30_720);
    assert_eq!(layout.array_sectors(), 30_720 / 128 * 3 / 2 * 128);
}

#[test]
fn what_cannot_be_is_refused_with_its_remedy() {
    let cases = [
        (64 << 10, None, vec![32_768], "members"),
        (64 << 10, None, vec![32_768; 33], "members"),
        (48 << 10, None, vec![32_768; 2], "--chunk"),
        (1000, None, vec![32_768; 2], "--chunk"),
        (8 << 20, None, vec![1 << 20; 2], "--chunk"),
        (64 << 10, None, vec![32_768, 2_100], "smallest"),
        (64 << 10, None, vec![0, 0], "smallest"),
        (64 << 10, Some(5000), vec![32_768; 2], "--bitmap-chunk"),
        (64 << 10, Some(512), vec![32_768; 2], "--bitmap-chunk"),
        (64 << 10, Some(4096), vec![GIB_SECTORS; 2], "--bitmap-chunk"),
    ];
    for (chunk, bitmap_chunk, drives, named) in cases {
        let refused = layout(chunk, bitmap_chunk, &drives).expect_err("a bad layout");
        assert!(refused.contains(named), "{refused}");
    }
}
