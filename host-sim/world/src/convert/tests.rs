//! Vectors as text, through the parser, to an outcome.

use vector_language::{Point, parse};

use crate::plan::{Action, Fault, Place, Plan, Trigger};
use crate::record::Discard;
use crate::replay::{Options, replay};

const CLICKY: &str = "\
vector  clicky  \"The mirror partner dies before the rebuild ends\"
format  1
array   near=2 members=4 chunk=64KiB
drive   d0..d3  size=16MiB  model=hdd
drive   s0      size=16MiB  model=hdd  shelf
policy  rebuild-rate=100% command-timeout=7s salvage=read-only
at 0s                       write all pattern=1
at 2s                       limp d1 x40
at 20s                      pull d1
at 25s                      insert s0 slot=1
when rebuild(1) >= 37%      fail d0
expect  event rebuild-started(1)  within 10s of insert s0
expect  array failed              within 2s of fail d0
expect  never event rebuilt(1)
expect  lost computed
finally quiesce ; read all
";

fn plan_of(text: &str) -> Plan {
    let script = parse(text).expect("a good vector");
    let script = script.bind(&Point::default());
    Plan::of(&script, text).expect("a good plan")
}

#[test]
fn an_incident_is_replayed_from_its_text() {
    let plan = plan_of(CLICKY);
    assert_eq!(plan.drives[3].place, Place::Member(raid10_engine::Slot(3)));
    assert_eq!(plan.drives[4].place, Place::Shelf);
    assert_eq!(plan.steps[2].line, 9);
    assert!(matches!(plan.steps[4].trigger, Trigger::Progress { .. }));
    assert_eq!(plan.steps[4].action, Action::Fault(Fault::Fail(0)));
    let outcome = replay(&plan, &Options::default(), &mut Discard).expect("a good array");
    assert!(outcome.promises_held(), "{:#?}", outcome.verdicts);
    assert!(outcome.expectations_met(), "{:#?}", outcome.expectations);
    assert_eq!(outcome.expectations[0].line, 12);
    assert!(outcome.expectations[0].text.starts_with("expect"));
    assert!(outcome.lost_sectors() > 0);
}

#[test]
fn a_swept_name_without_a_point_is_told() {
    let text = CLICKY
        .replace("fail d0  ", "fail who")
        .replace("expect  array failed              within 2s of fail d0\n", "sweep who = d0 d2\n");
    let text = text.replace("37%      fail d0", "37%      fail who");
    let script = parse(&text).expect("a good vector");
    let error = Plan::of(&script, &text).expect_err("who is it?");
    assert!(error.to_string().contains("`who` is swept"), "{error}");
}
