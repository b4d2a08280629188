use std::collections::BTreeSet;
use std::path::Path;

use super::program::played;
use super::{Table, agree, chosen, sources};

const TABLE: &str = r#"
[bug.spare-unproven]
what = "A spare is used before it was proven"
caught-by = ["vectors/a.vec", "vectors/b.vec p=37%,who=d0"]

[bug.forget]
what = "A lost range is forgotten"
caught-by = ["vectors/a.vec"]
"#;

fn table() -> Table {
    toml::from_str(TABLE).unwrap()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_string()).collect()
}

#[test]
fn bugs_are_found_wherever_the_source_asks_for_them() {
    let text = "if raid10_metadata::bug!(\"one\") {} a || crate::bug!(\"two-words\") bug!";
    assert_eq!(sources::names(text).collect::<Vec<_>>(), ["one", "two-words"]);
}

#[test]
fn sources_and_table_must_name_the_same_bugs() {
    let error = |names: &[&str]| agree(&set(names), &table()).unwrap_err().to_string();
    assert!(agree(&set(&["spare-unproven", "forget"]), &table()).is_ok());
    assert!(error(&["spare-unproven", "forget", "new"]).ends_with("sabotage.toml: new"));
    assert!(error(&["forget"]).ends_with("no source has: spare-unproven"));
}

#[test]
fn a_bug_without_a_vector_and_a_table_without_bugs_are_errors() {
    let empty: Table = toml::from_str("[bug.x]\nwhat = \"w\"\ncaught-by = []\n").unwrap();
    let error = agree(&set(&["x"]), &empty).unwrap_err().to_string();
    assert_eq!(error, "no vector is named for x in tests/sabotage.toml");
    assert!(agree(&set(&[]), &toml::from_str::<Table>("").unwrap()).is_err());
}

#[test]
fn bugs_can_be_chosen_by_name() {
    let one = chosen(&["forget".to_string()], table()).unwrap();
    assert_eq!(one.keys().collect::<Vec<_>>(), ["forget"]);
    assert_eq!(chosen(&[], table()).unwrap().len(), 2);
    assert!(chosen(&["nothing".to_string()], table()).is_err());
}

#[test]
fn a_point_and_cuts_may_follow_the_vector() {
    let plain = played("vectors/a.vec");
    assert_eq!(plain.case.file, Path::new("vectors/a.vec"));
    assert_eq!((plain.case.at, plain.cuts), (None, None));
    let at_point = played("vectors/b.vec p=37%,who=d0").case;
    assert_eq!(at_point.file, Path::new("vectors/b.vec"));
    assert_eq!(at_point.at.as_deref(), Some("p=37%,who=d0"));
    let cut = played("vectors/b.vec p=37% --cuts 17:none+d1=first:2");
    assert_eq!(cut.case.at.as_deref(), Some("p=37%"));
    assert_eq!(cut.cuts.as_deref(), Some("17:none+d1=first:2"));
    assert_eq!(played("vectors/a.vec --cuts linear").cuts.as_deref(), Some("linear"));
}
