use super::{PAGE, Piece, Store, pieces};

#[test]
fn pieces_end_at_the_borders_of_pages() {
    let found: Vec<Piece> = pieces(PAGE - 2, PAGE + 4).collect();
    let expected = [
        Piece { page: 0, from: 126, to: 128 },
        Piece { page: 1, from: 0, to: 128 },
        Piece { page: 2, from: 0, to: 2 },
    ];
    assert_eq!(found, expected);
    assert_eq!(pieces(5, 0).count(), 0);
}

#[test]
fn what_was_written_is_read_across_pages_and_far_out() {
    let far = (1 << 40) + PAGE - 3;
    let mut store = Store::new();
    let data: Vec<u64> = (1..=300).collect();
    store.write(far, &data);
    let mut back = vec![9; 302];
    store.read(far - 1, &mut back);
    assert_eq!(back[0], 0);
    assert_eq!(back[1..301], data);
    assert_eq!(back[301], 0);
    assert_eq!(store.get(far + 299), 300);
}

#[test]
fn zeros_replace_what_was_there_and_cost_nothing_elsewhere() {
    let mut store = Store::new();
    store.set(10, 7);
    store.zero(0, PAGE * 1000);
    assert_eq!(store.get(10), 0);
    assert_eq!(store.pages().count(), 1);
}

#[test]
fn a_clone_goes_its_own_way() {
    let mut store = Store::new();
    store.set(1, 1);
    let before = store.clone();
    store.set(1, 2);
    assert_eq!((before.get(1), store.get(1)), (1, 2));
}
