extern crate std;

use std::collections::BTreeMap;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;

fn shape(copies: u8, members: u8, chunk: u64, member_size: u64) -> Shape {
    Shape { copies, members, chunk: SectorCount(chunk), member_size: SectorCount(member_size) }
}

fn geometry(copies: u8, members: u8, chunk: u64, member_size: u64) -> Geometry {
    Geometry::new(shape(copies, members, chunk, member_size)).unwrap()
}

/// The chunk numbers by row and slot that a Linux kernel wrote, near 2.
#[test]
fn rows_are_those_of_linux() {
    let rows: [(u8, [&[u64]; 4]); 3] = [
        (4, [&[0, 0, 1, 1], &[2, 2, 3, 3], &[4, 4, 5, 5], &[6, 6, 7, 7]]),
        (3, [&[0, 0, 1], &[1, 2, 2], &[3, 3, 4], &[4, 5, 5]]),
        (5, [&[0, 0, 1, 1, 2], &[2, 3, 3, 4, 4], &[5, 5, 6, 6, 7], &[7, 8, 8, 9, 9]]),
    ];
    for (members, rows) in rows {
        let geometry = geometry(2, members, 8, 32);
        for (row, slots) in rows.iter().enumerate() {
            for (slot, &chunk) in slots.iter().enumerate() {
                let lba = MemberLba(row as u64 * 8 + 5);
                let (array, _) = geometry.inverse(Slot(slot as u8), lba).unwrap();
                assert_eq!(
                    array,
                    ArrayLba(chunk * 8 + 5),
                    "{members} members, row {row}, slot {slot}"
                );
            }
        }
    }
}

/// Places of single sectors that a Linux kernel wrote, chunk 64 KiB.
#[test]
fn places_are_those_of_linux() {
    let places = [
        (4, 0, (0, 0), (1, 0)),
        (4, 300, (0, 172), (1, 172)),
        (4, 1000, (2, 488), (3, 488)),
        (3, 130, (2, 2), (0, 130)),
        (5, 256, (4, 0), (0, 128)),
        (5, 900, (4, 260), (0, 388)),
    ];
    for (members, array, first, second) in places {
        let geometry = geometry(2, members, 128, 16_000);
        for (copy, (slot, lba)) in [(0, first), (1, second)] {
            let place = (Slot(slot), MemberLba(lba));
            assert_eq!(geometry.locate(ArrayLba(array), copy), place, "{members} members, {array}");
        }
    }
}

/// Capacities that a Linux kernel gave, chunk 64 KiB.
#[test]
fn capacities_are_those_of_linux() {
    let capacities = [
        (2, 4, 16_000, 32_000, 16_000),
        (2, 5, 16_000, 39_936, 16_000),
        (2, 3, 16_000, 23_936, 16_000),
        (3, 5, 16_000, 26_624, 16_000),
        (2, 4, 16_064, 32_000, 16_000),
    ];
    for (copies, members, size, array, used) in capacities {
        let geometry = geometry(copies, members, 128, size);
        assert_eq!(geometry.capacity(), SectorCount(array), "near {copies}, {members} members");
        assert_eq!(
            geometry.member_sectors(),
            SectorCount(used),
            "near {copies}, {members} members"
        );
    }
}

#[test]
fn each_wrong_shape_is_refused_with_its_reason() {
    let wrong = [
        (shape(1, 4, 64, 2048), ShapeError::Copies),
        (shape(0, 4, 64, 2048), ShapeError::Copies),
        (shape(4, 4, 64, 2048), ShapeError::Copies),
        (shape(2, 1, 64, 2048), ShapeError::Members),
        (shape(2, 0, 64, 2048), ShapeError::Members),
        (shape(3, 2, 64, 2048), ShapeError::Members),
        (shape(2, 33, 64, 2048), ShapeError::Members),
        (shape(2, 4, 0, 2048), ShapeError::Chunk),
        (shape(2, 4, 4, 2048), ShapeError::Chunk),
        (shape(2, 4, 24, 2048), ShapeError::Chunk),
        (shape(2, 4, 16_384, 1 << 20), ShapeError::Chunk),
        (shape(2, 4, 64, 63), ShapeError::MemberTooSmall),
        (shape(2, 4, 64, 0), ShapeError::MemberTooSmall),
        (shape(2, 4, 64, 1 << 50), ShapeError::TooLarge),
        (shape(2, 4, 64, u64::MAX), ShapeError::TooLarge),
    ];
    for (shape, why) in wrong {
        assert_eq!(Geometry::new(shape), Err(why), "{shape:?}");
    }
}

#[test]
fn the_widest_shapes_are_accepted() {
    for copies in 2..=3 {
        for members in copies..=32 {
            for chunk in (3..=13).map(|shift| 1 << shift) {
                let geometry = geometry(copies, members, chunk, (1 << 50) - 1);
                assert!(geometry.capacity().0 < 1 << 55);
                assert!(geometry.member_sectors().0 < 1 << 50);
            }
        }
    }
}

/// Every sector of every copy has a place of its own, and each place knows what lies there.
#[test]
fn small_shapes_are_bijections() {
    for copies in 2..=3 {
        for members in copies..=9 {
            for (chunk, size) in [(8, 8), (8, 40), (8, 79), (16, 48), (32, 224)] {
                check_bijection(&geometry(copies, members, chunk, size));
            }
        }
    }
}

