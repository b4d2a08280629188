use super::{Survival, few, many};

#[test]
fn every_set_of_few_writes_survives_once() {
    let (images, all) = many(&[2, 0, 1], 0);
    assert!(all);
    let sets: Vec<_> = images.iter().take(7).collect();
    for (index, one) in sets.iter().enumerate() {
        assert!(!sets[..index].contains(one), "{one:?}");
    }
    assert!(sets.contains(&&vec![Survival::All, Survival::None, Survival::All]));
    assert!(sets.contains(&&vec![Survival::Only(vec![1..2]), Survival::None, Survival::None]));
    assert!(images.contains(&vec![Survival::All, Survival::Torn(0), Survival::All]));
}

#[test]
fn of_too_many_some_are_drawn_and_always_the_same() {
    let (images, all) = many(&[20, 20], 7);
    assert!(!all);
    assert!(images.len() < 1000);
    assert_eq!(images, many(&[20, 20], 7).0);
    assert_ne!(images, many(&[20, 20], 8).0);
    assert!(images.contains(&vec![Survival::All, Survival::None]));
}

#[test]
fn few_are_all_or_half_by_turns() {
    assert_eq!(few(&[3, 1], 1), [vec![Survival::All; 2]]);
    assert_eq!(few(&[3, 1], 2), [vec![Survival::Torn(3), Survival::Torn(1)]]);
}
