use super::Linux;
use crate::linux::records::Records;
use crate::linux::scenario::Facts;

const SUM: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn a_plan_has_the_words_of_the_machine() {
    let assemble = Linux::Assemble { drives: vec![0, 2], readonly: true };
    let facts = Facts::default();
    let some =
        Facts { ranges: vec![0..8, 100..228], lost: vec![8..9, 10..100], ..Facts::default() };
    assert_eq!(assemble.line(&facts), "assemble --readonly 0 2");
    assert_eq!(Linux::Read.line(&facts), "digest");
    assert_eq!(Linux::Read.line(&some), "digest 0 8 100 128");
    assert_eq!(Linux::Lost.line(&some), "lost 8 1 10 90");
    assert_eq!(Linux::Records(vec![3, 1]).line(&facts), "records 3 1");
    let put = Linux::Put { first: 9, at: 1, pieces: 2 };
    assert_eq!(put.line(&facts), "put 9 1 2");
}

#[test]
fn members_are_compared_and_remembered() {
    let mut facts = Facts::default();
    let members = Linux::Members(Some("d0:in_sync - d4:spare d3:in_sync,write_error"));
    members.judge("d0:in_sync - d4:spare d3:in_sync,write_error", &mut facts).unwrap();
    assert_eq!(facts.in_sync, [Some(0), None, None, Some(3)]);
    assert!(members.judge("d0:in_sync - d4:spare -", &mut facts).is_err());
    assert!(Linux::Members(None).judge("0:in_sync", &mut facts).is_err());
}

#[test]
fn what_is_read_first_is_what_must_be_read_from_then_on() {
    let mut facts = Facts::default();
    let other = SUM.replace('e', "f");
    Linux::Read.judge(&format!("{SUM} 100"), &mut facts).unwrap();
    Linux::Read.judge(&format!("{SUM} 100"), &mut facts).unwrap();
    assert!(Linux::Read.judge(&format!("{SUM} 101"), &mut facts).is_err());
    assert!(Linux::Read.judge(&format!("{other} 100"), &mut facts).is_err());
    assert!(Linux::Read.judge(" 100", &mut facts).is_err());
    Linux::Fill.judge("", &mut facts).unwrap();
    Linux::Read.judge(&format!("{other} 100"), &mut facts).unwrap();
}

#[test]
fn a_scrub_must_find_nothing() {
    let mut facts = Facts::default();
    assert!(Linux::Scrub.judge("0", &mut facts).is_ok());
    assert!(Linux::Scrub.judge("128", &mut facts).is_err());
    assert!(Linux::Scrub.judge("", &mut facts).is_err());
}

#[test]
fn records_must_be_those_that_we_found() {
    let building =
        Records { events: 7, dirty: 2, recovery: Some(128), bad: vec![2048..2056, 4096..4097] };
    let facts = || Facts { records: vec![None, Some(building.clone())], ..Facts::default() };
    let records = Linux::Records(vec![1]);
    records.judge("d1:7,2,128,2048+8/4096+1", &mut facts()).unwrap();
    assert!(records.judge("d1:7,3,128,2048+8/4096+1", &mut facts()).is_err());
    Linux::Building(vec![1]).judge("d1:128,2048+8/4096+1", &mut facts()).unwrap();
    assert!(Linux::Building(vec![1]).judge("d1:none,2048+8/4096+1", &mut facts()).is_err());
    assert!(Linux::Lost.judge("1", &mut facts()).is_err());
}
