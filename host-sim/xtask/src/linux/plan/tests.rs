use super::{Part, script};
use crate::linux::kernel_step::Linux;
use crate::linux::scenario::Facts;

#[test]
fn scenarios_follow_each_other_and_number_their_own_steps() {
    let facts = Facts { ranges: vec![0..8, 16..32], ..Facts::default() };
    let part = |steps| Part { steps, facts: &facts };
    let text = script(&[part(vec![&Linux::Scrub, &Linux::Read]), part(vec![&Linux::Stop])]);
    let expected = "scenario 0\nstep 0 scrub\nstep 1 digest 0 8 16 16\nfinish\n\
                    scenario 1\nstep 0 stop\nfinish\n";
    assert_eq!(text, expected);
}

#[test]
fn where_the_power_is_cut_nothing_is_stopped() {
    let text = script(&[Part { steps: vec![&Linux::Storm], facts: &Facts::default() }]);
    let expected = "scenario 0\nstep 0 storm\nsay end $target\nwhile :; do sleep 1; done\n";
    assert_eq!(text, expected);
}
