use raid10_engine::ArrayLba;

use super::Written;
use crate::content::{data, proof};
use crate::drive::front::{BYTES, Front};
use crate::store::Store;

fn put(written: &Written) -> Store {
    let mut store = Store::new();
    written.put(&mut store, &mut Front::default());
    store
}

fn mixed() -> Vec<u64> {
    let host = (40..50).map(|lba| data(ArrayLba(lba), 3));
    host.chain([0, 0, 0]).chain([proof(), proof()]).chain([data(ArrayLba(7), 9)]).collect()
}

#[test]
fn what_was_written_comes_again() {
    let contents = mixed();
    let mut store = Store::new();
    store.write(120, &contents);
    assert_eq!(put(&Written::data(120, &contents)), store);
}

#[test]
fn half_of_it_is_its_first_sectors() {
    let contents = mixed();
    let mut store = Store::new();
    store.write(120, &contents[..contents.len() / 2]);
    assert_eq!(put(&Written::data(120, &contents).half()), store);
}

#[test]
fn it_leaves_what_was_written_durably_since() {
    let contents = mixed();
    for from in 0..contents.len() {
        for to in from..contents.len() {
            let mut written = Written::data(120, &contents);
            written.leave(&(120 + from as u64..120 + to as u64));
            let left = put(&written);
            for (at, &content) in contents.iter().enumerate() {
                let expected = if (from..to).contains(&at) { 0 } else { content };
                assert_eq!(left.get(120 + at as u64), expected, "{from}..{to} at {at}");
            }
        }
    }
}

#[test]
fn sectors_in_front_keep_their_bytes() {
    let mut front = Front::default();
    let mut written = Written::front(8, &[5; 4 * BYTES]);
    written.leave_front(&(9..10));
    written.put(&mut Store::new(), &mut front);
    assert!(front.holds(8, &[5; BYTES]) && front.holds(9, &[0; BYTES]));
    assert!(front.holds(10, &[5; 2 * BYTES]));
    let mut half = Front::default();
    Written::front(8, &[5; 4 * BYTES]).half().put(&mut Store::new(), &mut half);
    assert!(half.holds(8, &[5; 2 * BYTES]) && half.holds(10, &[0; 2 * BYTES]));
}
