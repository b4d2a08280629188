use super::Totals;

#[test]
fn summaries_are_added_up_and_all_else_is_passed_over() {
    let mut totals = Totals::default();
    for line in [
        "running 12 tests",
        "test units::tests::add ... ok",
        "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.03s",
        "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
    ] {
        totals.count(line);
    }
    assert_eq!(totals, Totals { programs: 2, passed: 16, failed: 2, ignored: 1 });
    assert_eq!(totals.to_string(), "16 tests passed, 2 failed, 1 ignored in 2 programs");
}
