use raid10_engine::Instant;

use super::Agenda;

#[test]
fn earlier_first_and_at_one_instant_in_the_order_of_entry() {
    let mut agenda = Agenda::new();
    for (at, what) in [(5, 'c'), (3, 'a'), (5, 'd'), (3, 'b'), (9, 'e')] {
        agenda.enter(Instant(at), what);
    }
    let mut seen = Vec::new();
    while let Some(what) = agenda.take_due(Instant(5)) {
        seen.push(what);
    }
    assert_eq!(seen, ['a', 'b', 'c', 'd']);
    assert_eq!(agenda.next_at(), Some(Instant(9)));
}
