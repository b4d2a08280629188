use raid10_engine::{ArrayLba, MemberLba};

use super::{Floor, Judgement, Versions};
use crate::content::{self, Sector, ZEROS};

mod power;

fn floor(versions: &Versions, sector: u64) -> Floor {
    let mut floors = Vec::new();
    versions.floors(sector, &mut floors, 1);
    floors[0]
}

fn data(sector: u64, version: u32) -> u64 {
    content::data(ArrayLba(sector), version)
}

fn judge(versions: &Versions, sector: u64, packed: u64) -> Judgement {
    versions.judge(sector, packed, floor(versions, sector))
}

/// A sector 5 that was written three times, with the first two acknowledged.
fn written() -> Versions {
    let mut versions = Versions::new(false);
    for _ in 0..3 {
        versions.next().expect("a number");
    }
    versions.acknowledged(0..10, Floor::data(1), false, 0);
    versions.acknowledged(0..10, Floor::data(2), false, 0);
    versions
}

#[test]
fn what_is_older_than_acknowledged_is_stale() {
    let versions = written();
    assert_eq!(judge(&versions, 5, data(5, 1)), Judgement::Stale(1));
    assert_eq!(judge(&versions, 5, ZEROS), Judgement::Stale(0));
    assert_eq!(judge(&versions, 5, data(5, 2)), Judgement::Legal(Floor::data(2)));
}

#[test]
fn what_is_under_way_or_failed_may_be_seen_and_stays_seen() {
    let mut versions = written();
    assert_eq!(judge(&versions, 5, data(5, 3)), Judgement::Legal(Floor::data(3)));
    versions.seen(5, Floor::data(3));
    assert_eq!(judge(&versions, 5, data(5, 2)), Judgement::Stale(2));
    assert_eq!(judge(&versions, 6, data(6, 2)), Judgement::Legal(Floor::data(2)));
}

#[test]
fn a_version_that_was_never_given_out_is_not_legal() {
    assert_eq!(judge(&written(), 5, data(5, 4)), Judgement::Stale(4));
}

#[test]
fn content_of_another_place_is_wrong() {
    let versions = written();
    let elsewhere = data(6, 2);
    assert_eq!(
        judge(&versions, 5, elsewhere),
        Judgement::Wrong(Sector::Data { lba: 6, version: 2 })
    );
    assert_eq!(judge(&versions, 5, content::proof()), Judgement::Wrong(Sector::Proof));
    assert_eq!(judge(&versions, 5, content::torn()), Judgement::Wrong(Sector::Torn));
}

#[test]
fn zeros_are_legal_only_after_a_write_of_zeros() {
    let mut versions = written();
    assert_eq!(judge(&versions, 50, ZEROS), Judgement::Legal(Floor::zeros(0)));
    versions.zeros_submitted(4..6, 3);
    assert_eq!(judge(&versions, 5, ZEROS), Judgement::Legal(Floor::zeros(3)));
    assert_eq!(judge(&versions, 5, data(5, 2)), Judgement::Legal(Floor::data(2)));
    let before = floor(&versions, 5);
    versions.acknowledged(4..6, Floor::zeros(3), false, 7);
    versions.reads_ended(7);
    assert_eq!(versions.judge(5, ZEROS, before), Judgement::Legal(Floor::zeros(3)));
    versions.reads_ended(8);
    assert_eq!(versions.judge(5, ZEROS, before), Judgement::Stale(0));
    assert_eq!(judge(&versions, 5, data(5, 2)), Judgement::Stale(2));
    assert_eq!(judge(&versions, 5, data(5, 3)), Judgement::Stale(3));
    assert_eq!(judge(&versions, 7, ZEROS), Judgement::Stale(0));
}

#[test]
fn noise_is_legal_only_on_a_new_array_of_unlike_drives() {
    let noise = content::noise(1, MemberLba(5));
    assert_eq!(judge(&written(), 50, noise), Judgement::Wrong(Sector::Noise(1)));
    let mut versions = Versions::new(true);
    assert_eq!(judge(&versions, 5, noise), Judgement::Legal(Floor::zeros(0)));
    versions.next().expect("a number");
    versions.acknowledged(5..6, Floor::data(1), false, 0);
    assert_eq!(judge(&versions, 5, noise), Judgement::Wrong(Sector::Noise(1)));
}

#[test]
fn a_late_acknowledgement_of_an_early_write_does_not_lower_the_floor() {
    let mut versions = written();
    versions.acknowledged(5..6, Floor::data(1), false, 0);
    assert_eq!(floor(&versions, 5), Floor::data(2));
}
