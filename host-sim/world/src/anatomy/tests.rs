use raid10_engine::SectorCount;
use raid10_metadata::place::data_offset;

use super::Anatomy;

#[test]
fn a_small_drive_has_a_mebibyte_in_front() {
    let found = Anatomy::labelled(SectorCount(16_384), SectorCount(128));
    assert_eq!(found, Anatomy { total: SectorCount(18_432), front: SectorCount(2048) });
}

#[test]
fn no_smaller_drive_would_do() {
    for shift in 10..33 {
        for data in [(1_u64 << shift) - 1, 1 << shift, 3 << shift] {
            let Anatomy { total, front } = Anatomy::labelled(SectorCount(data), SectorCount(128));
            assert_eq!(front.0, data_offset(total.0, 128).0, "{data}");
            assert_eq!(total.0 - front.0, data, "{data}");
            let less = total.0 - 1;
            assert!(less - data_offset(less, 128).0 < data, "{data}");
        }
    }
}
