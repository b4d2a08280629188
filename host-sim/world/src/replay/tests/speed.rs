//! How fast a rebuild is when it has the drives for itself.

use raid10_engine::{ArrayState, Duration, Policy, SECTOR_BYTES};

use super::{MIB, insert, plan, pull, run_well, write_all};
use crate::drive::Figures;
use crate::plan::Activity;

#[test]
fn an_idle_array_is_rebuilt_at_the_rate_of_its_drives() {
    let size = 256 * MIB;
    let mut plan = plan(2, 4, size).at(0, write_all()).at(60, pull(1)).at(61, insert(4, 1));
    plan.policy = Policy::default();
    let outcome = run_well(&plan);
    assert_eq!(outcome.state, ArrayState::Optimal);
    let [fill] = outcome.fills[..] else { panic!("{:?}", outcome.fills) };
    assert_eq!(fill.activity, Activity::Rebuild);
    let took = fill.to.expect("it ended").since(fill.from);
    let ideal = Duration(size * SECTOR_BYTES * 1_000_000 / Figures::HDD.write_rate);
    let percent = ideal.0 * 100 / took.0;
    assert!(percent >= 95, "{percent} % of the sequential rate: {took:?} instead of {ideal:?}");
}
