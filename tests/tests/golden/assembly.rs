//! The plan for the sets: with all members as Linux assembled them, and with every subset.

use raid10_engine::{ArrayLba, Geometry, Slot};
use raid10_metadata::assembly::{
    Assembly, Candidate, CatchUp, Decision, Equalise, Facts, Order, Reason, Request, Slots, Verdict,
};
use raid10_metadata::bitmap::Header;
use raid10_metadata::private::{self, Area, Tie, Void};

use super::content;
use super::images::{Member, Set};
use super::mdadm;

const SETTLED: Request = Request { set: None, order: Order::Nothing, settled: true };

/// What is expected of a set: slots without a current member, what has to be made equal, and the one member, if any,
/// that Linux did not take, with its verdict.
pub(crate) struct Expected {
    pub(crate) vacant: &'static [u16],
    pub(crate) equalise: Equalise,
    pub(crate) left_out: Option<(usize, Verdict)>,
}

pub(crate) const WHOLE: Expected =
    Expected { vacant: &[], equalise: Equalise::Nothing, left_out: None };
pub(crate) const DEGRADED: Expected = Expected {
    vacant: &[1],
    left_out: Some((1, Verdict::Behind { slot: 1, catch_up: CatchUp::ByBitmap })),
    ..WHOLE
};
pub(crate) const REBUILDING: Expected =
    Expected { vacant: &[1], left_out: Some((1, Verdict::Former)), ..WHOLE };
pub(crate) const UNCLEAN: Expected = Expected { equalise: Equalise::ByBitmap, ..WHOLE };
pub(crate) const REBUILT: Expected = Expected { left_out: Some((1, Verdict::Former)), ..WHOLE };

/// Checks the plans for a set.
pub(crate) fn check(set: &Set, expected: &Expected) {
    let found: Vec<Candidate> = set.members.iter().map(candidate).collect();
    let assembly = Assembly::new(&found, SETTLED);
    for index in 0..found.len() {
        assert_eq!(assembly.verdict(index), verdict(set, expected, index), "member {index}");
    }
    let vacant = expected.vacant.iter().copied().fold(Slots::EMPTY, Slots::with);
    let start = Decision::Start { equalise: expected.equalise, vacant };
    assert_eq!(assembly.decision(), start);
    let early = Assembly::new(&found, Request { settled: false, ..SETTLED });
    assert_eq!(early.decision(), start, "nothing is missing, so there is nothing to wait for");
    for subset in 0..1_usize << found.len() {
        check_subset(set, expected, &found, subset);
    }
}

fn verdict(set: &Set, expected: &Expected, index: usize) -> Verdict {
    let of_linux = set.manifest.kernel.get(&index);
    match (of_linux, expected.left_out) {
        (Some(&(slot, None)), _) => Verdict::Current { slot },
        (Some(&(slot, Some(offset))), _) => {
            let done = set.members[index].superblock().recovery().expect("a recovery");
            assert_eq!(done.offset.0, offset);
            Verdict::Building { slot, done }
        }
        (None, Some((left_out, verdict))) if left_out == index => verdict,
        (None, _) => panic!("Linux did not take member {index}"),
    }
}

/// Some members, as bits: none is current that Linux did not take, and they start if they hold a copy of everything and
/// those that are absent do not.
fn check_subset(set: &Set, expected: &Expected, found: &[Candidate], subset: usize) {
    let there: Vec<usize> = (0..found.len()).filter(|index| subset >> index & 1 != 0).collect();
    let candidates: Vec<Candidate> = there.iter().map(|&index| found[index]).collect();
    let assembly = Assembly::new(&candidates, SETTLED);
    let taken = |index: &usize| set.manifest.kernel.contains_key(index);
    if !there.iter().any(taken) {
        let alone = assembly.decision();
        assert!(!matches!(alone, Decision::Start { .. }), "{there:?}: {alone:?}");
        return;
    }
    for (place, &index) in there.iter().enumerate() {
        let told = assembly.verdict(place);
        let current = matches!(told, Verdict::Current { .. });
        let whole = matches!(verdict(set, expected, index), Verdict::Current { .. });
        assert_eq!(current, whole, "{there:?}: member {index}: {told:?}");
    }
    let held = |in_sync: bool, present: bool| {
        let members = set.manifest.kernel.iter();
        let counted = members.filter(|(index, (_, recovery))| {
            there.contains(index) == present && (!in_sync || recovery.is_none())
        });
        counted.map(|(_, (slot, _))| *slot).collect::<Vec<u16>>()
    };
    let decision = assembly.decision();
    if !has_every_chunk(set, &held(true, true)) {
        let bare = matches!(decision, Decision::Refuse(Reason::NoCurrentCopy { .. }));
        assert!(bare, "{there:?}: {decision:?}");
    } else if has_every_chunk(set, &held(false, false)) {
        let stale = matches!(decision, Decision::Refuse(Reason::MayBeStale(_)));
        assert!(stale, "{there:?}: {decision:?}");
    } else {
        assert!(matches!(decision, Decision::Start { .. }), "{there:?}: {decision:?}");
    }
}

/// Whether some slots hold a copy of each chunk.
fn has_every_chunk(set: &Set, slots: &[u16]) -> bool {
    let geometry: Geometry = content::geometry(set);
    let shape = geometry.shape();
    (0..u64::from(shape.members)).all(|chunk| {
        (0..shape.copies).any(|copy| {
            let (Slot(slot), _) = geometry.locate(ArrayLba(chunk * shape.chunk.0), copy);
            slots.contains(&u16::from(slot))
        })
    })
}

/// What is read from a member before anything is decided.
fn candidate(member: &Member) -> Candidate {
    let superblock = member.superblock();
    let (start, bits) = mdadm::bits(member, &superblock);
    let header = Header::parse(member.block(start), superblock.set().uuid).ok();
    let tie = Tie::of(&superblock);
    let area = Area::of(&superblock, bits.sectors());
    let frames = area.map(|area| {
        area.copies.map(|copy| private::parse(member.sectors(copy.0, private::COPY_SECTORS), &tie))
    });
    let frames = frames.expect("room for frames");
    assert_eq!(frames, [Err(Void::Absent); 2], "Linux made this");
    let facts = Facts::of(&superblock, header.as_ref(), Err(Void::Absent));
    facts.map_or_else(Candidate::Refused, Candidate::Member)
}
