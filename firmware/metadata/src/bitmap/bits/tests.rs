extern crate std;

use std::vec::Vec;

use proptest::prelude::*;

use super::*;

const EMPTY: Block = [0; BLOCK_BYTES];

#[test]
fn counts_and_places_are_those_of_linux() {
    // The shift, the array, and mdadm's number of bits and sectors.
    let sizes = [
        (7, 61_440, 480, 8),
        (7, 76_800, 600, 8),
        (17, 32_000, 1, 8),
        (17, 17_179_869_184 - 2 * 131_072, 131_070, 40),
        (17, 0, 0, 8),
        (0, 30_720, 30_720, 8),
        (0, 30_721, 30_721, 16),
    ];
    for (shift, array, count, sectors) in sizes {
        let bits = Bits::new(shift, array);
        assert_eq!((bits.count(), bits.sectors()), (count, sectors), "{array} >> {shift}");
    }
}

#[test]
fn a_bit_stands_for_its_sectors() {
    let bits = Bits::new(7, 300);
    assert_eq!(bits.of_sector(ArraySector(127)), 0);
    assert_eq!(bits.of_sector(ArraySector(128)), 1);
    assert_eq!(bits.sectors_of(1), ArraySector(128)..ArraySector(256));
    assert_eq!(bits.sectors_of(2), ArraySector(256)..ArraySector(300));
    assert!(bits.sectors_of(3).is_empty());
    assert!(bits.sectors_of(u64::MAX).is_empty());
}

/// Bit 0 is the lowest bit of byte 256; the first block holds 30,720 bits, the others 32,768.
#[test]
fn bits_lie_behind_the_header() {
    let bits = Bits::new(0, 100_000);
    assert_eq!(bits.blocks(), 4);
    assert_eq!(bits.bits_in(0), 0..30_720);
    assert_eq!(bits.bits_in(1), 30_720..63_488);
    assert_eq!(bits.bits_in(3), 96_256..100_000);
    assert!(bits.bits_in(4).is_empty());
    let places = [(0, 0, 0, 256, 1), (9, 0, 0, 257, 2), (30_719, 0, 7, 4095, 128)];
    let later = [(30_720, 1, 8, 0, 1), (63_488, 2, 16, 0, 1), (36_000, 1, 9, 660, 1)];
    for (bit, block, sector, byte, mask) in places.into_iter().chain(later) {
        assert_eq!(bits.block_of(bit), block, "bit {bit}");
        assert_eq!(bits.sector_of(bit), sector, "bit {bit}");
        let mut bytes = EMPTY;
        assert!(bits.set(&mut bytes, bit));
        assert_eq!(bytes[byte], mask, "bit {bit}");
    }
}

/// mdadm fills the area with ones, and Linux clears only the bits that there are.
#[test]
fn bits_behind_the_last_one_are_masked() {
    let bits = Bits::new(17, 3 << 17);
    let mut block = EMPTY;
    block[256..].fill(0xFF);
    assert_eq!(bits.count_set(&block, 0), 3);
    block[256] = 0xF8;
    assert_eq!(bits.count_set(&block, 0), 0);
    assert_eq!(bits.next_set(&block, 0, 0), None);
    assert!(!bits.get(&block, 3));
    let before = block;
    assert!(!bits.set(&mut block, 3));
    assert!(!bits.clear(&mut block, 3));
    assert_eq!(block, before);
}

#[test]
fn setting_all_leaves_header_and_tail() {
    let bits = Bits::new(0, 31_000);
    let mut block = EMPTY;
    bits.set_all(&mut block, 0);
    assert_eq!(block[255..258], [0, 0xFF, 0xFF]);
    assert_eq!(bits.count_set(&block, 0), 30_720);
    let mut block = EMPTY;
    bits.set_all(&mut block, 1);
    assert_eq!(block[34..36], [0xFF, 0]);
    assert_eq!(bits.count_set(&block, 1), 280);
}

#[test]
fn absurd_numbers_do_no_harm() {
    for shift in [63, 64, 255] {
        let bits = Bits::new(shift, u64::MAX);
        assert_eq!(bits.count(), 1);
        assert_eq!(bits.of_sector(ArraySector(u64::MAX)), 1);
        assert_eq!(bits.sectors_of(0), ArraySector(0)..ArraySector(1 << 63));
    }
    let bits = Bits::new(0, u64::MAX);
    assert_eq!(bits.count(), 1 << 63);
    assert_eq!(bits.bits_in(u64::MAX), 1 << 63..1 << 63);
    let mut block = [0xFF; BLOCK_BYTES];
    assert!(!bits.get(&block, u64::MAX));
    assert!(!bits.clear(&mut block, u64::MAX));
    assert_eq!(bits.block_of(u64::MAX), u64::MAX >> 15);
    assert_eq!(bits.next_set(&block, 0, u64::MAX), None);
}

#[derive(Clone, Debug)]
enum Step {
    Set(u64),
    Clear(u64),
}

proptest! {
    #[test]
    fn bits_are_a_set_of_numbers(
        array in 1_u64..400_000,
        shift in 0_u8..8,
        steps in prop::collection::vec((any::<bool>(), any::<u64>()), 0..200),
    ) {
        let bits = Bits::new(shift, array);
        let count = bits.count();
        let mut blocks: Vec<Block> = (0..bits.blocks()).map(|_| EMPTY).collect();
        let mut model = std::collections::BTreeSet::new();
        let steps = steps.into_iter().map(|(set, bit)| {
            if set { Step::Set(bit % count) } else { Step::Clear(bit % count) }
        });
        for step in steps {
            match step {
                Step::Set(bit) => {
                    let block = &mut blocks[bits.block_of(bit) as usize];
                    prop_assert_eq!(bits.set(block, bit), model.insert(bit));
                }
                Step::Clear(bit) => {
                    let block = &mut blocks[bits.block_of(bit) as usize];
                    prop_assert_eq!(bits.clear(block, bit), model.remove(&bit));
                }
            }
        }
        let mut found = Vec::new();
        let mut sum = 0;
        for (index, block) in blocks.iter().enumerate() {
            let mut from = 0;
            while let Some(bit) = bits.next_set(block, index as u64, from) {
                prop_assert!(bits.get(block, bit));
                found.push(bit);
                from = bit + 1;
            }
            sum += bits.count_set(block, index as u64);
        }
        prop_assert_eq!(sum as usize, found.len());
        prop_assert_eq!(found, model.into_iter().collect::<Vec<_>>());
        prop_assert!(blocks[0][..256].iter().all(|&byte| byte == 0));
    }

    /// Every sector has one bit, and the bits of the blocks follow each other without a gap.
    #[test]
    fn blocks_cover_the_array(array in 1_u64..1 << 40, shift in 10_u8..22) {
        let bits = Bits::new(shift, array);
        let last = bits.of_sector(ArraySector(array - 1));
        prop_assert_eq!(last + 1, bits.count());
        prop_assert_eq!(bits.sectors_of(last).end, ArraySector(array));
        let blocks = bits.blocks();
        prop_assert_eq!(bits.bits_in(0).start, 0);
        prop_assert_eq!(bits.bits_in(blocks - 1).end, bits.count());
        if blocks > 1 {
            prop_assert_eq!(bits.bits_in(blocks - 2).end, bits.bits_in(blocks - 1).start);
        }
        prop_assert_eq!(bits.block_of(last), blocks - 1);
    }
}