fn check_bijection(geometry: &Geometry) {
    let Shape { copies, members, .. } = geometry.shape();
    let mut places = BTreeMap::new();
    for lba in (0..geometry.capacity().0).map(ArrayLba) {
        let mut slots = Vec::new();
        for copy in 0..copies {
            let (slot, at) = geometry.locate(lba, copy);
            assert!(slot.0 < members && at.0 < geometry.member_sectors().0);
            assert!(!slots.contains(&slot), "two copies of {lba:?} on one slot");
            slots.push(slot);
            assert_eq!(places.insert((slot, at), (lba, copy)), None, "{lba:?}");
        }
    }
    for slot in (0..members).map(Slot) {
        for at in (0..geometry.member_sectors().0).map(MemberLba) {
            assert_eq!(geometry.inverse(slot, at), places.get(&(slot, at)).copied());
        }
    }
    // What the last row has too much is less than a chunk of each slot.
    let unused = geometry.member_sectors().0 * u64::from(members) - places.len() as u64;
    assert!(unused < geometry.chunk() * u64::from(members));
}

/// Walks each set's stream through the array and back.
#[test]
fn streams_are_the_array_once_over() {
    for copies in 2..=3 {
        for members in copies..=9 {
            let geometry = geometry(copies, members, 8, 88);
            let mut seen = Vec::new();
            for set in geometry.all_sets() {
                for at in 0..geometry.stream_len(set) {
                    let lba = geometry.array_lba(set, at);
                    assert_eq!(geometry.stream_of(lba), (set, at));
                    seen.push(lba.0);
                    check_copies(&geometry, set, at, lba);
                }
            }
            seen.sort_unstable();
            let whole: Vec<u64> = (0..geometry.capacity().0).collect();
            assert_eq!(seen, whole, "near {copies}, {members} members");
        }
    }
}

fn check_copies(geometry: &Geometry, set: SetId, at: u64, lba: ArrayLba) {
    for (copy, place) in geometry.copies_of(set).enumerate() {
        let member = geometry.member_lba(place, at);
        assert_eq!(geometry.locate(lba, copy as u8), (place.slot, member));
        assert_eq!(geometry.stream_of_member(place.slot, member), Some((set, at, copy as u8)));
        assert_eq!(geometry.stream_at_or_above(place, member), at);
    }
}

/// For any sector of a member, also one of another set: the first place of the stream from there on.
#[test]
fn the_stream_from_a_member_sector_on_is_found() {
    for (copies, members) in [(2, 3), (2, 4), (2, 5), (3, 4), (3, 5), (3, 7)] {
        let geometry = geometry(copies, members, 8, 88);
        for set in geometry.all_sets() {
            for place in geometry.copies_of(set) {
                for lba in 0..geometry.member_sectors().0 {
                    let found = geometry.stream_at_or_above(place, MemberLba(lba));
                    let member = |at| geometry.member_lba(place, at).0;
                    assert!(member(found) >= lba);
                    assert!(found == 0 || member(found - 1) < lba);
                }
            }
        }
    }
}

fn large_shape() -> impl Strategy<Value = (u8, u8, u64, u64)> {
    (2..=3_u8).prop_flat_map(|copies| {
        let chunk = (3..=13_u32).prop_map(|shift| 1_u64 << shift);
        (Just(copies), copies..=32_u8, chunk, 1_u64 << 33..1 << 50)
    })
}

proptest! {
    /// Far beyond 2^32 sectors, any sector lies where its inverse says, and nowhere else.
    #[test]
    fn large_shapes_are_bijections(
        (copies, members, chunk, size) in large_shape(),
        at in any::<u64>(),
    ) {
        let geometry = geometry(copies, members, chunk, size);
        prop_assert!(geometry.member_sectors().0 <= size);
        let lba = ArrayLba(at % geometry.capacity().0);
        let mut slots = Vec::new();
        for copy in 0..copies {
            let (slot, member) = geometry.locate(lba, copy);
            prop_assert!(member.0 < geometry.member_sectors().0);
            prop_assert_eq!(geometry.inverse(slot, member), Some((lba, copy)));
            slots.push(slot);
        }
        slots.dedup();
        prop_assert_eq!(slots.len(), usize::from(copies));
    }

    #[test]
    fn any_member_sector_holds_what_its_place_says(
        (copies, members, chunk, size) in large_shape(),
        slot in any::<u8>(),
        at in any::<u64>(),
    ) {
        let geometry = geometry(copies, members, chunk, size);
        let slot = Slot(slot % members);
        let member = MemberLba(at % geometry.member_sectors().0);
        if let Some((lba, copy)) = geometry.inverse(slot, member) {
            prop_assert!(lba.0 < geometry.capacity().0);
            prop_assert_eq!(geometry.locate(lba, copy), (slot, member));
            let (set, stream) = geometry.stream_of(lba);
            prop_assert_eq!(geometry.array_lba(set, stream), lba);
            prop_assert_eq!(geometry.stream_of_member(slot, member), Some((set, stream, copy)));
        }
    }
}
