use alloc::vec::Vec;
use core::convert::Infallible;

use raid10_engine::ArrayLba;

use super::{Content, DriveRemains, Whereabouts};
use crate::content;
use crate::drive::front::BYTES;
use crate::outcome::LostRange;
use crate::store::Store;

/// The runs that are handed out: first sector, sectors, the first 8 bytes, and whether all repeat.
fn runs(
    visit: impl FnOnce(&mut dyn FnMut(u64, &[u8]) -> Result<(), Infallible>),
) -> Vec<(u64, Vec<u64>)> {
    let mut runs = Vec::new();
    visit(&mut |sector, bytes| {
        let words = bytes.chunks(BYTES).map(|sector| {
            let word = u64::from_le_bytes(sector[..8].try_into().expect("eight bytes"));
            assert!(sector.chunks(8).all(|part| part == word.to_le_bytes()), "{sector:?}");
            word
        });
        runs.push((sector, words.collect()));
        Ok(())
    });
    runs
}

#[test]
fn a_sector_is_its_value_over_and_over_and_zeros_are_left_out() {
    let mut store = Store::new();
    let [one, other] = [1, 2].map(|version| content::data(ArrayLba(5), version));
    store.write(100, &[one, other, content::ZEROS, other]);
    store.set(128, one);
    store.set(1 << 40, other);
    let content = Content { sectors: 1 << 41, store, ..Content::default() };
    let found = runs(|visit| content.visit(visit).expect("it cannot fail"));
    let expected = [
        (100, alloc::vec![one, other]),
        (103, alloc::vec![other]),
        (128, alloc::vec![one]),
        (1 << 40, alloc::vec![other]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_first_error_ends_it() {
    let mut store = Store::new();
    store.write(0, &[1, 0, 1]);
    let content = Content { sectors: 128, store, ..Content::default() };
    let mut calls = 0;
    let ended = content.visit(|_, _| {
        calls += 1;
        Err("full")
    });
    assert_eq!((ended, calls), (Err("full"), 1));
}

#[test]
fn a_drive_has_its_records_in_front_and_shows_what_cannot_be_read() {
    let mut store = Store::new();
    let data = content::data(ArrayLba(0), 1);
    store.write(0, &[data; 4]);
    let drive = DriveRemains {
        whereabouts: Whereabouts::Bay,
        slot: None,
        sectors: 300,
        front: 64,
        unreadable: alloc::vec![LostRange { start: 1, end: 3 }, LostRange { start: 200, end: 210 }],
        records: alloc::vec![(8, [7; BYTES]), (9, [0; BYTES])],
        store,
    };
    let seven = u64::from_le_bytes([7; 8]);
    let torn = content::torn();
    let found = runs(|visit| drive.visit(visit).expect("it cannot fail"));
    assert_eq!(found, [(8, alloc::vec![seven]), (64, alloc::vec![data, torn, torn, data])]);
    assert_eq!(drive.serial(), None);
}
