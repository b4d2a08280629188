extern crate std;

use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::rig::{DRIVES, Setup, stretch};
use crate::{ArrayLba, Engine, Health, Slot};

/// Something about one drive.
#[derive(Clone, Debug)]
enum Fact {
    Hole(u8, u64, u64, Kind),
    StaleRegions(u8, usize),
    Away(u8),
    Failed(u8),
    Ejected(u8),
}

fn fact() -> impl Strategy<Value = Fact> {
    let drive = || 0..6_u8;
    let kind = prop::sample::select(&[Kind::Missed, Kind::GivenUp, Kind::Unreadable][..]);
    prop_oneof![
        6 => (drive(), 0..256_u64, 1..60_u64, kind)
            .prop_map(|(drive, start, count, kind)| Fact::Hole(drive, start, start + count, kind)),
        3 => (drive(), 0..32_usize).prop_map(|(drive, region)| Fact::StaleRegions(drive, region)),
        1 => drive().prop_map(Fact::Away),
        1 => drive().prop_map(Fact::Failed),
        1 => drive().prop_map(Fact::Ejected),
    ]
}

fn apply(fact: &Fact, engine: &mut Engine<DRIVES>) {
    match *fact {
        Fact::Hole(drive, start, end, kind) => {
            engine.mark_not_held(DriveId(drive), stretch(start, end.min(256)), kind);
        }
        Fact::StaleRegions(drive, region) => {
            engine.mark_regions_stale(DriveId(drive), region, region + 1);
        }
        Fact::Away(drive) => engine.drives[usize::from(drive)].present = false,
        Fact::Failed(drive) => engine.drives[usize::from(drive)].health = Health::Failed,
        Fact::Ejected(drive) => engine.drives[usize::from(drive)].ejected = true,
    }
}

/// Sector for sector: is there a drive that answers and holds it?
fn lost_sectors(engine: &Engine<DRIVES>, without: Option<DriveId>) -> Vec<u64> {
    let copies = engine.geometry.shape().copies;
    let held = |slot: Slot, lba: u64| {
        let record = engine.slots[slot.index()];
        [record.member, record.target].into_iter().flatten().any(|id| {
            Some(id) != without
                && engine.drives[id.index()].answers()
                && engine.holds(id, stretch(lba, lba + 1))
        })
    };
    let lost = |lba: &u64| {
        (0..copies).all(|copy| {
            let (slot, member) = engine.geometry.locate(ArrayLba(*lba), copy);
            !held(slot, member.0)
        })
    };
    (0..engine.capacity().0).filter(lost).collect()
}

fn walk(engine: &Engine<DRIVES>) -> Vec<u64> {
    let copies = usize::from(engine.geometry.shape().copies);
    let (mut from, mut sectors) = (ArrayLba(0), Vec::new());
    while let Some(loss) = engine.next_loss(from) {
        assert!(loss.lba >= from && !loss.count.is_zero());
        assert!(loss.causes[..copies].iter().all(Option::is_some), "{loss:?}");
        assert!(loss.causes[copies..].iter().all(Option::is_none), "{loss:?}");
        sectors.extend(loss.lba.0..loss.lba.0 + loss.count.0);
        from = loss.lba + loss.count;
    }
    sectors
}

proptest! {
    #[test]
    fn the_manifest_is_what_no_copy_holds(
        shape in prop::sample::select(&[(2, 4), (2, 3), (2, 5), (3, 6), (3, 4), (3, 5)][..]),
        chunk in prop::sample::select(&[8, 16, 64][..]),
        facts in prop::collection::vec(fact(), 0..14),
    ) {
        let (copies, members) = shape;
        let extra = 6_u8.saturating_sub(members);
        let mut engine = Setup { chunk, size: 256, ..Setup::new(copies, members, extra) }.build().engine;
        for fact in &facts {
            apply(fact, &mut engine);
        }
        engine.refresh_losses();
        let expected = lost_sectors(&engine, None);
        prop_assert_eq!(engine.lost_sectors().0, expected.len() as u64);
        prop_assert_eq!(walk(&engine), expected);
        for id in (0..members).map(DriveId) {
            let without = lost_sectors(&engine, Some(id)).len() as u64;
            prop_assert_eq!(engine.lost_without(id).0, without, "without {:?}", id);
        }
    }
}

#[test]
fn each_copy_has_its_cause() {
    let mut engine = Setup::new(3, 6, 0).build().engine;
    engine.drives[0].present = false;
    engine.drives[1].health = Health::Failed;
    engine.mark_not_held(DriveId(2), stretch(8, 16), Kind::Unreadable);
    engine.mark_not_held(DriveId(2), stretch(16, 24), Kind::Missed);
    engine.refresh_losses();
    let loss = engine.next_loss(ArrayLba(0)).unwrap();
    assert_eq!((loss.lba, loss.count), (ArrayLba(8), SectorCount(8)));
    let away = [Some(LossCause::Missing), Some(LossCause::Failed)];
    assert_eq!(loss.causes[..2], away);
    assert_eq!(loss.causes[2], Some(LossCause::Unreadable));
    let loss = engine.next_loss(ArrayLba(16)).unwrap();
    assert_eq!((loss.lba, loss.count), (ArrayLba(16), SectorCount(8)));
    assert_eq!(loss.causes[2], Some(LossCause::Stale));
    assert_eq!(engine.next_loss(ArrayLba(24)), None);
    assert_eq!(engine.next_loss(ArrayLba(u64::MAX)), None);
}

#[test]
fn a_range_that_is_entered_in_the_middle_starts_there() {
    let mut engine = Setup::new(2, 2, 0).build().engine;
    for drive in [0, 1] {
        engine.mark_not_held(DriveId(drive), stretch(10, 20), Kind::Missed);
    }
    engine.refresh_losses();
    let loss = engine.next_loss(ArrayLba(15)).unwrap();
    assert_eq!((loss.lba, loss.count), (ArrayLba(15), SectorCount(5)));
}
