use anstream::adapter::strip_str;
use vector_language::Point;
use vector_language::script::{DriveName, SweepName, SweepValue};

use super::{Report, axes, folds, shares, span};
use crate::sweep::{Class, Played, Swept};
use crate::vector::tests::small;

fn drive(name: &str) -> SweepValue {
    SweepValue::Drive(DriveName::from(name))
}

fn point(values: &[(&str, SweepValue)], class: Class, lost: u64) -> Played {
    let value = |(name, value): &(&str, SweepValue)| (SweepName::from(*name), value.clone());
    let detail = (class.exit() != crate::exit::Exit::Held).then(|| "why".to_string());
    Played { point: Point(values.iter().map(value).collect()), class, lost, detail }
}

fn text(points: Vec<Played>, only_failed: bool) -> String {
    let vector = small("at 0s write all\n");
    let swept = Swept { points, truncated: false, belief: None };
    strip_str(&Report::new(&vector, &swept, only_failed).to_string()).to_string()
}

/// Every drive in a rebuild that has come this far.
fn two_axes() -> Vec<Played> {
    let mut points = Vec::new();
    for number in 1..=6 {
        for name in ["d0", "d2", "d10"] {
            let class = match (name, number) {
                ("d0", 1..=4) => Class::Lost,
                ("d0", 5) => Class::Unmet,
                ("d10", 6) => Class::Broken("P2"),
                _ => Class::Ok,
            };
            let lost = if name == "d0" { 2048 * (7 - number.max(3)) } else { 0 };
            points.push(point(
                &[("n", SweepValue::Number(number)), ("who", drive(name))],
                class,
                lost,
            ));
        }
    }
    points
}

#[test]
fn two_sweeps_are_a_table() {
    insta::assert_snapshot!(text(two_axes(), false));
}

#[test]
fn only_what_failed_can_be_shown() {
    insta::assert_snapshot!(text(two_axes(), true));
}

#[test]
fn one_sweep_is_a_list() {
    let points = (1..=5).map(|number| {
        let class = if number == 4 { Class::Error } else { Class::Ok };
        point(&[("n", SweepValue::Number(number))], class, 0)
    });
    insta::assert_snapshot!(text(points.collect(), false));
}

#[test]
fn three_sweeps_are_a_table_for_each_value_of_the_first() {
    let mut points = Vec::new();
    for name in ["d0", "d1"] {
        for row in 1..=2 {
            for column in 1..=3 {
                let class = if row == column { Class::Lost } else { Class::Ok };
                let values = [
                    ("who", drive(name)),
                    ("row", SweepValue::Number(row)),
                    ("column", SweepValue::Number(column)),
                ];
                points.push(point(&values, class, 8));
            }
        }
    }
    insta::assert_snapshot!(text(points, false));
}

#[test]
fn many_columns_are_letters() {
    let mut points = Vec::new();
    for row in 1..=12 {
        for column in 1..=11 {
            let class = match row * column {
                n if n % 31 == 0 => Class::Broken("P1"),
                n if n % 7 == 0 => Class::Lost,
                n if n % 11 == 0 => Class::Unmet,
                _ => Class::Ok,
            };
            let values = [("row", SweepValue::Number(row)), ("column", SweepValue::Number(column))];
            points.push(point(&values, class, 8));
        }
    }
    let text = text(points, false);
    insta::assert_snapshot!(text.split("\nDid not hold").next().unwrap_or_default());
}

#[test]
fn values_keep_the_order_in_which_they_were_swept() {
    let points = two_axes();
    let axes = axes(&points);
    let names: Vec<String> = axes[1].values.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["d0", "d2", "d10"]);
    let shares = shares(&points, 1, &axes[1]);
    assert_eq!(shares.iter().map(|share| share.part).collect::<Vec<_>>(), [1, 6, 5]);
    assert!(shares.iter().all(|share| share.whole == 6));
}

#[test]
fn drives_that_were_not_played_are_not_named() {
    let points = two_axes();
    let axes = axes(&points);
    assert_eq!(span(&axes[0], 0, 5), "1..6");
    assert_eq!(span(&axes[0], 2, 3), "3, 4");
    assert_eq!(span(&axes[1], 0, 2), "d0, d2, d10");
}

#[test]
fn neighbours_that_are_alike_are_folded() {
    let list = [1, 1, 2, 1, 1, 1];
    assert_eq!(folds(list.len(), |a, b| list[a] == list[b]), [(0, 1), (2, 2), (3, 5)]);
    assert_eq!(folds(0, |_, _| true), []);
}
