use raid10_engine::{ArrayLba, MemberLba};

use super::{Sector, VERSION_MAX, ZEROS, data, foreign, noise, proof, torn, unpack, version_at};

#[test]
fn what_is_packed_is_unpacked() {
    assert_eq!(unpack(ZEROS), Sector::Zeros);
    assert_eq!(unpack(data(ArrayLba(0), 1)), Sector::Data { lba: 0, version: 1 });
    assert_eq!(
        unpack(data(ArrayLba((1 << 40) + 5), VERSION_MAX)),
        Sector::Data { lba: 5, version: VERSION_MAX }
    );
    assert_eq!(unpack(proof()), Sector::Proof);
    assert_eq!(unpack(foreign(39, MemberLba(7))), Sector::Foreign(39));
    assert_eq!(unpack(noise(3, MemberLba(1 << 47))), Sector::Noise(3));
    assert_eq!(unpack(torn()), Sector::Torn);
    assert_eq!(unpack(u64::MAX), Sector::Unknown);
}

#[test]
fn only_data_of_the_same_address_has_a_version_there() {
    assert_eq!(version_at(data(ArrayLba(9), 4), ArrayLba(9)), Some(4));
    assert_eq!(version_at(data(ArrayLba(8), 4), ArrayLba(9)), None);
    for other in [ZEROS, proof(), torn(), noise(0, MemberLba(9)), foreign(0, MemberLba(9))] {
        assert_eq!(version_at(other, ArrayLba(9)), None);
    }
}
