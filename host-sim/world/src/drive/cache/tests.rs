use super::Cache;
use crate::drive::Survival;
use crate::drive::front::Front;
use crate::store::{PAGE, Store};

fn write(cache: &mut Cache, store: &mut Store, start: u64, values: &[u64]) {
    cache.before_write(store, start, values.len() as u64);
    store.write(start, values);
}

fn loses_all(cache: &mut Cache, store: &mut Store) {
    cache.lose_power(store, &mut Front::default(), &Survival::None, 0, None);
}

#[test]
fn without_a_flush_everything_comes_back() {
    let (mut cache, mut store) = (Cache::new(), Store::new());
    store.write(0, &[1; 300]);
    let before = store.clone();
    write(&mut cache, &mut store, 5, &[2; 250]);
    write(&mut cache, &mut store, 7, &[3; 2]);
    loses_all(&mut cache, &mut store);
    assert_eq!(store, before);
    assert!(!cache.is_dirty());
}

#[test]
fn a_flush_covers_what_was_complete_when_it_began() {
    let (mut cache, mut store) = (Cache::new(), Store::new());
    write(&mut cache, &mut store, 0, &[1]);
    let sealed = cache.flush_begins();
    write(&mut cache, &mut store, 1, &[2]);
    cache.flush_ends(sealed);
    loses_all(&mut cache, &mut store);
    assert_eq!((store.get(0), store.get(1)), (1, 0));
}

#[test]
fn a_flush_that_never_ends_covers_nothing() {
    let (mut cache, mut store) = (Cache::new(), Store::new());
    write(&mut cache, &mut store, 0, &[1]);
    let _ = cache.flush_begins();
    write(&mut cache, &mut store, 0, &[2]);
    loses_all(&mut cache, &mut store);
    assert_eq!(store.get(0), 0);
}

#[test]
fn a_later_flush_covers_an_earlier_one_too() {
    let (mut cache, mut store) = (Cache::new(), Store::new());
    write(&mut cache, &mut store, PAGE, &[1]);
    let first = cache.flush_begins();
    write(&mut cache, &mut store, PAGE, &[2]);
    let second = cache.flush_begins();
    cache.flush_ends(second);
    cache.flush_ends(first);
    loses_all(&mut cache, &mut store);
    assert_eq!(store.get(PAGE), 2);
}

#[test]
fn a_durable_write_stays_though_an_earlier_one_goes() {
    let (mut cache, mut store) = (Cache::new(), Store::new());
    write(&mut cache, &mut store, 0, &[1, 1]);
    write(&mut cache, &mut store, 0, &[2]);
    cache.durable(0, 1);
    loses_all(&mut cache, &mut store);
    assert_eq!((store.get(0), store.get(1)), (2, 0));
}

#[test]
fn what_a_flush_drops_stays_below_what_was_written_since() {
    let (mut cache, mut store) = (Cache::new(), Store::new());
    let mut front = Front::default();
    store.write(0, &[1; 5]);
    write(&mut cache, &mut store, 0, &[2, 2, 2]);
    write(&mut cache, &mut store, 3, &[2]);
    let earlier = cache.flush_begins();
    write(&mut cache, &mut store, 0, &[3, 3]);
    let sealed = cache.flush_begins();
    write(&mut cache, &mut store, 1, &[4]);
    cache.durable(3, 1);
    cache.drop_sealed(sealed, &mut store, &mut front);
    let found = |store: &Store| [0, 1, 2, 3, 4].map(|sector| store.get(sector));
    assert_eq!(found(&store), [1, 4, 1, 2, 1]);
    // The flush before it has nothing left to make durable.
    cache.flush_ends(earlier);
    loses_all(&mut cache, &mut store);
    assert_eq!(found(&store), [1, 1, 1, 2, 1]);
}

#[test]
fn records_that_a_flush_drops_stay_below_what_was_written_since() {
    let (mut cache, mut store, mut front) = (Cache::new(), Store::new(), Front::default());
    for (start, byte) in [(0, 1), (1, 2)] {
        cache.before_front(&front, start, 2);
        front.write(start, &[byte; 1024]);
    }
    let sealed = cache.flush_begins();
    cache.before_front(&front, 1, 1);
    front.write(1, &[3; 512]);
    cache.drop_sealed(sealed, &mut store, &mut front);
    let found = |front: &Front| [0, 1, 2].map(|sector| front.get(sector).map(|bytes| bytes[0]));
    assert_eq!(found(&front), [None, Some(3), None]);
    cache.lose_power(&mut store, &mut front, &Survival::None, 0, None);
    assert_eq!(found(&front), [None, None, None]);
}
