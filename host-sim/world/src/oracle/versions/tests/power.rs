//! What may be seen after a loss of power.

use super::{Floor, Judgement, Versions, ZEROS, data};
use crate::oracle::versions::Bound;

/// Versions of an array whose power may go, with so many given out.
fn expecting(count: u32) -> Versions {
    let mut versions = Versions::new(false);
    versions.expect_power_losses();
    (0..count).for_each(|_| assert!(versions.next().is_some()));
    versions
}

fn acknowledged(versions: &mut Versions, version: u32, durable: bool) {
    versions.acknowledged(5..6, Floor::data(version), durable, 0);
}

fn flush(versions: &mut Versions) {
    let sealed = versions.flush_begins().expect("account is kept");
    versions.flush_ends(sealed, 0);
}

fn judge(versions: &Versions, packed: u64) -> Judgement {
    let (mut floors, mut seals) = (Vec::new(), Vec::new());
    versions.floors(5, &mut floors, 1);
    versions.seals(5, &mut seals, 1);
    let seal = seals.first().copied().unwrap_or_default();
    versions.judge(5, packed, Bound { floor: floors[0], seal })
}

fn legal(version: u32) -> Judgement {
    Judgement::Legal(Floor::data(version))
}

#[test]
fn what_was_acknowledged_and_flushed_survives() {
    let mut versions = expecting(4);
    acknowledged(&mut versions, 1, false);
    flush(&mut versions);
    acknowledged(&mut versions, 2, false);
    assert_eq!(judge(&versions, data(5, 1)), Judgement::Stale(1));
    versions.power_lost(true);
    for version in 1..=4 {
        assert_eq!(judge(&versions, data(5, version)), legal(version));
    }
    assert_eq!(judge(&versions, ZEROS), Judgement::Stale(0));
}

#[test]
fn a_flush_covers_what_was_acknowledged_before_it_was_submitted() {
    let mut versions = expecting(2);
    acknowledged(&mut versions, 1, false);
    let sealed = versions.flush_begins().expect("account is kept");
    acknowledged(&mut versions, 2, false);
    versions.flush_ends(sealed, 0);
    versions.power_lost(true);
    assert_eq!(judge(&versions, data(5, 1)), legal(1));
}

#[test]
fn a_flush_that_fails_covers_nothing_and_the_next_covers_all() {
    let mut versions = expecting(2);
    acknowledged(&mut versions, 1, false);
    let _ = versions.flush_begins();
    acknowledged(&mut versions, 2, false);
    let mut failed = versions.clone();
    failed.power_lost(true);
    assert_eq!(judge(&failed, ZEROS), Judgement::Legal(Floor::zeros(0)));
    flush(&mut versions);
    versions.power_lost(true);
    assert_eq!(judge(&versions, data(5, 1)), Judgement::Stale(1));
}

#[test]
fn a_durable_write_needs_no_flush() {
    let mut versions = expecting(2);
    acknowledged(&mut versions, 1, false);
    acknowledged(&mut versions, 2, true);
    versions.power_lost(true);
    assert_eq!(judge(&versions, data(5, 1)), Judgement::Stale(1));
}

#[test]
fn a_controller_that_starts_again_loses_nothing_that_was_acknowledged() {
    let mut versions = expecting(2);
    acknowledged(&mut versions, 1, false);
    versions.power_lost(false);
    assert_eq!(judge(&versions, ZEROS), Judgement::Stale(0));
    assert_eq!(judge(&versions, data(5, 2)), legal(2));
}

#[test]
fn a_read_decides_which_version_it_is() {
    for decided in [1, 2, 3] {
        let mut versions = expecting(3);
        acknowledged(&mut versions, 1, true);
        acknowledged(&mut versions, 2, false);
        versions.power_lost(true);
        versions.seen(5, Floor::data(decided));
        versions.decided(5, Floor::data(decided));
        for version in 1..=3 {
            let expected =
                if version == decided { legal(version) } else { Judgement::Unstable(version) };
            assert_eq!(judge(&versions, data(5, version)), expected, "{decided}");
        }
        // It survived one loss of power and survives the next.
        versions.power_lost(true);
        let other = decided % 3 + 1;
        assert_eq!(judge(&versions, data(5, other)), Judgement::Unstable(other));
        assert_eq!(versions.next(), Some(4));
        assert_eq!(judge(&versions, data(5, 4)), legal(4));
        acknowledged(&mut versions, 4, false);
        assert_eq!(judge(&versions, data(5, decided)), Judgement::Stale(decided));
        versions.power_lost(true);
        assert_eq!(judge(&versions, data(5, decided)), legal(decided));
        assert_eq!(judge(&versions, data(5, other)), Judgement::Unstable(other));
    }
}

#[test]
fn what_was_seen_while_the_drives_had_power_may_be_gone_without() {
    let mut versions = expecting(2);
    acknowledged(&mut versions, 1, true);
    versions.power_lost(false);
    versions.seen(5, Floor::data(2));
    versions.decided(5, Floor::data(2));
    assert_eq!(judge(&versions, data(5, 1)), Judgement::Unstable(1));
    let mut flushed = versions.clone();
    versions.power_lost(true);
    assert_eq!(judge(&versions, data(5, 1)), legal(1));
    flush(&mut flushed);
    flushed.power_lost(true);
    assert_eq!(judge(&flushed, data(5, 1)), Judgement::Unstable(1));
}

#[test]
fn zeros_come_back_until_what_replaced_them_is_durable() {
    let mut versions = expecting(3);
    acknowledged(&mut versions, 1, true);
    versions.zeros_submitted(5..6, 2);
    versions.acknowledged(5..6, Floor::zeros(2), false, 0);
    acknowledged(&mut versions, 3, false);
    versions.reads_ended(1);
    let mut lost = versions.clone();
    lost.power_lost(true);
    assert_eq!(judge(&lost, ZEROS), Judgement::Legal(Floor::zeros(2)));
    flush(&mut versions);
    versions.reads_ended(1);
    versions.power_lost(true);
    assert_eq!(judge(&versions, ZEROS), Judgement::Stale(0));
}

#[test]
fn an_operator_may_take_old_data() {
    let mut versions = expecting(2);
    acknowledged(&mut versions, 1, true);
    acknowledged(&mut versions, 2, true);
    versions.power_lost(true);
    versions.lower(5, Floor::data(1));
    assert_eq!(judge(&versions, data(5, 1)), legal(1));
    versions.power_lost(true);
    assert_eq!(judge(&versions, data(5, 1)), legal(1));
}
