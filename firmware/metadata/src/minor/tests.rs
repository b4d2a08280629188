use super::*;

#[test]
fn places_are_those_of_linux() {
    let places = [
        (Minor::V1_0, 32_768, 32_752),
        (Minor::V1_0, 32_775, 32_752),
        (Minor::V1_0, 24, 8),
        (Minor::V1_1, 32_768, 0),
        (Minor::V1_2, 32_768, 8),
    ];
    for (minor, drive, start) in places {
        assert_eq!(minor.start(drive), Some(DriveSector(start)), "{minor:?} on {drive} sectors");
    }
}

#[test]
fn a_drive_of_less_than_24_sectors_has_no_place() {
    for minor in Minor::ALL {
        assert_eq!(minor.start(23), None);
    }
}
