extern crate std;

use std::vec::Vec;

use super::DriveSet;
use crate::units::DriveId;

fn listed(numbers: &[u8]) -> Vec<u8> {
    let mut set = DriveSet::EMPTY;
    numbers.iter().for_each(|&number| set.insert(DriveId(number)));
    set.iter().map(|drive| drive.0).collect()
}

#[test]
fn drives_are_listed_in_order_across_words() {
    assert_eq!(listed(&[]), []);
    assert_eq!(listed(&[63, 0, 32, 31, 5]), [0, 5, 31, 32, 63]);
    assert_eq!(listed(&[40]), [40]);
    let all: Vec<u8> = (0..DriveSet::CAPACITY as u8).collect();
    assert_eq!(listed(&all), all);
}
