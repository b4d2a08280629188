//! What random sequences found, as small as it could be made.

use super::play;
use super::step::Step;
use crate::rig::Setup;
use crate::{Duration, HostOp, Initial};

/// The last drive of three was being made equal for a read when the two others left: it leads at once, nothing differs
/// any more, and the write that had made it equal is still on its way.
#[test]
fn a_read_waits_for_the_window_that_makes_it_equal() {
    use Step::{Hold, Pull, Read};
    let policy = crate::Policy { rebuild_max: 131_072, ..crate::Policy::default() };
    let setup = Setup {
        copies: 3,
        members: 3,
        extra: 2,
        chunk: 8,
        size: 256,
        physical: 1,
        volatile: false,
        initial: Initial::Differing,
        policy,
        labelled: false,
    };
    play(setup, &[Hold(7), Read(12_620_040, 9), Pull(0), Pull(1)]);
}

/// A run of stale regions went on over regions in which copies may differ, where a held copy may lead: they counted as
/// lost although they were readable.
#[test]
fn a_stale_run_ends_where_copies_may_differ() {
    use Step::{FailFlush, Kill, Pull, Read, Write};
    let steps = [
        FailFlush(2),
        Pull(1),
        Write(HostOp::Write, 2_715_592_330_265_167_694, 3),
        Kill(0),
        Read(4_051_392_090_885_502_464, 1),
        Write(HostOp::Write, 0, 1),
    ];
    for (members, chunk) in [(3, 8), (6, 8), (6, 16)] {
        for salvage in [crate::Salvage::ReadOnly, crate::Salvage::ReadWrite] {
            let policy = crate::Policy {
                salvage,
                rebuild_max: 1 << 17,
                quarantine: Duration::secs(1),
                ..crate::Policy::default()
            };
            let setup = Setup {
                chunk,
                size: 256,
                volatile: true,
                initial: Initial::Differing,
                policy,
                ..Setup::new(3, members, 2)
            };
            play(setup, &steps);
        }
    }
}

/// Two pairs of drives with volatile caches.
fn volatile_pairs() -> Setup {
    let policy = crate::Policy {
        salvage: crate::Salvage::ReadOnly,
        quarantine: Duration::secs(1),
        ..crate::Policy::default()
    };
    Setup { chunk: 8, size: 2048, volatile: true, policy, ..Setup::new(2, 4, 2) }
}

/// A member that could not flush was made equal again and again, without an end: each probe that failed put in doubt what
/// had just been copied.
#[test]
fn a_member_that_cannot_flush_is_not_filled_for_ever() {
    use Step::{FailFlush, Flush, Hold, Pass, Release, Scatter};
    play(volatile_pairs(), &[FailFlush(3), Scatter(2), Flush, Hold(3), Pass(7001), Release]);
}

/// A failed drive with the last copy of something is tried again, works, and cannot read all it has.
#[test]
fn a_drive_that_works_again_has_lost_something() {
    use Step::{Flush, Kill, Pass, Read, Unreadable, Write};
    let steps = [
        Kill(6),
        Unreadable(2, 1_936_493_614_670_257_223),
        Write(HostOp::Write, 262_594_633_465_856, 1),
        Pass(5000),
        Flush,
        Unreadable(1, 0),
        Kill(1),
        Read(8_576_202_435_358_259_301, 26),
        Pass(16_492),
    ];
    play(volatile_pairs(), &steps);
}
