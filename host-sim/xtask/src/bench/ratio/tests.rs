use super::{Costs, check, instructions, line};

/// A summary with one count of one tool.
fn summary(tool: &str, metric: &str) -> String {
    format!(
        r#"{{"profiles": [
            {{"tool": "DHAT", "data": {{"total": {{"metrics": {{"Ir": {{"values": {{"new": 1}}}}}}}}}}}},
            {{"tool": "{tool}", "data": {{"total": {{"metrics": {{"{metric}": {{"values": {{"new": 3114, "old": 9}}}}}}}}}}}}
        ]}}"#
    )
}

#[test]
fn instructions_are_those_of_this_run_by_callgrind() {
    assert_eq!(instructions(&summary("Callgrind", "Ir")).unwrap(), 3114);
}

/// A change of the format must not pass as a cheap write.
#[test]
fn a_summary_without_instructions_is_an_error() {
    assert!(instructions(&summary("Cachegrind", "Ir")).is_err());
    assert!(instructions(&summary("Callgrind", "Dr")).is_err());
    assert!(instructions("{}").is_err());
    assert!(instructions("").is_err());
}

#[test]
fn the_limit_is_kept_up_to_its_last_instruction() {
    assert!(check(Costs { plain: 4000, recorded: 5000 }).is_ok());
    assert!(check(Costs { plain: 4000, recorded: 5001 }).is_err());
    assert!(check(Costs { plain: 3999, recorded: 5000 }).is_err());
    assert!(check(Costs { plain: 4000, recorded: 3000 }).is_ok());
}

#[test]
fn a_write_that_takes_nothing_was_not_measured() {
    assert!(check(Costs { plain: 0, recorded: 0 }).is_err());
    assert!(check(Costs { plain: 4000, recorded: 0 }).is_err());
}

#[test]
fn the_figures_are_shown_to_a_tenth_of_a_percent() {
    assert_eq!(
        line(Costs { plain: 4000, recorded: 4523 }),
        "A mirrored write whose bit is set takes 4523 instructions, 113.0 % of the 4000 without records; \
         the limit is 125 %"
    );
}
