use super::{Line, Report};

#[test]
fn every_kind_of_line_is_read() {
    let step = |target, number, outcome| Line::Step { target, number, outcome };
    for (text, line) in [
        ("raid10 ready 6.1.0-56-cloud-amd64\r", Line::Ready("6.1.0-56-cloud-amd64".to_owned())),
        ("raid10 step 3 0 ok \r", step(3, 0, Ok(String::new()))),
        ("raid10 step 3 12 ok  d0:in_sync -", step(3, 12, Ok("d0:in_sync -".to_owned()))),
        ("raid10 step 0 1 failed mdadm: no  such", step(0, 1, Err("mdadm: no  such".to_owned()))),
        ("raid10 end 7", Line::End(7)),
        ("raid10 done", Line::Done),
        ("raid10 broken no drives", Line::Broken("no drives".to_owned())),
    ] {
        assert_eq!(Line::parse(text).unwrap(), line, "{text}");
    }
}

#[test]
fn anything_else_is_an_error_that_shows_the_line() {
    for text in [
        "",
        "md: data-check of RAID array md0",
        "raid10",
        "raid10 ready",
        "raid10 step 1",
        "raid10 step 1 x ok",
        "raid10 step 1 2",
        "raid10 step 1 2 maybe",
        "raid10 step -1 2 ok",
        "raid10 end all",
        "raid10 done and more",
        " raid10 done",
    ] {
        let error = Line::parse(text).unwrap_err();
        assert_eq!(error.to_string(), format!("the machine said `{text}`"));
    }
}

#[test]
fn steps_must_come_in_order_and_nothing_behind_the_end() {
    let add = |lines: &[&str]| {
        let mut report = Report::default();
        lines.iter().try_for_each(|line| report.add(Line::parse(line)?)).map(|()| report)
    };
    let report = add(&["raid10 step 1 0 ok a", "raid10 step 2 0 ok", "raid10 step 1 1 failed b"]);
    let outcomes = report.unwrap().outcomes;
    assert_eq!(outcomes[&1], [Ok("a".to_owned()), Err("b".to_owned())]);
    assert!(add(&["raid10 step 1 1 ok"]).is_err());
    assert!(add(&["raid10 step 1 0 ok", "raid10 step 1 0 ok"]).is_err());
    assert!(add(&["raid10 done", "raid10 end 1"]).is_err());
    assert!(add(&["raid10 broken no drives"]).is_err());
}
