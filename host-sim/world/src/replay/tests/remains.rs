//! What a replay leaves on its drives.

use raid10_engine::{ArrayLba, HostOp, Instant};

use super::{MIB, plan, write_all};
use crate::content::{self, Packed, ZEROS};
use crate::drive::Survival;
use crate::plan::{Action, Cut, Finally, Plan};
use crate::record::Discard;
use crate::remains::{Remains, Whereabouts};
use crate::replay::{Options, replay_to_images};
use crate::{LostRange, Outcome};

/// Two members, and a third drive on the shelf.
fn labelled(finally: Vec<Finally>) -> Plan {
    Plan { metadata: true, finally, ..plan(2, 2, MIB) }
}

fn left(plan: &Plan) -> (Outcome, Remains) {
    let left = replay_to_images(plan, &Options::default(), &mut Discard).expect("a good plan");
    for verdict in &left.0.verdicts {
        assert!(verdict.held(), "{verdict:?}");
    }
    left
}

fn cut(plan: Plan, write: u64, survivals: Vec<Survival>) -> Plan {
    Plan { cuts: vec![Cut { write, survivals }], ..plan }
}

fn write(start: u64, end: u64) -> Action {
    Action::Host(HostOp::Write, Some(start..end))
}

fn data(sector: u64) -> Packed {
    content::data(ArrayLba(sector), 1)
}

const FLUSH: Action = Action::Host(HostOp::Flush, None);

#[test]
fn the_drives_of_a_stopped_array_hold_its_content_and_their_labels() {
    let plan = labelled(vec![Finally::Quiesce(None), Finally::Stop]).at(0, write(0, 300));
    let (_, left) = left(&plan);
    assert!(left.content.lost.is_empty() && left.content.open.is_empty());
    assert_eq!(left.content.sectors, MIB);
    assert!((0..300).all(|sector| left.content.store.get(sector) == data(sector)));
    let [first, second, shelf] = &left.drives[..] else { panic!("{}", left.drives.len()) };
    for drive in [first, second] {
        assert_eq!(drive.whereabouts, Whereabouts::Bay);
        assert_eq!(drive.store.get(299), data(299));
        assert_eq!((drive.sectors, drive.front), (2 * MIB, MIB));
    }
    assert!(first.serial().is_some() && first.serial() != second.serial());
    assert_eq!((shelf.whereabouts, shelf.serial()), (Whereabouts::Out, None));
}

#[test]
fn the_power_goes_at_the_end() {
    // Without a word on the end, the array is at rest, and all of it is on the drives.
    let (outcome, left) = left(&labelled(Vec::new()).at(0, write_all()));
    assert!(outcome.state.is_running());
    assert_eq!(left.content.store.get(MIB - 1), data(MIB - 1));
    assert!(left.drives[..2].iter().all(|drive| drive.store.get(MIB - 1) == data(MIB - 1)));
}

#[test]
fn a_replay_ends_at_its_last_cut() {
    let plan = labelled(Vec::new()).at(0, write_all());
    let (outcome, left) = left(&cut(plan, 1, vec![Survival::None; 3]));
    assert_eq!(outcome.cuts.len(), 1);
    assert!(outcome.end < Instant(1000), "{:?}", outcome.end);
    assert!(left.drives.iter().all(|drive| drive.serial().is_none() && drive.records.is_empty()));
    assert_eq!(left.content.store.get(0), ZEROS);
}

#[test]
fn what_one_drive_kept_in_its_cache_and_the_first_did_not_is_open() {
    let plan = labelled(Vec::new()).at(0, write_all()).at(1, FLUSH).at(60, write(0, 4));
    let survivals = vec![Survival::None, Survival::All, Survival::None];
    let at = |write| left(&cut(plan.clone(), write, survivals.clone()));
    // The array has been flushed long before the last write, and one of the cuts is right behind that.
    let is_open = |left: &Remains| left.content.open == [LostRange { start: 0, end: 4 }];
    let mut found = (1..).map(at).take_while(|(outcome, _)| !outcome.cuts.is_empty());
    let (_, left) = found.find(|(_, left)| is_open(left)).expect("such a cut");
    assert_eq!(left.content.store.get(0), data(0));
    assert_eq!(left.drives[0].store.get(0), data(0));
    assert_eq!(left.drives[1].store.get(0), content::data(ArrayLba(0), 2));
}
