extern crate std;

use crate::rig::{Rig, Setup};
use crate::units::MemberLba;
use crate::{ArrayLba, Duration, IoClass, IoOp, MemberState};

const SHAPES: [(u8, u8); 5] = [(2, 2), (2, 4), (2, 5), (3, 3), (3, 5)];

fn labelled(copies: u8, members: u8) -> Rig {
    let mut rig = Setup { labelled: true, ..Setup::new(copies, members, 0) }.build();
    rig.run();
    rig
}

/// The region that a write to a sector goes to has the sector's bit, on each member.
#[test]
fn bits_and_regions_tell_of_the_same_sectors() {
    for (copies, members) in SHAPES {
        let engine = labelled(copies, members).engine;
        let bits = engine.dirty.bits.expect("a bitmap");
        for lba in (0..engine.capacity().0).step_by(7) {
            let bit = bits.of_sector(raid10_metadata::ArraySector(lba));
            let (set, at) = engine.geometry.stream_of(ArrayLba(lba));
            for copy in 0..copies {
                let place = engine.geometry.copy(set, copy);
                let region = engine.region_of(engine.geometry.member_lba(place, at).0);
                assert!(engine.bits_of(region).contains(&bit), "{copies} {members} {lba}");
            }
        }
    }
}

#[test]
fn a_region_that_is_written_again_and_again_stays_marked() {
    let mut rig = labelled(2, 2);
    for value in 0..20 {
        rig.write(0, 1, value).unwrap();
        rig.pass(Duration::secs(4));
        assert!(rig.engine.dirty.set.get(0), "after {value} writes");
        assert!(rig.engine.dirty.durable.get(0));
    }
    rig.pass(Duration::secs(60));
    assert!(rig.engine.dirty.set.is_empty() && rig.engine.dirty.durable.is_empty());
}

#[test]
fn bits_stay_set_as_long_as_a_member_is_away() {
    let mut rig = labelled(2, 4);
    rig.pull(1);
    rig.write(5, 1, 7).unwrap();
    rig.pass(Duration::secs(300));
    assert!(rig.engine.dirty.set.get(0), "who comes back needs to be told of it");
    rig.insert(1);
    rig.pass(Duration::secs(300));
    assert_eq!(rig.state(1), MemberState::Online);
    assert!(rig.engine.dirty.set.is_empty());
}

#[test]
fn a_write_goes_out_when_its_bit_is_set_on_all_members() {
    let mut rig = labelled(2, 4);
    rig.write(0, 1, 1).unwrap();
    // The bits of one member hang.
    rig.hold(|command| command.drive.0 == 3 && command.step == Some(crate::io::Step::BitsSet));
    rig.log.clear();
    let id = rig.start_write(2048, 1, 2);
    rig.run();
    let is_data =
        |op: &IoOp| matches!(op, IoOp::Write(extent, _) if extent.start < MemberLba(9999));
    let data = |rig: &Rig| {
        rig.log.iter().filter(|io| io.class == IoClass::Host && is_data(&io.op)).count()
    };
    assert_eq!((rig.held.len(), data(&rig)), (1, 0));
    rig.release();
    assert_eq!(rig.end(id), Ok(()));
    assert_eq!(data(&rig), 2);
}

/// What was noted for the commit behind one under way, which then is given up, counts from the one that takes its place.
#[test]
fn no_commit_says_that_the_array_was_whole_after_it() {
    let mut engine = labelled(2, 2).engine;
    engine.commit.generation += 1;
    engine.commit.events += 1;
    engine.note_whole();
    engine.commit.generation -= 1;
    engine.commit.events -= 1;
    engine.bound_whole();
    let labels = &engine.labels;
    assert_eq!(labels.whole, engine.commit.generation + 1);
    assert_eq!(labels.whole_events, engine.commit.events + 1);
}

/// A member that goes while the drives are told that the array was whole misses what the bits tell, since none is cleared.
#[test]
fn a_pass_that_a_pull_spoils_lets_the_bits_tell_what_is_missed() {
    use crate::io::{IoCommand, Step};
    type Hold = fn(&IoCommand) -> bool;
    let stages: [(Hold, &str); 2] = [
        (|it| it.drive.0 == 1 && it.step == Some(Step::Frame), "before the superblocks"),
        (|it| it.drive.0 == 1 && it.step == Some(Step::Superblock), "among the superblocks"),
    ];
    for (hold, spoiled) in stages {
        let mut rig = labelled(2, 2);
        rig.write(0, 1, 1).unwrap();
        rig.pass(Duration::secs(1));
        let before = (rig.engine.labels.whole, rig.engine.labels.whole_events);
        rig.hold(hold);
        for _ in 0..600 {
            if !rig.engine.dirty.clearable.is_empty() {
                break;
            }
            rig.pass(Duration::millis(100));
        }
        assert!(!rig.held.is_empty() && !rig.engine.dirty.clearable.is_empty(), "{spoiled}");
        rig.pull(1);
        rig.release();
        rig.pass(Duration::secs(60));
        let after = (rig.engine.labels.whole, rig.engine.labels.whole_events);
        assert_eq!(after, before, "{spoiled}");
        assert!(rig.engine.dirty.set.get(0), "{spoiled}");
    }
}

/// So it is when the bitmaps of all drives could not be read at the start.
#[test]
fn without_a_bitmap_no_bits_are_written() {
    let mut rig = labelled(2, 2);
    rig.engine.dirty.bits = None;
    rig.log.clear();
    rig.write(0, 8, 1).unwrap();
    rig.pass(Duration::secs(60));
    rig.write(64, 8, 2).unwrap();
    rig.pass(Duration::secs(60));
    let writes = rig.log.iter().filter_map(|command| match command.op {
        IoOp::Write(extent, _) | IoOp::WriteDurable(extent, _) => Some(extent),
        _ => None,
    });
    let counts: std::vec::Vec<u64> = writes.map(|extent| extent.count.0).collect();
    assert!(counts.len() >= 4 && counts.iter().all(|&count| count > 0), "{counts:?}");
}
