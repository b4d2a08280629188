extern crate std;

use std::string::String;
use std::vec::Vec;

use crate::rig::{Rig, Setup};
use crate::{
    ArrayState, Command, DriveId, Duration, EventKind, Health, Instant, MemberState, PullRisk,
    SectorCount, Slot,
};

/// Facts about a slot's own drive, and whether another drive is being filled for the slot.
#[derive(Clone, Copy, Debug)]
struct Facts {
    present: bool,
    failed: bool,
    ejected: bool,
    quarantined: bool,
    stale: bool,
    target: bool,
}

impl Facts {
    fn all() -> Vec<Self> {
        (0..64_u8)
            .map(|bits| Self {
                present: bits & 1 != 0,
                failed: bits & 2 != 0,
                ejected: bits & 4 != 0,
                quarantined: bits & 8 != 0,
                stale: bits & 16 != 0,
                target: bits & 32 != 0,
            })
            .collect()
    }

    fn give(self, rig: &mut Rig) {
        let drive = &mut rig.engine.drives[1];
        drive.present = self.present;
        drive.health = if self.failed { Health::Failed } else { Health::Good };
        drive.ejected = self.ejected;
        drive.quarantined_until = self.quarantined.then_some(Instant(u64::MAX));
        if self.stale {
            drive.stale.set(3);
        }
        rig.engine.slots[1].target = self.target.then_some(DriveId(4));
    }
}

/// One line of the table: what must be so, what must not, and the word. The rest does not matter.
struct Line(&'static str, &'static str, MemberState);

const WORDS: [Line; 10] = [
    Line("present", "failed ejected quarantined stale target", MemberState::Online),
    Line("present target", "failed ejected quarantined stale", MemberState::Replacing),
    Line("present stale", "failed ejected quarantined target", MemberState::Resyncing),
    Line("present stale target", "failed ejected quarantined", MemberState::Rebuilding),
    Line("", "present target", MemberState::Missing),
    Line("target", "present", MemberState::Rebuilding),
    Line("present failed", "target", MemberState::Failed),
    Line("present ejected", "failed target", MemberState::Ejected),
    Line("present quarantined", "failed ejected target", MemberState::Quarantined),
    // Whatever is wrong with the member, the word is for what is done about it. The lines for the member in
    // service are above.
    Line("present target OUT", "", MemberState::Rebuilding),
];

fn fact(facts: Facts, name: &str) -> bool {
    match name {
        "present" => facts.present,
        "failed" => facts.failed,
        "ejected" => facts.ejected,
        "quarantined" => facts.quarantined,
        "stale" => facts.stale,
        "target" => facts.target,
        "OUT" => facts.failed || facts.ejected || facts.quarantined,
        other => panic!("no such fact: {other}"),
    }
}

#[test]
fn each_word_for_a_member_follows_from_facts() {
    for facts in Facts::all() {
        let fits = |line: &&Line| {
            line.0.split_whitespace().all(|name| fact(facts, name))
                && !line.1.split_whitespace().any(|name| fact(facts, name))
        };
        let lines: Vec<MemberState> = WORDS.iter().filter(fits).map(|line| line.2).collect();
        assert_eq!(lines.len(), 1, "the table says {lines:?} for {facts:?}");
        let mut rig = Rig::new(2, 4, 1);
        facts.give(&mut rig);
        assert_eq!(rig.state(1), lines[0], "{facts:?}");
    }
}

#[test]
fn a_slot_without_a_drive_is_missing_or_rebuilding() {
    let mut rig = Rig::new(2, 4, 1);
    rig.engine.slots[1].member = None;
    assert_eq!(rig.state(1), MemberState::Missing);
    rig.engine.slots[1].target = Some(DriveId(4));
    assert_eq!(rig.state(1), MemberState::Rebuilding);
    rig.engine.drives[4].present = false;
    assert_eq!(rig.state(1), MemberState::Missing);
}

#[test]
fn there_is_no_slot_beyond_the_members() {
    let rig = Rig::new(2, 4, 1);
    assert_eq!(rig.engine.slot(Slot(4)), None);
    assert_eq!(rig.engine.slot(Slot(255)), None);
    assert_eq!(rig.engine.drive(DriveId(200)), None);
}

/// The array's state with the drives of `missing` (a bit a slot) pulled.
fn state_without(copies: u8, members: u8, missing: u32) -> ArrayState {
    let mut rig = Rig::new(copies, members, 0);
    for slot in (0..members).filter(|slot| missing >> slot & 1 == 1) {
        rig.pull(slot);
    }
    assert_eq!(rig.engine.in_salvage(), rig.engine.array_state() == ArrayState::Failed);
    rig.engine.array_state()
}

fn letter(state: ArrayState) -> char {
    match state {
        ArrayState::Optimal => 'o',
        ArrayState::PartiallyDegraded => 'p',
        ArrayState::Degraded => 'd',
        ArrayState::Failed => 'f',
        ArrayState::Waiting | ArrayState::Refused | ArrayState::Stopped => '-',
    }
}

/// Index: the missing slots as bits. Sets: slots 0 and 1, slots 2 and 3.
#[test]
fn near_2_of_4_members() {
    let states: String = (0..16).map(|missing| letter(state_without(2, 4, missing))).collect();
    assert_eq!(states, "oddfdddfdddfffff");
}

