use super::Line;

/// A pair of which one left, and the other one then.
fn pair() -> Line {
    let mut line = Line::default();
    line.follow(&[0, 1], 0);
    line.follow(&[1], 10);
    line
}

#[test]
fn who_was_left_behind_does_not_go_on() {
    let mut line = pair();
    line.follow(&[], 20);
    assert!(!line.is_cut(), "nobody serves");
    line.follow(&[0], 30);
    assert!(line.is_cut());
    line.follow(&[0, 1], 40);
    assert!(!line.is_cut(), "the line is back");
}

#[test]
fn who_leaves_last_is_the_line() {
    let mut line = pair();
    line.follow(&[], 20);
    line.follow(&[1], 30);
    assert!(!line.is_cut());
}

#[test]
fn who_comes_is_in_it_when_all_the_rest_have_recorded_that() {
    for (began, cut) in [(19, true), (20, false)] {
        let mut line = pair();
        line.follow(&[0, 1], 20);
        line.tells(0, 25);
        line.tells(1, began);
        line.follow(&[0], 30);
        assert_eq!(line.is_cut(), cut, "{began}");
    }
}

#[test]
fn one_who_leaves_need_not_have_recorded_who_the_rest_know() {
    let mut line = Line::default();
    line.follow(&[0, 1, 2], 0);
    line.follow(&[1, 2], 10);
    line.follow(&[0, 1, 2], 20);
    line.tells(1, 20);
    line.follow(&[0, 1], 30);
    line.follow(&[0], 40);
    assert!(!line.is_cut(), "2 would wait for 1");
}

#[test]
fn an_order_makes_those_who_serve_the_line() {
    let mut line = pair();
    line.follow(&[0], 30);
    line.goes_on();
    assert!(!line.is_cut());
    line.follow(&[1], 40);
    assert!(line.is_cut());
}
