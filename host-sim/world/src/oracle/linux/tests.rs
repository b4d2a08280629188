use alloc::vec;

use raid10_engine::SectorCount;

use super::*;

/// Where the log lies, and the data.
const LOG: u64 = SUPERBLOCK + 8;
const DATA: u64 = 64;

/// A superblock of an array of two members, both in their slots.
pub(in crate::oracle) struct Sketch {
    pub(in crate::oracle) number: u32,
    pub(in crate::oracle) events: u64,
    pub(in crate::oracle) filled: Option<u64>,
    pub(in crate::oracle) roles: [u16; 2],
    pub(in crate::oracle) bad: &'static [(u64, u64)],
}

pub(in crate::oracle) const WHOLE: Sketch =
    Sketch { number: 0, events: 7, filled: None, roles: [0, 1], bad: &[] };

impl Sketch {
    fn block(&self) -> [u8; SUPERBLOCK_BYTES] {
        let mut block = [0; SUPERBLOCK_BYTES];
        let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
        let features = BAD_BLOCKS | if self.filled.is_some() { RECOVERY_OFFSET } else { 0 };
        put(0, &MAGIC.to_le_bytes());
        put(4, &1_u32.to_le_bytes());
        put(8, &features.to_le_bytes());
        put(16, &[0x5E; 16]);
        put(92, &2_u32.to_le_bytes());
        put(128, &DATA.to_le_bytes());
        put(144, &SUPERBLOCK.to_le_bytes());
        put(152, &self.filled.unwrap_or(0).to_le_bytes());
        put(160, &self.number.to_le_bytes());
        put(186, &8_u16.to_le_bytes());
        put(188, &8_i32.to_le_bytes());
        put(200, &self.events.to_le_bytes());
        put(220, &2_u32.to_le_bytes());
        put(256, &self.roles[0].to_le_bytes());
        put(258, &self.roles[1].to_le_bytes());
        let sum = checksum(&block[..260]);
        block[216..220].copy_from_slice(&sum.to_le_bytes());
        block
    }

    pub(in crate::oracle) fn front(&self) -> Front {
        let mut front = Front::of(SectorCount(DATA));
        front.write(SUPERBLOCK, &self.block());
        let mut log = vec![0xFF; 4096];
        for (entry, &(start, length)) in log.chunks_exact_mut(8).zip(self.bad) {
            let start = DATA.saturating_add(start).min(u64::MAX >> 10);
            entry.copy_from_slice(&(start << 10 | length).to_le_bytes());
        }
        front.write(LOG, &log);
        front
    }
}

#[test]
fn a_superblock_is_read_by_its_definition() {
    let sketch = Sketch { number: 1, filled: Some(99), bad: &[(5, 2), (40, 1)], ..WHOLE };
    let label = Label::read(&sketch.front()).expect("a label");
    assert_eq!((label.number, label.events, label.slots), (1, 7, 2));
    assert_eq!((label.filled, label.roles), (Some(99), vec![0, 1]));
    assert_eq!(label.bad, [5..7, 40..41].into_iter().collect());
    assert_eq!(label.set, [0x5E; 16]);
    assert_eq!(Label::read(&WHOLE.front()).map(|label| label.filled), Some(None));
}

/// Nothing in an image that somebody hands in can make the reader fall.
#[test]
fn numbers_that_no_drive_has_are_read_too() {
    let sketch = Sketch { events: u64::MAX, bad: &[(u64::MAX >> 10, 0x3FF), (1, 1)], ..WHOLE };
    for shift in [0, 1, 40, 41, 63, 64, 255] {
        let mut block = sketch.block();
        block[185] = shift;
        let sum = checksum(&block[..260]);
        block[216..220].copy_from_slice(&sum.to_le_bytes());
        let mut front = sketch.front();
        front.write(SUPERBLOCK, &block);
        assert_eq!(Label::read(&front).is_some(), shift <= SHIFT_MAX, "{shift}");
    }
}

#[test]
fn what_linux_would_not_take_is_no_label() {
    assert_eq!(Label::read(&Front::of(SectorCount(DATA))), None);
    let block = WHOLE.block();
    for at in 0..260 {
        let mut bytes = block;
        bytes[at] ^= 4;
        let mut front = Front::of(SectorCount(DATA));
        front.write(SUPERBLOCK, &bytes);
        assert_eq!(Label::read(&front), None, "byte {at}");
    }
}
