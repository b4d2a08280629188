use raid10_engine::{ArrayLba, Geometry, MemberLba, SectorCount, Shape, Slot};

use super::Layout;

#[test]
fn two_copies_on_three_members_as_in_the_manual_of_md() {
    // md(4) draws it: A1 A1 A2 / A2 A3 A3 / A4 A4 A5 / A5 A6 A6.
    let layout = Layout::new(2, 3, 8, 32);
    let rows = [[0, 0, 1], [1, 2, 2], [3, 3, 4], [4, 5, 5]];
    for (row, slots) in (0..).zip(rows) {
        for (slot, chunk) in (0..).zip(slots) {
            let places = [0, 1].map(|copy| layout.locate(chunk * 8 + 3, copy));
            assert!(places.contains(&(Slot(slot), row * 8 + 3)));
        }
    }
    assert_eq!(layout.capacity(), 48);
}

#[test]
fn two_derivations_agree() {
    for (copies, members) in [(2, 2), (2, 4), (2, 5), (3, 3), (3, 4), (3, 5), (3, 6), (2, 7)] {
        let (chunk, size) = (8, 8 * 7 + 3);
        let layout = Layout::new(copies, members, chunk, size);
        let shape =
            Shape { copies, members, chunk: SectorCount(chunk), member_size: SectorCount(size) };
        let geometry = Geometry::new(shape).expect("a good shape");
        assert_eq!(geometry.capacity().0, layout.capacity());
        assert_eq!(geometry.member_sectors().0, layout.member_sectors());
        for lba in 0..layout.capacity() {
            for copy in 0..copies {
                let (slot, member) = layout.locate(lba, copy);
                assert_eq!(geometry.locate(ArrayLba(lba), copy), (slot, MemberLba(member)));
            }
        }
    }
}

#[test]
fn runs_end_at_the_borders_of_chunks() {
    let layout = Layout::new(2, 4, 8, 64);
    let runs: Vec<_> = layout.runs(6, 13).collect();
    assert_eq!(runs, [(6, 2), (8, 8), (16, 3)]);
}