/// Each chunk lies on two neighbours in the ring of five: no two of them may be missing.
#[test]
fn near_2_of_5_members() {
    let survive = [
        0b00001, 0b00010, 0b00100, 0b01000, 0b10000, // one missing
        0b00101, 0b01001, 0b01010, 0b10010, 0b10100, // two that are no neighbours
    ];
    for missing in 0..32 {
        let expected = match missing {
            0 => ArrayState::Optimal,
            _ if survive.contains(&missing) => ArrayState::Degraded,
            _ => ArrayState::Failed,
        };
        assert_eq!(state_without(2, 5, missing), expected, "missing {missing:05b}");
    }
}

/// A row for each combination of slots 3 to 5 missing, a column for each of slots 0 to 2.
#[test]
fn near_3_of_6_members() {
    let rows = [
        "oppdpddf", "pppdpddf", "pppdpddf", "dddddddf", "pppdpddf", "dddddddf", "dddddddf",
        "ffffffff",
    ];
    for (upper, row) in (0..).zip(rows) {
        let states: String =
            (0..8).map(|lower| letter(state_without(3, 6, upper << 3 | lower))).collect();
        assert_eq!(states, row, "slots 3 to 5: {upper:03b}");
    }
}

#[test]
fn states_change_by_one_event_each() {
    let mut rig = Rig::new(2, 4, 0);
    rig.pull(0);
    rig.pull(2);
    rig.pull(1);
    assert_eq!(rig.saw(|kind| *kind == EventKind::ArrayDegraded), 1);
    assert_eq!(rig.saw(|kind| *kind == EventKind::ArrayFailed), 1);
    assert_eq!(rig.saw(|kind| *kind == EventKind::SalvageEntered), 1);
    assert_eq!(rig.saw(|kind| matches!(kind, EventKind::MemberMissing { .. })), 3);
    for drive in [0, 1, 2] {
        rig.insert(drive);
    }
    rig.pass(Duration::secs(10));
    assert_eq!(rig.saw(|kind| *kind == EventKind::ArrayOptimal), 1);
    assert_eq!(rig.saw(|kind| *kind == EventKind::SalvageLeft), 1);
}

#[test]
fn pulling_is_safe_only_where_nothing_gets_thin() {
    let mut rig = Rig::new(2, 4, 1);
    rig.fill(1000);
    rig.flush().unwrap();
    assert_eq!(rig.engine.can_pull(Slot(0)), Err(PullRisk::LosesRedundancy));
    assert_eq!(rig.engine.can_pull(Slot(4)), Err(PullRisk::NothingThere));
    assert_eq!(rig.engine.can_pull(Slot(32)), Err(PullRisk::NothingThere));
    rig.pull(1);
    assert_eq!(rig.engine.can_pull(Slot(1)), Err(PullRisk::NothingThere));
    let set = SectorCount(2048);
    assert_eq!(rig.engine.can_pull(Slot(0)), Err(PullRisk::LosesData(set)));
    assert_eq!(rig.engine.can_pull(Slot(2)), Err(PullRisk::LosesRedundancy));
}

#[test]
fn one_of_three_copies_can_be_pulled_but_no_more() {
    let mut rig = Rig::new(3, 6, 0);
    assert_eq!(rig.engine.can_pull(Slot(0)), Ok(()));
    rig.pull(1);
    assert_eq!(rig.engine.can_pull(Slot(0)), Err(PullRisk::LosesRedundancy));
    assert_eq!(rig.engine.can_pull(Slot(3)), Ok(()));
    rig.pull(2);
    assert_eq!(rig.engine.can_pull(Slot(0)), Err(PullRisk::LosesData(SectorCount(2048))));
}

/// The last copy of a single sector is enough of a reason.
#[test]
fn pulling_counts_the_sectors_that_it_would_lose() {
    let mut rig = Rig::new(2, 4, 0);
    rig.fill(1000);
    rig.flush().unwrap();
    rig.drives[1].unreadable.extend([5, 6, 700]);
    rig.drives[1].unwritable.extend([5, 6, 700]);
    rig.pull(0);
    assert_eq!(rig.lost(1000).len(), 3);
    rig.insert(0);
    rig.pass(Duration::secs(20));
    assert_eq!(rig.engine.can_pull(Slot(0)), Err(PullRisk::LosesData(SectorCount(3))));
    assert_eq!(rig.engine.can_pull(Slot(1)), Err(PullRisk::LosesRedundancy));
}

#[test]
fn a_drive_that_is_filled_for_an_empty_slot_should_stay() {
    let policy = crate::Policy { rebuild_max: 1 << 18, ..crate::Policy::default() };
    let mut rig = Setup { policy, ..Setup::new(2, 4, 1) }.build();
    rig.pull(1);
    rig.command(Command::Rebuild { slot: Slot(1), with: DriveId(4), force: false }).unwrap();
    rig.run();
    assert_eq!(rig.state(1), MemberState::Rebuilding);
    assert_eq!(rig.engine.can_pull(Slot(1)), Err(PullRisk::StopsRebuild));
}
