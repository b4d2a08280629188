use super::{BYTES, Front};

#[test]
fn what_was_never_written_reads_as_zeros() {
    let mut front = Front::default();
    front.write(3, &[7; 2 * BYTES]);
    let mut into = [1; 4 * BYTES];
    front.read(2, &mut into);
    assert_eq!(into[..BYTES], [0; BYTES]);
    assert_eq!(into[BYTES..3 * BYTES], [7; 2 * BYTES]);
    assert_eq!(into[3 * BYTES..], [0; BYTES]);
    assert!(front.holds(2, &into));
    assert!(!front.holds(3, &into));
}

#[test]
fn a_superblock_is_known_by_how_it_begins() {
    let mut front = Front::default();
    assert!(!front.is_labelled());
    front.write(8, &[0xFC, 0x4E, 0x2B, 0xA9]);
    assert!(front.is_labelled());
    front.clear();
    assert!(!front.is_labelled());
}
